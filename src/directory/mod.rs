//! The resources that requests need: read in one parallel round, parsed once, remembered for a short time.
//!
//! In: what is wanted (`wanted.rs`). Out: what was found of it (`found.rs`). Between them: what is remembered
//! (`memory.rs`), which origins some Client lists (`origins.rs`), and what an administrator changed here (`changes.rs`),
//! so that a decision under way can tell whether it used something that was changed (`call.rs`). A value that was read
//! before a change is never remembered after it. Nothing is decided here.

mod changes;
mod found;
mod memory;
mod origins;
mod wanted;

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

pub use changes::{Made, Uses};
pub use found::Found;
pub use wanted::Wanted;

use crate::answering::Answering;
use crate::error::Reason;
use crate::host::{Host, HostFault, StoreFault};
use crate::limits;
use crate::remembered::lasts;
use crate::resource::{Resource, UserRule, key};
use changes::Changes;
use memory::{Entries, Entry};
use origins::Origins;

/// Remembers resources, and for as long that there is none.
pub struct Directory {
    ttl: u64,
    /// Whether the host reads from a replica.
    replicated: bool,
    /// Whether the store that requests read from answers.
    pub(crate) answering: Answering,
    memory: RefCell<Memory>,
}

/// The key under which something was read, and that of the resource itself, where a look-up led to it.
type Keys = [Option<Rc<str>>; 2];

#[derive(Default)]
struct Memory {
    changes: Changes,
    present: Entries,
    // Apart, so that somebody who asks for names that do not exist cannot push out those that do.
    absent: Entries,
    origins: Origins,
}

impl Directory {
    /// A directory that remembers for `ttl` seconds. `replicated`: whether the host reads from a replica, which may show
    /// for some time what was there before a change.
    #[must_use]
    pub fn new(ttl: u64, replicated: bool) -> Self {
        Self { ttl, replicated, answering: Answering::default(), memory: RefCell::default() }
    }

    /// Finds resources, with one parallel read for all that are not remembered. `uses` learns which they are.
    ///
    /// # Errors
    /// [`Reason::Unavailable`] if the store throws.
    pub async fn find<'a, H: Host>(
        &self,
        host: &H,
        now: u64,
        wanted: Vec<Wanted<'a>>,
        uses: Option<&Uses>,
    ) -> Result<Found<'a>, Reason> {
        let mut entries = Vec::with_capacity(wanted.len());
        let mut missing = Vec::new();
        for wanted in wanted.into_iter().filter(Wanted::can_exist) {
            match self.remembered(&wanted, now) {
                Some((keys, resource)) => {
                    keys.into_iter().flatten().for_each(|key| note(uses, key));
                    entries.push((wanted, Ok(resource)));
                }
                None => missing.push(wanted),
            }
        }
        if !missing.is_empty() {
            let keys: Vec<String> = missing.iter().map(Wanted::store_key).collect();
            keys.iter().for_each(|key| note(uses, Rc::from(key.as_str())));
            let generation = self.generation();
            let values = self.read(host, now, &keys).await?;
            for ((wanted, key), (value, until)) in missing.into_iter().zip(&keys).zip(values) {
                let bytes = value.as_ref().map_or(0, String::len);
                let resource = value.map(|text| wanted.parse(&text)).transpose();
                if let Ok(resource) = &resource {
                    let own_key = resource.as_ref().map(Resource::key).filter(|own| own != key).map(Rc::from);
                    own_key.iter().for_each(|key| note(uses, Rc::clone(key)));
                    self.remember(
                        &wanted,
                        [Some(Rc::from(key.as_str())), own_key],
                        (resource.clone(), bytes),
                        until,
                        generation,
                    );
                }
                entries.push((wanted, resource));
            }
        }
        Ok(Found::new(entries))
    }

    /// How the User of an issuer's tokens is found, if its introspector is remembered: then only the keys that it
    /// needs have to be looked for.
    #[must_use]
    pub fn remembered_user_rule(&self, iss: &str, now: u64) -> Option<UserRule> {
        match self.remembered(&Wanted::Introspector(iss), now)?.1? {
            Resource::TokenIntrospector(introspector) => Some(introspector.user),
            _ => None,
        }
    }

    /// Whether some Client lists this origin: which one asks is not known yet. While the store does not answer, the last
    /// known answer holds, so that nobody can lock a page out by asking for others.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws and there is no last answer.
    pub async fn lists_origin<H: Host>(&self, host: &H, now: u64, origin: &str) -> Result<bool, HostFault> {
        let key = key::clients_by_origin(origin);
        if let Some(listed) = self.memory.borrow().origins.get(&key, self.ttl, now) {
            return Ok(listed);
        }
        let generation = self.generation();
        let Ok(values) = self.read(host, now, core::slice::from_ref(&key)).await else {
            return self.memory.borrow().origins.last(&key).ok_or(HostFault);
        };
        let listed = values.into_iter().filter_map(|(names, _)| names).any(|names| names != "[]");
        let mut memory = self.memory.borrow_mut();
        if !memory.changes.touched(&key, generation) {
            memory.origins.insert(key, listed, now.saturating_add(self.ttl));
        }
        Ok(listed)
    }

    /// Takes in a change that this instance's administrator made. Only its keys are forgotten. Where a replica is read, what
    /// was written is believed for as long as that may still show what was before.
    pub fn changed(&self, now: u64, made: &Made<'_>) {
        let mut memory = self.memory.borrow_mut();
        memory.forget(made.entries.iter().map(|(key, _)| key));
        if self.replicated {
            memory.changes.written(made, now, now.saturating_add(limits::SETTLED));
        }
    }

    /// Forgets these keys of the store, of which it is not known what they hold by now. What was written here before is
    /// still known better than a replica may know it.
    pub fn forget(&self, keys: &[String]) {
        self.memory.borrow_mut().forget(keys.iter());
    }

    /// Begins to note what a decision uses.
    #[must_use]
    pub fn begin(&self) -> Uses {
        Uses::since(self.generation())
    }

    /// Whether nothing that a decision used was changed here since it began.
    #[must_use]
    pub fn unchanged(&self, uses: &Uses) -> bool {
        self.memory.borrow().changes.unchanged(uses)
    }

    /// A number that grows with each change that is taken in.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.memory.borrow().changes.generation()
    }

    /// The store's values, each with the end of its time in memory. What was written here a short time ago is known better
    /// than a replica may know it, and not for longer because somebody asks for it.
    async fn read<H: Host>(
        &self,
        host: &H,
        now: u64,
        keys: &[String],
    ) -> Result<Vec<(Option<String>, u64)>, StoreFault> {
        let end = now.saturating_add(self.ttl);
        let written = {
            let memory = self.memory.borrow();
            let known = |key| memory.changes.known(key, now).map(|(value, until)| (value, until.min(end)));
            keys.iter().map(|key| known(key)).collect::<Vec<_>>()
        };
        if written.iter().all(Option::is_some) {
            return Ok(written.into_iter().flatten().collect());
        }
        let read = self.answering.heard(now, host.read(keys).await)?;
        let memory = self.memory.borrow();
        // The copy under a look-up may be of a resource that was changed here since, and has it no longer.
        let current = |read: Option<String>| match read {
            Some(text) if memory.changes.is_superseded(&text, now) => (None, now),
            read => (read, end),
        };
        Ok(written.into_iter().zip(read).map(|(written, read)| written.unwrap_or_else(|| current(read))).collect())
    }

    fn remembered(&self, wanted: &Wanted<'_>, now: u64) -> Option<(Keys, Option<Resource>)> {
        let memory = self.memory.borrow();
        let key = wanted.memory_key();
        let found = memory.present.get(key).or_else(|| memory.absent.get(key));
        let keys = |entry: &Entry| [Some(Rc::clone(&entry.store_key)), entry.own_key.clone()];
        found.filter(|entry| lasts(entry.until, self.ttl, now)).map(|entry| (keys(entry), entry.resource.clone()))
    }

    fn remember(&self, wanted: &Wanted<'_>, keys: Keys, read: (Option<Resource>, usize), until: u64, generation: u64) {
        let (resource, bytes) = read;
        let mut memory = self.memory.borrow_mut();
        if keys.iter().flatten().any(|key| memory.changes.touched(key, generation)) {
            return; // an administrator changed it while it was being read
        }
        let [Some(store_key), own_key] = keys else { return };
        let (kind, first, second) = wanted.memory_key();
        let Memory { present, absent, .. } = &mut *memory;
        let (entries, others) = if resource.is_some() { (present, absent) } else { (absent, present) };
        others.remove((kind, first, second));
        let names = (String::from(first), String::from(second));
        entries.insert(Entry { kind, names, store_key, own_key, until, resource, bytes });
    }
}

impl Memory {
    fn forget<'k>(&mut self, keys: impl Iterator<Item = &'k String> + Clone) {
        let is_one = |own: &str| keys.clone().any(|key| key == own);
        self.present.forget(is_one);
        self.absent.forget(is_one);
        self.origins.forget(is_one);
        self.changes.note(keys.map(String::as_str));
    }
}

fn note(uses: Option<&Uses>, key: Rc<str>) {
    if let Some(uses) = uses {
        uses.note(key);
    }
}
