//! Every call of the host that a request makes goes wrong in every way, one after the other: the answer is the contract's,
//! no token leaves without its grant, nothing half done stays, and the next request works (contract 3.1, issue 15).
//!
//! What cannot be told apart from the truth is not tried: a store that says that it wrote and did not, a signature that
//! is said to hold and does not.

use edge_sts::token::GrantRecord;
use serde_json::{Value, json};

use crate::common::*;
use crate::fault_cases::{
    C1, Case, Outcome, SECRETS, World, administration, exchanges, form_ask, public, questions, refreshes,
};
use crate::faulty_host::{Fault, Step};

/// A fault, and where it was.
struct Tried<'a> {
    case: &'a Case,
    step: Step,
    fault: Fault,
    /// Whether the case asks another server.
    fetches: bool,
    cold: bool,
}

/// Tries every fault at every call of these, with a service that remembers what it needs and with one that does not.
/// Gives how many were tried.
#[track_caller]
fn enumerate(cases: &[Case], replicated: bool) -> usize {
    let mut count = 0;
    let mut failed = Vec::new();
    for case in cases {
        for cold in [false, true] {
            let prepared = || {
                let mut world = World::new(case.ec, replicated);
                let tokens = (case.prepare)(&world);
                if cold {
                    world.restart();
                }
                (world, tokens)
            };
            let (world, tokens) = prepared();
            let before = world.state(case.changes);
            let good = world.send(&(case.ask)(&world, &tokens), None);
            let reply = good.reply.as_ref().unwrap();
            assert_eq!(reply.status(), case.good, "{}: {}", case.name, reply.0.body);
            let after = world.state(case.changes);
            let fetches = good.steps.contains(&Step::Fetch);
            for (place, step) in good.steps.iter().copied().enumerate() {
                // Wrong answers to what is read cold and warm are the same: once is enough.
                let faults = step.faults().into_iter().filter(|fault| cold || !matches!(fault, Fault::Garbage(_)));
                for fault in faults {
                    let (world, tokens) = prepared();
                    let tried = Tried { case, step, fault, fetches, cold };
                    count += 1;
                    let one = || one(&tried, place, &world, &tokens, (&before, &after));
                    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(one)).is_err() {
                        failed.push(format!("{}: {fault:?} at {step:?}, call {place}, cold {cold}", case.name));
                    }
                }
            }
        }
    }
    assert!(failed.is_empty(), "{} of {count}:\n{}", failed.len(), failed.join("\n"));
    count
}

type State = [(bool, u64)];

fn one(tried: &Tried<'_>, place: usize, world: &World, tokens: &[String], (before, after): (&State, &State)) {
    let Tried { case, step, fault, cold, .. } = tried;
    let what = format!("{}, {fault:?} at {step:?}, call {place}, cold {cold}", case.name);
    let ask = (case.ask)(world, tokens);
    let outcome = world.send(&ask, Some((place, *fault)));
    let hangs = matches!(fault, Fault::HangsBefore | Fault::HangsAfter);
    assert_eq!(outcome.reply.is_none(), hangs, "{what}: it hangs");
    answer(tried, &outcome, &what);
    shows_no_secret(world, &outcome, tokens, &what);

    // All or nothing in the directory; what was answered is what is there.
    let state = world.state(case.changes);
    assert!(*state == *before || *state == *after, "{what}: {state:?}, neither {before:?} nor {after:?}");
    let status = outcome.reply.as_ref().map(Reply::status);
    if status.is_some_and(|status| status < 300) {
        assert_eq!(&*state, after, "{what}: it says that it is done");
    }
    if status.is_some_and(|status| status >= 300) && *fault == Fault::Fails {
        assert_eq!(&*state, before, "{what}: it says that it is not done");
    }
    consistent(world, &what);

    // A token that was given is there.
    if let Some(reply) = outcome.reply.as_ref().filter(|reply| reply.status() == 200) {
        let body: Value = serde_json::from_str(&reply.0.body).unwrap_or_default();
        let wrong_time = *step == Step::Now || (*step == Step::Sign && matches!(fault, Fault::Garbage(_)));
        for name in ["access_token", "refresh_token"] {
            if let Some(token) = body[name].as_str().filter(|_| !wrong_time) {
                assert!(world.active(token), "{what}: {name} is not active");
            }
        }
    }

    // The same instance serves on; what a store said is not there, it asks for again after the cache time.
    if *step == Step::Read && matches!(fault, Fault::Garbage(5..=7)) {
        world.fixture.advance(edge_sts::limits::CACHE_TTL);
    }
    if !(case.timed && *step == Step::Now) {
        let again = world.send(&ask, None).reply.unwrap();
        assert!(case.again.contains(&again.status()), "{what}: again {} {}", again.status(), again.0.body);
        (case.settled)(world, tokens);
    }
    let settled = world.state(case.changes);
    let there = |state: &State| state.iter().map(|(there, _)| *there).collect::<Vec<_>>();
    assert_eq!(there(&settled), there(after), "{what}: in the end");
    consistent(world, &what);
    let subject = subject_token(&json!({"sub": "00u1", "exp": world.now() + 3600}));
    if !case.changes.contains(&"User/carol") {
        let reply = world.reply(&form_ask(Some(("c1", "p@ss:w+rd %1")), "/auth/token", &good(&subject)));
        assert_eq!(reply.status(), 200, "{what}: the good exchange {}", reply.0.body);
    }
}

/// Its status, its form, and its event.
fn answer(tried: &Tried<'_>, outcome: &Outcome, what: &str) {
    let Tried { case, step, fault, fetches, .. } = tried;
    let last = outcome.events.last();
    let Some(reply) = &outcome.reply else {
        let told = outcome.events.iter().any(|event| event["event"] != "issuer.fetch" && event["outcome"] == "success");
        assert!(!told, "{what}: it tells of an answer that nobody got");
        return;
    };
    let status = reply.status();
    let wrong = matches!(fault, Fault::Garbage(_));
    let down = matches!(fault, Fault::Down | Fault::LostThenDown);
    let may_refuse = wrong || (*fetches && (*step == Step::Fetch || down)) || *step == Step::Limit;
    let expected = status == case.good || status == 503 || (may_refuse && case.refused.contains(&status));
    assert!(expected, "{what}: {status} {}", reply.0.body);
    let survived = matches!(fault, Fault::Late(_))
        || (*fault == Fault::Lost && matches!(step, Step::WriteGrant | Step::Change))
        || (matches!(fault, Fault::Fails | Fault::Lost) && *step == Step::Limit);
    assert!(!survived || status == case.good, "{what}: {status} {}", reply.0.body);
    if status == 503 {
        assert!(reply.header("retry-after").is_some(), "{what}: when to try again");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{what}");
        let body = reply.json();
        assert!(
            body["error"] == "temporarily_unavailable" || body["resourceType"] == "OperationOutcome",
            "{what}: {body}"
        );
    }
    if status != case.good {
        let event = last.unwrap_or_else(|| panic!("{what}: no event"));
        assert!(event["outcome"] != "success" && event["reason"].is_string(), "{what}: {event}");
        let unavailable = event["reason"] == "store_unavailable" || event["reason"] == "stored_resource_invalid";
        let said = event["reason"] == "administration_refused";
        assert!(status != 503 || unavailable || said, "{what}: {event}");
    }
    if *step == Step::Fetch && matches!(fault, Fault::Fails | Fault::Lost) {
        let fetch = outcome.events.iter().find(|event| event["event"] == "issuer.fetch");
        assert!(fetch.is_some_and(|event| event["reason"].is_string()), "{what}: the fetch is not told");
    }
}

fn shows_no_secret(world: &World, outcome: &Outcome, tokens: &[String], what: &str) {
    let reply =
        outcome.reply.as_ref().map(|reply| [reply.0.head(), reply.0.body.clone()].join("\n\n")).unwrap_or_default();
    let events: Vec<String> = outcome.events.iter().map(Value::to_string).collect();
    for secret in SECRETS.iter().copied().chain(tokens.iter().map(String::as_str)) {
        assert!(!reply.contains(secret), "{what}: the answer shows a secret");
        assert!(!events.iter().any(|event| event.contains(secret)), "{what}: an event shows a secret");
    }
    let issued: Value =
        serde_json::from_str(outcome.reply.as_ref().map_or("", |reply| &reply.0.body)).unwrap_or_default();
    for token in ["access_token", "refresh_token"].iter().filter_map(|name| issued[name].as_str()) {
        assert!(!events.iter().any(|event| event.contains(token)), "{what}: an event shows what was issued");
        let stored = world.fixture.host.grants.borrow();
        assert!(!stored.values().any(|(_, value, _)| value.contains(token)), "{what}: it is stored as it is");
    }
}

/// Every look-up that is published leads to a resource that is there as it is published, and everything in the grant
/// store is a grant or a mark.
fn consistent(world: &World, what: &str) {
    let directory = world.fixture.host.directory.borrow();
    let resources = world.fixture.host.resources.borrow();
    for (key, value) in resources.iter() {
        assert_eq!(directory.value(key).as_ref(), Some(value), "{what}: {key}");
    }
    for key in directory.keys().keys() {
        assert!(resources.contains_key(key), "{what}: {key} is not published");
    }
    for (name, (_, value, _)) in world.fixture.host.grants.borrow().iter() {
        let is_mark = name.contains(" assertion.");
        assert!(is_mark || GrantRecord::from_json(value).is_ok(), "{what}: {name} is no grant");
    }
}

#[test]
fn every_fault_of_an_exchange() {
    let tried = enumerate(&exchanges(), false);
    assert!(tried > 1400, "{tried}");
}

#[test]
fn every_fault_of_a_refresh() {
    let tried = enumerate(&refreshes(), false);
    assert!(tried > 900, "{tried}");
}

#[test]
fn every_fault_of_introspection_userinfo_and_revocation() {
    let tried = enumerate(&questions(), false);
    assert!(tried > 900, "{tried}");
}

#[test]
fn every_fault_of_the_administrators_requests() {
    let tried = enumerate(&administration(), true);
    assert!(tried > 500, "{tried}");
}

#[test]
fn every_fault_of_what_anybody_may_ask() {
    let tried = enumerate(&public(), true);
    assert!(tried > 50, "{tried}");
}

/// A clock that was years ahead for one request, as after a machine wakes: what was remembered by it is not believed for
/// years.
#[test]
fn a_clock_that_was_ahead_leaves_nothing_behind() {
    let world = World::new(false, false);
    let year = 365 * 86_400;
    world.fixture.host.now.set(NOW + year);
    let ahead = subject_token(&json!({"sub": "00u1", "exp": NOW + year + 300}));
    world.reply(&form_ask(C1, "/auth/token", &good(&ahead))).ok();
    world.fixture.host.now.set(NOW);
    // Another instance deletes the User.
    let elsewhere = World::service(OCT_KEYS, false);
    let deletes = format!("DELETE /User/carol\nauthorization: Bearer {ADMIN}");
    let deleted = run(elsewhere.fetch(&world.fixture.host, &edge_sts::http::Request::new(&deletes, b"")));
    assert_eq!(deleted.status, 200);
    world.fixture.advance(edge_sts::limits::CACHE_TTL);
    let token = subject_token(&json!({"sub": "00u1"}));
    let reply = world.reply(&form_ask(C1, "/auth/token", &good(&token)));
    reply.refused(400, "invalid_request", "The subject_token is not accepted: its user is not known");
}
