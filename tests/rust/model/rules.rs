//! What the contract says in its sections 3 and 4 about who gets which token and how long it lives, with what DPoP, public
//! clients and identity assertions add to it, written down plainly: everything that was ever issued stands in a list, nothing
//! is remembered but that, and nothing is shared with the core.

mod exchange;
mod id_jag;
mod presented;
mod proof;
mod refresh;

use std::collections::{BTreeMap, BTreeSet};

pub use self::exchange::Issued;
pub use self::id_jag::TARGET_SERVERS;
pub use self::presented::{AT_ISSUERS, Foreign, Made, Shown};
pub use self::proof::Proof;

pub const OWN: &str = crate::common::ISSUER;
const LEEWAY: u64 = 60;
const ACTORS: usize = 8;

/// A resource as an administrator wrote it last; `instance` tells one from the next of the same id.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    pub instance: u64,
    pub not_before: u64,
    pub is: T,
}

#[derive(Clone, Debug)]
pub struct Client {
    pub active: bool,
    /// `None`: public.
    pub secret: Option<String>,
    pub exchanges: bool,
    pub refreshes: bool,
    pub redeems: bool,
    pub issuers: Vec<&'static str>,
    /// `None`: absent, which means `openid` alone.
    pub scope: Option<Vec<&'static str>>,
    pub resource: Vec<&'static str>,
    pub audience: Vec<&'static str>,
    pub delegation: Policy,
    pub refresh_token: bool,
    pub jwt: bool,
    pub outlive: bool,
    pub access_life: u64,
    pub refresh_life: u64,
    pub grace: u64,
    pub dpop: Dpop,
    /// `accept_bound`: whether it may bind what it is given to a key of its own.
    pub rebinds: bool,
    /// How long the identity assertions live that it is given; `None`: it is given none.
    pub assertion_life: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    Any,
    MayAct,
    Deny,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dpop {
    Optional,
    Required,
    Off,
}

#[derive(Clone, Debug)]
pub struct Introspector {
    pub iss: &'static str,
    pub user: &'static str,
    /// Whether it has an `audience` and a condition, so that public clients may use it.
    pub federates: bool,
    /// Whether tokens of it that are bound to a key are let in.
    pub bound: bool,
    /// Whether its identity assertions are redeemed, and whether more than once.
    pub id_jag: Option<Reuse>,
}

/// Whether an identity assertion serves more than once.
pub type Reuse = bool;

#[derive(Clone, Debug)]
pub struct User {
    pub inactive: bool,
    /// Whether issuers know the User as `x-` and the id.
    pub identified: bool,
}

/// Who acts, the outermost first: `iss` and `sub`.
pub type Act = Vec<(String, String)>;

/// The name of a key, by its thumbprint.
pub type Jkt = &'static str;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Access,
    Refresh,
}

/// Something that was issued.
#[derive(Clone, Debug)]
pub struct Token {
    pub text: String,
    pub kind: Kind,
    pub grant: usize,
    /// Since when it is, as far as `not_before` goes: of a refresh token, its grant.
    pub issued: u64,
    pub exp: u64,
    pub scope: Vec<String>,
    pub aud: Vec<String>,
    pub jkt: Option<Jkt>,
}

/// What stands behind some tokens, and how they end together.
#[derive(Clone, Debug)]
pub struct Grant {
    pub client: String,
    pub sub: String,
    pub user: Option<String>,
    pub act: Act,
    pub needs: Option<Policy>,
    /// Everybody who stands behind it, as `Type/id` and instance.
    pub behind: Vec<(String, u64)>,
    /// The tokens of other issuers that let it in: subject, actor.
    pub origins: Vec<Origin>,
    pub issued: u64,
    pub scope: Vec<String>,
    pub aud: Vec<String>,
    /// The key that was proved when it began.
    pub jkt: Option<Jkt>,
    pub revoked: bool,
    /// The refresh token that is valid, and the one before it with the time of its use.
    pub current: Option<usize>,
    pub previous: Option<(usize, u64)>,
}

#[derive(Clone, Debug)]
pub struct Origin {
    pub iss: String,
    pub sub: String,
    pub user: Option<String>,
    pub by_identifier: bool,
    /// Whether its issuer had a condition then, which it met; of other claims nothing is known later.
    pub met: bool,
    /// `iat`, seconds
    pub iat: Option<u64>,
    /// The key that it was bound to.
    pub jkt: Option<Jkt>,
}

/// `error` of a refusal.
pub type Refused = &'static str;

/// Who asks for a token.
#[derive(Clone, Debug)]
pub enum Who {
    /// A client with a secret, right or wrong.
    Secret(String, String),
    /// A client that sends its id and nothing else.
    Named(String),
    /// The same by its `provider`.
    Provider(String),
}

impl Who {
    pub fn id(&self) -> &str {
        match self {
            Self::Secret(id, _) | Self::Named(id) | Self::Provider(id) => id,
        }
    }
}

/// Who asks, and the proof that comes with it, by its place.
#[derive(Clone, Debug)]
pub struct Asker {
    pub who: Who,
    pub proof: Option<usize>,
}

/// Everything that there is.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub now: u64,
    pub clients: BTreeMap<String, Kept<Client>>,
    pub introspectors: BTreeMap<String, Kept<Introspector>>,
    pub users: BTreeMap<String, Kept<User>>,
    pub tokens: Vec<Token>,
    pub grants: Vec<Grant>,
    pub proofs: Vec<Proof>,
    /// Identity assertions that were redeemed: `iss`, `jti`.
    pub redeemed: BTreeSet<(String, u64)>,
}

fn owned(names: &[&'static str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn owned_texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

impl Client {
    fn scopes(&self) -> Vec<String> {
        owned(self.scope.as_deref().unwrap_or(&["openid"]))
    }

    fn targets(&self) -> Vec<String> {
        owned(if self.audience.is_empty() { &[OWN] } else { &self.audience })
    }

    fn allows(&self, needs: Option<Policy>) -> bool {
        match needs {
            None => true,
            Some(Policy::Any) => self.delegation == Policy::Any,
            Some(_) => self.delegation != Policy::Deny,
        }
    }
}

impl Model {
    /// The client, if it is there, active, and proves who it is as it must.
    pub fn authenticated(&self, who: &Who) -> Result<&Kept<Client>, Refused> {
        let secret = match who {
            Who::Secret(_, secret) => Some(secret),
            Who::Named(_) | Who::Provider(_) => None,
        };
        let client = self.clients.get(who.id()).filter(|client| client.is.active);
        client.filter(|client| client.is.secret.as_ref() == secret).ok_or("invalid_client")
    }

    /// The same of a client that asks for a token, and the key that it proves.
    fn asking(&self, asker: &Asker) -> Result<(&Kept<Client>, Option<Jkt>), Refused> {
        let proved = self.proved(asker.proof)?;
        let client = self.authenticated(&asker.who)?;
        match (client.is.dpop, proved) {
            (Dpop::Required, None) => Err("invalid_dpop_proof"),
            (Dpop::Off, Some(_)) => Err("invalid_request"),
            _ => Ok((client, proved)),
        }
    }

    /// Whether those who stand behind a grant are the same, active, and have not ended what was issued then.
    pub fn stands(&self, grant: &Grant, issued: u64) -> bool {
        let holds = |name: &str, instance: u64| {
            let (resource_type, id) = name.split_once('/').unwrap();
            let found = match resource_type {
                "Client" => self.clients.get(id).filter(|c| c.is.active).map(|c| (c.instance, c.not_before)),
                "User" => self.users.get(id).filter(|u| !u.is.inactive).map(|u| (u.instance, u.not_before)),
                _ => self.introspectors.get(id).map(|i| (i.instance, i.not_before)),
            };
            found.is_some_and(|(own, not_before)| own == instance && issued >= not_before)
        };
        let no_user_took_the_name = grant.user.is_some() || !self.users.contains_key(&grant.sub);
        no_user_took_the_name && grant.behind.iter().all(|(name, instance)| holds(name, *instance))
    }

    /// Not ended, and not revoked.
    pub fn lasts(&self, place: usize) -> bool {
        let token = &self.tokens[place];
        let grant = &self.grants[token.grant];
        let valid = token.kind == Kind::Access || grant.current == Some(place);
        valid && !grant.revoked && self.now < token.exp
    }

    pub fn alive(&self, place: usize) -> bool {
        let token = &self.tokens[place];
        self.lasts(place) && self.stands(&self.grants[token.grant], token.issued)
    }

    /// Whether a token was issued to a client, or is for it.
    pub fn concerns(&self, place: usize, id: &str) -> bool {
        let token = &self.tokens[place];
        let resource = self.clients.get(id).map(|client| client.is.resource.clone()).unwrap_or_default();
        self.grants[token.grant].client == id
            || token.aud.iter().any(|aud| aud == id || resource.contains(&aud.as_str()))
    }
}
