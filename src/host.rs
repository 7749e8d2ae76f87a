//! The only way out of the core: time, randomness, stores, public-key cryptography and the audit log are the host's.

use alloc::string::String;
use alloc::vec::Vec;

use crate::audit::Event;
use crate::jose::Algorithm;

/// A store or a binding did not answer. The request is refused with 503; nothing was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostFault;

/// A value of the grant store with the version that a later write must name.
#[derive(Clone)]
pub struct Versioned {
    /// Grows by one with each write.
    pub version: u64,
    /// What was written.
    pub value: String,
}

/// A key for a computation that the host makes: a JWK as JSON text, and a name under which the host may remember what
/// it made of it.
#[derive(Clone, Copy)]
pub struct HostKey<'a> {
    /// Differs for different keys.
    pub id: &'a str,
    /// The JWK (RFC 7517) as JSON text; private for [`Host::sign`], public for [`Host::verify`].
    pub jwk: &'a str,
}

/// A request to another server: a GET, or a POST of a form.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// Where to. The core has looked at it.
    pub url: &'a str,
    /// The form to POST, if it is no GET.
    pub form: Option<&'a str>,
    /// The value of the header `Authorization`.
    pub authorization: Option<&'a str>,
    /// Bytes of the body that are read, at most.
    pub limit: usize,
    /// Milliseconds until there must be a whole answer.
    pub timeout: u64,
}

/// What every request to another server says of itself in `User-Agent` (RFC 9110 section 10.1.5). Firewalls refuse
/// requests without it.
pub const USER_AGENT: &str = concat!("edge-sts/", env!("CARGO_PKG_VERSION"));

/// The answer of another server.
pub struct Incoming {
    /// HTTP status; redirects are not followed.
    pub status: u16,
    /// The value of `Cache-Control`.
    pub cache_control: Option<String>,
    /// The body of a 200; that of any other status is not looked at.
    pub body: Result<String, Unread>,
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
    /// Longer than [`Outgoing::limit`].
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

/// What the core needs from outside. `src/wasm.rs` is one host, the tests have another one in memory.
///
/// Futures need not be `Send`: the core runs on one thread.
#[allow(async_fn_in_trait, reason = "single-threaded by design; no bound on the futures is wanted")]
pub trait Host {
    /// Seconds since 1970-01-01T00:00:00Z. Read once for each request.
    fn now(&self) -> u64;

    /// Milliseconds since the request arrived, as far as the clock has moved: for the audit event, and for how long a
    /// fetch takes.
    fn elapsed_ms(&self) -> u64;

    /// Fills `out` with bytes from a cryptographically secure source.
    ///
    /// # Errors
    /// [`HostFault`] if there is no randomness to be had.
    fn random(&self, out: &mut [u8]) -> Result<(), HostFault>;

    /// Reads values from the resource store, all at once, in the order of `keys`.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws.
    async fn read(&self, keys: &[String]) -> Result<Vec<Option<String>>, HostFault>;

    /// Writes to the resource store, one after the other in this order; `None` deletes.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws; what came before in the order has been written.
    async fn write(&self, changes: &[(String, Option<String>)]) -> Result<(), HostFault>;

    /// All keys of the resource store that begin with `prefix`, sorted.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws.
    async fn list(&self, prefix: &str) -> Result<Vec<String>, HostFault>;

    /// Reads a grant.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws.
    async fn read_grant(&self, id: &str) -> Result<Option<Versioned>, HostFault>;

    /// Writes a grant if its version is still `expected` (`None`: if there is none), as one step, and says whether it
    /// did. The store may delete it from `expires` (seconds) on.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws.
    async fn write_grant(&self, id: &str, expected: Option<u64>, value: &str, expires: u64) -> Result<bool, HostFault>;

    /// The signature of `data` in the form that JWS uses (RFC 7518).
    ///
    /// # Errors
    /// [`HostFault`] if the key cannot be used.
    async fn sign(&self, algorithm: Algorithm, key: HostKey<'_>, data: &[u8]) -> Result<Vec<u8>, HostFault>;

    /// Whether `signature`, in the form that JWS uses, is `key`'s over `data`.
    ///
    /// # Errors
    /// [`HostFault`] if the key cannot be used.
    async fn verify(
        &self,
        algorithm: Algorithm,
        key: HostKey<'_>,
        data: &[u8],
        signature: &[u8],
    ) -> Result<bool, HostFault>;

    /// Whether the host can make a key of this JWK: a point that is not on its curve is none.
    ///
    /// # Errors
    /// [`HostFault`] if the host cannot tell.
    async fn can_verify(&self, algorithm: Algorithm, key: HostKey<'_>) -> Result<bool, HostFault>;

    /// Sends a request to another server, with [`USER_AGENT`] and without asking for a content coding. Neither cookies
    /// nor caches are used, and redirects are not followed.
    ///
    /// # Errors
    /// [`Unanswered`] if there is no whole answer.
    async fn fetch(&self, request: &Outgoing<'_>) -> Result<Incoming, Unanswered>;

    /// Waits. Requests of the Workers runtime cannot wait for each other, only for a time.
    ///
    /// # Errors
    /// [`HostFault`] if the host cannot.
    async fn pause(&self, milliseconds: u64) -> Result<(), HostFault>;

    /// Counts one more event under this name and says whether it is still within the limit that the platform was
    /// given; `None` where the platform does not count.
    ///
    /// # Errors
    /// [`HostFault`] if it does not answer.
    async fn limit(&self, name: &str) -> Result<Option<bool>, HostFault>;

    /// Takes one audit event. It must not fail, and cannot change what is answered.
    fn audit(&self, event: &Event);
}
