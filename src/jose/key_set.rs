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
}

impl KeySetFault {
    /// For the audit event.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "jwks_too_large",
            Self::Malformed => "jwks_malformed",
        }
    }
}

impl KeySet {
    /// Reads a set. A key that cannot be used is left out and reported. So are keys that share a `kid` and are told apart
    /// neither by `kty` nor by `alg` (RFC 7517 section 4.5): nobody knows which of them the issuer means.
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
        let (mut keys, mut left_out) = (Vec::new(), Vec::new());
        for jwk in list {
            let jwk = jwk.as_object().ok_or(KeySetFault::Malformed)?;
            match PublicKey::from_jwk(jwk, None) {
                Ok(key) => keys.push(key),
                Err(fault) => left_out.push(fault),
            }
        }
        let mistaken: Vec<bool> = keys.iter().map(|key| keys.iter().any(|other| is_mistaken(key, other))).collect();
        let mut mistaken = mistaken.into_iter();
        keys.retain(|_| {
            let stays = mistaken.next() == Some(false);
            if !stays {
                left_out.push(KID_REPEATED);
            }
            stays
        });
        Ok(Self { keys, left_out })
    }

    /// Whether a key has this `kid`, or none, so that it may be the one that is meant.
    #[must_use]
    pub fn may_have(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid.as_deref().is_none_or(|own| own == kid))
    }
}

const KID_REPEATED: PublicKeyFault = PublicKeyFault {
    member: "kid",
    sentence: "Another key has the same kid, and neither kty nor alg tells them apart.",
};

fn is_mistaken(key: &PublicKey, other: &PublicKey) -> bool {
    key.kid.is_some() && key.kid == other.kid && key.is_mistaken_for(other)
}
