//! In which form a resource is stored, so that a later version of the program can change it.

use crate::jose::json::{Object, Value};

/// The form that this version writes and reads. A document says its form in `meta.format`; one without it has this first
/// one. A form counts up when a reader that does not know it would take the resource for another one than it is.
pub const FORMAT: u64 = 1;

/// Whether a later version of the program wrote this document: what it means is not known here.
#[must_use]
pub fn is_later(document: &Object<'_>) -> bool {
    let format = document.get("meta").and_then(Value::as_object).and_then(|meta| meta.get("format"));
    format.is_some_and(|format| format.as_integer().is_none_or(|format| format > FORMAT))
}
