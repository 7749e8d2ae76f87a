//! The boundary to JavaScript: strings and bytes in, strings out, no logic.
//!
//! The core's future is driven by hand. What it waits for are effects that it leaves in a mailbox; the host performs
//! them and puts the results back. So nothing calls JavaScript while the core runs, a request that need not wait costs
//! no promise, and a trap leaves nothing behind that could be resumed. The form of the strings is described in
//! `src/hosts/engine.ts`.

mod directory;
mod mailbox;
mod random_pool;

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::error::Reason;
use crate::http::{REQUEST_HEADERS, REQUEST_HEADERS_UNLESS_POST, Request, Response};
use crate::jose::json::{self, Value, write_integer};
use crate::jose::{ObjectWriter, array};
use crate::sts::{Config, Sts};
use crate::{http, limits, resource};
use mailbox::{Mailbox, take};
use random_pool::RandomPool;

/// A service and the requests that wait.
#[wasm_bindgen]
pub struct Core {
    sts: Rc<Sts>,
    pool: Rc<RefCell<RandomPool>>,
    counts: bool,
    waiting: RefCell<Vec<(u32, Task)>>,
    next_ticket: Cell<u32>,
    /// Where the host writes the text of its next call.
    text: RefCell<Vec<u8>>,
    left: Left,
}

struct Task {
    future: Pin<Box<dyn Future<Output = Done>>>,
    mailbox: Rc<Mailbox>,
}

/// How a request ended.
enum Done {
    /// The tag of the output and its payload.
    Text(char, String),
    Response(Response),
}

/// What a response left beside its output, to be taken before the next call. As strings of their own they cost the Workers
/// runtime less than parts of one: what JavaScript cuts out of a string is slower to write to a console or into an answer.
#[derive(Default)]
struct Left {
    events: RefCell<String>,
    body: RefCell<String>,
}

#[wasm_bindgen]
impl Core {
    /// A service with the configuration of `src/hosts/engine.ts`, as JSON text. Throws a `TypeError` that says what to
    /// do.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str) -> Result<Core, JsValue> {
        const FAULT: &str = "configuration: issuer and signing_keys are strings, cache_ttl and grants_since are whole numbers of seconds";
        let config = json::parse_object(config).map_err(|_| type_error(FAULT))?;
        let text = |name| config.get(name).and_then(Value::as_str);
        let is = |name| config.get(name).and_then(Value::as_bool) == Some(true);
        let seconds =
            |name| config.get(name).map(|value| value.as_integer().ok_or_else(|| type_error(FAULT))).transpose();
        let sts = Sts::new(&Config {
            issuer: text("issuer").unwrap_or_default(),
            signing_keys: text("signing_keys").unwrap_or_default(),
            signing_keys_2: text("signing_keys_2"),
            sign_with: text("sign_with"),
            admin_token: text("admin_token"),
            admin_tokens: text("admin_tokens"),
            secret_pepper: text("secret_pepper"),
            cache_ttl: seconds("cache_ttl")?,
            grants_since: seconds("grants_since")?.unwrap_or_default(),
            dpop_nonces: is("dpop_nonces"),
            dpop_replay_store: is("dpop_replay_store"),
            writable: is("writable"),
            replicated: is("replicated"),
            metrics: is("metrics"),
        });
        Ok(Core {
            sts: Rc::new(sts.map_err(|fault| type_error(&fault.0))?),
            pool: Rc::new(RefCell::new(RandomPool::new())),
            counts: is("counts"),
            waiting: RefCell::default(),
            next_ticket: Cell::new(0),
            text: RefCell::default(),
            left: Left::default(),
        })
    }

    /// Tries the signing keys. Refused with a sentence, as text, where one cannot be used.
    pub fn probe(&self, now: f64) -> String {
        let (sts, mailbox) = (Rc::clone(&self.sts), self.mailbox(now));
        let host = Rc::clone(&mailbox);
        let future = async move {
            match sts.probe(&*host).await {
                Ok(()) => Done::Text('=', String::new()),
                Err(sentence) => Done::Text('!', sentence),
            }
        };
        self.run(Task { future: Box::pin(future), mailbox })
    }

    /// The memory of the module, where [`Self::room`] is.
    pub fn memory(&self) -> JsValue {
        wasm_bindgen::memory()
    }

    /// Room for the text of the next call, of so many bytes at most: where in the memory it begins.
    pub fn room(&self, bytes: usize) -> *mut u8 {
        let mut text = self.text.borrow_mut();
        *text = vec![0; bytes];
        text.as_mut_ptr()
    }

    /// One token request, its parameters as a JSON object of so many bytes in [`Self::room`]. `now`: seconds.
    pub fn exchange(&self, bytes: usize, now: f64) -> String {
        let parameters = self.text(bytes);
        self.without_http(now, async move |sts, host| Ok(sts.exchange(&*host, &parameters).await?.to_json()))
    }

    /// One introspection, likewise.
    pub fn introspect(&self, bytes: usize, now: f64) -> String {
        let parameters = self.text(bytes);
        self.without_http(now, async move |sts, host| sts.introspect(&*host, &parameters).await)
    }

    /// One revocation, likewise. Its payload is empty.
    pub fn revoke(&self, bytes: usize, now: f64) -> String {
        let parameters = self.text(bytes);
        self.without_http(now, async move |sts, host| sts.revoke(&*host, &parameters).await.map(|()| String::new()))
    }

    /// One HTTP request: its head of so many bytes in [`Self::room`], its body. `now`: seconds.
    pub fn fetch(&self, bytes: usize, body: Vec<u8>, now: f64) -> String {
        let head = self.text(bytes);
        let (sts, mailbox) = (Rc::clone(&self.sts), self.mailbox(now));
        let host = Rc::clone(&mailbox);
        let future = async move {
            let response = sts.fetch(&*host, &Request::new(&head, &body)).await;
            Done::Response(response)
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

    /// The audit events of the request whose response the last call made, with `\n` between them; they are given once.
    pub fn events(&self) -> String {
        self.left.events.take()
    }

    /// The body of the response that the last call made; it is given once.
    pub fn body(&self) -> String {
        self.left.body.take()
    }

    /// What the host wrote into the room for it. Its encoder writes nothing but UTF-8.
    fn text(&self, bytes: usize) -> String {
        let mut text = self.text.take();
        text.truncate(bytes);
        String::from_utf8(text).unwrap_or_default()
    }

    /// `work` gives the payload, or why it is refused.
    fn without_http(
        &self,
        now: f64,
        work: impl AsyncFnOnce(Rc<Sts>, Rc<Mailbox>) -> Result<String, Reason> + 'static,
    ) -> String {
        let (sts, mailbox) = (Rc::clone(&self.sts), self.mailbox(now));
        let host = Rc::clone(&mailbox);
        let future = async move {
            match work(sts, host).await {
                Ok(payload) => Done::Text('=', payload),
                Err(reason) => Done::Text('!', refusal(reason)),
            }
        };
        self.run(Task { future: Box::pin(future), mailbox })
    }

    fn mailbox(&self, now: f64) -> Rc<Mailbox> {
        Rc::new(Mailbox::new(now, Rc::clone(&self.pool), self.counts))
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
        match polled {
            Poll::Ready(Done::Text(tag, payload)) => output(tag, &events, &payload),
            Poll::Ready(Done::Response(response)) => {
                let head = response.head();
                self.left.events.replace(events);
                self.left.body.replace(response.body);
                output('>', "", &head)
            }
            Poll::Pending => {
                let ticket = self.next_ticket.get();
                self.next_ticket.set(ticket.wrapping_add(1));
                let mut waits = String::new();
                write_integer(u64::from(ticket), &mut waits);
                waits.push_str("\n[");
                waits.push_str(&task.mailbox.effects.take().join(","));
                waits.push(']');
                self.waiting.borrow_mut().push((ticket, task));
                output('?', &events, &waits)
            }
        }
    }
}

fn output(tag: char, events: &str, payload: &str) -> String {
    let mut output = String::with_capacity(events.len().saturating_add(payload.len()).saturating_add(2));
    output.push(tag);
    output.push_str(events);
    output.push('\u{1e}');
    output.push_str(payload);
    output
}

/// What a refused request tells, JSON text.
fn refusal(reason: Reason) -> String {
    let wire = reason.wire();
    let mut refusal = ObjectWriter::new();
    refusal.text("error", wire.error);
    refusal.text("error_description", &wire.description);
    refusal.integer("status", u64::from(wire.status));
    refusal.text("reason", &reason.code());
    refusal.finish()
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
    let entries = resource::entries(resources, now as u64).map_err(|faults| all_faults(&faults))?;
    let entries: Vec<Entry<'_>> = entries.iter().map(|(key, value)| Entry { key, value }).collect();
    serde_wasm_bindgen::to_value(&entries).map_err(|_| type_error("resources: they cannot be handed over"))
}

/// The same array as the changes that put it into an empty directory (`Change` of `src/hosts/directory/directory.ts`): the JSON
/// text of an array. Throws a `TypeError` with every fault, one a line.
#[wasm_bindgen]
pub fn listed(resources: &str, now: f64) -> Result<String, JsValue> {
    let listed = resource::listed(resources, now as u64).map_err(|faults| all_faults(&faults))?;
    Ok(array(&listed.iter().map(resource::Listed::to_json).collect::<Vec<_>>()))
}

fn all_faults(faults: &[resource::Fault]) -> JsValue {
    let lines = faults.iter().map(|fault| [&*fault.expression, &*fault.diagnostics].join(": "));
    type_error(&lines.collect::<Vec<_>>().join("\n"))
}

/// What each expression of resources gives for given claims, as [`crate::policy::trial`] has it. Throws a `TypeError`.
#[wasm_bindgen]
pub fn trial(request: &str) -> Result<String, JsValue> {
    crate::policy::trial(request).map_err(|faults| type_error(&faults))
}

/// What is probably not meant in the expressions of a resource, as [`crate::policy::rule_doubts`] has it.
#[wasm_bindgen]
pub fn rule_doubts(resource: &str) -> String {
    crate::policy::rule_doubts(resource)
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
    json::fault_in(text)
}

/// The answer of a host that cannot serve; `faults`: what is missing, one a line.
#[wasm_bindgen]
pub fn unavailable(head: &str, faults: &str) -> String {
    let response = http::unavailable(&Request::new(head, &[]), faults);
    [response.head(), response.body].join("\n\n")
}

/// The names of the request headers that are read, one a line; behind an empty line those that are never read of a POST.
#[wasm_bindgen]
pub fn request_headers() -> String {
    [REQUEST_HEADERS.join("\n"), REQUEST_HEADERS_UNLESS_POST.join("\n")].join("\n\n")
}

/// Bytes of the longest body that is accepted.
#[wasm_bindgen]
pub fn body_limit() -> u32 {
    u32::try_from(limits::BODY).unwrap_or(u32::MAX)
}

fn type_error(message: &str) -> JsValue {
    js_sys::TypeError::new(message).into()
}
