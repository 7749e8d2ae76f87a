//! The boundary to JavaScript: strings and bytes in, strings out, no logic.
//!
//! The core's future is driven by hand. What it waits for are effects that it leaves in a mailbox; the host performs
//! them and puts the results back. So nothing calls JavaScript while the core runs, a request that need not wait costs
//! no promise, and a trap leaves nothing behind that could be resumed. The form of the strings is described in
//! `src/hosts/engine.ts`.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use serde::Serialize;
use wasm_bindgen::prelude::*;
use zeroize::Zeroize;

use crate::audit::Event;
use crate::host::{Host, HostFault, HostKey, Incoming, Outgoing, Versioned};
use crate::http::{REQUEST_HEADERS, Request};
use crate::jose::json::{self, Value, write_integer};
use crate::jose::{Algorithm, ObjectWriter, array, base64url};
use crate::sts::{Config, Sts};
use crate::{http, limits, resource};

/// A service and the requests that wait.
#[wasm_bindgen]
pub struct Core {
    sts: Rc<Sts>,
    pool: Rc<RefCell<RandomPool>>,
    waiting: RefCell<Vec<(u32, Task)>>,
    next_ticket: Cell<u32>,
}

struct Task {
    future: Pin<Box<dyn Future<Output = Done>>>,
    mailbox: Rc<Mailbox>,
}

/// The tag of a finished output, and its payload.
struct Done(char, String);

#[wasm_bindgen]
impl Core {
    /// A service with the configuration of `src/hosts/engine.ts`, as JSON text. Throws a `TypeError` that says what to
    /// do.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str) -> Result<Core, JsValue> {
        const FAULT: &str =
            "configuration: issuer and signing_keys are strings, cache_ttl is a whole number of seconds";
        let config = json::parse_object(config).map_err(|_| type_error(FAULT))?;
        let text = |name| config.get(name).and_then(Value::as_str);
        let cache_ttl = config.get("cache_ttl").map(|ttl| ttl.as_integer().ok_or_else(|| type_error(FAULT)));
        let sts = Sts::new(&Config {
            issuer: text("issuer").unwrap_or_default(),
            signing_keys: text("signing_keys").unwrap_or_default(),
            signing_keys_2: text("signing_keys_2"),
            sign_with: text("sign_with"),
            admin_token: text("admin_token"),
            cache_ttl: cache_ttl.transpose()?,
            writable: config.get("writable").and_then(Value::as_bool) == Some(true),
        });
        Ok(Core {
            sts: Rc::new(sts.map_err(|fault| type_error(&fault.0))?),
            pool: Rc::new(RefCell::new(RandomPool::new())),
            waiting: RefCell::default(),
            next_ticket: Cell::new(0),
        })
    }

    /// Tries the signing keys. Refused with a sentence, as text, where one cannot be used.
    pub fn probe(&self, now: f64) -> String {
        let (sts, mailbox) = (Rc::clone(&self.sts), self.mailbox(now));
        let host = Rc::clone(&mailbox);
        let future = async move {
            match sts.probe(&*host).await {
                Ok(()) => Done('=', String::new()),
                Err(sentence) => Done('!', sentence),
            }
        };
        self.run(Task { future: Box::pin(future), mailbox })
    }

    /// One token request, its parameters as the text of a JSON object. `now`: seconds.
    pub fn exchange(&self, parameters: String, now: f64) -> String {
        let (sts, mailbox) = (Rc::clone(&self.sts), self.mailbox(now));
        let host = Rc::clone(&mailbox);
        let future = async move {
            match sts.exchange(&*host, &parameters).await {
                Ok(answer) => Done('=', answer.to_json()),
                Err(reason) => {
                    let wire = reason.wire();
                    let code = reason.code();
                    let mut refusal = ObjectWriter::new();
                    refusal.text("error", wire.error);
                    refusal.text("error_description", &wire.description);
                    refusal.integer("status", u64::from(wire.status));
                    refusal.text("reason", &code);
                    Done('!', refusal.finish())
                }
            }
        };
        self.run(Task { future: Box::pin(future), mailbox })
    }

    /// One HTTP request: its head as text, its body as bytes. `now`: seconds.
    pub fn fetch(&self, head: String, body: Vec<u8>, now: f64) -> String {
        let (sts, mailbox) = (Rc::clone(&self.sts), self.mailbox(now));
        let host = Rc::clone(&mailbox);
        let future = async move {
            let response = sts.fetch(&*host, &Request::new(&head, &body)).await;
            Done('=', response.to_text())
        };
        self.run(Task { future: Box::pin(future), mailbox })
    }

    /// Goes on with a request, given the results of its effects as the text of a JSON array.
    pub fn resume(&self, ticket: u32, results: &str, now: f64) -> String {
        let Some(task) = take(&self.waiting, ticket) else { return String::from("=\u{1e}") };
        task.mailbox.latest.set(now);
        task.mailbox.deliver(results);
        self.run(task)
    }

    /// Forgets a request that waits.
    pub fn abandon(&self, ticket: u32) {
        take(&self.waiting, ticket);
    }

    fn mailbox(&self, now: f64) -> Rc<Mailbox> {
        let pool = Rc::clone(&self.pool);
        Rc::new(Mailbox { arrived: now, latest: Cell::new(now), pool, ..Mailbox::default() })
    }

    fn run(&self, mut task: Task) -> String {
        let mut context = Context::from_waker(Waker::noop());
        let mut polled = task.future.as_mut().poll(&mut context);
        if polled.is_pending() && task.mailbox.effects.borrow().is_empty() {
            // Nothing is under way that could be waited for: the host gave results that cannot be read.
            task.mailbox.broken.set(true);
            polled = task.future.as_mut().poll(&mut context);
        }
        let events = task.mailbox.events.take();
        let mut output = String::with_capacity(events.len().saturating_add(1024));
        match polled {
            Poll::Ready(Done(tag, payload)) => {
                output.push(tag);
                output.push_str(&events);
                output.push('\u{1e}');
                output.push_str(&payload);
            }
            Poll::Pending => {
                let ticket = self.next_ticket.get();
                self.next_ticket.set(ticket.wrapping_add(1));
                output.push('?');
                output.push_str(&events);
                output.push('\u{1e}');
                write_integer(u64::from(ticket), &mut output);
                output.push_str("\n[");
                output.push_str(&task.mailbox.effects.take().join(","));
                output.push(']');
                self.waiting.borrow_mut().push((ticket, task));
            }
        }
        output
    }
}

/// One entry of the store of resources.
#[derive(Serialize)]
struct Entry<'a> {
    key: &'a str,
    value: &'a str,
}

/// The entries of a store, `{key, value}[]`, for the JSON text of an array of resources. Throws a `TypeError` with
/// every fault, one a line.
#[wasm_bindgen]
pub fn entries(resources: &str, now: f64) -> Result<JsValue, JsValue> {
    let entries = resource::entries(resources, now as u64).map_err(|faults| {
        let lines = faults.iter().map(|fault| [&*fault.expression, &*fault.diagnostics].join(": "));
        type_error(&lines.collect::<Vec<_>>().join("\n"))
    })?;
    let entries: Vec<Entry<'_>> = entries.iter().map(|(key, value)| Entry { key, value }).collect();
    serde_wasm_bindgen::to_value(&entries).map_err(|_| type_error("resources: they cannot be handed over"))
}

/// What is doubtful about resources that are right: `{code, path, message}[]` for the JSON text of an array of them; a path
/// begins with the index, such as `[2].Client.secret`.
#[wasm_bindgen]
pub fn findings(resources: &str) -> Result<JsValue, JsValue> {
    #[derive(Serialize)]
    struct Finding<'a> {
        code: &'a str,
        path: &'a str,
        message: &'a str,
    }
    let found = resource::findings_of_all(resources);
    let found: Vec<Finding<'_>> = found
        .iter()
        .map(|fault| Finding { code: fault.code, path: &fault.expression, message: &fault.diagnostics })
        .collect();
    serde_wasm_bindgen::to_value(&found).map_err(|_| type_error("resources: they cannot be handed over"))
}

/// Where the text is no JSON, or not the strict kind that is read here: `line 3, column 5: sentence`.
#[wasm_bindgen]
pub fn json_fault(text: &str) -> Option<String> {
    resource::json_fault(text)
}

/// The answer of a host that cannot serve; `faults`: what is missing, one a line.
#[wasm_bindgen]
pub fn unavailable(head: &str, faults: &str) -> String {
    http::unavailable(&Request::new(head, &[]), faults).to_text()
}

/// The names of the request headers that are read, one a line.
#[wasm_bindgen]
pub fn request_headers() -> String {
    REQUEST_HEADERS.join("\n")
}

/// Bytes of the longest body that is accepted.
#[wasm_bindgen]
pub fn body_limit() -> u32 {
    u32::try_from(limits::BODY).unwrap_or(u32::MAX)
}

/// Takes out what has this number.
fn take<T>(numbered: &RefCell<Vec<(u32, T)>>, number: u32) -> Option<T> {
    let mut numbered = numbered.borrow_mut();
    let index = numbered.iter().position(|(own, _)| *own == number)?;
    Some(numbered.swap_remove(index).1)
}

fn type_error(message: &str) -> JsValue {
    js_sys::TypeError::new(message).into()
}

/// One request's way out.
#[derive(Default)]
struct Mailbox {
    arrived: f64,
    latest: Cell<f64>,
    pool: Rc<RefCell<RandomPool>>,
    next_effect: Cell<u32>,
    effects: RefCell<Vec<String>>,
    results: RefCell<Vec<(u32, Option<Value<'static>>)>>,
    events: RefCell<String>,
    /// The host cannot be relied on any more: nothing is waited for.
    broken: Cell<bool>,
}

impl Mailbox {
    /// Leaves an effect for the host and waits for its result.
    async fn perform(&self, op: &'static str, mut effect: ObjectWriter) -> Result<Value<'static>, HostFault> {
        let id = self.next_effect.get();
        self.next_effect.set(id.wrapping_add(1));
        effect.integer("id", u64::from(id));
        effect.text("op", op);
        self.effects.borrow_mut().push(effect.finish());
        poll_fn(|_| match take(&self.results, id) {
            Some(result) => Poll::Ready(result.ok_or(HostFault)),
            None if self.broken.get() => Poll::Ready(Err(HostFault)),
            None => Poll::Pending,
        })
        .await
    }

    fn deliver(&self, results: &str) {
        let Ok(Value::Array(list)) = json::parse(results) else { return };
        for result in list {
            let Value::Object(mut result) = result else { continue };
            let id = result.get("id").and_then(Value::as_integer).and_then(|id| u32::try_from(id).ok());
            let Some(id) = id else { continue };
            let ok = result.remove("ok").map(Value::into_owned);
            self.results.borrow_mut().push((id, ok));
        }
    }

    async fn cryptography(
        &self,
        op: &'static str,
        algorithm: Algorithm,
        key: HostKey<'_>,
        data: Option<&[u8]>,
        signature: Option<&[u8]>,
    ) -> Result<Value<'static>, HostFault> {
        let mut member = ObjectWriter::new();
        member.text("id", key.id);
        member.json("jwk", key.jwk);
        let mut effect = ObjectWriter::new();
        effect.text("alg", algorithm.name());
        effect.json("key", &member.finish());
        if let Some(data) = data {
            // What JOSE signs is ASCII (RFC 7515 section 5.1).
            effect.text("data", core::str::from_utf8(data).map_err(|_| HostFault)?);
        }
        if let Some(signature) = signature {
            effect.text("signature", &base64url::encode(signature));
        }
        self.perform(op, effect).await
    }
}

impl Host for Mailbox {
    fn now(&self) -> u64 {
        self.arrived as u64
    }

    fn elapsed_ms(&self) -> u64 {
        ((self.latest.get() - self.arrived) * 1000.0) as u64
    }

    fn random(&self, out: &mut [u8]) -> Result<(), HostFault> {
        self.pool.borrow_mut().fill(out)
    }

    async fn read(&self, keys: &[String]) -> Result<Vec<Option<String>>, HostFault> {
        let mut effect = ObjectWriter::new();
        effect.texts("keys", keys);
        let Value::Array(values) = self.perform("read", effect).await? else { return Err(HostFault) };
        if values.len() != keys.len() {
            return Err(HostFault);
        }
        let values = values.into_iter().map(|value| match value {
            Value::String(text) => Ok(Some(text.into_owned())),
            Value::Null => Ok(None),
            _ => Err(HostFault),
        });
        values.collect()
    }

    async fn write(&self, changes: &[(String, Option<String>)]) -> Result<(), HostFault> {
        let changes = changes.iter().map(|(key, value)| {
            let value = value.as_ref().map_or(Value::Null, |value| Value::from(value.as_str()));
            Value::Array([Value::from(key.as_str()), value].into()).to_json()
        });
        let mut effect = ObjectWriter::new();
        effect.json("changes", &array(&changes.collect::<Vec<_>>()));
        self.perform("write", effect).await.map(|_| ())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, HostFault> {
        let mut effect = ObjectWriter::new();
        effect.text("prefix", prefix);
        let Value::Array(keys) = self.perform("list", effect).await? else { return Err(HostFault) };
        keys.iter().map(|key| key.as_str().map(String::from).ok_or(HostFault)).collect()
    }

    async fn read_grant(&self, id: &str) -> Result<Option<Versioned>, HostFault> {
        let mut effect = ObjectWriter::new();
        effect.text("grant", id);
        match self.perform("grant_read", effect).await? {
            Value::Null => Ok(None),
            Value::Object(found) => {
                let version = found.get("version").and_then(Value::as_integer).ok_or(HostFault)?;
                let value = found.get("value").and_then(Value::as_str).ok_or(HostFault)?;
                Ok(Some(Versioned { version, value: String::from(value) }))
            }
            _ => Err(HostFault),
        }
    }

    async fn write_grant(&self, id: &str, expected: Option<u64>, value: &str, expires: u64) -> Result<bool, HostFault> {
        let mut effect = ObjectWriter::new();
        effect.text("grant", id);
        match expected {
            Some(version) => effect.integer("expected", version),
            None => effect.json("expected", "null"),
        }
        effect.text("value", value);
        effect.integer("expires", expires);
        self.perform("grant_write", effect).await?.as_bool().ok_or(HostFault)
    }

    async fn sign(&self, algorithm: Algorithm, key: HostKey<'_>, data: &[u8]) -> Result<Vec<u8>, HostFault> {
        let signature = self.cryptography("sign", algorithm, key, Some(data), None).await?;
        signature.as_str().and_then(base64url::decode).ok_or(HostFault)
    }

    async fn verify(
        &self,
        algorithm: Algorithm,
        key: HostKey<'_>,
        data: &[u8],
        signature: &[u8],
    ) -> Result<bool, HostFault> {
        self.cryptography("verify", algorithm, key, Some(data), Some(signature)).await?.as_bool().ok_or(HostFault)
    }

    async fn can_verify(&self, algorithm: Algorithm, key: HostKey<'_>) -> Result<bool, HostFault> {
        self.cryptography("can_verify", algorithm, key, None, None).await?.as_bool().ok_or(HostFault)
    }

    async fn fetch(&self, request: &Outgoing<'_>) -> Result<Incoming, HostFault> {
        let mut effect = ObjectWriter::new();
        effect.text("url", request.url);
        effect.optional("form", request.form);
        effect.optional("authorization", request.authorization);
        effect.integer("limit", request.limit as u64);
        effect.integer("timeout", request.timeout);
        let answer = self.perform("fetch", effect).await?;
        let answer = answer.as_object().ok_or(HostFault)?;
        let text = |name| answer.get(name).and_then(Value::as_str).map(String::from);
        let status = answer.get("status").and_then(Value::as_integer).and_then(|status| u16::try_from(status).ok());
        Ok(Incoming { status: status.ok_or(HostFault)?, cache_control: text("cache_control"), body: text("body") })
    }

    async fn pause(&self, milliseconds: u64) -> Result<(), HostFault> {
        let mut effect = ObjectWriter::new();
        effect.integer("milliseconds", milliseconds);
        self.perform("pause", effect).await.map(|_| ())
    }

    async fn limit(&self, name: &str) -> Result<Option<bool>, HostFault> {
        let mut effect = ObjectWriter::new();
        effect.text("name", name);
        match self.perform("limit", effect).await? {
            Value::Null => Ok(None),
            within => within.as_bool().map(Some).ok_or(HostFault),
        }
    }

    fn audit(&self, event: &Event) {
        let mut events = self.events.borrow_mut();
        events.push_str(&event.to_json());
        events.push('\n');
    }
}

/// Random bytes drawn in advance: one call of `crypto.getRandomValues` costs as much as a whole HMAC. Bytes are wiped
/// when they are given out.
struct RandomPool {
    bytes: Box<[u8; POOL]>,
    used: usize,
}

const POOL: usize = 4096;

impl RandomPool {
    fn new() -> Self {
        Self { bytes: Box::new([0; POOL]), used: POOL }
    }

    fn fill(&mut self, out: &mut [u8]) -> Result<(), HostFault> {
        if out.len() > POOL {
            return Err(HostFault);
        }
        if self.used.saturating_add(out.len()) > POOL {
            getrandom::fill(&mut *self.bytes).map_err(|_| HostFault)?;
            self.used = 0;
        }
        let end = self.used.saturating_add(out.len());
        let drawn = self.bytes.get_mut(self.used..end).ok_or(HostFault)?;
        out.copy_from_slice(drawn);
        drawn.zeroize();
        self.used = end;
        Ok(())
    }
}

impl Default for RandomPool {
    fn default() -> Self {
        Self::new()
    }
}
