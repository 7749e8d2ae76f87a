//! For whom, and to whom, a token of this service was issued, as they are now.

use alloc::rc::Rc;
use alloc::vec::Vec;

use crate::call::Call;
use crate::directory::Wanted;
use crate::error::Reason;
use crate::host::Host;
use crate::policy::UserKey;
use crate::resource::User;
use crate::token::Active;

/// What became of them.
pub(super) enum Owner {
    /// The User is there.
    User(Rc<User>),
    /// The token is a machine's.
    Machine,
    /// The User was made inactive.
    Inactive,
    /// The User is gone; there may be another one of the same id.
    Gone,
    /// The machine's name is a User's by now.
    NameTaken,
    /// The Client was made inactive, or is gone.
    ClientGone,
}

impl<H: Host> Call<'_, H> {
    /// Looks for them. The token says whether its `sub` is the id of a User, and that must still be so.
    ///
    /// # Errors
    /// [`Reason::Unavailable`], [`Reason::ResourceInvalid`]
    pub(super) async fn owner(&self, token: &Active) -> Result<Owner, Reason> {
        let key = UserKey::Id(&token.sub);
        let found = self.find(Vec::from([Wanted::User(key), Wanted::Client(&token.client_id)])).await?;
        let client = found.client(Some(&token.client_id))?;
        if !client.is_some_and(|client| client.active && client.created.was_there(token.issued)) {
            return Ok(Owner::ClientGone);
        }
        Ok(match (token.user, found.user(key)?) {
            (true, Some(user)) if user.inactive => Owner::Inactive,
            (true, Some(user)) if user.created.was_there(token.issued) => Owner::User(user),
            (true, _) => Owner::Gone,
            (false, Some(_)) => Owner::NameTaken,
            (false, None) => Owner::Machine,
        })
    }
}
