//! Whether a token of this service is active, and what it says. Introspection, userinfo, revocation and the exchange of
//! own tokens all ask here.

use alloc::string::String;
use alloc::vec::Vec;

use super::access_token::copied_claims;
use super::{GrantRecord, Handle, HandleKind, Jti, RefreshState, SigningKeys};
use crate::host::{Host, HostFault};
use crate::jose::json::Object;
use crate::jose::{Actor, Claims, Unverified};
use crate::limits;
use crate::policy::{KeptClaims, Scope};
use crate::verification::{Failure, Verified, verify};

/// What an active token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A JWT access token.
    Jwt,
    /// An opaque access token.
    Opaque,
    /// A refresh token.
    Refresh,
}

/// An active token of this service.
#[derive(Clone)]
pub struct Active {
    /// What it is.
    pub kind: Kind,
    /// Under which id the store has, or would have, its grant.
    pub grant: String,
    /// To whom it was issued.
    pub client_id: String,
    /// `sub`
    pub sub: String,
    /// Whether `sub` is the id of a User; else it is a workload's name.
    pub user: bool,
    /// `aud`
    pub aud: Vec<String>,
    /// `scope`
    pub scope: Scope,
    /// `act`
    pub act: Option<Actor>,
    /// Claims that were copied from the subject token.
    pub copied: Object<'static>,
    /// `iat`, seconds
    pub iat: Option<u64>,
    /// When it was issued, or its grant if it is a refresh token, seconds.
    pub issued: u64,
    /// `exp`, seconds
    pub exp: u64,
    /// `jti`, of a JWT
    pub jti: Option<String>,
}

impl Active {
    /// Whether a client may know and use this token: it was issued to it, or it is for it (contract 3.2).
    #[must_use]
    pub fn concerns(&self, client_id: &str, resources: &[String]) -> bool {
        self.client_id == client_id || self.aud.iter().any(|aud| aud == client_id || resources.contains(aud))
    }
}

/// The token, if this service issued it, it has not ended and was not revoked.
///
/// # Errors
/// [`HostFault`] if the host cannot tell.
pub async fn active<H: Host>(
    host: &H,
    issuer: &str,
    keys: &SigningKeys,
    text: &str,
    now: u64,
) -> Result<Option<Active>, HostFault> {
    if text.len() > limits::TOKEN {
        return Ok(None);
    }
    match Handle::parse(text) {
        Some(handle) => by_handle(host, &handle, now, false).await,
        None => by_signature(host, issuer, keys, text, now).await,
    }
}

/// The grant of a refresh token that was used: whoever asks for the end of one of its tokens wants the end of all.
///
/// # Errors
/// [`HostFault`] if the host cannot tell.
pub async fn spent<H: Host>(host: &H, text: &str, now: u64) -> Result<Option<Active>, HostFault> {
    match Handle::parse(text).filter(|handle| handle.kind == HandleKind::Refresh) {
        Some(handle) => by_handle(host, &handle, now, true).await,
        None => Ok(None),
    }
}

/// `spent`: a refresh token that was used is looked for, instead of the one that is valid.
async fn by_handle<H: Host>(host: &H, handle: &Handle, now: u64, spent: bool) -> Result<Option<Active>, HostFault> {
    let Some(record) = read_record(host, &handle.grant).await? else { return Ok(None) };
    if record.revoked {
        return Ok(None);
    }
    let presented = handle.digest();
    Ok(match handle.kind {
        HandleKind::Access => {
            let token = record.access.iter().find(|token| token.digest.is(&presented) && now < token.exp).cloned();
            token.map(|token| {
                let times = (Some(token.iat), token.exp);
                from_record(Kind::Opaque, &handle.grant, record, token.scope, token.aud, times)
            })
        }
        HandleKind::Refresh => {
            let state = record.refresh.as_ref();
            let is_it = |state: &&RefreshState| match spent {
                true => state.was_used(&presented),
                false => state.digest.is(&presented),
            };
            let exp = state.filter(is_it).map(|state| state.exp).filter(|exp| now < *exp);
            exp.map(|exp| {
                let (scope, aud) = (record.scope.clone(), record.aud.clone());
                from_record(Kind::Refresh, &handle.grant, record, scope, aud, (None, exp))
            })
        }
    })
}

fn from_record(
    kind: Kind,
    grant: &str,
    record: GrantRecord,
    scope: Scope,
    aud: Vec<String>,
    (iat, exp): (Option<u64>, u64),
) -> Active {
    let GrantRecord { client_id, sub, act, subject, issued, .. } = record;
    let (user, KeptClaims { copied, .. }) = (subject.user.is_some(), subject.kept);
    let (grant, issued, jti) = (String::from(grant), iat.unwrap_or(issued), None);
    Active { kind, grant, client_id, sub, user, aud, scope, act, copied, iat, issued, exp, jti }
}

async fn by_signature<H: Host>(
    host: &H,
    issuer: &str,
    keys: &SigningKeys,
    text: &str,
    now: u64,
) -> Result<Option<Active>, HostFault> {
    let Ok(token) = Unverified::parse(text) else { return Ok(None) };
    if token.iss() != issuer || token.jws.header.typ.as_deref() != Some("at+jwt") || now >= token.claims().exp {
        return Ok(None);
    }
    let verified = match verify(host, &token, keys.verification_keys(), u64::MAX, now).await {
        Ok(verified) => verified,
        Err(Failure::Token(_)) => return Ok(None),
        Err(Failure::Host(fault)) => return Err(fault),
    };
    let Some(active) = from_claims(verified) else { return Ok(None) };
    // A grant must be there; a token without one only has a record once it was revoked.
    let of_a_grant = active.jti.as_deref().and_then(Jti::parse).is_some_and(|jti| jti.number.is_some());
    Ok(match read_record(host, &active.grant).await? {
        Some(record) if record.revoked => None,
        None if of_a_grant => None,
        _ => Some(active),
    })
}

fn from_claims(verified: Verified<'_>) -> Option<Active> {
    let Claims { sub, aud, client_id, scope, act, iat, exp, jti, .. } = verified.claims().clone();
    let jti = Jti::parse(&jti?)?;
    Some(Active {
        kind: Kind::Jwt,
        client_id: client_id?,
        sub,
        user: jti.user,
        aud: aud?,
        scope: Scope::from(scope),
        act,
        copied: copied_claims(&verified.claims().all()),
        iat,
        issued: iat.unwrap_or_default(),
        exp,
        jti: Some(jti.to_text()),
        grant: jti.grant,
    })
}

/// A record that cannot be read is a fault of the store, never a grant that is not there.
async fn read_record<H: Host>(host: &H, grant: &str) -> Result<Option<GrantRecord>, HostFault> {
    match host.read_grant(grant).await? {
        None => Ok(None),
        Some(found) => GrantRecord::from_json(&found.value).map(Some).ok_or(HostFault),
    }
}
