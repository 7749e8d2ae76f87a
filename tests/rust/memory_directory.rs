//! A directory in memory, and a replica that shows what it has shown for a while, as Workers KV does.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use edge_sts::host::{Change, Changed, History, Page, Query, ResourceName, Stored, Version};

/// What an administrator wrote: every change is one transaction.
#[derive(Clone, Default)]
pub struct MemoryDirectory {
    rows: BTreeMap<(String, String), Row>,
    history: BTreeMap<(String, String), Vec<Version>>,
}

#[derive(Clone)]
struct Row {
    document: String,
    name: Option<String>,
    unique: Vec<String>,
    shared: Vec<String>,
}

fn name_of(name: ResourceName<'_>) -> (String, String) {
    (name.resource_type.to_owned(), name.id.to_owned())
}

impl MemoryDirectory {
    pub fn look(&self, name: ResourceName<'_>) -> Stored {
        let name = name_of(name);
        let version = self.history.get(&name).and_then(|versions| versions.first()).map_or(0, |last| last.version);
        Stored { version, document: self.rows.get(&name).map(|row| row.document.clone()) }
    }

    /// Makes all changes or none. Gives the keys that may lead somewhere else now.
    pub fn change(&mut self, changes: &[Change<'_>], by: &str, at: u64) -> Result<BTreeSet<String>, Changed> {
        for (place, change) in changes.iter().enumerate() {
            if self.look(change.name).version != change.expected {
                return Err(Changed::Outdated(place));
            }
        }
        let named: BTreeSet<_> = changes.iter().map(|change| name_of(change.name)).collect();
        let mut owners: BTreeMap<&String, String> = BTreeMap::new();
        for (name, row) in self.rows.iter().filter(|(name, _)| !named.contains(*name)) {
            owners.extend(row.unique.iter().map(|key| (key, format!("{}/{}", name.0, name.1))));
        }
        for (place, change) in changes.iter().enumerate() {
            for key in change.unique {
                let own = format!("{}/{}", change.name.resource_type, change.name.id);
                if let Some(holder) = owners.insert(key, own) {
                    return Err(Changed::Taken { place, key: key.clone(), holder });
                }
            }
        }
        let mut keys = BTreeSet::new();
        for change in changes {
            let name = name_of(change.name);
            keys.insert(format!("{}/{}", name.0, name.1));
            if let Some(row) = self.rows.remove(&name) {
                keys.extend(row.unique.into_iter().chain(row.shared));
            }
            keys.extend(change.unique.iter().chain(change.shared).cloned());
            let shown = change.shown.map(str::to_owned);
            let version = Version { version: change.version, at, by: by.to_owned(), document: shown };
            self.history.entry(name.clone()).or_default().insert(0, version);
            if let Some(document) = change.document {
                let (unique, shared) = (change.unique.to_vec(), change.shared.to_vec());
                let listed_as = change.listed_as.map(str::to_owned);
                self.rows.insert(name, Row { document: document.to_owned(), name: listed_as, unique, shared });
            }
        }
        Ok(keys)
    }

    /// What `read` gives for a key.
    pub fn value(&self, key: &str) -> Option<String> {
        if let Some((resource_type, id)) = key.split_once('/').filter(|(name, _)| !name.contains('?')) {
            return self.rows.get(&(resource_type.to_owned(), id.to_owned())).map(|row| row.document.clone());
        }
        if let Some(row) = self.rows.values().find(|row| row.unique.iter().any(|own| own == key)) {
            return Some(row.document.clone());
        }
        let having = self.rows.iter().filter(|(_, row)| row.shared.iter().any(|own| own == key));
        let having: Vec<String> = having.map(|((name, id), _)| format!("{name}/{id}")).collect();
        (!having.is_empty()).then(|| serde_json::to_string(&having).unwrap())
    }

    pub fn list(&self, query: &Query<'_>) -> Page {
        let meets = |(name, row): &(&(String, String), &Row)| {
            name.0 == query.resource_type
                && query.id.is_none_or(|id| id == name.1)
                && query.name.is_none_or(|name| row.name.as_deref() == Some(name))
                && query.lookups.iter().all(|key| row.unique.contains(key))
        };
        let met: Vec<_> = self.rows.iter().filter(meets).collect();
        let page = met.iter().skip(query.offset as usize).take(query.count as usize);
        Page { total: met.len() as u64, documents: page.map(|(_, row)| row.document.clone()).collect() }
    }

    pub fn history(&self, name: ResourceName<'_>, offset: u64, count: u64) -> History {
        let versions = self.history.get(&name_of(name)).cloned().unwrap_or_default();
        let total = versions.len() as u64;
        History { total, versions: versions.into_iter().skip(offset as usize).take(count as usize).collect() }
    }

    /// Every look-up that leads somewhere, with the resource that it leads to.
    pub fn keys(&self) -> BTreeMap<String, String> {
        let mut keys = BTreeMap::new();
        for ((name, id), row) in &self.rows {
            keys.extend(row.unique.iter().map(|key| (key.clone(), format!("{name}/{id}"))));
        }
        keys
    }
}

/// A key-value store as one place sees it: what it has looked at it shows for a minute.
#[derive(Clone, Default)]
pub struct DelayedReplica {
    /// What the store holds, for all places.
    pub stored: Rc<RefCell<BTreeMap<String, String>>>,
    seen: Rc<RefCell<BTreeMap<String, Seen>>>,
}

/// A value, and until when it is shown.
type Seen = (Option<String>, u64);

pub const DELAY: u64 = 60;

impl DelayedReplica {
    /// The same store as another place sees it.
    pub fn elsewhere(&self) -> Self {
        Self { stored: Rc::clone(&self.stored), seen: Rc::default() }
    }

    pub fn read(&self, key: &str, now: u64) -> Option<String> {
        let mut seen = self.seen.borrow_mut();
        match seen.get(key) {
            Some((value, until)) if now < *until => value.clone(),
            _ => {
                let value = self.stored.borrow().get(key).cloned();
                seen.insert(key.to_owned(), (value.clone(), now + DELAY));
                value
            }
        }
    }
}

/// Which of the next transactions go wrong.
#[derive(Default)]
pub struct Faults {
    /// How many succeed before the directory throws.
    pub left: Cell<Option<usize>>,
    /// Whether the next one is made and its answer gets lost.
    pub lost: Cell<bool>,
}
