//! What a request may need, and under which names it stands.

use alloc::string::String;

use crate::error::Reason;
use crate::jose::json;
use crate::limits;
use crate::policy::UserKey;
use crate::resource::{self, Resource, ResourceType, key};

/// A resource that a request may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// A Client by its id.
    Client(&'a str),
    /// A Client by its `provider`.
    ClientByProvider(&'a str),
    /// The TokenIntrospector of an issuer.
    Introspector(&'a str),
    /// A TokenIntrospector by its id.
    IntrospectorById(&'a str),
    /// A User.
    User(UserKey<'a>),
}

/// By which of its names a resource is looked up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ResourceKind {
    Client,
    ClientByProvider,
    Introspector,
    IntrospectorById,
    UserById,
    UserByIdentifier,
}

/// What tells it from others in memory: unlike the store's key, no digest and no new text.
pub(super) type MemoryKey<'a> = (ResourceKind, &'a str, &'a str);

impl Wanted<'_> {
    /// Whether such a resource can be in the store at all: if not, the store is not asked.
    pub(super) fn can_exist(&self) -> bool {
        match self {
            Self::Client(id) | Self::IntrospectorById(id) | Self::User(UserKey::Id(id)) => key::is_id(id),
            Self::ClientByProvider(provider) => resource::is_provider(provider),
            Self::Introspector(iss) => iss.len() <= limits::ISS,
            Self::User(UserKey::Identifier { .. }) => true,
        }
    }

    pub(super) fn store_key(&self) -> String {
        match self {
            Self::Client(id) => key::resource(ResourceType::Client, id),
            Self::ClientByProvider(provider) => key::client_by_provider(provider),
            Self::Introspector(iss) => key::introspector_by_issuer(iss),
            Self::IntrospectorById(id) => key::resource(ResourceType::TokenIntrospector, id),
            Self::User(UserKey::Id(id)) => key::resource(ResourceType::User, id),
            Self::User(UserKey::Identifier { system, value }) => key::user_by_identifier(system, value),
        }
    }

    pub(super) const fn memory_key(&self) -> MemoryKey<'_> {
        match self {
            Self::Client(id) => (ResourceKind::Client, id, ""),
            Self::ClientByProvider(provider) => (ResourceKind::ClientByProvider, provider, ""),
            Self::Introspector(iss) => (ResourceKind::Introspector, iss, ""),
            Self::IntrospectorById(id) => (ResourceKind::IntrospectorById, id, ""),
            Self::User(UserKey::Id(id)) => (ResourceKind::UserById, id, ""),
            Self::User(UserKey::Identifier { system, value }) => (ResourceKind::UserByIdentifier, system, value),
        }
    }

    pub(super) fn parse(&self, text: &str) -> Result<Resource, Reason> {
        let resource_type = match self {
            Self::Client(_) | Self::ClientByProvider(_) => ResourceType::Client,
            Self::Introspector(_) | Self::IntrospectorById(_) => ResourceType::TokenIntrospector,
            Self::User(_) => ResourceType::User,
        };
        let document = json::parse_object(text).map_err(|_| Reason::ResourceInvalid)?;
        if resource::is_later(&document) {
            return Err(Reason::LaterVersion);
        }
        resource::read(resource_type, &document).map_err(|_| Reason::ResourceInvalid)
    }
}
