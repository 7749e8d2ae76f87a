//! Steps and bytes that one evaluation may use.

use core::cell::Cell;

use crate::limits;

/// There are no steps left, or no room for text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutOfSteps;

pub(super) struct Meter {
    /// In parts of a step.
    left: Cell<usize>,
    made: Cell<usize>,
}

/// Bytes or states that are looked at in one step.
const PARTS: usize = 64;

impl Meter {
    pub(super) const fn new() -> Self {
        Self {
            left: Cell::new(limits::EXPRESSION_STEPS.saturating_mul(PARTS)),
            made: Cell::new(limits::EXPRESSION_MADE),
        }
    }

    pub(super) fn steps(&self, count: usize) -> Result<(), OutOfSteps> {
        take(&self.left, count.saturating_mul(PARTS))
    }

    /// So many bytes or states are looked at.
    pub(super) fn work(&self, count: usize) -> Result<(), OutOfSteps> {
        take(&self.left, count)
    }

    /// Text of so many bytes is made.
    pub(super) fn made(&self, bytes: usize) -> Result<(), OutOfSteps> {
        take(&self.made, bytes)
    }
}

fn take(left: &Cell<usize>, count: usize) -> Result<(), OutOfSteps> {
    left.set(left.get().checked_sub(count).ok_or(OutOfSteps)?);
    Ok(())
}
