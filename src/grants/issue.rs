//! The last step of an exchange: make the tokens, store what they need, and only then give them away.
//!
//! A JWT without a refresh token needs nothing. Opaque tokens and refresh tokens carry their grant, so that nothing is
//! stored before one of them is used; but for a grant that its client must not read, or that is too long for a token.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::Answer;
use super::answer::token_type as token_type_of;
use super::new_jwt::NewJwt;
use super::outline::Outline;
use crate::apart::apart;
use crate::audit::Event;
use crate::call::Call;
use crate::host::{Host, HostFault};
use crate::jose::Actor;
use crate::policy::{Presented, Provenance, Scope};
use crate::resource::{Client, Delegation, ResourceType, TokenFormat, key};
use crate::token::{AccessToken, Grant, GrantRecord, Handle, HandleKind, LiveGrant, OfGrant, new_grant_id, token_type};

/// Everything that was decided about the tokens to issue.
pub struct Issue<'a> {
    /// To whom.
    pub client: &'a Client,
    /// What was asked for.
    pub requested: Requested,
    /// The form of an access token.
    pub format: TokenFormat,
    /// The subject token.
    pub subject: Presented<'a>,
    /// The actor token.
    pub actor: Option<Presented<'a>>,
    /// Who stands behind what is issued.
    pub provenance: Provenance,
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
    /// The key to which it is bound, by its thumbprint.
    pub jkt: Option<String>,
    /// `exp` of the access token, seconds.
    pub exp: u64,
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

impl Requested {
    /// `issued_token_type`
    const fn issued(self) -> &'static str {
        match self {
            Self::AccessToken => token_type::ACCESS_TOKEN,
            Self::Jwt => token_type::JWT,
            Self::RefreshToken => token_type::REFRESH_TOKEN,
        }
    }
}

/// Tokens that were made, and what must be stored before they are given away.
pub struct Issued {
    answer: Answer,
    stored: Option<(String, GrantRecord)>,
}

impl Issued {
    /// Stores what the tokens need, and gives them.
    ///
    /// # Errors
    /// [`HostFault`] if the host cannot store; then nothing was issued.
    pub async fn give<H: Host>(self, call: Call<'_, H>) -> Result<Answer, HostFault> {
        if let Some((grant, record)) = &self.stored
            && !apart(call.grants().write(grant, None, record)).await?
        {
            return Err(HostFault); // an id of 128 random bits that is there already: nothing to rely on
        }
        Ok(self.answer)
    }
}

/// The opaque tokens of a grant, and its record if they do not carry it.
struct Handles {
    access: Option<Handle>,
    refresh: Option<Handle>,
    record: Option<GrantRecord>,
}

impl Issue<'_> {
    /// Makes the tokens.
    ///
    /// # Errors
    /// [`HostFault`] if the host cannot sign, or has no randomness.
    pub async fn make<H: Host>(self, call: Call<'_, H>, event: &mut Event) -> Result<Issued, HostFault> {
        let (host, now, policy) = (call.host, call.now, &self.client.token_exchange);
        let opaque = self.requested == Requested::AccessToken && self.format == TokenFormat::Opaque;
        let refresh = policy.refresh_token && self.refreshable;
        let refresh_exp = refresh.then(|| now.saturating_add(policy.refresh_token_expiration));
        let grant = new_grant_id(host)?;

        let Handles { access, refresh, record } = if opaque || refresh {
            self.handles(call, &grant, opaque, refresh_exp)?
        } else {
            Handles { access: None, refresh: None, record: None }
        };
        let refresh_token = refresh.map(|token| String::from(token.expose()));
        let access_token = match (self.requested, access) {
            (Requested::RefreshToken, _) => None,
            (_, Some(token)) => Some(String::from(token.expose())),
            (_, None) => Some(self.jwt(call, &grant, refresh_exp, event).await?),
        };

        let issued_token_type = self.requested.issued();
        let (scope, expires_in) = (self.scope.to_text(), self.exp.saturating_sub(now));
        event.issued_token_type = Some(issued_token_type);
        self.note_ends(refresh_exp, event);
        event.scope.clone_from(&scope);
        event.act = self.act.as_ref().map(Actor::to_json);
        event.aud = self.aud;
        let answer = match access_token {
            None => Answer {
                access_token: refresh_token.ok_or(HostFault)?,
                issued_token_type,
                token_type: "N_A",
                expires_in: policy.refresh_token_expiration,
                scope,
                refresh_token: None,
            },
            Some(access_token) => {
                let token_type = token_type_of(self.jkt.as_deref());
                Answer { access_token, issued_token_type, token_type, expires_in, scope, refresh_token }
            }
        };
        Ok(Issued { answer, stored: record.map(|record| (grant, record)) })
    }

    /// What would be made. Nothing is drawn at random, signed or stored.
    pub(super) fn outline<H: Host>(&self, call: Call<'_, H>, event: &mut Event) -> Outline {
        let policy = &self.client.token_exchange;
        let scope = self.scope.to_text();
        let (form, expires_in) = match (self.requested, self.format) {
            (Requested::RefreshToken, _) => ("refresh_token", policy.refresh_token_expiration),
            (Requested::AccessToken, TokenFormat::Opaque) => ("opaque", self.exp.saturating_sub(call.now)),
            _ => ("jwt", self.exp.saturating_sub(call.now)),
        };
        let is_refresh_token = self.requested == Requested::RefreshToken;
        let beside = policy.refresh_token && self.refreshable && !is_refresh_token;
        let token = AccessToken {
            iss: &call.sts.issuer,
            sub: self.subject.issued_sub(),
            aud: &self.aud,
            client_id: &self.client.id,
            iat: call.now,
            exp: if is_refresh_token { call.now.saturating_add(expires_in) } else { self.exp },
            jti: None,
            scope: &self.scope,
            act: self.act.as_ref(),
            jkt: self.jkt.as_deref(),
            copied: &self.subject.kept.copied,
        };
        let issued_token_type = self.requested.issued();
        event.issued_token_type = Some(issued_token_type);
        let has_refresh_token = is_refresh_token || beside;
        let refresh_exp = has_refresh_token.then(|| call.now.saturating_add(policy.refresh_token_expiration));
        self.note_ends(refresh_exp, event);
        event.scope.clone_from(&scope);
        event.act = self.act.as_ref().map(Actor::to_json);
        event.aud.clone_from(&self.aud);
        Outline {
            form,
            issued_token_type,
            token_type: if is_refresh_token { "N_A" } else { token_type_of(self.jkt.as_deref()) },
            expires_in,
            scope,
            refresh_expires_in: beside.then_some(policy.refresh_token_expiration),
            ends_with: self.ends_with(),
            claims: token.to_json(),
        }
    }

    /// When what is issued ends, for the event. `refresh_exp`: the end of the refresh token, if there is one.
    const fn note_ends(&self, refresh_exp: Option<u64>, event: &mut Event) {
        (event.exp, event.refresh_exp) = match self.requested {
            Requested::RefreshToken => (refresh_exp, None),
            Requested::AccessToken | Requested::Jwt => (Some(self.exp), refresh_exp),
        };
    }

    /// Those who stand behind it, each once.
    fn ends_with(&self) -> Vec<String> {
        let Provenance { introspectors, actors, .. } = &self.provenance;
        let user = self.subject.user.as_ref().map(|user| (ResourceType::User, user.id.as_str()));
        let mut names = Vec::from([key::resource(ResourceType::Client, &self.client.id)]);
        let introspectors = introspectors.iter().map(|id| (ResourceType::TokenIntrospector, id.as_str()));
        let actors = actors.iter().map(|id| (ResourceType::User, id.as_str()));
        for (resource_type, id) in user.into_iter().chain(introspectors).chain(actors) {
            let name = key::resource(resource_type, id);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    async fn jwt<H: Host>(
        &self,
        call: Call<'_, H>,
        grant: &str,
        refresh_exp: Option<u64>,
        event: &mut Event,
    ) -> Result<String, HostFault> {
        let of_grant = refresh_exp.map(|end| OfGrant::new(call.host, end)).transpose()?;
        let token = NewJwt {
            grant,
            of_grant,
            user: self.subject.user.is_some(),
            provenance: &self.provenance,
            client_id: &self.client.id,
            sub: self.subject.issued_sub(),
            aud: &self.aud,
            scope: &self.scope,
            act: self.act.as_ref(),
            jkt: self.jkt.as_deref(),
            copied: &self.subject.kept.copied,
            exp: self.exp,
        };
        token.sign(call, event).await
    }

    /// `access`: whether the access token is opaque; `refresh_exp`: when the refresh token ends, if there is one.
    fn handles<H: Host>(
        &self,
        call: Call<'_, H>,
        id: &str,
        access: bool,
        refresh_exp: Option<u64>,
    ) -> Result<Handles, HostFault> {
        let grant = self.grant(call.now, refresh_exp);
        let kinds = (access.then_some(HandleKind::Access), refresh_exp.map(|_| HandleKind::Refresh));
        if !grant.is_hidden() {
            let carrying = |kind| {
                let payload = match kind {
                    HandleKind::Access => grant.for_access_token().to_payload(),
                    HandleKind::Refresh => grant.to_payload(),
                };
                Handle::carrying(&call.sts.issuer, &call.sts.keys, kind, id, &payload).ok_or(())
            };
            if let (Ok(access), Ok(refresh)) = (kinds.0.map(carrying).transpose(), kinds.1.map(carrying).transpose()) {
                return Ok(Handles { access, refresh, record: None });
            }
        }
        let new = |kind| Handle::new(call.host, &call.sts.issuer, &call.sts.keys, kind, id);
        let (access, refresh) = (kinds.0.map(new).transpose()?, kinds.1.map(new).transpose()?);
        let mut record = LiveGrant::new(grant, refresh.as_ref().map(Handle::digest));
        if let Some(token) = &access {
            let times = (call.now, self.exp);
            record.enter(token.digest(), times, &self.scope, &self.aud, self.jkt.as_deref());
        }
        Ok(Handles { access, refresh, record: Some(GrantRecord::Live(Box::new(record))) })
    }

    fn grant(&self, now: u64, refresh_exp: Option<u64>) -> Grant {
        let has_access_token = self.requested != Requested::RefreshToken;
        Grant {
            client_id: self.client.id.clone(),
            subject: self.subject.origin(),
            actor: self.actor.as_ref().map(Presented::origin),
            sub: String::from(self.subject.issued_sub()),
            aud: self.aud.clone(),
            scope: self.scope.clone(),
            act: self.act.clone(),
            delegation: self.delegation,
            provenance: self.provenance.clone(),
            issued: now,
            access_exp: if has_access_token { self.exp } else { now },
            refresh_exp,
            jkt: self.jkt.clone(),
        }
    }
}
