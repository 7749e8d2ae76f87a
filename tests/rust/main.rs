//! The core, natively, with a host in memory; one file for each standard.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that panics has failed, which is what it is for"
)]

mod acknowledged;
mod administration;
mod attacks;
mod carried_grants;
mod chains;
mod claimed;
mod claims;
mod common;
mod dpop;
mod dpop_bound;
mod dry_run;
mod expression_vectors;
mod expressions;
mod faults;
mod federated;
mod grant_store;
mod health;
mod http;
mod id_jag;
mod instances;
mod issued_events;
mod issuers;
mod jwt_bearer;
mod metrics;
mod model;
mod opaque_tokens;
mod platform;
mod public_clients;
mod public_keys;
mod real_issuers;
mod refresh_retry;
mod resources;
mod rfc6749;
mod rfc7519;
mod rfc7523;
mod rfc7662_7009_6749;
mod rfc8693;
mod rfc8693_figures;
mod rules;
mod signing_keys;
mod slow_issuers;
mod step_up;
mod unchanged;
mod vectors;
mod versions;
