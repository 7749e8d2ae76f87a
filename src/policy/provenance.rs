//! Who stands behind a token of this service: its Client, its User, the TokenIntrospectors that let it in, and the Users
//! who act by it. It ends with each of them, and is not good for another one of the same id that comes after.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Reason;
use crate::jose::{base64url, json, sha256};
use crate::limits;
use crate::resource::{Client, TokenIntrospector, User, key};

/// What a token knows of those who stand behind it, beside its `client_id` and its `sub`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The ids of the TokenIntrospectors that let in its subject token and its actor tokens, each once.
    pub introspectors: Vec<String>,
    /// The ids of the Users that its actor tokens, and those of the tokens behind it, led to, each once.
    pub actors: Vec<String>,
    /// Of all instances, 96 bits of SHA-256 in base64url.
    pub instances: String,
}

/// Bytes of the digest that are kept: nobody can choose an instance so that another one's digest comes out.
const INSTANCES_BYTES: usize = 12;
const INSTANCES_LENGTH: usize = 16;

impl Provenance {
    /// Of a token that is about to be issued. `introspectors`: those that let in its subject token and its actor tokens;
    /// `actors`: the Users of the latter, and those who acted by a subject or actor token of this service.
    ///
    /// # Errors
    /// [`Reason::TooManyActors`] if they are more than a token can name.
    pub fn of(
        client: &Client,
        user: Option<&User>,
        introspectors: impl Iterator<Item = Rc<TokenIntrospector>>,
        actors: impl Iterator<Item = Rc<User>>,
    ) -> Result<Self, Reason> {
        let introspectors = each_once(introspectors, |introspector| &introspector.id);
        let actors = each_once(actors, |actor| &actor.id);
        let provenance = Self {
            introspectors: introspectors.iter().map(|introspector| introspector.id.clone()).collect(),
            actors: actors.iter().map(|actor| actor.id.clone()).collect(),
            instances: digest(client, user, &introspectors, &actors),
        };
        let ids = provenance.introspectors.iter().chain(&provenance.actors);
        let length = ids.fold(INSTANCES_LENGTH, |sum, id| sum.saturating_add(id.len()).saturating_add(1));
        if length <= limits::PROVENANCE { Ok(provenance) } else { Err(Reason::TooManyActors) }
    }

    /// Reads what [`Self::to_text`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (instances, rest) = text.split_once('!')?;
        let (introspectors, actors) = rest.split_once('!').map_or((rest, None), |(own, actors)| (own, Some(actors)));
        let ids = |text: &str| {
            let ids = text.split(':').map(|id| key::is_id(id).then(|| String::from(id)));
            ids.collect::<Option<Vec<String>>>()
        };
        let (introspectors, actors) = (ids(introspectors)?, actors.map_or_else(|| Some(Vec::new()), ids)?);
        let well_formed = instances.len() == INSTANCES_LENGTH && base64url::decode(instances).is_some();
        well_formed.then(|| Self { introspectors, actors, instances: String::from(instances) })
    }

    /// `<instances>!<introspector>[:<introspector>…][!<actor>[:<actor>…]]`. No id has one of these signs.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// Appends the same text.
    pub fn write(&self, out: &mut String) {
        out.push_str(&self.instances);
        for ids in [&self.introspectors, &self.actors] {
            let mut separator = "!";
            for id in ids {
                out.push_str(separator);
                out.push_str(id);
                separator = ":";
            }
        }
    }

    /// Whether these, found by the names that the token has for them, are the same that stood behind it when it was
    /// issued, and none of them has ended it since. `introspectors`, `actors`: in the order of their ids here.
    #[must_use]
    pub fn holds(
        &self,
        client: &Client,
        user: Option<&User>,
        introspectors: &[Rc<TokenIntrospector>],
        actors: &[Rc<User>],
        issued: u64,
    ) -> bool {
        let ended = client.instance.has_ended(issued)
            || user.is_some_and(|user| user.instance.has_ended(issued))
            || introspectors.iter().any(|introspector| introspector.instance.has_ended(issued))
            || actors.iter().any(|actor| actor.instance.has_ended(issued));
        !ended && self.instances == digest(client, user, introspectors, actors)
    }
}

fn each_once<T>(all: impl Iterator<Item = Rc<T>>, id: impl Fn(&T) -> &String) -> Vec<Rc<T>> {
    let mut each: Vec<Rc<T>> = Vec::new();
    for one in all {
        if !each.iter().any(|own| id(own) == id(&one)) {
            each.push(one);
        }
    }
    each
}

/// The instances as a JSON array, so that no two lists have one text: of the Client, of the User or `null`, of each
/// TokenIntrospector, and in an array of their own those of the actors, if there are some.
fn digest(
    client: &Client,
    user: Option<&User>,
    introspectors: &[Rc<TokenIntrospector>],
    actors: &[Rc<User>],
) -> String {
    let mut names = String::with_capacity(128);
    names.push('[');
    json::write_string(&client.instance.name, &mut names);
    names.push(',');
    match user {
        Some(user) => json::write_string(&user.instance.name, &mut names),
        None => names.push_str("null"),
    }
    for introspector in introspectors {
        names.push(',');
        json::write_string(&introspector.instance.name, &mut names);
    }
    if !actors.is_empty() {
        let mut separator = ",[";
        for actor in actors {
            names.push_str(separator);
            json::write_string(&actor.instance.name, &mut names);
            separator = ",";
        }
        names.push(']');
    }
    names.push(']');
    let digest = sha256(names.as_bytes());
    base64url::encode(digest.get(..INSTANCES_BYTES).unwrap_or_default())
}
