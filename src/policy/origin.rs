//! Where a grant comes from: what let its tokens in, to be looked at again at each refresh (RFC 9700 section 4.14.2).

use alloc::string::String;
use alloc::vec::Vec;

use super::{KeptClaims, UserKey, audience_accepted};
use crate::audit::Party;
use crate::resource::{Client, TokenIntrospector, User, UserRule};

/// What is kept of a token that was presented, as subject or as actor. There is no `Debug`: claims may be personal.
#[derive(Clone, Default)]
pub struct Origin {
    /// `iss`
    pub iss: String,
    /// `sub`
    pub sub: String,
    /// The id of its User, where it has one.
    pub user: Option<String>,
    /// That User's instance.
    pub instance: String,
    /// Whether that User was found by the identifier `iss`, `sub`, which he must still have.
    pub by_identifier: bool,
    /// Whether this service issued it. There is no refresh token for what an own token let in: rights would begin anew.
    pub own: bool,
    /// Whether it was opaque, so that its issuer vouched for it.
    pub opaque: bool,
    /// `aud`
    pub aud: Option<Vec<String>>,
    /// What met the conditions of its issuer, and what of it is copied.
    pub kept: KeptClaims,
}

impl Origin {
    /// Where its User is to be found; or whoever has taken the name of a machine.
    #[must_use]
    pub fn user_key(&self) -> UserKey<'_> {
        UserKey::Id(self.user.as_deref().unwrap_or(&self.sub))
    }

    /// For the audit event.
    #[must_use]
    pub fn party(&self) -> Party {
        let user = self.user.as_ref().filter(|id| **id != self.sub).cloned();
        Party { iss: self.iss.clone(), sub: self.sub.clone(), user }
    }

    /// What is still kept, if such a token would still be let in: by its User, by the client, by its introspector.
    ///
    /// `user`: what [`Self::user_key`] leads to; `own`: the issuer and the token endpoint of this service; `issued`: when
    /// the grant was, seconds.
    #[must_use]
    pub fn again(
        &self,
        client: &Client,
        introspector: Option<&TokenIntrospector>,
        user: Option<&User>,
        own: (&str, &str),
        issued: u64,
    ) -> Option<KeptClaims> {
        let user_holds = match (&self.user, user) {
            (Some(_), Some(user)) => {
                let named = !self.by_identifier || user.is_identified(&self.iss, &self.sub);
                let same = user.instance.name == self.instance && !user.instance.has_ended(issued);
                !user.inactive && same && named
            }
            (Some(_), None) => false,
            (None, user) => user.is_none(),
        };
        if self.own || !user_holds {
            return None;
        }
        let introspector = introspector.filter(|found| !found.instance.has_ended(issued))?;
        if !client.allowed_issuers.contains(&self.iss) {
            return None;
        }
        let rule_holds = match introspector.user {
            UserRule::None => self.user.is_none(),
            UserRule::Required => self.user.is_some(),
            UserRule::Identifier => self.user.is_some() && self.by_identifier,
        };
        let kind_holds = introspector.introspection_endpoint.is_some() == self.opaque;
        let audience_holds = audience_accepted(self.aud.as_deref(), introspector, own.0, own.1).is_ok();
        let holds = rule_holds && kind_holds && audience_holds;
        self.kept.again(introspector).ok().filter(|_| holds)
    }
}
