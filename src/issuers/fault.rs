//! Why a fetch was of no use.

use crate::host::{Unanswered, Unread};
use crate::jose::KeySetFault;

/// Why a fetch was of no use: one for each remedy. For the operator; a client only learns that its token cannot be
/// verified now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchFault {
    /// No answer.
    Unanswered(Unanswered),
    /// An answer that leads elsewhere, with this status. Redirects are not followed.
    Redirect(u16),
    /// Any other status that is not 200.
    Status(u16),
    /// A 200 with a body that cannot be read.
    Unread(Unread),
    /// Not a JSON object.
    NotJson,
    /// A member of it is missing or of the wrong type.
    Malformed,
    /// `issuer` of the metadata is not the one that was asked (RFC 8414 section 3.3).
    IssuerMismatch,
    /// The metadata names a `jwks_uri` that is not fetched.
    UrlRefused,
    /// The JWK Set is refused whole.
    KeySet(KeySetFault),
}

impl FetchFault {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unanswered(why) => why.code(),
            Self::Redirect(_) => "redirect",
            Self::Status(_) => "status",
            Self::Unread(why) => why.code(),
            Self::NotJson => "not_json",
            Self::Malformed => "malformed",
            Self::IssuerMismatch => "issuer_mismatch",
            Self::UrlRefused => "url_refused",
            Self::KeySet(fault) => fault.code(),
        }
    }

    /// The HTTP status that came, if any did.
    #[must_use]
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Unanswered(_) => None,
            Self::Redirect(status) | Self::Status(status) => Some(status),
            _ => Some(200),
        }
    }
}
