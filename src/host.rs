//! The only way out of the core: time, randomness, stores, public-key cryptography and the audit log are the host's.

mod fault;

use alloc::string::String;
use alloc::vec::Vec;

pub use fault::{HostFault, StoreFault, Unanswered, Unread};

use crate::audit::Event;
use crate::jose::Algorithm;

/// `Type/id`, in its two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceName<'a> {
    /// `Client`, `TokenIntrospector` or `User`.
    pub resource_type: &'a str,
    /// The id.
    pub id: &'a str,
}

/// A resource as the directory has it. There is no `Debug`: it holds secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// The version of its last change, a deletion too; 0 if there never was one.
    pub version: u64,
    /// `None` when there is none.
    pub document: Option<String>,
}

/// One resource's part of a transaction. There is no `Debug`: it holds secrets.
#[derive(Clone)]
pub struct Change<'a> {
    /// Which resource.
    pub name: ResourceName<'a>,
    /// The version of the last change that is to be replaced; 0 if there must not have been one.
    pub expected: u64,
    /// The version of this change, greater than `expected`.
    pub version: u64,
    /// `None` deletes.
    pub document: Option<&'a str>,
    /// The document without its secrets, for the history.
    pub shown: Option<&'a str>,
    /// The name by which it can be listed.
    pub listed_as: Option<&'a str>,
    /// Look-ups that no other resource may have.
    pub unique: &'a [String],
    /// Look-ups that other resources may have, too.
    pub shared: &'a [String],
}

/// What came of a transaction. Where it is not done, nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// All of it is done.
    Done,
    /// The change at this place expected another version than there is.
    Outdated(usize),
    /// The change at this place wants a look-up that another resource has.
    Taken {
        /// Which change.
        place: usize,
        /// The look-up.
        key: String,
        /// Who has it: `Type/id`.
        holder: String,
    },
}

/// Which resources to list: all that is given must be met.
#[derive(Clone, Default)]
pub struct Query<'a> {
    /// `Client`, `TokenIntrospector` or `User`.
    pub resource_type: &'a str,
    /// With this id.
    pub id: Option<&'a str>,
    /// With this name.
    pub name: Option<&'a str>,
    /// With each of these unique look-ups.
    pub lookups: Vec<String>,
    /// How many to pass over.
    pub offset: u64,
    /// How many to give at most.
    pub count: u64,
}

/// One page of resources. There is no `Debug`: it holds secrets.
pub struct Page {
    /// How many there are in all.
    pub total: u64,
    /// Their documents.
    pub documents: Vec<String>,
}

/// One page of the versions of a resource, newest first.
#[derive(Clone, Debug)]
pub struct History {
    /// How many there are in all.
    pub total: u64,
    /// The versions.
    pub versions: Vec<Version>,
}

/// One version of a resource, without its secrets.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number.
    pub version: u64,
    /// When it was made, seconds.
    pub at: u64,
    /// Who made it.
    pub by: String,
    /// `None` for a deletion.
    pub document: Option<String>,
}

/// What waits to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// How many keys.
    pub keys: u64,
    /// Since when the oldest of them, seconds.
    pub since: Option<u64>,
}

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
    /// Differs for different keys; empty for one that is not to be remembered.
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

    /// Reads what requests need of the resources, all at once, in the order of `keys`. A replica may answer that is some
    /// time behind [`Self::change`]. For a shared look-up it is the JSON array of all resources (`Type/id`) that have it.
    ///
    /// # Errors
    /// [`StoreFault`] if the store throws, and whether a later version made its tables.
    async fn read(&self, keys: &[String]) -> Result<Vec<Option<String>>, StoreFault>;

    /// The resources as they are now, in the order of `names`; never from a replica.
    ///
    /// # Errors
    /// [`StoreFault`] if the directory throws.
    async fn look(&self, names: &[ResourceName<'_>]) -> Result<Vec<Stored>, StoreFault>;

    /// One transaction of the directory: every change is made, or none. First all look-ups of the resources that are named
    /// go, then the new ones come. `by`: who makes it; `at`: when, seconds.
    ///
    /// # Errors
    /// [`StoreFault`] if the directory throws: then it may or may not be done.
    async fn change(&self, changes: &[Change<'_>], by: &str, at: u64) -> Result<Changed, StoreFault>;

    /// One page of the resources of a type, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreFault`] if the directory throws.
    async fn list(&self, query: &Query<'_>) -> Result<Page, StoreFault>;

    /// One page of the versions of a resource, newest first.
    ///
    /// # Errors
    /// [`StoreFault`] if the directory throws.
    async fn history(&self, name: ResourceName<'_>, offset: u64, count: u64) -> Result<History, StoreFault>;

    /// What the directory has not published yet; `None` where nothing is published.
    ///
    /// # Errors
    /// [`HostFault`] if the directory throws.
    async fn waiting(&self) -> Result<Option<Waiting>, HostFault>;

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
