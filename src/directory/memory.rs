//! What is remembered of the store, by the names that lead to it and in their order.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::wanted::{MemoryKey, ResourceKind};
use crate::limits;
use crate::resource::Resource;

#[derive(Default)]
pub(super) struct Entries {
    list: Vec<Entry>,
    bytes: usize,
}

pub(super) struct Entry {
    pub(super) kind: ResourceKind,
    pub(super) names: (String, String),
    /// The key of the store, by which a change names it.
    pub(super) store_key: Rc<str>,
    /// That of the resource itself, where a look-up led to it.
    pub(super) own_key: Option<Rc<str>>,
    pub(super) until: u64,
    pub(super) resource: Option<Resource>,
    /// Of its text.
    pub(super) bytes: usize,
}

impl Entries {
    pub(super) fn get(&self, key: MemoryKey<'_>) -> Option<&Entry> {
        self.list.get(self.place(key).ok()?)
    }

    pub(super) fn insert(&mut self, entry: Entry) {
        self.remove(entry.key());
        let bytes = self.bytes.saturating_add(entry.bytes);
        if self.list.len() >= limits::CACHED_RESOURCES || bytes > limits::CACHED_BYTES {
            *self = Self::default(); // rare; all is read again when it is needed
        }
        if let Err(place) = self.place(entry.key()) {
            self.bytes = self.bytes.saturating_add(entry.bytes);
            self.list.insert(place, entry);
        }
    }

    pub(super) fn remove(&mut self, key: MemoryKey<'_>) {
        if let Ok(place) = self.place(key) {
            let entry = self.list.remove(place);
            self.bytes = self.bytes.saturating_sub(entry.bytes);
        }
    }

    /// Forgets the entries whose key of the store, or that of their resource, is one of those.
    pub(super) fn forget(&mut self, is_one: impl Fn(&str) -> bool) {
        self.list.retain(|entry| !is_one(&entry.store_key) && !entry.own_key.as_deref().is_some_and(&is_one));
        self.bytes = self.list.iter().fold(0, |bytes, entry| bytes.saturating_add(entry.bytes));
    }

    fn place(&self, key: MemoryKey<'_>) -> Result<usize, usize> {
        self.list.binary_search_by(|entry| entry.key().cmp(&key))
    }
}

impl Entry {
    fn key(&self) -> MemoryKey<'_> {
        (self.kind, &self.names.0, &self.names.1)
    }
}
