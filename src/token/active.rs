//! Whether a token is one of this service that has not ended and was not revoked, and what it says. Introspection,
//! userinfo, revocation and the exchange of own tokens all ask here; whether those who stand behind it are still there is
//! the question after this one (`grants/alive.rs`).

use alloc::string::String;
use alloc::vec::Vec;

use super::access_token::copied_claims;
use super::{Content, Grant, GrantRecord, GrantStore, Handle, HandleKind, Jti, LiveGrant, SigningKeys};
use crate::host::{Host, StoreFault};
use crate::jose::json::Object;
use crate::jose::{Actor, Claims, Confirmation, Unverified};
use crate::limits;
use crate::policy::{KeptClaims, Provenance, Scope};
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
    /// When the last token of its grant ends, as far as it tells, seconds.
    pub grant_end: u64,
    /// To whom it was issued.
    pub client_id: String,
    /// `sub`
    pub sub: String,
    /// Whether `sub` is the id of a User; else it is a workload's name.
    pub user: bool,
    /// Who stands behind it.
    pub provenance: Provenance,
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
    /// The key that an access token is bound to, by its thumbprint (`cnf`); of a refresh token, that of its first one.
    pub jkt: Option<String>,
}

impl Active {
    /// Whether a client may know and use this token: it was issued to it, or it is for it (contract 3.2).
    #[must_use]
    pub fn concerns(&self, client_id: &str, resources: &[String]) -> bool {
        self.client_id == client_id || self.aud.iter().any(|aud| aud == client_id || resources.contains(aud))
    }
}

/// Where a token is looked for.
pub struct Lookup<'a, H> {
    /// The host, for public keys.
    pub host: &'a H,
    /// The grant store.
    pub store: GrantStore<'a, H>,
    /// The service.
    pub issuer: &'a str,
    /// Its keys.
    pub keys: &'a SigningKeys,
    /// Since when the grant store remembers, seconds.
    pub since: u64,
    /// Now, seconds.
    pub now: u64,
    /// Whether a refresh token that was used is looked for, instead of the one that is valid.
    pub spent: bool,
}

impl<H: Host> Lookup<'_, H> {
    /// The token, if this service issued it, it has not ended and was not revoked. One read of the store.
    ///
    /// # Errors
    /// [`StoreFault`] if the host cannot tell.
    pub async fn find(&self, text: &str) -> Result<Option<Active>, StoreFault> {
        if text.len() > limits::TOKEN {
            return Ok(None);
        }
        match Handle::parse(text) {
            Some(handle) => self.by_handle(&handle).await,
            None if self.spent => Ok(None),
            None => self.by_signature(text).await,
        }
    }

    async fn by_handle(&self, handle: &Handle) -> Result<Option<Active>, StoreFault> {
        let Some(content) = handle.open(self.issuer, self.keys) else { return Ok(None) };
        let record = match self.store.read(&handle.grant).await? {
            Some((_, GrantRecord::Revoked { .. })) => return Ok(None),
            Some((_, GrantRecord::Live(record))) => Some(*record),
            None => None,
        };
        Ok(match (content, handle.kind) {
            (Content::Carried(payload), HandleKind::Access) => {
                Grant::from_payload(&payload, self.since)?.and_then(|grant| {
                    let narrowed =
                        Narrowed { scope: grant.scope.clone(), aud: grant.aud.clone(), jkt: grant.jkt.clone() };
                    self.access(&handle.grant, grant.end(), &grant, (grant.issued, grant.access_exp), narrowed)
                })
            }
            (Content::Carried(payload), HandleKind::Refresh) => {
                let carried = Grant::from_payload(&payload, self.since)?;
                let unused = || Some(LiveGrant::new(carried?, Some(handle.digest())));
                record.or_else(unused).and_then(|record| self.refresh(handle, &record))
            }
            (Content::Stored, HandleKind::Access) => record.and_then(|record| {
                let presented = handle.digest();
                let token = record.access.iter().find(|token| token.digest.is(&presented))?;
                let (scope, aud) = (token.scope(&record.grant), token.aud(&record.grant));
                let narrowed = Narrowed { scope, aud, jkt: token.jkt.clone() };
                self.access(&handle.grant, record.expires, &record.grant, (token.iat, token.exp), narrowed)
            }),
            (Content::Stored, HandleKind::Refresh) => record.and_then(|record| self.refresh(handle, &record)),
        })
    }

    fn refresh(&self, handle: &Handle, record: &LiveGrant) -> Option<Active> {
        let (state, exp) = (record.refresh.as_ref()?, record.grant.refresh_exp?);
        let presented = handle.digest();
        let is_it = if self.spent { state.was_used(&presented) } else { state.digest.is(&presented) };
        let LiveGrant { grant, expires, .. } = record;
        let token = from_grant(Kind::Refresh, &handle.grant, *expires, grant, (None, exp));
        (is_it && self.now < exp).then_some(token)
    }

    fn access(
        &self,
        id: &str,
        grant_end: u64,
        grant: &Grant,
        (iat, exp): (u64, u64),
        Narrowed { scope, aud, jkt }: Narrowed,
    ) -> Option<Active> {
        let token = from_grant(Kind::Opaque, id, grant_end, grant, (Some(iat), exp));
        (self.now < exp && !self.spent).then_some(Active { scope, aud, jkt, ..token })
    }

    async fn by_signature(&self, text: &str) -> Result<Option<Active>, StoreFault> {
        let Self { host, store, issuer, keys, now, .. } = *self;
        let Ok(token) = Unverified::parse(text) else { return Ok(None) };
        if token.iss() != issuer || !token.jws.header.is_typ(&["at+jwt"]) || now >= token.claims().exp {
            return Ok(None);
        }
        let verified = match verify(host, &token, keys.verification_keys(), u64::MAX, now).await {
            Ok(verified) => verified,
            Err(Failure::Token(_)) => return Ok(None),
            Err(Failure::Host(fault)) => return Err(fault.into()),
            Err(Failure::LaterVersion) => return Err(StoreFault::LaterVersion),
        };
        let Some(active) = from_claims(verified) else { return Ok(None) };
        // What was never used or revoked has no record.
        Ok(match store.read(&active.grant).await? {
            Some((_, GrantRecord::Revoked { .. })) => None,
            Some((_, GrantRecord::Live(_))) | None => Some(active),
        })
    }
}

/// What an access token has of its own, and not of its grant.
struct Narrowed {
    scope: Scope,
    aud: Vec<String>,
    jkt: Option<String>,
}

fn from_grant(kind: Kind, id: &str, grant_end: u64, grant: &Grant, (iat, exp): (Option<u64>, u64)) -> Active {
    let Grant { client_id, sub, aud, scope, act, subject, provenance, issued, jkt, .. } = grant.clone();
    let (user, KeptClaims { copied, .. }) = (subject.user.is_some(), subject.kept);
    let (grant, issued, jti) = (String::from(id), iat.unwrap_or(issued), None);
    Active {
        kind,
        grant,
        grant_end,
        client_id,
        sub,
        user,
        provenance,
        aud,
        scope,
        act,
        copied,
        iat,
        issued,
        exp,
        jti,
        jkt,
    }
}

fn from_claims(verified: Verified<'_>) -> Option<Active> {
    let Claims { sub, aud, client_id, scope, act, iat, exp, jti: text, cnf, .. } = verified.claims().clone();
    let jti = Jti::parse(text.as_deref()?)?;
    Some(Active {
        kind: Kind::Jwt,
        grant: jti.grant,
        grant_end: jti.of_grant.map_or(exp, |of_grant| of_grant.end.max(exp)),
        client_id: client_id?,
        sub,
        user: jti.user,
        provenance: jti.provenance,
        aud: aud?,
        scope: Scope::from(scope),
        act,
        copied: copied_claims(&verified.claims().all()),
        iat,
        issued: iat?,
        exp,
        jti: text,
        jkt: match cnf {
            Confirmation::None => None,
            Confirmation::Key(jkt) => Some(jkt),
            Confirmation::Other => return None, // nothing that is issued here
        },
    })
}
