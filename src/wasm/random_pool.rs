//! Randomness, drawn in advance.

use alloc::boxed::Box;

use zeroize::Zeroize;

use crate::host::HostFault;

/// Random bytes drawn in advance: one call of `crypto.getRandomValues` costs as much as a whole HMAC. Bytes are wiped
/// when they are given out.
pub(super) struct RandomPool {
    bytes: Box<[u8; POOL]>,
    used: usize,
}

const POOL: usize = 4096;

impl RandomPool {
    pub(super) fn new() -> Self {
        Self { bytes: Box::new([0; POOL]), used: POOL }
    }

    /// Fills `out`, with bytes that are given out once.
    pub(super) fn fill(&mut self, out: &mut [u8]) -> Result<(), HostFault> {
        if out.len() > POOL {
            return Err(HostFault);
        }
        if self.used.saturating_add(out.len()) > POOL {
            getrandom::fill(&mut *self.bytes).map_err(|_| HostFault)?;
            self.used = 0;
        }
        let end = self.used.saturating_add(out.len());
        let drawn = self.bytes.get_mut(self.used..end).ok_or(HostFault)?;
        out.copy_from_slice(drawn);
        drawn.zeroize();
        self.used = end;
        Ok(())
    }
}

impl Default for RandomPool {
    fn default() -> Self {
        Self::new()
    }
}
