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

/// For whom a token was issued, as it is now.
pub(super) enum Subject {
    /// The User is there.
    User(Rc<User>),
    /// It is a machine.
    Machine,
    /// The User was made inactive.
    Inactive,
    /// The User is gone; there may be another one of the same id.
    Gone,
    /// The machine's name is a User's by now.
    NameTaken,
}

impl<H: Host> Call<'_, H> {
    /// Whether a token is still good: its Client and its subject are there. `None` if not.
    ///
    /// # Errors
    /// [`Reason::Unavailable`], [`Reason::ResourceInvalid`]
    pub(super) async fn good_subject_of(&self, token: &Active) -> Result<Option<Subject>, Reason> {
        let wanted = [Wanted::User(UserKey::Id(&token.sub)), Wanted::Client(&token.client_id)];
        let client = self.find(Vec::from(wanted)).await?.client(Some(&token.client_id))?;
        if !client.is_some_and(|client| client.active && client.created.was_there(token.issued)) {
            return Ok(None);
        }
        Ok(match self.subject_of(token).await? {
            subject @ (Subject::User(_) | Subject::Machine) => Some(subject),
            Subject::Inactive | Subject::Gone | Subject::NameTaken => None,
        })
    }

    /// For whom it was issued. The token says whether its `sub` is the id of a User, and that must still be so.
    ///
    /// # Errors
    /// [`Reason::Unavailable`], [`Reason::ResourceInvalid`]
    pub(super) async fn subject_of(&self, token: &Active) -> Result<Subject, Reason> {
        let key = UserKey::Id(&token.sub);
        let found = self.find(Vec::from([Wanted::User(key)])).await?;
        Ok(match (token.user, found.user(key)?) {
            (true, Some(user)) if user.inactive => Subject::Inactive,
            (true, Some(user)) if user.created.was_there(token.issued) => Subject::User(user),
            (true, _) => Subject::Gone,
            (false, Some(_)) => Subject::NameTaken,
            (false, None) => Subject::Machine,
        })
    }
}
