//! Failed client authentications, counted inside a window of time, by the platform where it counts, else here.
//!
//! Beyond the limit a failure is answered with 429, which tells well-behaved clients to stop. The right secret is
//! accepted all the same: otherwise anybody who knows a `client_id` could lock that client out. A name that no client
//! has is counted like any other, so that the answer does not tell which names exist.

mod answered;

use alloc::boxed::Box;
use core::cell::RefCell;

use crate::jose::sha256;
use crate::limits;
use crate::remembered::lasts;

/// The failures of one instance. A name leads to one of a fixed number of counters: whatever names are invented, the
/// memory does not grow and no counter is forgotten. Those who share one see 429 in place of 401 sooner, no more.
pub struct Failures(RefCell<Box<[Window; limits::FAILURE_COUNTERS]>>);

#[derive(Clone, Copy, Default)]
struct Window {
    end: u64,
    count: u32,
}

impl Default for Failures {
    fn default() -> Self {
        Self(RefCell::new(Box::new([Window::default(); limits::FAILURE_COUNTERS])))
    }
}

impl Failures {
    /// Counts a failure under this name; seconds until the window ends if there were too many in it.
    fn count(&self, name: &str, now: u64) -> Option<u64> {
        let place = sha256(name.as_bytes()).iter().take(2).fold(0_usize, |place, byte| place << 8 | usize::from(*byte));
        let mut windows = self.0.borrow_mut();
        let window = windows.get_mut(place % limits::FAILURE_COUNTERS)?;
        if !lasts(window.end, limits::FAILURES_WINDOW, now) {
            *window = Window { end: now.saturating_add(limits::FAILURES_WINDOW), count: 0 };
        }
        window.count = window.count.saturating_add(1);
        (window.count > limits::FAILURES).then(|| window.end.saturating_sub(now))
    }
}
