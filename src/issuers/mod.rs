//! What is asked of issuers (and of clients with a `jwks_uri`): their keys, and whether an opaque token is theirs.
//!
//! Only what an administrator wrote is ever fetched, and only for a client that has proven who it is: nothing that a
//! token names.

mod discovery;
mod fetch;
mod key_sets;
mod vouched;

pub use fetch::{Asked, FetchFault};
pub use key_sets::{FetchedKeys, KeySets};
pub use vouched::{VouchedTokens, vouched};
