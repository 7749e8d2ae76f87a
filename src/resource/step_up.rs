//! `require` of a Client: how, and how lately, the user must have authenticated at his issuer (the names of RFC 9470).

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::fields::Fields;
use crate::jose::json::Value;

/// What a subject token must say of the user's authentication.
#[derive(Clone, Debug, Default)]
pub struct StepUp {
    /// `acr`: one of them, if there are some.
    pub acr: Vec<String>,
    /// `max_age`: seconds since `auth_time`, at most.
    pub max_age: Option<u64>,
}

/// Seconds of `max_age`: at most a year.
const MAX_AGE: RangeInclusive<u64> = 0..=31_536_000;

impl StepUp {
    /// Reads the member.
    pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let mut own = fields.object("require")?;
        let acr = match own.value("acr") {
            Some(Value::String(_)) => own.text("acr").map(|one| Vec::from([String::from(one)])),
            _ => own.texts("acr", |_| true, "It must be a string that is not empty."),
        };
        if acr.as_ref().is_some_and(Vec::is_empty) {
            own.fault("value", "acr", "It must name at least one.");
        }
        let required = Self { acr: acr.unwrap_or_default(), max_age: own.seconds("max_age", &MAX_AGE) };
        if required.acr.is_empty() && required.max_age.is_none() {
            own.fault("required", "acr", "Give acr, max_age, or both: without them nothing is required.");
        }
        fields.absorb(own);
        Some(required)
    }
}
