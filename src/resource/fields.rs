//! Reads the members of an object, remembers which, and reports every other one: nothing is ignored.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::element::element;
use super::{Fault, url_fault};
use crate::jose::json::{Object, Value, write_integer};

/// The members of one object of a resource, and what is wrong with them so far.
pub(super) struct Fields<'o, 't> {
    object: &'o Object<'t>,
    path: String,
    known: Vec<&'static str>,
    pub(super) faults: Vec<Fault>,
    pub(super) without_effect: Vec<String>,
}

impl<'o, 't> Fields<'o, 't> {
    pub(super) fn new(object: &'o Object<'t>, path: impl Into<String>) -> Self {
        Self { object, path: path.into(), known: Vec::new(), faults: Vec::new(), without_effect: Vec::new() }
    }

    #[inline(never)]
    pub(super) fn path(&self, name: &str) -> String {
        [&self.path, ".", name].concat()
    }

    #[inline(never)]
    pub(super) fn fault(&mut self, code: &'static str, name: &str, diagnostics: &'static str) {
        self.faults.push(Fault::new(code, self.path(name), diagnostics));
    }

    #[inline(never)]
    pub(super) fn value(&mut self, name: &'static str) -> Option<&'o Value<'t>> {
        self.known.push(name);
        self.object.get(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some()
    }

    #[inline(never)]
    pub(super) fn text(&mut self, name: &'static str) -> Option<&'o str> {
        let value = self.value(name)?;
        let text = value.as_str().filter(|text| is_text(text));
        if text.is_none() {
            self.fault("value", name, "It must be a string that is not empty and has no control characters.");
        }
        text
    }

    /// A URL that this service may fetch (contract section 4).
    pub(super) fn url(&mut self, name: &'static str) -> Option<String> {
        let text = self.text(name)?;
        match url_fault(text) {
            None => Some(String::from(text)),
            Some(sentence) => {
                self.fault("value", name, sentence);
                None
            }
        }
    }

    pub(super) fn required(&mut self, name: &'static str) -> Option<&'o str> {
        if !self.has(name) {
            self.known.push(name);
            self.fault("required", name, "It is required.");
            return None;
        }
        self.text(name)
    }

    #[inline(never)]
    pub(super) fn boolean(&mut self, name: &'static str) -> Option<bool> {
        let value = self.value(name)?;
        if value.as_bool().is_none() {
            self.fault("value", name, "It must be true or false.");
        }
        value.as_bool()
    }

    #[inline(never)]
    pub(super) fn seconds(&mut self, name: &'static str, range: &RangeInclusive<u64>) -> Option<u64> {
        let value = self.value(name)?;
        let number = value.as_integer().filter(|number| range.contains(number));
        if number.is_none() {
            let mut sentence = String::from("It must be a whole number of seconds from ");
            write_integer(*range.start(), &mut sentence);
            sentence.push_str(" to ");
            write_integer(*range.end(), &mut sentence);
            sentence.push('.');
            self.faults.push(Fault::new("value", self.path(name), sentence));
        }
        number
    }

    /// One of some words: its place among them.
    #[inline(never)]
    pub(super) fn word(&mut self, name: &'static str, words: &[&str]) -> Option<usize> {
        let value = self.value(name)?;
        let found = value.as_str().and_then(|text| words.iter().position(|word| *word == text));
        if found.is_none() {
            self.faults.push(Fault::new(
                "value",
                self.path(name),
                ["It must be one of: ", &words.join(", "), "."].concat(),
            ));
        }
        found
    }

    pub(super) fn array(&mut self, name: &'static str) -> Option<&'o [Value<'t>]> {
        let value = self.value(name)?;
        if value.as_array().is_none() {
            self.fault("value", name, "It must be an array.");
        }
        value.as_array()
    }

    /// An array of strings; `is_good` says which, `diagnostics` what they must be.
    #[inline(never)]
    pub(super) fn texts(
        &mut self,
        name: &'static str,
        is_good: fn(&str) -> bool,
        diagnostics: &'static str,
    ) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        for (index, value) in self.array(name)?.iter().enumerate() {
            match value.as_str().filter(|text| is_text(text) && is_good(text)) {
                Some(text) => texts.push(String::from(text)),
                None => self.faults.push(Fault::new("value", element(&self.path(name), index), diagnostics)),
            }
        }
        Some(texts)
    }

    pub(super) fn object(&mut self, name: &'static str) -> Option<Fields<'o, 't>> {
        let path = self.path(name);
        match self.value(name)? {
            Value::Object(object) => Some(Fields::new(object, path)),
            _ => {
                self.fault("value", name, "It must be an object.");
                None
            }
        }
    }

    pub(super) fn objects(&mut self, name: &'static str) -> Option<Vec<Fields<'o, 't>>> {
        let mut objects = Vec::new();
        for (index, value) in self.array(name)?.iter().enumerate() {
            let path = element(&self.path(name), index);
            match value.as_object() {
                Some(object) => objects.push(Fields::new(object, path)),
                None => self.faults.push(Fault::new("value", path, "It must be an object.")),
            }
        }
        Some(objects)
    }

    /// Members that Aidbox knows and that mean nothing here: kept, and named once in the audit log.
    pub(super) fn kept_without_effect(&mut self, names: &[&'static str]) {
        for name in names {
            if self.value(name).is_some() {
                self.without_effect.push(self.path(name));
            }
        }
    }

    /// Takes over what was found in a member.
    #[inline(never)]
    pub(super) fn absorb(&mut self, member: Fields<'_, '_>) {
        let (faults, without_effect) = member.finish();
        self.faults.extend(faults);
        self.without_effect.extend(without_effect);
    }

    /// The faults, unknown members included, and what is kept without effect.
    pub(super) fn finish(mut self) -> (Vec<Fault>, Vec<String>) {
        let unknown = self.object.iter().filter(|(name, _)| !self.known.contains(name));
        let unknown: Vec<String> = unknown.map(|(name, _)| name.chars().take(64).collect()).collect();
        for name in unknown {
            match self.known.iter().find(|known| is_nearly(known, &name)) {
                Some(known) => {
                    let sentence = ["This member is not known. Did you mean ", known, "?"].concat();
                    self.faults.push(Fault::new("structure", self.path(&name), sentence));
                }
                None => self.fault("structure", &name, "This member is not known; remove it."),
            }
        }
        (self.faults, self.without_effect)
    }
}

/// Whether a name was probably meant for the other one: they differ by case, by `_` and `-`, or by one letter that is
/// missing, too much, another one, or changed with its neighbour.
fn is_nearly(known: &str, name: &str) -> bool {
    let plain = |text: &str| -> Vec<u8> {
        text.bytes().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase()).collect()
    };
    let (one, other) = (plain(known), plain(name));
    if one == other {
        return true;
    }
    if one.len().min(other.len()) < 3 || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(start..).unwrap_or_default(), other.get(start..).unwrap_or_default());
    let rest = |text: &[u8], skip: usize| text.get(skip..).map(Vec::from);
    let swapped = one.first() == other.get(1) && one.get(1) == other.first() && rest(one, 2) == rest(other, 2);
    swapped
        || rest(one, 1) == rest(other, 1)
        || rest(one, 1).as_deref() == Some(other)
        || rest(other, 1).as_deref() == Some(one)
}

pub(super) fn is_text(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}
