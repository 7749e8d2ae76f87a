//! One request's way out: the effects that it waits for, left for the host, and the results that the host puts back.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::future::poll_fn;
use core::task::Poll;

use super::directory;
use super::random_pool::RandomPool;
use crate::audit::Event;
use crate::host::{
    Change, Changed, History, Host, HostFault, HostKey, Incoming, Outgoing, Page, Query, ResourceName, StoreFault,
    Stored, USER_AGENT, Unanswered, Unread, Versioned, Waiting,
};
use crate::jose::json::{self, Value};
use crate::jose::{Algorithm, ObjectWriter, base64url};

/// Takes out what has this number.
pub(super) fn take<T>(numbered: &RefCell<Vec<(u32, T)>>, number: u32) -> Option<T> {
    let mut numbered = numbered.borrow_mut();
    let index = numbered.iter().position(|(own, _)| *own == number)?;
    Some(numbered.swap_remove(index).1)
}

/// One request's way out.
#[derive(Default)]
pub(super) struct Mailbox {
    arrived: f64,
    /// The host's clock when it was last here, seconds.
    pub(super) latest: Cell<f64>,
    pool: Rc<RefCell<RandomPool>>,
    next_effect: Cell<u32>,
    /// What is to be performed, JSON texts.
    pub(super) effects: RefCell<Vec<String>>,
    results: RefCell<Vec<(u32, Result<Value<'static>, StoreFault>)>>,
    /// Whether the host counts events: then what it counts stands before each, and a tab.
    counts: bool,
    /// Audit events, with `\n` between them.
    pub(super) events: RefCell<String>,
    /// The host cannot be relied on any more: nothing is waited for.
    pub(super) broken: Cell<bool>,
}

impl Mailbox {
    /// For a request that arrived now, seconds.
    pub(super) fn new(now: f64, pool: Rc<RefCell<RandomPool>>, counts: bool) -> Self {
        Self { arrived: now, latest: Cell::new(now), pool, counts, ..Self::default() }
    }

    /// Leaves an effect for the host and waits for its result.
    async fn perform(&self, op: &'static str, mut effect: ObjectWriter) -> Result<Value<'static>, StoreFault> {
        let id = self.next_effect.get();
        self.next_effect.set(id.wrapping_add(1));
        effect.integer("id", u64::from(id));
        effect.text("op", op);
        self.effects.borrow_mut().push(effect.finish());
        poll_fn(|_| match take(&self.results, id) {
            Some(result) => Poll::Ready(result),
            None if self.broken.get() => Poll::Ready(Err(HostFault.into())),
            None => Poll::Pending,
        })
        .await
    }

    /// Puts back the results of effects, the JSON text of an array.
    pub(super) fn deliver(&self, results: &str) {
        let Ok(Value::Array(list)) = json::parse(results) else { return };
        for result in list {
            let Value::Object(mut result) = result else { continue };
            let id = result.get("id").and_then(Value::as_integer).and_then(|id| u32::try_from(id).ok());
            let Some(id) = id else { continue };
            let answer = match (result.remove("ok"), result.get("failed").and_then(Value::as_str)) {
                (Some(ok), _) => Ok(ok.into_owned()),
                (None, Some("later_version")) => Err(StoreFault::LaterVersion),
                (None, _) => Err(HostFault.into()),
            };
            self.results.borrow_mut().push((id, answer));
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
        Ok(self.perform(op, effect).await?)
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

    async fn read(&self, keys: &[String]) -> Result<Vec<Option<String>>, StoreFault> {
        let mut effect = ObjectWriter::new();
        effect.texts("keys", keys);
        Ok(directory::values(self.perform("read", effect).await?, keys.len())?)
    }

    async fn look(&self, names: &[ResourceName<'_>]) -> Result<Vec<Stored>, StoreFault> {
        Ok(directory::stored(self.perform("look", directory::look(names)).await?, names.len())?)
    }

    async fn change(&self, changes: &[Change<'_>], by: &str, at: u64) -> Result<Changed, StoreFault> {
        Ok(directory::changed(&self.perform("change", directory::change(changes, by, at)).await?)?)
    }

    async fn list(&self, query: &Query<'_>) -> Result<Page, StoreFault> {
        Ok(directory::page(&self.perform("list", directory::list(query)).await?)?)
    }

    async fn history(&self, name: ResourceName<'_>, offset: u64, count: u64) -> Result<History, StoreFault> {
        Ok(directory::versions(&self.perform("history", directory::history(name, offset, count)).await?)?)
    }

    async fn waiting(&self) -> Result<Option<Waiting>, HostFault> {
        directory::waiting(&self.perform("waiting", ObjectWriter::new()).await?)
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

    async fn fetch(&self, request: &Outgoing<'_>) -> Result<Incoming, Unanswered> {
        let mut effect = ObjectWriter::new();
        effect.text("url", request.url);
        effect.optional("form", request.form);
        effect.optional("authorization", request.authorization);
        effect.text("user_agent", USER_AGENT);
        effect.integer("limit", request.limit as u64);
        effect.integer("timeout", request.timeout);
        let answer = self.perform("fetch", effect).await.map_err(HostFault::from)?;
        let answer = answer.as_object().ok_or(Unanswered::Unknown)?;
        let text = |name| answer.get(name).and_then(Value::as_str);
        if let Some(code) = text("unanswered") {
            return Err(Unanswered::from_code(code));
        }
        let status = answer.get("status").and_then(Value::as_integer).and_then(|status| u16::try_from(status).ok());
        let unread = text("unread").and_then(Unread::from_code).unwrap_or(Unread::NotUtf8);
        Ok(Incoming {
            status: status.ok_or(Unanswered::Unknown)?,
            cache_control: text("cache_control").map(String::from),
            body: text("body").map(String::from).ok_or(unread),
        })
    }

    async fn pause(&self, milliseconds: u64) -> Result<(), HostFault> {
        let mut effect = ObjectWriter::new();
        effect.integer("milliseconds", milliseconds);
        self.perform("pause", effect).await?;
        Ok(())
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
        if !events.is_empty() {
            events.push('\n');
        }
        if self.counts {
            event.count_into(&mut events);
            events.push('\t');
        }
        event.append_to(&mut events);
    }
}
