//! Refreshes, retries and revocations.

use super::{CLIENTS, CONFIDENTIAL, Run, SCOPES, TARGETS, refused};
use crate::model::random::Random;
use crate::model::rules::{Asker, Kind, Token, Who};

impl Run {
    pub(super) fn refresh(&mut self, random: &mut Random) {
        let places: Vec<usize> =
            (0..self.model.tokens.len()).filter(|place| self.model.tokens[*place].kind == Kind::Refresh).collect();
        if places.is_empty() {
            return;
        }
        let current = |place: &&usize| self.model.grants[self.model.tokens[**place].grant].current == Some(**place);
        let fresh: Vec<usize> = places.iter().filter(current).copied().collect();
        let some = if random.rarely(3) || fresh.is_empty() { places } else { fresh };
        let place = some[some.len() - 1 - random.below(some.len().min(8))];
        let token = self.model.tokens[place].clone();
        let grant = &self.model.grants[token.grant];
        let (owner, bound) = (grant.client.clone(), grant.jkt);
        let id = if random.rarely(12) { random.one(&CLIENTS).to_owned() } else { owner };
        let who = self.who(random, &id, false);
        let proof = self.proof(random, bound);
        let aud = if random.rarely(6) { random.some(&TARGETS) } else { Vec::new() };
        let scope = random.rarely(4).then(|| random.some(&SCOPES)).filter(|scope| !scope.is_empty());
        let asker = Asker { who, proof };
        let next = self.model.tokens.len();
        self.note(format!("{asker:?} refreshes {place} for {aud:?} {scope:?}, as token {next}"));

        let scope_text = scope.as_ref().map(|scope| scope.join(" "));
        let mut parameters = vec![("grant_type", "refresh_token"), ("refresh_token", token.text.as_str())];
        parameters.extend(scope_text.as_deref().map(|scope| ("scope", scope)));
        parameters.extend(aud.iter().map(|aud| ("audience", *aud)));
        let reply = self.send(&asker, &parameters);
        let (expected, reuse) = self.model.refresh(&asker, place, &aud, scope.as_deref());
        self.model.grants[token.grant].revoked |= reuse;
        let refreshed = match expected {
            Ok(refreshed) => refreshed,
            Err(error) => return refused(&reply, error),
        };
        self.spend(&asker);
        assert_eq!(reply.status(), 200, "it is allowed: {}", reply.0.body);
        let answer = reply.json();
        assert!(bound.is_none() || answer["token_type"] == "DPoP", "a binding is taken away");
        let access = Token {
            text: answer["access_token"].as_str().unwrap().to_owned(),
            kind: Kind::Access,
            issued: self.model.now,
            exp: refreshed.exp,
            scope: refreshed.scope,
            aud: refreshed.aud,
            jkt: refreshed.jkt,
            ..token
        };
        self.given(&answer, access, refreshed.jwt);
        let text = answer["refresh_token"].as_str().unwrap().to_owned();
        if let Some(again) = refreshed.again {
            assert_eq!(text, self.model.tokens[again].text, "the same successor");
            return;
        }
        let now = self.model.now;
        let grant = &mut self.model.grants[token.grant];
        grant.previous = Some((place, now));
        grant.current = Some(self.model.tokens.len());
        self.model.tokens.push(Token { text, ..token });
    }

    pub(super) fn revoke(&mut self, random: &mut Random) {
        if self.model.tokens.is_empty() {
            return;
        }
        let place = random.below(self.model.tokens.len());
        let owner = self.model.grants[self.model.tokens[place].grant].client.clone();
        let id = if random.rarely(4) { random.one(&CONFIDENTIAL).to_owned() } else { owner };
        let who = self.who(random, &id, false);
        self.note(format!("{who:?} revokes {place}"));
        let text = self.model.tokens[place].text.clone();
        let (client, more) = match &who {
            Who::Secret(id, secret) => (Some((id.as_str(), secret.as_str())), None),
            Who::Named(id) | Who::Provider(id) => (None, Some(("client_id", id.as_str()))),
        };
        let mut parameters = vec![("token", text.as_str())];
        parameters.extend(more);
        let reply = self.fixture.form_as(client, "/auth/revoke", &parameters);
        // Who proves nothing may end nothing.
        let expected = if more.is_some() { Err("invalid_client") } else { self.model.revoke(&who, place) };
        match expected {
            Err(error) => refused(&reply, error),
            Ok(grant) => {
                assert_eq!(reply.status(), 200, "revocation");
                if let Some(grant) = grant {
                    self.model.grants[grant].revoked = true;
                }
            }
        }
    }
}
