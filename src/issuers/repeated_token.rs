//! An answer of an introspection endpoint that repeats the token of which it speaks.
//!
//! What it says goes into events, new tokens and records of grants. A bearer token serves whoever reads it there (RFC 6750
//! section 5.3), so an answer that repeats it is refused.

use crate::error::TokenFault;
use crate::jose::json::{Object, Value};

/// The answer without a `jti` that is the token itself, as that of UAA is: it is needed for nothing.
///
/// # Errors
/// [`TokenFault::ClaimMalformed`]: another member repeats the token.
pub(super) fn without_the_token<'a>(mut answer: Object<'a>, token: &str) -> Result<Object<'a>, TokenFault> {
    if answer.get("jti").is_some_and(|jti| repeats(jti, token)) {
        answer.remove("jti");
    }
    let repeating = answer.iter().find(|(name, value)| is_in(name, token) || repeats(value, token));
    let fault = repeating.map(|(name, _)| TokenFault::ClaimMalformed(known(name)));
    fault.map_or(Ok(answer), Err)
}

fn repeats(value: &Value<'_>, token: &str) -> bool {
    match value {
        Value::String(text) => is_in(text, token),
        Value::Array(values) => values.iter().any(|value| repeats(value, token)),
        Value::Object(object) => object.iter().any(|(name, value)| is_in(name, token) || repeats(value, token)),
        Value::Number(_) | Value::Null | Value::Bool(_) => false,
    }
}

/// A token of a few letters is part of many words, and is no secret.
fn is_in(text: &str, token: &str) -> bool {
    token.len() >= 8 && text.contains(token)
}

/// Nothing of the answer is repeated but names that are known.
fn known(name: &str) -> &'static str {
    const NAMES: [&str; 8] = ["iss", "sub", "aud", "client_id", "scope", "username", "act", "may_act"];
    NAMES.into_iter().find(|known| *known == name).unwrap_or("other")
}
