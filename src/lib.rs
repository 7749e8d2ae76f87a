//! A security token service: it takes a token that a trusted issuer signed and gives back one of its own, narrower
//! and for another audience. OAuth 2.0 Token Exchange, [RFC 8693](https://www.rfc-editor.org/rfc/rfc8693).
//!
//! The core knows OAuth and JOSE and nothing else: no clock, no randomness, no network, no JavaScript. All that it
//! needs from outside comes through the trait [`Host`]. With the feature `wasm` the module `wasm` is one such host,
//! made for the TypeScript hosts in `src/hosts`.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod admin;
mod answering;
mod apart;
pub mod audit;
pub mod call;
mod client_auth;
mod counted;
pub mod directory;
pub mod dpop;
pub mod error;
pub mod expression;
pub mod failures;
pub mod grants;
pub mod host;
pub mod http;
pub mod issuers;
pub mod jose;
pub mod limits;
mod message;
pub mod parameters;
pub mod policy;
mod recent_events;
mod remembered;
pub mod request_id;
mod requests;
pub mod resource;
pub mod secret;
mod sorted;
pub mod sts;
pub mod token;
mod url;
pub mod verification;
#[cfg(feature = "wasm")]
mod wasm;
mod words;

pub use error::{Reason, WireError};
pub use host::Host;
pub use sts::{Config, ConfigFault, Sts};
