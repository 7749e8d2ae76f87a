//! The retry of a refresh (contract 3.5): within `refresh_token_grace` the old token gives the same successor again.

use serde_json::{Value, json};

use crate::common::*;
use crate::rfc7662_7009_6749::OPAQUE;

const C1: Option<(&str, &str)> = Some(("c1", "p@ss:w+rd %1"));
const INVALID: &str = "The refresh token is not valid";

/// The fixture where every client has this `refresh_token_grace`.
fn with_grace(grace: Option<u64>) -> Fixture {
    let mut resources = resources();
    for client in [0, 3] {
        if let Some(grace) = grace {
            resources[client]["auth"]["token_exchange"]["refresh_token_grace"] = json!(grace);
        }
    }
    Fixture::with(&resources, OCT_KEYS)
}

fn issue(fixture: &Fixture, client: Option<(&str, &str)>) -> Reply {
    fixture.form_as(client, "/auth/token", &good(&subject_token(&json!({})))).ok()
}

fn refresh(fixture: &Fixture, client: Option<(&str, &str)>, token: &str) -> Reply {
    fixture.form_as(client, "/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

fn active(fixture: &Fixture, client: Option<(&str, &str)>, token: &str) -> bool {
    fixture.form_as(client, "/auth/introspect", &[("token", token)]).ok().json()["active"] == true
}

/// K10: the answer got lost. The client sends the old token again, and has lost nothing.
#[test]
fn k10_a_lost_answer_costs_nothing() {
    for client in [C1, OPAQUE] {
        let fixture = with_grace(None);
        let mut token = issue(&fixture, client).text("refresh_token");
        for _ in 0..3 {
            let lost = refresh(&fixture, client, &token).ok();
            fixture.grant_calls();
            fixture.advance(29);
            let again = refresh(&fixture, client, &token).ok();
            // Only what the store must know of is written.
            assert_eq!(fixture.grant_calls(), (1, usize::from(client == OPAQUE)));
            assert_eq!(again.text("refresh_token"), lost.text("refresh_token"));
            assert_ne!(again.text("access_token"), lost.text("access_token"));
            for reply in [&lost, &again] {
                assert!(active(&fixture, client, &reply.text("access_token")));
            }
            token = again.text("refresh_token");
        }
    }
}

/// A retry leaves no trace in the record, unless its JWT lives longer than all of it: a revocation must be remembered until
/// then.
#[test]
fn the_end_of_a_grant_is_remembered_as_long_as_the_jwt_of_a_retry_lives() {
    let mut resources = resources();
    let policy = |fixture: &Fixture, resources: &mut Value, access: u64| {
        let policy = &mut resources[0]["auth"]["token_exchange"];
        (policy["access_token_expiration"], policy["refresh_token_expiration"]) = (json!(access), json!(100));
        fixture.admin("PUT /Client/c1", &[], &resources[0]).ok();
    };
    let fixture = Fixture::with(&resources, OCT_KEYS);
    policy(&fixture, &mut resources, 60);
    let token = issue(&fixture, C1).text("refresh_token");
    refresh(&fixture, C1, &token).ok();
    policy(&fixture, &mut resources, 86_400);
    let again = refresh(&fixture, C1, &token).ok();
    fixture.advance(40);
    refresh(&fixture, C1, &token).refused(400, "invalid_grant", INVALID);
    assert!(!active(&fixture, C1, &again.text("access_token")));
    let kept = fixture.host.grants.borrow().values().next().unwrap().2;
    assert!(kept > again.claims()["exp"].as_u64().unwrap(), "{kept}");
}

#[test]
fn any_other_reuse_ends_the_grant() {
    for client in [C1, OPAQUE] {
        for (name, grace, seconds, use_successor) in [
            ("strict", Some(0), 0, false),
            ("after the grace", None, 30, false),
            ("after a short grace", Some(5), 5, false),
            ("its successor was used", None, 0, true),
        ] {
            let fixture = with_grace(grace);
            let first = issue(&fixture, client);
            let second = refresh(&fixture, client, &first.text("refresh_token")).ok();
            let mut last = second.text("refresh_token");
            fixture.advance(seconds);
            if use_successor {
                last = refresh(&fixture, client, &last).ok().text("refresh_token");
            }
            refresh(&fixture, client, &first.text("refresh_token")).refused(400, "invalid_grant", INVALID);
            assert_eq!(fixture.last_event()["reason"], "refresh_token_reused", "{name}");
            assert_eq!(fixture.last_event()["subject"]["sub"], "alice", "{name}");
            for token in [first.text("access_token"), second.text("access_token"), last.clone()] {
                assert!(!active(&fixture, client, &token), "{name}");
            }
            refresh(&fixture, client, &last).refused(400, "invalid_grant", INVALID);
            let records = fixture.host.grants.borrow();
            let (_, record, expires) = records.values().next().unwrap();
            assert_eq!(serde_json::from_str::<Value>(record).unwrap()["revoked"], true);
            assert_eq!(*expires, NOW + 864_000 + 60 + 3600);
        }
    }
}

/// A clock that stands before the recorded use, by more than clocks differ, makes no grace of its own.
#[test]
fn a_clock_that_was_set_back_lengthens_no_grace() {
    for client in [C1, OPAQUE] {
        for (back, repeats) in [(60, true), (61, false), (7200, false)] {
            let fixture = with_grace(None);
            let token = issue(&fixture, client).text("refresh_token");
            fixture.advance(100_000);
            let next = refresh(&fixture, client, &token).ok();
            fixture.host.now.set(NOW + 100_000 - back);
            let again = refresh(&fixture, client, &token);
            if repeats {
                assert_eq!(again.ok().text("refresh_token"), next.text("refresh_token"));
                continue;
            }
            again.refused(400, "invalid_grant", INVALID);
            assert_eq!(fixture.last_event()["reason"], "refresh_token_reused");
            refresh(&fixture, client, &next.text("refresh_token")).refused(400, "invalid_grant", INVALID);
            assert!(!active(&fixture, client, &next.text("access_token")));
        }
    }
}

/// A retry is a refresh: everything is looked at again, its end too.
#[test]
fn a_retry_is_looked_at_like_a_refresh() {
    let fixture = with_grace(None);
    let token = issue(&fixture, C1).text("refresh_token");
    let next = refresh(&fixture, C1, &token).ok().text("refresh_token");
    fixture
        .form_as(
            Some(("c2", "secret-of-c2")),
            "/auth/token",
            &[("grant_type", "refresh_token"), ("refresh_token", &token)],
        )
        .refused(400, "invalid_grant", INVALID);
    fixture.admin("PUT /User/alice", &[], &json!({"inactive": true})).ok();
    refresh(&fixture, C1, &token).refused(400, "invalid_grant", INVALID);
    assert_eq!(fixture.last_event()["reason"], "refresh_no_longer_allowed");
    fixture.admin("PUT /User/alice", &[], &json!({})).ok();
    assert_eq!(refresh(&fixture, C1, &token).ok().text("refresh_token"), next, "a refusal has ended nothing");

    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["refresh_token_expiration"] = json!(10);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let token = issue(&fixture, C1).text("refresh_token");
    refresh(&fixture, C1, &token).ok();
    fixture.advance(10);
    refresh(&fixture, C1, &token).refused(400, "invalid_grant", INVALID);
    assert_eq!(fixture.last_event()["reason"], "refresh_token_expired");
}

/// A refresh token and its successor are made with a key of the service. A token ends with its key; and where that of the
/// successor is gone, the retry fails, and the grant lives on.
#[test]
fn a_successor_whose_key_is_gone() {
    let key = |keys: &str| keys["{\"keys\":[".len()..keys.len() - 2].to_owned();
    let new = key(
        r#"{"keys":[{"kty":"oct","kid":"k2","alg":"HS256","k":"YW5vdGhlciBrZXkgb2YgdGhlIHRlc3RzLCAzMiBieXRlcyE"}]}"#,
    );
    let old = key(OCT_KEYS);
    let at = |keys: &[&str], of: &Fixture| {
        let fixture = Fixture::with(&resources(), &format!("{{\"keys\":[{}]}}", keys.join(",")));
        *fixture.host.grants.borrow_mut() = of.host.grants.borrow().clone();
        fixture
    };
    let before = with_grace(None);
    let first = issue(&before, C1).text("refresh_token");
    let second = refresh(&before, C1, &first).ok().text("refresh_token");
    let rotated = at(&[&new, &old], &before);
    assert_eq!(refresh(&rotated, C1, &first).ok().text("refresh_token"), second, "the other key still derives it");
    let third = refresh(&rotated, C1, &second).ok().text("refresh_token");

    let without_new = at(&[&old], &rotated);
    refresh(&without_new, C1, &second).refused(400, "invalid_grant", INVALID);
    assert_eq!(without_new.last_event()["reason"], "refresh_no_longer_allowed");
    refresh(&without_new, C1, &third).refused(400, "invalid_grant", INVALID);
    assert_eq!(without_new.last_event()["reason"], "refresh_token_unknown");

    let without_old = at(&[&new], &rotated);
    without_old.grant_calls();
    refresh(&without_old, C1, &second).refused(400, "invalid_grant", INVALID);
    assert_eq!(without_old.last_event()["reason"], "refresh_token_unknown");
    assert_eq!(without_old.grant_calls(), (0, 0), "it dies at its MAC");
    refresh(&without_old, C1, &third).ok();
}

#[test]
fn the_member_has_bounds() {
    let fixture = Fixture::new();
    for (grace, status) in [(json!(0), 200), (json!(300), 200), (json!(301), 422), (json!(-1), 422), (json!("30"), 422)]
    {
        let mut c1 = resources()[0].clone();
        c1["auth"]["token_exchange"]["refresh_token_grace"] = grace.clone();
        assert_eq!(fixture.admin("PUT /Client/c1", &[], &c1).status(), status, "{grace}");
    }
}

/// A store that was set back, to a backup for example, does not know a token which it gave since: it is unknown, and no sign
/// of a theft.
#[test]
fn a_token_that_the_store_has_forgotten_revokes_nothing() {
    for client in [C1, OPAQUE] {
        let fixture = with_grace(Some(0));
        let second =
            refresh(&fixture, client, &issue(&fixture, client).text("refresh_token")).ok().text("refresh_token");
        let backup = fixture.host.grants.borrow().clone();
        let third = refresh(&fixture, client, &second).ok().text("refresh_token");
        fixture.host.grants.replace(backup);
        refresh(&fixture, client, &third).refused(400, "invalid_grant", INVALID);
        assert_eq!(fixture.last_event()["reason"], "refresh_token_unknown");
        assert!(!active(&fixture, client, &third));
        refresh(&fixture, client, &second).ok();
    }
}
