//! Why the host, or another server that it was to ask, gave no answer. Apart from the host itself, so that a refusal
//! (`error.rs`) can name it.

/// A store or a binding did not answer. The request is refused with 503; nothing was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostFault;

/// Why a store does not say what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// It does not answer, or holds what nobody of us wrote.
    Host(HostFault),
    /// It holds what a later version of the program wrote.
    LaterVersion,
}

impl From<HostFault> for StoreFault {
    fn from(fault: HostFault) -> Self {
        Self::Host(fault)
    }
}

/// Where nobody is told what the store holds.
impl From<StoreFault> for HostFault {
    fn from(_: StoreFault) -> Self {
        Self
    }
}

/// Why another server gave no answer. Each kind needs another remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unanswered {
    /// The name leads to an address that the host does not connect to: a private one.
    Address,
    /// The name leads to no address.
    Name,
    /// No connection, or one that broke off.
    Connection,
    /// No encrypted connection: the certificate, or the protocol.
    Tls,
    /// No whole answer within the time.
    Timeout,
    /// What came is not HTTP, or another protocol.
    Protocol,
    /// The host does not say.
    Unknown,
}

/// Why the body of an answer cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unread {
    /// Longer than [`super::Outgoing::limit`].
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// `Content-Encoding` names a coding that the host does not undo. None was asked for.
    Coding,
}

impl Unanswered {
    /// The stable code, which the hosts outside of Rust use, too.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Address => "address_refused",
            Self::Name => "name_unknown",
            Self::Connection => "connection_failed",
            Self::Tls => "tls_failed",
            Self::Timeout => "timeout",
            Self::Protocol => "not_http",
            Self::Unknown => "no_answer",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let known = [Self::Address, Self::Name, Self::Connection, Self::Tls, Self::Timeout, Self::Protocol];
        known.into_iter().find(|kind| kind.code() == code).unwrap_or(Self::Unknown)
    }
}

impl Unread {
    /// The stable code, which the hosts outside of Rust use, too.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::NotUtf8 => "not_utf8",
            Self::Coding => "content_encoding",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::TooLong, Self::NotUtf8, Self::Coding].into_iter().find(|kind| kind.code() == code)
    }
}

impl From<HostFault> for Unanswered {
    fn from(_: HostFault) -> Self {
        Self::Unknown
    }
}
