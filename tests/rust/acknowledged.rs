//! What an instance has answered to its administrator is what it goes by from then on (contract 3.6): in whatever order the
//! directory's answers arrive, whatever a replica shows, and not for longer than the cache time.

use serde_json::{Value, json};

use crate::common::memory_directory::{DELAY, DelayedReplica};
use crate::common::*;
use edge_sts::{Config, Sts};

const CACHE_TTL: u64 = 30;
const SETTLED: u64 = 120;

/// One instance, and another one of the same service, over the same directory or the same view of its replica.
fn instances(replicated: bool) -> (Fixture, Sts) {
    let replica = replicated.then(DelayedReplica::default);
    let host = MemoryHost { replica, ..MemoryHost::default() };
    host.now.set(NOW);
    host.fill(&resources());
    let config = Config { admin_token: Some(ADMIN), writable: true, replicated, ..Config::new(ISSUER, OCT_KEYS) };
    (Fixture { host, sts: Sts::new(&config).unwrap() }, Sts::new(&config).unwrap())
}

fn here(replicated: bool) -> Fixture {
    instances(replicated).0
}

fn c1(changes: &Value) -> Value {
    let mut c1 = resources()[0].clone();
    merge(&mut c1, changes);
    c1
}

/// Whether the good exchange goes, with this `sub`.
fn exchanges(fixture: &Fixture, sub: &str) -> bool {
    let token = subject_token(&json!({"sub": sub, "exp": fixture.host.now.get() + 300}));
    fixture.form("/auth/token", &good(&token)).status() == 200
}

#[test]
fn a_later_change_counts_whose_answer_arrives_first() {
    for replicated in [false, true] {
        for (path, before, line, after) in [
            ("Client/c1", c1(&json!({"name": "renamed"})), "DELETE", Value::Null),
            ("Client/c1", c1(&json!({"name": "renamed"})), "PUT", c1(&json!({"active": false}))),
            ("User/alice", json!({"email": "new@example.com"}), "DELETE", Value::Null),
            ("User/alice", json!({"email": "new@example.com"}), "PUT", json!({"inactive": true})),
        ] {
            for lost in [false, true] {
                let fixture = here(replicated);
                assert!(exchanges(&fixture, "alice"));
                // Where the answer gets lost, it is looked whether the change was made: that answer is late, too.
                fixture.host.changes.lost.set(lost);
                let at: &[At] = if lost { &[At::AfterChange, At::AfterLook] } else { &[At::AfterChange] };
                let slow = fixture.admin_meanwhile(&format!("PUT /{path}"), &before, at, || {
                    fixture.admin(&format!("{line} /{path}"), &[], &after).ok();
                    assert!(!exchanges(&fixture, "alice"));
                });
                slow.ok();
                for seconds in [0, CACHE_TTL - 1, CACHE_TTL, DELAY, SETTLED] {
                    fixture.advance(seconds);
                    assert!(!exchanges(&fixture, "alice"), "{line} {path}, {replicated}, {lost}, {seconds}");
                }
            }
        }
    }
}

#[test]
fn a_change_that_fails_takes_back_nothing() {
    let fixture = here(true);
    assert!(exchanges(&fixture, "alice"));
    fixture.admin("DELETE /Client/c1", &[], &Value::Null).ok();
    fixture.host.changes.left.set(Some(0));
    assert_eq!(fixture.admin("PUT /Client/c1", &[], &c1(&json!({}))).status(), 503);
    assert!(!exchanges(&fixture, "alice"), "the replica shows it still");
}

/// A deletion that was made, and of which nobody could tell: asked for again, it has been seen to be done.
#[test]
fn a_deletion_that_is_found_done_counts() {
    let fixture = here(true);
    assert!(exchanges(&fixture, "alice"));
    fixture.admin("PUT /Client/c1", &[], &c1(&json!({"name": "renamed"}))).ok();
    let unknown = fixture.admin_meanwhile("DELETE /Client/c1", &Value::Null, &[At::AfterChange], || {
        fixture.host.changes.lost.set(true);
        fixture.host.broken.set(true);
    });
    assert_eq!(unknown.status(), 503);
    fixture.host.broken.set(false);
    assert_eq!(fixture.admin("DELETE /Client/c1", &[], &Value::Null).status(), 204);
    assert!(!exchanges(&fixture, "alice"));
}

#[test]
fn the_cache_time_counts_once() {
    for (replicated, until) in [(false, CACHE_TTL), (true, SETTLED)] {
        let (fixture, elsewhere) = instances(replicated);
        fixture.admin("PUT /Client/c1", &[], &c1(&json!({"name": "renamed"}))).ok();
        assert!(exchanges(&fixture, "alice"));
        let deletes = format!("DELETE /Client/c1\nauthorization: Bearer {ADMIN}");
        let deleted = run(elsewhere.fetch(&fixture.host, &edge_sts::http::Request::new(&deletes, b"")));
        assert_eq!(deleted.status, 200);
        fixture.advance(until - 1);
        assert!(exchanges(&fixture, "alice"));
        fixture.advance(1);
        assert!(!exchanges(&fixture, "alice"), "{replicated}");
    }
}

#[test]
fn a_bundle_moves_a_look_up_in_either_order() {
    let put = |url: &str, resource: &Value| json!({"resource": resource, "request": {"method": "PUT", "url": url}});
    let identifier = json!({"identifier": [{"system": EXTERNAL, "value": "00u1"}]});
    let issuer = json!({"type": "jwt", "jwt": {"iss": EXTERNAL, "secret": SECRET}, "user": "identifier"});
    let other = json!({"type": "jwt", "jwt": {"iss": "https://other.example", "secret": SECRET}});
    for replicated in [false, true] {
        for (from, rest, to, moved) in [
            ("User/carol", &json!({}), "User/dave", &identifier),
            ("TokenIntrospector/external", &other, "TokenIntrospector/next", &issuer),
        ] {
            for new_holder_first in [false, true] {
                let fixture = here(replicated);
                fixture.admin("PUT /TokenIntrospector/external", &[], &issuer).ok();
                assert!(exchanges(&fixture, "00u1"));
                let mut entries = [put(from, rest), put(to, moved)];
                if new_holder_first {
                    entries.reverse();
                }
                let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
                fixture.admin("POST /", &[], &bundle).ok();
                for seconds in [0, CACHE_TTL, DELAY] {
                    fixture.advance(seconds);
                    assert!(exchanges(&fixture, "00u1"), "{to}, {replicated}, {new_holder_first}, {seconds}");
                }
            }
        }
    }
}

#[test]
fn an_import_brings_nothing_back() {
    let fixture = here(true);
    assert!(exchanges(&fixture, "alice"));
    fixture.admin("DELETE /Client/c1", &[], &Value::Null).ok();
    for user in 0..1000 {
        let made = fixture.admin(&format!("PUT /User/imported-{user}"), &[], &json!({"email": "a@example.com"}));
        assert_eq!(made.status(), 201);
    }
    assert!(!exchanges(&fixture, "alice"), "the replica shows it still");
}

/// Another instance took a look-up away, which this one still sees. What this one ends after that has ended, whatever leads
/// to it.
#[test]
fn what_is_ended_here_has_ended_under_look_ups_that_others_took_away() {
    let other = json!({"type": "jwt", "jwt": {"iss": "https://other.example", "secret": SECRET}});
    for replicated in [false, true] {
        for (path, sub, elsewhere_put) in [
            ("User/carol", "00u1", json!({"email": "c@example.com"})),
            ("TokenIntrospector/external", "alice", other.clone()),
        ] {
            for ends in [json!({"inactive": true}), Value::Null] {
                if path.starts_with('T') && !ends.is_null() {
                    continue;
                }
                let (fixture, elsewhere) = instances(replicated);
                assert!(exchanges(&fixture, sub));
                let head = format!("PUT /{path}\nauthorization: Bearer {ADMIN}\ncontent-type: application/json");
                let body = elsewhere_put.to_string();
                let put = run(elsewhere.fetch(&fixture.host, &edge_sts::http::Request::new(&head, body.as_bytes())));
                assert_eq!(put.status, 200);
                let line = if ends.is_null() { "DELETE" } else { "PUT" };
                fixture.admin(&format!("{line} /{path}"), &[], &ends).ok();
                for seconds in [0, 1, CACHE_TTL, DELAY, SETTLED] {
                    fixture.advance(seconds);
                    assert!(!exchanges(&fixture, sub), "{line} {path}, {replicated}, {seconds}");
                }
            }
        }
    }
}
