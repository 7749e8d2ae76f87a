//! The claims of a proof (RFC 9449 section 4.2) and what of them can be refused without a key.

use alloc::string::String;

use super::htu;
use crate::error::DpopFault;
use crate::jose::json::{self, Value};
use crate::jose::numeric_date;
use crate::limits;

/// The claims of a proof.
pub(super) struct Claims {
    pub(super) jti: String,
    htm: String,
    htu: String,
    iat: u64,
    exp: Option<u64>,
    nbf: Option<u64>,
    pub(super) ath: Option<String>,
    pub(super) nonce: Option<String>,
}

impl Claims {
    pub(super) fn parse(payload: &[u8]) -> Result<Self, DpopFault> {
        let payload = core::str::from_utf8(payload).map_err(|_| DpopFault::Malformed)?;
        let claims = json::parse_object(payload).map_err(|_| DpopFault::Malformed)?;
        let text = |name| claims.get(name).and_then(Value::as_str);
        let required = |name| text(name).map(String::from).ok_or(DpopFault::ClaimMissing(name));
        let date = |name| match claims.get(name) {
            None => Ok(None),
            Some(value) => numeric_date(value).map(Some).ok_or(DpopFault::Iat),
        };
        let jti = required("jti")?;
        if jti.is_empty() || jti.len() > limits::DPOP_JTI {
            return Err(DpopFault::ClaimMissing("jti"));
        }
        Ok(Self {
            jti,
            htm: required("htm")?,
            htu: required("htu")?,
            iat: claims.get("iat").and_then(numeric_date).ok_or(DpopFault::ClaimMissing("iat"))?,
            exp: date("exp")?,
            nbf: date("nbf")?,
            // One of another type fits nothing.
            ath: text("ath").map(String::from),
            nonce: text("nonce").filter(|nonce| nonce.len() <= limits::DPOP_NONCE).map(String::from),
        })
    }

    /// Whether it was made for such a request, and lately. `by_nonce`: a nonce says when it was made, whatever the client's
    /// clock says.
    pub(super) fn check(&self, method: &str, url: &str, by_nonce: bool, now: u64) -> Result<(), DpopFault> {
        if self.htm != method {
            return Err(DpopFault::Htm);
        }
        if !htu::is_of(&self.htu, url) {
            return Err(DpopFault::Htu);
        }
        let latest = now.saturating_add(limits::DPOP_AHEAD);
        let lately = self.iat.saturating_add(limits::DPOP_AGE) >= now && self.iat <= latest;
        // No standard asks for them; a proof that says how long it is good is not good for longer (RFC 7519 section 4.1).
        let ended = self.exp.is_some_and(|exp| now >= exp.saturating_add(limits::LEEWAY));
        let begun = self.nbf.is_none_or(|nbf| nbf <= latest);
        if (by_nonce || lately) && !ended && begun { Ok(()) } else { Err(DpopFault::Iat) }
    }
}
