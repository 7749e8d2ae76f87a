//! Code that the first exchange does not need.

use alloc::boxed::Box;
use core::future::Future;
use core::pin::Pin;

/// A future whose code stays a function of its own, where it would otherwise become part of the one that awaits it. A runtime
/// compiles a function of the module at its first call: what only other requests need is then not compiled before the first
/// exchange. For what is rare: it costs an allocation.
pub fn apart<'a, T>(future: impl Future<Output = T> + 'a) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(future)
}
