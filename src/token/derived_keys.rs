//! Keys that are derived from a signing key: one for the tags of opaque tokens, one for the refresh tokens that follow on
//! one another, one for nonces. Derived by HKDF (RFC 5869), once, when the service starts.

use alloc::vec::Vec;

use crate::jose::{Algorithm, HmacKey, hkdf_sha256};

/// The keys derived from one signing key, each with its hashed blocks computed.
#[derive(Clone)]
pub(super) struct DerivedKeys {
    handle: HmacKey,
    successor: HmacKey,
    dpop_nonce: HmacKey,
}

const SALT: &[u8] = b"edge-sts derived keys";
// The label is older than the tags of stored grants. It stays: another one would end every token that is out.
const HANDLE: &[u8] = b"opaque token that carries its grant, version 1";
const SUCCESSOR: &[u8] = b"refresh successor, version 1";
const DPOP_NONCE: &[u8] = b"dpop-nonce";

impl DerivedKeys {
    /// Of the private material of a signing key: `k` of a symmetric one, `d` of the others.
    pub(super) fn of(material: &[u8]) -> Option<Self> {
        let key = |info| HmacKey::new(&*hkdf_sha256(SALT, material, info), Some(Algorithm::Hs256));
        Some(Self { handle: key(HANDLE)?, successor: key(SUCCESSOR)?, dpop_nonce: key(DPOP_NONCE)? })
    }

    pub(super) fn handle_tag(&self, data: &[u8]) -> Vec<u8> {
        self.handle.sign(Algorithm::Hs256, data).unwrap_or_default()
    }

    pub(super) fn made_handle(&self, data: &[u8], tag: &[u8]) -> bool {
        self.handle.verify(Algorithm::Hs256, data, tag)
    }

    pub(super) fn dpop_nonce_tag(&self, data: &[u8]) -> Vec<u8> {
        self.dpop_nonce.sign(Algorithm::Hs256, data).unwrap_or_default()
    }

    pub(super) fn made_dpop_nonce(&self, data: &[u8], beginning: &[u8]) -> bool {
        self.dpop_nonce.verify_beginning(data, beginning)
    }

    pub(super) fn successor(&self, data: &[u8]) -> Vec<u8> {
        self.successor.sign(Algorithm::Hs256, data).unwrap_or_default()
    }
}
