//! What the contract says in its sections 3 and 4 about who gets which token and how long it lives, written down plainly:
//! everything that was ever issued stands in a list, nothing is remembered but that, and nothing is shared with the core.

use std::collections::BTreeMap;

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
    pub secret: String,
    pub exchanges: bool,
    pub refreshes: bool,
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    Any,
    MayAct,
    Deny,
}

#[derive(Clone, Debug)]
pub struct Introspector {
    pub iss: &'static str,
    pub user: &'static str,
}

#[derive(Clone, Debug)]
pub struct User {
    pub inactive: bool,
    /// Whether issuers know the User as `x-` and the id.
    pub identified: bool,
}

/// Who acts, the outermost first: `iss` and `sub`.
pub type Act = Vec<(String, String)>;

/// A token of another issuer.
#[derive(Clone, Debug)]
pub struct Foreign {
    pub iss: &'static str,
    pub sub: String,
    pub exp: u64,
    pub scope: Vec<&'static str>,
    pub act: Act,
    pub may_act: Vec<(&'static str, String)>,
}

/// What is presented.
#[derive(Clone, Debug)]
pub enum Shown {
    Foreign(Foreign),
    /// By its place among the tokens that were issued.
    Own(usize),
}

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
}

/// The subject or the actor, once it is believed.
struct Believed {
    iss: String,
    sub: String,
    user: Option<String>,
    by_identifier: bool,
    own: bool,
    scope: Vec<String>,
    exp: u64,
    act: Act,
    may_act: Vec<(&'static str, String)>,
    behind: Vec<(String, u64)>,
}

/// `error` of a refusal.
pub type Refused = &'static str;

/// What an exchange gives.
#[derive(Clone, Debug)]
pub struct Issued {
    pub grant: Grant,
    pub exp: u64,
    pub jwt: bool,
    pub refresh_exp: Option<u64>,
}

/// What a refresh gives.
#[derive(Clone, Debug)]
pub struct Refreshed {
    pub exp: u64,
    pub jwt: bool,
    pub scope: Vec<String>,
    pub aud: Vec<String>,
    /// The successor that was given before, if this is a retry.
    pub again: Option<usize>,
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
}

fn owned(names: &[&'static str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
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
    /// The client, if it is there, active, and has this secret.
    pub fn authenticated(&self, id: &str, secret: &str) -> Result<&Kept<Client>, Refused> {
        self.clients.get(id).filter(|client| client.is.active && client.is.secret == secret).ok_or("invalid_client")
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

    fn believe(&self, client: (&str, &Client), shown: &Shown) -> Result<Believed, Refused> {
        match shown {
            Shown::Own(place) => {
                let token = &self.tokens[*place];
                let grant = self.grants[token.grant].clone();
                let usable = token.kind == Kind::Access && self.alive(*place) && self.concerns(*place, client.0);
                if !usable {
                    return Err("invalid_request");
                }
                Ok(Believed {
                    iss: OWN.to_owned(),
                    sub: grant.sub,
                    user: grant.user,
                    by_identifier: false,
                    own: true,
                    scope: token.scope.clone(),
                    exp: token.exp,
                    act: grant.act,
                    may_act: Vec::new(),
                    // The client that had it need not stand behind what another one gets.
                    behind: grant.behind.into_iter().filter(|(name, _)| !name.starts_with("Client/")).collect(),
                })
            }
            Shown::Foreign(token) => self.believe_foreign(client.1, token).ok_or("invalid_request"),
        }
    }

    fn believe_foreign(&self, client: &Client, token: &Foreign) -> Option<Believed> {
        let (id, introspector) = self.introspectors.iter().find(|(_, found)| found.is.iss == token.iss)?;
        if !client.issuers.contains(&token.iss) || self.now >= token.exp + LEEWAY {
            return None;
        }
        let identified =
            || token.sub.strip_prefix("x-").filter(|id| self.users.get(*id).is_some_and(|u| u.is.identified));
        let named = || self.users.contains_key(&token.sub).then_some(token.sub.as_str());
        let (user, by_identifier) = match introspector.is.user {
            "none" if named().is_some() => return None,
            "none" => (None, false),
            "identifier" => (Some(identified()?), true),
            _ => identified().map(|id| (Some(id), true)).or_else(|| Some((Some(named()?), false)))?,
        };
        let mut behind = vec![(format!("TokenIntrospector/{id}"), introspector.instance)];
        if let Some(user) = user {
            let found = &self.users[user];
            if found.is.inactive {
                return None;
            }
            behind.push((format!("User/{user}"), found.instance));
        }
        Some(Believed {
            iss: token.iss.to_owned(),
            sub: token.sub.clone(),
            user: user.map(str::to_owned),
            by_identifier,
            own: false,
            scope: owned(&token.scope),
            exp: token.exp,
            act: token.act.clone(),
            may_act: token.may_act.clone(),
            behind,
        })
    }

    /// RFC 8693 section 2, contract 3.1 to 3.5.
    pub fn exchange(
        &self,
        (id, secret): (&str, &str),
        (subject, actor): (&Shown, Option<&Shown>),
        asked_aud: &[&str],
        asked_scope: Option<&[&str]>,
    ) -> Result<Issued, Refused> {
        let kept = self.authenticated(id, secret)?;
        let client = &kept.is;
        if !client.exchanges {
            return Err("unauthorized_client");
        }
        let subject = self.believe((id, client), subject)?;
        let actor = actor.map(|actor| self.believe((id, client), actor)).transpose()?;
        let (act, needs) = delegated(id, client, &subject, actor.as_ref())?;

        let targets = client.targets();
        let aud = if asked_aud.is_empty() { vec![targets[0].clone()] } else { owned_texts(asked_aud) };
        if !aud.iter().all(|aud| targets.contains(aud)) {
            return Err("invalid_target");
        }
        let may_have = |name: &String| client.scopes().contains(name) && (!subject.own || subject.scope.contains(name));
        let scope = match asked_scope {
            None => subject.scope.iter().filter(|name| may_have(name)).cloned().collect(),
            Some(asked) => owned_texts(asked),
        };
        if !scope.iter().all(may_have) {
            return Err("invalid_scope");
        }

        let mut exp = self.now + client.access_life;
        if subject.own || !client.outlive {
            exp = exp.min(if subject.exp > self.now { subject.exp } else { subject.exp + LEEWAY });
        }
        let refreshable = !subject.own && !actor.as_ref().is_some_and(|actor| actor.own);
        let mut behind = vec![(format!("Client/{id}"), kept.instance)];
        let presented = || std::iter::once(&subject).chain(&actor);
        behind.extend(presented().flat_map(|one| one.behind.clone()));
        let origin = |one: &Believed| Origin {
            iss: one.iss.clone(),
            sub: one.sub.clone(),
            user: one.user.clone(),
            by_identifier: one.by_identifier,
        };
        let grant = Grant {
            client: id.to_owned(),
            sub: subject.user.clone().unwrap_or_else(|| subject.sub.clone()),
            user: subject.user.clone(),
            act,
            needs,
            behind,
            origins: presented().map(origin).collect(),
            issued: self.now,
            scope,
            aud,
            revoked: false,
            current: None,
            previous: None,
        };
        let refresh_exp = (refreshable && client.refresh_token).then(|| self.now + client.refresh_life);
        Ok(Issued { grant, exp, jwt: client.jwt, refresh_exp })
    }

    /// RFC 6749 section 6, contract 3.5. A reuse ends its grant: the last thing said is whether this is one.
    pub fn refresh(
        &self,
        (id, secret): (&str, &str),
        place: usize,
        asked_aud: &[&str],
        asked_scope: Option<&[&str]>,
    ) -> (Result<Refreshed, Refused>, bool) {
        let refuse = |error| (Err(error), false);
        let client = match self.authenticated(id, secret) {
            Ok(client) => &client.is,
            Err(error) => return refuse(error),
        };
        if !(client.refreshes || client.exchanges && client.refresh_token) {
            return refuse("unauthorized_client");
        }
        let token = &self.tokens[place];
        let grant = &self.grants[token.grant];
        if token.kind != Kind::Refresh || grant.revoked || grant.client != id {
            return refuse("invalid_grant");
        }
        let again = match grant.previous {
            _ if grant.current == Some(place) => None,
            Some((previous, used)) if previous == place && self.now < used + client.grace => grant.current,
            _ => return (Err("invalid_grant"), true),
        };
        if self.now >= token.exp || !self.stands(grant, grant.issued) || !self.still_allowed(client, grant) {
            return refuse("invalid_grant");
        }
        let aud = if asked_aud.is_empty() { grant.aud.clone() } else { owned_texts(asked_aud) };
        if !aud.iter().all(|aud| grant.aud.contains(aud)) {
            return refuse("invalid_target");
        }
        let scope = asked_scope.map_or_else(|| grant.scope.clone(), owned_texts);
        if !scope.iter().all(|name| grant.scope.contains(name)) {
            return refuse("invalid_scope");
        }
        (Ok(Refreshed { exp: self.now + client.access_life, jwt: client.jwt, scope, aud, again }), false)
    }

    /// Whether everything that let a grant in would let it in today.
    fn still_allowed(&self, client: &Client, grant: &Grant) -> bool {
        let lets_in = |origin: &Origin| {
            let found = self.introspectors.iter().find(|(_, found)| found.is.iss == origin.iss);
            let Some((id, introspector)) = found else { return false };
            let the_same = grant.behind.contains(&(format!("TokenIntrospector/{id}"), introspector.instance));
            let identified = |user: &String| self.users.get(user).is_some_and(|user| user.is.identified);
            let rule = match introspector.is.user {
                "none" => origin.user.is_none(),
                "identifier" => origin.by_identifier,
                _ => origin.user.is_some(),
            };
            let named = !origin.by_identifier || origin.user.as_ref().is_some_and(identified);
            let free = origin.user.is_some() || !self.users.contains_key(&origin.sub);
            the_same && rule && named && free && client.issuers.contains(&origin.iss.as_str())
        };
        client.refresh_token
            && client.allows(grant.needs)
            && grant.scope.iter().all(|name| client.scopes().contains(name))
            && grant.aud.iter().all(|aud| client.targets().contains(aud))
            && grant.origins.iter().all(lets_in)
    }

    /// RFC 7009: what is revoked, if anything.
    pub fn revoke(&self, (id, secret): (&str, &str), place: usize) -> Result<Option<usize>, Refused> {
        self.authenticated(id, secret)?;
        let token = &self.tokens[place];
        let grant = &self.grants[token.grant];
        // A refresh token that was used ends its grant as well.
        let known = !grant.revoked && self.now < token.exp;
        match known {
            true if grant.client != id => Err("invalid_grant"),
            known => Ok(known.then_some(token.grant)),
        }
    }
}

fn owned_texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// RFC 8693 sections 1.1, 4.1 and 4.4, contract 3.3.
fn delegated(
    id: &str,
    client: &Client,
    subject: &Believed,
    actor: Option<&Believed>,
) -> Result<(Act, Option<Policy>), Refused> {
    const REFUSED: Refused = "invalid_request";
    let may_act = |name: &str| subject.may_act.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str());
    let Some(actor) = actor else {
        let names_client =
            may_act("client_id") == Some(id) || (may_act("iss") == Some(OWN) && may_act("sub") == Some(id));
        let allowed = subject.may_act.is_empty() || names_client;
        return if allowed { Ok((subject.act.clone(), None)) } else { Err(REFUSED) };
    };
    let both_machines = subject.user.is_none() && actor.user.is_none();
    let same_user = subject.user.is_some() && subject.user == actor.user;
    let one_space = subject.iss == actor.iss || (both_machines && (subject.own || actor.own));
    if same_user || (one_space && subject.sub == actor.sub) || !actor.act.is_empty() {
        return Err(REFUSED);
    }
    let needs = if subject.may_act.is_empty() {
        Policy::Any
    } else {
        let iss = may_act("iss").unwrap_or(&subject.iss);
        if iss != actor.iss || may_act("sub") != Some(&actor.sub) {
            return Err(REFUSED);
        }
        Policy::MayAct
    };
    let mut act = vec![(actor.iss.clone(), actor.sub.clone())];
    act.extend(subject.act.clone());
    let allowed = client.allows(Some(needs)) && act.len() <= ACTORS;
    if allowed { Ok((act, Some(needs))) } else { Err(REFUSED) }
}
