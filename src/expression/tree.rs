//! The tree of an expression.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::glob::Glob;
use super::template::Template;

/// One node, and where it stands: characters from the beginning, the first is 1.
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    /// The number, and as it was written.
    Double(f64, String),
    Text(String),
    Variable(Variable),
    List(Vec<Node>),
    /// `a.name`
    Member(Box<Node>, String),
    /// `has(a.name)`
    Has(Box<Node>, String),
    /// `a[b]`
    Index(Box<[Node; 2]>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<[Node; 2]>),
    Or(Box<[Node; 2]>),
    /// `a ? b : c`
    Conditional(Box<[Node; 3]>),
    Binary(Operator, Box<[Node; 2]>),
    /// A method of its first node, or a function.
    Call(Function, Vec<Node>),
    /// `glob(a, '…')`
    Glob(Box<Node>, Glob),
    /// `a.extract('…')`
    Extract(Box<Node>, Template),
}

/// What an expression can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// `claims` or `assertion`: the claims of the token.
    Claims,
    /// `actor`: the claims of the actor token; null without one.
    Actor,
    /// `attribute`: the introspector's `attributes`.
    Attribute,
    /// `client.id`
    ClientId,
    /// `target`: the list of targets asked for.
    Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    Add,
    Subtract,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Size,
    StartsWith,
    EndsWith,
    Contains,
    LowerAscii,
    Split,
    Join,
}

impl Node {
    /// The nodes below.
    pub(super) fn children(&self) -> &[Node] {
        match &self.kind {
            Kind::Null | Kind::Bool(_) | Kind::Int(_) | Kind::Double(..) | Kind::Text(_) | Kind::Variable(_) => &[],
            Kind::List(nodes) | Kind::Call(_, nodes) => nodes,
            Kind::Index(two) | Kind::And(two) | Kind::Or(two) | Kind::Binary(_, two) => two.as_slice(),
            Kind::Conditional(three) => three.as_slice(),
            Kind::Member(one, _)
            | Kind::Has(one, _)
            | Kind::Not(one)
            | Kind::Negate(one)
            | Kind::Glob(one, _)
            | Kind::Extract(one, _) => core::slice::from_ref(one),
        }
    }

    /// The text, of a literal.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }
}
