//! The service that the faults are tried on, in its world.

use std::future::Future;
use std::task::{Context, Poll, Waker};

use edge_sts::{Config, Sts};
use serde_json::{Value, json};

use super::ask::{Ask, exchange, form_ask, refresh};
use super::fault::{Fault, Step};
use super::host::FaultyHost;
use super::resources;
use crate::common::*;
use crate::rfc7523;

pub const FETCHED: &str = "https://fetched.example";
pub const DISCOVERED: &str = "https://discovered.example";
pub const VOUCHING: &str = "https://vouching.example";
/// The issuer of tokens that public clients may present.
pub const FEDERATION: &str = "https://federation.example";
/// What the names of public clients begin with.
pub const PROVIDER: &str = "//federation.example/providers";
/// The workload that is the client `gateway`.
pub const WORKLOAD: &str = "system:serviceaccount:prod:gateway";
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The audience of what identity assertions are redeemed for.
pub const MCP: &str = "https://mcp.example/";
/// The authorization server that identity assertions are issued for.
pub const TARGET_AS: &str = "https://as.example";
/// What was planted, and may be in no answer and no event.
pub const SECRETS: [&str; 9] = [
    SECRET,
    ADMIN,
    "p@ss:w+rd %1",
    "secret-of-opaque",
    "secret-of-rebind",
    "secret-of-long",
    "planted-authorization",
    "planted-secret-of-new",
    "c3RzLXNpZ25pbmcta2V5LW9mLXRoZS10ZXN0cy0wMTIzNDU",
];

pub const C1: Option<(&str, &str)> = Some(("c1", "p@ss:w+rd %1"));
pub const OPAQUE: Option<(&str, &str)> = Some(("opaque", "secret-of-opaque"));
pub const REBIND: Option<(&str, &str)> = Some(("rebind", "secret-of-rebind"));
pub const LONG: Option<(&str, &str)> = Some(("long", "secret-of-long"));
pub const RS: Option<(&str, &str)> = Some(("rs", "secret-of-rs"));
/// Seconds of `refresh_token_grace`: longer than anything is remembered that a fault has left.
pub const GRACE: u64 = 120;

/// How the service is configured.
#[derive(Clone, Copy)]
pub struct Setup {
    /// Whether it signs with a key that only the host can use.
    pub ec: bool,
    /// Whether proofs need a nonce.
    pub nonces: bool,
    /// Whether each proof serves once.
    pub proofs_once: bool,
    /// Whether it reads from a replica of the directory.
    pub replicated: bool,
}

impl Setup {
    pub const PLAIN: Self = Self { ec: false, nonces: false, proofs_once: false, replicated: false };
    pub const EC: Self = Self { ec: true, ..Self::PLAIN };
    /// Proofs serve once.
    pub const ONCE: Self = Self { proofs_once: true, ..Self::PLAIN };

    /// An instance of it, which remembers nothing.
    pub fn service(self) -> Sts {
        let mut key = rfc7523::key();
        merge(&mut key, &json!({"alg": "ES256", "d": rfc7523::D}));
        let keys = if self.ec { json!({"keys": [key]}).to_string() } else { OCT_KEYS.to_owned() };
        let config = Config {
            admin_token: Some(ADMIN),
            writable: true,
            metrics: true,
            replicated: self.replicated,
            dpop_nonces: self.nonces,
            dpop_replay_store: self.proofs_once,
            ..Config::new(ISSUER, &keys)
        };
        Sts::new(&config).unwrap()
    }
}

/// A service with its host, and what was issued before the request.
pub struct World {
    pub fixture: Fixture,
    setup: Setup,
}

/// What became of a request: no reply if it hung and was dropped.
pub struct Outcome {
    pub reply: Option<Reply>,
    pub steps: Vec<Step>,
    pub events: Vec<Value>,
}

thread_local! {
    static FILLED: MemoryHost = {
        let host = MemoryHost::default();
        host.now.set(NOW);
        host.fill(&resources::all());
        host
    };
}

impl World {
    pub fn new(setup: Setup) -> Self {
        let host = FILLED.with(|filled| {
            let host = MemoryHost::default();
            host.now.set(NOW);
            *host.resources.borrow_mut() = filled.resources.borrow().clone();
            *host.directory.borrow_mut() = filled.directory.borrow().clone();
            host
        });
        let world = Self { fixture: Fixture { host, sts: setup.service() }, setup };
        let set = json!({"keys": [rfc7523::key()]}).to_string();
        world.serve("https://fetched.example/keys", &set);
        world.serve("https://client.example/keys", &set);
        world.serve("https://discovered.example/keys", &set);
        let nothing = Served { status: 404, cache_control: None, body: String::new() };
        let first = "https://discovered.example/.well-known/openid-configuration".to_owned();
        world.fixture.host.servers.borrow_mut().insert(first, nothing);
        let metadata = json!({"issuer": DISCOVERED, "jwks_uri": "https://discovered.example/keys"});
        world.serve("https://discovered.example/.well-known/oauth-authorization-server", &metadata.to_string());
        let word = json!({"active": true, "sub": "alice", "exp": NOW + 3600, "scope": "read"});
        world.serve("https://vouching.example/introspect", &word.to_string());
        world
    }

    /// Another instance of the same service, which remembers nothing.
    pub fn restart(&mut self) {
        self.fixture.sts = self.setup.service();
    }

    fn serve(&self, url: &str, body: &str) {
        let served = Served { status: 200, cache_control: None, body: body.to_owned() };
        self.fixture.host.servers.borrow_mut().insert(url.to_owned(), served);
    }

    pub fn now(&self) -> u64 {
        self.fixture.host.now.get()
    }

    /// Sends a request, of which one call goes wrong.
    pub fn send(&self, ask: &Ask, fault: Option<(usize, Fault)>) -> Outcome {
        let host = FaultyHost::new(&self.fixture.host, fault);
        let before = self.fixture.host.events.borrow().len();
        let mut head = ask.line.clone();
        ask.headers.iter().for_each(|(name, value)| head.push_str(&format!("\n{name}: {value}")));
        let reply = {
            let request = edge_sts::http::Request::new(&head, ask.body.as_bytes());
            let mut future = std::pin::pin!(self.fixture.sts.fetch(&host, &request));
            match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(response) => Some(Reply(response)),
                // Nobody waits any longer: the request is dropped.
                Poll::Pending => None,
            }
        };
        let events = self.fixture.host.events.borrow();
        let events = events[before..].iter().map(|event| serde_json::from_str(event).unwrap()).collect();
        Outcome { reply, steps: host.steps(), events }
    }

    /// Sends a good request.
    #[track_caller]
    pub fn reply(&self, ask: &Ask) -> Reply {
        self.send(ask, None).reply.expect("nothing hangs")
    }

    /// What the resource server is told of a token.
    pub fn said(&self, token: &str) -> Value {
        self.reply(&form_ask(RS, "/auth/introspect", &[("token", token)])).ok().json()
    }

    /// Whether the resource server is told that a token is active.
    pub fn active(&self, token: &str) -> bool {
        self.said(token)["active"] == true
    }

    #[track_caller]
    pub fn exchanged(&self, client: Option<(&str, &str)>) -> Reply {
        self.reply(&exchange(client, &subject_token(&json!({})), JWT, &[("scope", "openid read")])).ok()
    }

    /// The same, bound to the key of a proof.
    #[track_caller]
    pub fn exchanged_proving(&self, client: Option<(&str, &str)>, proof: &str) -> Reply {
        let ask = exchange(client, &subject_token(&json!({})), JWT, &[("scope", "openid read")]);
        self.reply(&ask.proving(proof)).ok()
    }

    pub fn refreshed(&self, client: Option<(&str, &str)>, token: &str) -> Reply {
        self.reply(&refresh(client, token, &[]))
    }

    pub fn refreshed_proving(&self, client: Option<(&str, &str)>, token: &str, proof: &str) -> Reply {
        self.reply(&refresh(client, token, &[]).proving(proof))
    }

    /// For each of these resources whether it is there, and its version.
    pub fn state(&self, names: &[&str]) -> Vec<(bool, u64)> {
        let directory = self.fixture.host.directory.borrow();
        let state = names.iter().map(|name| {
            let (resource_type, id) = name.split_once('/').unwrap();
            let stored = directory.look(edge_sts::host::ResourceName { resource_type, id });
            (stored.document.is_some(), stored.version)
        });
        state.collect()
    }
}
