//! What is wrong with a resource, and the OperationOutcome that says so (FHIR R4, as Aidbox uses it).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::http::Response;
use crate::jose::json::{Object, Value};

/// One fault. It names the place and never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `issue.code` of FHIR: `required`, `value`, `structure`, `not-supported`, `duplicate`, …
    pub code: &'static str,
    /// The path of the member, such as `Client.auth.token_exchange.refresh_token`; may be empty.
    pub expression: String,
    /// What to do.
    pub diagnostics: Cow<'static, str>,
}

impl Fault {
    /// A fault at a place.
    #[must_use]
    pub fn new(code: &'static str, expression: impl Into<String>, diagnostics: impl Into<Cow<'static, str>>) -> Self {
        Self { code, expression: expression.into(), diagnostics: diagnostics.into() }
    }
}

/// An `OperationOutcome` with these faults.
#[must_use]
pub fn operation_outcome(status: u16, faults: &[Fault]) -> Response {
    let mut text = Object::new();
    text.set("status", "generated");
    text.set("div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">See issue.</div>");
    let issues = faults.iter().map(|fault| {
        let mut issue = Object::new();
        issue.set("severity", if status >= 500 { "fatal" } else { "error" });
        issue.set("code", fault.code);
        if !fault.expression.is_empty() {
            issue.set("expression", Vec::from([Value::from(fault.expression.as_str())]));
        }
        issue.set("diagnostics", fault.diagnostics.as_ref());
        Value::Object(issue)
    });
    let mut outcome = Object::new();
    outcome.set("resourceType", "OperationOutcome");
    outcome.set("id", faults.first().map_or("error", |fault| fault.code));
    outcome.set("text", text);
    outcome.set("issue", issues.collect::<Vec<_>>());
    let response = Response::json(status, outcome.to_json()).with("cache-control", "no-store");
    if status == 503 { response.with("retry-after", "5") } else { response }
}
