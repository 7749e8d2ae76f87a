//! Where secrets stand in a document: `***` in their place where it is shown, and back where it is written.

use alloc::string::String;

use super::element::element;
use super::mask::MASK;
use super::{Fault, ResourceType, is_later};
use crate::jose::json::{Object, Value};

/// A document as it may be shown: `***` for every secret.
#[must_use]
pub fn without_secrets(document: &Object<'_>) -> Object<'static> {
    if is_later(document) {
        // Which of its members are secrets is not known here.
        let mut named = Object::new();
        for name in ["resourceType", "id", "meta"] {
            if let Some(value) = document.get(name) {
                named.set(name, value.clone().into_owned());
            }
        }
        return named;
    }
    masked(document, |_| true)
}

/// A document as a backup may hold it: `***` for the secrets that somebody else has, too, and that are stored plainly. Those
/// of Clients are digests.
#[must_use]
pub fn without_shared_secrets(document: &Object<'_>) -> Object<'static> {
    masked(document, |resource_type| resource_type != ResourceType::Client)
}

fn masked(document: &Object<'_>, of: fn(ResourceType) -> bool) -> Object<'static> {
    let resource_type = document.get("resourceType").and_then(Value::as_str).and_then(ResourceType::from_name);
    let mut value = Value::Object(document.clone().into_owned());
    for path in resource_type.filter(|own| of(*own)).map(secret_paths).unwrap_or_default() {
        mask(&mut value, path);
    }
    match value {
        Value::Object(object) if resource_type.is_some() => object,
        _ => Object::new(),
    }
}

/// What was written, with what is stored in the place of each mask.
pub(super) fn unmasked(
    resource_type: ResourceType,
    written: Object<'static>,
    stored: Option<&Object<'_>>,
) -> Result<Object<'static>, Fault> {
    if let Some(fault) = mask_for_another_url(&written, stored) {
        return Err(fault);
    }
    let stored = stored.cloned().map(Value::Object);
    let mut value = Value::Object(written);
    for path in secret_paths(resource_type) {
        if let Err(place) = keep(&mut value, stored.as_ref(), path) {
            let sentence = "*** keeps what is stored, but nothing is stored here.";
            return Err(Fault::new("value", [resource_type.name(), &place].concat(), sentence));
        }
    }
    match value {
        Value::Object(object) => Ok(object),
        _ => Ok(Object::new()),
    }
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
    use super::*;
    use crate::jose::json;

    fn object(text: &str) -> Object<'_> {
        json::parse_object(text).ok().unwrap()
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
    fn a_backup_holds_digests_and_no_shared_secret() {
        for (text, shown) in [
            (
                r#"{"resourceType":"Client","secret":"__sha256:1"}"#,
                r#"{"resourceType":"Client","secret":"__sha256:1"}"#,
            ),
            (
                r#"{"resourceType":"TokenIntrospector","jwt":{"secret":"planted"}}"#,
                r#"{"resourceType":"TokenIntrospector","jwt":{"secret":"***"}}"#,
            ),
        ] {
            assert_eq!(without_shared_secrets(&object(text)).to_json(), shown);
        }
    }
}
