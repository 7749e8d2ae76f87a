//! `cnf` (RFC 7800): the key that a token is bound to.

use alloc::string::String;

use super::json::{Object, Value};
use super::{ObjectWriter, base64url};

/// What a token says of a key that it is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Nothing: whoever has it may use it.
    None,
    /// The thumbprint of the key that a DPoP proof must be made with (RFC 9449 section 6.1).
    Key(String),
    /// Something else: a certificate, a key by another name, more than one of them (RFC 7800 section 3.1 has one key in
    /// it), or what cannot be read. Whether its bearer holds that key cannot be told here.
    Other,
}

impl Confirmation {
    /// Reads the members of `cnf`.
    #[must_use]
    pub fn read(cnf: &Object<'_>) -> Self {
        let jkt = cnf.get("jkt").and_then(Value::as_str).filter(|jkt| is_thumbprint(jkt));
        match jkt {
            Some(jkt) if cnf.iter().count() == 1 => Self::Key(String::from(jkt)),
            _ => Self::Other,
        }
    }

    /// `cnf` with this thumbprint, in JSON.
    #[must_use]
    pub fn to_json(jkt: &str) -> String {
        let mut cnf = ObjectWriter::new();
        cnf.text("jkt", jkt);
        cnf.finish()
    }
}

/// Whether it can be the thumbprint of a key: SHA-256 in base64url.
#[must_use]
pub fn is_thumbprint(text: &str) -> bool {
    text.len() == 43 && base64url::decode(text).is_some_and(|bytes| bytes.len() == 32)
}
