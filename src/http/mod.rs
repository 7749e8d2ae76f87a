//! HTTP: plain request value in, plain response value out.

mod admin;
mod cors;
mod message;
mod metadata;
mod routes;
mod unavailable;

pub use message::{REQUEST_HEADERS, Request, Response};
pub use routes::respond;
pub use unavailable::unavailable;
