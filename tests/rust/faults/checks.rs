//! What must hold of every answer, and of what is stored after it, whatever went wrong.

use edge_sts::token::GrantRecord;
use serde_json::Value;

use super::Tried;
use super::fault::{Fault, Step};
use super::world::{Outcome, SECRETS, World};

/// Its status, its form, and its event.
pub fn answer(tried: &Tried<'_>, outcome: &Outcome, what: &str) {
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

pub fn shows_no_secret(world: &World, outcome: &Outcome, tokens: &[String], what: &str) {
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
pub fn consistent(world: &World, what: &str) {
    let directory = world.fixture.host.directory.borrow();
    let resources = world.fixture.host.resources.borrow();
    for (key, value) in resources.iter() {
        assert_eq!(directory.value(key).as_ref(), Some(value), "{what}: {key}");
    }
    for key in directory.keys().keys() {
        assert!(resources.contains_key(key), "{what}: {key} is not published");
    }
    for (name, (_, value, _)) in world.fixture.host.grants.borrow().iter() {
        let is_mark = [" assertion.", " dpop.", " id-jag."].iter().any(|mark| name.contains(mark));
        assert!(is_mark || GrantRecord::from_json(value).is_ok(), "{what}: {name} is no grant");
    }
}
