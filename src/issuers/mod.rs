//! What is asked of issuers (and of clients with a `jwks_uri`): their keys, and whether an opaque token is theirs.
//!
//! Only what an administrator wrote is ever fetched, never what a token names. Whoever has not proven who he is causes one
//! fetch a minute of a source, at most.
//!
//! - `fetch.rs`: one request, what may come back, the event that it leaves
//! - `discovery.rs`: where an issuer says that its keys are
//! - `fetched_keys.rs`: verifies a token with keys that are fetched; `source.rs`: who fetches them, and who waits
//! - `issuer_keys.rs`: the same with the keys of a TokenIntrospector, wherever they are
//! - `vouched.rs`: asks an issuer about an opaque token; `repeated_token.rs`: refuses an answer that repeats it
//! - `key_sets.rs`, `vouched_tokens.rs`: what the service remembers of both; `fault.rs`: why a fetch was of no use

mod discovery;
mod fault;
mod fetch;
mod fetched_keys;
mod issuer_keys;
mod key_sets;
mod repeated_token;
mod source;
mod vouched;
mod vouched_tokens;

pub use fault::FetchFault;
pub use fetch::Asked;
pub use fetched_keys::FetchedKeys;
pub use issuer_keys::verify_by;
pub use key_sets::KeySets;
pub use vouched::vouched;
pub use vouched_tokens::VouchedTokens;
