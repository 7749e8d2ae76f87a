//! A JWS is taken apart into three parts of canonical base64url, its header has an algorithm of the table and nothing
//! that would change its meaning, its payload is a JSON object with `iss`, `sub` and `exp`.

use edge_sts::jose::{Algorithm, Unverified};
use edge_sts::limits;
use serde_json::Value;

use crate::oracle;

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(token) = Unverified::parse(text) else { return };
    assert!(text.len() <= limits::TOKEN);
    let parts: Vec<Vec<u8>> = text.split('.').map(|part| oracle::base64url(part).unwrap()).collect();
    let [header, payload, signature] = parts.as_slice() else { panic!("{} parts", parts.len()) };
    let header: Value = serde_json::from_slice(header).unwrap();
    let payload: Value = serde_json::from_slice(payload).unwrap();
    assert_eq!(token.jws.header.alg, Algorithm::from_name(header["alg"].as_str().unwrap()).unwrap());
    assert_eq!(token.jws.header.kid.as_deref(), header.get("kid").map(|kid| kid.as_str().unwrap()));
    assert!(["crit", "b64", "zip"].iter().all(|name| header.get(name).is_none()));
    assert_eq!(token.iss(), payload["iss"].as_str().unwrap());
    assert_eq!(&token.jws.signature, signature);
    assert_eq!(token.jws.signing_input, text.rsplit_once('.').unwrap().0);
}
