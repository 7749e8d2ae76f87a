//! A host of which any one call can be made to go wrong: the calls of a request are counted, and the one with a given
//! number fails, answers late, answers garbage, never answers, or did its work and loses the answer.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, pending};

use edge_sts::Host;
use edge_sts::audit::Event;
use edge_sts::host::{
    Change, Changed, History, HostFault, HostKey, Incoming, Outgoing, Page, Query, ResourceName, StoreFault, Stored,
    Unanswered, Versioned, Waiting,
};
use edge_sts::jose::Algorithm;

use super::fault::{Fault, Step};
use super::fetched::fetched;
use crate::common::MemoryHost;

/// The host of one request.
pub struct FaultyHost<'a> {
    inner: &'a MemoryHost,
    fault: Option<(usize, Fault)>,
    steps: RefCell<Vec<Step>>,
    down: Cell<bool>,
    late: Cell<u64>,
}

thread_local! {
    /// What was verified before: a signature takes milliseconds without optimisation.
    static VERIFIED: RefCell<BTreeMap<Vec<u8>, bool>> = RefCell::default();
    /// And what was signed; all runs begin with the same random numbers.
    static SIGNED: RefCell<BTreeMap<Vec<u8>, Vec<u8>>> = RefCell::default();
}

impl<'a> FaultyHost<'a> {
    /// A host of which the call with this number goes wrong, if there is one.
    pub fn new(inner: &'a MemoryHost, fault: Option<(usize, Fault)>) -> Self {
        Self { inner, fault, steps: RefCell::default(), down: Cell::new(false), late: Cell::new(0) }
    }

    /// The calls that were made.
    pub fn steps(&self) -> Vec<Step> {
        self.steps.borrow().clone()
    }

    /// What goes wrong with the call that is made now.
    fn begin(&self, step: Step) -> Option<Fault> {
        let mut steps = self.steps.borrow_mut();
        steps.push(step);
        if self.down.get() {
            return Some(Fault::Fails);
        }
        let (_, fault) = self.fault.filter(|(place, _)| place + 1 == steps.len())?;
        self.down.set(matches!(fault, Fault::Down | Fault::LostThenDown));
        Some(fault)
    }

    /// One call: its work is done or not, and its answer arrives or not.
    async fn call<T, E>(
        &self,
        step: Step,
        error: E,
        work: impl Future<Output = Result<T, E>>,
        garbage: impl FnOnce(usize, T) -> Result<T, E>,
    ) -> Result<T, E> {
        match self.begin(step) {
            None => work.await,
            Some(Fault::Fails | Fault::Down) => Err(error),
            Some(Fault::Lost | Fault::LostThenDown) => work.await.and(Err(error)),
            Some(Fault::HangsBefore) => pending().await,
            Some(Fault::HangsAfter) => {
                let _ = work.await;
                pending().await
            }
            Some(Fault::Late(seconds)) => {
                let answer = work.await;
                self.inner.now.set(self.inner.now.get() + seconds);
                self.late.set(self.late.get() + seconds);
                answer
            }
            Some(Fault::Garbage(which)) => garbage(which, work.await?),
        }
    }

    /// A document that was not asked for.
    fn of_another(&self) -> Option<String> {
        self.inner.resources.borrow().get("User/alice").cloned()
    }
}

impl Host for FaultyHost<'_> {
    fn now(&self) -> u64 {
        let now = self.inner.now();
        match self.begin(Step::Now) {
            Some(Fault::Garbage(which)) => [0, u64::MAX, now - 86_400, now + 365 * 86_400, 253_402_300_799][which],
            _ => now,
        }
    }

    fn elapsed_ms(&self) -> u64 {
        self.late.get() * 1000
    }

    fn random(&self, out: &mut [u8]) -> Result<(), HostFault> {
        match self.begin(Step::Random) {
            None => self.inner.random(out),
            Some(Fault::Garbage(_)) => {
                out.fill(0);
                Ok(())
            }
            Some(_) => Err(HostFault),
        }
    }

    async fn read(&self, keys: &[String]) -> Result<Vec<Option<String>>, StoreFault> {
        let garbage = |which, mut values: Vec<Option<String>>| {
            let all = |text: &str| keys.iter().map(|_| Some(text.to_owned())).collect();
            Ok(match which {
                0 => Vec::new(),
                1 => {
                    values.push(self.of_another());
                    values
                }
                2 => all("<html>"),
                3 => all("{}"),
                4 => all("[]"),
                5 => keys.iter().map(|_| self.of_another()).collect(),
                6 => values.into_iter().rev().collect(),
                7 => values.iter().map(|_| None).collect(),
                _ => all(&"[".repeat(10_000)),
            })
        };
        self.call(Step::Read, HostFault.into(), self.inner.read(keys), garbage).await
    }

    async fn look(&self, names: &[ResourceName<'_>]) -> Result<Vec<Stored>, StoreFault> {
        let garbage = |which, mut found: Vec<Stored>| {
            let all = |version, document: Option<String>| {
                names.iter().map(|_| Stored { version, document: document.clone() }).collect()
            };
            Ok(match which {
                0 => Vec::new(),
                1 => {
                    found.push(Stored::default());
                    found
                }
                2 => all(1, Some("<html>".to_owned())),
                3 => all(u64::MAX, self.of_another()),
                _ => all(1, self.of_another()),
            })
        };
        self.call(Step::Look, HostFault.into(), self.inner.look(names), garbage).await
    }

    async fn change(&self, changes: &[Change<'_>], by: &str, at: u64) -> Result<Changed, StoreFault> {
        // Not done, and a reason for it that there is not.
        let refuses = self
            .fault
            .is_some_and(|(place, fault)| place == self.steps.borrow().len() && matches!(fault, Fault::Garbage(_)));
        let work = async { if refuses { Ok(Changed::Done) } else { self.inner.change(changes, by, at).await } };
        let garbage = |which: usize, _| {
            let taken = |place| Changed::Taken { place, key: String::new(), holder: "User/another".to_owned() };
            Ok([Changed::Outdated(0), Changed::Outdated(usize::MAX), taken(0), taken(usize::MAX)][which].clone())
        };
        self.call(Step::Change, HostFault.into(), work, garbage).await
    }

    async fn list(&self, query: &Query<'_>) -> Result<Page, StoreFault> {
        let garbage = |which, page: Page| {
            let Page { total, documents } = page;
            let all = |text: &str| documents.iter().map(|_| text.to_owned()).collect();
            Ok(match which {
                0 => Page { total: 0, documents },
                1 => Page { total: u64::MAX, documents },
                2 => Page { total, documents: all("<html>") },
                3 => Page { total, documents: all("{}") },
                4 => Page { total, documents: documents.iter().chain(&documents).cloned().collect() },
                _ => Page { total, documents: Vec::new() },
            })
        };
        self.call(Step::List, HostFault.into(), self.inner.list(query), garbage).await
    }

    async fn history(&self, name: ResourceName<'_>, offset: u64, count: u64) -> Result<History, StoreFault> {
        let garbage = |which: usize, history: History| {
            let History { total, mut versions } = history;
            let document = [None, None, Some("<html>"), Some("{}"), None, None][which];
            if which >= 2 {
                versions.iter_mut().for_each(|version| version.document = document.map(str::to_owned));
            }
            Ok(match which {
                0 => History { total: 0, versions },
                1 => History { total: u64::MAX, versions },
                5 => History { total, versions: Vec::new() },
                _ => History { total, versions },
            })
        };
        self.call(Step::History, HostFault.into(), self.inner.history(name, offset, count), garbage).await
    }

    async fn waiting(&self) -> Result<Option<Waiting>, HostFault> {
        let garbage = |_, _| Ok(Some(Waiting { keys: u64::MAX, since: Some(u64::MAX) }));
        self.call(Step::Waiting, HostFault, self.inner.waiting(), garbage).await
    }

    async fn read_grant(&self, id: &str) -> Result<Option<Versioned>, HostFault> {
        let garbage = |which, found: Option<Versioned>| {
            let version = found.as_ref().map_or(1, |found| found.version);
            let value = found.map_or_else(String::new, |found| found.value);
            let another = || {
                let grants = self.inner.grants.borrow();
                grants.iter().find(|(name, _)| *name != id).map(|(_, (_, value, _))| value.clone())
            };
            let (version, value) = match which {
                0 => return Ok(None),
                1 => (version, "<html>".to_owned()),
                2 => (version, "{}".to_owned()),
                3 => (u64::MAX, value),
                4 => (0, value),
                5 => (version, value[..value.len() / 2].to_owned()),
                6 => (version, another().unwrap_or_default()),
                7 => (version, r#"{"v":2,"w":"AAAAAAAAAAA","expires":1,"revoked":true}"#.to_owned()),
                _ => (version, value.replace(r#""v":2"#, r#""v":3"#)),
            };
            Ok(Some(Versioned { version, value }))
        };
        self.call(Step::ReadGrant, HostFault, self.inner.read_grant(id), garbage).await
    }

    async fn write_grant(&self, id: &str, expected: Option<u64>, value: &str, expires: u64) -> Result<bool, HostFault> {
        // Says that somebody else wrote first: without having written, or having written.
        let refuses = self.fault == Some((self.steps.borrow().len(), Fault::Garbage(0)));
        let work =
            async { if refuses { Ok(false) } else { self.inner.write_grant(id, expected, value, expires).await } };
        self.call(Step::WriteGrant, HostFault, work, |_, _| Ok(false)).await
    }

    async fn sign(&self, algorithm: Algorithm, key: HostKey<'_>, data: &[u8]) -> Result<Vec<u8>, HostFault> {
        let garbage = |which, _| Ok(vec![0; [0, 64, 1000][which]]);
        let work = async {
            if let Some(known) = SIGNED.with_borrow(|signed| signed.get(data).cloned()) {
                return Ok(known);
            }
            let signature = self.inner.sign(algorithm, key, data).await?;
            SIGNED.with_borrow_mut(|signed| signed.insert(data.to_vec(), signature.clone()));
            Ok(signature)
        };
        self.call(Step::Sign, HostFault, work, garbage).await
    }

    async fn verify(
        &self,
        algorithm: Algorithm,
        key: HostKey<'_>,
        data: &[u8],
        signature: &[u8],
    ) -> Result<bool, HostFault> {
        let work = async {
            let asked = [key.jwk.as_bytes(), b"\n", data, b"\n", signature].concat();
            if let Some(known) = VERIFIED.with_borrow(|verified| verified.get(&asked).copied()) {
                return Ok(known);
            }
            let holds = self.inner.verify(algorithm, key, data, signature).await?;
            VERIFIED.with_borrow_mut(|verified| verified.insert(asked, holds));
            Ok(holds)
        };
        self.call(Step::Verify, HostFault, work, |_, _| Ok(false)).await
    }

    async fn can_verify(&self, algorithm: Algorithm, key: HostKey<'_>) -> Result<bool, HostFault> {
        self.call(Step::CanVerify, HostFault, self.inner.can_verify(algorithm, key), |_, _| Ok(false)).await
    }

    async fn fetch(&self, request: &Outgoing<'_>) -> Result<Incoming, Unanswered> {
        let garbage = |which, _| fetched(which, request.limit);
        self.call(Step::Fetch, Unanswered::Connection, self.inner.fetch(request), garbage).await
    }

    async fn pause(&self, milliseconds: u64) -> Result<(), HostFault> {
        self.call(Step::Pause, HostFault, self.inner.pause(milliseconds), |_, ()| Ok(())).await
    }

    async fn limit(&self, name: &str) -> Result<Option<bool>, HostFault> {
        let garbage = |which, _| Ok([None, Some(true), Some(false)][which]);
        self.call(Step::Limit, HostFault, self.inner.limit(name), garbage).await
    }

    fn audit(&self, event: &Event) {
        self.inner.audit(event);
    }
}
