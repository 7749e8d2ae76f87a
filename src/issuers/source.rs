//! What is known of one source of keys, and what a request does about it. No waiting happens here: `fetched_keys.rs` does it.
//!
//! Requests of the Workers runtime cannot wait for each other's promises. So one request fetches, the others look again
//! after a while. What a request does at each look, from what it finds (a set *serves* for a day beyond its freshness):
//!
//! | set                          | nobody fetches   | a fetch is under way        | left alone for a while |
//! | ---------------------------- | ---------------- | --------------------------- | ---------------------- |
//! | none that serves             | fetch            | wait to its end             | give up                |
//! | fresh                        | use              | use                         | use                    |
//! | past its freshness           | fetch            | use, after a while if older | use                    |
//! | an administrator outdated it | fetch            | wait to its end             | use                    |
//! | has not the key that is wanted | fetch, once a minute | wait to its end       | use: the token fails   |
//!
//! - A source is left alone after a fetch that failed. Whoever has proven nothing leaves it alone for a minute after any
//!   fetch, so that invented assertions cause one fetch a minute, whatever becomes of it.
//! - A fetch that has taken longer than any fetch may is dead: the platform dropped its request. Then nobody fetches.
//! - Fetches are numbered in the order in which they began. An answer is kept, however late it comes, unless the set at
//!   hand is of a later fetch or an administrator changed something since it began: both raise `floor`.
//!
//! Times are kept as when something happened, and count while it was less than so long ago, in either direction: a clock
//! that is set back does not leave a source alone for an hour.

use alloc::rc::Rc;

use crate::jose::KeySet;
use crate::limits;

/// What is known of one source. Times are in seconds.
#[derive(Default)]
pub(super) struct Source {
    set: Option<Kept>,
    /// An administrator changed something since the set was fetched. It serves if the next fetch fails.
    outdated: bool,
    /// How many fetches have begun: the number of the last one.
    begun: u64,
    last_begun: Option<u64>,
    /// Whether the last one has not ended.
    under_way: bool,
    /// Answers of fetches up to this number are not kept.
    floor: u64,
    last_failed: Option<u64>,
    /// The last fetch for a key that the set had not, and has not now.
    last_missed: Option<u64>,
}

/// A set that was fetched.
struct Kept {
    set: Rc<KeySet>,
    /// The number of its fetch.
    fetch: u64,
    at: u64,
    /// For how many seconds the answer itself said that it is fresh.
    own: Option<u64>,
}

/// What a request wants of a source.
pub(super) struct Wanted<'a> {
    /// Seconds that a set is fresh, at most.
    pub(super) ttl: u64,
    pub(super) kid: Option<&'a str>,
    /// A set with which the signature did not hold.
    pub(super) doubted: Option<&'a Rc<KeySet>>,
    /// Whether whoever asks has proven who he is.
    pub(super) proven: bool,
    /// The set that there was when the request came ([`Source::fetch_of_set`]): a later one is as new as it can be.
    pub(super) at_first: Option<u64>,
}

/// What to do for a request.
pub(super) enum Step {
    Use(Rc<KeySet>),
    Fetch,
    Wait,
    GiveUp,
}

impl Source {
    /// `looks`: how often the request has waited.
    pub(super) fn step(&self, wanted: &Wanted<'_>, looks: usize, now: u64) -> Step {
        let under_way =
            self.under_way && within(self.last_begun, limits::FETCH_DEAD, now) && looks < limits::FETCH_LOOKS;
        let left_alone = within(self.last_failed, limits::FETCH_RETRY, now)
            || (!wanted.proven && within(self.last_begun, limits::KID_MISS, now));
        let Some(set) = self.set.as_ref().filter(|set| set.age_is_below(wanted.ttl, limits::KEYS_STALE, now)) else {
            return match () {
                () if under_way => Step::Wait,
                () if left_alone || looks >= limits::FETCH_LOOKS => Step::GiveUp,
                () => Step::Fetch,
            };
        };
        let fresh = !self.outdated && set.age_is_below(wanted.ttl, 0, now);
        let missed = wanted.misses(set, now);
        // For a minute without waiting, so that nobody waits at each end of its time.
        let serves_meanwhile = !missed
            && !self.outdated
            && (looks >= limits::FETCH_PATIENCE || set.age_is_below(wanted.ttl, limits::KEYS_FRESH, now));
        match () {
            () if fresh && !missed => Step::Use(Rc::clone(&set.set)),
            () if under_way && !serves_meanwhile => Step::Wait,
            () if under_way || left_alone || looks >= limits::FETCH_LOOKS => Step::Use(Rc::clone(&set.set)),
            () if fresh && within(self.last_missed, limits::KID_MISS, now) => Step::Use(Rc::clone(&set.set)),
            () => Step::Fetch,
        }
    }

    /// The number of the fetch whose answer is at hand.
    pub(super) fn fetch_of_set(&self) -> Option<u64> {
        self.set.as_ref().map(|set| set.fetch)
    }

    /// A fetch begins; gives its number.
    pub(super) fn begin(&mut self, wanted: &Wanted<'_>, now: u64) -> u64 {
        // Now, and not when it ends: it counts whatever becomes of it.
        if self.set.as_ref().is_some_and(|set| wanted.misses(set, now)) {
            self.last_missed = Some(now);
        }
        self.begun = self.begun.saturating_add(1);
        self.last_begun = Some(now);
        self.under_way = true;
        self.begun
    }

    /// A fetch has brought a set, and for how many seconds the answer itself says that it is fresh.
    pub(super) fn succeed(&mut self, fetch: u64, (set, own): (KeySet, Option<u64>), wanted: &Wanted<'_>, now: u64) {
        self.end(fetch);
        if fetch <= self.floor {
            return;
        }
        let has_it = wanted.kid.is_none_or(|kid| set.may_have(kid)) && wanted.doubted.is_none();
        if !has_it {
            self.last_missed = Some(now);
        } else if self.set.as_ref().is_some_and(|old| wanted.misses(old, now)) {
            self.last_missed = None; // a rotation, which is seen at once, however soon the next one comes
        }
        self.set = Some(Kept { set: Rc::new(set), fetch, at: now, own });
        self.outdated = false;
        self.floor = fetch;
        // Of a source that was forgotten meanwhile, for lack of room.
        self.begun = self.begun.max(fetch);
        self.last_failed = None;
    }

    /// A fetch has brought nothing.
    pub(super) fn fail(&mut self, fetch: u64, now: u64) {
        self.end(fetch);
        if fetch > self.floor && fetch == self.begun {
            self.last_failed = Some(now);
        }
    }

    /// An administrator changed something that names this source: it is fetched anew at its next use.
    pub(super) fn outdate(&mut self) {
        let (set, begun) = (self.set.take(), self.begun);
        *self = Self { set, begun, floor: begun, outdated: true, ..Self::default() };
    }

    /// Whether the last fetch that ended has brought nothing.
    pub(super) const fn is_failing(&self) -> bool {
        self.last_failed.is_some()
    }

    /// When the last fetch began.
    pub(super) const fn last_begun(&self) -> Option<u64> {
        self.last_begun
    }

    fn end(&mut self, fetch: u64) {
        if fetch == self.begun {
            self.under_way = false;
        }
    }
}

impl Kept {
    /// Whether it is younger than its freshness and so many seconds more.
    fn age_is_below(&self, ttl: u64, more: u64, now: u64) -> bool {
        let life = self.own.map_or(ttl, |own| own.min(ttl));
        within(Some(self.at), life.saturating_add(more), now)
    }
}

impl Wanted<'_> {
    /// Whether a newer set is wanted, since the key that is needed is not in this one.
    fn misses(&self, set: &Kept, now: u64) -> bool {
        let newer = self.at_first != Some(set.fetch);
        let unknown = self.kid.is_some_and(|kid| !set.set.may_have(kid));
        // A signature that does not hold says less than a `kid` that is not there: a young set is not doubted.
        let young = within(Some(set.at), limits::KID_MISS, now);
        let doubted = self.doubted.is_some_and(|doubted| Rc::ptr_eq(doubted, &set.set));
        !newer && (unknown || (doubted && !young))
    }
}

/// Whether something happened less than `seconds` ago.
fn within(happened: Option<u64>, seconds: u64, now: u64) -> bool {
    happened.is_some_and(|at| now.abs_diff(at) < seconds)
}

#[cfg(test)]
mod tests;
