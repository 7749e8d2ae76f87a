//! The requests that the faults are tried on: one for each route and each way through it.

use std::collections::BTreeMap;

use edge_sts::{Config, Sts};
use serde_json::{Value, json};

use crate::common::*;
use crate::faulty_host::{Fault, FaultyHost, Step};
use crate::rfc7523::{self, signed};

pub const FETCHED: &str = "https://fetched.example";
pub const DISCOVERED: &str = "https://discovered.example";
pub const VOUCHING: &str = "https://vouching.example";
/// What was planted, and may be in no answer and no event.
pub const SECRETS: [&str; 7] = [
    SECRET,
    ADMIN,
    "p@ss:w+rd %1",
    "secret-of-opaque",
    "planted-authorization",
    "planted-secret-of-new",
    "c3RzLXNpZ25pbmcta2V5LW9mLXRoZS10ZXN0cy0wMTIzNDU",
];

pub const C1: Option<(&str, &str)> = Some(("c1", "p@ss:w+rd %1"));
pub const OPAQUE: Option<(&str, &str)> = Some(("opaque", "secret-of-opaque"));
pub const RS: Option<(&str, &str)> = Some(("rs", "secret-of-rs"));
/// Seconds of `refresh_token_grace`: longer than anything is remembered that a fault has left.
const GRACE: u64 = 120;
const GRANT: (&str, &str) = ("grant_type", "refresh_token");

/// A request.
#[derive(Clone)]
pub struct Ask {
    pub line: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// A service with its host, and what was issued before the request.
pub struct World {
    pub fixture: Fixture,
    keys: String,
    replicated: bool,
}

/// What became of a request: no reply if it hung and was dropped.
pub struct Outcome {
    pub reply: Option<Reply>,
    pub steps: Vec<Step>,
    pub events: Vec<Value>,
}

/// A request that is good, and what must hold after it was tried with a fault.
pub struct Case {
    pub name: &'static str,
    /// Whether the service signs with a key that only the host can use.
    pub ec: bool,
    /// What is issued before; the tokens are handed on.
    pub prepare: fn(&World) -> Vec<String>,
    pub ask: fn(&World, &[String]) -> Ask,
    /// Its status.
    pub good: u16,
    /// The statuses of a proper refusal, where a fault makes one.
    pub refused: &'static [u16],
    /// The statuses of the same request once more.
    pub again: &'static [u16],
    /// Whether it depends on when something was done before: a clock that is wrong ends it.
    pub timed: bool,
    /// What it changes in the directory, as `Type/id`.
    pub changes: &'static [&'static str],
    /// What holds in the end, after the same request was sent again.
    pub settled: fn(&World, &[String]),
}

thread_local! {
    static FILLED: MemoryHost = {
        let host = MemoryHost::default();
        host.now.set(NOW);
        host.fill(&fault_resources());
        host
    };
}

/// The resources of the other tests, with issuers whose keys or word are fetched.
fn fault_resources() -> Value {
    let mut all = resources();
    let issuers = json!([EXTERNAL, FETCHED, DISCOVERED, VOUCHING]);
    for place in [0, 3] {
        let more = json!({"allowedIssuers": issuers, "scope": ["openid", "read", "write"]});
        merge(&mut all[place], &more);
        merge(&mut all[place]["auth"]["token_exchange"], &json!({"delegation": "any", "refresh_token_grace": GRACE}));
    }
    all[0]["allowed_origins"] = json!(["https://app.example"]);
    let with_keys = |id: &str, member: &str, keys: Value| {
        let mut client = all[0].clone();
        merge(&mut client, &json!({"id": id, "secret": null, "allowed_origins": null, member: keys}));
        client
    };
    let cj = with_keys("cj", "jwks", json!([rfc7523::key()]));
    let ck = with_keys("ck", "jwks_uri", json!("https://client.example/keys"));
    let mut rs = all[1].clone();
    merge(&mut rs, &json!({"id": "rs", "secret": "secret-of-rs", "resource": ["orders", "https://api.example/"]}));
    let issuer = |id: &str, iss: &str, more: Value| {
        let mut one = json!({"resourceType": "TokenIntrospector", "id": id, "type": "jwt", "jwt": {"iss": iss}});
        merge(&mut one, &more);
        one
    };
    let endpoint =
        json!({"url": "https://vouching.example/introspect", "authorization": "Bearer planted-authorization"});
    all.as_array_mut().unwrap().extend([
        cj,
        ck,
        rs,
        issuer("fetched", FETCHED, json!({"jwks_uri": "https://fetched.example/keys"})),
        issuer("discovered", DISCOVERED, json!({"discovery": true})),
        issuer("vouching", VOUCHING, json!({"type": "opaque", "introspection_endpoint": endpoint})),
    ]);
    all
}

impl World {
    pub fn new(ec: bool, replicated: bool) -> Self {
        let host = FILLED.with(|filled| {
            let host = MemoryHost::default();
            host.now.set(NOW);
            *host.resources.borrow_mut() = filled.resources.borrow().clone();
            *host.directory.borrow_mut() = filled.directory.borrow().clone();
            host
        });
        let mut key = rfc7523::key();
        merge(&mut key, &json!({"alg": "ES256", "d": rfc7523::D}));
        let keys = if ec { json!({"keys": [key]}).to_string() } else { OCT_KEYS.to_owned() };
        let sts = Self::service(&keys, replicated);
        let world = Self { fixture: Fixture { host, sts }, keys, replicated };
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

    pub fn service(keys: &str, replicated: bool) -> Sts {
        let config = Config { admin_token: Some(ADMIN), writable: true, replicated, ..Config::new(ISSUER, keys) };
        Sts::new(&config).unwrap()
    }

    /// Another instance of the same service, which remembers nothing.
    pub fn restart(&mut self) {
        self.fixture.sts = Self::service(&self.keys, self.replicated);
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
        use std::future::Future;
        use std::task::{Context, Poll, Waker};
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

    /// Whether the resource server is told that a token is active.
    pub fn active(&self, token: &str) -> bool {
        self.reply(&form_ask(RS, "/auth/introspect", &[("token", token)])).ok().json()["active"] == true
    }

    fn exchanged(&self, client: Option<(&str, &str)>) -> Reply {
        self.reply(&exchange(client, &subject_token(&json!({})), JWT, &[("scope", "openid read")])).ok()
    }

    fn refreshed(&self, client: Option<(&str, &str)>, token: &str) -> Reply {
        self.reply(&form_ask(client, "/auth/token", &[GRANT, ("refresh_token", token)]))
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

pub fn form_ask(client: Option<(&str, &str)>, path: &str, parameters: &[(&str, &str)]) -> Ask {
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    headers.extend(client.map(|(id, secret)| ("authorization", basic(id, secret))));
    Ask { line: format!("POST {path}"), headers, body: form(parameters) }
}

fn exchange(client: Option<(&str, &str)>, token: &str, of_type: &str, more: &[(&str, &str)]) -> Ask {
    let mut parameters =
        vec![("grant_type", TOKEN_EXCHANGE), ("subject_token", token), ("subject_token_type", of_type)];
    parameters.extend(more);
    form_ask(client, "/auth/token", &parameters)
}

fn admin(line: &str, body: &Value) -> Ask {
    let headers = vec![("authorization", format!("Bearer {ADMIN}")), ("content-type", "application/json".to_owned())];
    Ask { line: line.to_owned(), headers, body: if body.is_null() { String::new() } else { body.to_string() } }
}

fn get(path: &str, bearer: Option<&str>) -> Ask {
    let headers = bearer.map(|token| ("authorization", format!("Bearer {token}"))).into_iter().collect();
    Ask { line: format!("GET {path}"), headers, body: String::new() }
}

thread_local! {
    static SIGNED: std::cell::RefCell<BTreeMap<String, String>> = std::cell::RefCell::default();
}

/// A token of the key of `rfc7523`, made once.
fn es256(claims: &Value) -> String {
    SIGNED.with_borrow_mut(|all| {
        let make = || signed(&json!({"alg": "ES256", "kid": "cj-1"}), claims, rfc7523::D);
        all.entry(claims.to_string()).or_insert_with(make).clone()
    })
}

fn of_issuer(iss: &str) -> String {
    es256(&json!({"iss": iss, "sub": "alice", "exp": NOW + 3600}))
}

/// Two assertions of a client, each of which serves once.
fn assertions(client: &str) -> Vec<String> {
    let one = |jti| es256(&json!({"iss": client, "sub": client, "aud": ISSUER, "exp": NOW + 900, "jti": jti}));
    vec![one("1"), one("2")]
}

fn by_assertion(assertion: &str) -> Ask {
    let proof = [("client_assertion_type", rfc7523::TYPE), ("client_assertion", assertion)];
    exchange(None, &subject_token(&json!({})), JWT, &proof)
}

/// A new assertion serves, whatever became of the first; a minute later, if keys could not be had.
fn second_serves(world: &World, tokens: &[String]) {
    world.fixture.advance(61);
    world.reply(&by_assertion(&tokens[1])).ok();
}

/// The first refresh token, within the grace, gives the session back.
fn session_lives(world: &World, tokens: &[String], client: Option<(&str, &str)>) {
    let again = world.refreshed(client, &tokens[0]).ok();
    assert!(world.active(&again.text("access_token")));
    let next = world.refreshed(client, &again.text("refresh_token")).ok();
    assert!(world.active(&next.text("access_token")) && world.active(&next.text("refresh_token")));
}

fn nothing_lives(world: &World, tokens: &[String]) {
    for token in tokens {
        assert!(!world.active(token), "a token of a grant that has ended is active");
    }
    world.exchanged(C1);
}

fn nothing_more(_: &World, _: &[String]) {}

/// The good exchange with this subject token, and what was fetched for it in vain is forgotten after a minute.
const fn exchange_case(
    name: &'static str,
    prepare: fn(&World) -> Vec<String>,
    ask: fn(&World, &[String]) -> Ask,
) -> Case {
    Case {
        name,
        ec: false,
        prepare,
        ask,
        good: 200,
        refused: &[400, 401],
        again: &[200],
        timed: false,
        changes: &[],
        settled: nothing_more,
    }
}

pub fn exchanges() -> Vec<Case> {
    vec![
        exchange_case(
            "a JWT for a JWT",
            |_| vec![subject_token(&json!({"scope": "read"}))],
            |_, t| exchange(C1, &t[0], JWT, &[]),
        ),
        exchange_case(
            "a JWT for an opaque token",
            |_| vec![subject_token(&json!({}))],
            |_, t| exchange(OPAQUE, &t[0], JWT, &[("scope", "read")]),
        ),
        exchange_case(
            "a JWT for a refresh token",
            |_| vec![subject_token(&json!({}))],
            |_, t| {
                let requested = "urn:ietf:params:oauth:token-type:refresh_token";
                exchange(C1, &t[0], JWT, &[("requested_token_type", requested)])
            },
        ),
        Case {
            ec: true,
            ..exchange_case(
                "a JWT for one that the host signs",
                |_| vec![subject_token(&json!({}))],
                |_, t| exchange(C1, &t[0], JWT, &[]),
            )
        },
        exchange_case(
            "an own JWT",
            |w| vec![w.exchanged(C1).text("access_token")],
            |_, t| exchange(C1, &t[0], ACCESS_TOKEN, &[]),
        ),
        Case {
            ec: true,
            ..exchange_case(
                "an own JWT that the host verifies",
                |w| vec![w.exchanged(C1).text("access_token")],
                |_, t| exchange(C1, &t[0], ACCESS_TOKEN, &[]),
            )
        },
        exchange_case(
            "an own opaque token that carries its grant",
            |w| vec![w.exchanged(OPAQUE).text("access_token")],
            |_, t| exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[]),
        ),
        exchange_case(
            "an own opaque token of a stored grant",
            |w| {
                w.exchanged(C1);
                vec![w.refreshed(OPAQUE, &w.exchanged(OPAQUE).text("refresh_token")).ok().text("access_token")]
            },
            |_, t| exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[]),
        ),
        exchange_case(
            "with an actor",
            |_| vec![subject_token(&json!({})), subject_token(&json!({"sub": "00u1"}))],
            |_, t| exchange(C1, &t[0], JWT, &[("actor_token", &t[1]), ("actor_token_type", JWT)]),
        ),
        exchange_case(
            "with an own token as actor",
            |w| vec![subject_token(&json!({"sub": "00u1"})), w.exchanged(OPAQUE).text("access_token")],
            |_, t| exchange(OPAQUE, &t[0], JWT, &[("actor_token", &t[1]), ("actor_token_type", ACCESS_TOKEN)]),
        ),
        Case {
            again: &[200, 400],
            settled: |w, t| {
                w.fixture.advance(61);
                w.reply(&exchange(C1, &t[0], JWT, &[])).ok();
            },
            ..exchange_case("keys of a jwks_uri", |_| vec![of_issuer(FETCHED)], |_, t| exchange(C1, &t[0], JWT, &[]))
        },
        Case {
            again: &[200, 400],
            settled: |w, t| {
                w.fixture.advance(61);
                w.reply(&exchange(C1, &t[0], JWT, &[])).ok();
            },
            ..exchange_case("keys by discovery", |_| vec![of_issuer(DISCOVERED)], |_, t| exchange(C1, &t[0], JWT, &[]))
        },
        Case {
            again: &[200, 400],
            settled: |w, t| {
                w.fixture.advance(61);
                let reply = w.reply(&exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[])).ok();
                session_lives(w, &[reply.text("refresh_token")], OPAQUE);
            },
            ..exchange_case(
                "an opaque token of an issuer, whose grant is stored",
                |_| vec!["planted/opaque+token".to_owned()],
                |_, t| exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[]),
            )
        },
        Case {
            again: &[200, 401],
            settled: second_serves,
            ..exchange_case("by private_key_jwt", |_| assertions("cj"), |_, t| by_assertion(&t[0]))
        },
        Case {
            again: &[200, 401],
            settled: second_serves,
            ..exchange_case("by private_key_jwt with a jwks_uri", |_| assertions("ck"), |_, t| by_assertion(&t[0]))
        },
        Case {
            good: 401,
            refused: &[401, 429],
            again: &[401],
            ..exchange_case("by private_key_jwt of nobody", |_| assertions("nobody"), |_, t| by_assertion(&t[0]))
        },
        Case {
            good: 401,
            refused: &[401, 429],
            again: &[401],
            ..exchange_case(
                "with a wrong secret",
                |_| vec![subject_token(&json!({}))],
                |_, t| exchange(Some(("c1", "wrong")), &t[0], JWT, &[]),
            )
        },
        exchange_case(
            "from a page of another origin",
            |_| vec![subject_token(&json!({}))],
            |_, t| {
                let mut ask = exchange(C1, &t[0], JWT, &[]);
                ask.headers.push(("origin", "https://app.example".to_owned()));
                ask
            },
        ),
    ]
}

pub fn refreshes() -> Vec<Case> {
    fn case(
        name: &'static str,
        prepare: fn(&World) -> Vec<String>,
        ask: fn(&World, &[String]) -> Ask,
        settled: fn(&World, &[String]),
    ) -> Case {
        Case { settled, timed: true, ..exchange_case(name, prepare, ask) }
    }
    fn c1(_: &World, t: &[String]) -> Ask {
        form_ask(C1, "/auth/token", &[GRANT, ("refresh_token", &t[0])])
    }
    fn opaque(_: &World, t: &[String]) -> Ask {
        form_ask(OPAQUE, "/auth/token", &[GRANT, ("refresh_token", &t[0]), ("scope", "read")])
    }
    fn c1_lives(w: &World, t: &[String]) {
        session_lives(w, t, C1);
    }
    fn opaque_lives(w: &World, t: &[String]) {
        session_lives(w, t, OPAQUE);
    }
    /// A grant whose first refresh token is presented once more after the grace.
    fn used(w: &World, client: Option<(&str, &str)>) -> Vec<String> {
        let first = w.exchanged(client);
        let second = w.refreshed(client, &first.text("refresh_token")).ok();
        w.fixture.advance(GRACE);
        let tokens = [&first, &second].map(|reply| [reply.text("refresh_token"), reply.text("access_token")]);
        tokens.into_iter().flatten().collect()
    }
    fn ended(w: &World, t: &[String]) {
        nothing_lives(w, t);
    }
    vec![
        case("the first, JWT", |w| vec![w.exchanged(C1).text("refresh_token")], c1, c1_lives),
        case("the first, opaque", |w| vec![w.exchanged(OPAQUE).text("refresh_token")], opaque, opaque_lives),
        Case {
            ec: true,
            ..case("the first, signed by the host", |w| vec![w.exchanged(C1).text("refresh_token")], c1, c1_lives)
        },
        case(
            "of a stored grant, JWT",
            |w| {
                w.refreshed(OPAQUE, &w.exchanged(OPAQUE).text("refresh_token")).ok();
                vec![w.refreshed(C1, &w.exchanged(C1).text("refresh_token")).ok().text("refresh_token")]
            },
            c1,
            c1_lives,
        ),
        case(
            "of a stored grant, opaque",
            |w| vec![w.refreshed(OPAQUE, &w.exchanged(OPAQUE).text("refresh_token")).ok().text("refresh_token")],
            opaque,
            opaque_lives,
        ),
        case(
            "again within the grace, JWT",
            |w| {
                let token = w.exchanged(C1).text("refresh_token");
                w.refreshed(C1, &token).ok();
                vec![token]
            },
            c1,
            c1_lives,
        ),
        case(
            "again within the grace, opaque",
            |w| {
                let token = w.exchanged(OPAQUE).text("refresh_token");
                w.refreshed(OPAQUE, &token).ok();
                vec![token]
            },
            opaque,
            opaque_lives,
        ),
        case(
            "by private_key_jwt",
            |w| {
                let mut tokens = assertions("cj");
                let first = es256(&json!({"iss": "cj", "sub": "cj", "aud": ISSUER, "exp": NOW + 900, "jti": "0"}));
                tokens.push(w.reply(&by_assertion(&first)).ok().text("refresh_token"));
                tokens
            },
            |_, t| refresh_by_assertion(&t[0], &t[2]),
            |w, t| {
                // Whatever became of the first assertion, the session goes on with another one.
                let again = w.reply(&refresh_by_assertion(&t[1], &t[2])).ok();
                assert!(w.active(&again.text("access_token")));
            },
        )
        .again(&[200, 401]),
        case("reuse, JWT", |w| used(w, C1), c1, ended).refuses(400),
        case("reuse, opaque", |w| used(w, OPAQUE), opaque, ended).refuses(400),
    ]
}

fn refresh_by_assertion(assertion: &str, token: &str) -> Ask {
    let proof = [("client_assertion_type", rfc7523::TYPE), ("client_assertion", assertion)];
    form_ask(None, "/auth/token", &[&[GRANT, ("refresh_token", token)][..], &proof].concat())
}

impl Case {
    fn again(self, again: &'static [u16]) -> Self {
        Self { again, ..self }
    }

    fn refuses(self, status: u16) -> Self {
        assert_eq!(status, 400);
        Self { good: status, again: &[400], ..self }
    }
}

pub fn questions() -> Vec<Case> {
    fn ask(name: &'static str, ec: bool, prepare: fn(&World) -> Vec<String>) -> Case {
        let question = |_: &World, t: &[String]| form_ask(RS, "/auth/introspect", &[("token", &t[0])]);
        let settled = |w: &World, t: &[String]| assert!(w.active(&t[0]));
        Case { ec, settled, ..exchange_case(name, prepare, question) }
    }
    fn stored(w: &World) -> Reply {
        w.exchanged(C1);
        w.refreshed(OPAQUE, &w.exchanged(OPAQUE).text("refresh_token")).ok()
    }
    fn show(name: &'static str, prepare: fn(&World) -> Vec<String>) -> Case {
        Case { refused: &[401], ..exchange_case(name, prepare, |_, t| get("/auth/userinfo", Some(&t[0]))) }
    }
    fn end(name: &'static str, client: fn(&World, &[String]) -> Ask, prepare: fn(&World) -> Vec<String>) -> Case {
        let settled = |w: &World, t: &[String]| nothing_lives(w, t);
        Case { settled, ..exchange_case(name, prepare, client) }
    }
    fn both(reply: &Reply) -> Vec<String> {
        vec![reply.text("access_token"), reply.text("refresh_token")]
    }
    fn revoke_c1(_: &World, t: &[String]) -> Ask {
        form_ask(C1, "/auth/revoke", &[("token", &t[0])])
    }
    fn revoke_opaque(_: &World, t: &[String]) -> Ask {
        form_ask(OPAQUE, "/auth/revoke", &[("token", &t[0])])
    }
    fn reversed(mut tokens: Vec<String>) -> Vec<String> {
        tokens.reverse();
        tokens
    }
    vec![
        ask("introspection of a JWT", false, |w| vec![w.exchanged(C1).text("access_token")]),
        ask("introspection of a JWT that the host verifies", true, |w| vec![w.exchanged(C1).text("access_token")]),
        ask("introspection of a carried token", false, |w| vec![w.exchanged(OPAQUE).text("access_token")]),
        ask("introspection of a carried refresh token", false, |w| vec![w.exchanged(C1).text("refresh_token")]),
        ask("introspection of a stored token", false, |w| vec![stored(w).text("access_token")]),
        ask("introspection of a stored refresh token", false, |w| vec![stored(w).text("refresh_token")]),
        show("userinfo of a JWT", |w| vec![w.exchanged(C1).text("access_token")]),
        show("userinfo of a carried token", |w| vec![w.exchanged(OPAQUE).text("access_token")]),
        show("userinfo of a stored token", |w| {
            w.exchanged(C1);
            vec![w.refreshed(OPAQUE, &w.exchanged(OPAQUE).text("refresh_token")).ok().text("access_token")]
        }),
        end("revocation of a JWT", revoke_c1, |w| both(&w.exchanged(C1))),
        end("revocation of a refresh token", revoke_c1, |w| reversed(both(&w.exchanged(C1)))),
        end("revocation of a carried token", revoke_opaque, |w| both(&w.exchanged(OPAQUE))),
        end("revocation of a stored token", revoke_opaque, |w| both(&stored(w))),
        end("revocation of a stored refresh token", revoke_opaque, |w| reversed(both(&stored(w)))),
        end("revocation of a refresh token that was used", revoke_c1, |w| {
            let first = w.exchanged(C1);
            let second = w.refreshed(C1, &first.text("refresh_token")).ok();
            [reversed(both(&first)), both(&second)].concat()
        }),
    ]
}

/// What anybody may ask for.
pub fn public() -> Vec<Case> {
    fn case(name: &'static str, ask: fn(&World, &[String]) -> Ask) -> Case {
        Case { refused: &[], ..exchange_case(name, |_| Vec::new(), ask) }
    }
    vec![
        case("health", |_, _| get("/health", None)),
        case("metadata", |_, _| get("/.well-known/oauth-authorization-server", None)),
        case("keys", |_, _| get("/.well-known/jwks.json", None)),
        case("description", |_, _| get("/openapi.json", None)),
        Case {
            good: 204,
            again: &[204],
            ..case("preflight", |_, _| Ask {
                line: "OPTIONS /auth/token".to_owned(),
                headers: vec![("origin", "https://app.example".to_owned())],
                body: String::new(),
            })
        },
        Case { good: 404, again: &[404], ..case("nothing", |_, _| get("/nothing", None)) },
    ]
}

fn new_client() -> Value {
    json!({
        "resourceType": "Client", "id": "new", "secret": "planted-secret-of-new", "jwks": [rfc7523::key()],
        "grant_types": [TOKEN_EXCHANGE], "allowed_origins": ["https://new.example"],
    })
}

fn identified(id: &str) -> Value {
    json!({"resourceType": "User", "id": id, "identifier": [{"system": EXTERNAL, "value": format!("of-{id}")}]})
}

fn entry(method: &str, url: &str, resource: &Value) -> Value {
    let mut entry = json!({"request": {"method": method, "url": url}});
    if !resource.is_null() {
        entry["resource"] = resource.clone();
    }
    entry
}

fn bundle() -> Value {
    let entries = [
        entry("PUT", "User/dora", &identified("dora")),
        entry("PUT", "User/carol", &json!({"resourceType": "User", "id": "carol"})),
        entry("DELETE", "Client/c2", &Value::Null),
        entry("PUT", "Client/new", &new_client()),
    ];
    json!({"resourceType": "Bundle", "type": "transaction", "entry": entries})
}

pub fn administration() -> Vec<Case> {
    fn case(
        name: &'static str,
        ask: fn(&World, &[String]) -> Ask,
        good: u16,
        again: &'static [u16],
        changes: &'static [&'static str],
    ) -> Case {
        let refused = &[404, 409, 422];
        Case {
            good,
            again,
            changes,
            refused,
            ..exchange_case(name, |w| vec![w.exchanged(C1).text("access_token")], ask)
        }
    }
    const BUNDLE: &[&str] = &["User/dora", "User/carol", "Client/c2", "Client/new"];
    vec![
        case("POST", |_, _| admin("POST /Client", &new_client()), 201, &[201, 409, 412], &["Client/new"]),
        case("POST without id", |_, _| admin("POST /User", &json!({"userName": "Dora"})), 201, &[201], &[]),
        case("PUT of a new one", |_, _| admin("PUT /Client/new", &new_client()), 201, &[200, 201], &["Client/new"]),
        case("PUT of another one", |_, _| admin("PUT /User/carol", &identified("carol")), 200, &[200], &["User/carol"]),
        Case {
            settled: |w, t| nothing_lives_of_alice(w, t),
            ..case("DELETE", |_, _| admin("DELETE /User/alice", &Value::Null), 200, &[200, 204], &["User/alice"])
        },
        case("DELETE of nobody", |_, _| admin("DELETE /User/nobody", &Value::Null), 204, &[204], &["User/nobody"]),
        case("a bundle", |_, _| admin("POST /", &bundle()), 200, &[200], BUNDLE),
        case("an import", |_, _| admin("POST /$import", &bundle()), 200, &[200], BUNDLE),
        case("GET", |_, _| admin("GET /Client/c1", &Value::Null), 200, &[200], &[]),
        case("a list", |_, _| admin("GET /TokenIntrospector", &Value::Null), 200, &[200], &[]),
        case("history", |_, _| admin("GET /Client/c1/_history", &Value::Null), 200, &[200], &[]),
        case("an export", |_, _| admin("GET /$export", &Value::Null), 200, &[200], &[]),
        case("the last events", |_, _| admin("GET /$events", &Value::Null), 200, &[200], &[]),
        // What it says may be another thing after a fault; it answers, and leaves nothing.
        dry_run("a dry run of a JWT", |_, _| dry("c1", &subject_token(&json!({})), JWT)),
        dry_run("a dry run of a JWT of fetched keys", |_, _| dry("c1", &of_issuer(FETCHED), JWT)),
        dry_run("a dry run of an opaque token", |_, _| dry("c1", "opaque-token-of-vouching", ACCESS_TOKEN)),
        dry_run("a dry run of a token of this service", |_, t| dry("c1", &t[0], ACCESS_TOKEN)),
        Case { refused: &[429], ..case("a wrong token", |_, _| get("/Client/c1", Some("wrong")), 401, &[401], &[]) },
    ]
}

fn dry(client: &str, token: &str, of_type: &str) -> Ask {
    admin(
        "POST /$dry-run",
        &json!({"client_id": client, "subject_token": token, "subject_token_type": of_type, "scope": "read"}),
    )
}

fn dry_run(name: &'static str, ask: fn(&World, &[String]) -> Ask) -> Case {
    let prepare: fn(&World) -> Vec<String> = |w| vec![w.exchanged(C1).text("access_token")];
    Case { refused: &[], settled: nothing_stored, ..exchange_case(name, prepare, ask) }
}

/// A JWT needs no grant, and a dry run makes none.
fn nothing_stored(world: &World, _: &[String]) {
    assert!(world.fixture.host.grants.borrow().is_empty(), "a dry run stored something");
}

fn nothing_lives_of_alice(w: &World, t: &[String]) {
    assert!(!w.active(&t[0]), "a token of somebody who is gone is active");
    let reply = w.reply(&exchange(C1, &subject_token(&json!({})), JWT, &[]));
    reply.refused(400, "invalid_request", "The subject_token is not accepted: its user is not known");
}
