//! One proof: read, verified, and spent where the service remembers those that it has seen.

use alloc::string::String;
use core::cell::Cell;

use super::claims::Claims;
use super::nonce;
use crate::apart::apart;
use crate::call::Call;
use crate::error::{DpopFault, TokenFault};
use crate::host::{Host, HostFault};
use crate::jose::json::{self, Value};
use crate::jose::{Algorithm, Compact, PublicKey, base64url, sha256};
use crate::limits;
use crate::message::{Repeated, Request};
use crate::verification::made_by;

/// A verified proof: whoever made this request holds the key. There is no `Debug`.
pub struct Proof {
    /// The name of the key: its thumbprint (RFC 7638).
    pub jkt: String,
    jti: String,
    ath: Option<String>,
    spent: Cell<bool>,
}

/// For which request a proof must have been made: method, and the path of the endpoint under the issuer. The request's own
/// Host is not asked: behind a proxy it is another one.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// `htm`
    pub method: &'a str,
    /// The path of `htu`.
    pub path: &'a str,
}

/// Why there is no [`Proof`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unproved {
    /// The proof is at fault.
    Proof(DpopFault),
    /// The host is.
    Host,
}

impl From<DpopFault> for Unproved {
    fn from(fault: DpopFault) -> Self {
        Self::Proof(fault)
    }
}

impl From<HostFault> for Unproved {
    fn from(_: HostFault) -> Self {
        Self::Host
    }
}

impl Proof {
    /// Verifies the proof of a request; `None` if it has none. `fresh`: takes a nonce for the answer, where the client
    /// needs one or should have a newer one.
    ///
    /// # Errors
    /// [`Unproved`]
    pub async fn of<H: Host>(
        call: Call<'_, H>,
        request: &Request<'_>,
        asked: Asked<'_>,
        fresh: &mut Option<String>,
    ) -> Result<Option<Self>, Unproved> {
        match request.only_header("dpop") {
            Some(text) => apart(Self::verified(call, text, asked, fresh)).await.map(Some),
            None => Ok(None),
        }
    }

    async fn verified<H: Host>(
        call: Call<'_, H>,
        text: Result<&str, Repeated>,
        asked: Asked<'_>,
        fresh: &mut Option<String>,
    ) -> Result<Self, Unproved> {
        // One header, and one proof in it (RFC 9449 section 4.3, 1). A list of them has a comma, which no JWS has.
        let text = text.map_err(|_| DpopFault::Malformed)?;
        let Call { sts, now, .. } = call;
        let (key, jws) = read(text)?;
        let claims = Claims::parse(&jws.payload)?;
        let url = [sts.issuer.as_str(), asked.path].concat();
        claims.check(asked.method, &url, sts.dpop_nonces, now)?;
        if !made_by(call.host, &key, &jws).await? {
            return Err(DpopFault::Signature.into());
        }
        if sts.dpop_nonces {
            let age = claims.nonce.as_deref().and_then(|own| nonce::age(sts, own, now));
            if age.is_none_or(|age| age > limits::DPOP_NONCE_OLD) {
                *fresh = Some(nonce::make(sts, now));
            }
            age.ok_or(DpopFault::Nonce)?;
        }
        let Claims { jti, ath, .. } = claims;
        Ok(Self { jkt: String::from(key.thumbprint()), jti, ath, spent: Cell::new(false) })
    }

    /// Whether it was made for this access token (RFC 9449 section 4.2, `ath`).
    #[must_use]
    pub fn is_for(&self, token: &str) -> bool {
        self.ath.as_deref() == Some(base64url::encode(&sha256(token.as_bytes())).as_str())
    }

    /// Remembers it as used, where the service is told to; last of all that a request does before something is given. It is
    /// spent once in a request, however often that begins again.
    ///
    /// # Errors
    /// [`Unproved`]: it was used before, or the store does not answer.
    pub async fn spend<H: Host>(&self, call: Call<'_, H>) -> Result<(), Unproved> {
        if !call.sts.dpop_replay_store || self.spent.replace(true) {
            return Ok(());
        }
        // Two clients may choose the same `jti`; no thumbprint has a zero byte.
        let name = [self.jkt.as_bytes(), b"\0", self.jti.as_bytes()].concat();
        let mark = ["dpop.", &base64url::encode(&sha256(&name))].concat();
        let expires = call.now.saturating_add(limits::DPOP_KEPT);
        if call.grants().mark(&mark, expires).await? { Ok(()) } else { Err(DpopFault::Replayed.into()) }
    }
}

/// The key that a proof names, and the proof, taken apart and not yet believed.
fn read(text: &str) -> Result<(PublicKey, Compact<'_>), DpopFault> {
    if text.len() > limits::DPOP_PROOF {
        return Err(DpopFault::Malformed);
    }
    let jws = Compact::parse(text).map_err(|fault| match fault {
        TokenFault::Algorithm => DpopFault::Alg,
        TokenFault::Header("typ") => DpopFault::Typ,
        _ => DpopFault::Malformed,
    })?;
    let header = text.split('.').next().and_then(base64url::decode).ok_or(DpopFault::Malformed)?;
    let header = core::str::from_utf8(&header).map_err(|_| DpopFault::Malformed)?;
    let header = json::parse_object(header).map_err(|_| DpopFault::Malformed)?;
    if header.get("typ").and_then(Value::as_str) != Some("dpop+jwt") {
        return Err(DpopFault::Typ);
    }
    if !Algorithm::OF_PUBLIC_KEYS.contains(&jws.header.alg) {
        return Err(DpopFault::Alg);
    }
    let key = header.get("jwk").and_then(Value::as_object).ok_or(DpopFault::Jwk)?;
    let key = PublicKey::from_jwk(key, None).map_err(|_| DpopFault::Jwk)?;
    if key.serves(jws.header.alg, &Algorithm::OF_PUBLIC_KEYS) { Ok((key, jws)) } else { Err(DpopFault::Alg) }
}
