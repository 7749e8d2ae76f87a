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

/// The scheme of a URL and what stands behind `://`.
#[must_use]
pub fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}
