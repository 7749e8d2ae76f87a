//! The strict reader of JSON.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Object, Value};
use crate::{limits, words};

/// Why a text was refused. It never says what the text was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// Not JSON, or not UTF-8.
    Malformed,
    /// A number of another grammar than JSON's (RFC 8259 section 6): `01`, `1.`, `NaN`.
    Number,
    /// `\uXXXX` that is half of a surrogate pair, and so no character (RFC 7493 section 2.1).
    Surrogate,
    /// A member's name stands twice in one object.
    DuplicateMember,
    /// Deeper than [`limits::JSON_DEPTH`].
    TooDeep,
    /// More members than [`limits::JSON_MEMBERS`] in one object.
    TooManyMembers,
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
    parse_placed(text).map_err(|(_, fault)| fault)
}

/// Reads one JSON value; the byte at which it cannot be read on, with the fault.
///
/// # Errors
/// The place and [`JsonFault`].
pub fn parse_placed(text: &str) -> Result<Value<'_>, (usize, JsonFault)> {
    let mut reader = Reader { text, at: 0 };
    reader.white_space();
    let value = reader.value(0).map_err(|fault| (reader.at, fault))?;
    reader.white_space();
    if reader.at == text.len() { Ok(value) } else { Err((reader.at, JsonFault::Malformed)) }
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

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

// What is called for each byte or string is inlined in any case: the build inlines little (`.cargo/config.toml`).
impl<'a> Reader<'a> {
    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline(always)]
    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    #[inline(always)]
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

    #[inline(always)]
    fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.step();
        }
    }

    #[inline(always)]
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
            // What begins a number here, in other languages, or as Python writes NaN and Infinity.
            Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'N' | b'I') => self.number(),
            _ => Err(JsonFault::Malformed),
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
        if self.at > start { Ok(()) } else { Err(JsonFault::Number) }
    }

    fn number(&mut self) -> Result<Value<'a>, JsonFault> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        } else if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(JsonFault::Number);
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
        object.members.reserve(8); // as many as most tokens and requests have
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
    #[inline(always)]
    fn plain(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at = self.at.saturating_add(words::escaped_in_json(rest).unwrap_or(rest.len()));
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
            return char::from_u32(high).ok_or(JsonFault::Surrogate);
        }
        if !(self.eat(b'\\') && self.eat(b'u')) {
            return Err(JsonFault::Surrogate);
        }
        let low = self.four_hex()?;
        let pair = char::decode_utf16([high as u16, low as u16]).next();
        pair.and_then(Result::ok).ok_or(JsonFault::Surrogate)
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
    use super::super::write_integer;
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
            "tru",
            "True",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u+123\"",
            "\"a",
            "\u{feff}{}",
            "/*c*/1",
            "\u{a0}1",
            "[1 2]",
            "{\"a\" 1}",
        ] {
            assert_eq!(parse(text).err(), Some(JsonFault::Malformed), "{text:?}");
        }
        for text in ["01", "-01", "+1", ".5", "1.", "1e", "1e+", "-", "- 1", "NaN", "-Infinity", "Infinity", "[1.]"] {
            assert_eq!(parse(text).err(), Some(JsonFault::Number), "{text:?}");
        }
        for text in
            [r#""\ud800""#, r#""\ud800x""#, r#""\ud800\n""#, r#""\ud800\u0041""#, r#""\udc00""#, r#"{"\ud800":1}"#]
        {
            assert_eq!(parse(text).err(), Some(JsonFault::Surrogate), "{text:?}");
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
