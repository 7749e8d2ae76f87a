//! Issuers that are slow: requests that fetch and requests that wait for them, on a clock that the test moves.
//!
//! Nothing here depends on the machine: every request is a future that is polled by hand, twenty times a second of the test's
//! clock, and what a server answers comes at a stated time.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use edge_sts::Host;
use edge_sts::audit::Event;
use edge_sts::host::{
    Change, Changed, History, HostFault, HostKey, Incoming, Outgoing, Page, Query, ResourceName, StoreFault, Stored,
    Unanswered, Versioned, Waiting,
};
use edge_sts::http::Request;
use edge_sts::jose::Algorithm;
use serde_json::{Value, json};

use crate::common::*;
use crate::issuers::{JWKS_URI, fixture, of_kid, with_kid};
use crate::rfc7523::{self, key, signed};

/// Milliseconds between two looks at all futures.
const TICK: u64 = 50;

/// What goes on at the same time: a clock, servers, requests.
struct World {
    fixture: Rc<Fixture>,
    clock: Rc<Clock>,
    requests: Vec<Flight>,
}

/// Milliseconds, and how long the servers take.
struct Clock {
    now: Cell<u64>,
    delay: Cell<u64>,
    /// Whether the host ends a fetch when its time is over. A machine that is overloaded may be late.
    punctual: Cell<bool>,
    /// When fetches began.
    fetches: RefCell<Vec<u64>>,
}

struct Flight {
    begins: u64,
    /// When its client goes away.
    gone: Option<u64>,
    future: Option<Pin<Box<dyn Future<Output = u16>>>>,
    /// Its status, and milliseconds until it came.
    answer: Option<(u16, u64)>,
}

/// The host of one request.
struct SlowHost {
    fixture: Rc<Fixture>,
    clock: Rc<Clock>,
    arrived: u64,
}

const BEGIN: u64 = NOW * 1000;

impl World {
    fn new(fixture: Fixture, delay: u64) -> Self {
        let (now, delay) = (Cell::new(BEGIN), Cell::new(delay));
        let clock = Clock { now, delay, punctual: Cell::new(true), fetches: RefCell::default() };
        Self { fixture: Rc::new(fixture), clock: Rc::new(clock), requests: Vec::new() }
    }

    /// A request that begins so many milliseconds from the start. Gives its number.
    fn send(&mut self, begins: u64, headers: &[(&str, &str)], parameters: &[(&str, &str)]) -> usize {
        let mut head = String::from("POST /auth/token\ncontent-type: application/x-www-form-urlencoded");
        headers.iter().for_each(|(name, value)| head.push_str(&format!("\n{name}: {value}")));
        let body = form(parameters);
        let fixture = Rc::clone(&self.fixture);
        let host = SlowHost { fixture: Rc::clone(&fixture), clock: Rc::clone(&self.clock), arrived: BEGIN + begins };
        let future = async move {
            let response = fixture.sts.fetch(&host, &Request::new(&head, body.as_bytes())).await;
            response.status
        };
        self.requests.push(Flight { begins, gone: None, future: Some(Box::pin(future)), answer: None });
        self.requests.len() - 1
    }

    /// An exchange of a token with this `kid` by c1.
    fn exchange(&mut self, begins: u64, kid: &str) -> usize {
        let (token, credentials) = (of_kid(kid), basic("c1", "p@ss:w+rd %1"));
        self.send(begins, &[("authorization", &credentials)], &good(&token))
    }

    /// An exchange by a client that signs its assertion with this key.
    fn assert(&mut self, begins: u64, kid: &str, d: &str) -> usize {
        let (token, jti) = (subject_token(&json!({})), self.requests.len().to_string());
        let claims = json!({"iss": "cj", "sub": "cj", "aud": ISSUER, "exp": NOW + 900, "jti": jti});
        let assertion = signed(&json!({"alg": "ES256", "kid": kid}), &claims, d);
        let mut parameters = good(&token);
        let assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        parameters.extend([("client_assertion_type", assertion_type), ("client_assertion", &assertion)]);
        self.send(begins, &[], &parameters)
    }

    /// Moves the clock until this many milliseconds from the start.
    fn run_until(&mut self, end: u64) {
        while self.clock.now.get() < BEGIN + end {
            let now = self.clock.now.get() - BEGIN;
            for flight in self.requests.iter_mut().filter(|flight| flight.begins <= now) {
                if flight.gone.is_some_and(|gone| gone <= now) {
                    flight.future = None;
                }
                let Some(future) = &mut flight.future else { continue };
                if let Poll::Ready(status) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                    flight.answer = Some((status, now - flight.begins));
                    flight.future = None;
                }
            }
            self.clock.now.set(self.clock.now.get() + TICK);
        }
    }

    fn status(&self, number: usize) -> Option<u16> {
        self.requests[number].answer.map(|(status, _)| status)
    }

    /// Statuses, each with how often it came; `0` for what has no answer.
    fn statuses(&self) -> Vec<(u16, usize)> {
        let mut counts = std::collections::BTreeMap::new();
        for flight in &self.requests {
            *counts.entry(flight.answer.map_or(0, |(status, _)| status)).or_insert(0) += 1;
        }
        counts.into_iter().collect()
    }

    fn longest(&self) -> u64 {
        self.requests.iter().filter_map(|flight| flight.answer).map(|(_, time)| time).max().unwrap_or_default()
    }

    fn fetches(&self) -> usize {
        self.clock.fetches.borrow().len()
    }

    fn serve(&self, url: &str, keys: &[Value]) {
        let served = Served { status: 200, cache_control: None, body: json!({"keys": keys}).to_string() };
        self.fixture.host.servers.borrow_mut().insert(url.to_owned(), served);
    }
}

impl SlowHost {
    async fn until(&self, time: u64) {
        poll_fn(|_| if self.clock.now.get() >= time { Poll::Ready(()) } else { Poll::Pending }).await;
    }
}

impl Host for SlowHost {
    fn now(&self) -> u64 {
        self.arrived / 1000
    }

    fn elapsed_ms(&self) -> u64 {
        self.clock.now.get() - self.arrived
    }

    async fn fetch(&self, request: &Outgoing<'_>) -> Result<Incoming, Unanswered> {
        let now = self.clock.now.get();
        self.clock.fetches.borrow_mut().push(now - BEGIN);
        let delay = self.clock.delay.get();
        if self.clock.punctual.get() && delay > request.timeout {
            self.until(now + request.timeout).await;
            return Err(Unanswered::Timeout);
        }
        let answer = self.fixture.host.fetch(request).await;
        self.until(now + delay).await;
        answer
    }

    async fn pause(&self, milliseconds: u64) -> Result<(), HostFault> {
        self.until(self.clock.now.get() + milliseconds).await;
        Ok(())
    }

    fn random(&self, out: &mut [u8]) -> Result<(), HostFault> {
        self.fixture.host.random(out)
    }

    async fn read(&self, keys: &[String]) -> Result<Vec<Option<String>>, StoreFault> {
        self.fixture.host.read(keys).await
    }

    async fn look(&self, names: &[ResourceName<'_>]) -> Result<Vec<Stored>, StoreFault> {
        self.fixture.host.look(names).await
    }

    async fn change(&self, changes: &[Change<'_>], by: &str, at: u64) -> Result<Changed, StoreFault> {
        self.fixture.host.change(changes, by, at).await
    }

    async fn list(&self, query: &Query<'_>) -> Result<Page, StoreFault> {
        self.fixture.host.list(query).await
    }

    async fn history(&self, name: ResourceName<'_>, offset: u64, count: u64) -> Result<History, StoreFault> {
        self.fixture.host.history(name, offset, count).await
    }

    async fn waiting(&self) -> Result<Option<Waiting>, HostFault> {
        self.fixture.host.waiting().await
    }

    async fn read_grant(&self, id: &str) -> Result<Option<Versioned>, HostFault> {
        self.fixture.host.read_grant(id).await
    }

    async fn write_grant(&self, id: &str, expected: Option<u64>, value: &str, expires: u64) -> Result<bool, HostFault> {
        self.fixture.host.write_grant(id, expected, value, expires).await
    }

    async fn sign(&self, algorithm: Algorithm, key: HostKey<'_>, data: &[u8]) -> Result<Vec<u8>, HostFault> {
        self.fixture.host.sign(algorithm, key, data).await
    }

    async fn verify(
        &self,
        algorithm: Algorithm,
        key: HostKey<'_>,
        data: &[u8],
        signature: &[u8],
    ) -> Result<bool, HostFault> {
        self.fixture.host.verify(algorithm, key, data, signature).await
    }

    async fn can_verify(&self, algorithm: Algorithm, key: HostKey<'_>) -> Result<bool, HostFault> {
        self.fixture.host.can_verify(algorithm, key).await
    }

    async fn limit(&self, name: &str) -> Result<Option<bool>, HostFault> {
        self.fixture.host.limit(name).await
    }

    fn audit(&self, event: &Event) {
        self.fixture.host.audit(event);
    }
}

/// An issuer whose keys come after so many milliseconds.
fn issuer(delay: u64, cache_ttl: u64) -> World {
    let world = World::new(fixture(&json!({"jwks_uri": JWKS_URI, "cache_ttl": cache_ttl})), delay);
    world.serve(JWKS_URI, &[with_kid("k1")]);
    world
}

/// A client whose keys come after so many milliseconds.
fn client(delay: u64) -> World {
    let mut resources = resources();
    let mut cj = resources[0].clone();
    merge(&mut cj, &json!({"id": "cj", "secret": null, "jwks_uri": "https://client.example/keys"}));
    resources.as_array_mut().unwrap().push(cj);
    let world = World::new(Fixture::with(&resources, OCT_KEYS), delay);
    world.serve("https://client.example/keys", &[key()]);
    world
}

const FORGED: &str = "PhkNu6fmE1uaeJRW6niL7pb0UrNP1v2iWh05DB3-pm4";

/// Attack 16: three seconds, five requests a second, thirty seconds.
#[test]
fn an_issuer_of_three_seconds_serves_everybody() {
    let mut world = issuer(3000, 300);
    for n in 0..150 {
        world.exchange(n * 200, "k1");
    }
    world.run_until(40_000);
    assert_eq!(world.statuses(), [(200, 150)]);
    assert_eq!(world.fetches(), 1);
    assert!(world.longest() <= 3100, "{}", world.longest());
}

/// Its keys are past their freshness all the time: they serve while the next ones are on their way.
#[test]
fn an_issuer_that_is_slower_than_its_keys_are_fresh_serves_everybody() {
    let mut world = issuer(3000, 1);
    for n in 0..150 {
        world.exchange(n * 200, "k1");
    }
    world.run_until(40_000);
    assert_eq!(world.statuses(), [(200, 150)]);
    assert!(world.fetches() <= 10, "{}", world.fetches());
    // Good keys that are long past it: whoever waits gets them after a while.
    let mut world = issuer(3000, 300);
    world.clock.delay.set(0);
    world.exchange(0, "k1");
    world.run_until(1000);
    world.clock.delay.set(4900);
    for n in 0..60 {
        world.exchange(400_000 + n * 200, "k1");
    }
    world.run_until(420_000);
    assert_eq!(world.statuses(), [(200, 61)]);
    let waited = world.requests.iter().filter(|flight| flight.answer.is_some_and(|(_, time)| time > 2500)).count();
    assert_eq!(waited, 1, "only the one that fetches waits for long");
    assert_eq!(world.fetches(), 2);
}

/// Nothing comes at all: good old keys serve, and where there are none it is said as soon as it is known.
#[test]
fn an_issuer_that_never_answers() {
    let mut world = issuer(1_000_000, 300);
    for n in 0..20 {
        world.exchange(n * 200, "k1");
    }
    world.run_until(20_000);
    assert_eq!(world.statuses(), [(400, 20)]);
    assert_eq!(world.fetches(), 1);
    assert!(world.longest() <= 5100, "{}", world.longest());

    let mut world = issuer(0, 300);
    world.exchange(0, "k1");
    world.run_until(100);
    world.clock.delay.set(1_000_000);
    for n in 0..100 {
        world.exchange(600_000 + n * 200, "k1");
    }
    world.run_until(640_000);
    assert_eq!(world.statuses(), [(200, 101)]);
    assert_eq!(*world.clock.fetches.borrow(), [0, 600_000]); // it is left alone for 30 s
}

/// Invented `kid`s while the keys come slowly: one fetch, no takeover, and the good ones are not held up.
#[test]
fn invented_kids_cause_one_fetch_of_a_slow_issuer() {
    let mut world = issuer(3000, 300);
    world.exchange(0, "k1");
    for n in 0..39 {
        world.exchange(5000 + n * 250, &format!("invented-{n}"));
    }
    let good: Vec<usize> = (0..20).map(|n| world.exchange(5100 + n * 500, "k1")).collect();
    world.run_until(30_000);
    assert!(good.iter().all(|number| world.requests[*number].answer == Some((200, 0))));
    assert_eq!(world.statuses(), [(200, 21), (400, 39)]);
    assert_eq!(*world.clock.fetches.borrow(), [0, 5000]);
}

/// A rotation while the keys come slowly is seen by everybody who waits for it.
#[test]
fn a_rotation_of_a_slow_issuer() {
    let mut world = issuer(3000, 300);
    world.exchange(0, "k1");
    world.run_until(4000);
    world.serve(JWKS_URI, &[with_kid("k2")]);
    for n in 0..20 {
        world.exchange(5000 + n * 200, "k2");
    }
    world.run_until(20_000);
    assert_eq!(world.statuses(), [(200, 21)]);
    assert_eq!(world.fetches(), 2);
}

/// Attack 17: somebody without a key sends forged assertions in a client's name, before the client's keys are known.
#[test]
fn nobody_locks_a_client_out() {
    for kid in ["cj-1", "invented"] {
        let mut world = client(2500);
        for n in 0..150 {
            world.assert(n * 200, kid, FORGED);
        }
        let honest: Vec<usize> = (0..7).map(|n| world.assert(1000 + n * 4000, "cj-1", rfc7523::D)).collect();
        world.run_until(40_000);
        let answers: Vec<_> = honest.iter().map(|number| world.status(*number)).collect();
        assert_eq!(answers, [Some(200); 7], "{kid}");
        assert_eq!(world.fetches(), 1, "{kid}");
    }
}

/// The same for minutes: one fetch in each.
#[test]
fn nobody_causes_more_than_one_fetch_a_minute() {
    let mut world = client(2500);
    for n in 0..240 {
        world.assert(n * 1000, if n % 2 == 0 { "cj-1" } else { "invented" }, FORGED);
    }
    world.run_until(250_000);
    let fetches = world.clock.fetches.borrow().clone();
    assert!((3..=4).contains(&fetches.len()), "{fetches:?}");
    assert!(fetches.windows(2).all(|two| two[1] - two[0] >= 59_000), "{fetches:?}");
}

/// The client whose request fetched went away, and the platform dropped the fetch with it.
#[test]
fn a_fetch_that_is_dead_is_taken_over_once_and_by_somebody_who_has_proven_who_he_is() {
    let mut world = issuer(3000, 300);
    let gone = world.exchange(0, "k1");
    world.requests[gone].gone = Some(1000);
    for n in 1..50 {
        world.exchange(n * 200, "k1");
    }
    world.run_until(30_000);
    assert_eq!(world.statuses(), [(0, 1), (200, 49)]);
    let fetches = world.clock.fetches.borrow().clone();
    assert!(matches!(fetches[..], [0, 6900..=7200]), "{fetches:?}");

    let mut world = client(3000);
    let gone = world.assert(0, "cj-1", FORGED);
    world.requests[gone].gone = Some(1000);
    for n in 1..100 {
        world.assert(n * 500, "cj-1", FORGED);
    }
    world.run_until(59_000);
    assert_eq!(world.fetches(), 1);
    let honest = world.assert(61_000, "cj-1", rfc7523::D);
    world.run_until(70_000);
    assert_eq!((world.status(honest), world.fetches()), (Some(200), 2));
}

/// An answer that comes after its time serves everybody, as long as nothing newer is there.
#[test]
fn a_late_good_answer_is_kept() {
    let mut world = issuer(8000, 300);
    world.clock.punctual.set(false);
    let first = world.exchange(0, "k1");
    let second = world.exchange(1000, "k1"); // takes over, and fetches until the fifteenth second
    let third = world.exchange(2000, "k1");
    world.run_until(8300);
    assert_eq!((world.status(first), world.status(second), world.status(third)), (Some(200), None, Some(200)));
    world.run_until(20_000);
    assert_eq!(world.status(second), Some(200));
    assert_eq!(world.fetches(), 2);
}

/// What was fetched before an administrator's change is not what serves after it.
#[test]
fn an_administrators_change_while_keys_are_on_their_way() {
    let mut world = issuer(3000, 300);
    let before = world.exchange(0, "k1");
    world.run_until(1000);
    // The first fetch brings k1 all the same: the servers have answered already.
    world.serve(JWKS_URI, &[with_kid("k2")]);
    world.fixture.write_again("/TokenIntrospector/external");
    let after = world.exchange(1500, "k2");
    world.run_until(20_000);
    assert_eq!((world.status(before), world.status(after)), (Some(400), Some(200)));
    // The first request is decided again with the new set, which lacks its key: that is looked for once a minute.
    assert_eq!(*world.clock.fetches.borrow(), [0, 1500, 4550]);
}
