//! What `/health` remembers of the directory.

mod answer;

use core::cell::Cell;

pub(super) use answer::respond;

use crate::host::{HostFault, Waiting};
use crate::limits;

/// What the directory said last: anybody may ask for the health, and the directory is one place.
#[derive(Default)]
pub struct Health(Cell<Option<(Answer, u64)>>);

type Answer = Result<Option<Waiting>, HostFault>;

impl Health {
    /// What is remembered, if it was heard within the last seconds; also where the clock went back.
    fn remembered(&self, now: u64) -> Option<Answer> {
        let (answer, heard) = self.0.get()?;
        (heard.abs_diff(now) < limits::HEALTH).then_some(answer)
    }
}
