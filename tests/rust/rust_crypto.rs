//! Public-key cryptography of the host in memory, by RustCrypto: what WebCrypto is to the other hosts.

use edge_sts::jose::{Algorithm, base64url};
use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::signature::Verifier as _;
use rsa::{BigUint, RsaPublicKey, pkcs1v15, pss};
use serde_json::Value;

/// Whether a key can be made of the JWK.
pub fn can_verify(algorithm: Algorithm, jwk: &str) -> bool {
    verify(algorithm, jwk, b"", &[]).is_some()
}

/// Whether the signature holds; `None` if the JWK is no key.
pub fn verify(algorithm: Algorithm, jwk: &str, data: &[u8], signature: &[u8]) -> Option<bool> {
    let jwk: Value = serde_json::from_str(jwk).unwrap();
    assert!(jwk.get("d").is_none(), "a private key must not be used to verify");
    let bytes = |name: &str| base64url::decode(jwk[name].as_str().unwrap()).unwrap();
    let point = || [&[4], bytes("x").as_slice(), bytes("y").as_slice()].concat();
    let rsa = || RsaPublicKey::new_with_max_size(number(&bytes("n")), number(&bytes("e")), 8192).ok();
    macro_rules! ecdsa {
        ($curve:ident) => {{
            use $curve::ecdsa::signature::Verifier as _;
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(&point()).ok()?;
            let signature = $curve::ecdsa::Signature::from_slice(signature);
            Some(signature.is_ok_and(|signature| key.verify(data, &signature).is_ok()))
        }};
    }
    macro_rules! pkcs1 {
        ($hash:ty) => {{
            let key = pkcs1v15::VerifyingKey::<$hash>::new(rsa()?);
            Some(pkcs1v15::Signature::try_from(signature).is_ok_and(|signature| key.verify(data, &signature).is_ok()))
        }};
    }
    macro_rules! pss {
        ($hash:ty) => {{
            let key = pss::VerifyingKey::<$hash>::new(rsa()?);
            Some(pss::Signature::try_from(signature).is_ok_and(|signature| key.verify(data, &signature).is_ok()))
        }};
    }
    match algorithm {
        Algorithm::Es256 => ecdsa!(p256),
        Algorithm::Es384 => ecdsa!(p384),
        Algorithm::Es512 => ecdsa!(p521),
        Algorithm::Rs256 => pkcs1!(Sha256),
        Algorithm::Rs384 => pkcs1!(Sha384),
        Algorithm::Rs512 => pkcs1!(Sha512),
        Algorithm::Ps256 => pss!(Sha256),
        Algorithm::Ps384 => pss!(Sha384),
        Algorithm::Ps512 => pss!(Sha512),
        Algorithm::EdDsa | Algorithm::Ed25519 => {
            let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes("x").try_into().ok()?).ok()?;
            let signature = ed25519_dalek::Signature::from_slice(signature);
            Some(signature.is_ok_and(|signature| key.verify_strict(data, &signature).is_ok()))
        }
        Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => panic!("HMAC is not the host's"),
    }
}

fn number(bytes: &[u8]) -> BigUint {
    BigUint::from_bytes_be(bytes)
}
