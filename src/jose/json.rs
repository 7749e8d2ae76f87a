//! JSON, strictly (RFC 8259): duplicate members, lone surrogates, a byte order mark and deep nesting are refused.
//!
//! Two readers that differ about the same text are how signatures are bypassed, so this one refuses whatever others
//! read in different ways. It is small because a token service needs no more; errors carry no byte of the input.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::limits;

/// Why a text was refused. It never says what the text was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// Not JSON, or not UTF-8.
    Malformed,
    /// A member's name stands twice in one object.
    DuplicateMember,
    /// Deeper than [`limits::JSON_DEPTH`].
    TooDeep,
    /// More members than [`limits::JSON_MEMBERS`] in one object.
    TooManyMembers,
}

/// A JSON value that borrows from its text where no escape stood in the way.
///
/// There is no `Debug`: a value may hold a token or a secret.
#[derive(Clone, PartialEq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(Cow<'a, str>),
    /// A string, without its escapes.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object.
    Object(Object<'a>),
}

/// A JSON object, its members in their order; no name stands twice.
#[derive(Clone, Default, PartialEq)]
pub struct Object<'a> {
    members: Vec<(Cow<'a, str>, Value<'a>)>,
}

/// Reads one JSON value.
///
/// # Errors
/// [`JsonFault`], without any of the input.
///
/// ```
/// use edge_sts::jose::json::{parse, JsonFault};
/// assert!(parse(r#"{"a":[1,2]}"#).is_ok());
/// assert_eq!(parse(r#"{"a":1,"\u0061":2}"#).err(), Some(JsonFault::DuplicateMember));
/// ```
pub fn parse(text: &str) -> Result<Value<'_>, JsonFault> {
    let mut reader = Reader { text, at: 0 };
    reader.white_space();
    let value = reader.value(0)?;
    reader.white_space();
    if reader.at == text.len() { Ok(value) } else { Err(JsonFault::Malformed) }
}

/// Reads one JSON object.
///
/// # Errors
/// As [`parse`]; another kind of value is [`JsonFault::Malformed`].
pub fn parse_object(text: &str) -> Result<Object<'_>, JsonFault> {
    match parse(text)? {
        Value::Object(object) => Ok(object),
        _ => Err(JsonFault::Malformed),
    }
}

impl<'a> Value<'a> {
    /// The string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a whole one without sign, fraction and exponent, below 2^53.
    #[must_use]
    pub fn as_integer(&self) -> Option<u64> {
        match self {
            Value::Number(text) => text.parse().ok().filter(|n| *n < (1 << 53)),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value<'a>]> {
        match self {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub const fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The same value, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Number(text) => Value::Number(Cow::Owned(text.into_owned())),
            Value::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Value::Array(elements) => Value::Array(elements.into_iter().map(Value::into_owned).collect()),
            Value::Object(object) => Value::Object(object.into_owned()),
        }
    }

    /// Appends the value as compact JSON.
    pub fn write(&self, out: &mut String) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(true) => out.push_str("true"),
            Value::Bool(false) => out.push_str("false"),
            Value::Number(text) => out.push_str(text),
            Value::String(text) => write_string(text, out),
            Value::Array(elements) => {
                out.push('[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    element.write(out);
                }
                out.push(']');
            }
            Value::Object(object) => object.write(out),
        }
    }

    /// The value as compact JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::String(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::String(Cow::Owned(text))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        let mut text = String::new();
        write_integer(number, &mut text);
        Value::Number(Cow::Owned(text))
    }
}

impl<'a> From<Vec<Value<'a>>> for Value<'a> {
    fn from(elements: Vec<Value<'a>>) -> Self {
        Value::Array(elements)
    }
}

impl<'a> From<Object<'a>> for Value<'a> {
    fn from(object: Object<'a>) -> Self {
        Value::Object(object)
    }
}

impl<'a> Object<'a> {
    /// An object without members.
    #[must_use]
    pub const fn new() -> Self {
        Self { members: Vec::new() }
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The value of a member, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value<'a>> {
        self.members.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The members in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Sets a member, in its place if the name is there, else at the end.
    pub fn set(&mut self, name: &'a str, value: impl Into<Value<'a>>) {
        self.put(name, value.into());
    }

    // Not inlined: there are a hundred calls of `set`, and each would be a copy of this.
    #[inline(never)]
    fn put(&mut self, name: &'a str, value: Value<'a>) {
        match self.get_mut(name) {
            Some(there) => *there = value,
            None => self.members.push((Cow::Borrowed(name), value)),
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Value<'a>> {
        let index = self.members.iter().position(|(key, _)| key == name)?;
        Some(self.members.remove(index).1)
    }

    /// The same object, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Object<'static> {
        let members = self.members.into_iter();
        Object { members: members.map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned())).collect() }
    }

    /// Appends the object as compact JSON.
    pub fn write(&self, out: &mut String) {
        out.push('{');
        for (index, (name, value)) in self.members.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_string(name, out);
            out.push(':');
            value.write(out);
        }
        out.push('}');
    }

    /// The object as compact JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Value<'a>);
    type IntoIter = alloc::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

/// Appends `text` as a JSON string.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut after = special.chars();
        match after.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some(control) => {
                out.push_str("\\u00");
                let byte = u32::from(control);
                for nibble in [byte >> 4, byte & 15] {
                    out.extend(char::from_digit(nibble, 16));
                }
            }
            None => {}
        }
        rest = after.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Appends a whole number.
pub fn write_integer(number: u64, out: &mut String) {
    let mut digits = [0_u8; 20];
    let mut rest = number;
    let mut count: usize = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0'.wrapping_add((rest % 10) as u8);
        rest /= 10;
        count = count.wrapping_add(1);
        if rest == 0 {
            break;
        }
    }
    let start = digits.len().wrapping_sub(count);
    out.extend(digits.iter().skip(start).map(|digit| char::from(*digit)));
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.step();
        }
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonFault> {
        if self.eat(byte) { Ok(()) } else { Err(JsonFault::Malformed) }
    }

    fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.step();
        }
    }

    fn since(&self, start: usize) -> Result<&'a str, JsonFault> {
        self.text.get(start..self.at).ok_or(JsonFault::Malformed)
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, JsonFault> {
        match self.peek() {
            Some(b'{') => self.object(depth).map(Value::Object),
            Some(b'[') => self.array(depth).map(Value::Array),
            Some(b'"') => self.string().map(Value::String),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Null),
            _ => self.number(),
        }
    }

    fn literal(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, JsonFault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(JsonFault::Malformed);
        }
        self.at = self.at.saturating_add(word.len());
        Ok(value)
    }

    fn digits(&mut self) -> Result<(), JsonFault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.step();
        }
        if self.at > start { Ok(()) } else { Err(JsonFault::Malformed) }
    }

    fn number(&mut self) -> Result<Value<'a>, JsonFault> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(Value::Number(Cow::Borrowed(self.since(start)?)))
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Value<'a>>, JsonFault> {
        let depth = deeper(depth)?;
        self.expect(b'[')?;
        let mut elements = Vec::new();
        self.white_space();
        if self.eat(b']') {
            return Ok(elements);
        }
        loop {
            self.white_space();
            elements.push(self.value(depth)?);
            self.white_space();
            if self.eat(b']') {
                return Ok(elements);
            }
            self.expect(b',')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Object<'a>, JsonFault> {
        let depth = deeper(depth)?;
        self.expect(b'{')?;
        let mut object = Object::new();
        self.white_space();
        if self.eat(b'}') {
            return Ok(object);
        }
        loop {
            self.white_space();
            let name = self.string()?;
            if object.get(&name).is_some() {
                return Err(JsonFault::DuplicateMember);
            }
            if object.members.len() >= limits::JSON_MEMBERS {
                return Err(JsonFault::TooManyMembers);
            }
            self.white_space();
            self.expect(b':')?;
            self.white_space();
            let value = self.value(depth)?;
            object.members.push((name, value));
            self.white_space();
            if self.eat(b'}') {
                return Ok(object);
            }
            self.expect(b',')?;
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonFault> {
        self.expect(b'"')?;
        let start = self.at;
        self.plain();
        let plain = self.since(start)?;
        if self.eat(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut text = String::from(plain);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.step();
                    return Ok(Cow::Owned(text));
                }
                Some(b'\\') => {
                    self.step();
                    text.push(self.escape()?);
                }
                Some(byte) if byte >= 0x20 => {
                    let start = self.at;
                    self.plain();
                    text.push_str(self.since(start)?);
                }
                _ => return Err(JsonFault::Malformed),
            }
        }
    }

    /// Passes over what stands for itself in a string.
    fn plain(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\');
        self.at = self.at.saturating_add(length.unwrap_or(rest.len()));
    }

    fn escape(&mut self) -> Result<char, JsonFault> {
        let escaped = self.peek().ok_or(JsonFault::Malformed)?;
        self.step();
        Ok(match escaped {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(JsonFault::Malformed),
        })
    }

    /// `\uXXXX`, or the two of a surrogate pair. A surrogate alone is no character.
    fn unicode(&mut self) -> Result<char, JsonFault> {
        let high = self.four_hex()?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high).ok_or(JsonFault::Malformed);
        }
        self.expect(b'\\')?;
        self.expect(b'u')?;
        let low = self.four_hex()?;
        let pair = char::decode_utf16([high as u16, low as u16]).next();
        pair.and_then(Result::ok).ok_or(JsonFault::Malformed)
    }

    fn four_hex(&mut self) -> Result<u32, JsonFault> {
        let start = self.at;
        self.at = self.at.saturating_add(4);
        let digits = self.since(start)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(JsonFault::Malformed); // from_str_radix would take a sign
        }
        u32::from_str_radix(digits, 16).map_err(|_| JsonFault::Malformed)
    }
}

fn deeper(depth: usize) -> Result<usize, JsonFault> {
    if depth >= limits::JSON_DEPTH { Err(JsonFault::TooDeep) } else { Ok(depth.saturating_add(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn reads_and_writes_the_same() {
        for text in [
            "{}",
            "[]",
            "null",
            "true",
            "-0",
            "1.5e-3",
            r#"{"a":[1,{"b":null}],"c":"d\"\\\n\u0000é😀"}"#,
            r#"["",false,12345678901234567890]"#,
        ] {
            assert_eq!(parse(text).ok().unwrap().to_json(), text);
        }
        assert_eq!(parse(r#""\u00e9\ud83d\ude00\/\b\f\r\t""#).ok().unwrap().as_str(), Some("é😀/\u{8}\u{c}\r\t"));
        assert_eq!(parse(" \t\r\n{ \"a\" : 1 , \"b\" : [ ] } ").ok().unwrap().to_json(), r#"{"a":1,"b":[]}"#);
    }

    #[test]
    fn refuses_what_others_read_in_different_ways() {
        for text in [
            "",
            " ",
            "{",
            "}",
            "{}{}",
            "{} x",
            "[1,]",
            "[,1]",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "01",
            "+1",
            ".5",
            "1.",
            "1e",
            "- 1",
            "NaN",
            "Infinity",
            "tru",
            "True",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u+123\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\"",
            "\"a",
            "\u{feff}{}",
            "/*c*/1",
            "\u{a0}1",
            "[1 2]",
            "{\"a\" 1}",
        ] {
            assert_eq!(parse(text).err(), Some(JsonFault::Malformed), "{text:?}");
        }
        for text in [r#"{"a":1,"a":1}"#, r#"{"x":{"a":1,"b":2,"a":3}}"#, r#"{"a":1,"\u0061":2}"#] {
            assert_eq!(parse(text).err(), Some(JsonFault::DuplicateMember), "{text:?}");
        }
    }

    #[test]
    fn limits_hold() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(limits::JSON_DEPTH)).is_ok());
        assert_eq!(parse(&nested(limits::JSON_DEPTH + 1)).err(), Some(JsonFault::TooDeep));
        assert_eq!(parse(&"[".repeat(60_000)).err(), Some(JsonFault::TooDeep));
        let wide = |count: usize| {
            let members: Vec<String> = (0..count).map(|index| format!("\"{index}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(parse(&wide(limits::JSON_MEMBERS)).is_ok());
        assert_eq!(parse(&wide(limits::JSON_MEMBERS + 1)).err(), Some(JsonFault::TooManyMembers));
    }

    #[test]
    fn integers() {
        for (text, number) in [("0", Some(0)), ("1700000000", Some(1_700_000_000)), ("9007199254740992", None)] {
            assert_eq!(parse(text).ok().unwrap().as_integer(), number);
        }
        for text in ["-1", "1.0", "1e3", "\"1\"", "true", "null"] {
            assert_eq!(parse(text).ok().unwrap().as_integer(), None, "{text}");
        }
        for number in [0, 9, 10, 4_294_967_296, u64::MAX] {
            let mut out = String::new();
            write_integer(number, &mut out);
            assert_eq!(out, number.to_string());
        }
    }
}
