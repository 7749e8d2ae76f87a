//! From a tree and variables to a value.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::meter::Meter;
use super::operators::{Trouble, binary, index, member};
use super::tree::{Kind, Node, Variable};
use super::value::{List, Value};
use super::{Failure, FailureKind, functions};
use crate::jose::json::Object;

/// What an expression can read.
#[derive(Clone, Copy)]
pub struct Variables<'a> {
    /// `claims` and `assertion`
    pub claims: &'a Object<'a>,
    /// `actor`; null where there is none.
    pub actor: Option<&'a Object<'a>>,
    /// `attribute`
    pub attribute: &'a Object<'a>,
    /// `client.id`
    pub client_id: &'a str,
    /// `target`
    pub target: &'a [String],
}

pub(super) fn evaluate<'a>(root: &'a Node, variables: &Variables<'a>) -> Result<Value<'a>, Failure> {
    Evaluation { variables, meter: Meter::new() }.value(root)
}

struct Evaluation<'v, 'a> {
    variables: &'v Variables<'a>,
    meter: Meter,
}

impl<'a> Evaluation<'_, 'a> {
    fn value(&self, node: &'a Node) -> Result<Value<'a>, Failure> {
        let trouble = |trouble| failure(node, trouble);
        self.meter.steps(1).map_err(|out| trouble(out.into()))?;
        Ok(match &node.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Int(int) => Value::Int(*int),
            Kind::Double(double, text) => Value::Double(*double, Some(text)),
            Kind::Text(text) => Value::Text(Cow::Borrowed(text)),
            Kind::Variable(variable) => self.variable(*variable),
            Kind::List(nodes) => {
                let elements = nodes.iter().map(|node| self.value(node));
                Value::List(List::Made(elements.collect::<Result<Vec<_>, _>>()?))
            }
            Kind::Member(of, name) => member(&self.value(of)?, name).map_err(trouble)?,
            Kind::Has(of, name) => match self.value(of)? {
                Value::Map(map) => Value::Bool(map.get(name).is_some()),
                _ => return Err(trouble(Trouble::Error)),
            },
            Kind::Index(nodes) => {
                let [of, at] = &**nodes;
                index(self.value(of)?, &self.value(at)?).map_err(trouble)?
            }
            Kind::Not(of) => Value::Bool(!self.boolean(of)?),
            Kind::Negate(of) => match self.value(of)? {
                Value::Int(int) => Value::Int(int.checked_neg().ok_or_else(|| trouble(Trouble::Error))?),
                Value::Double(double, _) => Value::Double(-double, None),
                _ => return Err(trouble(Trouble::Error)),
            },
            Kind::And(nodes) => self.decided_by(nodes, false)?,
            Kind::Or(nodes) => self.decided_by(nodes, true)?,
            Kind::Conditional(nodes) => {
                let [condition, then, otherwise] = &**nodes;
                if self.boolean(condition)? { self.value(then)? } else { self.value(otherwise)? }
            }
            Kind::Binary(operator, nodes) => {
                let [left, right] = &**nodes;
                binary(*operator, self.value(left)?, self.value(right)?, &self.meter).map_err(trouble)?
            }
            Kind::Call(function, nodes) => {
                let mut values = nodes.iter().map(|node| self.value(node));
                let first = values.next().ok_or_else(|| trouble(Trouble::Error))??;
                let argument = values.next().transpose()?;
                functions::call(*function, first, argument, &self.meter).map_err(trouble)?
            }
            Kind::Glob(of, glob) => match self.value(of)? {
                Value::Text(text) => Value::Bool(glob.fits(&text, &self.meter).map_err(|out| trouble(out.into()))?),
                _ => return Err(trouble(Trouble::Error)),
            },
            Kind::Extract(of, template) => {
                functions::extract(template, self.value(of)?, &self.meter).map_err(trouble)?
            }
        })
    }

    fn variable(&self, variable: Variable) -> Value<'a> {
        match variable {
            Variable::Claims => Value::Map(self.variables.claims),
            Variable::Actor => self.variables.actor.map_or(Value::Null, Value::Map),
            Variable::Attribute => Value::Map(self.variables.attribute),
            Variable::ClientId => Value::Text(Cow::Borrowed(self.variables.client_id)),
            Variable::Target => Value::List(List::Texts(self.variables.target)),
        }
    }

    fn boolean(&self, node: &'a Node) -> Result<bool, Failure> {
        match self.value(node)? {
            Value::Bool(value) => Ok(value),
            _ => Err(failure(node, Trouble::Error)),
        }
    }

    /// `&&` and `||`: either side decides alone if it is `decisive`, even where the other one has no value. Who is out of
    /// steps is out of steps.
    fn decided_by(&self, nodes: &'a [Node; 2], decisive: bool) -> Result<Value<'a>, Failure> {
        let [left, right] = nodes;
        let left = self.boolean(left);
        let out_of_steps = matches!(left, Err(Failure { kind: FailureKind::Steps, .. }));
        if out_of_steps || left == Ok(decisive) {
            return left.map(Value::Bool);
        }
        match (left, self.boolean(right)) {
            (_, Ok(right)) if right == decisive => Ok(Value::Bool(decisive)),
            (Err(failure), Ok(_) | Err(Failure { kind: FailureKind::Error, .. })) => Err(failure),
            (_, right) => right.map(Value::Bool),
        }
    }
}

fn failure(node: &Node, trouble: Trouble) -> Failure {
    let kind = match trouble {
        Trouble::Error => FailureKind::Error,
        Trouble::Steps => FailureKind::Steps,
    };
    Failure { at: node.at, kind }
}
