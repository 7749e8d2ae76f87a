//! A change of a resource: the resource itself and the look-ups beside it, one administrator at a time.

use alloc::string::String;
use alloc::vec::Vec;
use core::slice;

use super::administer::{Admin, Stop};
use super::document::{Prepared, lookup_keys, version};
use super::turn::{Shown, Turn};
use super::{KeySource, ResourceType, key};
use crate::host::{Host, HostFault};
use crate::jose::json::{self, Object, Value};
use crate::limits;

/// What is stored under an id, as a change finds it.
pub(super) struct Stored {
    /// What is there. One that cannot be read can still be replaced and deleted, as if it said nothing.
    pub(super) document: Option<Object<'static>>,
    /// Whether it could be read.
    readable: bool,
    turn: Turn,
}

impl Stored {
    /// The version of the last change, 0 if there was none.
    pub(super) const fn version(&self) -> u64 {
        self.turn.version()
    }
}

impl<H: Host> Admin<'_, H> {
    /// Looks at what is to be changed.
    pub(super) async fn look(&self, id: &str) -> Result<Stored, Stop> {
        let key = key::resource(self.resource_type, id);
        let turn = Turn::look(self.host, &key, self.now).await?.ok_or(Stop::Again)?;
        let text = self.stored_text(id).await?;
        let document = text.as_deref().map(|text| json::parse_object(text).map(Object::into_owned));
        let readable = !matches!(document, Some(Err(_)));
        let document = document.map(Result::unwrap_or_default);
        let shown = document.as_ref().map(|document| turn.sees(version(document), self.now));
        match shown {
            Some(Shown::Outdated) => Err(Stop::Again),
            Some(Shown::Deleted) => Ok(Stored { document: None, readable, turn }),
            Some(Shown::Present) | None => Ok(Stored { document, readable, turn }),
        }
    }

    /// Replaces what is stored, or deletes it. First go the look-ups that are not needed any more, then comes what is there
    /// already and stays, the resource last of it, then look-ups that are new. So there is never a look-up that no stored
    /// resource names, what GET shows holds everywhere, and the same request, sent again, puts right what was left half done.
    pub(super) async fn change(&mut self, id: &str, stored: Stored, new: Option<&Prepared>) -> Result<(), Stop> {
        let Stored { document: old, readable, mut turn } = stored;
        let lookups = |document| lookup_keys(self.resource_type, id, document);
        let mut before = old.as_ref().map(lookups).unwrap_or_default();
        add(&mut before, turn.lookups());
        if !readable {
            add(&mut before, &self.listed_lookups(id).await?);
        }
        let after = new.map(|new| lookups(&new.document)).unwrap_or_default();
        let gone = before.iter().filter(|key| !after.contains(key));
        let (stay, come): (Vec<&String>, Vec<&String>) = after.iter().partition(|key| before.contains(key));
        let value = new.map(|new| new.document.to_json());

        let mut keys: Vec<String> = gone.cloned().collect();
        let going = keys.len();
        keys.extend(stay.into_iter().cloned());
        keys.push(key::resource(self.resource_type, id));
        keys.extend(come.into_iter().cloned());
        let held = self.holders(&keys).await?;
        let mut changes = Vec::with_capacity(keys.len());
        for (index, (key, holder)) in keys.into_iter().zip(held).enumerate() {
            let of_another = holder.is_some_and(|holder| holder != id);
            if of_another && index >= going {
                return Err(self.taken());
            }
            if !of_another {
                changes.push((key, value.clone().filter(|_| index >= going)));
            }
        }
        if old.is_none() && new.is_none() && going == 0 {
            return Ok(()); // nothing was there, and nothing comes
        }

        add(&mut before, &after);
        let next = new.and_then(|new| version(&new.document));
        if !turn.take(self.host, self.now, before.clone(), next).await? {
            return Err(Stop::Again);
        }
        let documents = || old.iter().chain(new.map(|new| &new.document));
        self.sources = documents().filter_map(KeySource::of_document).collect();
        self.endpoints = documents().filter_map(endpoint_of).collect();
        self.changed = changes.iter().map(|(key, _)| key.clone()).collect();
        if let Some(new) = new {
            self.event.without_effect.clone_from(&new.without_effect);
        }
        let written = self.write_in_time(&changes).await;
        let (left, present) = if written.is_ok() { (after, Some(new.is_some())) } else { (before, None) };
        let ended = turn.end(self.host, self.now, left, present).await;
        // What is written is written; a note that stays busy ends by itself.
        let _ = ended;
        Ok(written?)
    }

    /// Writes one after the other, as long as the turn surely lasts, which began when the request came in: behind it somebody
    /// else may be writing.
    async fn write_in_time(&self, changes: &[(String, Option<String>)]) -> Result<(), HostFault> {
        let begun = self.host.elapsed_ms();
        for change in changes {
            let seconds = self.host.elapsed_ms().saturating_sub(begun).div_euclid(1000);
            if seconds >= limits::TURN.div_euclid(2) {
                return Err(HostFault);
            }
            self.host.write(slice::from_ref(change)).await?;
        }
        Ok(())
    }

    /// For each key the id of the resource whose look-up it is, if it is there and says so. Those of Clients hold their own
    /// id, and so does the key of a resource.
    async fn holders(&self, keys: &[String]) -> Result<Vec<Option<String>>, HostFault> {
        let own = [self.resource_type.name(), "/"].concat();
        let says_itself = |key: &String| self.resource_type == ResourceType::Client || key.starts_with(&own);
        if keys.iter().all(says_itself) {
            return Ok(keys.iter().map(|_| None).collect());
        }
        let held = self.host.read(keys).await?;
        let holder = |text: &str| json::parse_object(text).ok()?.get("id")?.as_str().map(String::from);
        let held = keys.iter().zip(held);
        Ok(held.map(|(key, text)| text.filter(|_| !says_itself(key)).and_then(|text| holder(&text))).collect())
    }

    /// The look-ups of a resource that cannot be read, by what they hold themselves.
    async fn listed_lookups(&self, id: &str) -> Result<Vec<String>, HostFault> {
        let mut keys = self.host.list(&[self.resource_type.name(), "?"].concat()).await?;
        if self.resource_type == ResourceType::Client {
            let end = ["&id=", id].concat();
            keys.retain(|key| key.ends_with(&end));
            return Ok(keys);
        }
        let holders = self.holders(&keys).await?;
        let own = |holder: Option<String>| holder.is_some_and(|holder| holder == id);
        Ok(keys.into_iter().zip(holders).filter_map(|(key, holder)| own(holder).then_some(key)).collect())
    }

    /// One issuer has one introspector, one identifier has one User.
    fn taken(&self) -> Stop {
        let (expression, sentence) = match self.resource_type {
            ResourceType::User => ("User.identifier", "Another User has this identifier."),
            _ => ("TokenIntrospector.jwt.iss", "Another TokenIntrospector has this issuer."),
        };
        Stop::with(422, "duplicate", expression, sentence)
    }
}

fn endpoint_of(document: &Object<'_>) -> Option<String> {
    let endpoint = document.get("introspection_endpoint")?.as_object()?;
    endpoint.get("url").and_then(Value::as_str).map(String::from)
}

fn add(keys: &mut Vec<String>, more: &[String]) {
    for key in more {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
}
