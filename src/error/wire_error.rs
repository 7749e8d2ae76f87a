//! What of a refusal the wire shows.

use alloc::borrow::Cow;

/// What the client sees of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError {
    /// HTTP status.
    pub status: u16,
    /// `error`
    pub error: &'static str,
    /// `error_description`: a fixed sentence in printable ASCII.
    pub description: Cow<'static, str>,
    /// Whether `WWW-Authenticate` asks for Basic credentials.
    pub challenge: bool,
    /// Seconds for `Retry-After`, if any.
    pub retry_after: Option<u32>,
}

impl WireError {
    pub(super) fn new(status: u16, error: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self { status, error, description: description.into(), challenge: false, retry_after: None }
    }
}
