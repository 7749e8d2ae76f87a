//! DPoP (RFC 9449): a client proves with each request that it holds a key, and what it gets is bound to that key.
//!
//! In comes the header `DPoP` of a request, out goes a [`Proof`] whose `jkt` is the name of the key that was proved.
//! `proof.rs` reads and verifies one, by the order of section 4.3; `claims.rs` says what it must state, `htu.rs` compares
//! the URL; `nonce.rs` makes and knows nonces without a store; `binding.rs` decides to which key a token is bound when the
//! tokens that it is issued for are bound themselves.
//!
//! A proof is checked before the client's credentials are: a request that is sent again with a nonce must find its client
//! assertion unspent. And a binding is never taken away: whatever a bound token is turned into is bound, too.

mod binding;
mod claims;
mod htu;
mod nonce;
mod proof;

pub use binding::{Bound, bound_to};
pub use proof::{Asked, Proof, Unproved};
