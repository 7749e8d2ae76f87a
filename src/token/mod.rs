//! What this service issues: JWTs, opaque tokens, refresh tokens; and the keys it signs with.
//!
//! `access_token.rs` and `jti.rs` make a JWT, `handle.rs` an opaque token. A grant (`grant.rs`) is carried by its opaque
//! tokens until it is used; from then on the store holds its record (`grant_record.rs`, `store.rs`). `active.rs` goes the
//! other way, from the text of a token to what it says. No token is ever stored, only its digest, and nothing but
//! `store.rs` calls the grant store.

mod access_token;
mod active;
mod derived_keys;
mod grant;
mod grant_record;
mod handle;
mod id_jag;
mod jti;
mod signing_keys;
mod store;
pub mod token_type;
mod unreadable;

pub use access_token::{AccessToken, jwt, write_audience};
pub use active::{Active, Kind, Lookup};
pub use grant::Grant;
pub use grant_record::{GrantRecord, LiveGrant, OpaqueToken, RefreshState};
pub use handle::{Content, Handle, HandleKind, new_grant_id};
pub use id_jag::IdJag;
pub use jti::{Jti, OfGrant};
pub use signing_keys::{KeyFault, SigningKeys};
pub use store::GrantStore;
pub use unreadable::Unreadable;
