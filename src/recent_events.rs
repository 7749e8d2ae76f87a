//! The last audit events of this instance, for an administrator who looks at what happens right now. The log has all of
//! them; here is what one instance did of late, until it ends.

use alloc::collections::VecDeque;
use core::cell::{Cell, RefCell};

use crate::audit::Event;
use crate::limits;

/// The last events, and how many there were. There is nothing to hide in them: they hold no token and no secret.
#[derive(Default)]
pub struct RecentEvents {
    events: RefCell<VecDeque<Event>>,
    seen: Cell<u64>,
}

impl RecentEvents {
    /// Keeps one more; the oldest goes when there are [`limits::RECENT_EVENTS`].
    pub fn keep(&self, event: Event) {
        let mut events = self.events.borrow_mut();
        if events.len() >= limits::RECENT_EVENTS {
            events.pop_front();
        }
        events.push_back(event);
        self.seen.set(self.seen.get().saturating_add(1));
    }

    /// How many there were since this instance began.
    #[must_use]
    pub const fn seen(&self) -> u64 {
        self.seen.get()
    }

    /// Those that are kept, made into something each, newest first.
    pub fn newest_first<T>(&self, make: impl Fn(&Event) -> T) -> alloc::vec::Vec<T> {
        self.events.borrow().iter().rev().map(make).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first() {
        let recent = RecentEvents::default();
        let many = limits::RECENT_EVENTS as u64 + 5;
        for time in 0..many {
            recent.keep(Event { time, ..Event::default() });
        }
        let times = recent.newest_first(|event| event.time);
        assert_eq!(times.len(), limits::RECENT_EVENTS);
        assert_eq!((times.first(), times.last(), recent.seen()), (Some(&(many - 1)), Some(&5), many));
    }
}
