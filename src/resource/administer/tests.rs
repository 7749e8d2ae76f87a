use alloc::boxed::Box;
use alloc::format;
use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::collections::BTreeMap;

use super::*;
use crate::host::{HostKey, Incoming, Outgoing, Unanswered, Versioned};
use crate::jose::Algorithm;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: u64 = 1_800_000_000;

/// Stores in memory that throw when `left` operations are done, and that let others go first when they are `slow`.
#[derive(Default)]
struct Store {
    values: RefCell<BTreeMap<String, String>>,
    notes: RefCell<BTreeMap<String, (u64, String)>>,
    left: Cell<Option<usize>>,
    slow: Cell<bool>,
    now: Cell<u64>,
}

impl Store {
    fn count(&self) -> Result<(), HostFault> {
        if let Some(left) = self.left.get() {
            self.left.set(Some(left.checked_sub(1).ok_or(HostFault)?));
        }
        Ok(())
    }

    /// Lets others go first.
    async fn wait(&self) {
        let mut waited = !self.slow.get();
        core::future::poll_fn(|_| if core::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
    }

    fn keys(&self) -> Vec<String> {
        self.values.borrow().keys().cloned().collect()
    }

    fn administer(&self, line: &str, headers: &str, body: &str) -> Administered {
        let head = format!("{line}\ncontent-type: application/json\n{headers}");
        self.send(&head, body.as_bytes(), true)
    }

    fn send(&self, head: &str, body: &[u8], writable: bool) -> Administered {
        let request = Request::new(head, body);
        let (name, id) = request.path.trim_start_matches('/').split_once('/').unzip();
        let name = name.unwrap_or_else(|| request.path.trim_start_matches('/'));
        let resource_type = ResourceType::from_name(name).unwrap();
        let mut future =
            pin!(administer(self, writable, NOW.wrapping_add(self.now.get()), resource_type, id, &request));
        let Poll::Ready(administered) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("a store in memory is always ready");
        };
        administered
    }
}

impl Host for Store {
    fn now(&self) -> u64 {
        0
    }

    fn elapsed_ms(&self) -> u64 {
        0
    }

    fn random(&self, out: &mut [u8]) -> Result<(), HostFault> {
        self.count()?;
        out.fill(251);
        Ok(())
    }

    async fn read(&self, keys: &[String]) -> Result<Vec<Option<String>>, HostFault> {
        self.wait().await;
        self.count()?;
        Ok(keys.iter().map(|key| self.values.borrow().get(key).cloned()).collect())
    }

    async fn write(&self, changes: &[(String, Option<String>)]) -> Result<(), HostFault> {
        for (key, value) in changes {
            self.wait().await;
            self.count()?;
            match value {
                Some(value) => self.values.borrow_mut().insert(key.clone(), value.clone()),
                None => self.values.borrow_mut().remove(key),
            };
        }
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, HostFault> {
        self.count()?;
        Ok(self.keys().into_iter().filter(|key| key.starts_with(prefix)).collect())
    }

    async fn read_grant(&self, id: &str) -> Result<Option<Versioned>, HostFault> {
        self.wait().await;
        self.count()?;
        let found = self.notes.borrow().get(id).cloned();
        Ok(found.map(|(version, value)| Versioned { version, value }))
    }

    async fn write_grant(&self, id: &str, expected: Option<u64>, value: &str, _: u64) -> Result<bool, HostFault> {
        self.wait().await;
        self.count()?;
        let version = self.notes.borrow().get(id).map(|(version, _)| *version);
        if version == expected {
            self.notes.borrow_mut().insert(id.into(), (version.unwrap_or(0).wrapping_add(1), value.into()));
        }
        Ok(version == expected)
    }

    async fn sign(&self, _: Algorithm, _: HostKey<'_>, _: &[u8]) -> Result<Vec<u8>, HostFault> {
        Err(HostFault)
    }

    async fn verify(&self, _: Algorithm, _: HostKey<'_>, _: &[u8], _: &[u8]) -> Result<bool, HostFault> {
        Err(HostFault)
    }

    async fn can_verify(&self, _: Algorithm, _: HostKey<'_>) -> Result<bool, HostFault> {
        Err(HostFault)
    }

    async fn fetch(&self, _: &Outgoing<'_>) -> Result<Incoming, Unanswered> {
        Err(Unanswered::Unknown)
    }

    async fn pause(&self, _: u64) -> Result<(), HostFault> {
        if !self.slow.get() {
            return Err(HostFault); // nobody else would come
        }
        self.wait().await;
        Ok(())
    }

    async fn limit(&self, _: &str) -> Result<Option<bool>, HostFault> {
        Err(HostFault)
    }

    fn audit(&self, _: &Event) {}
}

fn introspector(iss: &str) -> String {
    format!(r#"{{"type":"jwt","jwt":{{"iss":"{iss}","secret":"{SECRET}"}}}}"#)
}

#[test]
fn a_store_that_throws_at_any_step_leaves_what_the_same_request_puts_right() {
    let user = |names: &[&str]| {
        let list: Vec<_> = names.iter().map(|name| format!(r#"{{"system":"a","value":"{name}"}}"#)).collect();
        format!(r#"{{"identifier":[{}]}}"#, list.join(","))
    };
    let client = |origins: &str| format!(r#"{{"allowed_origins":[{origins}]}}"#);
    for (path, before, after) in [
        ("/TokenIntrospector/i", introspector("https://old.example"), introspector("https://new.example")),
        ("/User/u", user(&["b", "c", "d"]), user(&["c", "e", "f"])),
        ("/Client/c", client(r#""https://a.example""#), client(r#""https://b.example","https://c.example""#)),
    ] {
        let good = Store::default();
        good.administer(&format!("PUT {path}"), "", &after);
        for (method, before) in [("PUT", None), ("PUT", Some(&before)), ("DELETE", Some(&before))] {
            let line = format!("{method} {path}");
            let mut steps = 0;
            loop {
                let store = Store::default();
                if let Some(before) = before {
                    store.administer(&format!("PUT {path}"), "", before);
                }
                store.left.set(Some(steps));
                let first = store.administer(&line, "", &after).response;
                if first.status < 300 {
                    break;
                }
                assert_eq!((first.status, first.header("retry-after")), (503, Some("5")));
                // Every look-up still belongs to a resource that is there: nobody is trusted unseen.
                let own = path.trim_start_matches('/');
                let keys = store.keys();
                assert!(keys.is_empty() || keys.iter().any(|key| key == own), "{line} after {steps}: {keys:?}");
                store.left.set(None);
                // As long as the broken one may still be under way, nobody goes ahead.
                let early = store.administer(&line, "", &after).response.status;
                assert!(early < 300 || early == 503, "{line} after {steps}: {early}");
                store.now.set(limits::TURN);
                assert!(store.administer(&line, "", &after).response.status < 300, "{line} after {steps}");
                let expected = if method == "PUT" { good.keys() } else { Vec::new() };
                assert_eq!(store.keys(), expected, "{line} after {steps}");
                steps += 1;
            }
            assert!(steps >= 3, "{line}: it threw at only {steps} steps");
        }
    }
}

#[test]
fn look_ups_of_what_another_version_stored_go_away() {
    for line in ["PUT /TokenIntrospector/i", "DELETE /TokenIntrospector/i"] {
        let store = Store::default();
        store.administer("PUT /TokenIntrospector/i", "", &introspector("https://old.example"));
        for value in store.values.borrow_mut().values_mut() {
            *value = value.replace(r#""type""#, r#""newer":1,"type""#);
        }
        assert_eq!(store.administer(line, "", &introspector("https://new.example")).response.status, 200);
        assert!(!store.keys().iter().any(|key| key.contains("old.example")), "{line}");
    }
}

#[test]
fn a_look_up_that_another_resource_took_over_stays_its() {
    // As when two files with one issuer are seeded, one after the other.
    let store = Store::default();
    store.administer("PUT /TokenIntrospector/first", "", &introspector("https://a.example"));
    let document = store.values.borrow()["TokenIntrospector/first"].replace(r#""first""#, r#""second""#);
    for key in ["TokenIntrospector/second", "TokenIntrospector?iss=https://a.example"] {
        store.values.borrow_mut().insert(key.into(), document.clone());
    }
    let refused = store.administer("PUT /TokenIntrospector/first", "", &introspector("https://a.example"));
    assert_eq!(refused.response.status, 422);
    assert!(refused.changed.is_empty());
    assert_eq!(store.administer("DELETE /TokenIntrospector/first", "", "").response.status, 200);
    assert_eq!(store.keys(), ["TokenIntrospector/second", "TokenIntrospector?iss=https://a.example"]);
}

/// Bits of `order` in [`at_once`].
const STEPS: u32 = 11;

/// Two changes at the same time, each a path and a body (a DELETE without one): `order` says bit by bit who goes next.
/// Gives their statuses.
fn at_once(store: &Store, changes: [(&str, Option<&str>); 2], order: u32) -> [u16; 2] {
    store.slow.set(true);
    let heads = changes.map(|(path, body)| {
        let method = if body.is_some() { "PUT" } else { "DELETE" };
        format!("{method} {path}\ncontent-type: application/json")
    });
    let requests = [0, 1].map(|n| Request::new(&heads[n], changes[n].1.unwrap_or_default().as_bytes()));
    let mut waiting = requests.each_ref().map(|request| {
        let (name, id) = request.path.trim_start_matches('/').split_once('/').unwrap();
        let resource_type = ResourceType::from_name(name).unwrap();
        Box::pin(administer(store, true, NOW.wrapping_add(store.now.get()), resource_type, Some(id), request))
    });
    let mut done = [0, 0];
    for step in 0.. {
        let next = if step < STEPS { order >> step & 1 } else { step & 1 } as usize;
        if done.iter().all(|status| *status > 0) {
            break;
        }
        if done[next] == 0 {
            let polled = waiting[next].as_mut().poll(&mut Context::from_waker(Waker::noop()));
            if let Poll::Ready(administered) = polled {
                done[next] = administered.response.status;
            }
        }
    }
    drop(waiting);
    store.slow.set(false);
    done
}

#[test]
fn two_changes_of_one_resource_do_not_mix() {
    let user = |inactive, name| {
        format!(
            r#"{{"inactive":{inactive},"identifier":[{{"system":"a","value":"{name}"}},{{"system":"a","value":"b"}}]}}"#
        )
    };
    for (path, before, first, second) in [
        ("/TokenIntrospector/i", introspector("https://a.example"), introspector("https://a.example"), None),
        ("/TokenIntrospector/i", introspector("https://a.example"), introspector("https://b.example"), None),
        ("/User/u", user(false, "c"), user(true, "c"), Some(user(false, "d"))),
        ("/User/u", user(false, "c"), user(true, "d"), None),
    ] {
        for order in 0..1 << STEPS {
            let store = Store::default();
            store.administer(&format!("PUT {path}"), "", &before);
            store.now.set(limits::SETTLED);
            let statuses = at_once(&store, [(path, Some(&first)), (path, second.as_deref())], order);
            assert!(statuses.iter().all(|status| *status < 300), "{path} {order:b} {statuses:?}");
            let values = store.values.borrow();
            let own = values.get(path.trim_start_matches('/'));
            for (key, value) in values.iter() {
                assert_eq!(Some(value), own, "{path} {order:b}: {key}");
            }
            let document = own.map(|text| json::parse_object(text).ok().unwrap());
            let (name, id) = path.trim_start_matches('/').split_once('/').unwrap();
            let resource_type = ResourceType::from_name(name).unwrap();
            let wanted = document.map(|document| super::super::document::lookup_keys(resource_type, id, &document));
            let count = wanted.map_or(0, |wanted| wanted.len() + 1);
            assert_eq!(values.len(), count, "{path} {order:b}: {:?}", values.keys());
        }
    }
}

/// One issuer, two introspectors: whoever has the look-up is a resource that is there, as it is.
#[test]
fn two_resources_that_claim_one_look_up_leave_nobody_trusted_unseen() {
    let (a, b) = (introspector("https://a.example"), introspector("https://b.example"));
    let (i, j) = ("/TokenIntrospector/i", "/TokenIntrospector/j");
    for (before, changes) in [
        (&[][..], [(i, Some(a.as_str())), (j, Some(a.as_str()))]),
        (&[(i, &a)], [(i, None), (j, Some(&a))]),
        (&[(i, &a)], [(i, Some(&b)), (j, Some(&a))]),
        (&[(i, &a), (j, &b)], [(i, Some(&b)), (j, Some(&a))]),
        (&[(i, &a), (j, &b)], [(i, Some(&b)), (j, None)]),
    ] {
        for order in 0..1 << STEPS {
            let store = Store::default();
            for (path, body) in before {
                assert_eq!(store.administer(&format!("PUT {path}"), "", body).response.status, 201);
            }
            store.now.set(limits::SETTLED);
            let statuses = at_once(&store, changes, order);
            assert!(statuses.iter().all(|status| *status < 300 || *status == 422), "{order:b} {statuses:?}");
            let unseen = || {
                let values = store.values.borrow();
                let lookups = values.iter().filter(|(key, _)| key.contains('?'));
                lookups
                    .filter(|(_, value)| !values.iter().any(|(key, own)| !key.contains('?') && own == *value))
                    .count()
            };
            assert_eq!(unseen(), 0, "{order:b}: {:?}", store.keys());
            // And when all are deleted nobody is trusted any more.
            for path in [i, j] {
                assert!(store.administer(&format!("DELETE {path}"), "", "").response.status < 300);
                assert_eq!(unseen(), 0, "{order:b}: {:?}", store.keys());
            }
            assert!(store.keys().is_empty(), "{order:b}: {:?}", store.keys());
        }
    }
}

#[test]
fn what_the_store_shows_too_late_is_not_believed() {
    let store = Store::default();
    store.administer("PUT /TokenIntrospector/i", "", &introspector("https://a.example"));
    let old = store.values.borrow().clone();
    store.now.set(1);
    let moved = store.administer("PUT /TokenIntrospector/i", "", &introspector("https://b.example")).response;
    let version = String::from(moved.header("etag").unwrap());
    let new = store.values.replace(old.clone());
    // An old value, elsewhere: neither a version nor a mask is taken from it.
    let late = store.administer("PUT /TokenIntrospector/i", "", &introspector("https://c.example")).response;
    assert_eq!(late.status, 503);
    let headers = format!("if-match: {version}");
    store.values.replace(new);
    assert_eq!(store.administer("DELETE /TokenIntrospector/i", &headers, "").response.status, 200);
    assert!(store.keys().is_empty());
    // What was deleted is gone, whatever is shown; and no version comes again.
    store.values.replace(old);
    assert_eq!(store.administer("DELETE /TokenIntrospector/i", "", "").response.status, 204);
    store.values.borrow_mut().clear();
    let made = store.administer("PUT /TokenIntrospector/i", "", &introspector("https://a.example")).response;
    assert!(made.status == 201 && made.header("etag").unwrap() > version.as_str());
    // Later on what is there is believed: somebody may have put it there.
    store.values.borrow_mut().insert("User/u".into(), r#"{"id":"u","meta":{"versionId":"7"}}"#.into());
    assert_eq!(store.administer("PUT /User/u", "if-match: \"7\"", "{}").response.status, 200);
    store.values.borrow_mut().insert("User/u".into(), r#"{"id":"u","meta":{"versionId":"7"}}"#.into());
    assert_eq!(store.administer("PUT /User/u", "", "{}").response.status, 503);
    store.now.set(limits::SETTLED + 1);
    assert_eq!(store.administer("PUT /User/u", "", "{}").response.status, 200);
}

#[test]
fn look_ups_of_what_cannot_be_read_go_away() {
    for line in ["PUT /TokenIntrospector/i", "DELETE /TokenIntrospector/i"] {
        let store = Store::default();
        store.administer("PUT /TokenIntrospector/i", "", &introspector("https://old.example"));
        store.administer("PUT /TokenIntrospector/other", "", &introspector("https://other.example"));
        store.notes.borrow_mut().clear();
        store.values.borrow_mut().insert("TokenIntrospector/i".into(), "{\"broken\":".into());
        assert_eq!(store.administer(line, "", &introspector("https://new.example")).response.status, 200);
        let keys = store.keys();
        assert!(!keys.iter().any(|key| key.contains("old.example")), "{line} {keys:?}");
        assert!(keys.iter().any(|key| key.contains("other.example")), "{line} {keys:?}");
    }
}

#[test]
fn what_is_stored_and_no_json_can_be_replaced_and_deleted() {
    for (line, status) in [("GET /User/u", 503), ("GET /User", 503), ("PUT /User/u", 200), ("DELETE /User/u", 200)] {
        let store = Store::default();
        store.values.borrow_mut().insert("User/u".into(), r#"{"planted"#.into());
        let answer = store.administer(line, "", "{}").response;
        assert_eq!(answer.status, status, "{line}");
        assert!(!answer.body.contains("planted"), "{line}");
        assert!(status != 503 || answer.body.contains("User/u"), "{line}: it says which");
    }
}

#[test]
fn bodies() {
    let store = Store::default();
    for (head, body, status, code) in [
        ("PUT /User/u", "{}".into(), 415, "not-supported"),
        ("PUT /User/u\ncontent-type: text/plain", "{}".into(), 415, "not-supported"),
        ("PUT /User/u\ncontent-type: application/json-patch+json", "{}".into(), 415, "not-supported"),
        ("POST /User\ncontent-type: application/json", "[]".into(), 400, "structure"),
        ("POST /User\ncontent-type: application/json", r#"{"id":"a","id":"b"}"#.into(), 400, "structure"),
        ("POST /User\ncontent-type: application/json", r#"{"id":"."}"#.into(), 422, "value"),
        ("POST /User\ncontent-type: application/json", r#"{"id":null}"#.into(), 422, "value"),
        ("PUT /User/u\ncontent-type: application/json", " ".repeat(limits::BODY + 1), 413, "too-long"),
        ("PATCH /User/u\ncontent-type: application/json", "{}".into(), 405, "not-supported"),
        ("DELETE /User\ncontent-type: application/json", String::new(), 405, "not-supported"),
    ] {
        let answer = store.send(head, body.as_bytes(), true);
        let expected = format!(r#""code":"{code}""#);
        assert!(answer.response.status == status && answer.response.body.contains(&expected), "{head}");
        assert_eq!(answer.response.header("cache-control"), Some("no-store"), "{head}");
        assert_eq!(answer.event.reason, Some(Reason::Administration), "{head}");
    }
    assert!(store.keys().is_empty());
    let good = store.send("PUT /User/u\ncontent-type: Application/FHIR+JSON ; charset=utf-8", b"{}", true);
    assert_eq!((good.response.status, good.changed), (201, Vec::from([String::from("User/u")])));
}

#[test]
fn a_store_that_cannot_be_written_is_read_only() {
    let store = Store::default();
    store.administer("PUT /User/u", "", "{}");
    for line in ["PUT /User/u", "POST /User", "DELETE /User/u"] {
        let answer = store.send(&format!("{line}\ncontent-type: application/json"), b"{}", false).response;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{line}");
    }
    assert_eq!(store.send("GET /User/u", b"", false).response.status, 200);
    assert_eq!(store.send("GET /User", b"", false).response.status, 200);
}

#[test]
fn an_id_is_made_and_what_has_no_effect_is_named_once() {
    let store = Store::default();
    let body = r#"{"roles":["a"],"emails":["planted"],"identifier":[{"system":"a","value":"b","use":"official"}]}"#;
    let made = store.administer("POST /User", "", body);
    assert_eq!(made.response.status, 201);
    let location = made.response.header("location").unwrap();
    let id = location.strip_prefix("/User/").unwrap();
    assert!(id.len() == 22 && key::is_id(id), "{id}");
    assert_eq!(made.event.resource.as_deref(), location.strip_prefix('/'));
    let expected = ["User.identifier[0].use", "User.emails", "User.roles"];
    assert_eq!(made.event.without_effect.len(), expected.len());
    assert!(expected.iter().all(|path| made.event.without_effect.iter().any(|found| found == path)));
    let event = made.event.to_json();
    assert!(event.contains(r#""level":"warning""#) && !event.contains("planted"));
    assert!(store.administer(&format!("GET {location}"), "", "").response.body.contains("planted"));
}

#[test]
fn rfc9110_13_1_1_if_match() {
    let store = Store::default();
    store.administer("PUT /User/u", "", "{}");
    for (tag, fits) in [
        (r#"W/"1800000000""#, true),
        (r#""1800000000""#, true),
        (r#""1", W/"1800000000""#, true),
        ("*", true),
        (r#"W/"1""#, false),
        ("1800000000", false),
        (r#"W/1800000000"#, false),
        (r#"""#, false),
        ("", false),
    ] {
        for path in ["/User/u", "/User/nobody"] {
            // A body with a fault: what gets behind If-Match is answered with 422 and changes nothing.
            let answer = store.administer(&format!("PUT {path}"), &format!("if-match: {tag}"), r#"{"planted":1}"#);
            let expected = if fits && path == "/User/u" { 422 } else { 412 };
            assert_eq!(answer.response.status, expected, "{tag} {path}");
        }
    }
}
