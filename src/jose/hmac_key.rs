//! HMAC keys (RFC 7518 section 3.2). The two hashed blocks of the key are computed once, when the key is made.

use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

use super::Algorithm;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A secret that signs and verifies with HS256, HS384 or HS512: with each for which it is long enough.
///
/// ```
/// use edge_sts::jose::{Algorithm, HmacKey};
/// let key = HmacKey::new(&[7; 32], None).unwrap();
/// let tag = key.sign(Algorithm::Hs256, b"text").unwrap();
/// assert!(key.verify(Algorithm::Hs256, b"text", &tag));
/// assert!(!key.verify(Algorithm::Hs512, b"text", &tag)); // 32 bytes are too few for HS512
/// assert!(HmacKey::new(b"test", None).is_none());
/// ```
#[derive(Clone)]
pub struct HmacKey {
    hs256: Option<Hmac<Sha256>>,
    hs384: Option<Box<Hmac<Sha384>>>,
    hs512: Option<Box<Hmac<Sha512>>>,
}

impl HmacKey {
    /// The key with these bytes, for one algorithm or for all (`None`). There is none for a secret that is too short
    /// (32, 48 and 64 bytes) or for an algorithm that is not HMAC.
    #[must_use]
    pub fn new(secret: &[u8], only: Option<Algorithm>) -> Option<Self> {
        let serves =
            |algorithm, length| secret.len() >= length && only.is_none_or(|the_one: Algorithm| the_one == algorithm);
        let key = Self {
            hs256: serves(Algorithm::Hs256, 32).then(|| state(secret)).flatten(),
            hs384: serves(Algorithm::Hs384, 48).then(|| state(secret)).flatten().map(Box::new),
            hs512: serves(Algorithm::Hs512, 64).then(|| state(secret)).flatten().map(Box::new),
        };
        (key.hs256.is_some() || key.hs384.is_some() || key.hs512.is_some()).then_some(key)
    }

    /// Whether the key serves this algorithm.
    #[must_use]
    pub const fn serves(&self, algorithm: Algorithm) -> bool {
        match algorithm {
            Algorithm::Hs256 => self.hs256.is_some(),
            Algorithm::Hs384 => self.hs384.is_some(),
            Algorithm::Hs512 => self.hs512.is_some(),
            _ => false,
        }
    }

    /// The tag of `data`; `None` if the key does not serve the algorithm.
    #[must_use]
    pub fn sign(&self, algorithm: Algorithm, data: &[u8]) -> Option<Vec<u8>> {
        match algorithm {
            Algorithm::Hs256 => self.hs256.as_ref().map(|key| tag(key, data)),
            Algorithm::Hs384 => self.hs384.as_deref().map(|key| tag(key, data)),
            Algorithm::Hs512 => self.hs512.as_deref().map(|key| tag(key, data)),
            _ => None,
        }
    }

    /// Whether `beginning`, of at least 16 bytes, is how the tag of HS256 of `data` begins (RFC 2104 section 5), compared in
    /// constant time.
    #[must_use]
    pub fn verify_beginning(&self, data: &[u8], beginning: &[u8]) -> bool {
        let Some(key) = self.hs256.as_ref().filter(|_| beginning.len() >= 16) else { return false };
        let mut mac = key.clone();
        mac.update(data);
        mac.verify_truncated_left(beginning).is_ok()
    }

    /// Whether `signature` is the whole tag of `data`, compared in constant time.
    #[must_use]
    pub fn verify(&self, algorithm: Algorithm, data: &[u8], signature: &[u8]) -> bool {
        match algorithm {
            Algorithm::Hs256 => self.hs256.as_ref().is_some_and(|key| holds(key, data, signature)),
            Algorithm::Hs384 => self.hs384.as_deref().is_some_and(|key| holds(key, data, signature)),
            Algorithm::Hs512 => self.hs512.as_deref().is_some_and(|key| holds(key, data, signature)),
            _ => false,
        }
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(***)")
    }
}

#[inline(never)]
fn state<M: KeyInit>(secret: &[u8]) -> Option<M> {
    M::new_from_slice(secret).ok()
}

#[inline(never)]
fn tag<M: Mac + Clone>(key: &M, data: &[u8]) -> Vec<u8> {
    let mut mac = key.clone();
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

#[inline(never)]
fn holds<M: Mac + Clone>(key: &M, data: &[u8], signature: &[u8]) -> bool {
    let mut mac = key.clone();
    mac.update(data);
    mac.verify_slice(signature).is_ok()
}
