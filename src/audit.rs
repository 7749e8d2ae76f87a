//! Audit events: one for each decision, success or refusal.
//!
//! An event holds names, never values that could be used: no token, no secret, no assertion, no digest of one.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Reason;
use crate::jose::json::{Object, Value};

/// Who a token speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// `iss` of the token, as its issuer wrote it.
    pub iss: String,
    /// `sub` of the token.
    pub sub: String,
}

/// One decision.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// Seconds since 1970.
    pub time: u64,
    /// `token.exchange`, `token.refresh`, `token.introspect`, `token.revoke`, `admin.put`, …
    pub event: &'static str,
    /// Why it was refused; absent when it was not.
    pub reason: Option<Reason>,
    /// The client, once it is authenticated.
    pub client_id: Option<String>,
    /// The subject, once its token is verified.
    pub subject: Option<Party>,
    /// The actor, once its token is verified.
    pub actor: Option<Party>,
    /// `aud` of what was issued.
    pub aud: Vec<String>,
    /// `scope` of what was issued.
    pub scope: Option<String>,
    /// `jti` of what was issued.
    pub jti: Option<String>,
    /// `issued_token_type`
    pub issued_token_type: Option<&'static str>,
    /// The resource that an administrator read or changed, as `Type/id`.
    pub resource: Option<String>,
    /// Members of that resource that are kept and have no effect here.
    pub without_effect: Vec<String>,
    /// Milliseconds from the request's arrival to the decision, as far as the host's clock moved.
    pub duration_ms: u64,
}

impl Event {
    /// The event as one line of JSON.
    ///
    /// ```
    /// use edge_sts::audit::Event;
    /// let event = Event { time: 1, event: "token.exchange", ..Event::default() };
    /// assert_eq!(event.to_json(), r#"{"time":1,"event":"token.exchange","outcome":"success","duration_ms":0}"#);
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut object = Object::new();
        object.set("time", self.time);
        object.set("event", self.event);
        object.set("outcome", if self.reason.is_none() { "success" } else { "refused" });
        if !self.without_effect.is_empty() {
            object.set("level", "warning");
        }
        if let Some(reason) = self.reason {
            object.set("reason", Value::String(reason.code()));
        }
        if let Some(client_id) = &self.client_id {
            object.set("client_id", client_id.as_str());
        }
        for (name, party) in [("subject", &self.subject), ("actor", &self.actor)] {
            if let Some(party) = party {
                let mut member = Object::new();
                member.set("iss", party.iss.as_str());
                member.set("sub", party.sub.as_str());
                object.set(name, member);
            }
        }
        if !self.aud.is_empty() {
            object.set("aud", strings(&self.aud));
        }
        let texts = [("scope", &self.scope), ("jti", &self.jti), ("resource", &self.resource)];
        for (name, text) in texts {
            if let Some(text) = text {
                object.set(name, text.as_str());
            }
        }
        if let Some(issued) = self.issued_token_type {
            object.set("issued_token_type", issued);
        }
        if !self.without_effect.is_empty() {
            object.set("without_effect", strings(&self.without_effect));
        }
        object.set("duration_ms", self.duration_ms);
        object.to_json()
    }
}

fn strings(texts: &[String]) -> Value<'_> {
    Value::Array(texts.iter().map(|text| Value::String(Cow::Borrowed(text.as_str()))).collect())
}
