//! `/health` names what is degraded, as requests found it, and forgets it when it is mended.

use crate::common::*;
use serde_json::{Value, json};

fn health(fixture: &Fixture) -> Value {
    fixture.send("GET /health", &[], b"").ok().json()
}

fn since(seconds: u64) -> Value {
    json!({"status": "unavailable", "since": seconds})
}

#[test]
fn health_names_stores_that_do_not_answer() {
    let fixture = Fixture::new();
    let exchanged = fixture.exchange().ok();
    let introspect = || fixture.form("/auth/introspect", &[("token", &exchanged.text("access_token"))]).status();
    assert_eq!((introspect(), health(&fixture)), (200, json!({"status": "ok"})));

    // What is remembered needs no resources: the grant store alone is asked.
    fixture.host.broken.set(true);
    assert_eq!((introspect(), health(&fixture)), (503, json!({"status": "ok", "grants": since(NOW)})));
    fixture.advance(3000);
    assert_eq!(fixture.exchange().status(), 503);
    assert_eq!(health(&fixture), json!({"status": "ok", "resources": since(NOW + 3000), "grants": since(NOW)}));
    fixture.advance(60);
    assert_eq!(fixture.exchange().status(), 503);
    assert_eq!(health(&fixture)["resources"], since(NOW + 3000), "since when, not when last");

    fixture.host.broken.set(false);
    fixture.exchange().ok();
    assert_eq!(health(&fixture), json!({"status": "ok", "grants": since(NOW)}), "nobody has needed it yet");
    let refresh = exchanged.text("refresh_token");
    fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).ok();
    assert_eq!(health(&fixture), json!({"status": "ok"}));
}

#[test]
fn health_counts_sources_of_keys_and_names_none() {
    let keys = "https://keys.example/planted";
    let resources = json!([
        {"resourceType": "Client", "id": "c1", "secret": "p@ss:w+rd %1", "allowedIssuers": [EXTERNAL],
         "grant_types": [TOKEN_EXCHANGE]},
        {"resourceType": "TokenIntrospector", "id": "i", "type": "jwt", "user": "none",
         "jwt": {"iss": EXTERNAL}, "jwks_uri": keys},
    ]);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let claims = json!({"iss": EXTERNAL, "sub": "alice", "exp": NOW + 3600});
    let token = sign_text(r#"{"alg":"ES256","typ":"JWT","kid":"1"}"#, &claims.to_string());
    assert_eq!(fixture.form("/auth/token", &good(&token)).status(), 400);
    assert_eq!(health(&fixture), json!({"status": "ok", "key_sources": {"failing": 1}}));

    let jwks = r#"{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;
    let served = Served { status: 200, cache_control: None, body: String::from(jwks) };
    fixture.host.servers.borrow_mut().insert(String::from(keys), served);
    fixture.advance(60);
    assert_eq!(fixture.form("/auth/token", &good(&token)).status(), 400, "nobody signed it");
    assert_eq!(health(&fixture), json!({"status": "ok"}));
}

#[test]
fn health_names_keys_that_do_not_sign_and_a_limit_that_does_not_count() {
    let fixture = Fixture::with(&resources(), ES256_KEYS);
    fixture.exchange().ok();
    fixture.host.silent.set(true);
    assert_eq!(fixture.exchange().status(), 503);
    assert_eq!(fixture.form_as(Some(("c1", "wrong")), "/auth/token", &good("x")).status(), 401);
    assert_eq!(health(&fixture), json!({"status": "ok", "signing": since(NOW), "rate_limit": since(NOW)}));
    fixture.host.silent.set(false);
    fixture.exchange().ok();
    assert_eq!(fixture.form_as(Some(("c1", "wrong")), "/auth/token", &good("x")).status(), 401);
    assert_eq!(health(&fixture), json!({"status": "ok"}));
}
