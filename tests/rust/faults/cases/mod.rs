//! One for each route, and for each way through it.

pub mod administration;
pub mod clients;
pub mod dpop;
pub mod dpop_refreshes;
pub mod exchanges;
pub mod id_jag;
pub mod public;
pub mod questions;
pub mod refreshes;
