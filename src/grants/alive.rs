//! Whether those who stand behind a token or a grant of this service are still there (contract 3.2): the one definition
//! that exchange, introspection, userinfo and refresh share. That it has not ended and was not revoked is known before
//! (`token/active.rs`).

use alloc::rc::Rc;
use alloc::vec::Vec;

use crate::call::Call;
use crate::directory::{Found, Wanted};
use crate::error::{Reason, TokenFault};
use crate::host::Host;
use crate::policy::{Provenance, UserKey};
use crate::resource::{TokenIntrospector, User};
use crate::token::{Active, Grant};

/// What a token or a grant says of those who stand behind it.
pub(super) struct Standing<'t> {
    client_id: &'t str,
    sub: &'t str,
    /// Whether `sub` is the id of a User; else it is a workload's name.
    user: bool,
    provenance: &'t Provenance,
    issued: u64,
}

/// Those who stand behind it, as they are now.
pub(super) struct Alive {
    /// For whom it was issued; `None` for a workload.
    pub(super) user: Option<Rc<User>>,
    /// Whose tokens it was issued for.
    pub(super) introspectors: Vec<Rc<TokenIntrospector>>,
    /// The Users who act by it, or acted by the tokens that it was issued for.
    pub(super) actors: Vec<Rc<User>>,
}

impl<'t> From<&'t Active> for Standing<'t> {
    fn from(token: &'t Active) -> Self {
        let Active { client_id, sub, user, provenance, issued, .. } = token;
        Self { client_id, sub, user: *user, provenance, issued: *issued }
    }
}

impl<'t> From<&'t Grant> for Standing<'t> {
    fn from(grant: &'t Grant) -> Self {
        let Grant { client_id, sub, subject, provenance, issued, .. } = grant;
        Self { client_id, sub, user: subject.user.is_some(), provenance, issued: *issued }
    }
}

impl<'t> Standing<'t> {
    /// What has to be looked for.
    pub(super) fn wanted(&self) -> impl Iterator<Item = Wanted<'t>> + use<'t> {
        let introspectors = self.provenance.introspectors.iter().map(|id| Wanted::IntrospectorById(id));
        let actors = self.provenance.actors.iter().map(|id| Wanted::User(UserKey::Id(id)));
        let own = [Wanted::Client(self.client_id), Wanted::User(UserKey::Id(self.sub))];
        own.into_iter().chain(introspectors).chain(actors)
    }

    /// Those who stand behind it. Its Client, its User, its TokenIntrospectors and the Users who act must be there, active,
    /// and the same as when it was issued; and none may have a `not_before` after that. The name of a workload must not
    /// have become a User's.
    ///
    /// # Errors
    /// Outside [`Reason::ResourceInvalid`]; inside the fault of the token.
    pub(super) fn alive(&self, found: &Found<'_>) -> Result<Result<Alive, TokenFault>, Reason> {
        let Standing { client_id, sub, provenance, issued, .. } = *self;
        let user = match (self.user, found.user(UserKey::Id(sub))?) {
            (true, None) => return Ok(Err(TokenFault::UserUnknown)),
            (true, Some(user)) if user.inactive => return Ok(Err(TokenFault::UserInactive)),
            (false, Some(_)) => return Ok(Err(TokenFault::UserCollision)),
            (_, user) => user,
        };
        let client = found.client(Some(client_id))?.filter(|client| client.active);
        let introspectors = provenance.introspectors.iter().map(|id| found.introspector_by_id(id));
        let introspectors = introspectors.collect::<Result<Option<Vec<_>>, Reason>>()?;
        let actors = provenance.actors.iter().map(|id| Ok(found.user(UserKey::Id(id))?.filter(|user| !user.inactive)));
        let actors = actors.collect::<Result<Option<Vec<_>>, Reason>>()?;
        let (Some(client), Some(introspectors), Some(actors)) = (client, introspectors, actors) else {
            return Ok(Err(TokenFault::NotActive));
        };
        let holds = provenance.holds(&client, user.as_deref(), &introspectors, &actors, issued);
        Ok(if holds { Ok(Alive { user, introspectors, actors }) } else { Err(TokenFault::NotActive) })
    }
}

impl<H: Host> Call<'_, H> {
    /// Those who stand behind a token, as they are now.
    ///
    /// # Errors
    /// Outside [`Reason::Unavailable`] and [`Reason::ResourceInvalid`]; inside the fault of the token.
    pub(super) async fn alive(&self, token: &Active) -> Result<Result<Alive, TokenFault>, Reason> {
        let standing = Standing::from(token);
        standing.alive(&self.find(standing.wanted().collect()).await?)
    }
}
