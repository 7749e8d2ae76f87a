//! Operators: equality and order across types, arithmetic with its bounds, `in`, members and indexes.

use alloc::borrow::Cow;
use core::cmp::Ordering;

use super::meter::{Meter, OutOfSteps};
use super::tree::Operator;
use super::value::{List, Value};

/// Why an operator or a function has no value.
pub(super) enum Trouble {
    /// It is not there for these values.
    Error,
    Steps,
}

impl From<OutOfSteps> for Trouble {
    fn from(_: OutOfSteps) -> Self {
        Self::Steps
    }
}

pub(super) fn binary<'a>(
    operator: Operator,
    left: Value<'a>,
    right: Value<'a>,
    meter: &Meter,
) -> Result<Value<'a>, Trouble> {
    Ok(match operator {
        Operator::Equal => Value::Bool(equal(&left, &right, meter)?),
        Operator::NotEqual => Value::Bool(!equal(&left, &right, meter)?),
        Operator::Less => Value::Bool(order(&left, &right, meter)? == Some(Ordering::Less)),
        Operator::Greater => Value::Bool(order(&left, &right, meter)? == Some(Ordering::Greater)),
        Operator::LessEqual => {
            Value::Bool(matches!(order(&left, &right, meter)?, Some(Ordering::Less | Ordering::Equal)))
        }
        Operator::GreaterEqual => {
            Value::Bool(matches!(order(&left, &right, meter)?, Some(Ordering::Greater | Ordering::Equal)))
        }
        Operator::In => Value::Bool(is_in(&left, &right, meter)?),
        Operator::Add => add(left, right, meter)?,
        Operator::Subtract => match (left, right) {
            (Value::Int(left), Value::Int(right)) => Value::Int(left.checked_sub(right).ok_or(Trouble::Error)?),
            (Value::Double(left, _), Value::Double(right, _)) => Value::Double(left - right, None),
            _ => return Err(Trouble::Error),
        },
    })
}

/// Values of different types are not equal, which is no error; numbers are compared as numbers.
fn equal(left: &Value<'_>, right: &Value<'_>, meter: &Meter) -> Result<bool, OutOfSteps> {
    meter.steps(1)?;
    Ok(match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Text(left), Value::Text(right)) => {
            meter.work(left.len().min(right.len()))?;
            left == right
        }
        (Value::Int(_) | Value::Double(..), Value::Int(_) | Value::Double(..)) => {
            order_of_numbers(left, right) == Some(Ordering::Equal)
        }
        (Value::List(left), Value::List(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for index in 0..left.len() {
                let (Some(left), Some(right)) = (left.get(index), right.get(index)) else { return Ok(false) };
                if !equal(&left, &right, meter)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Map(left), Value::Map(right)) => {
            let members = right.iter().count();
            if left.iter().count() != members {
                return Ok(false);
            }
            for (name, left) in left.iter() {
                meter.work(members)?;
                let Some(right) = right.get(name) else { return Ok(false) };
                if !equal(&Value::from(left), &Value::from(right), meter)? {
                    return Ok(false);
                }
            }
            true
        }
        _ => false,
    })
}

/// There is an order of numbers, of strings by their code points, and false comes before true. `None`: not a number.
fn order(left: &Value<'_>, right: &Value<'_>, meter: &Meter) -> Result<Option<Ordering>, Trouble> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Ok(Some(left.cmp(right))),
        (Value::Text(left), Value::Text(right)) => {
            meter.work(left.len().min(right.len()))?;
            Ok(Some(left.cmp(right))) // the order of UTF-8 is that of code points
        }
        (Value::Int(_) | Value::Double(..), Value::Int(_) | Value::Double(..)) => Ok(order_of_numbers(left, right)),
        _ => Err(Trouble::Error),
    }
}

fn order_of_numbers(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Double(left, _), Value::Double(right, _)) => left.partial_cmp(right),
        (Value::Int(left), Value::Double(right, _)) => mixed(*left, *right),
        (Value::Double(left, _), Value::Int(right)) => mixed(*right, *left).map(Ordering::reverse),
        _ => None,
    }
}

/// The order of a whole number and another one, as numbers: neither is rounded to the type of the other.
fn mixed(int: i64, double: f64) -> Option<Ordering> {
    const BOUND: f64 = 9_223_372_036_854_775_808.0; // 2^63
    if double.is_nan() {
        None
    } else if double >= BOUND {
        Some(Ordering::Less)
    } else if double < -BOUND {
        Some(Ordering::Greater)
    } else {
        #[allow(clippy::cast_possible_truncation, reason = "it is within 64 bits, and the fraction is looked at below")]
        let whole = double as i64;
        #[allow(clippy::cast_precision_loss, reason = "it was a double, and is one again")]
        let fraction = double - whole as f64;
        Some(int.cmp(&whole).then(0.0.partial_cmp(&fraction)?))
    }
}

fn is_in(left: &Value<'_>, right: &Value<'_>, meter: &Meter) -> Result<bool, Trouble> {
    match (left, right) {
        (left, Value::List(list)) => {
            for index in 0..list.len() {
                let Some(element) = list.get(index) else { return Ok(false) };
                if equal(left, &element, meter)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        (Value::Text(name), Value::Map(map)) => Ok(map.get(name).is_some()),
        (_, Value::Map(_)) => Ok(false),
        _ => Err(Trouble::Error),
    }
}

fn add<'a>(left: Value<'a>, right: Value<'a>, meter: &Meter) -> Result<Value<'a>, Trouble> {
    Ok(match (left, right) {
        (Value::Int(left), Value::Int(right)) => Value::Int(left.checked_add(right).ok_or(Trouble::Error)?),
        (Value::Double(left, _), Value::Double(right, _)) => Value::Double(left + right, None),
        (Value::Text(left), Value::Text(right)) => {
            meter.made(left.len().saturating_add(right.len()))?;
            Value::Text(Cow::Owned([left.as_ref(), right.as_ref()].concat()))
        }
        (Value::List(left), Value::List(right)) => {
            meter.steps(left.len().saturating_add(right.len()))?;
            let mut elements = left.into_elements();
            elements.extend(right.into_elements());
            Value::List(List::Made(elements))
        }
        _ => return Err(Trouble::Error),
    })
}

/// `map.name` or `map['name']`, which must be there.
pub(super) fn member<'a>(map: &Value<'a>, name: &str) -> Result<Value<'a>, Trouble> {
    match map {
        Value::Map(map) => map.get(name).map(Value::from).ok_or(Trouble::Error),
        _ => Err(Trouble::Error),
    }
}

pub(super) fn index<'a>(of: Value<'a>, index: &Value<'a>) -> Result<Value<'a>, Trouble> {
    match (of, index) {
        (Value::List(list), Value::Int(index)) => {
            let index = usize::try_from(*index).map_err(|_| Trouble::Error)?;
            list.into_element(index).ok_or(Trouble::Error)
        }
        (map @ Value::Map(_), Value::Text(name)) => member(&map, name),
        _ => Err(Trouble::Error),
    }
}
