//! A whole configuration at once: `resources.json`, or the resources that a program passes.

use alloc::string::String;
use alloc::vec::Vec;

use super::document::{lookup_keys, prepare};
use super::fields::element;
use super::{Fault, ResourceType, key};
use crate::jose::json::{self, JsonFault, Value};

/// Every entry to store for an array of resources, given as JSON text: look-ups included, secrets digested.
///
/// # Errors
/// Every [`Fault`] of every resource, its expression beginning with the index, such as `[2].Client.secret`.
pub fn entries(resources: &str, now: u64) -> Result<Vec<(String, String)>, Vec<Fault>> {
    let value =
        json::parse(resources).map_err(|fault| Vec::from([Fault::new("structure", "resources", sentence(fault))]))?;
    let Value::Array(resources) = value else {
        return Err(Vec::from([Fault::new("structure", "resources", "It must be an array of resources.")]));
    };
    let mut entries: Vec<(String, String)> = Vec::new();
    let mut faults = Vec::new();
    for (index, resource) in resources.into_iter().enumerate() {
        match one(resource, now) {
            Ok(new) => {
                if new.iter().any(|(key, _)| entries.iter().any(|(other, _)| other == key)) {
                    let sentence = "Another resource has the same id, the same jwt.iss or the same identifier.";
                    faults.push(Fault::new("duplicate", element("", index), sentence));
                }
                entries.extend(new);
            }
            Err(own) => faults.extend(own.into_iter().map(|fault| {
                let expression = if fault.expression.is_empty() {
                    element("", index)
                } else {
                    [&element("", index), ".", &fault.expression].concat()
                };
                Fault { expression, ..fault }
            })),
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

/// Where and why a text cannot be read, such as `line 3, column 5: This is not JSON.`; `None` if it can.
#[must_use]
pub fn json_fault(text: &str) -> Option<String> {
    let (at, fault) = json::parse_placed(text).err()?;
    let before = text.get(..at).unwrap_or(text);
    let line = before.split('\n').count() as u64;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1) as u64;
    let mut place = String::from("line ");
    json::write_integer(line, &mut place);
    place.push_str(", column ");
    json::write_integer(column, &mut place);
    Some([&place, ": ", sentence(fault)].concat())
}

const fn sentence(fault: JsonFault) -> &'static str {
    match fault {
        JsonFault::Malformed => "This is not JSON.",
        JsonFault::DuplicateMember => "A member stands twice in one object.",
        JsonFault::TooDeep => "It is nested too deep.",
        JsonFault::TooManyMembers => "An object has more than 256 members.",
    }
}

fn one(resource: Value<'_>, now: u64) -> Result<Vec<(String, String)>, Vec<Fault>> {
    let Value::Object(object) = resource else {
        return Err(Vec::from([Fault::new("structure", "", "It must be an object.")]));
    };
    let text = |name| object.get(name).and_then(Value::as_str).map(String::from);
    let Some(resource_type) = text("resourceType").as_deref().and_then(ResourceType::from_name) else {
        let sentence = "It must be Client, TokenIntrospector or User.";
        return Err(Vec::from([Fault::new("value", "resourceType", sentence)]));
    };
    let Some(id) = text("id") else {
        return Err(Vec::from([Fault::new("required", [resource_type.name(), ".id"].concat(), "It is required.")]));
    };
    let prepared = prepare(resource_type, &id, object, None, 0, now)?;
    let value = prepared.document.to_json();
    // The resource first, as in `administer`: then there is never a look-up that no stored resource names.
    let mut keys = Vec::from([key::resource(resource_type, &id)]);
    keys.extend(lookup_keys(resource_type, &id, &prepared.document));
    Ok(keys.into_iter().map(|key| (key, value.clone())).collect())
}
