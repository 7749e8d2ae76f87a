//! The grant store as the core uses it: names, answers that get lost, how long things are kept.

use edge_sts::secret::Digest;
use edge_sts::token::{GrantRecord, Unreadable};
use serde_json::{Value, json};

use crate::common::*;
use crate::rfc7523::{self, assertion};
use crate::rfc7662_7009_6749::OPAQUE;

const C1: Option<(&str, &str)> = Some(("c1", "p@ss:w+rd %1"));

fn refresh(fixture: &Fixture, client: Option<(&str, &str)>, token: &str) -> Reply {
    fixture.form_as(client, "/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

/// Attack 2: two services, one store, the same keys. Nothing of the one is good at the other.
#[test]
fn services_on_one_store_share_nothing() {
    let staging = Fixture::of("https://sts.example/staging", &resources(), OCT_KEYS);
    let production = Fixture::of("https://sts.example/production", &resources(), OCT_KEYS);
    let share = |from: &Fixture, to: &Fixture| {
        let grants = from.host.grants.borrow().clone();
        to.host.grants.borrow_mut().extend(grants);
    };
    let subject = subject_token(&json!({}));
    let issued = staging.form_as(OPAQUE, "/staging/auth/token", &good(&subject)).ok();
    let parameters = [("grant_type", "refresh_token"), ("refresh_token", &issued.text("refresh_token"))];
    let stored = staging.form_as(OPAQUE, "/staging/auth/token", &parameters).ok();
    share(&staging, &production);
    for reply in [&issued, &stored] {
        for name in ["access_token", "refresh_token"] {
            let token = reply.text(name);
            let introspected = production.form_as(OPAQUE, "/production/auth/introspect", &[("token", &token)]).ok();
            assert_eq!(introspected.json(), json!({"active": false}), "{name}");
            let own = changed(good(&token), "subject_token_type", Some(ACCESS_TOKEN));
            assert_eq!(production.form_as(OPAQUE, "/production/auth/token", &own).status(), 400);
        }
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", &reply.text("refresh_token"))];
        production.form_as(OPAQUE, "/production/auth/token", &parameters).refused(
            400,
            "invalid_grant",
            "The refresh token",
        );
    }
    assert!(production.host.grants.borrow().keys().all(|name| name.starts_with("https://sts.example/staging ")));
}

/// Attack 2, of JWTs, of which the store has nothing: the keys are the same, and the issuer is another.
#[test]
fn a_jwt_of_another_service_with_the_same_keys_is_not_active() {
    let of = |name: &str| Fixture::of(&format!("https://sts.example/{name}"), &resources(), OCT_KEYS);
    let (staging, production) = (of("staging"), of("production"));
    let token = staging.form("/staging/auth/token", &good(&subject_token(&json!({})))).ok().text("access_token");
    let introspect = |service: &Fixture, path: &str| service.form(path, &[("token", &token)]).ok().json();
    assert_eq!(introspect(&staging, "/staging/auth/introspect")["active"], true);
    assert_eq!(introspect(&production, "/production/auth/introspect"), json!({"active": false}));
}

/// The record of a grant that was refreshed, with two opaque access tokens: of all of it, and of its second scope.
fn record() -> Value {
    let fixture = Fixture::new();
    let subject = subject_token(&json!({"iat": NOW}));
    let issued = fixture.form_as(OPAQUE, "/auth/token", &changed(good(&subject), "scope", Some("read write"))).ok();
    let next = refresh(&fixture, OPAQUE, &issued.text("refresh_token")).ok().text("refresh_token");
    let narrow = [("grant_type", "refresh_token"), ("refresh_token", &next), ("scope", "write")];
    fixture.form_as(OPAQUE, "/auth/token", &narrow).ok();
    let grants = fixture.host.grants.borrow();
    serde_json::from_str(&grants.values().next().unwrap().1).unwrap()
}

/// What this service never writes is a fault: nothing of a grant is left out, and none is taken for another.
#[test]
fn a_record_with_a_member_that_is_wrong_is_malformed() {
    let good = record();
    assert!(GrantRecord::from_json(&good.to_string()).is_ok());
    for (place, wrong) in [
        ("/expires", json!("1")),
        ("/cid", json!(1)),
        ("/aud", json!("orders")),
        ("/aud/0", json!(1)),
        ("/iat", json!(-1)),
        ("/src", json!("")),
        ("/for/iss", json!(null)),
        ("/for/usr", json!(1)),
        ("/for/iat", json!("1")),
        ("/refresh", json!({})),
        ("/refresh/digest", json!("AA")),
        ("/refresh/previous", json!("AA")),
        ("/refresh/at", json!("1")),
        ("/refresh/used", json!(1)),
        ("/access", json!({})),
        ("/access/0/digest", json!("AA")),
        ("/access/1/scope", json!("write")),
        ("/access/1/scope/0", json!(-1)),
        ("/access/1/scope/0", json!(2)),
    ] {
        let mut record = good.clone();
        *record.pointer_mut(place).unwrap_or_else(|| panic!("{place}: {good}")) = wrong.clone();
        let read = GrantRecord::from_json(&record.to_string());
        assert!(matches!(read, Err(Unreadable::Malformed)), "{place} {wrong}");
    }
    let found = |by_identifier: bool, is_user: bool| {
        let mut record = good.clone();
        let origin = record["for"].as_object_mut().unwrap();
        origin.insert("idf".to_owned(), json!(by_identifier));
        if !is_user {
            origin.remove("usr").unwrap();
        }
        GrantRecord::from_json(&record.to_string()).is_ok()
    };
    assert_eq!([found(true, true), found(false, false), found(true, false)], [true, true, false]);
    // The key that a token was bound to stands where its grant is bound, and there alone.
    let keyed = |of_grant: Value, of_token: Value| {
        let mut record = good.clone();
        let members = record.as_object_mut().unwrap();
        members.extend([("jkt".to_owned(), of_grant)].into_iter().filter(|(_, jkt)| !jkt.is_null()));
        record["for"]
            .as_object_mut()
            .unwrap()
            .extend([("bnd".to_owned(), of_token)].into_iter().filter(|(_, jkt)| !jkt.is_null()));
        GrantRecord::from_json(&record.to_string()).is_ok()
    };
    let key = || json!("A".repeat(43));
    for (of_grant, of_token, is_read) in [
        (Value::Null, Value::Null, true),
        (key(), Value::Null, true), // of an earlier version
        (key(), json!(false), true),
        (key(), key(), true),
        (key(), json!(true), false),
        (key(), json!(""), false),
        (key(), json!("A".repeat(42)), false),
        (Value::Null, key(), false),
        (Value::Null, json!(false), false),
    ] {
        assert_eq!(keyed(of_grant.clone(), of_token.clone()), is_read, "{of_grant} {of_token}");
    }
    for half in ["previous", "at"] {
        let mut record = good.clone();
        record["refresh"].as_object_mut().unwrap().remove(half).unwrap();
        assert!(matches!(GrantRecord::from_json(&record.to_string()), Err(Unreadable::Malformed)), "{half}");
    }
}

/// An access token ends in the second of its `exp`, and has no place in the record from then on.
#[test]
fn an_access_token_that_has_ended_leaves_the_record() {
    let Ok(GrantRecord::Live(record)) = GrantRecord::from_json(&record().to_string()) else { panic!("it lives") };
    let ends = record.access[0].exp;
    for (at, kept) in [(ends - 1, 3), (ends, 1)] {
        let mut record = record.clone();
        let (scope, aud) = (record.grant.scope.clone(), record.grant.aud.clone());
        record.enter(Digest::of(b"next"), (at, at + 10), &scope, &aud, None);
        assert_eq!((record.access.len(), record.expires), (kept, record.grant.end()), "{at}");
    }
}

/// Attack 18: the write was done and its answer got lost. The service looks, and gives what it has made.
#[test]
fn a_write_whose_answer_got_lost_counts() {
    for client in [C1, OPAQUE] {
        let fixture = Fixture::new();
        let token =
            fixture.form_as(client, "/auth/token", &good(&subject_token(&json!({})))).ok().text("refresh_token");
        fixture.host.throwing_writes.borrow_mut().push(true);
        let next = refresh(&fixture, client, &token).ok();
        assert_eq!(fixture.grant_calls(), (2, 1));
        fixture.host.throwing_writes.borrow_mut().push(true);
        refresh(&fixture, client, &next.text("refresh_token")).ok();
        // and a revocation
        fixture.host.throwing_writes.borrow_mut().push(true);
        fixture.form_as(client, "/auth/revoke", &[("token", &next.text("access_token"))]).ok();
        let introspected = fixture.form_as(client, "/auth/introspect", &[("token", &next.text("access_token"))]).ok();
        assert_eq!(introspected.json(), json!({"active": false}));
    }
}

#[test]
fn a_write_that_was_not_done_is_unavailable_and_spends_nothing() {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["refresh_token_grace"] = json!(0);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let mut token = fixture.exchange().ok().text("refresh_token");
    for _ in 0..3 {
        fixture.host.throwing_writes.borrow_mut().push(false);
        refresh(&fixture, C1, &token).refused(503, "temporarily_unavailable", "The service");
        token = refresh(&fixture, C1, &token).ok().text("refresh_token");
    }
}

/// Somebody else wrote the same refresh, and the answer to this write got lost: it was not ours.
#[test]
fn a_write_of_somebody_else_is_not_taken_for_ours() {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["refresh_token_grace"] = json!(0);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let token = fixture.exchange().ok().text("refresh_token");
    let parameters = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    let second = fixture.form_meanwhile(C1, "/auth/token", &parameters, At::WriteGrant, || {
        refresh(&fixture, C1, &token).ok();
        fixture.host.throwing_writes.borrow_mut().push(false);
    });
    second.refused(400, "invalid_grant", "The refresh token is not valid");
    assert_eq!(fixture.last_event()["reason"], "refresh_token_reused");
}

#[test]
fn the_mark_of_an_assertion_is_read_back() {
    let fixture = rfc7523::fixture();
    let one = assertion(&json!({}));
    fixture.host.throwing_writes.borrow_mut().push(true);
    rfc7523::exchange(&fixture, &one).ok();
    rfc7523::exchange(&fixture, &one).refused(401, "invalid_client", "Client authentication failed.");
    let two = assertion(&json!({"jti": "2"}));
    fixture.host.throwing_writes.borrow_mut().push(false);
    rfc7523::exchange(&fixture, &two).refused(503, "temporarily_unavailable", "The service");
    rfc7523::exchange(&fixture, &two).ok();
}

/// A request that is refused spends no assertion, and an assertion that was spent spends nothing else.
#[test]
fn what_is_spent_is_spent_last() {
    let fixture = rfc7523::fixture();
    let with = |assertion: &str, more: &[(&str, &str)]| {
        let mut parameters = vec![("client_assertion_type", rfc7523::TYPE), ("client_assertion", assertion)];
        parameters.extend(more);
        fixture.form_as(None, "/auth/token", &parameters)
    };
    let subject = subject_token(&json!({}));
    let one = assertion(&json!({}));
    with(&one, &changed(good(&subject), "scope", Some("admin"))).refused(400, "invalid_scope", "A scope");
    let token = with(&one, &good(&subject)).ok().text("refresh_token");
    let spent = with(&one, &[("grant_type", "refresh_token"), ("refresh_token", &token)]);
    spent.refused(401, "invalid_client", "Client authentication failed.");
    let refresh = |jti: &str| {
        with(&assertion(&json!({"jti": jti})), &[("grant_type", "refresh_token"), ("refresh_token", &token)])
    };
    refresh("a").ok();
    // Reuse, by an assertion that was spent: the grant lives on.
    fixture.advance(30);
    with(&one, &[("grant_type", "refresh_token"), ("refresh_token", &token)]).refused(401, "invalid_client", "Client");
    let live = |value: &str| serde_json::from_str::<Value>(value).unwrap().get("cid").is_some();
    assert!(fixture.host.grants.borrow().values().any(|(_, value, _)| live(value)));
    refresh("b").refused(400, "invalid_grant", "The refresh token is not valid");
    assert!(!fixture.host.grants.borrow().values().any(|(_, value, _)| live(value)));
}

/// Attack 15: the store keeps everything for an hour more, so that a clock that is ahead ends no revocation before its token.
#[test]
fn what_is_kept_outlives_its_token() {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["refresh_token"] = json!(false);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let issued = fixture.exchange().ok();
    fixture.form("/auth/revoke", &[("token", &issued.text("access_token"))]).ok();
    let kept: Vec<u64> = fixture.host.grants.borrow().values().map(|(_, _, expires)| *expires).collect();
    assert_eq!(kept, [NOW + 360 + 60 + 3600]);
    // What is still there after its end is held against the clock of the service.
    let fixture = Fixture::new();
    let next = refresh(&fixture, C1, &fixture.exchange().ok().text("refresh_token")).ok();
    fixture.advance(864_000);
    refresh(&fixture, C1, &next.text("refresh_token")).refused(400, "invalid_grant", "The refresh token is not valid");
    assert_eq!(fixture.last_event()["reason"], "refresh_token_expired");
}
