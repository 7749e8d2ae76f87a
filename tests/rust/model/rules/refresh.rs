//! Refresh and revocation: RFC 6749 section 6, RFC 7009, contract 3.5.

use super::proof::bound_to;
use super::{Asker, Client, Grant, Jkt, Kind, Model, Origin, Refused, Who, owned_texts};

/// What a refresh gives.
#[derive(Clone, Debug)]
pub struct Refreshed {
    pub exp: u64,
    pub jwt: bool,
    pub scope: Vec<String>,
    pub aud: Vec<String>,
    pub jkt: Option<Jkt>,
    /// The successor that was given before, if this is a retry.
    pub again: Option<usize>,
}

impl Model {
    /// A reuse ends its grant: the last thing said is whether this is one.
    pub fn refresh(
        &self,
        asker: &Asker,
        place: usize,
        asked_aud: &[&str],
        asked_scope: Option<&[&str]>,
    ) -> (Result<Refreshed, Refused>, bool) {
        let refuse = |error| (Err(error), false);
        let (client, jkt) = match self.asking(asker) {
            Ok((client, jkt)) => (&client.is, jkt),
            Err(error) => return refuse(error),
        };
        if !(client.refreshes || client.exchanges && client.refresh_token) {
            return refuse("unauthorized_client");
        }
        let token = &self.tokens[place];
        let grant = &self.grants[token.grant];
        if token.kind != Kind::Refresh || grant.revoked || grant.client != asker.who.id() {
            return refuse("invalid_grant");
        }
        let again = match grant.previous {
            _ if grant.current == Some(place) => None,
            Some((previous, used)) if previous == place && self.now < used + client.grace => grant.current,
            _ => return (Err("invalid_grant"), true),
        };
        if self.now >= token.exp {
            return refuse("invalid_grant");
        }
        // To whichever key the request proves; but what was bound stays so.
        if grant.jkt.is_some() && jkt.is_none() {
            return refuse("invalid_dpop_proof");
        }
        if !self.stands(grant, grant.issued) || !self.still_allowed(client, grant) {
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
        if let Err(error) = self.unspent(asker.proof) {
            return refuse(error);
        }
        (Ok(Refreshed { exp: self.now + client.access_life, jwt: client.jwt, scope, aud, jkt, again }), false)
    }

    /// Whether everything that let a grant in would let it in today.
    fn still_allowed(&self, client: &Client, grant: &Grant) -> bool {
        let lets_in = |origin: &Origin| {
            let Some((id, introspector)) = self.introspector_of(&origin.iss) else { return false };
            let the_same = grant.behind.contains(&(format!("TokenIntrospector/{id}"), introspector.instance));
            let identified = |user: &String| self.users.get(user).is_some_and(|user| user.is.identified);
            let rule = match introspector.is.user {
                "none" => origin.user.is_none(),
                "identifier" => origin.by_identifier,
                _ => origin.user.is_some(),
            };
            let named = !origin.by_identifier || origin.user.as_ref().is_some_and(identified);
            let free = origin.user.is_some() || !self.users.contains_key(&origin.sub);
            let meets = origin.met || !introspector.is.federates;
            // What was issued for older tokens of this issuer is not refreshed.
            let new = origin.iat.is_none_or(|iat| iat >= introspector.not_before);
            let bound = origin.jkt.is_none() || introspector.is.bound;
            the_same && rule && named && free && meets && new && bound && client.issuers.contains(&origin.iss.as_str())
        };
        let key = |place: usize| grant.origins.get(place).and_then(|origin| origin.jkt);
        client.refresh_token
            && bound_to(grant.jkt, key(0), key(1), client.rebinds).is_ok()
            && client.allows(grant.needs)
            && grant.scope.iter().all(|name| client.scopes().contains(name))
            && grant.aud.iter().all(|aud| client.targets().contains(aud))
            && grant.origins.iter().all(lets_in)
    }

    /// RFC 7009: what is revoked, if anything.
    pub fn revoke(&self, who: &Who, place: usize) -> Result<Option<usize>, Refused> {
        self.authenticated(who)?;
        let token = &self.tokens[place];
        let grant = &self.grants[token.grant];
        // A refresh token that was used ends its grant as well.
        let known = !grant.revoked && self.now < token.exp;
        match known {
            true if grant.client != who.id() => Err("invalid_grant"),
            known => Ok(known.then_some(token.grant)),
        }
    }
}
