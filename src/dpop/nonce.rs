//! Nonces (RFC 9449 section 8) that no store has to keep: the time, and a MAC of it by a key that is derived from the
//! signing keys. Each instance of the service knows those of the others.

use alloc::string::String;
use alloc::vec::Vec;

use crate::jose::base64url;
use crate::limits;
use crate::sts::Sts;

/// Bytes of the time, and of the MAC behind it.
const TIME: usize = 8;
const TAG: usize = 16;

/// The nonce of this time, seconds: the same within a step of [`limits::DPOP_NONCE_STEP`].
pub(super) fn make(sts: &Sts, now: u64) -> String {
    let time = (now / limits::DPOP_NONCE_STEP).to_be_bytes();
    let mut nonce = Vec::from(time);
    nonce.extend(sts.keys.dpop_nonce_tag(&signed(sts, &time)).iter().take(TAG));
    base64url::encode(&nonce)
}

/// How many seconds ago it was made, in whole steps; `None` if this service did not make it, or too long ago.
pub(super) fn age(sts: &Sts, nonce: &str, now: u64) -> Option<u64> {
    let bytes = base64url::decode(nonce).filter(|bytes| bytes.len() == TIME + TAG)?;
    let (time, tag) = bytes.split_first_chunk::<TIME>()?;
    if !sts.keys.made_dpop_nonce(&signed(sts, time), tag) {
        return None;
    }
    let steps = (now / limits::DPOP_NONCE_STEP).checked_sub(u64::from_be_bytes(*time))?;
    (steps < limits::DPOP_NONCE_STEPS).then(|| steps.saturating_mul(limits::DPOP_NONCE_STEP))
}

/// What a MAC is about: the service, then the time. No issuer has a line end.
fn signed(sts: &Sts, time: &[u8]) -> Vec<u8> {
    [sts.issuer.as_bytes(), b"\n", time].concat()
}
