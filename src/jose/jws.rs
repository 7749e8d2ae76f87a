//! A JWS in compact form (RFC 7515 section 3.1), taken apart and not yet believed.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Algorithm, Claims, base64url, json};
use crate::error::TokenFault;
use crate::limits;

/// A JWS in compact form, taken apart. Nothing of it is believed.
pub struct Compact<'a> {
    /// The header, which chooses among the keys.
    pub header: Header,
    /// What was signed, as the token has it.
    pub signing_input: &'a str,
    /// The bytes of the payload.
    pub payload: Vec<u8>,
    /// The bytes of the signature.
    pub signature: Vec<u8>,
}

/// A JWT as it came: well-formed, and nothing more. Its claims may choose the key that is tried, and decide nothing
/// until `crate::verification` has made a `Verified` of it.
pub struct Unverified<'a> {
    /// The JWS that it is; its payload has become the claims.
    pub jws: Compact<'a>,
    claims: Claims,
}

/// The JOSE header, as far as it is understood. What would change meaning and is not understood is refused.
#[derive(Clone, Debug)]
pub struct Header {
    /// `alg`
    pub alg: Algorithm,
    /// `kid`
    pub kid: Option<String>,
    /// `typ`, as it is written
    pub typ: Option<String>,
}

impl<'a> Compact<'a> {
    /// Takes a JWS apart.
    ///
    /// # Errors
    /// [`TokenFault`]: too large, malformed, or a header that is not supported.
    ///
    /// ```
    /// use edge_sts::jose::{Algorithm, Compact};
    /// // RFC 8037 appendix A.4
    /// let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    /// let jws = Compact::parse(text).ok().unwrap();
    /// assert_eq!((jws.header.alg, jws.payload.as_slice()), (Algorithm::EdDsa, &b"Example of Ed25519 signing"[..]));
    /// ```
    pub fn parse(token: &'a str) -> Result<Self, TokenFault> {
        if token.len() > limits::TOKEN {
            return Err(TokenFault::TooLarge);
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
        let (header, payload) = signing_input.split_once('.').ok_or(TokenFault::Malformed)?;
        if payload.contains('.') {
            return Err(TokenFault::Malformed); // a JWE has five parts
        }
        let header = Header::parse(&text(header)?)?;
        let signature = base64url::decode(signature).ok_or(TokenFault::Malformed)?;
        let payload = base64url::decode(payload).ok_or(TokenFault::Malformed)?;
        Ok(Self { header, signing_input, payload, signature })
    }
}

impl<'a> Unverified<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`TokenFault`]: too large, malformed, a header that is not supported, a claim of the wrong type.
    pub fn parse(token: &'a str) -> Result<Self, TokenFault> {
        let mut jws = Compact::parse(token)?;
        let payload = core::mem::take(&mut jws.payload);
        let claims = Claims::parse(String::from_utf8(payload).map_err(|_| TokenFault::Malformed)?)?;
        Ok(Self { jws, claims })
    }

    /// `iss`, not yet believed: to look for the issuer's keys.
    #[must_use]
    pub fn iss(&self) -> &str {
        &self.claims.iss
    }

    /// The claims, not yet believed: to know which resources may be needed, and for checks that can only refuse.
    #[must_use]
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }
}

impl Header {
    fn parse(text: &str) -> Result<Self, TokenFault> {
        let header = json::parse_object(text)?;
        // `crit` names what must be understood, and nothing is; `b64` and `zip` change what the payload is.
        if let Some(name) = ["crit", "b64", "zip"].into_iter().find(|name| header.get(name).is_some()) {
            return Err(TokenFault::Header(name));
        }
        let text = |name| match header.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or(TokenFault::Header(name)),
        };
        let alg = text("alg")?.and_then(Algorithm::from_name).ok_or(TokenFault::Algorithm)?;
        let kid = text("kid")?;
        if kid.is_some_and(|kid| kid.len() > limits::KID) {
            return Err(TokenFault::Header("kid"));
        }
        let typ = text("typ")?.map(String::from);
        Ok(Self { alg, kid: kid.map(String::from), typ })
    }

    /// Whether `typ` is one of these media types, or is not there: in any case of letters, with the prefix `application/` or
    /// without it (RFC 7515 section 4.1.9).
    #[must_use]
    pub fn is_typ_or_none(&self, names: &[&str]) -> bool {
        self.typ.is_none() || self.is_typ(names)
    }

    /// Whether `typ` is one of these media types, in the same way.
    #[must_use]
    pub fn is_typ(&self, names: &[&str]) -> bool {
        const PREFIX: &str = "application/";
        let Some(typ) = self.typ.as_deref() else { return false };
        let own = match typ.split_at_checked(PREFIX.len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
            _ => typ,
        };
        names.iter().any(|name| own.eq_ignore_ascii_case(name))
    }
}

fn text(part: &str) -> Result<String, TokenFault> {
    let bytes = base64url::decode(part).ok_or(TokenFault::Malformed)?;
    String::from_utf8(bytes).map_err(|_| TokenFault::Malformed)
}
