//! The claims of a JWT: each has the type and the size that it may have, and the value that another reader finds.

use edge_sts::jose::{Unverified, base64url};
use edge_sts::limits;
use serde_json::Value;

pub fn run(data: &[u8]) {
    let token = format!("eyJhbGciOiJIUzI1NiJ9.{}.AA", base64url::encode(data));
    let Ok(token) = Unverified::parse(&token) else { return };
    let claims = token.claims();
    // Only a number that no f64 can hold keeps the other reader from reading what was taken.
    let Ok(payload) = serde_json::from_slice::<Value>(data) else { return };
    assert_eq!(payload["iss"], claims.iss.as_str());
    assert_eq!(payload["sub"], claims.sub.as_str());
    assert!((1..=limits::ISS).contains(&claims.iss.len()) && (1..=limits::SUB).contains(&claims.sub.len()));
    for (name, seconds) in [("exp", Some(claims.exp)), ("nbf", claims.nbf), ("iat", claims.iat)] {
        let theirs = payload.get(name).map(|value| value.as_f64().unwrap());
        assert_eq!(theirs.map(|value| value.trunc() as u64), seconds, "{name}");
        assert!(seconds.is_none_or(|seconds| seconds <= limits::NUMERIC_DATE));
    }
    for (name, ours) in [("jti", &claims.jti), ("client_id", &claims.client_id), ("box_user", &claims.box_user)] {
        assert_eq!(payload.get(name).map(|value| value.as_str().unwrap()), ours.as_deref(), "{name}");
    }
    let aud = payload.get("aud").map(|aud| match aud {
        Value::Array(values) => values.iter().map(|value| value.as_str().unwrap()).collect(),
        value => vec![value.as_str().unwrap()],
    });
    assert_eq!(claims.aud.as_ref().map(|aud| aud.iter().map(String::as_str).collect()), aud);
    assert!(claims.scope.len() <= limits::SCOPES);
    assert_eq!(payload.get("scope").map_or("", |scope| scope.as_str().unwrap()), claims.scope.join(" "));
    assert_eq!(claims.has_may_act, payload.get("may_act").is_some());
    assert_eq!(claims.has_cnf, payload.get("cnf").is_some());
    if let Some(act) = &claims.act {
        assert!(act.depth() <= limits::ACTORS);
        let written: Value = serde_json::from_str(&act.to_json()).unwrap();
        assert_eq!(written["sub"], payload["act"]["sub"]);
    }
}
