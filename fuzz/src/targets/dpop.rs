//! A proof of a key. Two lines are a header and a payload, which are signed with a key; without a line end it is the value
//! of the header `DPoP` as it is. A token comes out only for a proof that is one in the eyes of another reader, and it is
//! bound to that key; nothing of a proof comes out, and nothing else does than a refusal of the proof.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::Value;

use crate::common::{Fixture, NOW, basic, form, good, subject_token};
use crate::oracle;

const X: &str = "1tmp5JxeHeMKaFgHQvsl3ESix1AoYRmI7cvoTr3W9ko";
const Y: &str = "gobT5pqvxHvfXbKjbi5UJFlt1vgF1I_b-CpgfRzWxM0";
const D: &str = "GzRTNf9u9JJ0L3eY9rGckYOhbF2FHZbO5fXVaD0S_Nc";
const JKT: &str = "1QpkXqUefMs3SLOqg9v8w6nKnAN2yocTkG9ntp92m4Y";

pub fn run(data: &[u8]) {
    let Some(proof) = proof(data) else { return };
    let fixture = Fixture::new();
    let (authorization, token) = (basic("c1", "p@ss:w+rd %1"), subject_token(&serde_json::json!({})));
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("authorization", authorization.as_str()),
        ("dpop", proof.as_str()),
    ];
    let reply = fixture.send("POST /auth/token", &headers, form(&good(&token)).as_bytes());
    let parts: Vec<&str> = proof.split('.').filter(|part| part.len() >= 40).collect();
    oracle::hides(&fixture, &reply, &parts, "");
    let body = oracle::well_formed(&reply).unwrap();
    if reply.status() == 200 {
        is_one(&proof);
        assert_eq!(body["token_type"], "DPoP");
        assert_eq!(reply.claims()["cnf"], serde_json::json!({"jkt": JKT}));
    } else {
        assert_eq!((reply.status(), body["error"].as_str()), (400, Some("invalid_dpop_proof")));
        assert!(fixture.host.grants.borrow().is_empty(), "stored for a refused request");
    }
    oracle::still_works(&fixture);
}

fn proof(data: &[u8]) -> Option<String> {
    let Some(at) = data.iter().position(|byte| *byte == b'\n') else {
        return std::str::from_utf8(data).ok().map(str::to_owned);
    };
    let encoded = |bytes: &[u8]| edge_sts::jose::base64url::encode(bytes);
    let input = format!("{}.{}", encoded(&data[..at]), encoded(&data[at + 1..]));
    let key = SigningKey::from_slice(&oracle::base64url(D).unwrap()).unwrap();
    let signature: Signature = key.sign(input.as_bytes());
    Some(format!("{input}.{}", encoded(&signature.to_bytes())))
}

/// By another reader of base64url and JSON.
fn is_one(proof: &str) {
    assert!(proof.len() <= 4096 && proof.split('.').count() == 3);
    let part = |index| oracle::base64url(proof.split('.').nth(index).unwrap()).unwrap();
    // A number that no f64 can hold, in a member that means nothing here, is JSON all the same.
    if let Ok(header) = serde_json::from_slice::<Value>(&part(0)) {
        assert_eq!((&header["typ"], &header["alg"]), (&Value::from("dpop+jwt"), &Value::from("ES256")));
        assert_eq!((&header["jwk"]["x"], &header["jwk"]["y"]), (&Value::from(X), &Value::from(Y)));
        assert!(header["jwk"].get("d").is_none() && header.get("crit").is_none());
    }
    if let Ok(claims) = serde_json::from_slice::<Value>(&part(1)) {
        assert!((1..=256).contains(&claims["jti"].as_str().unwrap().len()));
        assert_eq!(claims["htm"], "POST");
        let iat = claims["iat"].as_f64().unwrap();
        assert!(iat >= (NOW - 300) as f64 && iat < (NOW + 61) as f64);
        let htu = claims["htu"].as_str().unwrap().split(['?', '#']).next().unwrap().to_ascii_lowercase();
        assert!(htu.starts_with("https://"), "{htu}");
    }
}
