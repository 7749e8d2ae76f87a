//! The policy language: "CEL subset 1", expressions over the claims of a token.
//!
//! A text enters [`Expression::parse`], once, when its resource is read. A tree leaves, or a [`Fault`] with the place.
//! [`Variables`] enter [`Expression::evaluate`]. A [`Value`] leaves, or a [`Failure`] with the place and never a value.
//!
//! `lexer` cuts the text into tokens, `parser` makes the `tree` and checks every limit of the text, `evaluate` walks the
//! tree and counts steps, `operators`, `functions` and `decimal` compute, `names` says which claims an expression reads, and `doubt`
//! names what is probably a mistake.
//!
//! What is accepted means what it means in CEL (<https://github.com/google/cel-spec>); everything else is refused when it
//! is stored. `glob`, `extract` and the variables are additions. Never do here: I/O, a clock, randomness, a loop that
//! counts no steps, a panic, a message that repeats a claim.

mod decimal;
mod doubt;
mod evaluate;
mod fault;
mod functions;
mod glob;
mod lexer;
mod meter;
mod names;
mod operators;
mod parser;
mod template;
mod tree;
mod value;

use alloc::rc::Rc;
use core::fmt;

pub use doubt::Doubt;
pub use evaluate::Variables;
pub use fault::{Failure, FailureKind, Fault};
pub use names::Names;
pub use tree::Variable;
pub use value::{List, Value};

use tree::Node;

/// An expression that was parsed.
#[derive(Clone)]
pub struct Expression {
    root: Rc<Node>,
    text: Rc<str>,
}

/// Why a condition is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// It is false.
    False,
    /// It is neither true nor false.
    Type,
    /// It has no value.
    Failed(Failure),
}

impl Unmet {
    /// Whether a condition is met: only what is true is.
    ///
    /// # Errors
    /// Why it is not.
    pub fn unless_true(value: Result<Value<'_>, Failure>) -> Result<(), Self> {
        match value {
            Ok(Value::Bool(true)) => Ok(()),
            Ok(Value::Bool(false)) => Err(Self::False),
            Ok(_) => Err(Self::Type),
            Err(failure) => Err(Self::Failed(failure)),
        }
    }

    /// The word for it in audit events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::False => "false",
            Self::Type => "type",
            Self::Failed(failure) => failure.kind.name(),
        }
    }

    /// Where it failed.
    #[must_use]
    pub const fn at(self) -> Option<usize> {
        match self {
            Self::Failed(failure) => Some(failure.at),
            Self::False | Self::Type => None,
        }
    }
}

impl Expression {
    /// Parses a text.
    ///
    /// # Errors
    /// The first [`Fault`].
    ///
    /// ```
    /// use edge_sts::expression::Expression;
    /// assert!(Expression::parse("claims.repository == 'acme/shop'").is_ok());
    /// let fault = Expression::parse("claims.sub.matches('.*')").err().unwrap();
    /// assert_eq!(fault.text(), "at 12: \"matches\" is not supported.");
    /// ```
    pub fn parse(text: &str) -> Result<Self, Fault> {
        parser::parse(text).map(|root| Self { root: Rc::new(root), text: Rc::from(text) })
    }

    /// The text that was parsed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value of the expression.
    ///
    /// # Errors
    /// [`Failure`]
    pub fn evaluate<'a>(&'a self, variables: &Variables<'a>) -> Result<Value<'a>, Failure> {
        evaluate::evaluate(&self.root, variables)
    }

    /// What it reads of a variable.
    #[must_use]
    pub fn names(&self, variable: Variable) -> Names {
        names::names(&self.root, variable)
    }

    /// Whether it is `true` and nothing else.
    #[must_use]
    pub fn is_true(&self) -> bool {
        matches!(self.root.kind, tree::Kind::Bool(true))
    }

    /// What is probably a mistake in it.
    #[must_use]
    pub fn doubts(&self) -> alloc::vec::Vec<Doubt> {
        doubt::doubts(&self.root)
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Expression")
    }
}
