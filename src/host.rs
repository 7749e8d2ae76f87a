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

/// The answer of another server.
pub struct Incoming {
    /// HTTP status; redirects are not followed.
    pub status: u16,
    /// The value of `Cache-Control`.
    pub cache_control: Option<String>,
    /// The body of a 200; `None` if it is longer than what is read, or not UTF-8.
    pub body: Option<String>,
}

/// What the core needs from outside. `src/wasm.rs` is one host, the tests have another one in memory.
///
/// Futures need not be `Send`: the core runs on one thread.
#[allow(async_fn_in_trait, reason = "single-threaded by design; no bound on the futures is wanted")]
pub trait Host {
    /// Seconds since 1970-01-01T00:00:00Z. Read once for each request.
    fn now(&self) -> u64;

    /// Milliseconds since the request arrived, as far as the clock has moved. For the audit event only.
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

    /// Sends a request to another server. Neither cookies nor caches are used, and redirects are not followed.
    ///
    /// # Errors
    /// [`HostFault`] if there is no whole answer within the limits.
    async fn fetch(&self, request: &Outgoing<'_>) -> Result<Incoming, HostFault>;

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
