//! The OperationOutcome that says why a request of the administrator was refused (FHIR R4, as Aidbox uses it).

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Reason;
use crate::host::{HostFault, StoreFault};
use crate::jose::{ObjectWriter, array};
use crate::message::Response;
use crate::resource::Fault;

/// A request that ends with this answer, for this reason.
pub(super) struct Refused(pub(super) Response, pub(super) Reason);

impl Refused {
    /// With one fault.
    pub(super) fn with(status: u16, code: &'static str, expression: &str, diagnostics: &'static str) -> Self {
        Self(operation_outcome(status, &[Fault::new(code, expression, diagnostics)]), Reason::Administration)
    }

    pub(super) fn unavailable() -> Self {
        let refused = Self::with(503, "transient", "", "The store did not answer. Try again later.");
        Self(refused.0, Reason::Unavailable)
    }

    fn later_version() -> Self {
        const SENTENCE: &str =
            "A later version of this service made the tables of the directory. Update this instance.";
        Self(Self::with(503, "not-supported", "", SENTENCE).0, Reason::LaterVersion)
    }

    pub(super) fn not_found() -> Self {
        Self::with(404, "not-found", "", "There is no such resource.")
    }

    pub(super) fn read_only() -> Self {
        let refused = Self::with(405, "not-supported", "", "The resources of this instance are read-only.");
        Self(refused.0.with("allow", "GET, HEAD"), refused.1)
    }
}

impl From<HostFault> for Refused {
    fn from(_: HostFault) -> Self {
        Self::unavailable()
    }
}

impl From<StoreFault> for Refused {
    fn from(fault: StoreFault) -> Self {
        match fault {
            StoreFault::Host(fault) => fault.into(),
            StoreFault::LaterVersion => Self::later_version(),
        }
    }
}

impl From<Vec<Fault>> for Refused {
    fn from(faults: Vec<Fault>) -> Self {
        Self(operation_outcome(422, &faults), Reason::Administration)
    }
}

/// An `OperationOutcome` with these faults.
pub(super) fn operation_outcome(status: u16, faults: &[Fault]) -> Response {
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
    outcome.json("issue", &array(&issues.collect::<Vec<String>>()));
    let response = Response::json(status, outcome.finish()).with("cache-control", "no-store");
    if status == 503 { response.with("retry-after", "5") } else { response }
}
