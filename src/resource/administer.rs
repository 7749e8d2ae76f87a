//! The admin interface (contract 3.6), with Aidbox's habits: PUT creates or replaces, POST creates, answers to what
//! cannot be are an OperationOutcome.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::document::{Prepared, lookup_keys, prepare, version, without_secrets};
use super::{Fault, KeySource, ResourceType, key, operation_outcome};
use crate::audit::Event;
use crate::error::Reason;
use crate::host::{Host, HostFault};
use crate::http::{Request, Response};
use crate::jose::json::{self, Object, Value};
use crate::jose::{ObjectWriter, array, base64url};
use crate::limits;
use crate::verification::Key;

/// What came of an administrator's request.
pub struct Administered {
    /// The answer.
    pub response: Response,
    /// The audit event.
    pub event: Event,
    /// The keys that were written or deleted, or may have been.
    pub changed: Vec<String>,
    /// The sources of keys that what was there, or is there now, names.
    pub sources: Vec<KeySource>,
    /// The introspection endpoints, likewise.
    pub endpoints: Vec<String>,
}

/// An answer that ends a request early.
struct Stop(Response);

impl From<HostFault> for Stop {
    fn from(_: HostFault) -> Self {
        Self(outcome(503, "transient", "", "The store did not answer. Try again later."))
    }
}

impl From<Vec<Fault>> for Stop {
    fn from(faults: Vec<Fault>) -> Self {
        Self(operation_outcome(422, &faults))
    }
}

/// Serves `/{Type}` (without `id`) and `/{Type}/{id}`. The administrator has been authenticated.
pub async fn administer<H: Host>(
    host: &H,
    writable: bool,
    now: u64,
    resource_type: ResourceType,
    id: Option<&str>,
    request: &Request<'_>,
) -> Administered {
    let (name, allow) = match (request.method, id) {
        ("GET" | "HEAD", Some(_)) => ("admin.get", ""),
        ("GET" | "HEAD", None) => ("admin.list", ""),
        ("PUT", Some(_)) => ("admin.put", ""),
        ("POST", None) => ("admin.post", ""),
        ("DELETE", Some(_)) => ("admin.delete", ""),
        (_, Some(_)) => ("admin.request", "GET, HEAD, PUT, DELETE"),
        (_, None) => ("admin.request", "GET, HEAD, POST"),
    };
    let resource = id.map_or_else(|| String::from(resource_type.name()), |id| key::resource(resource_type, id));
    let event = Event { time: now, event: name, resource: Some(resource), ..Event::default() };
    let mut admin =
        Admin { host, now, resource_type, event, changed: Vec::new(), sources: Vec::new(), endpoints: Vec::new() };
    let result = match (name, id) {
        ("admin.put" | "admin.post" | "admin.delete", _) if !writable => Err(Stop(
            outcome(405, "not-supported", "", "The resources of this instance are read-only.")
                .with("allow", "GET, HEAD"),
        )),
        ("admin.get", Some(id)) => admin.get(id).await,
        ("admin.list", _) => admin.list().await,
        ("admin.put", Some(id)) => admin.put(id, request).await,
        ("admin.post", _) => admin.post(request).await,
        ("admin.delete", Some(id)) => admin.delete(id, request).await,
        _ => Err(Stop(outcome(405, "not-supported", "", "This method is not allowed here.").with("allow", allow))),
    };
    let response = match result {
        Ok(response) => response,
        Err(Stop(response)) => {
            admin.event.reason =
                Some(if response.status == 503 { Reason::Unavailable } else { Reason::Administration });
            response
        }
    };
    Administered {
        response,
        event: admin.event,
        changed: admin.changed,
        sources: admin.sources,
        endpoints: admin.endpoints,
    }
}

struct Admin<'a, H> {
    host: &'a H,
    now: u64,
    resource_type: ResourceType,
    event: Event,
    changed: Vec<String>,
    sources: Vec<KeySource>,
    endpoints: Vec<String>,
}

impl<H: Host> Admin<'_, H> {
    async fn get(&self, id: &str) -> Result<Response, Stop> {
        let text = self.stored_text(id).await?.ok_or_else(not_found)?;
        shown(200, &parse_stored(&key::resource(self.resource_type, id), &text)?)
    }

    async fn list(&self) -> Result<Response, Stop> {
        let keys = self.host.list(&key::resource(self.resource_type, "")).await?;
        let mut entries = Vec::new();
        for (key, text) in keys.iter().zip(&self.host.read(&keys).await?) {
            let Some(text) = text else { continue }; // deleted since
            let mut entry = ObjectWriter::new();
            entry.json("resource", &without_secrets(&parse_stored(key, text)?).to_json());
            entries.push(entry.finish());
        }
        let mut bundle = ObjectWriter::new();
        bundle.text("resourceType", "Bundle");
        bundle.text("type", "searchset");
        bundle.integer("total", entries.len() as u64);
        bundle.json("entry", &array(&entries));
        Ok(Response::json(200, bundle.finish()).with("cache-control", "no-store"))
    }

    async fn put(&mut self, id: &str, request: &Request<'_>) -> Result<Response, Stop> {
        let body = body(request)?;
        let stored = self.stored_text(id).await?;
        let stored = stored.as_deref().map(parse_to_replace);
        check_if_match(request, stored.as_ref())?;
        let prepared = prepare(self.resource_type, id, body, stored.as_ref(), self.now)?;
        self.check_keys(&prepared).await?;
        self.change(id, stored.as_ref(), Some(&prepared)).await?;
        self.written(if stored.is_some() { 200 } else { 201 }, id, prepared, request.base)
    }

    async fn post(&mut self, request: &Request<'_>) -> Result<Response, Stop> {
        let body = body(request)?;
        let id = match body.get("id") {
            None => {
                let mut random = [0; 16];
                self.host.random(&mut random)?;
                base64url::encode(&random)
            }
            Some(id) => id.as_str().filter(|id| key::is_id(id)).map(String::from).ok_or_else(|| {
                let expression = [self.resource_type.name(), ".id"].concat();
                Stop(outcome(422, "value", &expression, "An id is 1 to 64 of A-Z a-z 0-9 - . _"))
            })?,
        };
        self.event.resource = Some(key::resource(self.resource_type, &id));
        if self.stored_text(&id).await?.is_some() {
            return Err(Stop(outcome(409, "duplicate", "", "There is a resource with this id; replace it with PUT.")));
        }
        let prepared = prepare(self.resource_type, &id, body, None, self.now)?;
        self.check_keys(&prepared).await?;
        self.change(&id, None, Some(&prepared)).await?;
        self.written(201, &id, prepared, request.base)
    }

    async fn delete(&mut self, id: &str, request: &Request<'_>) -> Result<Response, Stop> {
        let stored = self.stored_text(id).await?;
        let stored = stored.as_deref().map(parse_to_replace);
        check_if_match(request, stored.as_ref())?;
        let Some(stored) = stored else { return Ok(Response::empty(204).with("cache-control", "no-store")) };
        self.change(id, Some(&stored), None).await?;
        shown(200, &stored)
    }

    /// Whether the host can make keys of the public keys: the last check, and one that only it can do.
    async fn check_keys(&self, prepared: &Prepared) -> Result<(), Stop> {
        let mut faults = Vec::new();
        for (path, key) in prepared.resource.public_keys() {
            let Key::Public(algorithm, host_key) = key.into() else { continue };
            if !self.host.can_verify(algorithm, host_key).await? {
                faults.push(Fault::new(
                    "value",
                    path,
                    "It is no key: its point is not on its curve, or it is damaged.",
                ));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }

    async fn stored_text(&self, id: &str) -> Result<Option<String>, HostFault> {
        let values = self.host.read(&[key::resource(self.resource_type, id)]).await?;
        Ok(values.into_iter().next().flatten())
    }

    /// Replaces what is stored, or deletes it: look-ups that go away, then the resource itself, then look-ups that stay
    /// or come. So there is never a look-up that no stored resource names, and the same request, sent again, puts right
    /// what was left half done.
    async fn change(&mut self, id: &str, old: Option<&Object<'_>>, new: Option<&Prepared>) -> Result<(), Stop> {
        let lookups = |document| lookup_keys(self.resource_type, id, document);
        let stay = new.map(|new| lookups(&new.document)).unwrap_or_default();
        let mut keys = old.map(lookups).unwrap_or_default();
        keys.retain(|key| !stay.contains(key));
        let gone = keys.len();
        keys.push(key::resource(self.resource_type, id));
        keys.extend(stay);
        // A Client's look-ups hold its id; one of the others may lead to another resource by now.
        let alone = self.resource_type == ResourceType::Client || keys.len() == 1;
        let mut held = if alone { Vec::new() } else { self.host.read(&keys).await? }.into_iter();
        let value = new.map(|new| new.document.to_json());
        let mut changes = Vec::with_capacity(keys.len());
        for (index, key) in keys.into_iter().enumerate() {
            let text = held.next().flatten().unwrap_or_default();
            let holder = parse_to_replace(&text);
            let of_another = holder.get("id").and_then(Value::as_str).is_some_and(|holder| holder != id);
            if of_another && index < gone {
                continue;
            }
            // One issuer has one introspector, one identifier has one User.
            if of_another && index > gone {
                let (expression, sentence) = match self.resource_type {
                    ResourceType::User => ("User.identifier", "Another User has this identifier."),
                    _ => ("TokenIntrospector.jwt.iss", "Another TokenIntrospector has this issuer."),
                };
                return Err(Stop(outcome(422, "duplicate", expression, sentence)));
            }
            changes.push((key, value.clone().filter(|_| index >= gone)));
        }
        let documents = || old.into_iter().chain(new.map(|new| &new.document));
        self.sources = documents().filter_map(KeySource::of_document).collect();
        let endpoint = |document: &Object<'_>| {
            let endpoint = document.get("introspection_endpoint")?.as_object()?;
            endpoint.get("url")?.as_str().map(String::from)
        };
        self.endpoints = documents().filter_map(endpoint).collect();
        self.changed = changes.iter().map(|(key, _)| key.clone()).collect();
        if let Some(new) = new {
            self.event.without_effect.clone_from(&new.without_effect);
        }
        Ok(self.host.write(&changes).await?)
    }

    fn written(&self, status: u16, id: &str, prepared: Prepared, base: &str) -> Result<Response, Stop> {
        let response = shown(status, &prepared.document)?;
        if status != 201 {
            return Ok(response);
        }
        Ok(response.with("location", &[base, "/", &key::resource(self.resource_type, id)].concat()))
    }
}

fn outcome(status: u16, code: &'static str, expression: &str, diagnostics: &'static str) -> Response {
    operation_outcome(status, &[Fault::new(code, expression, Cow::Borrowed(diagnostics))])
}

fn not_found() -> Stop {
    Stop(outcome(404, "not-found", "", "There is no such resource."))
}

fn shown(status: u16, document: &Object<'_>) -> Result<Response, Stop> {
    let response = Response::json(status, without_secrets(document).to_json()).with("cache-control", "no-store");
    Ok(match version(document) {
        Some(version) => response.with("etag", &["W/\"", &version, "\""].concat()),
        None => response,
    })
}

fn parse_stored<'t>(key: &str, text: &'t str) -> Result<Object<'t>, Stop> {
    let sentence = "What is stored is not JSON. Replace it or delete it.";
    json::parse_object(text).map_err(|_| Stop(outcome(503, "exception", key, sentence)))
}

/// What is stored and cannot be read can still be replaced and deleted, as if it said nothing.
fn parse_to_replace(text: &str) -> Object<'_> {
    json::parse_object(text).unwrap_or_default()
}

fn body<'a>(request: &Request<'a>) -> Result<Object<'a>, Stop> {
    let media_type = request.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
    let media_type = media_type.trim_matches([' ', '\t']);
    if !["application/json", "application/fhir+json"].iter().any(|json| media_type.eq_ignore_ascii_case(json)) {
        return Err(Stop(outcome(415, "not-supported", "", "The content type must be application/json.")));
    }
    if request.body.len() > limits::BODY {
        return Err(Stop(outcome(413, "too-long", "", "The body is larger than 64 KiB.")));
    }
    let text = core::str::from_utf8(request.body).ok();
    let object = text.and_then(|text| json::parse_object(text).ok());
    object.ok_or_else(|| {
        let sentence = "The body must be one JSON object in UTF-8, without a member that stands twice.";
        Stop(outcome(400, "structure", "", sentence))
    })
}

/// `If-Match` (RFC 9110 section 13.1.1), with the weak tags that FHIR uses.
fn check_if_match(request: &Request<'_>, stored: Option<&Object<'_>>) -> Result<(), Stop> {
    let Some(header) = request.header("if-match") else { return Ok(()) };
    let current = stored.and_then(version);
    let fits = header.split(',').map(|tag| tag.trim_matches([' ', '\t'])).any(|tag| {
        let quoted = tag.strip_prefix("W/").unwrap_or(tag);
        let version = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        stored.is_some() && (tag == "*" || (version.is_some() && version == current.as_deref()))
    });
    if fits {
        Ok(())
    } else {
        Err(Stop(outcome(412, "conflict", "", "The resource has another version than If-Match says.")))
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use core::cell::{Cell, RefCell};
    use core::future::Future;
    use core::pin::pin;
    use core::task::{Context, Poll, Waker};
    use std::collections::BTreeMap;

    use super::*;
    use crate::host::{HostKey, Incoming, Outgoing, Versioned};
    use crate::jose::Algorithm;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    /// A resource store in memory that throws when `left` operations are done. Nothing else is needed here.
    #[derive(Default)]
    struct Store {
        values: RefCell<BTreeMap<String, String>>,
        left: Cell<Option<usize>>,
    }

    impl Store {
        fn count(&self) -> Result<(), HostFault> {
            if let Some(left) = self.left.get() {
                self.left.set(Some(left.checked_sub(1).ok_or(HostFault)?));
            }
            Ok(())
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
            let mut future = pin!(administer(self, writable, 1_800_000_000, resource_type, id, &request));
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
            self.count()?;
            Ok(keys.iter().map(|key| self.values.borrow().get(key).cloned()).collect())
        }

        async fn write(&self, changes: &[(String, Option<String>)]) -> Result<(), HostFault> {
            for (key, value) in changes {
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

        async fn read_grant(&self, _: &str) -> Result<Option<Versioned>, HostFault> {
            Err(HostFault)
        }

        async fn write_grant(&self, _: &str, _: Option<u64>, _: &str, _: u64) -> Result<bool, HostFault> {
            Err(HostFault)
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

        async fn fetch(&self, _: &Outgoing<'_>) -> Result<Incoming, HostFault> {
            Err(HostFault)
        }

        async fn pause(&self, _: u64) -> Result<(), HostFault> {
            Err(HostFault)
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

    #[test]
    fn what_is_stored_and_no_json_can_be_replaced_and_deleted() {
        for (line, status) in [("GET /User/u", 503), ("GET /User", 503), ("PUT /User/u", 200), ("DELETE /User/u", 200)]
        {
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
}
