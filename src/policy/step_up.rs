//! Whether the user authenticated as a Client requires it (RFC 9470), by the word of his issuer.

use crate::error::Reason;
use crate::jose::json::{Object, Value};
use crate::limits;
use crate::resource::StepUp;

/// Whether these claims of a subject token say so. A claim that is absent, or cannot be read, says nothing.
///
/// # Errors
/// [`Reason::AuthenticationInsufficient`]
pub fn authenticated_enough(required: &StepUp, claims: &Object<'_>, now: u64) -> Result<(), Reason> {
    let acr = claims.get("acr").and_then(Value::as_str);
    let by_class = required.acr.is_empty() || acr.is_some_and(|acr| required.acr.iter().any(|one| one == acr));
    let lately = required.max_age.is_none_or(|max_age| {
        let auth_time = claims.get("auth_time").and_then(Value::as_integer);
        let until = |at: u64| at.saturating_add(max_age).saturating_add(limits::LEEWAY);
        auth_time.is_some_and(|at| now < until(at) && at <= now.saturating_add(limits::LEEWAY))
    });
    if by_class && lately { Ok(()) } else { Err(Reason::AuthenticationInsufficient) }
}
