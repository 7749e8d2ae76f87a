//! What this service issues: JWTs, opaque tokens, refresh tokens; and the keys it signs with.

mod access_token;
mod active;
mod grant_record;
mod handle;
mod jti;
mod signing_keys;
pub mod token_type;

pub use access_token::{AccessToken, jwt, write_audience};
pub use active::{Active, Kind, active, spent};
pub use grant_record::{GrantRecord, OpaqueToken, RefreshState};
pub use handle::{Handle, HandleKind, new_grant_id};
pub use jti::Jti;
pub use signing_keys::{KeyFault, SigningKeys};
