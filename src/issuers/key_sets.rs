//! The key sets that were fetched, by their sources, remembered for a while.

use alloc::vec::Vec;
use core::cell::RefCell;

use super::source::Source;
use crate::limits;
use crate::resource::KeySource;

/// The key sets of one instance.
#[derive(Default)]
pub struct KeySets(RefCell<Vec<(KeySource, Source)>>);

impl KeySets {
    /// What was fetched from this source is to be fetched again: an administrator has changed what names it.
    pub fn outdate(&self, source: &KeySource) {
        let mut sources = self.0.borrow_mut();
        sources.iter_mut().filter(|(own, _)| own == source).for_each(|(_, known)| known.outdate());
    }

    /// How many sources brought nothing when they were fetched last.
    #[must_use]
    pub fn failing(&self) -> usize {
        self.0.borrow().iter().filter(|(_, known)| known.is_failing()).count()
    }

    /// Looks at what is known of a source, or changes it.
    pub(super) fn with<T>(&self, source: &KeySource, change: impl FnOnce(&mut Source) -> T) -> T {
        let mut sources = self.0.borrow_mut();
        if let Some((_, known)) = sources.iter_mut().find(|(own, _)| own == source) {
            return change(known);
        }
        if sources.len() >= limits::KEY_SETS {
            // The one that was not fetched for longest; it is fetched again when it is needed.
            let oldest = sources.iter().enumerate().min_by_key(|(_, (_, known))| known.last_begun());
            let oldest = oldest.map_or(0, |(place, _)| place);
            sources.swap_remove(oldest);
        }
        let mut known = Source::default();
        let result = change(&mut known);
        sources.push((source.clone(), known));
        result
    }
}
