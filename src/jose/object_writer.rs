//! Writes one JSON object, member by member: what leaves the service is written once and never kept as a tree.

use alloc::string::String;

use super::json::{Object, write_integer, write_string};

/// A JSON object that is being written. The caller gives each name once.
///
/// ```
/// use edge_sts::jose::ObjectWriter;
/// let mut object = ObjectWriter::new();
/// object.text("sub", "alice");
/// object.integer("exp", 1);
/// assert_eq!(object.finish(), r#"{"sub":"alice","exp":1}"#);
/// ```
pub struct ObjectWriter {
    out: String,
}

// None of these is inlined: there are two hundred calls.
impl ObjectWriter {
    /// An object without members.
    #[must_use]
    #[inline(never)]
    pub fn new() -> Self {
        Self::behind(String::with_capacity(256))
    }

    /// An object without members, behind what a text has already.
    #[must_use]
    #[inline(never)]
    pub fn behind(mut out: String) -> Self {
        out.push('{');
        Self { out }
    }

    /// A string.
    #[inline(never)]
    pub fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        write_string(value, &mut self.out);
    }

    /// A string, if there is one.
    pub fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A whole number.
    #[inline(never)]
    pub fn integer(&mut self, name: &str, value: u64) {
        self.name(name);
        write_integer(value, &mut self.out);
    }

    /// `true` or `false`.
    #[inline(never)]
    pub fn boolean(&mut self, name: &str, value: bool) {
        self.json(name, if value { "true" } else { "false" });
    }

    /// An array of strings.
    #[inline(never)]
    pub fn texts<T: AsRef<str>>(&mut self, name: &str, values: &[T]) {
        self.name(name);
        let mut separator = '[';
        for value in values {
            self.out.push(separator);
            write_string(value.as_ref(), &mut self.out);
            separator = ',';
        }
        if separator == '[' {
            self.out.push('[');
        }
        self.out.push(']');
    }

    /// An object, whose members `write` gives.
    #[inline(never)]
    pub fn object(&mut self, name: &str, write: &dyn Fn(&mut Self)) {
        self.json(name, "{");
        write(self);
        self.out.push('}');
    }

    /// A value that is JSON already.
    #[inline(never)]
    pub fn json(&mut self, name: &str, value: &str) {
        self.name(name);
        self.out.push_str(value);
    }

    /// The members of an object.
    pub fn members(&mut self, object: &Object<'_>) {
        for (name, value) in object.iter() {
            self.name(name);
            value.write(&mut self.out);
        }
    }

    /// The text of the object.
    #[must_use]
    #[inline(never)]
    pub fn finish(mut self) -> String {
        self.out.push('}');
        self.out
    }

    #[inline(never)]
    fn name(&mut self, name: &str) {
        // Behind the brace that begins an object there is no comma. No value ends with one.
        if self.out.as_bytes().last() != Some(&b'{') {
            self.out.push(',');
        }
        write_string(name, &mut self.out);
        self.out.push(':');
    }
}

impl Default for ObjectWriter {
    fn default() -> Self {
        Self::new()
    }
}

/// A JSON array of values that are JSON already.
#[must_use]
pub fn array<T: AsRef<str>>(values: &[T]) -> String {
    let mut out = String::from("[");
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(value.as_ref());
    }
    out.push(']');
    out
}
