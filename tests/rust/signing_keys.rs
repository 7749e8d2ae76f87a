//! The keys of this service: what a private JWK must have, and that a key which cannot sign is found before a request comes.

use edge_sts::jose::base64url;
use edge_sts::token::SigningKeys;
use serde_json::{Value, json};

use crate::common::*;

fn set(key: &Value) -> String {
    json!({"keys": [key]}).to_string()
}

/// An RSA key by its form: whether its numbers belong together is for the host to find out.
fn rsa(bytes: usize) -> Value {
    let number = |bytes: usize| json!(base64url::encode(&vec![0xff; bytes]));
    let half = number(bytes / 2);
    json!({
        "kty": "RSA", "kid": "r", "n": number(bytes), "e": "AQAB", "d": number(bytes),
        "p": half, "q": half, "dp": half, "dq": half, "qi": half,
    })
}

fn with(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

/// RFC 7518 sections 3.3 and 3.5: keys of 2048 bits or more.
#[test]
fn rfc7518_6_3_2_an_rsa_key_has_all_members_and_2048_bits() {
    for (alg, expected) in [(Value::Null, "RS256"), (json!("RS256"), "RS256"), (json!("PS256"), "PS256")] {
        let mut key = rsa(256);
        key["alg"] = alg;
        if key["alg"].is_null() {
            key.as_object_mut().unwrap().remove("alg");
        }
        let keys = SigningKeys::parse(&set(&key), None, None).unwrap();
        assert_eq!(keys.algorithms(), [expected]);
        let public: Value = serde_json::from_str(keys.jwks()).unwrap();
        let shown = json!({"kty": "RSA", "e": "AQAB", "n": key["n"], "kid": "r", "use": "sig", "alg": expected});
        assert_eq!(public, json!({"keys": [shown]}));
    }
    assert!(SigningKeys::parse(&set(&rsa(257)), None, None).is_ok());
    let refused = |key: &Value| SigningKeys::parse(&set(key), None, None).err().unwrap().to_text();
    // Zeros before a number do not make it longer.
    let number = |first: &[u8], last: u8| {
        let mut number = vec![0xff; 256];
        number[..first.len()].copy_from_slice(first);
        *number.last_mut().unwrap() = last;
        json!(base64url::encode(&number))
    };
    for (name, key) in [
        ("2040 bits", rsa(255)),
        ("2047 bits", with(rsa(256), "n", number(&[0x7f], 0xff))),
        ("1024 bits behind zeros", with(rsa(256), "n", number(&[0; 128], 0xff))),
        ("8200 bits", rsa(1025)),
        ("an even modulus", with(rsa(256), "n", number(&[], 0xfe))),
        ("e is 1", with(rsa(256), "e", json!("AQ"))),
        ("e is even", with(rsa(256), "e", json!("AQAA"))),
    ] {
        let said = refused(&key);
        assert!(said.starts_with("signing keys: an RSA key has 2048 to 8192 bits, "), "{name}: {said}");
    }
    assert!(SigningKeys::parse(&set(&with(rsa(256), "n", number(&[0x80], 0xff))), None, None).is_ok());
    for alg in ["RS512", "HS256", "none"] {
        assert!(refused(&with(rsa(256), "alg", json!(alg))).contains("RSA with alg RS256 or PS256"), "{alg}");
    }
    for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
        for wrong in [Value::Null, json!(""), json!("+"), json!(1)] {
            let said = refused(&with(rsa(256), name, wrong));
            assert_eq!(said, "signing keys: a private key lacks a member that its kty needs, in base64url", "{name}");
        }
    }
}

#[test]
fn rfc7517_4_5_a_kid_is_a_string_of_1_to_256_bytes() {
    let key: Value = serde_json::from_str(OCT_KEYS).unwrap();
    let parse = |kid: Value| SigningKeys::parse(&set(&with(key["keys"][0].clone(), "kid", kid)), None, None);
    assert!(parse(json!("k".repeat(256))).is_ok());
    for wrong in [json!(""), json!("k".repeat(257)), json!(1), Value::Null] {
        let said = parse(wrong.clone()).err().unwrap().to_text();
        assert_eq!(said, "signing keys: a kid is a string of at most 256 bytes", "{wrong}");
    }
}

#[test]
fn a_key_whose_halves_do_not_belong_together_is_found_before_the_first_request() {
    let fixture = Fixture::with(&resources(), ES256_KEYS);
    assert_eq!(run(fixture.sts.probe(&fixture.host)), Ok(()));
    fixture.host.silent.set(true);
    assert!(run(fixture.sts.probe(&fixture.host)).is_err());

    let mut keys: Value = serde_json::from_str(ES256_KEYS).unwrap();
    keys["keys"][0]["kid"] = json!("mine");
    keys["keys"][0]["d"] = json!(base64url::encode(&[1; 32]));
    let fixture = Fixture::with(&resources(), &keys.to_string());
    let said = run(fixture.sts.probe(&fixture.host)).unwrap_err();
    assert!(said.ends_with("kid mine"), "{said}");
}
