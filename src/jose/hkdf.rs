//! HKDF with SHA-256 (RFC 5869), as much of it as one key of 32 bytes needs.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of SHA-256, and of what comes out.
pub const HKDF_LENGTH: usize = 32;

/// The first 32 bytes of the output keying material: `HKDF-Expand(HKDF-Extract(salt, material), info, 32)`, which is one
/// block.
#[must_use]
pub fn hkdf_sha256(salt: &[u8], material: &[u8], info: &[u8]) -> Zeroizing<[u8; HKDF_LENGTH]> {
    let pseudorandom_key = mac(salt, &[material]);
    mac(&*pseudorandom_key, &[info, &[1]])
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; HKDF_LENGTH]> {
    let mut out = Zeroizing::new([0; HKDF_LENGTH]);
    // A key of HMAC may have any length; there is no other fault.
    if let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) {
        parts.iter().for_each(|part| mac.update(part));
        out.copy_from_slice(&mac.finalize().into_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let pairs = text.as_bytes().chunks(2).map(|pair| core::str::from_utf8(pair).unwrap());
        pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    }

    /// RFC 5869 appendix A, the tests with SHA-256: the first 32 bytes of each output.
    #[test]
    fn rfc5869_a() {
        let range = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
        for (material, salt, info, expected) in [
            (
                [0x0b; 22].to_vec(),
                range(0x00, 0x0c),
                range(0xf0, 0xf9),
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
            ),
            (
                range(0x00, 0x4f),
                range(0x60, 0xaf),
                range(0xb0, 0xff),
                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c",
            ),
            (
                [0x0b; 22].to_vec(),
                Vec::new(),
                Vec::new(),
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d",
            ),
        ] {
            assert_eq!(hkdf_sha256(&salt, &material, &info).to_vec(), hex(expected));
        }
    }
}
