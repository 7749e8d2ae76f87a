//! A whole configuration at once: `resources.json`, or the resources that a program passes.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::document::{Lookups, Written, instance, listed_as, lookups, prepare};
use super::element::element;
use super::secrets::without_secrets;
use super::{Fault, ResourceType, key};
use crate::jose::ObjectWriter;
use crate::jose::json::{self, Value};
use crate::sorted;

/// One resource of a list, ready for a store.
pub struct Listed {
    /// Its type.
    pub resource_type: ResourceType,
    /// Its id.
    pub id: String,
    /// What is stored, JSON text.
    pub document: String,
    /// The same without its secrets.
    pub shown: String,
    /// The name by which it is listed.
    pub name: Option<String>,
    /// What leads to it.
    pub lookups: Lookups,
}

/// The resources of an array, given as JSON text, ready for a store: secrets digested, look-ups known. What stands in a list
/// has the instance that it says itself, or none.
///
/// # Errors
/// Every [`Fault`] of every resource, its expression beginning with the index, such as `[2].Client.secret`.
pub fn listed(resources: &str, now: u64) -> Result<Vec<Listed>, Vec<Fault>> {
    let value = json::parse(resources)
        .map_err(|fault| Vec::from([Fault::new("structure", "resources", json::sentence(fault))]))?;
    let Value::Array(resources) = value else {
        return Err(Vec::from([Fault::new("structure", "resources", "It must be an array of resources.")]));
    };
    let mut all: Vec<Listed> = Vec::with_capacity(resources.len());
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    let mut faults = Vec::new();
    for (index, resource) in resources.into_iter().enumerate() {
        match one(resource, now) {
            Ok(new) => {
                let own = key::resource(new.resource_type, &new.id);
                let mut taken = None;
                for key in core::iter::once(&own).chain(&new.lookups.unique) {
                    let first = *owners.entry(key.clone()).or_insert(index);
                    if first != index && taken.is_none() {
                        taken = Some((first, if *key == own { "id" } else { unique_of(new.resource_type) }));
                    }
                }
                if let Some((first, member)) = taken {
                    let sentence = ["It has the same ", member, " as ", &element("", first), "."].concat();
                    faults.push(Fault::new("duplicate", "", sentence).of_element(index));
                }
                all.push(new);
            }
            Err(own) => faults.extend(own.into_iter().map(|fault| fault.of_element(index))),
        }
    }
    if faults.is_empty() { Ok(all) } else { Err(faults) }
}

/// The member of which no two resources of a type may have the same, beside the id.
const fn unique_of(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::Client => "provider",
        ResourceType::TokenIntrospector => "jwt.iss",
        ResourceType::User => "identifier",
    }
}

impl Listed {
    /// As a store of resources takes it (`Change` of `src/hosts/directory/directory.ts`), JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut listed = ObjectWriter::new();
        listed.text("type", self.resource_type.name());
        listed.text("id", &self.id);
        listed.integer("expected", 0);
        listed.integer("version", 1);
        listed.text("document", &self.document);
        listed.text("shown", &self.shown);
        match &self.name {
            Some(name) => listed.text("name", name),
            None => listed.json("name", "null"),
        }
        listed.texts("unique", &self.lookups.unique);
        listed.texts("shared", &self.lookups.shared);
        listed.finish()
    }
}

/// The entries of a key-value store for an array of resources, given as JSON text: each resource under its key and under
/// each of its look-ups.
///
/// # Errors
/// As [`listed`].
pub fn entries(resources: &str, now: u64) -> Result<Vec<(String, String)>, Vec<Fault>> {
    let mut entries = Vec::new();
    let mut shared: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Listed { resource_type, id, document, lookups, .. } in listed(resources, now)? {
        let own = key::resource(resource_type, &id);
        for key in lookups.shared {
            sorted::insert(shared.entry(key).or_default(), own.clone());
        }
        entries.push((own, document.clone()));
        entries.extend(lookups.unique.into_iter().map(|key| (key, document.clone())));
    }
    for (key, owners) in shared {
        let owners: Vec<Value<'_>> = owners.iter().map(|owner| Value::from(owner.as_str())).collect();
        entries.push((key, Value::Array(owners).to_json()));
    }
    Ok(entries)
}

fn one(resource: Value<'_>, now: u64) -> Result<Listed, Vec<Fault>> {
    let Value::Object(document) = resource else {
        return Err(Vec::from([Fault::new("structure", "", "It must be an object.")]));
    };
    let text = |name| document.get(name).and_then(Value::as_str).map(String::from);
    let Some(resource_type) = text("resourceType").as_deref().and_then(ResourceType::from_name) else {
        let sentence = "It must be Client, TokenIntrospector or User.";
        return Err(Vec::from([Fault::new("value", "resourceType", sentence)]));
    };
    let Some(id) = text("id") else {
        return Err(Vec::from([Fault::new("required", [resource_type.name(), ".id"].concat(), "It is required.")]));
    };
    let instance = instance(&document).map(String::from);
    let (id_text, instance) = (id.as_str(), instance.as_deref());
    let written =
        Written { resource_type, id: id_text, document, stored: None, version: 1, now, instance, pepper: None };
    let document = prepare(written)?.document;
    let (lookups, shown) = (lookups(resource_type, &document), without_secrets(&document).to_json());
    let name = listed_as(resource_type, &document).map(String::from);
    Ok(Listed { resource_type, document: document.to_json(), shown, name, lookups, id })
}
