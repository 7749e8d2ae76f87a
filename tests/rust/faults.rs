//! Every call of the host that a request makes goes wrong in every way, one after the other: the answer is the contract's,
//! no token leaves without its grant, nothing half done stays, and the next request works (contract 3.1, issue 15).
//!
//! What cannot be told apart from the truth is not tried: a store that says that it wrote and did not, a signature that
//! is said to hold and does not.

mod ask;
mod case;
mod cases;
mod checks;
mod fault;
mod fetched;
mod host;
mod resources;
mod world;

use serde_json::{Value, json};

use self::ask::form_ask;
use self::case::Case;
use self::cases::id_jag::ID_JAG;
use self::checks::{answer, consistent, shows_no_secret};
use self::fault::{Fault, Step};
use self::world::{C1, Setup, World};
use crate::common::*;

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
                let mut world = World::new(Setup { replicated, ..case.setup });
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

    // A token that was given is there, and bound to the key that was proved.
    if let Some(reply) = outcome.reply.as_ref().filter(|reply| reply.status() == 200) {
        let wrong_time = *step == Step::Now || (*step == Step::Sign && matches!(fault, Fault::Garbage(_)));
        given(case, world, reply, wrong_time, &what);
    }

    // The same instance serves on; what a store said is not there, it asks for again after the cache time.
    if *step == Step::Read && matches!(fault, Fault::Garbage(5..=7)) {
        world.fixture.advance(edge_sts::limits::CACHE_TTL);
    }
    if !(case.timed && *step == Step::Now) {
        let again = world.send(&ask, None).reply.unwrap();
        assert!(case.again.contains(&again.status()), "{what}: again {} {}", again.status(), again.0.body);
        assert!(!(case.once && status == Some(200) && again.status() == 200), "{what}: it serves twice");
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

/// What an answer gives.
fn given(case: &Case, world: &World, reply: &Reply, wrong_time: bool, what: &str) {
    let body: Value = serde_json::from_str(&reply.0.body).unwrap_or_default();
    // An identity assertion is for others.
    let tokens = ["access_token", "refresh_token"].iter().filter_map(|name| Some((*name, body[*name].as_str()?)));
    for (name, token) in tokens.filter(|_| !wrong_time && body["issued_token_type"] != ID_JAG) {
        let said = world.said(token);
        assert_eq!(said["active"], true, "{what}: {name} is not active");
        if let Some(jkt) = case.bound.filter(|_| name == "access_token") {
            assert_eq!((&body["token_type"], &said["cnf"]["jkt"]), (&json!("DPoP"), &json!(jkt)), "{what}");
        }
    }
}

#[test]
fn every_fault_of_an_exchange() {
    let tried = enumerate(&cases::exchanges::cases(), false);
    assert!(tried > 1200, "{tried}");
}

#[test]
fn every_fault_of_a_refresh() {
    let tried = enumerate(&cases::refreshes::cases(), false);
    assert!(tried > 800, "{tried}");
}

#[test]
fn every_fault_of_a_proof_of_a_key() {
    let tried = enumerate(&cases::dpop::cases(), false);
    assert!(tried > 1800, "{tried}");
}

#[test]
fn every_fault_of_a_refresh_with_a_proof_of_a_key() {
    let tried = enumerate(&cases::dpop_refreshes::cases(), false);
    assert!(tried > 1000, "{tried}");
}

#[test]
fn every_fault_of_identity_assertions() {
    let tried = enumerate(&cases::id_jag::cases(), false);
    assert!(tried > 800, "{tried}");
}

#[test]
fn every_fault_of_clients_that_send_no_secret() {
    let tried = enumerate(&cases::clients::cases(), false);
    assert!(tried > 1400, "{tried}");
}

#[test]
fn every_fault_of_introspection_userinfo_and_revocation() {
    let tried = enumerate(&cases::questions::cases(), false);
    assert!(tried > 1200, "{tried}");
}

#[test]
fn every_fault_of_the_administrators_requests() {
    let tried = enumerate(&cases::administration::cases(), true);
    assert!(tried > 1000, "{tried}");
}

#[test]
fn every_fault_of_what_anybody_may_ask() {
    let tried = enumerate(&cases::public::cases(), true);
    assert!(tried > 90, "{tried}");
}

/// A clock that was years ahead for one request, as after a machine wakes: what was remembered by it is not believed for
/// years.
#[test]
fn a_clock_that_was_ahead_leaves_nothing_behind() {
    let world = World::new(Setup::PLAIN);
    let year = 365 * 86_400;
    world.fixture.host.now.set(NOW + year);
    let ahead = subject_token(&json!({"sub": "00u1", "exp": NOW + year + 300}));
    world.reply(&form_ask(C1, "/auth/token", &good(&ahead))).ok();
    world.fixture.host.now.set(NOW);
    // Another instance deletes the User.
    let elsewhere = Setup::PLAIN.service();
    let deletes = format!("DELETE /User/carol\nauthorization: Bearer {ADMIN}");
    let deleted = run(elsewhere.fetch(&world.fixture.host, &edge_sts::http::Request::new(&deletes, b"")));
    assert_eq!(deleted.status, 200);
    world.fixture.advance(edge_sts::limits::CACHE_TTL);
    let token = subject_token(&json!({"sub": "00u1"}));
    let reply = world.reply(&form_ask(C1, "/auth/token", &good(&token)));
    reply.refused(400, "invalid_request", "The subject_token is not accepted: its user is not known");
}
