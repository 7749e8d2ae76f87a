//! What is presented as subject, as actor or as identity assertion, and whether it is believed.

use super::{Act, Client, Introspector, Jkt, Kept, Kind, LEEWAY, Model, OWN, Origin, Refused, owned};

/// A token of another issuer.
#[derive(Clone, Debug)]
pub struct Foreign {
    pub iss: &'static str,
    pub sub: String,
    pub exp: u64,
    /// `iat`, seconds
    pub iat: Option<u64>,
    pub scope: Vec<&'static str>,
    pub act: Act,
    pub may_act: Vec<(&'static str, String)>,
    /// The key that it is bound to.
    pub jkt: Option<Jkt>,
    /// Whether it says what an issuer with a condition asks for; and, unless it is made for something else, that it is for
    /// this service.
    pub for_us: bool,
    pub made: Made,
}

/// What a token was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// To be exchanged.
    Token,
    /// To tell a client who the user is: the name that the client has there.
    IdToken(&'static str),
    /// To be redeemed once by this client.
    Assertion { client: &'static str, jti: u64, resource: Option<&'static str> },
}

/// What is presented.
#[derive(Clone, Debug)]
pub enum Shown {
    Foreign(Foreign),
    /// By its place among the tokens that were issued.
    Own(usize),
}

/// The subject or the actor, once it is believed.
pub(super) struct Believed {
    pub iss: String,
    pub sub: String,
    pub user: Option<String>,
    pub by_identifier: bool,
    pub met: bool,
    pub iat: Option<u64>,
    pub own: bool,
    pub scope: Vec<String>,
    pub exp: u64,
    pub act: Act,
    pub may_act: Vec<(&'static str, String)>,
    pub jkt: Option<Jkt>,
    pub behind: Vec<(String, u64)>,
}

impl Believed {
    pub fn may_act(&self, name: &str) -> Option<&str> {
        self.may_act.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
    }

    /// The `sub` of what is issued.
    pub fn issued_sub(&self) -> String {
        self.user.clone().unwrap_or_else(|| self.sub.clone())
    }

    pub fn origin(&self) -> Origin {
        Origin {
            iss: self.iss.clone(),
            sub: self.sub.clone(),
            user: self.user.clone(),
            by_identifier: self.by_identifier,
            met: self.met,
            iat: self.iat,
            jkt: self.jkt,
        }
    }
}

/// The name that clients have at the issuers of ID tokens.
pub const AT_ISSUERS: &str = "at-idp";

impl Model {
    pub(super) fn believe(&self, client: (&str, &Client), shown: &Shown) -> Result<Believed, Refused> {
        match shown {
            Shown::Own(place) => self.believe_own(client, *place).ok_or("invalid_request"),
            Shown::Foreign(token) => {
                let is_one = |token: &&Foreign| token.made == Made::Token;
                let token = Some(token).filter(is_one).and_then(|token| self.believe_foreign(client.1, token));
                token.ok_or("invalid_request")
            }
        }
    }

    fn believe_own(&self, (id, client): (&str, &Client), place: usize) -> Option<Believed> {
        let token = &self.tokens[place];
        let grant = self.grants[token.grant].clone();
        let usable = token.kind == Kind::Access && self.alive(place) && self.concerns(place, id);
        if !usable || client.secret.is_none() {
            return None;
        }
        Some(Believed {
            iss: OWN.to_owned(),
            sub: grant.sub,
            user: grant.user,
            by_identifier: false,
            met: false,
            iat: None,
            own: true,
            scope: token.scope.clone(),
            exp: token.exp,
            act: grant.act,
            may_act: Vec::new(),
            jkt: token.jkt,
            // The client that had it need not stand behind what another one gets.
            behind: grant.behind.into_iter().filter(|(name, _)| !name.starts_with("Client/")).collect(),
        })
    }

    pub(super) fn introspector_of(&self, iss: &str) -> Option<(&String, &Kept<Introspector>)> {
        self.introspectors.iter().find(|(_, found)| found.is.iss == iss)
    }

    /// What every token of an issuer must meet, whatever it was made for.
    pub(super) fn believe_foreign(&self, client: &Client, token: &Foreign) -> Option<Believed> {
        let (id, introspector) = self.introspector_of(token.iss)?;
        let rule = &introspector.is;
        let for_public = client.secret.is_some() || rule.federates;
        let let_in = (token.for_us || !rule.federates) && (token.jkt.is_none() || rule.bound);
        let in_time = self.now < token.exp + LEEWAY && token.iat.is_none_or(|iat| iat <= self.now + LEEWAY);
        // What was issued for older tokens of this issuer has ended.
        let new = token.iat.is_none_or(|iat| iat >= introspector.not_before);
        if !client.issuers.contains(&token.iss) || !in_time || !new || !for_public || !let_in {
            return None;
        }
        let (user, by_identifier) = self.user_of(rule.user, token)?;
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
            met: rule.federates,
            iat: token.iat,
            own: false,
            scope: owned(&token.scope),
            exp: token.exp,
            act: token.act.clone(),
            may_act: token.may_act.clone(),
            jkt: token.jkt,
            behind,
        })
    }

    /// The User by the introspector's rule, and whether by an identifier; outside `None`: refused.
    fn user_of<'t>(&self, rule: &str, token: &'t Foreign) -> Option<(Option<&'t str>, bool)> {
        let identified =
            || token.sub.strip_prefix("x-").filter(|id| self.users.get(*id).is_some_and(|u| u.is.identified));
        let named = || self.users.contains_key(&token.sub).then_some(token.sub.as_str());
        match rule {
            "none" if named().is_some() => None,
            "none" => Some((None, false)),
            "identifier" => Some((Some(identified()?), true)),
            _ => identified().map(|id| (Some(id), true)).or_else(|| Some((Some(named()?), false))),
        }
    }
}
