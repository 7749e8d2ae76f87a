//! What a client can ask for: one file for each request, `token_exchange.rs`, `jwt_bearer.rs`, `refresh.rs`, `introspection.rs`,
//! `revocation.rs` and `userinfo.rs`.
//!
//! Each authenticates, verifies and decides inside of `until_unchanged` (`client.rs`, `call.rs`), which begins again when
//! an administrator changed something that was used. What a decision spends, an assertion or a refresh token, is spent
//! after it, and a token is given away when what it needs is stored. `alive.rs` says who must still be there. `dry_run.rs`
//! decides the same for an administrator and makes nothing.

mod alive;
mod answer;
mod asked;
mod claimed;
mod claimed_client;
mod client;
mod dry_run;
mod id_jag;
mod introspection;
mod issue;
mod jwt_bearer;
mod new_jwt;
mod outline;
mod presented_token;
mod refresh;
mod revocation;
mod token_exchange;
mod token_request;
mod userinfo;

pub use answer::Answer;
pub use claimed::note_claimed;
pub use client::ClientRequest;
pub use dry_run::{DryRun, Rule, dry_run};
pub use id_jag::issue_id_jag;
pub use introspection::introspect;
pub use issue::Issue;
pub use jwt_bearer::redeem;
pub use outline::Outline;
pub use refresh::refresh;
pub use revocation::revoke;
pub use token_exchange::exchange;
pub use token_request::token;
pub use userinfo::{AccessTokenOf, unproved, userinfo};

/// `grant_type` of token exchange (RFC 8693 section 2.1).
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// `grant_type` of a refresh (RFC 6749 section 6).
pub const REFRESH_TOKEN: &str = "refresh_token";
/// `grant_type` of an identity assertion (RFC 7523 section 2.1).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
