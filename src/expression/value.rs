//! The values of expressions. Most of them borrow from the claims.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::decimal::double;
use crate::jose::json;

/// A value. There is no `Debug`: it may be personal.
#[derive(Clone)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number: of JSON what has neither fraction nor exponent and is within 64 bits.
    Int(i64),
    /// Every other number, and as it was written where it was not computed.
    Double(f64, Option<&'a str>),
    /// A string.
    Text(Cow<'a, str>),
    /// A list.
    List(List<'a>),
    /// A map: an object of the claims.
    Map(&'a json::Object<'a>),
}

/// A list.
#[derive(Clone)]
pub enum List<'a> {
    /// One of the claims.
    Claims(&'a [json::Value<'a>]),
    /// Strings that are no claim.
    Texts(&'a [String]),
    /// One that was made.
    Made(Vec<Value<'a>>),
}

impl<'a> From<&'a json::Value<'a>> for Value<'a> {
    fn from(value: &'a json::Value<'a>) -> Self {
        match value {
            json::Value::Null => Self::Null,
            json::Value::Bool(value) => Self::Bool(*value),
            json::Value::Number(text) => Self::number(text),
            json::Value::String(text) => Self::Text(Cow::Borrowed(text)),
            json::Value::Array(elements) => Self::List(List::Claims(elements)),
            json::Value::Object(object) => Self::Map(object),
        }
    }
}

impl<'a> Value<'a> {
    /// A number as it stands in JSON. A fraction, an exponent and what has more than 64 bits are no `i64`.
    pub(super) fn number(text: &'a str) -> Self {
        text.parse().map_or_else(|_| Self::Double(double(text), Some(text)), Self::Int)
    }

    /// As a claim to issue; `None` for a number with a fraction that was computed, which has no one spelling.
    #[must_use]
    pub fn to_json(&self) -> Option<json::Value<'static>> {
        Some(match self {
            Self::Null => json::Value::Null,
            Self::Bool(value) => json::Value::Bool(*value),
            Self::Int(int) => {
                let mut text = String::from(if *int < 0 { "-" } else { "" });
                json::write_integer(int.unsigned_abs(), &mut text);
                json::Value::Number(Cow::Owned(text))
            }
            Self::Double(_, text) => json::Value::Number(Cow::Owned(String::from((*text)?))),
            Self::Text(text) => json::Value::String(Cow::Owned(String::from(text.as_ref()))),
            Self::List(list) => {
                let elements = (0..list.len()).map(|index| list.get(index).and_then(|element| element.to_json()));
                json::Value::Array(elements.collect::<Option<_>>()?)
            }
            Self::Map(object) => json::Value::Object((*object).clone().into_owned()),
        })
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'a> List<'a> {
    /// Whether every element is a string.
    #[must_use]
    pub fn is_of_texts(&self) -> bool {
        (0..self.len()).all(|index| self.get(index).is_some_and(|element| element.as_text().is_some()))
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Claims(elements) => elements.len(),
            Self::Texts(texts) => texts.len(),
            Self::Made(elements) => elements.len(),
        }
    }

    /// One element. One that was made is copied, but never its text: `into_element` moves it.
    pub(super) fn get(&self, index: usize) -> Option<Cow<'_, Value<'a>>> {
        match self {
            Self::Claims(elements) => elements.get(index).map(|element| Cow::Owned(Value::from(element))),
            Self::Texts(texts) => texts.get(index).map(|text| Cow::Owned(Value::Text(Cow::Borrowed(text.as_str())))),
            Self::Made(elements) => elements.get(index).map(Cow::Borrowed),
        }
    }

    pub(super) fn into_element(self, index: usize) -> Option<Value<'a>> {
        match self {
            Self::Made(elements) => elements.into_iter().nth(index),
            list => list.get(index).map(Cow::into_owned),
        }
    }

    pub(super) fn into_elements(self) -> Vec<Value<'a>> {
        match self {
            Self::Made(elements) => elements,
            list => (0..list.len()).filter_map(|index| list.get(index).map(Cow::into_owned)).collect(),
        }
    }
}
