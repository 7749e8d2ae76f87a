//! A host in memory, with a clock that stands still and randomness from a seed, and one good case to change things in.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use edge_sts::audit::Event;
use edge_sts::host::{
    Change, Changed, History, HostFault, HostKey, Incoming, Outgoing, Page, Query, ResourceName, StoreFault, Stored,
    Unanswered, Unread, Versioned, Waiting,
};
use edge_sts::http::{Request, Response};
use edge_sts::jose::{Algorithm, HmacKey, base64url};
use edge_sts::{Config, Host, Sts, resource};
use serde_json::{Value, json};

#[path = "memory_directory.rs"]
pub mod memory_directory;
#[path = "rust_crypto.rs"]
mod rust_crypto;
#[path = "tried.rs"]
pub mod tried;

use memory_directory::{DelayedReplica, Faults, MemoryDirectory};

pub const NOW: u64 = 1_800_000_000;
pub const ISSUER: &str = "https://sts.example";
pub const EXTERNAL: &str = "https://issuer.example";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const ADMIN: &str = "admin-token-of-the-tests";
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
pub const ES256_KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}]}"#;
pub const OCT_KEYS: &str =
    r#"{"keys":[{"kty":"oct","kid":"k1","alg":"HS256","k":"c3RzLXNpZ25pbmcta2V5LW9mLXRoZS10ZXN0cy0wMTIzNDU"}]}"#;

/// The answer of another server.
#[derive(Clone)]
pub struct Served {
    pub status: u16,
    pub cache_control: Option<String>,
    pub body: String,
}

/// A request to another server.
#[derive(Clone, Debug)]
pub struct Sent {
    pub url: String,
    pub form: Option<String>,
    pub authorization: Option<String>,
}

/// A host in memory.
#[derive(Default)]
pub struct MemoryHost {
    pub now: Cell<u64>,
    /// What the directory has published.
    pub resources: RefCell<BTreeMap<String, String>>,
    /// Several hosts may share one.
    pub directory: Rc<RefCell<MemoryDirectory>>,
    /// Where the directory publishes instead, and this place reads, with its delay.
    pub replica: Option<DelayedReplica>,
    /// What waits to be published.
    pub waiting: Cell<Option<Waiting>>,
    /// What goes wrong with changes.
    pub changes: Faults,
    pub grants: RefCell<BTreeMap<String, (u64, String, u64)>>,
    pub events: RefCell<Vec<String>>,
    /// What of each of them is counted.
    pub counted: RefCell<Vec<String>>,
    /// Rounds of reading resources.
    pub reads: Cell<usize>,
    /// Signatures that were verified here, and readings of the clock.
    pub verified: Cell<usize>,
    pub clock_readings: Cell<usize>,
    /// Of those signatures, how many were by a key that the host is not to remember.
    pub unnamed_keys: Cell<usize>,
    /// Whether every store throws.
    pub broken: Cell<bool>,
    /// Whether a later version made the tables of the directory.
    pub later: Cell<bool>,
    /// Calls of the grant store: reads and writes.
    pub grant_reads: Cell<usize>,
    pub grant_writes: Cell<usize>,
    /// What happens to the next writes of the grant store that throw: whether each of them is done all the same.
    pub throwing_writes: RefCell<Vec<bool>>,
    /// Where the next request waits once, so that something else can happen meanwhile.
    pub wait: Cell<Option<At>>,
    /// What other servers answer, by URL.
    pub servers: RefCell<BTreeMap<String, Served>>,
    /// Why those do not answer that are not in there.
    pub unanswered: Cell<Option<Unanswered>>,
    /// What was sent to them.
    pub sent: RefCell<Vec<Sent>>,
    /// The platform's limit, where it has one: how often it says yes, and the names that it was asked for.
    pub limit: RefCell<Option<(usize, Vec<String>)>>,
    pub random: Cell<u64>,
    /// Whether it neither signs nor counts failures.
    pub silent: Cell<bool>,
}

/// A call of the host, before or after which a request waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Fetch,
    AfterReadGrant,
    WriteGrant,
    AfterChange,
    AfterLook,
}

impl MemoryHost {
    /// Puts resources into the directory, as a list of them is put into an empty one.
    pub fn fill(&self, resources: &Value) {
        self.fill_text(&resources.to_string());
    }

    /// The same from a file's text, in which numbers may have more digits than a [`Value`] keeps.
    pub fn fill_text(&self, text: &str) {
        let listed = resource::listed(text, NOW).unwrap_or_else(|faults| panic!("{faults:?}"));
        for one in &listed {
            let change = Change {
                name: ResourceName { resource_type: one.resource_type.name(), id: &one.id },
                expected: 0,
                version: 1,
                document: Some(&one.document),
                shown: Some(&one.shown),
                listed_as: one.name.as_deref(),
                unique: &one.lookups.unique,
                shared: &one.lookups.shared,
            };
            assert_eq!(self.transact(&[change], "a file", NOW), Changed::Done);
        }
    }

    pub fn transact(&self, changes: &[Change<'_>], by: &str, at: u64) -> Changed {
        let mut directory = self.directory.borrow_mut();
        let keys = match directory.change(changes, by, at) {
            Ok(keys) => keys,
            Err(changed) => return changed,
        };
        let mut published = match &self.replica {
            Some(replica) => replica.stored.borrow_mut(),
            None => self.resources.borrow_mut(),
        };
        for key in keys {
            match directory.value(&key) {
                Some(value) => published.insert(key, value),
                None => published.remove(&key),
            };
        }
        Changed::Done
    }

    async fn wait(&self, at: At) {
        if self.wait.get() == Some(at) {
            self.wait.set(None);
            let mut waited = false;
            std::future::poll_fn(
                |_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending },
            )
            .await;
        }
    }

    fn check(&self) -> Result<(), HostFault> {
        if self.broken.get() { Err(HostFault) } else { Ok(()) }
    }

    fn check_directory(&self) -> Result<(), StoreFault> {
        self.check()?;
        if self.later.get() { Err(StoreFault::LaterVersion) } else { Ok(()) }
    }
}

impl Host for MemoryHost {
    fn now(&self) -> u64 {
        self.clock_readings.set(self.clock_readings.get() + 1);
        self.now.get()
    }

    fn elapsed_ms(&self) -> u64 {
        0
    }

    fn random(&self, out: &mut [u8]) -> Result<(), HostFault> {
        for byte in out {
            // A linear congruential generator: different bytes at each call, the same in each run.
            let next =
                self.random.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            self.random.set(next);
            *byte = (next >> 56) as u8;
        }
        Ok(())
    }

    async fn read(&self, keys: &[String]) -> Result<Vec<Option<String>>, StoreFault> {
        self.check_directory()?;
        self.reads.set(self.reads.get() + 1);
        Ok(match &self.replica {
            Some(replica) => keys.iter().map(|key| replica.read(key, self.now.get())).collect(),
            None => keys.iter().map(|key| self.resources.borrow().get(key).cloned()).collect(),
        })
    }

    async fn look(&self, names: &[ResourceName<'_>]) -> Result<Vec<Stored>, StoreFault> {
        self.check_directory()?;
        let found = names.iter().map(|name| self.directory.borrow().look(*name)).collect();
        self.wait(At::AfterLook).await;
        Ok(found)
    }

    async fn change(&self, changes: &[Change<'_>], by: &str, at: u64) -> Result<Changed, StoreFault> {
        self.check_directory()?;
        if let Some(left) = self.changes.left.get() {
            self.changes.left.set(Some(left.checked_sub(1).ok_or(HostFault)?));
        }
        let changed = self.transact(changes, by, at);
        self.wait(At::AfterChange).await;
        if self.changes.lost.take() { Err(HostFault.into()) } else { Ok(changed) }
    }

    async fn list(&self, query: &Query<'_>) -> Result<Page, StoreFault> {
        self.check_directory()?;
        Ok(self.directory.borrow().list(query))
    }

    async fn history(&self, name: ResourceName<'_>, offset: u64, count: u64) -> Result<History, StoreFault> {
        self.check_directory()?;
        Ok(self.directory.borrow().history(name, offset, count))
    }

    async fn waiting(&self) -> Result<Option<Waiting>, HostFault> {
        self.check()?;
        Ok(self.waiting.get())
    }

    async fn read_grant(&self, id: &str) -> Result<Option<Versioned>, HostFault> {
        self.check()?;
        self.grant_reads.set(self.grant_reads.get() + 1);
        let found = self
            .grants
            .borrow()
            .get(id)
            .map(|(version, value, _)| Versioned { version: *version, value: value.clone() });
        self.wait(At::AfterReadGrant).await;
        Ok(found)
    }

    async fn write_grant(&self, id: &str, expected: Option<u64>, value: &str, expires: u64) -> Result<bool, HostFault> {
        self.check()?;
        self.wait(At::WriteGrant).await;
        self.grant_writes.set(self.grant_writes.get() + 1);
        let throws = self.throwing_writes.borrow_mut().pop();
        if throws == Some(false) {
            return Err(HostFault);
        }
        let mut grants = self.grants.borrow_mut();
        let version = grants.get(id).map(|(version, _, _)| *version);
        let fits = version == expected;
        if fits {
            grants.insert(id.to_owned(), (version.unwrap_or(0) + 1, value.to_owned(), expires));
        }
        if throws.is_some() { Err(HostFault) } else { Ok(fits) }
    }

    async fn sign(&self, algorithm: Algorithm, key: HostKey<'_>, data: &[u8]) -> Result<Vec<u8>, HostFault> {
        use p256::ecdsa::signature::Signer;
        assert_eq!(algorithm, Algorithm::Es256);
        if self.silent.get() {
            return Err(HostFault);
        }
        let jwk: Value = serde_json::from_str(key.jwk).unwrap();
        let scalar = base64url::decode(jwk["d"].as_str().unwrap()).unwrap();
        let key = p256::ecdsa::SigningKey::from_slice(&scalar).map_err(|_| HostFault)?;
        let signature: p256::ecdsa::Signature = key.sign(data);
        Ok(signature.to_bytes().to_vec())
    }

    async fn verify(
        &self,
        algorithm: Algorithm,
        key: HostKey<'_>,
        data: &[u8],
        signature: &[u8],
    ) -> Result<bool, HostFault> {
        self.verified.set(self.verified.get() + 1);
        self.unnamed_keys.set(self.unnamed_keys.get() + usize::from(key.id.is_empty()));
        // Some platforms throw at it.
        if algorithm.signature_length().is_some_and(|length| length != signature.len()) {
            return Err(HostFault);
        }
        Ok(rust_crypto::verify(algorithm, key.jwk, data, signature).unwrap_or(false))
    }

    async fn can_verify(&self, algorithm: Algorithm, key: HostKey<'_>) -> Result<bool, HostFault> {
        Ok(rust_crypto::can_verify(algorithm, key.jwk))
    }

    async fn fetch(&self, request: &Outgoing<'_>) -> Result<Incoming, Unanswered> {
        let authorization = request.authorization.map(str::to_owned);
        self.wait(At::Fetch).await;
        self.sent.borrow_mut().push(Sent {
            url: request.url.to_owned(),
            form: request.form.map(str::to_owned),
            authorization,
        });
        let Served { status, cache_control, body } = self
            .servers
            .borrow()
            .get(request.url)
            .cloned()
            .ok_or(self.unanswered.get().unwrap_or(Unanswered::Unknown))?;
        let body = if body.len() <= request.limit { Ok(body) } else { Err(Unread::TooLong) };
        Ok(Incoming { status, cache_control, body })
    }

    async fn pause(&self, _: u64) -> Result<(), HostFault> {
        Err(HostFault) // nothing is ever under way here
    }

    async fn limit(&self, name: &str) -> Result<Option<bool>, HostFault> {
        if self.silent.get() {
            return Err(HostFault);
        }
        let mut limit = self.limit.borrow_mut();
        Ok(limit.as_mut().map(|(left, names)| {
            names.push(name.to_owned());
            *left = left.saturating_sub(1);
            *left > 0
        }))
    }

    fn audit(&self, event: &Event) {
        self.events.borrow_mut().push(event.to_json());
        let mut words = String::new();
        event.count_into(&mut words);
        self.counted.borrow_mut().push(words);
    }
}

/// Runs a future of this host, which never waits.
pub fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the host in memory never waits"),
    }
}

/// The resources of `cases.md`: clients c1, c2, cx, an issuer, a User.
pub fn resources() -> Value {
    let client = |id: &str, secret: &str| {
        json!({
            "resourceType": "Client", "id": id, "secret": secret,
            "grant_types": [TOKEN_EXCHANGE, "refresh_token"], "allowedIssuers": [EXTERNAL], "scope": ["read", "write"],
            "auth": {"token_exchange": {
                "token_format": "jwt", "refresh_token": true,
                "access_token_expiration": 360, "refresh_token_expiration": 864_000,
                "audience": ["orders", "https://api.example/"],
            }},
        })
    };
    let mut cx = client("cx", "secret-of-cx");
    cx["grant_types"] = json!(["refresh_token"]);
    let mut opaque = client("opaque", "secret-of-opaque");
    opaque["auth"]["token_exchange"].as_object_mut().unwrap().remove("token_format");
    let mut disabled = client("disabled", "secret-of-disabled");
    disabled["active"] = json!(false);
    json!([
        client("c1", "p@ss:w+rd %1"), client("c2", "secret-of-c2"), cx, opaque, disabled,
        {"resourceType": "TokenIntrospector", "id": "external", "type": "jwt", "jwt": {"iss": EXTERNAL, "secret": SECRET}},
        {"resourceType": "User", "id": "alice", "email": "alice@example.com"},
        {"resourceType": "User", "id": "bob", "inactive": true},
        {"resourceType": "User", "id": "carol", "identifier": [{"system": EXTERNAL, "value": "00u1"}]},
    ])
}

/// A service with the fixture's resources.
pub struct Fixture {
    pub host: MemoryHost,
    pub sts: Sts,
}

impl Fixture {
    pub fn new() -> Self {
        Self::with(&resources(), OCT_KEYS)
    }

    pub fn with(resources: &Value, keys: &str) -> Self {
        Self::of(ISSUER, resources, keys)
    }

    /// A service of this issuer.
    pub fn of(issuer: &str, resources: &Value, keys: &str) -> Self {
        let host = MemoryHost::default();
        host.now.set(NOW);
        host.fill(resources);
        let config = Config { admin_token: Some(ADMIN), writable: true, ..Config::new(issuer, keys) };
        Self { host, sts: Sts::new(&config).unwrap() }
    }

    pub fn advance(&self, seconds: u64) {
        self.host.now.set(self.host.now.get() + seconds);
    }

    /// Sends a request: its first line, its headers, its body.
    pub fn send(&self, line: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut head = line.to_owned();
        for (name, value) in headers {
            head.push_str(&format!("\n{name}: {value}"));
        }
        let response = run(self.sts.fetch(&self.host, &Request::new(&head, body)));
        Reply(response)
    }

    /// A form to a path; while it waits there, something else happens. It must wait.
    pub fn form_meanwhile(
        &self,
        client: Option<(&str, &str)>,
        path: &str,
        parameters: &[(&str, &str)],
        at: At,
        meanwhile: impl FnOnce(),
    ) -> Reply {
        let mut head = format!("POST {path}\ncontent-type: application/x-www-form-urlencoded");
        if let Some((id, secret)) = client {
            head.push_str(&format!("\nauthorization: {}", basic(id, secret)));
        }
        let body = form(parameters);
        let request = Request::new(&head, body.as_bytes());
        let mut future = pin!(self.sts.fetch(&self.host, &request));
        let mut context = Context::from_waker(Waker::noop());
        self.host.wait.set(Some(at));
        assert!(future.as_mut().poll(&mut context).is_pending(), "it does not wait at {at:?}");
        meanwhile();
        match future.as_mut().poll(&mut context) {
            Poll::Ready(response) => Reply(response),
            Poll::Pending => panic!("it waits once"),
        }
    }

    /// A request of the administrator that waits at each of these places; while it waits at the last one, something else
    /// happens.
    pub fn admin_meanwhile(&self, line: &str, body: &Value, at: &[At], meanwhile: impl FnOnce()) -> Reply {
        let head = format!("{line}\nauthorization: Bearer {ADMIN}\ncontent-type: application/json");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::new(&head, body.as_bytes());
        let mut future = pin!(self.sts.fetch(&self.host, &request));
        let mut context = Context::from_waker(Waker::noop());
        for at in at {
            self.host.wait.set(Some(*at));
            assert!(future.as_mut().poll(&mut context).is_pending(), "it does not wait at {at:?}");
        }
        meanwhile();
        match future.as_mut().poll(&mut context) {
            Poll::Ready(response) => Reply(response),
            Poll::Pending => panic!("it waits at {at:?} only"),
        }
    }

    /// Calls of the grant store since the last question: reads and writes.
    pub fn grant_calls(&self) -> (usize, usize) {
        (self.host.grant_reads.take(), self.host.grant_writes.take())
    }

    /// A form to a path, with Basic credentials of c1 unless other headers are given.
    pub fn form(&self, path: &str, parameters: &[(&str, &str)]) -> Reply {
        self.form_as(Some(("c1", "p@ss:w+rd %1")), path, parameters)
    }

    pub fn form_as(&self, client: Option<(&str, &str)>, path: &str, parameters: &[(&str, &str)]) -> Reply {
        let basic = client.map(|(id, secret)| basic(id, secret));
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
        headers.extend(basic.as_deref().map(|basic| ("authorization", basic)));
        self.send(&format!("POST {path}"), &headers, form(parameters).as_bytes())
    }

    /// A request of the administrator; `null` is no body.
    pub fn admin(&self, line: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        let authorization = format!("Bearer {ADMIN}");
        let mut all = vec![("authorization", authorization.as_str()), ("content-type", "application/json")];
        all.extend(headers);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(line, &all, body.as_bytes())
    }

    /// The administrator writes a resource as it is shown: nothing of it changes.
    pub fn write_again(&self, path: &str) {
        let shown = self.admin(&format!("GET {path}"), &[], &Value::Null).json();
        self.admin(&format!("PUT {path}"), &[], &shown).ok();
    }

    /// The good exchange, which must go on working after everything.
    pub fn exchange(&self) -> Reply {
        let token = subject_token(&json!({}));
        self.form("/auth/token", &good(&token))
    }

    pub fn last_event(&self) -> Value {
        serde_json::from_str(self.host.events.borrow().last().unwrap()).unwrap()
    }
}

/// The parameters of the good exchange.
pub fn good(subject_token: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", TOKEN_EXCHANGE),
        ("subject_token", subject_token),
        ("subject_token_type", JWT),
        ("scope", "read"),
    ]
}

/// The good exchange with one parameter changed (or taken out, or added).
pub fn changed<'a>(
    mut parameters: Vec<(&'a str, &'a str)>,
    name: &'a str,
    value: Option<&'a str>,
) -> Vec<(&'a str, &'a str)> {
    parameters.retain(|(key, _)| *key != name);
    parameters.extend(value.map(|value| (name, value)));
    parameters
}

/// A response that is easy to look into.
pub struct Reply(pub Response);

impl Reply {
    pub fn status(&self) -> u16 {
        self.0.status
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.header(name)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.0.body).unwrap_or_else(|_| panic!("not JSON: {}", self.0.body))
    }

    pub fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.0.body)).to_owned()
    }

    /// The claims of the issued JWT.
    pub fn claims(&self) -> Value {
        claims(&self.text("access_token"))
    }

    /// Makes sure of a refusal: status, code, the beginning of the sentence, and what every refusal has.
    #[track_caller]
    pub fn refused(&self, status: u16, error: &str, sentence: &str) {
        let body = self.json();
        assert_eq!((self.status(), body["error"].as_str().unwrap()), (status, error), "{body}");
        let description = body["error_description"].as_str().unwrap();
        assert!(description.starts_with(sentence), "{description:?} does not start with {sentence:?}");
        assert!(description.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\'));
        assert_eq!(body.as_object().unwrap().len(), 2);
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert_eq!(self.header("pragma"), Some("no-cache"));
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status(), 200, "{}", self.0.body);
        self
    }
}

/// Another RSA key: one whose modulus differs in a byte. It is nobody's, and looks like any other.
pub fn other_rsa(jwk: &Value, byte: usize) -> Value {
    let mut n = base64url::decode(jwk["n"].as_str().unwrap()).unwrap();
    n[100 + byte] ^= 1;
    let mut other = jwk.clone();
    other["n"] = json!(base64url::encode(&n));
    other
}

/// The payload of a JWT.
pub fn claims(token: &str) -> Value {
    serde_json::from_slice(&base64url::decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// The header of a JWT.
pub fn header(token: &str) -> Value {
    serde_json::from_slice(&base64url::decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

/// The good subject token with some claims changed; `null` takes one out.
pub fn subject_token(changes: &Value) -> String {
    let mut claims = json!({"iss": EXTERNAL, "sub": "alice", "exp": NOW + 3600});
    merge(&mut claims, changes);
    sign_text(r#"{"alg":"HS256","typ":"JWT"}"#, &claims.to_string())
}

pub fn merge(claims: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
}

/// A token of exactly this header and payload, signed with the issuer's secret.
pub fn sign_text(header: &str, payload: &str) -> String {
    sign_bytes(header.as_bytes(), payload.as_bytes())
}

pub fn sign_bytes(header: &[u8], payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    sign_input(&input)
}

pub fn sign_input(input: &str) -> String {
    let key = HmacKey::new(SECRET.as_bytes(), None).unwrap();
    format!("{input}.{}", base64url::encode(&key.sign(Algorithm::Hs256, input.as_bytes()).unwrap()))
}

pub fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", base64(format!("{}:{}", encode(id), encode(secret)).as_bytes()))
}

pub fn base64(bytes: &[u8]) -> String {
    let mut text = base64url::encode(bytes).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

pub fn form(parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// `application/x-www-form-urlencoded` (RFC 6749 appendix B).
pub fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
