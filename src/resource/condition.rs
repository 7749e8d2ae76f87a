//! `claims` and `copy_claims` of a TokenIntrospector: what the issuer's tokens must say, and what of it is passed on.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Fault;
use super::element::element;
use super::fields::{Fields, is_text};
use crate::jose::json::Value;
use crate::limits;

/// One member of `claims`: the claim must be there and be, or contain, one of the values.
#[derive(Clone)]
pub struct Condition {
    /// The name of a claim, or a path with dots; [`crate::policy::conditions_met`] says how it is resolved.
    pub claim: String,
    /// Exact strings, or `true` or `false`; never none.
    pub values: Vec<Value<'static>>,
}

/// Claims that are never copied: a reader of an issued token takes them as this service's own words.
const RESERVED: &[&str] = &[
    // What this service says and reads itself (RFC 7519, RFC 8693, RFC 9068, RFC 7800; `box_user` is Aidbox's).
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "scope",
    "client_id",
    "act",
    "may_act",
    "cnf",
    "box_user",
    // What an answer of introspection says (RFC 7662, RFC 9701), where copied claims stand beside it.
    "active",
    "token_type",
    "username",
    "token_introspection",
    // Rights, by the names of RFC 9068 section 2.2.3 and RFC 9396 and those that resource servers read for them: the
    // issuer's roles are not this service's. Rights are passed on as `scope`.
    "roles",
    "groups",
    "entitlements",
    "authorization_details",
    "scp",
    "permissions",
    "realm_access",
    "resource_access",
    "wids",
    // Programs in JavaScript take it for something else than a member.
    "__proto__",
    // Other names for how the user authenticated. `acr`, `amr` and `auth_time` (RFC 9470) may be copied where a rule says so.
    "acrs",
    "vot",
    "vtm",
    // To whom, in which session, answer or transaction the other token was given (OpenID Connect, RFC 8417).
    "azp",
    "nonce",
    "at_hash",
    "c_hash",
    "s_hash",
    "rt_hash",
    "sid",
    "session_state",
    "events",
    "toe",
    "txn",
    "sub_id",
    // Keys and proofs of possession (RFC 7800, RFC 9449, OpenID Connect SIOP).
    "sub_jwk",
    "jkt",
    "ath",
    "htm",
    "htu",
    // What makes another kind of token of it, or sends its reader elsewhere (RFC 7519 section 5.3, SD-JWT, status
    // lists, distributed claims).
    "typ",
    "vct",
    "_sd",
    "_sd_alg",
    "status",
    "_claim_names",
    "_claim_sources",
];

/// Whether a claim has a meaning of its own in what this service issues, so that it is never copied.
#[must_use]
pub fn is_reserved(claim: &str) -> bool {
    RESERVED.contains(&claim)
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.claim)
    }
}

/// Reads `claims`.
pub(super) fn read_conditions(fields: &mut Fields<'_, '_>) -> Vec<Condition> {
    let mut conditions = Vec::new();
    let path = fields.path("claims");
    let Some(value) = fields.value("claims") else { return conditions };
    let Some(claims) = value.as_object() else {
        fields.fault("value", "claims", "It must be an object: the names of claims, and what they must be.");
        return conditions;
    };
    for (claim, value) in claims.iter() {
        // The name is the administrator's own, and shown as unknown members are.
        let place = [&path, ".", &claim.chars().take(64).collect::<String>()].concat();
        let mut fault = |place: String, diagnostics| fields.faults.push(Fault::new("value", place, diagnostics));
        let (values, is_list) = match value {
            Value::Array(values) => (values.as_slice(), true),
            value => (core::slice::from_ref(value), false),
        };
        if !is_text(claim) {
            fault(path.clone(), "The name of a claim is not empty and has no control characters.");
        }
        if values.is_empty() {
            fault(place.clone(), "An empty list allows nothing: name the values, or remove the claim.");
        }
        for (index, value) in values.iter().enumerate() {
            if !matches!(value, Value::Bool(_)) && !value.as_str().is_some_and(is_text) {
                let place = if is_list { element(&place, index) } else { place.clone() };
                fault(place, "It must be an exact string, true or false, or a list of them.");
            }
        }
        let values = values.iter().map(|value| value.clone().into_owned()).collect();
        conditions.push(Condition { claim: String::from(claim), values });
    }
    conditions
}

/// Reads `copy_claims`: names of claims, none of them reserved.
pub(super) fn read_copy_claims(fields: &mut Fields<'_, '_>) -> Vec<String> {
    const SENTENCE: &str = "It must be the name of a claim, and not one that already has a meaning in an issued token.";
    let names = fields.texts("copy_claims", |name| !is_reserved(name), SENTENCE).unwrap_or_default();
    if names.len() > limits::COPIED_NAMES {
        fields.fault("value", "copy_claims", "It has more than 64 names.");
    }
    names
}
