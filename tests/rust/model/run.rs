//! The service beside the model: each step is made in both, and what they say is compared.

mod administer;
mod assertion;
mod compare;
mod exchange;
mod present;
mod refresh;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use edge_sts::{Config, Sts};
use serde_json::{Value, json};

use super::random::Random;
use super::rules::{Client, Dpop, Foreign, Introspector, Model, Policy, User};
use crate::common::*;

const ISSUERS: [&str; 3] = ["https://one.example", "https://two.example", "https://three.example"];
/// The last one is public.
const CLIENTS: [&str; 4] = ["a", "b", "c", "public"];
const CONFIDENTIAL: [&str; 3] = ["a", "b", "c"];
const PUBLIC: &str = "public";
const INTROSPECTORS: [&str; 4] = ["one", "two", "other-one", "three"];
const USERS: [&str; 4] = ["u1", "u2", "u3", "job"];
const SCOPES: [&str; 4] = ["openid", "read", "write", "admin"];
const TARGETS: [&str; 3] = ["orders", "billing", "https://api.example/"];
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// A line for each step, also of a run that failed.
pub type Log = Rc<RefCell<Vec<String>>>;

pub struct Run {
    fixture: Fixture,
    pub model: Model,
    instances: u64,
    /// What was done.
    log: Log,
    /// Identity assertions that were made, to be presented again, and those of this service.
    assertions: Vec<Foreign>,
    issued_assertions: Vec<String>,
    /// How often a token was shown with a proof.
    shown: Cell<u64>,
}

impl Run {
    /// Everything is there, and much is allowed.
    pub fn new(log: Log) -> Self {
        let model = Model { now: NOW, ..Model::default() };
        let (assertions, issued_assertions) = (Vec::new(), Vec::new());
        let mut run =
            Self { fixture: service(), model, instances: 0, log, assertions, issued_assertions, shown: Cell::new(0) };
        for id in CLIENTS {
            let is_public = id == PUBLIC;
            let client = Client {
                active: true,
                secret: (!is_public).then(|| format!("secret-of-{id}-0")),
                exchanges: true,
                refreshes: !is_public,
                redeems: !is_public,
                issuers: ISSUERS.to_vec(),
                scope: Some(SCOPES.to_vec()),
                resource: if id == "b" { vec!["orders"] } else { Vec::new() },
                audience: TARGETS.to_vec(),
                delegation: if is_public { Policy::MayAct } else { Policy::Any },
                refresh_token: !is_public,
                jwt: id != "c",
                outlive: false,
                access_life: 300,
                refresh_life: 86_400,
                grace: 30,
                dpop: Dpop::Optional,
                rebinds: id == "b",
                assertion_life: (!is_public).then_some(300),
            };
            run.put_client(id, client, 0);
        }
        for (id, iss, user, federates) in [
            ("one", ISSUERS[0], "required", false),
            ("two", ISSUERS[1], "none", false),
            ("three", ISSUERS[2], "none", true),
        ] {
            let introspector = Introspector { iss, user, federates, bound: true, id_jag: Some(false) };
            run.put_introspector(id, introspector, 0);
        }
        for id in &USERS[..3] {
            run.put_user(id, User { inactive: false, identified: true }, 0);
        }
        run
    }

    fn note(&self, line: String) {
        self.log.borrow_mut().push(format!("+{}: {line}", self.model.now - NOW));
    }

    /// One step.
    pub fn step(&mut self, random: &mut Random) {
        match random.below(100) {
            0..40 => self.exchange(random),
            40..65 => self.refresh(random),
            65..74 => self.redeem(random),
            74..77 => self.issue_assertion(random),
            77..80 => self.revoke(random),
            80..87 => self.administer(random),
            87..97 => {
                let seconds = random.one(&[1, 1, 5, 10, 29, 30, 31, 60, 100, 300, 1000, 3600, 90_000]);
                self.note(format!("{seconds} seconds"));
                self.fixture.advance(seconds);
                self.model.now += seconds;
            }
            _ => {}
        }
        for _ in 0..4 {
            if !self.model.tokens.is_empty() {
                let place = random.below(self.model.tokens.len());
                self.compare(place, random.one(&CLIENTS), random);
            }
        }
        self.fixture.host.events.borrow_mut().clear();
    }

    /// In the end every token is compared, for everybody.
    pub fn compare_all(&self) {
        for place in 0..self.model.tokens.len() {
            for id in CLIENTS {
                self.compare(place, id, &mut Random(place as u64));
            }
        }
    }
}

/// The service: it remembers proofs, and has a key that others can verify with.
fn service() -> Fixture {
    let host = MemoryHost::default();
    host.now.set(NOW);
    let config = Config {
        admin_token: Some(ADMIN),
        writable: true,
        dpop_replay_store: true,
        signing_keys_2: Some(ES256_KEYS),
        ..Config::new(ISSUER, OCT_KEYS)
    };
    Fixture { host, sts: Sts::new(&config).unwrap() }
}

#[track_caller]
fn refused(reply: &Reply, error: &str) {
    let body = reply.json();
    // So many failures within a minute that it says no more.
    let throttled = reply.status() == 429;
    assert!(body["error"] == error || throttled, "{error} is expected: {body}");
}

fn names(scope: &Value) -> Vec<String> {
    scope.as_str().map(|scope| scope.split(' ').map(str::to_owned).collect()).unwrap_or_default()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// Who acts, as it is said.
fn actors(said: &Value) -> Vec<(String, String)> {
    let mut act = Vec::new();
    let mut next = said;
    while let Some(sub) = next["sub"].as_str() {
        act.push((next["iss"].as_str().unwrap().to_owned(), sub.to_owned()));
        next = &next["act"];
    }
    act
}

/// A claim that says nothing where there is nothing to say.
fn cnf(jkt: Option<&str>) -> Value {
    jkt.map_or(Value::Null, |jkt| json!({"jkt": jkt}))
}
