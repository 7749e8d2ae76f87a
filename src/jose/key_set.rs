//! JWK Sets of somebody else (RFC 7517 section 5).

use alloc::vec::Vec;

use super::json::{self, Value};
use super::{PublicKey, PublicKeyFault};
use crate::limits;

/// The keys of a set that can be used.
pub struct KeySet {
    /// In their order.
    pub keys: Vec<PublicKey>,
    /// Why others were left out: one for each.
    pub left_out: Vec<PublicKeyFault>,
}

/// Why a whole set is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySetFault {
    /// Over [`limits::JWKS`] or [`limits::JWKS_KEYS`].
    TooLarge,
    /// Not a JSON object with an array `keys` of objects.
    Malformed,
    /// Two keys have the same `kid`.
    DuplicateKid,
}

impl KeySetFault {
    /// For the audit event.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "jwks_too_large",
            Self::Malformed => "jwks_malformed",
            Self::DuplicateKid => "jwks_kid_repeated",
        }
    }
}

impl KeySet {
    /// Reads a set. A key that cannot be used is left out and reported; two keys of one `kid` refuse the whole set.
    ///
    /// # Errors
    /// [`KeySetFault`]
    ///
    /// ```
    /// use edge_sts::jose::KeySet;
    /// let set = KeySet::parse(r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#);
    /// assert!(set.is_ok_and(|set| set.keys.is_empty() && set.left_out.len() == 1));
    /// ```
    pub fn parse(text: &str) -> Result<Self, KeySetFault> {
        if text.len() > limits::JWKS {
            return Err(KeySetFault::TooLarge);
        }
        let set = json::parse_object(text).map_err(|_| KeySetFault::Malformed)?;
        let list = set.get("keys").and_then(Value::as_array).ok_or(KeySetFault::Malformed)?;
        if list.len() > limits::JWKS_KEYS {
            return Err(KeySetFault::TooLarge);
        }
        let mut kids: Vec<&str> = Vec::new();
        let (mut keys, mut left_out) = (Vec::new(), Vec::new());
        for jwk in list {
            let jwk = jwk.as_object().ok_or(KeySetFault::Malformed)?;
            if let Some(kid) = jwk.get("kid").and_then(Value::as_str) {
                if kids.contains(&kid) {
                    return Err(KeySetFault::DuplicateKid);
                }
                kids.push(kid);
            }
            match PublicKey::from_jwk(jwk, None) {
                Ok(key) => keys.push(key),
                Err(fault) => left_out.push(fault),
            }
        }
        Ok(Self { keys, left_out })
    }

    /// Whether a key has this `kid`, or none, so that it may be the one that is meant.
    #[must_use]
    pub fn may_have(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid.as_deref().is_none_or(|own| own == kid))
    }
}
