//! From what an administrator writes to what is stored, and from that to what may be shown.

use alloc::string::String;
use alloc::vec::Vec;

use super::client_secret::{ClientSecret, Pepper};
use super::date::iso8601;
use super::doubts::findings;
use super::secrets::unmasked;
use super::{Fault, LATER, Resource, ResourceType, is_later, key, read_with_notes};
use crate::jose::json::{Object, Value, write_integer};
use crate::limits;
use crate::sorted;

/// A document that may be stored.
pub struct Prepared {
    /// As it is stored.
    pub document: Object<'static>,
    /// The same, read.
    pub resource: Resource,
    /// Paths of members that are kept and mean nothing here.
    pub without_effect: Vec<String>,
    /// What is allowed and probably not meant.
    pub findings: Vec<Fault>,
}

/// What an administrator wrote, and what is to be made of it.
pub struct Written<'a> {
    /// The type of the path.
    pub resource_type: ResourceType,
    /// The id of the path.
    pub id: &'a str,
    /// What was written.
    pub document: Object<'a>,
    /// What is there under this id.
    pub stored: Option<&'a Object<'a>>,
    /// The version that it gets.
    pub version: u64,
    /// When it is written, seconds.
    pub now: u64,
    /// Which of the resources that had this id, one after the other, it is: `meta.instance`.
    pub instance: Option<&'a str>,
    /// What secrets of Clients are stored under.
    pub pepper: Option<&'a Pepper>,
}

/// Makes of what was written what is stored: masks replaced by what they stand for, secrets of clients digested, `id`,
/// `resourceType` and `meta` set.
///
/// # Errors
/// Every [`Fault`] of it.
pub fn prepare(written: Written<'_>) -> Result<Prepared, Vec<Fault>> {
    let Written { resource_type, id, document, stored, version, now, instance, pepper } = written;
    let mut document = document.into_owned();
    let expression = |name: &str| [resource_type.name(), ".", name].concat();
    if document.get("id").is_some_and(|own| own.as_str() != Some(id)) {
        return Err(Vec::from([Fault::new("value", expression("id"), "It differs from the id in the path.")]));
    }
    if is_later(&document) {
        return Err(Vec::from([Fault::new("value", expression("meta.format"), LATER)]));
    }
    if document.remove("meta").is_some_and(|meta| meta.as_object().is_none()) {
        return Err(Vec::from([Fault::new("value", expression("meta"), "It must be an object.")]));
    }
    if document.get("resourceType").is_none() {
        document.set("resourceType", resource_type.name());
    }
    document.set("id", String::from(id));
    document = unmasked(resource_type, document, stored).map_err(|fault| Vec::from([fault]))?;
    document.set("meta", meta(version, now, instance));
    let (resource, without_effect) = read_with_notes(resource_type, &document)?;
    let lookups = lookups(resource_type, &document);
    if lookups.unique.len().max(lookups.shared.len()) > limits::LOOKUPS {
        let name = if resource_type == ResourceType::Client { "allowed_origins" } else { "identifier" };
        return Err(Vec::from([Fault::new("value", expression(name), "It has more than 100 elements.")]));
    }
    let findings = findings(&document, &resource);
    if resource_type == ResourceType::Client {
        digest_secret(id, &mut document, pepper);
    }
    Ok(Prepared { document, resource, without_effect, findings })
}

/// The version of a stored document. What somebody wrote by hand and is no such number is none.
#[must_use]
pub fn version(document: &Object<'_>) -> Option<u64> {
    let text = meta_text(document, "versionId")?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|version| digits && *version <= limits::NUMERIC_DATE)
}

/// `meta.instance` of a document.
#[must_use]
pub fn instance<'d>(document: &'d Object<'_>) -> Option<&'d str> {
    meta_text(document, "instance")
}

fn meta_text<'d>(document: &'d Object<'_>, name: &str) -> Option<&'d str> {
    document.get("meta")?.as_object()?.get(name)?.as_str()
}

/// The name by which a resource is listed: of a Client `name`, of a User `userName`.
#[must_use]
pub fn listed_as<'d>(resource_type: ResourceType, document: &'d Object<'_>) -> Option<&'d str> {
    let name = match resource_type {
        ResourceType::Client => "name",
        ResourceType::User => "userName",
        ResourceType::TokenIntrospector => return None,
    };
    document.get(name)?.as_str()
}

/// The look-ups beside a document: keys that lead to it.
#[derive(Clone, Default)]
pub struct Lookups {
    /// Those that no other resource may have: the provider of a Client, the issuer of a TokenIntrospector, the identifiers
    /// of a User.
    pub unique: Vec<String>,
    /// Those that others may have, too: the origins of a Client.
    pub shared: Vec<String>,
}

/// The look-ups beside a document. It need not keep the rules: of one that another version of this service stored it must be
/// known what leads to it.
#[must_use]
pub fn lookups<'d, 't>(resource_type: ResourceType, document: &'d Object<'t>) -> Lookups {
    let elements = |name| document.get(name).and_then(Value::as_array).unwrap_or_default().iter();
    let mut lookups = Lookups::default();
    match resource_type {
        ResourceType::Client => {
            let origins = elements("allowed_origins").filter_map(Value::as_str);
            lookups.shared.extend(origins.map(key::clients_by_origin));
            let member = |object: &'d Object<'t>, name| object.get(name).and_then(Value::as_object);
            let policy = member(document, "auth").and_then(|auth| member(auth, "token_exchange"));
            let provider = policy.and_then(|policy| policy.get("provider")).and_then(Value::as_str);
            lookups.unique.extend(provider.map(key::client_by_provider));
        }
        ResourceType::TokenIntrospector => {
            let iss = document.get("jwt").and_then(Value::as_object).and_then(|jwt| jwt.get("iss"));
            lookups.unique.extend(iss.and_then(Value::as_str).map(key::introspector_by_issuer));
        }
        ResourceType::User => {
            let identifiers = elements("identifier").filter_map(Value::as_object);
            lookups.unique.extend(identifiers.filter_map(|identifier| {
                let text = |name| identifier.get(name)?.as_str();
                Some(key::user_by_identifier(text("system")?, text("value")?))
            }));
        }
    }
    for keys in [&mut lookups.unique, &mut lookups.shared] {
        *keys = sorted::collect(core::mem::take(keys));
    }
    lookups
}

fn meta(version: u64, now: u64, instance: Option<&str>) -> Object<'static> {
    let mut meta = Object::new();
    meta.set("lastUpdated", iso8601(now));
    if let Some(instance) = instance {
        meta.set("instance", String::from(instance));
    }
    let mut text = String::new();
    write_integer(version, &mut text);
    meta.set("versionId", text);
    meta
}

fn digest_secret(id: &str, document: &mut Object<'_>, pepper: Option<&Pepper>) {
    let secret = document.get("secret").and_then(Value::as_str).map(String::from);
    if let Some(stored) = secret.and_then(|secret| ClientSecret::to_store(&secret, id, pepper)) {
        document.set("secret", stored);
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::jose::json;

    const NOW: u64 = 1_800_000_000;

    fn object(text: &str) -> Object<'_> {
        json::parse_object(text).ok().unwrap()
    }

    fn introspector(keys: &str) -> String {
        format!(r#"{{"type":"jwt","jwt":{{"iss":"a","keys":[{keys}]}}}}"#)
    }

    fn plain(kid: &str, alg: &str, k: &str) -> String {
        format!(r#"{{"format":"plain","kty":"OCT",{kid}"alg":"{alg}","k":"{k}"}}"#)
    }

    fn jwk(kid: &str, k: &str) -> String {
        format!(r#"{{"format":"jwk","jwk":{{"kty":"oct",{kid}"alg":"HS256","k":"{k}"}}}}"#)
    }

    fn written<'a>(resource_type: ResourceType, id: &'a str, text: &'a str) -> Written<'a> {
        let document = object(text);
        Written { resource_type, id, document, stored: None, version: 1, now: NOW, instance: None, pepper: None }
    }

    /// What is stored after `new` was written over `before`, or the path of the first fault.
    fn over(before: &str, new: &str) -> Result<String, String> {
        let kind = ResourceType::TokenIntrospector;
        let before = prepare(written(kind, "i", before)).ok().unwrap().document;
        match prepare(Written { stored: Some(&before), ..written(kind, "i", new) }) {
            Ok(prepared) => Ok(prepared.document.get("jwt").unwrap().to_json()),
            Err(faults) => Err(faults[0].expression.clone()),
        }
    }

    #[test]
    fn a_mask_keeps_the_key_that_it_stands_for() {
        let (a, b) = ("A".repeat(64), "BBBB".repeat(16));
        let [kid_a, kid_b] = [r#""kid":"a","#, r#""kid":"b","#];
        let list = |keys: [String; 2]| introspector(&keys.join(","));
        let jwt = |text: &str| object(text).get("jwt").unwrap().to_json();
        for (before, written, after) in [
            // by kid, wherever the key has it
            (
                list([plain(kid_a, "HS256", &a), plain(kid_b, "HS256", &b)]),
                list([plain(kid_b, "HS256", "***"), plain(kid_a, "HS256", "***")]),
                list([plain(kid_b, "HS256", &b), plain(kid_a, "HS256", &a)]),
            ),
            (
                list([jwk(kid_a, &a), jwk(kid_b, &b)]),
                list([jwk(kid_b, "***"), jwk(kid_a, "***")]),
                list([jwk(kid_b, &b), jwk(kid_a, &a)]),
            ),
            // by its place
            (
                list([plain("", "HS256", &a), plain("", "HS512", &b)]),
                list([plain("", "HS256", "***"), plain("", "HS512", "***")]),
                list([plain("", "HS256", &a), plain("", "HS512", &b)]),
            ),
        ] {
            assert_eq!(over(&before, &written), Ok(jwt(&after)));
        }
        let two = list([plain("", "HS256", &a), plain("", "HS512", &b)]);
        for (before, written, place) in [
            (&two, list([plain("", "HS512", "***"), plain("", "HS256", "***")]), "keys[0].k"),
            (&two, introspector(&plain("", "HS512", "***")), "keys[0].k"),
            (&two, list([plain("", "HS256", &a), plain(kid_a, "HS512", "***")]), "keys[1].k"),
            (&two, introspector(&jwk("", "***")), "keys[0].jwk.k"),
            (&two, String::from(r#"{"type":"jwt","jwt":{"iss":"a","secret":"***"}}"#), "secret"),
        ] {
            assert_eq!(over(before, &written), Err(format!("TokenIntrospector.jwt.{place}")));
        }
    }

    #[test]
    fn meta_is_set_and_not_taken() {
        let text = r#"{"meta":{"versionId":"7","instance":"planted"}}"#;
        let prepared =
            prepare(Written { instance: Some("i1"), ..written(ResourceType::User, "u", text) }).ok().unwrap();
        let expected = r#"{"lastUpdated":"2027-01-15T08:00:00Z","instance":"i1","versionId":"1"}"#;
        assert_eq!(prepared.document.get("meta").unwrap().to_json(), expected);
        assert_eq!(version(&prepared.document), Some(1));
        assert_eq!(instance(&prepared.document), Some("i1"));
    }

    #[test]
    fn look_ups_of_what_breaks_the_rules_are_known() {
        for (kind, text, expected) in [
            (ResourceType::TokenIntrospector, r#"{"newer":1,"jwt":{"iss":"a"}}"#, (1, 0)),
            (ResourceType::TokenIntrospector, r#"{"jwt":{"iss":1}}"#, (0, 0)),
            (ResourceType::TokenIntrospector, r#"{"jwt":[]}"#, (0, 0)),
            (ResourceType::User, r#"{"newer":1,"identifier":[{"system":"a","value":"b"},{"system":"a"},1]}"#, (1, 0)),
            (ResourceType::User, r#"{"identifier":[{"system":"a","value":"b"},{"system":"a","value":"b"}]}"#, (1, 0)),
            (ResourceType::Client, r#"{"newer":1,"allowed_origins":["https://a.example",1]}"#, (0, 1)),
            (ResourceType::Client, r#"{"allowed_origins":"https://a.example"}"#, (0, 0)),
        ] {
            let lookups = lookups(kind, &object(text));
            assert_eq!((lookups.unique.len(), lookups.shared.len()), expected, "{text}");
        }
    }
}
