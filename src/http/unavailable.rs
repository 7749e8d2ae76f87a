//! The answers of a service that cannot serve, because a binding is missing or broken.

use alloc::vec::Vec;

use super::{Request, Response};
use crate::error::Reason;
use crate::jose::json::{Object, Value};

/// 503 for every path; `/health` names what is missing. `faults`: one a line, without values.
#[must_use]
pub fn unavailable(request: &Request<'_>, faults: &str) -> Response {
    if request.path != "/health" {
        return Response::error(&Reason::Unavailable.wire());
    }
    let faults = faults.lines().filter(|line| !line.is_empty()).map(Value::from);
    let mut body = Object::new();
    body.set("status", "unavailable");
    body.set("faults", faults.collect::<Vec<_>>());
    Response::json(503, body.to_json()).with("cache-control", "no-store").with("retry-after", "5")
}
