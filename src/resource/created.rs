//! Since when a resource is there.

use alloc::string::String;

use super::date::iso8601;
use crate::jose::json::{Object, Value};

/// `meta.createdAt`, which the administrator's interface sets when it makes a resource. Resources that come in a file
/// have none: they are as old as the service.
#[derive(Clone, Debug, Default)]
pub struct Created(Option<String>);

impl Created {
    pub(super) fn of(document: &Object<'_>) -> Self {
        let meta = document.get("meta").and_then(Value::as_object);
        Self(meta.and_then(|meta| meta.get("createdAt")?.as_str()).map(String::from))
    }

    /// Whether it was there at a time, in seconds: what was issued before it was made was issued for another one, who had
    /// the same id and is gone.
    #[must_use]
    pub fn was_there(&self, seconds: u64) -> bool {
        // Dates of this form stand in the order of time.
        self.0.as_ref().is_none_or(|created| *created <= iso8601(seconds))
    }
}
