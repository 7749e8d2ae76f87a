//! Fuzz targets: every parser, and whole requests through the service with a host in memory.
//!
//! A target takes any bytes and panics if a property does not hold. Each states its properties at its top; all of them
//! together: no panic, no answer that a secret can be read from, nothing issued for a token that nobody signed, and the
//! good request goes on working. `README.md` says how they are run.
#![forbid(unsafe_code)]

#[path = "../../tests/rust/common.rs"]
#[allow(dead_code, reason = "the tests need more of it")]
mod common;

mod oracle;
mod slowest;
mod targets;

pub use slowest::Slowest;

/// A target.
pub type Target = fn(&[u8]);

/// Every target by its name, which is also that of its folder in `corpus/`.
pub const TARGETS: [(&str, Target); 18] = [
    ("admin", targets::admin::run),
    ("assertion", targets::assertion::run),
    ("base64url", targets::base64url::run),
    ("basic", targets::basic::run),
    ("claims", targets::claims::run),
    ("conditions", targets::conditions::run),
    ("dpop", targets::dpop::run),
    ("exchange", targets::exchange::run),
    ("expressions", targets::expressions::run),
    ("grant_record", targets::grant_record::run),
    ("json", targets::json::run),
    ("jws", targets::jws::run),
    ("keys", targets::keys::run),
    ("parameters", targets::parameters::run),
    ("request", targets::request::run),
    ("resources", targets::resources::run),
    ("sequence", targets::sequence::run),
    ("token_ids", targets::token_ids::run),
];

/// The target with this name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(own, _)| *own == name).map(|(_, target)| *target)
}
