//! The admin interface (contract 3.6), with Aidbox's habits: PUT creates or replaces, POST creates, answers to what
//! cannot be are an OperationOutcome.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::document::{Prepared, entry_keys, lookup_keys, prepare, version, without_secrets};
use super::{Fault, ResourceType, key, operation_outcome, read};
use crate::audit::Event;
use crate::error::Reason;
use crate::host::{Host, HostFault};
use crate::http::{Request, Response};
use crate::jose::json::{self, Object, Value};
use crate::jose::{ObjectWriter, array, base64url};
use crate::limits;

/// What came of an administrator's request.
pub struct Administered {
    /// The answer.
    pub response: Response,
    /// The audit event.
    pub event: Event,
    /// The keys that were written or deleted, or may have been.
    pub changed: Vec<String>,
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
    let mut admin = Admin { host, now, resource_type, event, changed: Vec::new() };
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
    Administered { response, event: admin.event, changed: admin.changed }
}

struct Admin<'a, H> {
    host: &'a H,
    now: u64,
    resource_type: ResourceType,
    event: Event,
    changed: Vec<String>,
}

impl<H: Host> Admin<'_, H> {
    async fn get(&self, id: &str) -> Result<Response, Stop> {
        let text = self.stored_text(id).await?.ok_or_else(not_found)?;
        shown(200, &parse_stored(&text)?)
    }

    async fn list(&self) -> Result<Response, Stop> {
        let keys = self.host.list(&key::resource(self.resource_type, "")).await?;
        let mut entries = Vec::new();
        for text in self.host.read(&keys).await?.iter().flatten() {
            let mut entry = ObjectWriter::new();
            entry.json("resource", &without_secrets(&parse_stored(text)?).to_json());
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
        let stored = stored.as_deref().map(parse_stored).transpose()?;
        check_if_match(request, stored.as_ref())?;
        let prepared = prepare(self.resource_type, id, body, stored.as_ref(), self.now)?;
        self.store(&prepared, stored.as_ref()).await?;
        self.written(if stored.is_some() { 200 } else { 201 }, id, prepared)
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
        self.store(&prepared, None).await?;
        self.written(201, &id, prepared)
    }

    async fn delete(&mut self, id: &str, request: &Request<'_>) -> Result<Response, Stop> {
        let stored = self.stored_text(id).await?;
        let stored = stored.as_deref().map(parse_stored).transpose()?;
        check_if_match(request, stored.as_ref())?;
        let Some(stored) = stored else { return Ok(Response::empty(204).with("cache-control", "no-store")) };
        // What is stored and breaks the rules can still be deleted; it has no look-ups that would be served.
        let keys = read(self.resource_type, &stored).map(|resource| {
            let mut keys = entry_keys(&resource);
            keys.reverse(); // look-ups first: requests are decided by them
            keys
        });
        let keys = keys.unwrap_or_else(|_| Vec::from([key::resource(self.resource_type, id)]));
        self.changed.clone_from(&keys);
        self.host.write(&keys.into_iter().map(|key| (key, None)).collect::<Vec<_>>()).await?;
        shown(200, &stored)
    }

    async fn stored_text(&self, id: &str) -> Result<Option<String>, HostFault> {
        let values = self.host.read(&[key::resource(self.resource_type, id)]).await?;
        Ok(values.into_iter().next().flatten())
    }

    /// Writes a resource: look-ups that go away, then the resource itself, then look-ups that stay or come.
    async fn store(&mut self, prepared: &Prepared, stored: Option<&Object<'_>>) -> Result<(), Stop> {
        let keys = entry_keys(&prepared.resource);
        let lookups = lookup_keys(&prepared.resource);
        self.check_lookups_are_free(prepared, &lookups).await?;
        let before = stored.and_then(|stored| read(self.resource_type, stored).ok());
        let before = before.map(|resource| lookup_keys(&resource)).unwrap_or_default();
        let mut changes: Vec<(String, Option<String>)> =
            before.into_iter().filter(|key| !keys.contains(key)).map(|key| (key, None)).collect();
        let value = prepared.document.to_json();
        changes.extend(keys.into_iter().map(|key| (key, Some(value.clone()))));
        self.changed = changes.iter().map(|(key, _)| key.clone()).collect();
        self.event.without_effect.clone_from(&prepared.without_effect);
        Ok(self.host.write(&changes).await?)
    }

    /// One issuer has one introspector, one identifier has one User.
    async fn check_lookups_are_free(&self, prepared: &Prepared, lookups: &[String]) -> Result<(), Stop> {
        if self.resource_type == ResourceType::Client || lookups.is_empty() {
            return Ok(());
        }
        let own = prepared.document.get("id").and_then(Value::as_str);
        for text in self.host.read(lookups).await?.iter().flatten() {
            if parse_stored(text)?.get("id").and_then(Value::as_str) != own {
                let (expression, sentence) = match self.resource_type {
                    ResourceType::User => ("User.identifier", "Another User has this identifier."),
                    _ => ("TokenIntrospector.jwt.iss", "Another TokenIntrospector has this issuer."),
                };
                return Err(Stop(outcome(422, "duplicate", expression, sentence)));
            }
        }
        Ok(())
    }

    fn written(&self, status: u16, id: &str, prepared: Prepared) -> Result<Response, Stop> {
        let response = shown(status, &prepared.document)?;
        if status != 201 {
            return Ok(response);
        }
        Ok(response.with("location", &["/", &key::resource(self.resource_type, id)].concat()))
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

fn parse_stored(text: &str) -> Result<Object<'_>, Stop> {
    json::parse_object(text).map_err(|_| Stop(outcome(503, "exception", "", "What is stored is not JSON.")))
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
