//! What clients present: credentials, tokens, proofs of a key.

use serde_json::json;

use super::administer::provider;
use super::{CLIENTS, CONFIDENTIAL, ISSUERS, PUBLIC, Run, SCOPES, TARGETS};
use crate::common::*;
use crate::dpop::{K1, K2, Key};
use crate::model::random::Random;
use crate::model::rules::{AT_ISSUERS, Asker, Foreign, Kind, Made, OWN, Proof, Shown, Who};

pub const KEYS: [&Key; 2] = [&K1, &K2];

impl Run {
    /// A client that presents what it has; now and then something wrong.
    pub(super) fn who(&self, random: &mut Random, id: &str, exchanges: bool) -> Who {
        let secret = self.model.clients.get(id).and_then(|kept| kept.is.secret.clone());
        let wrong = random.rarely(40);
        match secret {
            _ if id == PUBLIC && !wrong => match exchanges && random.rarely(2) {
                true => Who::Provider(id.to_owned()),
                false => Who::Named(id.to_owned()),
            },
            _ if wrong && random.rarely(2) => Who::Named(id.to_owned()),
            Some(secret) if !wrong => Who::Secret(id.to_owned(), secret),
            _ => Who::Secret(id.to_owned(), "wrong".to_owned()),
        }
    }

    /// Mostly no proof, or one of the key that is needed; now and then one of another key, or one that was used.
    pub(super) fn proof(&mut self, random: &mut Random, needed: Option<&str>) -> Option<usize> {
        let needed = needed.and_then(|jkt| KEYS.iter().position(|key| key.jkt == jkt));
        let made = self.model.proofs.len();
        match random.below(if needed.is_some() { 10 } else { 40 }) {
            0 if made > 0 => Some(made - 1 - random.below(made.min(6))),
            1..7 => Some(self.new_proof(random, needed.unwrap_or(0))),
            7..9 => Some(self.new_proof(random, 1 - needed.unwrap_or(0))),
            _ => None,
        }
    }

    fn new_proof(&mut self, random: &mut Random, key: usize) -> usize {
        let away = if random.rarely(12) { random.one(&[-301, -300, 60, 61]) } else { 0 };
        let (place, made) = (self.model.proofs.len(), self.model.now.saturating_add_signed(away));
        let key = KEYS[key];
        let text = key.changed(&json!({}), &json!({"jti": place.to_string(), "iat": made}));
        self.model.proofs.push(Proof { text, jkt: key.jkt, made, spent: false });
        place
    }

    /// Sends a request for a token.
    pub(super) fn send(&self, asker: &Asker, parameters: &[(&str, &str)]) -> Reply {
        let mut parameters = parameters.to_vec();
        let (basic, provider) = match &asker.who {
            Who::Secret(id, secret) => (Some(basic(id, secret)), None),
            Who::Named(id) => {
                parameters.push(("client_id", id));
                (None, None)
            }
            Who::Provider(id) => (None, Some(provider(id))),
        };
        parameters.extend(provider.as_deref().map(|name| ("audience", name)));
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
        headers.extend(basic.as_deref().map(|basic| ("authorization", basic)));
        headers.extend(asker.proof.map(|place| ("dpop", self.model.proofs[place].text.as_str())));
        self.fixture.send("POST /auth/token", &headers, form(&parameters).as_bytes())
    }

    /// What was given for a proof spends it.
    pub(super) fn spend(&mut self, asker: &Asker) {
        if let Some(place) = asker.proof {
            self.model.proofs[place].spent = true;
        }
    }

    pub(super) fn shown(&self, random: &mut Random, client: &str) -> Shown {
        let tokens = self.model.tokens.len();
        if tokens > 0 && random.rarely(if client == PUBLIC { 12 } else { 2 }) {
            // Mostly one that is alive; a few are not, or are refresh tokens.
            let all = (0..tokens).rev();
            let good = |place: &usize| self.model.tokens[*place].kind == Kind::Access && self.model.alive(*place);
            let some: Vec<usize> =
                if random.rarely(6) { all.take(20).collect() } else { all.filter(good).take(20).collect() };
            if !some.is_empty() {
                return Shown::Own(random.one(&some));
            }
        }
        let mut token = self.foreign(random, client);
        if random.rarely(60) {
            token.made = Made::IdToken(AT_ISSUERS);
        }
        Shown::Foreign(token)
    }

    pub(super) fn foreign(&self, random: &mut Random, client: &str) -> Foreign {
        let iss = if client == PUBLIC && !random.rarely(6) { ISSUERS[2] } else { random.one(&ISSUERS) };
        let introspector = self.model.introspectors.values().find(|found| found.is.iss == iss);
        let subs: &[&str] = match introspector.map_or("", |found| found.is.user) {
            "none" => &["job", "x-job", "x-u1", "robot", "robot", "robot", "u1"],
            "identifier" => &["x-u1", "x-u2", "x-u3", "u1"],
            _ => &["u1", "u2", "u3", "x-u1", "x-u2", "job"],
        };
        let sub = random.one(subs).to_owned();
        let actor = random.one(&["u1", "u2", "x-u3", "job"]).to_owned();
        let may_act = match random.below(16) {
            0 => vec![("sub", actor)],
            1 => vec![("iss", random.one(&[ISSUERS[0], ISSUERS[1], OWN]).to_owned()), ("sub", actor)],
            2 => vec![("client_id", random.one(&CLIENTS).to_owned())],
            3 => vec![("iss", OWN.to_owned()), ("sub", random.one(&CLIENTS).to_owned())],
            _ => Vec::new(),
        };
        let act = if random.rarely(8) { vec![(iss.to_owned(), "z".to_owned())] } else { Vec::new() };
        let exp = self
            .model
            .now
            .saturating_add_signed(random.one(&[-60, -59, 0, 50, 400, 400, 3600, 3600, 3600, 3600, 86_000, 86_000]));
        let jkt = random.rarely(4).then(|| random.one(&KEYS).jkt);
        let federates = introspector.is_some_and(|found| found.is.federates);
        let for_us = if federates { !random.rarely(8) } else { random.rarely(3) };
        let scope = random.some(&SCOPES);
        let now = self.model.now;
        let iat =
            random.one(&[None, Some(now), Some(now), Some(now - 1), Some(now - 99), Some(now + 60), Some(now + 61)]);
        Foreign { iss, sub, exp, iat, scope, act, may_act, jkt, for_us, made: Made::Token }
    }

    /// An identity assertion for a client.
    pub(super) fn assertion(&mut self, random: &mut Random, client: &'static str) -> Foreign {
        let now = self.model.now;
        let mut assertion = self.foreign(random, client);
        let (iat, exp) = random.one(&[
            (now, now + 300),
            (now, now + 300),
            (now, now + 300),
            (now, now + 360),
            (now, now + 361),
            (now + 60, now + 300),
            (now + 61, now + 300),
            (now - 200, now - 59),
            (now - 200, now - 60),
        ]);
        let client = if random.rarely(12) { random.one(&CONFIDENTIAL) } else { client };
        // Now and then the number of another issuer's.
        let jti = if random.rarely(12) { 0 } else { self.assertions.len() as u64 };
        let resource = (!random.rarely(3)).then(|| random.one(&TARGETS));
        (assertion.exp, assertion.iat) = (exp, Some(iat));
        assertion.made = Made::Assertion { client, jti, resource };
        self.assertions.push(assertion.clone());
        assertion
    }

    /// The token and its type, as it is sent.
    pub(super) fn text(&self, shown: &Shown) -> (String, &'static str) {
        match shown {
            Shown::Own(place) => (self.model.tokens[*place].text.clone(), ACCESS_TOKEN),
            Shown::Foreign(token) => (text_of(token), JWT),
        }
    }
}

/// A token as its issuer makes it.
pub fn text_of(token: &Foreign) -> String {
    let mut claims = json!({"iss": token.iss, "sub": token.sub, "exp": token.exp});
    if let Some(iat) = token.iat {
        claims["iat"] = json!(iat);
    }
    if !token.scope.is_empty() {
        claims["scope"] = json!(token.scope.join(" "));
    }
    if let Some((_, sub)) = token.act.first() {
        claims["act"] = json!({"sub": sub});
    }
    for (name, value) in &token.may_act {
        claims["may_act"][*name] = json!(value);
    }
    if let Some(jkt) = token.jkt {
        claims["cnf"] = json!({"jkt": jkt});
    }
    if token.for_us {
        merge(&mut claims, &json!({"aud": OWN, "repository": "octo/shop"}));
    }
    let mut header = json!({"alg": "HS256"});
    match &token.made {
        Made::Token => {}
        Made::IdToken(name) => claims["aud"] = json!(name),
        Made::Assertion { client, jti, resource } => {
            header["typ"] = json!("oauth-id-jag+jwt");
            merge(&mut claims, &json!({"aud": OWN, "client_id": client, "jti": jti.to_string()}));
            if let Some(resource) = resource {
                claims["resource"] = json!(resource);
            }
        }
    }
    sign_text(&header.to_string(), &claims.to_string())
}
