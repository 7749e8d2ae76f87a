//! What `/health` remembers: what the directory said last, and what requests found missing or without an answer.

mod answer;

use core::cell::Cell;

pub(super) use answer::respond;

use crate::answering::Answering;
use crate::host::{HostFault, Waiting};
use crate::limits;

/// What is degraded although the service can serve.
#[derive(Default)]
pub struct Health {
    /// What the directory said last, and when: anybody may ask for the health, and the directory is one place.
    directory: Cell<Option<(Answer, u64)>>,
    id_jag_key_missing: Cell<bool>,
    /// Whether the grant store answers.
    pub(crate) grants: Answering,
    /// Whether the host signs.
    pub(crate) signing: Answering,
    /// Whether the platform's limit counts. Where it does not, each instance counts for itself.
    pub(crate) rate_limit: Answering,
}

type Answer = Result<Option<Waiting>, HostFault>;

impl Health {
    /// What is remembered, if it was heard within the last seconds; also where the clock went back.
    fn remembered(&self, now: u64) -> Option<Answer> {
        let (answer, heard) = self.directory.get()?;
        (heard.abs_diff(now) < limits::HEALTH).then_some(answer)
    }

    /// Remembers that an identity assertion was asked for and that no key could sign it. That stays so: the keys of an
    /// instance do not change.
    pub(crate) fn misses_id_jag_key(&self) {
        self.id_jag_key_missing.set(true);
    }
}
