//! Functions: `size`, and the methods of strings and lists.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::meter::{Meter, OutOfSteps};
use super::operators::Trouble;
use super::template::Template;
use super::tree::Function;
use super::value::{List, Value};

/// `first`: whose method it is; the parser has counted the arguments.
pub(super) fn call<'a>(
    function: Function,
    first: Value<'a>,
    argument: Option<Value<'a>>,
    meter: &Meter,
) -> Result<Value<'a>, Trouble> {
    Ok(match (function, first, argument) {
        (Function::Size, Value::Text(text), None) => {
            meter.work(text.len())?;
            count(text.chars().count())
        }
        (Function::Size, Value::List(list), None) => count(list.len()),
        (Function::Size, Value::Map(map), None) => count(map.iter().count()),
        (Function::LowerAscii, Value::Text(text), None) => {
            meter.made(text.len())?;
            Value::Text(Cow::Owned(text.to_ascii_lowercase()))
        }
        (Function::StartsWith, Value::Text(text), Some(Value::Text(part))) => {
            meter.work(part.len())?;
            Value::Bool(text.starts_with(part.as_ref()))
        }
        (Function::EndsWith, Value::Text(text), Some(Value::Text(part))) => {
            meter.work(part.len())?;
            Value::Bool(text.ends_with(part.as_ref()))
        }
        (Function::Contains, Value::Text(text), Some(Value::Text(part))) => {
            meter.work(text.len().saturating_add(part.len()))?;
            Value::Bool(text.contains(part.as_ref()))
        }
        (Function::Split, Value::Text(text), Some(Value::Text(separator))) => split(&text, &separator, meter)?,
        (Function::Join, Value::List(list), Some(Value::Text(separator))) => join(&list, &separator, meter)?,
        _ => return Err(Trouble::Error),
    })
}

pub(super) fn extract<'a>(template: &Template, value: Value<'a>, meter: &Meter) -> Result<Value<'a>, Trouble> {
    let Value::Text(text) = value else { return Err(Trouble::Error) };
    meter.work(text.len())?;
    let found = match text {
        Cow::Borrowed(text) => Cow::Borrowed(template.extract(text)),
        Cow::Owned(text) => {
            let found = template.extract(&text);
            meter.made(found.len())?;
            Cow::Owned(String::from(found))
        }
    };
    Ok(Value::Text(found))
}

fn count<'a>(number: usize) -> Value<'a> {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// As in Go, whose words cel-go uses: an empty separator separates the characters.
fn split<'a>(text: &str, separator: &str, meter: &Meter) -> Result<Value<'a>, OutOfSteps> {
    meter.made(text.len())?;
    meter.work(text.len())?;
    let mut parts = Vec::new();
    let mut put = |part: &str| {
        meter.steps(1)?;
        parts.push(Value::Text(Cow::Owned(String::from(part))));
        Ok(())
    };
    if separator.is_empty() {
        let mut buffer = [0; 4];
        text.chars().try_for_each(|character| put(character.encode_utf8(&mut buffer)))?;
    } else {
        text.split(separator).try_for_each(put)?;
    }
    Ok(Value::List(List::Made(parts)))
}

fn join<'a>(list: &List<'a>, separator: &str, meter: &Meter) -> Result<Value<'a>, Trouble> {
    let mut text = String::new();
    for index in 0..list.len() {
        let element = list.get(index).ok_or(Trouble::Error)?;
        let element = element.as_text().ok_or(Trouble::Error)?;
        let separator = if index > 0 { separator } else { "" };
        meter.steps(1)?;
        meter.made(element.len().saturating_add(separator.len()))?;
        text.push_str(separator);
        text.push_str(element);
    }
    Ok(Value::Text(Cow::Owned(text)))
}
