//! The resources that requests need: read in one parallel round, parsed once, remembered for a short time.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::error::Reason;
use crate::host::{Host, HostFault};
use crate::jose::json;
use crate::limits;
use crate::policy::UserKey;
use crate::resource::{self, Client, Resource, ResourceType, TokenIntrospector, User, UserRule, key};

/// A resource that a request may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// A Client by its id.
    Client(&'a str),
    /// The TokenIntrospector of an issuer.
    Introspector(&'a str),
    /// A User.
    User(UserKey<'a>),
}

/// What was found of what was wanted. What was not asked for is not there.
pub struct Found<'a> {
    /// A resource that breaks the rules stands here as the fault that it is, raised only if it is needed.
    entries: Vec<(Wanted<'a>, Result<Option<Resource>, Reason>)>,
}

/// Remembers resources, and for as long that there is none.
pub struct Directory {
    ttl: u64,
    memory: RefCell<Memory>,
}

/// What is remembered, by key and in the order of keys.
#[derive(Default)]
struct Entries {
    list: Vec<Entry>,
    bytes: usize,
}

struct Entry {
    kind: ResourceKind,
    names: (String, String),
    until: u64,
    resource: Option<Resource>,
    /// Of its text.
    bytes: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ResourceKind {
    Client,
    Introspector,
    UserById,
    UserByIdentifier,
}

#[derive(Default)]
struct Memory {
    /// Grows whenever everything is forgotten: what was read before must not be remembered after.
    generation: u64,
    present: Entries,
    // Apart, so that somebody who asks for names that do not exist cannot push out those that do.
    absent: Entries,
    /// Whether some client lists an origin, and until when that is remembered.
    origins: Vec<(String, bool, u64)>,
}

impl Directory {
    /// A directory that remembers for `ttl` seconds.
    #[must_use]
    pub fn new(ttl: u64) -> Self {
        Self { ttl, memory: RefCell::default() }
    }

    /// Finds resources, with one parallel read for all that are not remembered.
    ///
    /// # Errors
    /// [`Reason::Unavailable`] if the store throws.
    pub async fn find<'a, H: Host>(&self, host: &H, now: u64, wanted: Vec<Wanted<'a>>) -> Result<Found<'a>, Reason> {
        let mut entries = Vec::with_capacity(wanted.len());
        let mut missing = Vec::new();
        for wanted in wanted.into_iter().filter(Wanted::can_exist) {
            match self.remembered(&wanted, now) {
                Some(resource) => entries.push((wanted, Ok(resource))),
                None => missing.push(wanted),
            }
        }
        if !missing.is_empty() {
            let keys: Vec<String> = missing.iter().map(Wanted::store_key).collect();
            let generation = self.memory.borrow().generation;
            let values = host.read(&keys).await.map_err(|_| Reason::Unavailable)?;
            for (wanted, value) in missing.into_iter().zip(values) {
                let bytes = value.as_ref().map_or(0, String::len);
                let resource = value.map(|text| wanted.parse(&text)).transpose();
                if let Ok(resource) = &resource {
                    self.remember(&wanted, (resource.clone(), bytes), now, generation);
                }
                entries.push((wanted, resource));
            }
        }
        Ok(Found { entries })
    }

    /// How the User of an issuer's tokens is found, if its introspector is remembered: then only the keys that it
    /// needs have to be looked for.
    #[must_use]
    pub fn remembered_user_rule(&self, iss: &str, now: u64) -> Option<UserRule> {
        match self.remembered(&Wanted::Introspector(iss), now)?? {
            Resource::TokenIntrospector(introspector) => Some(introspector.user),
            _ => None,
        }
    }

    /// Whether some Client lists this origin: which one asks is not known yet. An invented origin costs one look, not
    /// one for each request.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws, or cannot list.
    pub async fn lists_origin<H: Host>(&self, host: &H, now: u64, origin: &str) -> Result<bool, HostFault> {
        let known =
            |memory: &Memory| memory.origins.iter().find(|(own, _, until)| own == origin && now < *until).cloned();
        if let Some((_, listed, _)) = known(&self.memory.borrow()) {
            return Ok(listed);
        }
        let generation = self.memory.borrow().generation;
        let listed = host.read(&[key::clients_by_origin(origin)]).await?.iter().flatten().any(|value| value != "[]");
        let mut memory = self.memory.borrow_mut();
        if memory.generation == generation {
            memory.origins.retain(|(own, _, until)| own != origin && now < *until);
            if memory.origins.len() >= limits::CACHED_RESOURCES {
                memory.origins.clear();
            }
            memory.origins.push((String::from(origin), listed, now.saturating_add(self.ttl)));
        }
        Ok(listed)
    }

    /// Grows whenever everything was forgotten: with the same number nothing was changed here.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.memory.borrow().generation
    }

    /// Forgets everything, after an administrator's change.
    pub fn forget(&self) {
        let mut memory = self.memory.borrow_mut();
        let generation = memory.generation.wrapping_add(1);
        *memory = Memory { generation, ..Memory::default() };
    }

    /// Forgets what these keys lead to.
    pub fn forget_keys<'k>(&self, keys: impl Iterator<Item = &'k String>) {
        let _ = keys.count();
        self.forget();
    }

    /// Remembers documents that were just written.
    pub fn learn(&self, now: u64, entries: &[(String, Option<String>)]) {
        let _ = (now, entries);
    }

    fn remembered(&self, wanted: &Wanted<'_>, now: u64) -> Option<Option<Resource>> {
        let memory = self.memory.borrow();
        let key = wanted.memory_key();
        let found = memory.present.get(key).or_else(|| memory.absent.get(key));
        found.filter(|entry| now < entry.until).map(|entry| entry.resource.clone())
    }

    fn remember(&self, wanted: &Wanted<'_>, read: (Option<Resource>, usize), now: u64, generation: u64) {
        let (resource, bytes) = read;
        let until = now.saturating_add(self.ttl);
        let mut memory = self.memory.borrow_mut();
        if memory.generation != generation {
            return; // an administrator changed something while this was being read
        }
        let key = wanted.memory_key();
        let Memory { present, absent, .. } = &mut *memory;
        let (entries, others) = if resource.is_some() { (present, absent) } else { (absent, present) };
        others.remove(key);
        let (kind, first, second) = key;
        let names = (String::from(first), String::from(second));
        entries.insert(Entry { kind, names, until, resource, bytes });
    }
}

impl Entries {
    fn get(&self, key: (ResourceKind, &str, &str)) -> Option<&Entry> {
        self.list.get(self.place(key).ok()?)
    }

    fn insert(&mut self, entry: Entry) {
        self.remove(entry.key());
        let bytes = self.bytes.saturating_add(entry.bytes);
        if self.list.len() >= limits::CACHED_RESOURCES || bytes > limits::CACHED_BYTES {
            *self = Self::default(); // rare; all is read again when it is needed
        }
        if let Err(place) = self.place(entry.key()) {
            self.bytes = self.bytes.saturating_add(entry.bytes);
            self.list.insert(place, entry);
        }
    }

    fn remove(&mut self, key: (ResourceKind, &str, &str)) {
        if let Ok(place) = self.place(key) {
            let entry = self.list.remove(place);
            self.bytes = self.bytes.saturating_sub(entry.bytes);
        }
    }

    fn place(&self, key: (ResourceKind, &str, &str)) -> Result<usize, usize> {
        self.list.binary_search_by(|entry| entry.key().cmp(&key))
    }
}

impl Entry {
    fn key(&self) -> (ResourceKind, &str, &str) {
        (self.kind, &self.names.0, &self.names.1)
    }
}

impl Found<'_> {
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

    /// The User that this key leads to. The resource itself has the last word about what it is called.
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

impl Wanted<'_> {
    /// Whether such a resource can be in the store at all: if not, the store is not asked.
    fn can_exist(&self) -> bool {
        match self {
            Self::Client(id) | Self::User(UserKey::Id(id)) => key::is_id(id),
            Self::Introspector(iss) => iss.len() <= limits::ISS,
            Self::User(UserKey::Identifier { .. }) => true,
        }
    }

    fn resource_type(&self) -> ResourceType {
        match self {
            Self::Client(_) => ResourceType::Client,
            Self::Introspector(_) => ResourceType::TokenIntrospector,
            Self::User(_) => ResourceType::User,
        }
    }

    fn store_key(&self) -> String {
        match self {
            Self::Client(id) => key::resource(ResourceType::Client, id),
            Self::Introspector(iss) => key::introspector_by_issuer(iss),
            Self::User(UserKey::Id(id)) => key::resource(ResourceType::User, id),
            Self::User(UserKey::Identifier { system, value }) => key::user_by_identifier(system, value),
        }
    }

    /// What tells it from others in memory: unlike the store's key, no digest and no new text.
    const fn memory_key(&self) -> (ResourceKind, &str, &str) {
        match self {
            Self::Client(id) => (ResourceKind::Client, id, ""),
            Self::Introspector(iss) => (ResourceKind::Introspector, iss, ""),
            Self::User(UserKey::Id(id)) => (ResourceKind::UserById, id, ""),
            Self::User(UserKey::Identifier { system, value }) => (ResourceKind::UserByIdentifier, system, value),
        }
    }

    fn parse(&self, text: &str) -> Result<Resource, Reason> {
        let document = json::parse_object(text).map_err(|_| Reason::ResourceInvalid)?;
        resource::read(self.resource_type(), &document).map_err(|_| Reason::ResourceInvalid)
    }
}
