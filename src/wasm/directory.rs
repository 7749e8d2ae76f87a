//! The effects of the directory as JSON, there and back: the shapes of `src/hosts/directory/directory.ts`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::host::{Change, Changed, History, HostFault, Page, Query, ResourceName, Stored, Version, Waiting};
use crate::jose::json::{Object, Value};
use crate::jose::{ObjectWriter, array};

pub(super) fn look(names: &[ResourceName<'_>]) -> ObjectWriter {
    let names = names.iter().map(|name| {
        let mut member = ObjectWriter::new();
        write_name(&mut member, *name);
        member.finish()
    });
    let mut effect = ObjectWriter::new();
    effect.json("names", &array(&names.collect::<Vec<_>>()));
    effect
}

pub(super) fn change(changes: &[Change<'_>], by: &str, at: u64) -> ObjectWriter {
    let changes = changes.iter().map(|change| {
        let mut member = ObjectWriter::new();
        write_name(&mut member, change.name);
        member.integer("expected", change.expected);
        member.integer("version", change.version);
        for (name, text) in [("document", change.document), ("shown", change.shown), ("name", change.listed_as)] {
            match text {
                Some(text) => member.text(name, text),
                None => member.json(name, "null"),
            }
        }
        member.texts("unique", change.unique);
        member.texts("shared", change.shared);
        member.finish()
    });
    let mut effect = ObjectWriter::new();
    effect.json("changes", &array(&changes.collect::<Vec<_>>()));
    effect.text("by", by);
    effect.integer("at", at);
    effect
}

pub(super) fn list(query: &Query<'_>) -> ObjectWriter {
    let mut member = ObjectWriter::new();
    member.text("type", query.resource_type);
    // A member `id` of the effect itself is its number.
    for (name, text) in [("id", query.id), ("name", query.name)] {
        member.optional(name, text);
    }
    member.texts("lookups", &query.lookups);
    member.integer("offset", query.offset);
    member.integer("count", query.count);
    let mut effect = ObjectWriter::new();
    effect.json("query", &member.finish());
    effect
}

pub(super) fn history(name: ResourceName<'_>, offset: u64, count: u64) -> ObjectWriter {
    let mut member = ObjectWriter::new();
    write_name(&mut member, name);
    member.integer("offset", offset);
    member.integer("count", count);
    let mut effect = ObjectWriter::new();
    effect.json("query", &member.finish());
    effect
}

fn write_name(object: &mut ObjectWriter, name: ResourceName<'_>) {
    object.text("type", name.resource_type);
    object.text("id", name.id);
}

pub(super) fn values(answer: Value<'static>, expected: usize) -> Result<Vec<Option<String>>, HostFault> {
    let Value::Array(values) = answer else { return Err(HostFault) };
    if values.len() != expected {
        return Err(HostFault);
    }
    values.into_iter().map(text_or_null).collect()
}

pub(super) fn stored(answer: Value<'static>, expected: usize) -> Result<Vec<Stored>, HostFault> {
    let Value::Array(values) = answer else { return Err(HostFault) };
    if values.len() != expected {
        return Err(HostFault);
    }
    let stored = values.into_iter().map(|value| {
        let Value::Object(mut object) = value else { return Err(HostFault) };
        let version = number(&object, "version")?;
        Ok(Stored { version, document: text_or_null(object.remove("document").ok_or(HostFault)?)? })
    });
    stored.collect()
}

pub(super) fn changed(answer: &Value<'_>) -> Result<Changed, HostFault> {
    let answer = answer.as_object().ok_or(HostFault)?;
    let place = |name| number(answer, name).and_then(|place| usize::try_from(place).map_err(|_| HostFault));
    if answer.get("done").and_then(Value::as_bool) == Some(true) {
        Ok(Changed::Done)
    } else if answer.get("outdated").is_some() {
        Ok(Changed::Outdated(place("outdated")?))
    } else {
        Ok(Changed::Taken { place: place("taken")?, key: text(answer, "key")?, holder: text(answer, "holder")? })
    }
}

pub(super) fn page(answer: &Value<'_>) -> Result<Page, HostFault> {
    let answer = answer.as_object().ok_or(HostFault)?;
    let documents = answer.get("documents").and_then(Value::as_array).ok_or(HostFault)?.iter();
    let documents = documents.map(|text| text.as_str().map(String::from).ok_or(HostFault));
    Ok(Page { total: number(answer, "total")?, documents: documents.collect::<Result<_, HostFault>>()? })
}

pub(super) fn versions(answer: &Value<'_>) -> Result<History, HostFault> {
    let answer = answer.as_object().ok_or(HostFault)?;
    let versions = answer.get("versions").and_then(Value::as_array).ok_or(HostFault)?.iter().map(|value| {
        let version = value.as_object().ok_or(HostFault)?;
        Ok(Version {
            version: number(version, "version")?,
            at: number(version, "at")?,
            by: text(version, "by")?,
            document: text_or_null(version.get("document").ok_or(HostFault)?.clone().into_owned())?,
        })
    });
    Ok(History { total: number(answer, "total")?, versions: versions.collect::<Result<_, HostFault>>()? })
}

pub(super) fn waiting(answer: &Value<'_>) -> Result<Option<Waiting>, HostFault> {
    match answer {
        Value::Null => Ok(None),
        answer => {
            let answer = answer.as_object().ok_or(HostFault)?;
            let since = answer.get("since").and_then(Value::as_integer);
            Ok(Some(Waiting { keys: number(answer, "waiting")?, since }))
        }
    }
}

fn text_or_null(value: Value<'static>) -> Result<Option<String>, HostFault> {
    match value {
        Value::String(text) => Ok(Some(text.into_owned())),
        Value::Null => Ok(None),
        _ => Err(HostFault),
    }
}

fn text(object: &Object<'_>, name: &str) -> Result<String, HostFault> {
    object.get(name).and_then(Value::as_str).map(String::from).ok_or(HostFault)
}

fn number(object: &Object<'_>, name: &str) -> Result<u64, HostFault> {
    object.get(name).and_then(Value::as_integer).ok_or(HostFault)
}
