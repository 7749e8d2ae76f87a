//! Whether something outside answers, as the requests found that needed it.

use core::cell::Cell;

/// What is remembered of something that requests ask: since when it has not answered, if it did not the last time.
#[derive(Default)]
pub(crate) struct Answering(Cell<Option<u64>>);

impl Answering {
    /// Takes in what came of asking it, at `now` (seconds), and gives that back.
    pub(crate) fn heard<T, E>(&self, now: u64, answer: Result<T, E>) -> Result<T, E> {
        self.0.set(if answer.is_ok() { None } else { self.0.get().or(Some(now)) });
        answer
    }

    /// Since when it has not answered, seconds; `None` where it did the last time, or was never asked.
    pub(crate) const fn silent_since(&self) -> Option<u64> {
        self.0.get()
    }
}
