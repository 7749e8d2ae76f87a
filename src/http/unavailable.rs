//! The answers of a service that cannot serve, because a binding is missing or broken.

use alloc::vec::Vec;

use super::{Request, Response};
use crate::error::Reason;
use crate::jose::ObjectWriter;

/// 503 for every path; `/health` names what is missing. `faults`: one a line, without values.
#[must_use]
pub fn unavailable(request: &Request<'_>, faults: &str) -> Response {
    // The issuer, and so its path, may be what is missing.
    if !request.path.ends_with("/health") {
        return Response::error(&Reason::Unavailable.wire()).secured();
    }
    let faults: Vec<&str> = faults.lines().filter(|line| !line.is_empty()).collect();
    let mut body = ObjectWriter::new();
    body.text("status", "unavailable");
    body.texts("faults", &faults);
    Response::json(503, body.finish()).with("cache-control", "no-store").with("retry-after", "5").secured()
}
