//! Who may administer: names and their bearer tokens.

use alloc::string::String;
use alloc::vec::Vec;

use crate::jose::json::{self, Value};
use crate::resource::sha256_digest;
use crate::secret::{Digest, Secret};

/// The administrators of a service. There is no `Debug`: it holds tokens.
#[derive(Default)]
pub struct Administrators(Vec<(String, Token)>);

enum Token {
    Plain(Secret),
    Digest(Digest),
}

/// The name of whoever has the single token, `STS_ADMIN_TOKEN`.
const SINGLE: &str = "administrator";

/// Bytes of a token, at least: what has fewer can be guessed.
const TOKEN: usize = 16;

const TOKEN_FAULT: &str = "admin token: STS_ADMIN_TOKEN (adminToken) and those in STS_ADMIN_TOKENS (adminTokens) need at least 16 printable ASCII characters, with no white space at the ends: another one could never be sent";
const TOKENS_FAULT: &str = "admin tokens: STS_ADMIN_TOKENS (adminTokens) is a JSON object of administrators' names and their tokens, or __sha256: and the 64 hexadecimal digits of a token's digest; each name once, 1 to 64 printable characters";

const SAME_TOKEN: &str = "admin tokens: two administrators have the same token, so events could not say who it was; give each one of his own";

impl Administrators {
    /// The administrators of a configuration. `single`: the one token; `several`: the JSON text of an object of names and
    /// tokens or their digests.
    ///
    /// # Errors
    /// A sentence that says what to do, and shows no value.
    pub fn read(single: Option<&str>, several: Option<&str>) -> Result<Self, &'static str> {
        let mut administrators = Vec::new();
        if let Some(token) = single {
            administrators.push((String::from(SINGLE), Token::read(token)?));
        }
        if let Some(text) = several {
            for (name, token) in json::parse_object(text).map_err(|_| TOKENS_FAULT)?.iter() {
                let is_name = (1..=64).contains(&name.len()) && !name.chars().any(char::is_control);
                if !is_name || administrators.iter().any(|(other, _)| other == name) {
                    return Err(TOKENS_FAULT);
                }
                let token = Value::as_str(token).ok_or(TOKENS_FAULT)?;
                administrators.push((String::from(name), Token::read(token)?));
            }
        }
        let digests: Vec<Digest> = administrators.iter().map(|(_, token)| token.digest()).collect();
        let repeated = digests.iter().enumerate().any(|(at, one)| digests.iter().take(at).any(|other| other.is(one)));
        if repeated { Err(SAME_TOKEN) } else { Ok(Self(administrators)) }
    }

    /// Whether there is nobody: then there is no administrator's interface.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whose token this is. The time taken does not tell: every one is compared.
    #[must_use]
    pub fn who(&self, presented: &[u8]) -> Option<&str> {
        let digest = Digest::of(presented);
        self.0.iter().fold(None, |who, (name, token)| {
            let right = token.digest().is(&digest);
            who.or_else(|| right.then_some(name.as_str()))
        })
    }

    /// Whether a text is a token of theirs, or has one in it: then it must not be shown.
    #[must_use]
    pub fn appear_in(&self, text: &str) -> bool {
        let contains = |token: &Token| match token {
            Token::Plain(secret) => core::str::from_utf8(secret.expose()).is_ok_and(|secret| text.contains(secret)),
            Token::Digest(_) => false,
        };
        let mut words = core::iter::once(text).chain(text.split_ascii_whitespace());
        words.any(|word| self.who(word.as_bytes()).is_some()) || self.0.iter().any(|(_, token)| contains(token))
    }
}

impl Token {
    fn digest(&self) -> Digest {
        match self {
            Self::Plain(secret) => Digest::of(secret.expose()),
            Self::Digest(own) => Digest::from_bytes(*own.as_bytes()),
        }
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        if text.starts_with("__sha256:") {
            return sha256_digest(text).map(Self::Digest).ok_or(TOKENS_FAULT);
        }
        let can_be_sent = text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) && text.trim_matches(' ') == text;
        if text.len() < TOKEN || !can_be_sent { Err(TOKEN_FAULT) } else { Ok(Self::Plain(Secret::from(text))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "__sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"; // of "test"

    #[test]
    fn each_token_has_a_name() {
        let several = alloc::format!(r#"{{"ann":"token-of-ann-0123","bob":"{DIGEST}"}}"#);
        let administrators = Administrators::read(Some("token-of-nobody-0"), Some(&several)).unwrap();
        for (token, who) in [
            ("token-of-nobody-0", Some("administrator")),
            ("token-of-ann-0123", Some("ann")),
            ("test", Some("bob")),
            ("token-of-ann-012", None),
            ("", None),
            (DIGEST, None),
        ] {
            assert_eq!(administrators.who(token.as_bytes()), who, "{token}");
        }
    }

    #[test]
    fn what_can_never_match_is_refused() {
        for single in
            ["short", " token-of-nobody-0", "token-of-nobody-0\n", "token-of-nobody-\u{e9}", "tok\ten-of-nobody"]
        {
            assert_eq!(Administrators::read(Some(single), None).err(), Some(TOKEN_FAULT), "{single:?}");
        }
        for several in [
            "",
            "[]",
            r#"{"a":1}"#,
            r#"{"":"token-of-nobody-0"}"#,
            r#"{"a":"__sha256:12"}"#,
            r#"{"a\n":"token-of-nobody-0"}"#,
        ] {
            assert_eq!(Administrators::read(None, Some(several)).err(), Some(TOKENS_FAULT), "{several}");
        }
        let single = Some("token-of-nobody-0");
        let twice = Administrators::read(single, Some(r#"{"administrator":"token-of-ann-0123"}"#));
        assert_eq!(twice.err(), Some(TOKENS_FAULT));
        for (single, several) in [
            (None, String::from(r#"{"ann":"token-of-ann-0123","bob":"token-of-ann-0123"}"#)),
            (Some("token-of-ann-0123"), String::from(r#"{"ann":"token-of-ann-0123"}"#)),
            (None, alloc::format!(r#"{{"ann":"{DIGEST}","bob":"{DIGEST}"}}"#)),
        ] {
            assert_eq!(Administrators::read(single, Some(&several)).err(), Some(SAME_TOKEN), "{several}");
        }
        assert!(Administrators::read(None, None).unwrap().is_empty());
    }
}
