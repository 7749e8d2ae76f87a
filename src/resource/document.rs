//! From what an administrator writes to what is stored, and from that to what may be shown.

use alloc::string::String;
use alloc::vec::Vec;

use super::client::{DIGEST_PREFIX, stored_digest};
use super::date::iso8601;
use super::fields::element;
use super::{Fault, Resource, ResourceType, key, read_with_notes};
use crate::jose::json::{Object, Value, write_integer};
use crate::limits;

/// What is shown in the place of a secret, and what keeps it when it is written.
pub(super) const MASK: &str = "***";

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
    /// The same, read.
    pub(super) resource: Resource,
    /// Paths of members that are kept and mean nothing here.
    pub(super) without_effect: Vec<String>,
}

/// Makes of what was written what is stored: masks replaced by what they stand for, secrets of clients digested, `id`,
/// `resourceType` and `meta` set. `stored`: what is there under this id; `version`: of the last change, 0 if there was none.
pub(super) fn prepare(
    resource_type: ResourceType,
    id: &str,
    written: Object<'_>,
    stored: Option<&Object<'_>>,
    version: u64,
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
    if let Some(fault) = mask_for_another_url(&document, stored) {
        return Err(Vec::from([fault]));
    }
    let stored_value = stored.cloned().map(Value::Object);
    for path in secret_paths(resource_type) {
        let mut value = Value::Object(document);
        if let Err(place) = keep(&mut value, stored_value.as_ref(), path) {
            let sentence = "*** keeps what is stored, but nothing is stored here.";
            return Err(Vec::from([Fault::new("value", [resource_type.name(), &place].concat(), sentence)]));
        }
        let Value::Object(back) = value else { return Err(Vec::new()) };
        document = back;
    }
    let (resource, without_effect) = read_with_notes(resource_type, &document)?;
    if lookup_keys(resource_type, id, &document).len() > limits::LOOKUPS {
        let name = if resource_type == ResourceType::Client { "allowed_origins" } else { "identifier" };
        return Err(Vec::from([Fault::new("value", expression(name), "It has more than 100 elements.")]));
    }
    digest_secret(resource_type, &mut document);
    document.set("meta", meta(stored, version, now));
    Ok(Prepared { document, resource, without_effect })
}

/// A mask stands for a secret that is sent to one URL: with another one it must be written again, or whoever only sees
/// masks could have it sent to a server of his own.
fn mask_for_another_url(written: &Object<'_>, stored: Option<&Object<'_>>) -> Option<Fault> {
    const ENDPOINT: &str = "introspection_endpoint";
    let endpoint = written.get(ENDPOINT)?.as_object()?;
    let masked = endpoint.get("authorization").and_then(Value::as_str) == Some(MASK);
    let before = stored?.get(ENDPOINT)?.as_object()?;
    (masked && before.get("url") != endpoint.get("url")).then(|| {
        let expression = "TokenIntrospector.introspection_endpoint.authorization";
        Fault::new("value", expression, "Write it again: *** stands for a secret that belongs to another url.")
    })
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

/// The version of a stored document. What somebody wrote by hand and is no such number is none.
pub(super) fn version(document: &Object<'_>) -> Option<u64> {
    let text = document.get("meta")?.as_object()?.get("versionId")?.as_str()?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|version| digits && *version <= limits::NUMERIC_DATE)
}

impl Prepared {
    /// Notes that it is a new one: `instance` tells it from an earlier one of the same id.
    pub(super) fn created(&mut self, instance: String) {
        if let Some(Value::Object(meta)) = self.document.get_mut("meta") {
            meta.set("instance", instance);
        }
    }
}

/// The look-ups beside a document. It need not keep the rules: one that another version of this service stored must
/// not leave look-ups behind, through which an old secret would live on.
pub(super) fn lookup_keys(resource_type: ResourceType, _id: &str, document: &Object<'_>) -> Vec<String> {
    let elements = |name| document.get(name).and_then(Value::as_array).unwrap_or_default().iter();
    match resource_type {
        ResourceType::Client => {
            let origins = elements("allowed_origins").filter_map(Value::as_str);
            origins.map(key::client_by_origin).collect()
        }
        ResourceType::TokenIntrospector => {
            let iss = document.get("jwt").and_then(Value::as_object).and_then(|jwt| jwt.get("iss"));
            iss.and_then(Value::as_str).map(key::introspector_by_issuer).into_iter().collect()
        }
        ResourceType::User => {
            let identifiers = elements("identifier").filter_map(Value::as_object);
            let keys = identifiers.filter_map(|identifier| {
                let text = |name| identifier.get(name)?.as_str();
                Some(key::user_by_identifier(text("system")?, text("value")?))
            });
            keys.collect()
        }
    }
}

fn meta(stored: Option<&Object<'_>>, last: u64, now: u64) -> Object<'static> {
    // Grows with each write and does not begin again after a deletion, so that an old If-Match never fits.
    let previous = stored.and_then(version).unwrap_or_default().max(last);
    let next = now.max(previous.saturating_add(1));
    let mut meta = Object::new();
    meta.set("lastUpdated", iso8601(now));
    let before = stored.and_then(|stored| stored.get("meta")?.as_object());
    if let Some(instance) = before.and_then(|before| before.get("instance")?.as_str()) {
        meta.set("instance", String::from(instance));
    }
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

/// Puts what is stored in the place of each mask. `Err`: the path, from here on, of one for which nothing is stored.
fn keep(written: &mut Value<'static>, stored: Option<&Value<'_>>, path: &[&str]) -> Result<(), String> {
    let Some((step, rest)) = path.split_first() else {
        if written.as_str() == Some(MASK) {
            *written = stored.ok_or_else(String::new)?.clone().into_owned();
        }
        return Ok(());
    };
    match written {
        Value::Object(object) => {
            let Some(member) = object.get_mut(step) else { return Ok(()) };
            let stored = stored.and_then(Value::as_object).and_then(|stored| stored.get(step));
            keep(member, stored, rest).map_err(|place| [".", step, &place].concat())
        }
        Value::Array(elements) if *step == "*" => {
            let stored = stored.and_then(Value::as_array).unwrap_or_default();
            let same_length = stored.len() == elements.len();
            for (index, written) in elements.iter_mut().enumerate() {
                let same = match of_key(written, "kid") {
                    Some(kid) => stored.iter().find(|stored| of_key(stored, "kid") == Some(kid)),
                    // By its place, which says nothing once elements have come, gone or changed places.
                    None => stored.get(index).filter(|stored| {
                        same_length
                            && of_key(stored, "kid").is_none()
                            && of_key(stored, "alg") == of_key(written, "alg")
                    }),
                };
                keep(written, same, rest).map_err(|place| [element("", index), place].concat())?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A text of an element of `keys`, which may stand in its `jwk`.
fn of_key<'v>(key: &'v Value<'_>, name: &str) -> Option<&'v str> {
    let key = key.as_object()?;
    let of_jwk = || key.get("jwk")?.as_object()?.get(name);
    key.get(name).or_else(of_jwk)?.as_str()
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

    /// What is stored after `written` was written over `before`, or the path of the first fault.
    fn over(before: &str, written: &str) -> Result<String, String> {
        let kind = ResourceType::TokenIntrospector;
        let before = prepare(kind, "i", object(before), None, 0, NOW).ok().unwrap().document;
        match prepare(kind, "i", object(written), Some(&before), 0, NOW) {
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
    fn no_secret_is_shown() {
        for (text, shown) in [
            (r#"{"resourceType":"Client","secret":"planted"}"#, r#"{"resourceType":"Client","secret":"***"}"#),
            (r#"{"resourceType":"Client","secret":{"planted":1}}"#, r#"{"resourceType":"Client","secret":"***"}"#),
            (
                r#"{"resourceType":"TokenIntrospector","jwt":{"secret":"planted","keys":[{"k":"planted"},{"jwk":{"k":"planted"}}]},"introspection_endpoint":{"authorization":"planted"}}"#,
                r#"{"resourceType":"TokenIntrospector","jwt":{"secret":"***","keys":[{"k":"***"},{"jwk":{"k":"***"}}]},"introspection_endpoint":{"authorization":"***"}}"#,
            ),
            (
                r#"{"resourceType":"User","password":"planted","twoFactor":{"secret":"planted"}}"#,
                r#"{"resourceType":"User","password":"***","twoFactor":"***"}"#,
            ),
            // what is not known to be a resource is not shown at all
            (r#"{"secret":"planted"}"#, "{}"),
        ] {
            assert_eq!(without_secrets(&object(text)).to_json(), shown);
        }
    }

    #[test]
    fn a_clients_secret_is_stored_as_its_digest() {
        let write = |secret: &str, stored: Option<&Object<'_>>| {
            let text = format!(r#"{{"secret":"{secret}"}}"#);
            prepare(ResourceType::Client, "c", object(&text), stored, 0, NOW).ok().unwrap().document
        };
        let digest = "__sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let stored = write("test", None);
        assert_eq!(stored.get("secret").unwrap().as_str(), Some(digest));
        assert_eq!(write("***", Some(&stored)).get("secret").unwrap().as_str(), Some(digest));
        assert_eq!(write(&digest.replace("9f", "9F"), None).get("secret").unwrap().as_str(), Some(digest));
    }

    #[test]
    fn versions_grow() {
        let user = |stored: Option<&Object<'_>>, now| {
            prepare(ResourceType::User, "u", object(r#"{"meta":{"versionId":"7"}}"#), stored, 0, now)
                .ok()
                .unwrap()
                .document
        };
        let first = user(None, NOW);
        assert_eq!(version(&first), Some(1800000000)); // what was sent as meta is not taken
        let second = user(Some(&first), NOW);
        assert_eq!(version(&second), Some(1800000001));
        assert_eq!(version(&user(Some(&second), NOW + 60)), Some(1800000060));
        assert_eq!(version(&user(Some(&second), NOW - 60)), Some(1800000002)); // a clock set back
    }

    #[test]
    fn look_ups_of_what_breaks_the_rules_are_known() {
        for (kind, text, expected) in [
            (ResourceType::TokenIntrospector, r#"{"newer":1,"jwt":{"iss":"a"}}"#, 1),
            (ResourceType::TokenIntrospector, r#"{"jwt":{"iss":1}}"#, 0),
            (ResourceType::TokenIntrospector, r#"{"jwt":[]}"#, 0),
            (ResourceType::User, r#"{"newer":1,"identifier":[{"system":"a","value":"b"},{"system":"a"},1]}"#, 1),
            (ResourceType::Client, r#"{"newer":1,"allowed_origins":["https://a.example",1]}"#, 1),
            (ResourceType::Client, r#"{"allowed_origins":"https://a.example"}"#, 0),
        ] {
            assert_eq!(lookup_keys(kind, "i", &object(text)).len(), expected, "{text}");
        }
    }
}
