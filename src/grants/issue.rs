//! The last step of an exchange: make the tokens, store what they need, and only then give them away.

use alloc::string::String;
use alloc::vec::Vec;

use super::Answer;
use crate::audit::Event;
use crate::host::{Host, HostFault};
use crate::jose::Actor;
use crate::policy::{Origin, Scope};
use crate::resource::{Delegation, TokenExchange, TokenFormat};
use crate::sts::Sts;
use crate::token::{
    AccessToken, GrantRecord, Handle, HandleKind, Jti, OpaqueToken, RefreshState, jwt, new_grant_id, token_type,
};

/// Everything that was decided about the tokens to issue.
pub struct Issue<'a> {
    /// To whom.
    pub client_id: &'a str,
    /// The client's `auth.token_exchange`.
    pub policy: &'a TokenExchange,
    /// What was asked for.
    pub requested: Requested,
    /// The subject token, to be looked at again.
    pub subject: Origin,
    /// The actor token, too.
    pub actor: Option<Origin>,
    /// `sub` to issue.
    pub sub: String,
    /// Whether a refresh token may be issued: not where a token of this service is subject or actor, whose rights would
    /// begin anew for ever.
    pub refreshable: bool,
    /// `aud` to issue.
    pub aud: Vec<String>,
    /// `scope` to issue.
    pub scope: Scope,
    /// `act` to issue.
    pub act: Option<Actor>,
    /// What delegation needed, to be looked at again at each refresh.
    pub delegation: Option<Delegation>,
    /// `exp` of the access token, seconds.
    pub exp: u64,
    /// Now, seconds.
    pub now: u64,
}

/// `requested_token_type`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requested {
    /// An access token in the client's format.
    AccessToken,
    /// A JWT, whatever the client's format.
    Jwt,
    /// A refresh token.
    RefreshToken,
}

impl Issue<'_> {
    /// Makes and stores. Nothing is stored for a JWT without a refresh token.
    ///
    /// # Errors
    /// [`HostFault`] if the host cannot sign or store; then nothing was issued.
    pub async fn issue<H: Host>(self, sts: &Sts, host: &H, event: &mut Event) -> Result<Answer, HostFault> {
        let opaque = self.requested == Requested::AccessToken && self.policy.token_format == TokenFormat::Opaque;
        let refresh_only = self.requested == Requested::RefreshToken;
        let refresh = self.policy.refresh_token && self.refreshable;
        let stored = opaque || refresh;
        let grant = new_grant_id(host)?;
        let mut record = self.record();

        let refresh_token = if refresh { Some(Handle::new(host, HandleKind::Refresh, &grant)?) } else { None };
        if let Some(token) = &refresh_token {
            let exp = self.now.saturating_add(self.policy.refresh_token_expiration);
            record.refresh = Some(RefreshState { digest: token.digest(), exp, rotations: 0, used: String::new() });
            record.expires = record.expires.max(exp);
        }
        let access = NewAccess { sts, grant: &grant, number: stored.then_some(0), exp: self.exp, now: self.now };
        let access_token = if refresh_only {
            String::new()
        } else {
            let (scope, aud) = (&self.scope, &self.aud);
            access.make(host, &mut record, opaque, scope, aud, event).await?
        };
        if stored {
            let written = host.write_grant(&grant, None, &record.to_json(), record.expires).await?;
            if !written {
                return Err(HostFault); // an id of 128 random bits that is there already: nothing to rely on
            }
        }

        let issued_token_type = match self.requested {
            Requested::AccessToken => token_type::ACCESS_TOKEN,
            Requested::Jwt => token_type::JWT,
            Requested::RefreshToken => token_type::REFRESH_TOKEN,
        };
        event.issued_token_type = Some(issued_token_type);
        event.aud = self.aud;
        event.scope = self.scope.to_text();
        let refresh_token = refresh_token.map(|token| String::from(token.expose()));
        let scope = self.scope.to_text();
        Ok(match (refresh_only, refresh_token) {
            (true, refresh_token) => Answer {
                access_token: refresh_token.ok_or(HostFault)?,
                issued_token_type,
                token_type: "N_A",
                expires_in: self.policy.refresh_token_expiration,
                scope,
                refresh_token: None,
            },
            (false, refresh_token) => Answer {
                access_token,
                issued_token_type,
                token_type: "Bearer",
                expires_in: self.exp.saturating_sub(self.now),
                scope,
                refresh_token,
            },
        })
    }

    fn record(&self) -> GrantRecord {
        GrantRecord {
            revoked: false,
            client_id: String::from(self.client_id),
            subject: self.subject.clone(),
            actor: self.actor.clone(),
            sub: self.sub.clone(),
            aud: self.aud.clone(),
            scope: self.scope.clone(),
            act: self.act.clone(),
            delegation: self.delegation,
            refresh: None,
            access: Vec::new(),
            issued: self.now,
            expires: self.exp,
        }
    }
}

/// An access token about to be made, at issue or at refresh.
pub(super) struct NewAccess<'a> {
    pub(super) sts: &'a Sts,
    /// The id of the grant, or of the token if there is no grant.
    pub(super) grant: &'a str,
    /// Its number within the grant; `None` if nothing is stored.
    pub(super) number: Option<u64>,
    pub(super) exp: u64,
    pub(super) now: u64,
}

impl NewAccess<'_> {
    /// The token. An opaque one is entered into the record; whatever ended before is taken out of it.
    pub(super) async fn make<H: Host>(
        self,
        host: &H,
        record: &mut GrantRecord,
        opaque: bool,
        scope: &Scope,
        aud: &[String],
        event: &mut Event,
    ) -> Result<String, HostFault> {
        record.access.retain(|token| self.now < token.exp);
        record.expires = record.expires.max(self.exp);
        if opaque {
            let token = Handle::new(host, HandleKind::Access, self.grant)?;
            let (scope, aud) = (scope.clone(), aud.to_vec());
            record.access.push(OpaqueToken { digest: token.digest(), iat: self.now, exp: self.exp, scope, aud });
            return Ok(String::from(token.expose()));
        }
        let jti =
            Jti { grant: String::from(self.grant), number: self.number, user: record.subject.user.is_some() }.to_text();
        let token = AccessToken {
            iss: &self.sts.issuer,
            sub: &record.sub,
            aud,
            client_id: &record.client_id,
            iat: self.now,
            exp: self.exp,
            jti: &jti,
            scope,
            act: record.act.as_ref(),
            copied: &record.subject.kept.copied,
        };
        let text = jwt(host, &self.sts.keys, &token).await?;
        event.jti = Some(jti);
        Ok(text)
    }
}
