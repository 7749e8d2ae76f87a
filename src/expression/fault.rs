//! Why a text is no expression, and why an expression has no value.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::jose::json::write_integer;

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: characters from the beginning, the first is 1.
    pub at: usize,
    /// What is wrong, without a byte of the text but the names of CEL.
    pub sentence: Cow<'static, str>,
}

impl Fault {
    pub(crate) fn new(at: usize, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self { at, sentence: sentence.into() }
    }

    /// `at 17: "matches" is not supported.`
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from("at ");
        write_integer(self.at as u64, &mut text);
        text.push_str(": ");
        text.push_str(&self.sentence);
        text
    }
}

/// Why an expression has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where: characters from the beginning, the first is 1.
    pub at: usize,
    /// What failed.
    pub kind: FailureKind,
}

/// The kinds of [`Failure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// A claim that is not there, a value of the wrong type, an index out of range, an overflow.
    Error,
    /// More than [`crate::limits::EXPRESSION_STEPS`] or [`crate::limits::EXPRESSION_MADE`].
    Steps,
}

impl FailureKind {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Steps => "steps",
        }
    }
}
