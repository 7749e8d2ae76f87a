//! Key sets that are fetched, and remembered for a while.
//!
//! One fetch at a time for each source, however many requests wait. A `kid` that is not in the set fetches it anew, so
//! that a rotation is seen at once, but at most once a minute, so that invented `kid`s cost nothing. When a source does
//! not answer, what it said last serves on for a stated time.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::RefCell;

use super::{Asked, FetchFault, discovery};
use crate::call::Call;
use crate::error::TokenFault;
use crate::host::Host;
use crate::jose::KeySet;
use crate::limits;
use crate::resource::KeySource;

/// The key sets of one instance.
#[derive(Default)]
pub struct KeySets(RefCell<Vec<(KeySource, State)>>);

/// What is known of one source. Times are in seconds.
#[derive(Clone, Default)]
struct State {
    set: Option<Rc<KeySet>>,
    /// Until when the set is used without asking.
    fresh_until: u64,
    /// Until when it serves although the source does not answer.
    stale_until: u64,
    /// When the fetch that is under way began.
    begun: Option<u64>,
    /// A source that failed is left alone until then.
    retry_at: u64,
    /// A `kid` that is not there causes no fetch until then.
    next_miss: u64,
}

/// What to do for a request.
enum Step {
    Use(Rc<KeySet>),
    Fetch,
    Wait,
    GiveUp,
}

impl State {
    /// `awaited`: whether this request has already waited for a fetch, so that what is there is as new as it can be.
    fn step(&self, kid: Option<&str>, now: u64, awaited: bool) -> Step {
        let under_way = self.begun.is_some_and(|begun| now < begun.saturating_add(limits::FETCH_ABANDONED));
        let set = self.set.as_ref().filter(|_| now < self.stale_until);
        let missed = set.is_some_and(|set| kid.is_some_and(|kid| !set.may_have(kid)));
        match set {
            Some(set) if awaited => Step::Use(Rc::clone(set)),
            Some(_) if missed && under_way => Step::Wait,
            Some(set) if under_way || now < self.retry_at => Step::Use(Rc::clone(set)),
            Some(_) if now >= self.fresh_until => Step::Fetch,
            Some(_) if missed && now >= self.next_miss => Step::Fetch,
            Some(set) => Step::Use(Rc::clone(set)),
            None if under_way => Step::Wait,
            None if awaited || now < self.retry_at => Step::GiveUp,
            None => Step::Fetch,
        }
    }
}

impl KeySets {
    fn state(&self, source: &KeySource) -> State {
        let states = self.0.borrow();
        states.iter().find(|(own, _)| own == source).map(|(_, state)| state.clone()).unwrap_or_default()
    }

    fn change(&self, source: &KeySource, change: impl FnOnce(&mut State)) {
        let mut states = self.0.borrow_mut();
        if let Some((_, state)) = states.iter_mut().find(|(own, _)| own == source) {
            change(state);
            return;
        }
        if states.len() >= limits::KEY_SETS {
            states.remove(0); // the oldest; it is fetched again when it is needed
        }
        let mut state = State::default();
        change(&mut state);
        states.push((source.clone(), state));
    }
}

/// The keys of a source. `whose`: for the event; `ttl`: seconds that they may be remembered;
/// `kid`: which one is looked for.
///
/// # Errors
/// [`TokenFault::IssuerUnavailable`] if there are none to be had.
pub async fn fetched_keys<H: Host>(
    call: Call<'_, H>,
    source: &KeySource,
    whose: Asked<'_>,
    ttl: u64,
    kid: Option<&str>,
) -> Result<Rc<KeySet>, TokenFault> {
    let sets = &call.sts.key_sets;
    let mut awaited = false;
    for _ in 0..limits::FETCH_WAITS {
        match sets.state(source).step(kid, call.now, awaited) {
            Step::Use(set) => return Ok(set),
            Step::GiveUp => return Err(TokenFault::IssuerUnavailable),
            Step::Wait => {
                let paused = call.host.pause(limits::FETCH_WAIT).await;
                paused.map_err(|_| TokenFault::IssuerUnavailable)?;
                awaited = sets.state(source).begun.is_none();
            }
            Step::Fetch => {
                sets.change(source, |state| state.begun = Some(call.now));
                let fetched = fetch(call, source, ttl).await;
                let left_out = fetched.as_ref().map(|(set, _)| set.left_out.iter().map(|fault| fault.member).collect());
                call.fetched(whose, fetched.as_ref().err().copied(), left_out.unwrap_or_default());
                sets.change(source, |state| state.take(fetched, kid, call.now));
                awaited = true;
            }
        }
    }
    Err(TokenFault::IssuerUnavailable)
}

impl State {
    fn take(&mut self, fetched: Result<(KeySet, u64), FetchFault>, kid: Option<&str>, now: u64) {
        self.begun = None;
        match fetched {
            Ok((set, ttl)) => {
                // A set that was fetched for a `kid` that it has not is as new as it can be.
                let missed = kid.is_some_and(|kid| !set.may_have(kid));
                self.next_miss = if missed { now.saturating_add(limits::KID_MISS) } else { self.next_miss };
                self.set = Some(Rc::new(set));
                self.fresh_until = now.saturating_add(ttl);
                self.stale_until = self.fresh_until.saturating_add(limits::KEYS_STALE);
                self.retry_at = 0;
            }
            Err(_) => self.retry_at = now.saturating_add(limits::FETCH_RETRY),
        }
    }
}

/// The set, and for how many seconds it is fresh: by the configuration and by the answer's own word, whichever is less.
async fn fetch<H: Host>(call: Call<'_, H>, source: &KeySource, ttl: u64) -> Result<(KeySet, u64), FetchFault> {
    let found;
    let deadline = call.host.elapsed_ms().saturating_add(limits::FETCH);
    let url = match source {
        KeySource::JwksUri(url) => url,
        KeySource::Discovery(issuer) => {
            found = discovery::jwks_uri(call, issuer, deadline).await?;
            &found
        }
    };
    let incoming = call.get(url, deadline).await?;
    let set = KeySet::parse(&incoming.body).map_err(FetchFault::KeySet)?;
    let own = incoming.cache_control.as_deref().and_then(max_age).map(|age| age.max(limits::KEYS_FRESH));
    Ok((set, own.map_or(ttl, |own| own.min(ttl))))
}

/// Seconds of `Cache-Control` (RFC 9111 section 5.2.2).
fn max_age(cache_control: &str) -> Option<u64> {
    let directives = cache_control.split(',').map(|directive| directive.trim_matches([' ', '\t']));
    let mut age = None;
    for directive in directives {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return Some(0);
        }
        if name.eq_ignore_ascii_case("max-age") {
            age = value.trim_matches('"').parse().ok();
        }
    }
    age
}

#[cfg(test)]
mod tests {
    use super::max_age;

    #[test]
    fn rfc9111_5_2_2_cache_control() {
        for (text, age) in [
            ("max-age=600", Some(600)),
            ("public, MAX-AGE=\"600\", must-revalidate", Some(600)),
            ("max-age=600, no-store", Some(0)),
            ("no-cache", Some(0)),
            ("max-age=-1", None),
            ("max-age=x", None),
            ("", None),
        ] {
            assert_eq!(max_age(text), age, "{text}");
        }
    }
}
