//! What an event tells of what was issued, for whoever must end it: until when, with which refresh token, for which User.

use serde_json::{Value, json};

use crate::common::*;
use crate::rfc7662_7009_6749::OPAQUE;

const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";

fn ends(event: &Value) -> (Option<u64>, Option<u64>) {
    (event["exp"].as_u64(), event["refresh_exp"].as_u64())
}

#[test]
fn the_event_tells_when_what_was_issued_ends() {
    let fixture = Fixture::new();
    let token = subject_token(&json!({}));
    let c1 = Some(("c1", "p@ss:w+rd %1"));
    for client in [c1, OPAQUE] {
        let issued = fixture.form_as(client, "/auth/token", &good(&token)).ok();
        assert_eq!(ends(&fixture.last_event()), (Some(NOW + 360), Some(NOW + 864_000)));
        // The refresh token ends when the first one would have.
        fixture.advance(100);
        let refresh_token = issued.text("refresh_token");
        let used = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.as_str())];
        fixture.form_as(client, "/auth/token", &used).ok();
        assert_eq!(ends(&fixture.last_event()), (Some(NOW + 460), Some(NOW + 864_000)));
        fixture.host.now.set(NOW);
    }
    // A refresh token alone is what was issued.
    let alone = changed(good(&token), "requested_token_type", Some(REFRESH_TOKEN));
    fixture.form("/auth/token", &alone).ok();
    assert_eq!(ends(&fixture.last_event()), (Some(NOW + 864_000), None));
    let short = subject_token(&json!({"exp": NOW + 100}));
    fixture.form("/auth/token", &good(&short)).ok();
    assert_eq!(ends(&fixture.last_event()).0, Some(NOW + 100));
    // Nothing was issued.
    fixture.form("/auth/token", &changed(good(&token), "scope", Some("admin"))).refused(400, "invalid_scope", "");
    assert_eq!(ends(&fixture.last_event()), (None, None));
}

#[test]
fn without_a_refresh_token_the_event_tells_of_none() {
    let mut all = resources();
    all[0]["auth"]["token_exchange"]["refresh_token"] = json!(false);
    let fixture = Fixture::with(&all, OCT_KEYS);
    fixture.exchange().ok();
    assert_eq!(ends(&fixture.last_event()), (Some(NOW + 360), None));
}

/// The User is named where `sub` is another name, at the exchange and at each refresh, as subject and as actor.
#[test]
fn the_event_names_the_user() {
    let mut all = resources();
    all[0]["auth"]["token_exchange"]["delegation"] = json!("any");
    let fixture = Fixture::with(&all, OCT_KEYS);
    let (alice, carol) = (subject_token(&json!({})), subject_token(&json!({"sub": "00u1"})));
    let by_claim = subject_token(&json!({"sub": "someone", "box_user": "alice"}));
    for (token, party) in [
        (&alice, json!({"iss": EXTERNAL, "sub": "alice"})),
        (&carol, json!({"iss": EXTERNAL, "sub": "00u1", "user": "carol"})),
        (&by_claim, json!({"iss": EXTERNAL, "sub": "someone", "user": "alice"})),
    ] {
        let issued = fixture.form("/auth/token", &good(token)).ok();
        assert_eq!(fixture.last_event()["subject"], party);
        let refresh_token = issued.text("refresh_token");
        fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh_token)]).ok();
        assert_eq!(fixture.last_event()["subject"], party, "at the refresh");
    }
    let mut delegated = good(&alice);
    delegated.extend([("actor_token", carol.as_str()), ("actor_token_type", JWT)]);
    let issued = fixture.form("/auth/token", &delegated).ok();
    let exchanged = fixture.last_event();
    assert_eq!(exchanged["actor"], json!({"iss": EXTERNAL, "sub": "00u1", "user": "carol"}));
    let refresh_token = issued.text("refresh_token");
    fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh_token)]).ok();
    let refreshed = fixture.last_event();
    for name in ["subject", "actor", "act", "aud", "scope", "client_id"] {
        assert_eq!(refreshed[name], exchanged[name], "{name}");
    }
}
