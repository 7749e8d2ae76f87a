//! A host in memory, with a clock that stands still and randomness from a seed, and one good case to change things in.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use edge_sts::audit::Event;
use edge_sts::host::{HostFault, HostKey, Incoming, Outgoing, Versioned};
use edge_sts::http::{Request, Response};
use edge_sts::jose::{Algorithm, HmacKey, base64url};
use edge_sts::{Config, Host, Sts, resource};
use serde_json::{Value, json};

#[path = "rust_crypto.rs"]
mod rust_crypto;

pub const NOW: u64 = 1_800_000_000;
pub const ISSUER: &str = "https://sts.example";
pub const EXTERNAL: &str = "https://issuer.example";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const ADMIN: &str = "admin-token-of-the-tests";
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
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
    pub resources: RefCell<BTreeMap<String, String>>,
    pub grants: RefCell<BTreeMap<String, (u64, String, u64)>>,
    pub events: RefCell<Vec<String>>,
    /// Rounds of reading resources.
    pub reads: Cell<usize>,
    /// Lists of keys of resources.
    pub lists: Cell<usize>,
    /// How many writes of resources succeed before the store throws.
    pub writes_left: Cell<Option<usize>>,
    /// Signatures that were verified here, and readings of the clock.
    pub verified: Cell<usize>,
    pub clock_readings: Cell<usize>,
    /// Whether every store throws.
    pub broken: Cell<bool>,
    /// What other servers answer, by URL.
    pub servers: RefCell<BTreeMap<String, Served>>,
    /// What was sent to them.
    pub sent: RefCell<Vec<Sent>>,
    /// The platform's limit, where it has one: how often it says yes, and the names that it was asked for.
    pub limit: RefCell<Option<(usize, Vec<String>)>>,
    random: Cell<u64>,
}

impl MemoryHost {
    fn check(&self) -> Result<(), HostFault> {
        if self.broken.get() { Err(HostFault) } else { Ok(()) }
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

    async fn read(&self, keys: &[String]) -> Result<Vec<Option<String>>, HostFault> {
        self.check()?;
        self.reads.set(self.reads.get() + 1);
        Ok(keys.iter().map(|key| self.resources.borrow().get(key).cloned()).collect())
    }

    async fn write(&self, changes: &[(String, Option<String>)]) -> Result<(), HostFault> {
        self.check()?;
        for (key, value) in changes {
            if let Some(left) = self.writes_left.get() {
                self.writes_left.set(Some(left.checked_sub(1).ok_or(HostFault)?));
            }
            match value {
                Some(value) => self.resources.borrow_mut().insert(key.clone(), value.clone()),
                None => self.resources.borrow_mut().remove(key),
            };
        }
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, HostFault> {
        self.check()?;
        self.lists.set(self.lists.get() + 1);
        Ok(self.resources.borrow().keys().filter(|key| key.starts_with(prefix)).cloned().collect())
    }

    async fn read_grant(&self, id: &str) -> Result<Option<Versioned>, HostFault> {
        self.check()?;
        let grants = self.grants.borrow();
        Ok(grants.get(id).map(|(version, value, _)| Versioned { version: *version, value: value.clone() }))
    }

    async fn write_grant(&self, id: &str, expected: Option<u64>, value: &str, expires: u64) -> Result<bool, HostFault> {
        self.check()?;
        let mut grants = self.grants.borrow_mut();
        let version = grants.get(id).map(|(version, _, _)| *version);
        if version != expected {
            return Ok(false);
        }
        grants.insert(id.to_owned(), (version.unwrap_or(0) + 1, value.to_owned(), expires));
        Ok(true)
    }

    async fn sign(&self, algorithm: Algorithm, key: HostKey<'_>, data: &[u8]) -> Result<Vec<u8>, HostFault> {
        use p256::ecdsa::signature::Signer;
        assert_eq!(algorithm, Algorithm::Es256);
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
        Ok(rust_crypto::verify(algorithm, key.jwk, data, signature).unwrap_or(false))
    }

    async fn can_verify(&self, algorithm: Algorithm, key: HostKey<'_>) -> Result<bool, HostFault> {
        Ok(rust_crypto::can_verify(algorithm, key.jwk))
    }

    async fn fetch(&self, request: &Outgoing<'_>) -> Result<Incoming, HostFault> {
        let authorization = request.authorization.map(str::to_owned);
        self.sent.borrow_mut().push(Sent {
            url: request.url.to_owned(),
            form: request.form.map(str::to_owned),
            authorization,
        });
        let Served { status, cache_control, body } =
            self.servers.borrow().get(request.url).cloned().ok_or(HostFault)?;
        let body = Some(body).filter(|body| body.len() <= request.limit);
        Ok(Incoming { status, cache_control, body })
    }

    async fn pause(&self, _: u64) -> Result<(), HostFault> {
        Err(HostFault) // nothing is ever under way here
    }

    async fn limit(&self, name: &str) -> Result<Option<bool>, HostFault> {
        let mut limit = self.limit.borrow_mut();
        Ok(limit.as_mut().map(|(left, names)| {
            names.push(name.to_owned());
            *left = left.saturating_sub(1);
            *left > 0
        }))
    }

    fn audit(&self, event: &Event) {
        self.events.borrow_mut().push(event.to_json());
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
        let entries = resource::entries(&resources.to_string(), NOW).unwrap_or_else(|faults| panic!("{faults:?}"));
        host.resources.borrow_mut().extend(entries);
        let config =
            Config { issuer, signing_keys: keys, admin_token: Some(ADMIN), writable: true, ..Config::default() };
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
