//! `cases.md` K: what an attacker or the platform can make expensive or strange.

use serde_json::json;

use crate::common::*;
use crate::rfc7523::{D, key, signed};

fn public_key_fixture() -> Fixture {
    let mut resources = resources();
    for resource in resources.as_array_mut().unwrap() {
        if resource["id"] == "external" {
            let keys = json!([{"format": "jwk", "alg": "ES256", "jwk": key()}]);
            resource["jwt"] = json!({"iss": EXTERNAL, "keys": keys});
        }
    }
    Fixture::with(&resources, OCT_KEYS)
}

/// A signature is computed only for a token that everything cheap has let through, and once for each key that fits.
#[test]
fn k01_signatures_come_last() {
    let fixture = public_key_fixture();
    let header = json!({"alg": "ES256", "kid": "cj-1"});
    let claims = json!({"iss": EXTERNAL, "sub": "alice", "exp": NOW + 600});
    let with = |changes: &serde_json::Value| {
        let mut claims = claims.clone();
        merge(&mut claims, changes);
        claims
    };
    let offer = |token: &str| fixture.form("/auth/token", &good(token));
    for token in [
        signed(&header, &with(&json!({"exp": NOW - 61})), D),
        signed(&header, &with(&json!({"nbf": NOW + 61})), D),
        signed(&header, &with(&json!({"exp": NOW + 100_000})), D),
        signed(&header, &with(&json!({"iss": "https://unknown.example"})), D),
        signed(&header, &with(&json!({"sub": 1})), D),
        signed(&json!({"alg": "ES256", "kid": "another"}), &claims, D),
        signed(&json!({"alg": "ES384", "kid": "cj-1"}), &claims, D),
        signed(&json!({"alg": "ES256", "typ": "dpop+jwt"}), &claims, D),
        format!("{}AA", signed(&header, &claims, D)),
        signed(&header, &with(&json!({"x": "x".repeat(16 * 1024)})), D),
    ] {
        assert_eq!(offer(&token).status(), 400);
    }
    assert_eq!(fixture.host.verified.get(), 0);
    let forged = signed(&header, &claims, "PhkNu6fmE1uaeJRW6niL7pb0UrNP1v2iWh05DB3-pm4");
    for tries in 1..=1000 {
        assert_eq!(offer(&forged).status(), 400);
        assert_eq!(fixture.host.verified.get(), tries);
    }
    offer(&signed(&header, &claims, D)).ok();
}

/// Members are compared one by one, and there are 256 at most: no hash to make collide.
#[test]
fn k02_members_are_bounded() {
    let fixture = Fixture::new();
    for members in [256, 257, 5000] {
        let many: serde_json::Map<_, _> = (0..members - 3).map(|n| (format!("m{n}"), json!(0))).collect();
        let mut claims = json!(many);
        merge(&mut claims, &json!({"iss": EXTERNAL, "sub": "alice", "exp": NOW + 600}));
        let reply = fixture.form("/auth/token", &good(&sign_text(r#"{"alg":"HS256"}"#, &claims.to_string())));
        assert_eq!(reply.status(), if members == 256 { 200 } else { 400 }, "{members}");
    }
}

#[test]
fn k04_depth_is_bounded() {
    let fixture = Fixture::new();
    for depth in [33, 2000, 5000] {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let claims = format!(r#"{{"iss":"{EXTERNAL}","sub":"alice","exp":{},"x":{nested}}}"#, NOW + 600);
        let reply = fixture.form("/auth/token", &good(&sign_text(r#"{"alg":"HS256"}"#, &claims)));
        reply.refused(400, "invalid_request", "The subject_token is not accepted");
        fixture.exchange().ok();
    }
}

/// NFC and NFD are two subjects: names are compared byte for byte.
#[test]
fn k05_unicode_is_not_normalised() {
    let mut resources = resources();
    resources.as_array_mut().unwrap().push(json!({
        "resourceType": "User", "id": "jose", "identifier": [{"system": EXTERNAL, "value": "jos\u{e9}"}],
    }));
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let offer = |sub: &str| fixture.form("/auth/token", &good(&subject_token(&json!({"sub": sub}))));
    assert_eq!(offer("jos\u{e9}").ok().claims()["sub"], "jose");
    offer("jose\u{301}").refused(400, "invalid_request", "The subject_token is not accepted: its user");
}

/// A record says its version. Members that a newer program added do not disturb an older one; a later version is
/// refused as a fault of the store, never taken for no grant. A grant of the first version has ended.
#[test]
fn k07_versions_of_a_record() {
    let fixture = Fixture::new();
    let refresh =
        |token: &str| fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]);
    let token = refresh(&fixture.exchange().ok().text("refresh_token")).ok().text("refresh_token");
    let change = |from: &str, to: &str| {
        for (_, value, _) in fixture.host.grants.borrow_mut().values_mut() {
            assert!(value.starts_with(from), "{value}");
            *value = value.replace(from, to);
        }
    };
    change(r#"{"v":2,"#, r#"{"v":4,"#);
    refresh(&token).refused(503, "temporarily_unavailable", "The service");
    change(r#"{"v":4,"#, r#"{"v":2,"new":{"member":[1]},"#);
    let token = refresh(&token).ok().text("refresh_token");
    change(r#"{"v":2,"#, r#"{"v":1,"#);
    refresh(&token).refused(400, "invalid_grant", "The refresh token is not valid");
    assert_eq!(fixture.last_event()["reason"], "refresh_token_revoked");
}

/// The clock is read once for each request, and that reading is used everywhere.
#[test]
fn k11_one_reading_of_the_clock() {
    let fixture = Fixture::new();
    let refresh = fixture.exchange().ok().text("refresh_token");
    for send in [
        &|| fixture.exchange(),
        &|| fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]),
        &|| fixture.form("/auth/introspect", &[("token", &refresh)]),
        &|| fixture.form("/auth/revoke", &[("token", &refresh)]),
        &|| fixture.admin("GET /Client/c1", &[], &json!(null)),
    ] as [&dyn Fn() -> Reply; 5]
    {
        let before = fixture.host.clock_readings.get();
        send().ok();
        assert_eq!(fixture.host.clock_readings.get(), before + 1);
    }
}
