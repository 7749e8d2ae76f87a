//! What this instance's administrator changed a short time ago.

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::limits;

/// The keys that were changed, the last [`limits::CHANGES`] of them, and what was written under them.
#[derive(Default)]
pub(super) struct Changes {
    /// Grows with each key that is changed.
    generation: u64,
    /// The changed keys, each with the generation that it began; older ones have been dropped.
    keys: VecDeque<(u64, String)>,
    written: VecDeque<Written>,
    written_bytes: usize,
}

struct Written {
    key: String,
    /// `None`: deleted.
    value: Option<String>,
    until: u64,
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
            self.unwrite(key);
        }
    }

    /// Remembers what was written, after [`Self::note`]. The oldest goes where it is too much.
    pub(super) fn written(&mut self, entries: &[(String, Option<String>)], until: u64) {
        for (key, value) in entries {
            self.written_bytes = self.written_bytes.saturating_add(value.as_ref().map_or(0, String::len));
            self.written.push_back(Written { key: key.clone(), value: value.clone(), until });
            while self.written.len() > limits::CHANGES || self.written_bytes > limits::CACHED_BYTES {
                let Some(oldest) = self.written.pop_front() else { break };
                self.written_bytes = self.written_bytes.saturating_sub(oldest.value.map_or(0, |value| value.len()));
            }
        }
    }

    /// What was written here under this key, as long as it is to be believed.
    pub(super) fn known(&self, key: &str, now: u64) -> Option<Option<String>> {
        let written = self.written.iter().find(|written| written.key == key && now < written.until)?;
        Some(written.value.clone())
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

    fn unwrite(&mut self, key: &str) {
        let Some(place) = self.written.iter().position(|written| written.key == key) else { return };
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
        let mut write = |key: String, value: Option<&str>| {
            changes.note([key.as_str()].into_iter());
            changes.written(&[(key, value.map(String::from))], 10);
        };
        write(String::from("a"), Some("old"));
        write(String::from("a"), Some("new"));
        write(String::from("b"), None);
        assert_eq!(changes.known("a", 9), Some(Some(String::from("new"))));
        assert_eq!(changes.known("b", 9), Some(None));
        assert_eq!((changes.known("a", 10), changes.known("c", 9)), (None, None));
        assert_eq!(changes.written_bytes, 3);
        for number in 0..limits::CHANGES {
            let key = format!("other-{number}");
            changes.note([key.as_str()].into_iter());
            changes.written(&[(key, Some(String::from("x")))], 10);
        }
        assert_eq!((changes.known("a", 9), changes.written.len()), (None, limits::CHANGES));
        assert_eq!(changes.written_bytes, limits::CHANGES);
    }
}
