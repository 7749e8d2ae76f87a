//! What an administrator reads: one resource, lists in pages, the versions of a resource, the export.

use alloc::string::String;
use alloc::vec::Vec;

use super::outcome::Refused;
use super::search::{Search, filters};
use crate::audit::Event;
use crate::call::Call;
use crate::host::{Host, Query, ResourceName};
use crate::jose::json::{self, Object, write_integer};
use crate::jose::{ObjectWriter, array};
use crate::limits;
use crate::message::{Request, Response};
use crate::resource::{ResourceType, is_later, iso8601, key, version, without_secrets, without_shared_secrets};

/// GET `/{Type}/{id}`
pub(super) async fn get<H: Host>(
    call: Call<'_, H>,
    resource_type: ResourceType,
    id: &str,
) -> Result<Response, Refused> {
    let found = call.host.look(&[ResourceName { resource_type: resource_type.name(), id }]).await?;
    let document = found.into_iter().next().and_then(|stored| stored.document).ok_or_else(Refused::not_found)?;
    Ok(shown(200, &parse(&document, &key::resource(resource_type, id))?))
}

/// GET `/{Type}`
pub(super) async fn list<H: Host>(
    call: Call<'_, H>,
    resource_type: ResourceType,
    request: &Request<'_>,
) -> Result<Response, Refused> {
    let search = Search::read(request, filters(resource_type), limits::LIST_MOST)?;
    let page = call.host.list(&search.query(resource_type)?).await?;
    let mut entries = Vec::new();
    for text in &page.documents {
        let mut entry = ObjectWriter::new();
        entry.json("resource", &without_secrets(&parse(text, resource_type.name())?).to_json());
        entries.push(entry.finish());
    }
    let url = address(call, resource_type.name());
    Ok(bundle("searchset", Some(page.total), &search.links(&url, is_more(&search, page.total)), &entries))
}

/// GET `/{Type}/{id}/_history`
pub(super) async fn history<H: Host>(
    call: Call<'_, H>,
    resource_type: ResourceType,
    id: &str,
    request: &Request<'_>,
) -> Result<Response, Refused> {
    let search = Search::read(request, &[], limits::LIST_MOST)?;
    let name = ResourceName { resource_type: resource_type.name(), id };
    let history = call.host.history(name, search.offset(), search.count).await?;
    if history.total == 0 {
        return Err(Refused::not_found());
    }
    let path = key::resource(resource_type, id);
    let mut entries = Vec::new();
    for version in &history.versions {
        let mut entry = ObjectWriter::new();
        let mut request = ObjectWriter::new();
        request.text("method", if version.document.is_some() { "PUT" } else { "DELETE" });
        request.text("url", &path);
        if let Some(document) = &version.document {
            // It was stored without its secrets; a store that holds more shows it no more than GET does.
            entry.json("resource", &without_secrets(&parse(document, &path)?).to_json());
        }
        entry.json("request", &request.finish());
        let mut response = ObjectWriter::new();
        response.text("etag", &tag(version.version));
        response.text("lastModified", &iso8601(version.at));
        entry.json("response", &response.finish());
        entry.text("administrator", &version.by);
        entries.push(entry.finish());
    }
    let url = address(call, &[&path, "/_history"].concat());
    let links = search.links(&url, is_more(&search, history.total));
    Ok(bundle("history", Some(history.total), &links, &entries))
}

/// GET `/$export`: every resource as it is stored, in pages that `/$import` takes as they are. Of Clients' secrets there
/// are digests. What other services share with this one (HMAC secrets of issuers, what is sent to their endpoints) is
/// stored plainly and given only with `secrets=shared`: without, such a page restores only what is still there.
pub(super) async fn export<H: Host>(call: Call<'_, H>, request: &Request<'_>) -> Result<Response, Refused> {
    let search = Search::read(request, &["secrets"], limits::BUNDLE)?;
    let shared = match search.get("secrets") {
        None => false,
        Some("shared") => true,
        Some(_) => return Err(Refused::with(400, "invalid", "", "secrets can only be: shared.")),
    };
    let mut entries = Vec::new();
    let mut passed = 0_u64; // of the types before
    for resource_type in [ResourceType::User, ResourceType::TokenIntrospector, ResourceType::Client] {
        let left = search.count.saturating_sub(entries.len() as u64);
        let offset = search.offset().saturating_sub(passed);
        let query = Query { resource_type: resource_type.name(), offset, count: left, ..Query::default() };
        let page = call.host.list(&query).await?;
        for text in &page.documents {
            let document = parse(text, resource_type.name())?;
            if is_later(&document) {
                // It would be without members that this version does not know to be secrets, or with them.
                let sentence = "A later version of edge-sts wrote one of the resources. Update this program.";
                return Err(Refused::with(409, "conflict", "", sentence));
            }
            let document = if shared { document } else { without_shared_secrets(&document) };
            let id = document.get("id").and_then(json::Value::as_str).unwrap_or_default();
            entries.push(put(&key::resource(resource_type, id), &document));
        }
        passed = passed.saturating_add(page.total);
    }
    let links = search.links(&address(call, "$export"), is_more(&search, passed));
    Ok(bundle("transaction", Some(passed), &links, &entries))
}

/// GET `/$events`: the last audit events of this instance, newest first, and how many there were since it began.
pub(super) fn events<H: Host>(call: Call<'_, H>, request: &Request<'_>) -> Result<Response, Refused> {
    if !request.query.is_empty() {
        return Err(Refused::with(400, "invalid", "", "This list takes no parameters."));
    }
    let recent = &call.sts.recent;
    let mut answer = ObjectWriter::new();
    answer.integer("seen", recent.seen());
    answer.integer("kept_at_most", limits::RECENT_EVENTS as u64);
    answer.json("events", &array(&recent.newest_first(Event::to_json)));
    Ok(Response::json(200, answer.finish()).with("cache-control", "no-store"))
}

fn put(url: &str, document: &Object<'_>) -> String {
    let mut request = ObjectWriter::new();
    request.text("method", "PUT");
    request.text("url", url);
    let mut entry = ObjectWriter::new();
    entry.json("resource", &document.to_json());
    entry.json("request", &request.finish());
    entry.finish()
}

/// A document as GET shows it, with its version as the tag.
pub(super) fn shown(status: u16, document: &Object<'_>) -> Response {
    let response = Response::json(status, without_secrets(document).to_json()).with("cache-control", "no-store");
    match version(document) {
        Some(version) => response.with("etag", &tag(version)),
        None => response,
    }
}

/// A Bundle (FHIR R4).
pub(super) fn bundle(kind: &str, total: Option<u64>, links: &[String], entries: &[String]) -> Response {
    let mut bundle = ObjectWriter::new();
    bundle.text("resourceType", "Bundle");
    bundle.text("type", kind);
    if let Some(total) = total {
        bundle.integer("total", total);
    }
    if !links.is_empty() {
        bundle.json("link", &array(links));
    }
    bundle.json("entry", &array(entries));
    Response::json(200, bundle.finish()).with("cache-control", "no-store")
}

/// The weak tag that FHIR makes of a version.
pub(super) fn tag(version: u64) -> String {
    let mut tag = String::from("W/\"");
    write_integer(version, &mut tag);
    tag.push('"');
    tag
}

/// What the directory has, as an object. `place`: where it stands.
pub(super) fn parse<'t>(text: &'t str, place: &str) -> Result<Object<'t>, Refused> {
    let sentence = "The stored resource is not JSON. Replace it or delete it.";
    json::parse_object(text).map_err(|_| Refused::with(503, "exception", place, sentence))
}

const fn is_more(search: &Search<'_>, total: u64) -> bool {
    search.offset().saturating_add(search.count) < total
}

fn address<H: Host>(call: Call<'_, H>, path: &str) -> String {
    [&call.sts.issuer, "/", path].concat()
}
