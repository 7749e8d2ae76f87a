//! The administrator's interface (contract 3.6): HTTP in, a transaction of the directory out.
//!
//! What comes in is a request with the bearer token of an administrator (`administrators`), which is looked at before
//! everything else. `route` says what it is about, `reading` answers what is only read, `change` makes what is written:
//! it reads what the directory has, lets `resource` prepare the documents, and asks the directory for one transaction.
//! What goes out is Aidbox's: resources, Bundles, OperationOutcomes (`outcome`), and one audit event for each change.
//!
//! Nothing here reads the edge's replica, and nothing here decides about a token. `dry_run` alone asks `grants` for a decision,
//! of which nothing is made.

mod administrators;
mod bundle;
mod change;
mod dry_run;
mod outcome;
mod preconditions;
mod reading;
mod route;
mod search;

use alloc::string::String;
use alloc::vec::Vec;

pub use administrators::Administrators;
use change::{Done, Wish, change};
use outcome::{Refused, operation_outcome};
use preconditions::Preconditions;
use route::Route;

use crate::audit::Event;
use crate::call::Call;
use crate::error::Reason;
use crate::host::Host;
use crate::jose::ObjectWriter;
use crate::jose::base64url;
use crate::jose::json::{self, Object};
use crate::limits;
use crate::message::{Request, Response};
use crate::resource::{Fault, ResourceType, key};

/// The answer to a request for a path of the administrator; `None` for other paths, and for all where there is no
/// administrator.
pub async fn respond<H: Host>(call: Call<'_, H>, request: &Request<'_>) -> Option<Response> {
    let route = Route::of(request.method, request.path)?;
    if call.sts.administrators.is_empty() || (route == Route::Metrics && !call.sts.metrics) {
        return None;
    }
    let mut event = Event { event: "admin.request", ..Event::default() };
    let answer = match authenticate(call, request).await {
        Err(reason) => {
            event.reason = Some(reason);
            Err(not_an_administrator(reason))
        }
        Ok(who) => {
            event.administrator = Some(who.clone());
            event.event = route.event(request.method).unwrap_or("admin.request");
            event.resource = named_by(route);
            let answer = administer(call, route, request, &who, &mut event).await;
            if let Err(Refused(_, reason)) = &answer {
                event.reason = Some(*reason);
                if !request.body.is_empty() {
                    event.claimed.note_json(request.body);
                }
            }
            answer
        }
    };
    // A change has told of itself, in an event for each resource. Counters are read every few seconds, and say nothing of
    // anybody.
    let untold = route.changes(request.method) || route == Route::Metrics;
    if answer.is_ok() && route.looks(request.method) && !untold {
        call.audit_looking(event);
    } else if answer.is_err() || !untold {
        call.audit(event);
    }
    Some(match answer {
        Ok(response) | Err(Refused(response, _)) => response,
    })
}

/// The name of the administrator whose token was sent.
async fn authenticate<H: Host>(call: Call<'_, H>, request: &Request<'_>) -> Result<String, Reason> {
    let presented = request.header("authorization").and_then(|header| header.split_once(' '));
    let bearer = presented.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let who = bearer.and_then(|(_, token)| call.sts.administrators.who(token.trim_matches(' ').as_bytes()));
    match who {
        Some(who) => Ok(String::from(who)),
        None => Err(call.administrator_refused(request.header("authorization").is_some()).await),
    }
}

fn not_an_administrator(reason: Reason) -> Refused {
    if let Reason::TooManyFailures { retry_after } = reason {
        let fault = Fault::new("throttled", "", "There were too many wrong administrator's tokens. Try again later.");
        let mut seconds = String::new();
        json::write_integer(u64::from(retry_after), &mut seconds);
        return Refused(operation_outcome(429, &[fault]).with("retry-after", &seconds), reason);
    }
    let sentence =
        "Send an administrator's token: Authorization: Bearer, then STS_ADMIN_TOKEN or one of STS_ADMIN_TOKENS.";
    let outcome = operation_outcome(401, &[Fault::new("login", "", sentence)]);
    Refused(outcome.with("www-authenticate", r#"Bearer realm="sts-admin""#), reason)
}

async fn administer<H: Host>(
    call: Call<'_, H>,
    route: Route<'_>,
    request: &Request<'_>,
    who: &str,
    event: &mut Event,
) -> Result<Response, Refused> {
    match (route, request.method) {
        (Route::Type(resource_type), "GET" | "HEAD") => reading::list(call, resource_type, request).await,
        (Route::Resource(resource_type, id), "GET" | "HEAD") => reading::get(call, resource_type, id).await,
        (Route::History(resource_type, id), "GET" | "HEAD") => reading::history(call, resource_type, id, request).await,
        (Route::Export, "GET" | "HEAD") => reading::export(call, request).await,
        (Route::Metrics, "GET" | "HEAD") => Ok(metrics()),
        (Route::Events, "GET" | "HEAD") => reading::events(call, request),
        (Route::Type(resource_type), "POST") => {
            let document = body(request)?;
            let id = new_id(call, resource_type, &document)?;
            event.resource = Some(key::resource(resource_type, &id));
            let preconditions = Preconditions { creates: true, ..Preconditions::default() };
            let wish = Wish { resource_type, id, document: Some(document), restores: false, preconditions };
            one(call, who, wish, event).await.map(|done| written(request, &done))
        }
        (Route::Resource(resource_type, id), "PUT" | "DELETE") => {
            let document = if request.method == "PUT" { Some(body(request)?) } else { None };
            let (id, preconditions) = (String::from(id), Preconditions::of(request));
            let wish = Wish { resource_type, id, document, restores: false, preconditions };
            one(call, who, wish, event).await.map(|done| written(request, &done))
        }
        (Route::Bundle | Route::Import, "POST") => {
            let document = body(request)?;
            let wishes = bundle::read(&document, route == Route::Import)?;
            let done = change(call, who, &wishes).await?;
            let entries: Vec<String> = done.iter().map(entry).collect();
            for done in &done {
                tell(call, done, event);
                event.further = true;
            }
            Ok(reading::bundle("transaction-response", None, &[], &entries))
        }
        (Route::DryRun, "POST") => dry_run::dry_run(call, text(request)?, event).await,
        _ => {
            let refused = Refused::with(405, "not-supported", "", "This method is not allowed here.");
            Err(Refused(refused.0.with("allow", route.methods()), refused.1))
        }
    }
}

async fn one<H: Host>(call: Call<'_, H>, who: &str, wish: Wish<'_>, event: &Event) -> Result<Done, Refused> {
    let done = change(call, who, &[wish]).await?.pop().ok_or_else(Refused::unavailable)?;
    tell(call, &done, event);
    Ok(done)
}

/// The event of one change.
fn tell<H: Host>(call: Call<'_, H>, done: &Done, request: &Event) {
    let event = match request.event {
        name @ ("admin.bundle" | "admin.import") if done.after.is_none() => {
            if name == "admin.bundle" {
                "admin.delete"
            } else {
                name
            }
        }
        "admin.bundle" => "admin.put",
        name => name,
    };
    call.audit(Event {
        event,
        resource: Some(key::resource(done.resource_type, &done.id)),
        versions: Some(done.versions),
        without_effect: done.without_effect.clone(),
        findings: done.findings.clone(),
        ..request.clone()
    });
}

/// The answer to PUT, POST and DELETE.
fn written(request: &Request<'_>, done: &Done) -> Response {
    match (&done.before, &done.after) {
        (Some(_), Some(after)) => reading::shown(200, after),
        (None, Some(after)) => {
            let location = [request.base, "/", &key::resource(done.resource_type, &done.id)].concat();
            reading::shown(201, after).with("location", &location)
        }
        (Some(before), None) => reading::shown(200, before),
        (None, None) => Response::empty(204).with("cache-control", "no-store"),
    }
}

/// The same as an entry of the answer to a bundle.
fn entry(done: &Done) -> String {
    let status = match (&done.before, &done.after) {
        (None, Some(_)) => "201",
        (None, None) => "204",
        _ => "200",
    };
    let mut response = ObjectWriter::new();
    response.text("status", status);
    response.text("location", &key::resource(done.resource_type, &done.id));
    if done.after.is_some() {
        response.text("etag", &reading::tag(done.versions.1));
    }
    let mut entry = ObjectWriter::new();
    entry.json("response", &response.finish());
    entry.finish()
}

/// Prometheus' text format, as the host renders it.
fn metrics() -> Response {
    let media_type = "text/plain; version=0.0.4; charset=utf-8";
    Response::kept_by_host("metrics", media_type).with("cache-control", "no-store")
}

/// The id that a POST gives, or a new one.
fn new_id<H: Host>(call: Call<'_, H>, resource_type: ResourceType, written: &Object<'_>) -> Result<String, Refused> {
    let Some(id) = written.get("id") else {
        let mut random = [0; 16];
        call.host.random(&mut random)?;
        return Ok(base64url::encode(&random));
    };
    id.as_str().filter(|id| key::is_id(id)).map(String::from).ok_or_else(|| {
        let expression = [resource_type.name(), ".id"].concat();
        Refused::with(422, "value", &expression, "An id is 1 to 64 of A-Z a-z 0-9 - . _")
    })
}

fn body<'a>(request: &Request<'a>) -> Result<Object<'a>, Refused> {
    json::parse_object(text(request)?).map_err(|_| not_an_object())
}

/// The body as text that says that it is JSON.
fn text<'a>(request: &Request<'a>) -> Result<&'a str, Refused> {
    let media_type = request.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
    let media_type = media_type.trim_matches([' ', '\t']);
    if !["application/json", "application/fhir+json"].iter().any(|json| media_type.eq_ignore_ascii_case(json)) {
        return Err(Refused::with(415, "not-supported", "", "The content type must be application/json."));
    }
    if request.body.len() > limits::BODY {
        return Err(Refused::with(413, "too-long", "", "The body is larger than 64 KiB."));
    }
    core::str::from_utf8(request.body).map_err(|_| not_an_object())
}

fn not_an_object() -> Refused {
    let sentence = "The body must be one JSON object in UTF-8, without a member that appears twice.";
    Refused::with(400, "structure", "", sentence)
}

/// The resource that a path names, for the event.
fn named_by(route: Route<'_>) -> Option<String> {
    match route {
        Route::Type(resource_type) => Some(String::from(resource_type.name())),
        Route::Resource(resource_type, id) | Route::History(resource_type, id) => {
            Some(key::resource(resource_type, id))
        }
        Route::Bundle | Route::Export | Route::Import | Route::Metrics | Route::DryRun | Route::Events => None,
    }
}
