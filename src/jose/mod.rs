//! JOSE, as much of it as a verifier and issuer of signed JWTs needs: RFC 7515, 7517, 7518, 7519, 7638, 8725.

pub mod base64url;
pub(crate) mod ed25519;
pub mod json;

mod algorithm;
mod claims;
mod confirmation;
mod hkdf;
mod hmac_key;
mod jws;
mod key_set;
mod numeric_date;
mod object_writer;
mod pem;
mod public_key;
pub(crate) mod rsa;
mod thumbprint;

pub use algorithm::{Algorithm, Family};
pub use claims::{Actor, Claims};
pub use confirmation::{Confirmation, is_thumbprint};
pub use hkdf::hkdf_sha256;
pub use hmac_key::HmacKey;
pub use jws::{Compact, Header, Unverified};
pub use key_set::{KeySet, KeySetFault};
pub use numeric_date::numeric_date;
pub use object_writer::{ObjectWriter, array};

pub use public_key::{PublicKey, PublicKeyFault};
pub use thumbprint::thumbprint;

use sha2::Digest as _;

/// SHA-256 of `bytes`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    sha2::Sha256::digest(bytes).into()
}

/// Whether `name` is a scope-token (RFC 6749 section 3.3): printable ASCII without space, `"` and `\`.
#[must_use]
pub fn is_scope_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}
