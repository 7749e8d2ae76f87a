//! A token that was presented and verified, as the decisions need it.

use alloc::borrow::Cow;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::{KeptClaims, Origin, ReadClaims, Scope};
use crate::audit::Party;
use crate::jose::json::Object;
use crate::jose::{Actor, Claims};
use crate::resource::{TokenIntrospector, User};

/// A verified subject or actor token.
pub struct Presented<'a> {
    /// `iss`
    pub iss: &'a str,
    /// `sub`
    pub sub: Cow<'a, str>,
    /// `scope`
    pub scope: Scope,
    /// `exp`, seconds
    pub exp: u64,
    /// `act`
    pub act: Option<Actor>,
    /// The key that it is bound to, by its thumbprint.
    pub jkt: Option<String>,
    /// What met the conditions of its issuer, and what of it is copied into issued tokens.
    pub kept: KeptClaims,
    /// All claims, of a JWT of another issuer.
    pub claims: Option<&'a Claims>,
    /// Whether this service issued it.
    pub own: bool,
    /// Whether it is opaque, and its issuer vouches for it.
    pub opaque: bool,
    /// `aud`, of a token of another issuer.
    pub aud: Option<Vec<String>>,
    /// Whose rules let it in; none for a token of this service.
    pub introspector: Option<Rc<TokenIntrospector>>,
    /// The introspector's `attributes`.
    pub attributes: Object<'static>,
    /// The claims that expressions read, of a token of this service.
    pub own_claims: ReadClaims,
    /// Its User, where one is needed.
    pub user: Option<Rc<User>>,
    /// Whether the identifier that the issuer has for him led to him.
    pub by_identifier: bool,
    /// The TokenIntrospectors that let it in: of an own token, those of what it was issued for.
    pub introspectors: Vec<Rc<TokenIntrospector>>,
    /// The Users who acted by what an own token was issued for. What is issued for it ends with each of them.
    pub actors: Vec<Rc<User>>,
}

impl Presented<'_> {
    /// `sub` of a token that is issued for it.
    #[must_use]
    pub fn issued_sub(&self) -> &str {
        self.user.as_ref().map_or(&self.sub, |user| &user.id)
    }

    /// What is kept of it, to look at it again.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin {
            iss: String::from(self.iss),
            sub: String::from(self.sub.as_ref()),
            user: self.user.as_ref().map(|user| user.id.clone()),
            instance: self.user.as_ref().map(|user| user.instance.name.clone()).unwrap_or_default(),
            by_identifier: self.by_identifier,
            own: self.own,
            opaque: self.opaque,
            aud: self.aud.clone(),
            iat: self.claims.and_then(|claims| claims.iat),
            jkt: self.jkt.clone(),
            kept: self.kept.clone(),
        }
    }

    /// Whether both speak of the same: by the names that their issuers use, or by the User that they lead to. A machine
    /// keeps its name when this service issues for it, so that one of that name is taken for it, whoever its issuer is.
    #[must_use]
    pub fn is(&self, other: &Presented<'_>) -> bool {
        let same_user = match (&self.user, &other.user) {
            (Some(own), Some(other)) => own.id == other.id,
            _ => false,
        };
        let same_machine = (self.own || other.own) && self.user.is_none() && other.user.is_none();
        same_user || ((same_machine || self.iss == other.iss) && self.sub == other.sub)
    }

    /// For the audit event.
    #[must_use]
    pub fn party(&self) -> Party {
        let user = self.user.as_ref().map(|user| &user.id).filter(|id| **id != self.sub).cloned();
        Party { iss: String::from(self.iss), sub: String::from(self.sub.as_ref()), user }
    }

    /// All claims, for expressions.
    #[must_use]
    pub fn rule_claims(&self) -> Object<'_> {
        self.claims.map_or_else(|| self.own_claims.claims.clone(), Claims::all)
    }

    /// All claims, as far as they are known: `iss` and `sub` always.
    #[must_use]
    pub fn all_claims(&self) -> Object<'_> {
        self.claims.map_or_else(
            || {
                let mut claims = Object::new();
                claims.set("iss", self.iss);
                claims.set("sub", self.sub.as_ref());
                claims
            },
            Claims::all,
        )
    }
}
