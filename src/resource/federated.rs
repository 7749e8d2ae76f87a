//! `federated` of a Client: the workloads of other issuers whose tokens authenticate it.

use alloc::string::String;
use alloc::vec::Vec;

use super::Fault;
use super::condition::{Condition, read_conditions};
use super::fields::Fields;
use crate::limits;

/// One workload that is this client: what its token, sent as `client_assertion`, must say.
#[derive(Clone, Debug)]
pub struct Federated {
    /// `iss`: the issuer, whose TokenIntrospector has the keys.
    pub iss: String,
    /// `sub`: the workload.
    pub sub: String,
    /// `audience`: the one `aud` of its tokens, in place of the names of this service.
    pub audience: Option<String>,
    /// `claims`: what they must say beside that.
    pub claims: Vec<Condition>,
}

/// Reads `federated`.
pub(super) fn read_federated(fields: &mut Fields<'_, '_>) -> Vec<Federated> {
    let mut all = Vec::new();
    let entries = fields.objects("federated").unwrap_or_default();
    if entries.len() > limits::FEDERATED {
        fields.fault("value", "federated", "It has more than 32 elements.");
    }
    for mut entry in entries {
        let iss = entry.required("iss").map(String::from);
        let sub = entry.required("sub").map(String::from);
        if iss.as_ref().is_some_and(|iss| iss.len() > limits::ISS) {
            entry.fault("value", "iss", "It is longer than 400 bytes.");
        }
        if sub.as_ref().is_some_and(|sub| sub.len() > limits::SUB) {
            entry.fault("value", "sub", "It is longer than 1024 bytes.");
        }
        if iss.is_some() && iss == sub {
            let sentence = "It is the issuer itself, whose tokens are read as assertions of a client by that name.";
            entry.faults.push(Fault::new("value", entry.path("sub"), sentence));
        }
        let audience = entry.text("audience").map(String::from);
        let claims = read_conditions(&mut entry);
        if let (Some(iss), Some(sub)) = (iss, sub) {
            all.push(Federated { iss, sub, audience, claims });
        }
        fields.absorb(entry);
    }
    all
}
