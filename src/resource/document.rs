//! From what an administrator writes to what is stored, and from that to what may be shown.

use alloc::string::String;
use alloc::vec::Vec;

use super::client::{DIGEST_PREFIX, stored_digest};
use super::date::iso8601;
use super::{Fault, Resource, ResourceType, key, read_with_notes};
use crate::jose::json::{Object, Value, write_integer};

/// What is shown in the place of a secret, and what keeps it when it is written.
const MASK: &str = "***";

/// Where the secrets of a type stand; `*` is each element of an array.
const fn secret_paths(resource_type: ResourceType) -> &'static [&'static [&'static str]] {
    match resource_type {
        ResourceType::Client => &[&["secret"]],
        ResourceType::TokenIntrospector => &[
            &["jwt", "secret"],
            &["jwt", "keys", "*", "k"],
            &["jwt", "keys", "*", "jwk", "k"],
            &["introspection_endpoint", "authorization"],
        ],
        ResourceType::User => &[&["password"], &["twoFactor"]],
    }
}

/// A document that may be stored.
pub(super) struct Prepared {
    pub(super) document: Object<'static>,
    pub(super) resource: Resource,
    /// Paths of members that are kept and mean nothing here.
    pub(super) without_effect: Vec<String>,
}

/// Makes of what was written what is stored: masks replaced by what they stand for, secrets of clients digested, `id`,
/// `resourceType` and `meta` set. `stored`: what is there under this id.
pub(super) fn prepare(
    resource_type: ResourceType,
    id: &str,
    written: Object<'_>,
    stored: Option<&Object<'_>>,
    now: u64,
) -> Result<Prepared, Vec<Fault>> {
    let mut document = written.into_owned();
    let expression = |name: &str| [resource_type.name(), ".", name].concat();
    if document.get("id").is_some_and(|own| own.as_str() != Some(id)) {
        return Err(Vec::from([Fault::new("value", expression("id"), "It is not the id of the path.")]));
    }
    if document.remove("meta").is_some_and(|meta| meta.as_object().is_none()) {
        return Err(Vec::from([Fault::new("value", expression("meta"), "It must be an object.")]));
    }
    if document.get("resourceType").is_none() {
        document.set("resourceType", resource_type.name());
    }
    document.set("id", String::from(id));
    let stored_value = stored.cloned().map(Value::Object);
    for path in secret_paths(resource_type) {
        let mut value = Value::Object(document);
        let kept = keep(&mut value, stored_value.as_ref(), path);
        let Value::Object(back) = value else { return Err(Vec::new()) };
        document = back;
        if !kept {
            let sentence = "*** keeps what is stored, but nothing is stored here.";
            return Err(Vec::from([Fault::new("value", expression(&path.join(".")), sentence)]));
        }
    }
    let (resource, without_effect) = read_with_notes(resource_type, &document)?;
    digest_secret(resource_type, &mut document);
    document.set("meta", meta(stored, now));
    Ok(Prepared { document, resource, without_effect })
}

/// A document as it may be shown: `***` for every secret.
#[must_use]
pub fn without_secrets(document: &Object<'_>) -> Object<'static> {
    let resource_type = document.get("resourceType").and_then(Value::as_str).and_then(ResourceType::from_name);
    let mut value = Value::Object(document.clone().into_owned());
    for path in resource_type.map(secret_paths).unwrap_or_default() {
        mask(&mut value, path);
    }
    match value {
        Value::Object(object) if resource_type.is_some() => object,
        _ => Object::new(),
    }
}

/// The version of a stored document.
pub(super) fn version(document: &Object<'_>) -> Option<String> {
    let meta = document.get("meta")?.as_object()?;
    meta.get("versionId")?.as_str().map(String::from)
}

/// The keys of all entries of a resource, its own first: then there is never a look-up that no stored resource names,
/// and whatever was left half-done, the next write or deletion of the resource puts right.
pub(super) fn entry_keys(resource: &Resource) -> Vec<String> {
    let own = match resource {
        Resource::Client(client) => key::resource(ResourceType::Client, &client.id),
        Resource::TokenIntrospector(introspector) => key::resource(ResourceType::TokenIntrospector, &introspector.id),
        Resource::User(user) => key::resource(ResourceType::User, &user.id),
    };
    let mut keys = Vec::from([own]);
    keys.extend(lookup_keys(resource));
    keys
}

/// The look-ups beside a resource.
pub(super) fn lookup_keys(resource: &Resource) -> Vec<String> {
    match resource {
        Resource::Client(client) => {
            let prefixes = client.allowed_origins.iter().map(|origin| key::client_origin_prefix(origin));
            prefixes.map(|prefix| [&prefix, client.id.as_str()].concat()).collect()
        }
        Resource::TokenIntrospector(introspector) => Vec::from([key::introspector_by_issuer(&introspector.iss)]),
        Resource::User(user) => {
            let identifiers = user.identifier.iter();
            identifiers.map(|identifier| key::user_by_identifier(&identifier.system, &identifier.value)).collect()
        }
    }
}

fn meta(stored: Option<&Object<'_>>, now: u64) -> Object<'static> {
    // Grows with each write and does not begin again after a deletion, so that an old If-Match never fits.
    let previous = stored.and_then(version).and_then(|version| version.parse::<u64>().ok());
    let next = previous.map_or(now, |previous| now.max(previous.saturating_add(1)));
    let mut meta = Object::new();
    meta.set("lastUpdated", iso8601(now));
    let mut version = String::new();
    write_integer(next, &mut version);
    meta.set("versionId", version);
    meta
}

fn digest_secret(resource_type: ResourceType, document: &mut Object<'_>) {
    if resource_type != ResourceType::Client {
        return;
    }
    let digest = document.get("secret").and_then(Value::as_str).and_then(stored_digest);
    if let Some(digest) = digest {
        let mut text = String::from(DIGEST_PREFIX);
        for byte in digest.as_bytes() {
            for nibble in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(nibble), 16));
            }
        }
        document.set("secret", text);
    }
}

/// Puts what is stored in the place of each mask; `false` if nothing is stored there.
fn keep(written: &mut Value<'static>, stored: Option<&Value<'_>>, path: &[&str]) -> bool {
    let Some((step, rest)) = path.split_first() else {
        if written.as_str() != Some(MASK) {
            return true;
        }
        return match stored {
            Some(stored) => {
                *written = stored.clone().into_owned();
                true
            }
            None => false,
        };
    };
    match written {
        Value::Object(object) => {
            let stored = stored.and_then(Value::as_object).and_then(|stored| stored.get(step));
            object.get_mut(step).is_none_or(|member| keep(member, stored, rest))
        }
        Value::Array(elements) if *step == "*" => {
            let stored = stored.and_then(Value::as_array).unwrap_or_default();
            let same_length = stored.len() == elements.len();
            let mut kept = true;
            for (index, element) in elements.iter_mut().enumerate() {
                let kid = |value: &Value<'_>| value.as_object()?.get("kid")?.as_str().map(String::from);
                let own_kid = kid(element);
                let same = match &own_kid {
                    Some(_) => stored.iter().find(|stored| kid(stored) == own_kid),
                    // By its place, which says nothing once elements have come or gone.
                    None => stored.get(index).filter(|stored| same_length && kid(stored).is_none()),
                };
                kept &= keep(element, same, rest);
            }
            kept
        }
        _ => true,
    }
}

fn mask(value: &mut Value<'static>, path: &[&str]) {
    let Some((step, rest)) = path.split_first() else {
        *value = Value::from(MASK);
        return;
    };
    match value {
        Value::Object(object) => {
            if let Some(member) = object.get_mut(step) {
                mask(member, rest);
            }
        }
        Value::Array(elements) if *step == "*" => elements.iter_mut().for_each(|element| mask(element, rest)),
        _ => {}
    }
}
