//! What this instance's administrator changed a short time ago.

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::jose::json::{self, Value};
use crate::limits;
use crate::remembered::lasts;
use crate::resource::version;

/// The keys that were changed, the last [`limits::CHANGES`] of them, and what was written under them, as far as a replica
/// may not show it yet.
#[derive(Default)]
pub(super) struct Changes {
    /// Grows with each key that is changed.
    generation: u64,
    /// The changed keys, each with the generation that it began; older ones have been dropped.
    keys: VecDeque<(u64, String)>,
    /// One for each key and resource: two resources may have had the same look-up, one after the other.
    written: VecDeque<Written>,
    written_bytes: usize,
}

struct Written {
    key: String,
    /// The key of the resource that was changed, and the version that it has since.
    resource: String,
    version: u64,
    /// `None`: it is not there, or not this resource's.
    value: Option<String>,
    /// The generation in which this was noted.
    generation: u64,
    until: u64,
}

/// A change of one resource that this instance made. There is no `Debug`: it holds secrets.
pub struct Made<'a> {
    /// The key of the resource.
    pub resource: &'a str,
    /// The version of the change.
    pub version: u64,
    /// The generation of the directory when it was looked what there is to change.
    pub since: u64,
    /// Its keys of the store, each with its new value, or `None` where the resource does not have it any more.
    pub entries: &'a [(String, Option<String>)],
}

/// The keys of the store that one decision used.
pub struct Uses {
    generation: u64,
    keys: RefCell<Vec<Rc<str>>>,
}

impl Uses {
    pub(super) fn since(generation: u64) -> Self {
        Self { generation, keys: RefCell::new(Vec::with_capacity(8)) }
    }

    pub(super) fn note(&self, key: Rc<str>) {
        self.keys.borrow_mut().push(key);
    }
}

impl Changes {
    pub(super) const fn generation(&self) -> u64 {
        self.generation
    }

    /// Notes that these keys were changed.
    pub(super) fn note<'k>(&mut self, keys: impl Iterator<Item = &'k str>) {
        for key in keys {
            self.generation = self.generation.saturating_add(1);
            if self.keys.len() >= limits::CHANGES {
                self.keys.pop_front();
            }
            self.keys.push_back((self.generation, String::from(key)));
        }
    }

    /// Remembers what was written, after [`Self::note`]. Answers of the directory may arrive in another order than the
    /// changes were made: the version says which is the last one of a resource.
    pub(super) fn written(&mut self, made: &Made<'_>, now: u64, until: u64) {
        let Made { resource, version, since, entries } = *made;
        if self.written.iter().any(|own| own.resource == resource && own.version > version) {
            return;
        }
        for older in self.written.iter_mut().filter(|own| own.resource == resource && own.version < version) {
            older.value = None;
        }
        self.unwrite(|own| own.until <= now);
        let generation = self.generation;
        for (key, value) in entries {
            // What another resource was noted to have before this one was looked at, it has no longer.
            self.unwrite(|own| own.key == *key && (own.resource == resource || own.generation <= since));
            self.written_bytes = self.written_bytes.saturating_add(value.as_ref().map_or(0, String::len));
            let (key, resource, value) = (key.clone(), String::from(resource), value.clone());
            self.written.push_back(Written { key, resource, version, value, generation, until });
        }
        self.bound();
    }

    /// What was written here under this key, and until when it is to be believed. Who has a look-up goes before those who
    /// gave it up.
    pub(super) fn known(&self, key: &str, now: u64) -> Option<(Option<String>, u64)> {
        let all = || {
            self.written.iter().rev().filter(|written| written.key == key && lasts(written.until, limits::SETTLED, now))
        };
        let written = all().find(|written| written.value.is_some()).or_else(|| all().next())?;
        Some((written.value.clone(), written.until))
    }

    /// Whether the resource of this text was changed here to a later version than the text is of. What that version has is
    /// known by its keys ([`Self::known`]); this text stands where it was before.
    pub(super) fn is_superseded(&self, text: &str, now: u64) -> bool {
        if self.written.is_empty() {
            return false; // most of the time
        }
        let Ok(document) = json::parse_object(text) else { return false };
        let member = |name| document.get(name).and_then(Value::as_str);
        let Some((name, id)) = member("resourceType").zip(member("id")) else { return false };
        let (own, version) = ([name, "/", id].concat(), version(&document).unwrap_or_default());
        self.written.iter().any(|written| {
            written.key == own && version < written.version && lasts(written.until, limits::SETTLED, now)
        })
    }

    /// Whether this key was changed after that generation, as far as is known.
    pub(super) fn touched(&self, key: &str, generation: u64) -> bool {
        self.generation != generation && (!self.reaches(generation) || self.since(generation).any(|own| own == key))
    }

    pub(super) fn unchanged(&self, uses: &Uses) -> bool {
        let Uses { generation, keys } = uses;
        self.generation == *generation
            || (self.reaches(*generation)
                && !self.since(*generation).any(|changed| keys.borrow().iter().any(|used| **used == *changed)))
    }

    /// Whether every change after that generation is still known.
    fn reaches(&self, generation: u64) -> bool {
        self.keys.front().is_none_or(|(oldest, _)| *oldest <= generation.saturating_add(1))
    }

    fn since(&self, generation: u64) -> impl Iterator<Item = &str> {
        let changed = self.keys.iter().rev().take_while(move |(own, _)| *own > generation);
        changed.map(|(_, key)| key.as_str())
    }

    /// The oldest goes where there are too many. Where they are too large it is the oldest document: that something is
    /// gone takes no room, and an import must not bring it back.
    fn bound(&mut self) {
        while self.written.len() > limits::WRITTEN {
            self.remove(0);
        }
        while self.written_bytes > limits::CACHED_BYTES {
            let Some(place) = self.written.iter().position(|written| written.value.is_some()) else { break };
            self.remove(place);
        }
    }

    fn unwrite(&mut self, is_one: impl Fn(&Written) -> bool) {
        self.written.retain(|own| !is_one(own));
        let values = self.written.iter().filter_map(|own| own.value.as_ref());
        self.written_bytes = values.fold(0, |bytes, value| bytes.saturating_add(value.len()));
    }

    fn remove(&mut self, place: usize) {
        let bytes = self.written.remove(place).and_then(|written| written.value).map_or(0, |value| value.len());
        self.written_bytes = self.written_bytes.saturating_sub(bytes);
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn uses(changes: &Changes, keys: &[&str]) -> Uses {
        let uses = Uses::since(changes.generation());
        keys.iter().for_each(|key| uses.note(Rc::from(*key)));
        uses
    }

    fn write_since(changes: &mut Changes, since: u64, resource: &str, version: u64, entries: &[(&str, Option<&str>)]) {
        let owned = |(key, value): &(&str, Option<&str>)| (String::from(*key), value.map(String::from));
        let entries: Vec<_> = entries.iter().map(owned).collect();
        changes.note(entries.iter().map(|(key, _)| key.as_str()));
        changes.written(&Made { resource, version, since, entries: &entries }, 0, 10);
    }

    fn write(changes: &mut Changes, resource: &str, version: u64, entries: &[(&str, Option<&str>)]) {
        write_since(changes, changes.generation(), resource, version, entries);
    }

    #[test]
    fn only_a_change_of_a_used_key_counts() {
        let mut changes = Changes::default();
        changes.note(["a"].into_iter());
        let using_a = uses(&changes, &["a", "b"]);
        assert!(changes.unchanged(&using_a), "what was changed before does not count");
        changes.note(["c", "d"].into_iter());
        assert!(changes.unchanged(&using_a));
        assert!(!changes.touched("a", using_a.generation) && changes.touched("d", using_a.generation));
        changes.note(["b"].into_iter());
        assert!(!changes.unchanged(&using_a));
    }

    #[test]
    fn more_changes_than_are_remembered_change_everything() {
        let mut changes = Changes::default();
        let using_a = uses(&changes, &["a"]);
        for number in 0..limits::CHANGES {
            changes.note([&*format!("other-{number}")].into_iter());
            assert!(changes.unchanged(&using_a), "{number}");
        }
        changes.note(["one more"].into_iter());
        assert!(!changes.unchanged(&using_a) && changes.touched("a", using_a.generation));
    }

    #[test]
    fn what_was_written_is_bounded_and_ends() {
        let mut changes = Changes::default();
        write(&mut changes, "a", 1, &[("a", Some("old"))]);
        write(&mut changes, "a", 2, &[("a", Some("new"))]);
        write(&mut changes, "b", 1, &[("b", None)]);
        assert_eq!(changes.known("a", 9), Some((Some(String::from("new")), 10)));
        assert_eq!(changes.known("b", 9), Some((None, 10)));
        assert_eq!((changes.known("a", 10), changes.known("c", 9)), (None, None));
        assert_eq!(changes.written_bytes, 3);
        for number in 0..limits::WRITTEN {
            let key = format!("other-{number}");
            write(&mut changes, &key, 1, &[(&key, Some("x"))]);
        }
        assert_eq!((changes.known("a", 9), changes.written.len()), (None, limits::WRITTEN));
        assert_eq!(changes.written_bytes, limits::WRITTEN);
    }

    #[test]
    fn what_is_gone_stays_gone_beside_large_documents() {
        let mut changes = Changes::default();
        write(&mut changes, "a", 2, &[("a", None), ("?a", None)]);
        let large = "x".repeat(limits::CACHED_BYTES / 4);
        for number in 0..9 {
            let key = format!("large-{number}");
            write(&mut changes, &key, 1, &[(&key, Some(&large))]);
        }
        assert_eq!((changes.known("a", 9), changes.known("?a", 9)), (Some((None, 10)), Some((None, 10))));
        assert!(changes.known("large-4", 9).is_none() && changes.known("large-5", 9).is_some());
        assert_eq!((changes.written_bytes, changes.written.len()), (limits::CACHED_BYTES, 6));
    }

    #[test]
    fn an_older_version_says_nothing() {
        let mut changes = Changes::default();
        let value = |changes: &Changes, key: &str| changes.known(key, 9).map(|(value, _)| value);
        let some = |text: &str| Some(Some(String::from(text)));
        write(&mut changes, "a", 3, &[("a", None), ("?k", None)]);
        write(&mut changes, "a", 2, &[("a", Some("a2")), ("?k", Some("a2"))]);
        assert_eq!((value(&changes, "a"), value(&changes, "?k")), (Some(None), Some(None)));
        // A later version does not have what it does not name: another instance took it away between them.
        write(&mut changes, "b", 1, &[("b", Some("b1")), ("?k", Some("b1"))]);
        assert_eq!(value(&changes, "?k"), some("b1"));
        write(&mut changes, "b", 3, &[("b", None)]);
        assert_eq!((value(&changes, "?k"), changes.written_bytes), (Some(None), 0));
    }

    #[test]
    fn who_has_a_look_up_goes_before_who_gave_it_up() {
        let mut changes = Changes::default();
        let holder = |changes: &Changes| changes.known("?k", 9).and_then(|(value, _)| value);
        let since = changes.generation();
        write_since(&mut changes, since, "new", 1, &[("new", Some("n1")), ("?k", Some("n1"))]);
        write_since(&mut changes, since, "old", 2, &[("old", Some("o2")), ("?k", None)]);
        assert_eq!(holder(&changes).as_deref(), Some("n1"));
        // Whoever looks after that knows better.
        write(&mut changes, "old", 4, &[("old", None), ("?k", None)]);
        assert_eq!(holder(&changes), None);
    }
}
