//! The claims of a JWT: each has the type and the size that it may have, and the value that another reader finds.

use edge_sts::jose::{Confirmation, Unverified, base64url};
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
        let theirs = payload.get(name).and_then(Value::as_f64);
        assert_eq!(theirs.is_some(), seconds.is_some(), "{name}");
        // A negative one is the beginning of 1970; and an f64 may round up to the next second.
        let difference = theirs.unwrap_or_default().trunc().max(0.0) - seconds.unwrap_or_default() as f64;
        assert!((0.0..=1.0).contains(&difference), "{name}");
        assert!(seconds.is_none_or(|seconds| seconds <= limits::NUMERIC_DATE));
    }
    assert_eq!(payload.get("jti").and_then(Value::as_str), claims.jti.as_deref());
    for (name, ours) in [("client_id", &claims.client_id), ("box_user", &claims.box_user)] {
        assert_eq!(payload.get(name).map(|value| value.as_str().unwrap()), ours.as_deref(), "{name}");
    }
    let aud = payload.get("aud").map(|aud| match aud {
        Value::Array(values) => values.iter().map(|value| value.as_str().unwrap()).collect(),
        value => vec![value.as_str().unwrap()],
    });
    assert_eq!(claims.aud.as_ref().map(|aud| aud.iter().map(String::as_str).collect()), aud);
    assert!(claims.scope.len() <= limits::SCOPES);
    let scope = ["scope", "scp"].into_iter().find_map(|name| payload.get(name).filter(|value| !value.is_null()));
    let texts = |value: &Value| match value {
        Value::Array(values) => {
            values.iter().map(|value| value.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
        }
        value => value.as_str().unwrap().to_owned(),
    };
    let scope = scope.map(texts).unwrap_or_default();
    assert!(scope.split(' ').filter(|name| !name.is_empty()).eq(claims.scope.iter().map(String::as_str)));
    assert_eq!(claims.has_may_act, payload.get("may_act").is_some());
    assert_eq!(claims.cnf != Confirmation::None, payload.get("cnf").is_some());
    if let Confirmation::Key(jkt) = &claims.cnf {
        assert_eq!(payload["cnf"], serde_json::json!({"jkt": jkt}));
        assert!(jkt.len() == 43);
    }
    if let Some(act) = &claims.act {
        assert!(act.depth() <= limits::ACTORS);
        let written: Value = serde_json::from_str(&act.to_json()).unwrap();
        assert_eq!(written["sub"], payload["act"]["sub"]);
    }
}
