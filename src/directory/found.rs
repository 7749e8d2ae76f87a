//! What was found of what was wanted. The resource itself has the last word about what it is called.

use alloc::rc::Rc;
use alloc::vec::Vec;

use super::Wanted;
use crate::error::Reason;
use crate::policy::UserKey;
use crate::resource::{Client, Resource, TokenIntrospector, User};

/// What was found of what was wanted. What was not asked for is not there.
pub struct Found<'a> {
    /// A resource that breaks the rules stands here as the fault that it is, raised only if it is needed.
    entries: Vec<(Wanted<'a>, Result<Option<Resource>, Reason>)>,
}

impl<'a> Found<'a> {
    pub(super) const fn new(entries: Vec<(Wanted<'a>, Result<Option<Resource>, Reason>)>) -> Self {
        Self { entries }
    }

    /// The Client with this id.
    ///
    /// # Errors
    /// [`Reason::ResourceInvalid`], as for the others: the store holds one that breaks the rules.
    pub fn client(&self, id: Option<&str>) -> Result<Option<Rc<Client>>, Reason> {
        let Some(id) = id else { return Ok(None) };
        Ok(match self.get(&Wanted::Client(id))? {
            Some(Resource::Client(client)) if client.id == id => Some(Rc::clone(client)),
            _ => None,
        })
    }

    /// The Client with this `provider`.
    ///
    /// # Errors
    /// [`Reason::ResourceInvalid`]
    pub fn client_by_provider(&self, provider: &str) -> Result<Option<Rc<Client>>, Reason> {
        Ok(match self.get(&Wanted::ClientByProvider(provider))? {
            Some(Resource::Client(client)) if client.token_exchange.provider.as_deref() == Some(provider) => {
                Some(Rc::clone(client))
            }
            _ => None,
        })
    }

    /// The TokenIntrospector of this issuer.
    ///
    /// # Errors
    /// [`Reason::ResourceInvalid`]
    pub fn introspector(&self, iss: &str) -> Result<Option<Rc<TokenIntrospector>>, Reason> {
        Ok(match self.get(&Wanted::Introspector(iss))? {
            Some(Resource::TokenIntrospector(introspector)) if introspector.iss == iss => Some(Rc::clone(introspector)),
            _ => None,
        })
    }

    /// The TokenIntrospector with this id.
    ///
    /// # Errors
    /// [`Reason::ResourceInvalid`]
    pub fn introspector_by_id(&self, id: &str) -> Result<Option<Rc<TokenIntrospector>>, Reason> {
        Ok(match self.get(&Wanted::IntrospectorById(id))? {
            Some(Resource::TokenIntrospector(introspector)) if introspector.id == id => Some(Rc::clone(introspector)),
            _ => None,
        })
    }

    /// The User that this key leads to.
    ///
    /// # Errors
    /// [`Reason::ResourceInvalid`]
    pub fn user(&self, user_key: UserKey<'_>) -> Result<Option<Rc<User>>, Reason> {
        let Some(Resource::User(user)) = self.get(&Wanted::User(user_key))? else { return Ok(None) };
        let is_the_one = match user_key {
            UserKey::Id(id) => user.id == id,
            UserKey::Identifier { system, value } => user.is_identified(system, value),
        };
        Ok(is_the_one.then(|| Rc::clone(user)))
    }

    fn get(&self, wanted: &Wanted<'_>) -> Result<Option<&Resource>, Reason> {
        match self.entries.iter().find(|(key, _)| key == wanted) {
            Some((_, Ok(resource))) => Ok(resource.as_ref()),
            Some((_, Err(reason))) => Err(*reason),
            None => Ok(None),
        }
    }
}
