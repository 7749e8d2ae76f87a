//! What is asked of issuers (and of clients with a `jwks_uri`): their keys, and whether an opaque token is theirs.
//!
//! Only what an administrator wrote is ever fetched, never what a token names. Whoever has not proven who he is causes one
//! fetch a minute of a source, at most.
//!
//! - `fetch.rs`: one request, what may come back, the event that it leaves
//! - `discovery.rs`: where an issuer says that its keys are
//! - `key_sets.rs`: verifies a token with keys that are fetched; `source.rs`: who fetches them, and who waits
//! - `vouched.rs`: asks an issuer about an opaque token

mod discovery;
mod fetch;
mod key_sets;
mod source;
mod vouched;

pub use fetch::{Asked, FetchFault};
pub use key_sets::{FetchedKeys, KeySets};
pub use vouched::{VouchedTokens, vouched};
