//! HTTP: plain request value in, plain response value out.

mod cors;
mod health;
mod metadata;
mod routes;
mod unavailable;

pub use health::Health;
pub use routes::respond;
pub use unavailable::unavailable;

pub use crate::message::{REQUEST_HEADERS, REQUEST_HEADERS_UNLESS_POST, Request, Response, SOURCE_ADDRESS};
pub use crate::url::{is_loopback, split_scheme};
