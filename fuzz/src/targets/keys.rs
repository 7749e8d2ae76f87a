//! Public keys of others: a JWK Set, or one key in PEM. What is taken is public, has one text, and is read back as the same
//! key; a key of P-256 is the one that another reader finds.

use edge_sts::jose::{Algorithm, KeySet, PublicKey, json};
use edge_sts::limits;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::pkcs8::DecodePublicKey;
use serde_json::Value;

use crate::oracle;

const ONE_OF_EACH_KIND: [Algorithm; 5] =
    [Algorithm::Rs256, Algorithm::Es256, Algorithm::Es384, Algorithm::Es512, Algorithm::EdDsa];

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(set) = KeySet::parse(text) {
        assert!(text.len() <= limits::JWKS && set.keys.len() <= limits::JWKS_KEYS);
        if let Ok(theirs) = serde_json::from_str::<Value>(text) {
            let count = theirs["keys"].as_array().unwrap().len();
            assert_eq!(count, set.keys.len() + set.left_out.len(), "a key was lost");
        }
        let kids: Vec<&str> = set.keys.iter().filter_map(|key| key.kid.as_deref()).collect();
        for (place, key) in set.keys.iter().enumerate().filter(|(_, key)| key.kid.is_some()) {
            let mut before = set.keys.iter().take(place).filter(|other| other.kid == key.kid);
            assert!(!before.any(|other| key.is_mistaken_for(other)), "two keys that nothing tells apart");
        }
        assert!(kids.iter().all(|kid| (1..=limits::KID).contains(&kid.len()) && set.may_have(kid)));
        set.keys.iter().for_each(is_public);
    }
    for algorithm in ONE_OF_EACH_KIND {
        let Ok(key) = PublicKey::from_pem(text, algorithm, Some("k")) else { continue };
        assert!(key.serves(algorithm, &[]) && key.kid.as_deref() == Some("k"));
        is_public(&key);
        let jwk: Value = serde_json::from_str(key.jwk()).unwrap();
        let number = |name: &str| oracle::base64url(jwk[name].as_str().unwrap()).unwrap();
        if algorithm == Algorithm::Rs256 {
            assert!(number("n")[0] != 0 && number("e")[0] != 0, "a number that is not in DER");
        }
        // Whether the point is on the curve is the host's to tell.
        if let (Algorithm::Es256, Ok(theirs)) = (algorithm, p256::PublicKey::from_public_key_pem(text.trim())) {
            let point = [&[4], number("x").as_slice(), number("y").as_slice()].concat();
            assert_eq!(point, theirs.to_sec1_point(false).as_bytes());
        }
    }
}

fn is_public(key: &PublicKey) {
    let jwk: Value = serde_json::from_str(key.jwk()).unwrap();
    for (name, value) in jwk.as_object().unwrap() {
        assert!(["kty", "crv", "x", "y", "n", "e"].contains(&name.as_str()), "a member that is not public");
        if name == "n" {
            let number = oracle::base64url(value.as_str().unwrap()).unwrap();
            assert!(number.len() >= 256, "an RSA key that is too short");
        }
    }
    let object = json::parse_object(key.jwk()).unwrap_or_else(|fault| panic!("{fault:?}"));
    let again = PublicKey::from_jwk(&object, Some(key.algorithm())).unwrap();
    assert_eq!((again.jwk(), again.thumbprint()), (key.jwk(), key.thumbprint()));
    assert_eq!(again.algorithm(), key.algorithm());
}
