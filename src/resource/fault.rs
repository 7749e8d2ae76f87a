//! What is wrong with a resource, and the OperationOutcome that says so (FHIR R4, as Aidbox uses it).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::http::Response;
use crate::jose::{ObjectWriter, array};

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
    let mut text = ObjectWriter::new();
    text.text("status", "generated");
    text.text("div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">See issue.</div>");
    let issues = faults.iter().map(|fault| {
        let mut issue = ObjectWriter::new();
        issue.text("severity", if status >= 500 { "fatal" } else { "error" });
        issue.text("code", fault.code);
        if !fault.expression.is_empty() {
            issue.texts("expression", &[&fault.expression]);
        }
        issue.text("diagnostics", &fault.diagnostics);
        issue.finish()
    });
    let mut outcome = ObjectWriter::new();
    outcome.text("resourceType", "OperationOutcome");
    outcome.text("id", faults.first().map_or("error", |fault| fault.code));
    outcome.json("text", &text.finish());
    outcome.json("issue", &array(&issues.collect::<Vec<_>>()));
    let response = Response::json(status, outcome.finish()).with("cache-control", "no-store");
    if status == 503 { response.with("retry-after", "5") } else { response }
}
