//! The admin interface (contract 3.6), with Aidbox's habits: PUT creates or replaces, POST creates, answers to what
//! cannot be are an OperationOutcome.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::document::{Prepared, prepare, version, without_secrets};
use super::{Fault, KeySource, ResourceType, key, operation_outcome};
use crate::audit::Event;
use crate::error::Reason;
use crate::host::{Host, HostFault};
use crate::http::{Request, Response};
use crate::jose::json::{self, Object, write_integer};
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
    /// The sources of keys that what was there, or is there now, names.
    pub sources: Vec<KeySource>,
    /// The introspection endpoints, likewise.
    pub endpoints: Vec<String>,
}

/// What ends a request early.
pub(super) enum Stop {
    /// With an answer.
    Answer(Response),
    /// To begin again: another change of the resource is under way, came between, or is not seen here yet.
    Again,
}

impl Stop {
    pub(super) fn with(status: u16, code: &'static str, expression: &str, diagnostics: &'static str) -> Self {
        Self::Answer(outcome(status, code, expression, diagnostics))
    }
}

impl From<HostFault> for Stop {
    fn from(_: HostFault) -> Self {
        Self::with(503, "transient", "", "The store did not answer. Try again later.")
    }
}

impl From<Vec<Fault>> for Stop {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Answer(operation_outcome(422, &faults))
    }
}

/// How often a change begins again, and how long it waits before: some seconds in all.
const ROUNDS: usize = 40;
const PAUSE_MS: u64 = 100;

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
    let mut rounds = ROUNDS;
    let stop = loop {
        let result = match (name, id) {
            ("admin.put" | "admin.post" | "admin.delete", _) if !writable => Err(Stop::Answer(
                outcome(405, "not-supported", "", "The resources of this instance are read-only.")
                    .with("allow", "GET, HEAD"),
            )),
            ("admin.get", Some(id)) => admin.get(id).await,
            ("admin.list", _) => admin.list().await,
            ("admin.put" | "admin.post" | "admin.delete", _) => admin.write(id, request).await,
            _ => Err(Stop::Answer(
                outcome(405, "not-supported", "", "This method is not allowed here.").with("allow", allow),
            )),
        };
        match result {
            Err(Stop::Again) if rounds > 0 && host.pause(PAUSE_MS).await.is_ok() => rounds = rounds.saturating_sub(1),
            other => break other,
        }
    };
    let response = match stop {
        Ok(response) => response,
        Err(stop) => {
            let response = match stop {
                Stop::Answer(response) => response,
                Stop::Again => {
                    outcome(503, "transient", "", "Another change of this resource is not done yet. Try again later.")
                }
            };
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

/// One request of the administrator, and what it did so far.
pub(super) struct Admin<'a, H> {
    pub(super) host: &'a H,
    pub(super) now: u64,
    pub(super) resource_type: ResourceType,
    pub(super) event: Event,
    pub(super) changed: Vec<String>,
    pub(super) sources: Vec<KeySource>,
    pub(super) endpoints: Vec<String>,
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

    /// PUT, POST and DELETE.
    async fn write(&mut self, id: Option<&str>, request: &Request<'_>) -> Result<Response, Stop> {
        let written = if request.method == "DELETE" { None } else { Some(body(request)?) };
        let id = match id {
            Some(id) => String::from(id),
            None => self.new_id(written.as_ref())?,
        };
        self.event.resource = Some(key::resource(self.resource_type, &id));
        let stored = self.look(&id).await?;
        let before = stored.document.clone();
        if request.method == "POST" && before.is_some() {
            return Err(Stop::with(409, "duplicate", "", "There is a resource with this id; replace it with PUT."));
        }
        if request.method != "POST" {
            check_if_match(request, before.as_ref())?;
        }
        let new = match written {
            None => None,
            Some(written) => {
                let mut new = prepare(self.resource_type, &id, written, before.as_ref(), stored.version(), self.now)?;
                if before.is_none() {
                    new.created(self.now);
                }
                self.check_keys(&new).await?;
                Some(new)
            }
        };
        self.change(&id, stored, new.as_ref()).await?;
        match (new, before) {
            (Some(new), Some(_)) => shown(200, &new.document),
            (Some(new), None) => {
                let location = [request.base, "/", &key::resource(self.resource_type, &id)].concat();
                Ok(shown(201, &new.document)?.with("location", &location))
            }
            (None, Some(before)) => shown(200, &before),
            (None, None) => Ok(Response::empty(204).with("cache-control", "no-store")),
        }
    }

    /// The id that a POST gives, or a new one.
    fn new_id(&self, written: Option<&Object<'_>>) -> Result<String, Stop> {
        let Some(id) = written.and_then(|written| written.get("id")) else {
            let mut random = [0; 16];
            self.host.random(&mut random)?;
            return Ok(base64url::encode(&random));
        };
        id.as_str().filter(|id| key::is_id(id)).map(String::from).ok_or_else(|| {
            let expression = [self.resource_type.name(), ".id"].concat();
            Stop::with(422, "value", &expression, "An id is 1 to 64 of A-Z a-z 0-9 - . _")
        })
    }

    /// Whether the host can make keys of the public keys: the last check, and one that only it can do.
    async fn check_keys(&self, prepared: &Prepared) -> Result<(), Stop> {
        let mut faults = Vec::new();
        for (path, key) in prepared.resource.public_keys() {
            if !self.host.can_verify(key.algorithm(), key.into()).await? {
                faults.push(Fault::new(
                    "value",
                    path,
                    "It is no key: its point is not on its curve, or it is damaged.",
                ));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }

    pub(super) async fn stored_text(&self, id: &str) -> Result<Option<String>, HostFault> {
        let values = self.host.read(&[key::resource(self.resource_type, id)]).await?;
        Ok(values.into_iter().next().flatten())
    }
}

fn outcome(status: u16, code: &'static str, expression: &str, diagnostics: &'static str) -> Response {
    operation_outcome(status, &[Fault::new(code, expression, Cow::Borrowed(diagnostics))])
}

fn not_found() -> Stop {
    Stop::with(404, "not-found", "", "There is no such resource.")
}

fn shown(status: u16, document: &Object<'_>) -> Result<Response, Stop> {
    let response = Response::json(status, without_secrets(document).to_json()).with("cache-control", "no-store");
    Ok(match version(document) {
        Some(version) => {
            let mut tag = String::from("W/\"");
            write_integer(version, &mut tag);
            response.with("etag", &[&tag, "\""].concat())
        }
        None => response,
    })
}

fn parse_stored<'t>(key: &str, text: &'t str) -> Result<Object<'t>, Stop> {
    let sentence = "What is stored is not JSON. Replace it or delete it.";
    json::parse_object(text).map_err(|_| Stop::with(503, "exception", key, sentence))
}

fn body<'a>(request: &Request<'a>) -> Result<Object<'a>, Stop> {
    let media_type = request.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
    let media_type = media_type.trim_matches([' ', '\t']);
    if !["application/json", "application/fhir+json"].iter().any(|json| media_type.eq_ignore_ascii_case(json)) {
        return Err(Stop::with(415, "not-supported", "", "The content type must be application/json."));
    }
    if request.body.len() > limits::BODY {
        return Err(Stop::with(413, "too-long", "", "The body is larger than 64 KiB."));
    }
    let text = core::str::from_utf8(request.body).ok();
    let object = text.and_then(|text| json::parse_object(text).ok());
    object.ok_or_else(|| {
        let sentence = "The body must be one JSON object in UTF-8, without a member that stands twice.";
        Stop::with(400, "structure", "", sentence)
    })
}

/// `If-Match` (RFC 9110 section 13.1.1), with the weak tags that FHIR uses.
fn check_if_match(request: &Request<'_>, stored: Option<&Object<'_>>) -> Result<(), Stop> {
    let Some(header) = request.header("if-match") else { return Ok(()) };
    let current = stored.and_then(version);
    let fits = header.split(',').map(|tag| tag.trim_matches([' ', '\t'])).any(|tag| {
        let quoted = tag.strip_prefix("W/").unwrap_or(tag);
        let version = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let version = version.and_then(|version| version.parse::<u64>().ok());
        stored.is_some() && (tag == "*" || (version.is_some() && version == current))
    });
    if fits {
        Ok(())
    } else {
        Err(Stop::with(412, "conflict", "", "The resource has another version than If-Match says."))
    }
}

#[cfg(test)]
mod tests;
