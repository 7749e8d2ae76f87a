//! Several changes in one request: a Bundle of the type `transaction` (FHIR R4), whose entries are made all or none.

use alloc::string::String;
use alloc::vec::Vec;

use super::change::Wish;
use super::outcome::Refused;
use super::preconditions::Preconditions;
use crate::jose::json::{Object, Value};
use crate::limits;
use crate::resource::{Fault, ResourceType, key};

/// The changes that a bundle asks for. `restores`: whether its documents say which instances they are.
pub(super) fn read<'a>(bundle: &'a Object<'a>, restores: bool) -> Result<Vec<Wish<'a>>, Refused> {
    let is = |name, text| bundle.get(name).and_then(Value::as_str) == Some(text);
    let members = bundle.iter().all(|(name, _)| ["resourceType", "type", "total", "link", "entry"].contains(&name));
    let entries = bundle.get("entry").and_then(Value::as_array);
    let (true, Some(entries)) = (is("resourceType", "Bundle") && is("type", "transaction") && members, entries) else {
        let sentence = "It must be a Bundle of the type transaction: resourceType, type, entry.";
        return Err(Refused::with(422, "structure", "Bundle", sentence));
    };
    if entries.len() as u64 > limits::BUNDLE {
        return Err(Refused::with(422, "too-long", "Bundle.entry", "It has more than 100 entries."));
    }
    let mut wishes: Vec<Wish<'a>> = Vec::with_capacity(entries.len());
    let mut faults = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let known = |wish: &Wish<'_>| {
            wishes.iter().any(|other| other.resource_type == wish.resource_type && other.id == wish.id)
        };
        match entry.as_object().ok_or(NO_ENTRY).and_then(|entry| wish(entry, restores)) {
            Ok(wish) if known(&wish) => faults.push(fault("Two entries are for the same resource.").of_element(index)),
            Ok(wish) => wishes.push(wish),
            Err(sentence) => faults.push(fault(sentence).of_element(index)),
        }
    }
    if faults.is_empty() { Ok(wishes) } else { Err(faults.into()) }
}

const NO_ENTRY: &str = "An entry is an object with request (method PUT or DELETE, url Type/id) and, for PUT, resource.";

fn wish<'a>(entry: &'a Object<'a>, restores: bool) -> Result<Wish<'a>, &'static str> {
    let request = entry.get("request").and_then(Value::as_object).ok_or(NO_ENTRY)?;
    let known = entry.iter().all(|(name, _)| ["resource", "request", "fullUrl"].contains(&name))
        && request.iter().all(|(name, _)| ["method", "url", "ifMatch", "ifNoneMatch"].contains(&name));
    let text = |name| match request.get(name) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or(NO_ENTRY),
    };
    let (method, url) = (text("method")?.unwrap_or_default(), text("url")?.unwrap_or_default());
    let (name, id) = url.split_once('/').filter(|(_, id)| key::is_id(id) && known).ok_or(NO_ENTRY)?;
    let resource = entry.get("resource").map(|resource| resource.as_object().ok_or(NO_ENTRY)).transpose()?;
    let document = match (method, resource) {
        ("PUT", Some(resource)) => Some(resource.clone()),
        ("DELETE", None) => None,
        _ => return Err(NO_ENTRY),
    };
    let preconditions =
        Preconditions { if_match: text("ifMatch")?, if_none_match: text("ifNoneMatch")?, creates: false };
    let resource_type = ResourceType::from_name(name).ok_or(NO_ENTRY)?;
    Ok(Wish { resource_type, id: String::from(id), document, restores, preconditions })
}

fn fault(sentence: &'static str) -> Fault {
    Fault::new("structure", "", sentence)
}
