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
use crate::jose::{Algorithm, KeySet, PublicKeyFault, Unverified};
use crate::limits;
use crate::resource::KeySource;
use crate::verification::{Failure, Verified, check_before_fetching, public_keys, verify};

/// The key sets of one instance.
#[derive(Default)]
pub struct KeySets(RefCell<Vec<(KeySource, State)>>);

/// What is known of one source. Times are in seconds.
#[derive(Clone, Default)]
struct State {
    set: Option<Rc<KeySet>>,
    fetched: u64,
    /// For how long the answer itself said that it is fresh.
    own: Option<u64>,
    /// An administrator has changed something: it is fetched again at its next use, and serves if that fails.
    outdated: bool,
    /// When the fetch that is under way began.
    begun: Option<u64>,
    /// How many have begun.
    attempt: u32,
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

/// Whose keys are wanted.
#[derive(Clone, Copy)]
pub struct FetchedKeys<'a> {
    /// Where they are.
    pub source: &'a KeySource,
    /// For the event.
    pub whose: Asked<'a>,
    /// Seconds that they may be remembered.
    pub ttl: u64,
    /// The algorithms that keys without `alg` may serve.
    pub algorithms: &'a [Algorithm],
}

impl State {
    /// `doubted`: a set with which a signature did not hold, so that a newer one is wanted. `awaited`: whether this
    /// request has already waited for a fetch, so that what is there is as new as it can be.
    fn step(&self, wanted: &Wanted<'_>, now: u64, awaited: bool) -> Step {
        let under_way = self.begun.is_some_and(|begun| now < begun.saturating_add(limits::FETCH_ABANDONED));
        let life = self.own.map_or(wanted.ttl, |own| own.min(wanted.ttl));
        let fresh_until = if self.outdated { 0 } else { self.fetched.saturating_add(life) };
        let stale_until = self.fetched.saturating_add(life).saturating_add(limits::KEYS_STALE);
        let set = self.set.as_ref().filter(|_| now < stale_until);
        let doubted = |set: &Rc<KeySet>| {
            let old = now >= self.fetched.saturating_add(limits::KID_MISS);
            old && wanted.doubted.is_some_and(|doubted| Rc::ptr_eq(doubted, set))
        };
        let unknown = |set: &Rc<KeySet>| wanted.kid.is_some_and(|kid| !set.may_have(kid));
        let missed = set.is_some_and(|set| unknown(set) || doubted(set));
        match set {
            Some(set) if awaited => Step::Use(Rc::clone(set)),
            Some(_) if missed && under_way => Step::Wait,
            Some(set) if now < self.retry_at => Step::Use(Rc::clone(set)),
            // For a while, so that nobody waits at each end of its time; not for as long as somebody begins fetches that do
            // not end.
            Some(set) if under_way && now < fresh_until.saturating_add(limits::KEYS_FRESH) => Step::Use(Rc::clone(set)),
            Some(_) if under_way => Step::Wait,
            Some(_) if now >= fresh_until => Step::Fetch,
            Some(_) if missed && now >= self.next_miss => Step::Fetch,
            Some(set) => Step::Use(Rc::clone(set)),
            None if awaited => Step::GiveUp,
            None if under_way => Step::Wait,
            None if now < self.retry_at => Step::GiveUp,
            None => Step::Fetch,
        }
    }

    /// A fetch begins; gives its number.
    fn begin(&mut self, now: u64) -> u32 {
        self.begun = Some(now);
        // A change while this is under way outdates what comes.
        self.outdated = false;
        self.attempt = self.attempt.wrapping_add(1);
        self.attempt
    }

    /// Takes what came. If somebody took over, what comes late may be older than what he gets, and is not remembered;
    /// as long as he has nothing yet, it is given back for the one request that fetched it.
    fn take(
        &mut self,
        attempt: u32,
        fetched: Result<(KeySet, Option<u64>), FetchFault>,
        wanted: &Wanted<'_>,
        now: u64,
    ) -> Option<Rc<KeySet>> {
        if attempt != self.attempt {
            self.begun?; // he has his already
            if fetched.is_err() {
                // Nobody waits for the next one to fail as well: what there is serves.
                self.retry_at = now.saturating_add(limits::FETCH_RETRY);
            }
            return fetched.ok().map(|(set, _)| Rc::new(set));
        }
        self.begun = None;
        match fetched {
            Ok((set, own)) => {
                // A set that was fetched for a `kid` that it has not, or for a signature, is as new as it can be.
                let unknown = wanted.kid.is_some_and(|kid| !set.may_have(kid));
                if unknown || wanted.doubted.is_some() {
                    self.next_miss = now.saturating_add(limits::KID_MISS);
                }
                self.set = Some(Rc::new(set));
                self.fetched = now;
                self.own = own;
                self.retry_at = 0;
            }
            Err(_) => {
                self.outdated = true;
                self.retry_at = now.saturating_add(limits::FETCH_RETRY);
            }
        }
        None
    }
}

/// What a request wants of a source.
struct Wanted<'a> {
    ttl: u64,
    kid: Option<&'a str>,
    doubted: Option<&'a Rc<KeySet>>,
}

impl KeySets {
    /// What was fetched from this source is to be fetched again: an administrator has changed what names it.
    pub fn outdate(&self, source: &KeySource) {
        let mut states = self.0.borrow_mut();
        states.iter_mut().filter(|(own, _)| own == source).for_each(|(_, state)| state.outdated = true);
    }

    fn state(&self, source: &KeySource) -> State {
        let states = self.0.borrow();
        states.iter().find(|(own, _)| own == source).map(|(_, state)| state.clone()).unwrap_or_default()
    }

    fn change<T>(&self, source: &KeySource, change: impl FnOnce(&mut State) -> T) -> T {
        let mut states = self.0.borrow_mut();
        if let Some((_, state)) = states.iter_mut().find(|(own, _)| own == source) {
            return change(state);
        }
        if states.len() >= limits::KEY_SETS {
            states.remove(0); // the oldest; it is fetched again when it is needed
        }
        let mut state = State::default();
        let result = change(&mut state);
        states.push((source.clone(), state));
        result
    }
}

impl FetchedKeys<'_> {
    /// Verifies a token with them. A signature that does not hold may be that of a key which has come since: then they
    /// are fetched anew, once a minute at most.
    ///
    /// # Errors
    /// [`Failure`]: [`TokenFault::IssuerUnavailable`] if there are no keys to be had.
    pub async fn verify<'t, H: Host>(
        &self,
        call: Call<'_, H>,
        token: &'t Unverified<'_>,
        max_lifetime: u64,
    ) -> Result<Verified<'t>, Failure> {
        check_before_fetching(token, max_lifetime, call.now)?;
        let kid = token.jws.header.kid.as_deref();
        let set = self.get(call, kid, None).await?;
        let verified = verify(call.host, token, public_keys(&set.keys, self.algorithms), max_lifetime, call.now).await;
        match verified {
            Err(Failure::Token(TokenFault::Signature | TokenFault::Algorithm)) => {
                let newer = self.get(call, kid, Some(&set)).await?;
                if Rc::ptr_eq(&newer, &set) {
                    return verified;
                }
                verify(call.host, token, public_keys(&newer.keys, self.algorithms), max_lifetime, call.now).await
            }
            verified => verified,
        }
    }

    async fn get<H: Host>(
        &self,
        call: Call<'_, H>,
        kid: Option<&str>,
        doubted: Option<&Rc<KeySet>>,
    ) -> Result<Rc<KeySet>, TokenFault> {
        let (sets, source) = (&call.sts.key_sets, self.source);
        let wanted = Wanted { ttl: self.ttl, kid, doubted };
        let mut awaited = false;
        let (mut seen, mut patience) = (0, 0_usize);
        for _ in 0..limits::FETCH_WAITS {
            let mut step = sets.state(source).step(&wanted, call.now, awaited);
            // Whoever began it may have gone away: the first who has waited long takes over, and the others wait for him.
            if matches!(step, Step::Wait) {
                let attempt = sets.state(source).attempt;
                patience = if attempt == seen { patience.saturating_add(1) } else { 0 };
                seen = attempt;
                if patience >= limits::FETCH_PATIENCE {
                    step = Step::Fetch;
                }
            }
            match step {
                Step::Use(set) => return Ok(set),
                Step::GiveUp => return Err(TokenFault::IssuerUnavailable),
                Step::Wait => {
                    let paused = call.host.pause(limits::FETCH_WAIT).await;
                    paused.map_err(|_| TokenFault::IssuerUnavailable)?;
                    awaited = sets.state(source).begun.is_none();
                }
                Step::Fetch => {
                    let attempt = sets.change(source, |state| state.begin(call.now));
                    let fetched = fetch(call, source).await;
                    let left_out =
                        fetched.as_ref().map(|(set, _)| set.left_out.iter().map(|fault| fault.member).collect());
                    call.fetched(self.whose, fetched.as_ref().err().copied(), left_out.unwrap_or_default());
                    let late = sets.change(source, |state| state.take(attempt, fetched, &wanted, call.now));
                    if let Some(set) = late {
                        return Ok(set);
                    }
                    awaited = true;
                }
            }
        }
        Err(TokenFault::IssuerUnavailable)
    }
}

/// The set, and for how many seconds the answer itself says that it is fresh.
async fn fetch<H: Host>(call: Call<'_, H>, source: &KeySource) -> Result<(KeySet, Option<u64>), FetchFault> {
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
    let mut set = KeySet::parse(&incoming.body).map_err(FetchFault::KeySet)?;
    leave_out_what_is_no_key(call, &mut set).await;
    let own = incoming.cache_control.as_deref().and_then(max_age).map(|age| age.max(limits::KEYS_FRESH));
    Ok((set, own))
}

/// Only the host can tell that a point is not on its curve.
async fn leave_out_what_is_no_key<H: Host>(call: Call<'_, H>, set: &mut KeySet) {
    for key in core::mem::take(&mut set.keys) {
        match call.host.can_verify(key.algorithm(), (&key).into()).await {
            Ok(false) => set.left_out.push(PublicKeyFault { member: "key", sentence: "It is no key." }),
            Ok(true) | Err(_) => set.keys.push(key),
        }
    }
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
    use alloc::rc::Rc;
    use alloc::string::String;

    use super::{FetchFault, KeySet, State, Step, Wanted, max_age};
    use crate::limits;

    const WANTED: Wanted<'_> = Wanted { ttl: 300, kid: None, doubted: None };

    /// A set without keys: one more or less makes no difference here.
    fn set() -> KeySet {
        KeySet::parse(r#"{"keys":[]}"#).ok().unwrap()
    }

    fn step(state: &State, now: u64) -> String {
        String::from(match state.step(&WANTED, now, false) {
            Step::Use(_) => "use",
            Step::Fetch => "fetch",
            Step::Wait => "wait",
            Step::GiveUp => "give up",
        })
    }

    #[test]
    fn fetches_that_do_not_end_keep_no_old_set_in_use() {
        let mut state = State::default();
        let attempt = state.begin(1000);
        state.take(attempt, Ok((set(), None)), &WANTED, 1000);
        let begun = |seconds| {
            let mut state = state.clone();
            state.begin(seconds);
            state
        };
        for (seconds, expected) in [(1299, "use"), (1300, "use"), (1359, "use"), (1360, "wait"), (80_000, "wait")] {
            assert_eq!(step(&begun(seconds), seconds), expected, "{seconds}");
        }
        let mut outdated = begun(1100);
        outdated.outdated = true;
        assert_eq!(step(&outdated, 1101), "wait");
        // One that failed is another thing: then the last good one serves.
        let mut failed = begun(1400);
        failed.take(failed.attempt, Err(FetchFault::NoAnswer), &WANTED, 1400);
        assert_eq!(step(&failed, 1401), "use");
        assert_eq!(step(&failed, 1400 + limits::FETCH_RETRY), "fetch");
    }

    #[test]
    fn what_comes_late_does_not_replace_what_is_newer() {
        let mut state = State::default();
        let slow = state.begin(1000);
        let fast = state.begin(1002);
        state.take(fast, Ok((set(), Some(60))), &WANTED, 1003);
        let newer = state.set.clone().unwrap();
        state.outdated = true;
        assert!(state.take(slow, Ok((set(), Some(86_400))), &WANTED, 1004).is_none());
        let kept = state.set.as_ref().is_some_and(|kept| Rc::ptr_eq(kept, &newer));
        assert!(kept && state.fetched == 1003 && state.own == Some(60) && state.outdated);
        state.take(slow, Err(FetchFault::NoAnswer), &WANTED, 1004);
        assert_eq!(state.retry_at, 0);
        // Nobody has anything newer yet: it serves whoever fetched it.
        let mut state = State::default();
        let slow = state.begin(1000);
        state.begin(1002);
        assert!(state.take(slow, Ok((set(), None)), &WANTED, 1004).is_some() && state.set.is_none());
        // It failed, and the one after it is under way: whoever waits is served by what there is.
        let mut state = State::default();
        let good = state.begin(1000);
        state.take(good, Ok((set(), None)), &WANTED, 1000);
        let slow = state.begin(5000);
        state.begin(5002);
        assert_eq!(step(&state, 5004), "wait");
        state.take(slow, Err(FetchFault::NoAnswer), &WANTED, 5000);
        assert_eq!(step(&state, 5005), "use");
    }

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
