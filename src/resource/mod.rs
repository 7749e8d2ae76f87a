//! The resources that an administrator writes: Client, TokenIntrospector, User.
//!
//! What comes in is a document, JSON; `prepare` makes of it what is stored (`document`), by the rules of its type (`client`,
//! `token_introspector`, `user`, read member by member with `fields`), and `read` makes of what is stored a value that keeps
//! them. What goes out is that, or the faults, each with its path. `entries` does so with a whole list. This room knows no HTTP
//! and no store.

mod client;
mod client_secret;
mod condition;
mod date;
mod document;
mod doubts;
mod element;
mod entries;
mod fault;
mod federated;
mod fields;
mod format;
mod id_jag;
mod id_jag_policy;
mod instance;
pub mod key;
mod mask;
mod resource_type;
mod rules;
mod secrets;
mod step_up;
mod token_introspector;
mod url;
mod user;
mod verification_key;

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

pub use client::{AcceptBound, Client, Delegation, Dpop, JwtBearer, TokenExchange, TokenFormat, is_provider};
pub use client_secret::{ClientSecret, Pepper, sha256_digest};
pub use condition::{Condition, is_reserved};
pub use date::iso8601;
pub use document::{Lookups, Prepared, Written, instance, listed_as, lookups, prepare, version};
pub use doubts::findings_of_all;
pub use entries::{Listed, entries, listed};
pub use fault::Fault;
pub use federated::Federated;
pub use format::{FORMAT, is_later};
pub use id_jag::IdJag;
pub use id_jag_policy::{IdJagPolicy, IdJagSubject, IdJagTarget};
pub use instance::Instance;
pub use resource_type::ResourceType;
pub use rules::{ClientRules, IntrospectorRules, Mapping, Rule, ScopeRule};
pub use secrets::{without_secrets, without_shared_secrets};
pub use step_up::StepUp;
pub use token_introspector::{IntrospectionEndpoint, KeySource, TokenIntrospector, UserRule};
pub use url::url_fault;
pub use user::{Identifier, User};
pub use verification_key::{IssuerKey, VerificationKey};

use crate::jose::PublicKey;
use crate::jose::json::Object;
use element::element;
use fields::Fields;

/// A resource that keeps all the rules of its type.
#[derive(Clone)]
pub enum Resource {
    /// Who may ask for tokens.
    Client(Rc<Client>),
    /// Whose tokens are trusted.
    TokenIntrospector(Rc<TokenIntrospector>),
    /// For whom tokens are issued.
    User(Rc<User>),
}

impl Resource {
    /// Its key of the store, whatever look-up led to it.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Client(client) => key::resource(ResourceType::Client, &client.id),
            Self::TokenIntrospector(introspector) => key::resource(ResourceType::TokenIntrospector, &introspector.id),
            Self::User(user) => key::resource(ResourceType::User, &user.id),
        }
    }

    /// The public keys that are written out in it, each with its path.
    #[must_use]
    pub fn public_keys(&self) -> Vec<(String, &PublicKey)> {
        let path = |array: &str, index| element(array, index);
        match self {
            Self::Client(client) => {
                let keys = client.keys.iter().enumerate();
                keys.map(|(index, key)| (path("Client.jwks", index), key)).collect()
            }
            Self::TokenIntrospector(introspector) => {
                let keys = introspector.keys.iter().enumerate().filter_map(|(index, key)| match &key.key {
                    IssuerKey::Public(key) => Some((path("TokenIntrospector.jwt.keys", index), key)),
                    IssuerKey::Hmac(_) => None,
                });
                keys.collect()
            }
            Self::User(_) => Vec::new(),
        }
    }
}

/// What is said of a resource in a form that is not known here.
const LATER: &str = "A later version of edge-sts wrote this resource. Update this program.";

/// A stored document as a resource.
///
/// # Errors
/// Every [`Fault`] of it.
pub fn read(resource_type: ResourceType, document: &Object<'_>) -> Result<Resource, Vec<Fault>> {
    read_with_notes(resource_type, document).map(|(resource, _)| resource)
}

/// A document as a resource, and the paths of its members that are kept and mean nothing here.
fn read_with_notes(resource_type: ResourceType, document: &Object<'_>) -> Result<(Resource, Vec<String>), Vec<Fault>> {
    let mut fields = Fields::new(document, resource_type.name());
    fields.value("meta");
    if is_later(document) {
        fields.fault("value", "meta.format", LATER);
    }
    if fields.value("resourceType").is_some_and(|name| name.as_str() != Some(resource_type.name())) {
        fields.fault("value", "resourceType", "It differs from the type in the path.");
    }
    let id = fields.required("id").map(String::from);
    if id.as_deref().is_some_and(|id| !key::is_id(id)) {
        fields.fault("value", "id", "An id is 1 to 64 of A-Z a-z 0-9 - . _");
    }
    let id = id.unwrap_or_default();
    let resource = match resource_type {
        ResourceType::Client => Client::read(id, &mut fields, document).map(|client| Resource::Client(Rc::new(client))),
        ResourceType::TokenIntrospector => TokenIntrospector::read(id, &mut fields, document)
            .map(|introspector| Resource::TokenIntrospector(Rc::new(introspector))),
        ResourceType::User => User::read(id, &mut fields, document).map(|user| Resource::User(Rc::new(user))),
    };
    match (resource, fields.finish()) {
        (Some(resource), (faults, notes)) if faults.is_empty() => Ok((resource, notes)),
        (_, (faults, _)) => Err(faults),
    }
}
