//! Exchanges.

use super::{CLIENTS, Run, SCOPES, TARGETS, names, refused};
use crate::common::*;
use crate::model::random::Random;
use crate::model::rules::{Asker, Grant, Issued, Kind, Shown, Token, Who};

impl Run {
    /// The key that what is presented is bound to.
    fn key_of(&self, shown: &Shown) -> Option<&'static str> {
        match shown {
            Shown::Foreign(token) => token.jkt,
            Shown::Own(place) => self.model.tokens[*place].jkt,
        }
    }

    pub(super) fn exchange(&mut self, random: &mut Random) {
        let id = random.one(&CLIENTS);
        let who = self.who(random, id, true);
        let subject = self.shown(random, id);
        let actor = random.rarely(4).then(|| self.shown(random, id));
        let needed = actor.as_ref().and_then(|actor| self.key_of(actor)).or_else(|| self.key_of(&subject));
        let proof = self.proof(random, needed);
        let none = random.rarely(2) || matches!(who, Who::Provider(_));
        let aud = if none { Vec::new() } else { random.some(&TARGETS) };
        let scope = random.rarely(2).then(|| random.some(&SCOPES)).filter(|scope| !scope.is_empty());
        let asker = Asker { who, proof };
        let described = (&subject, &actor, &aud, &scope);
        self.note(format!("{asker:?} exchanges {described:?}, as token {}", self.model.tokens.len()));

        let (subject_token, subject_type) = self.text(&subject);
        let actor_token = actor.as_ref().map(|actor| self.text(actor));
        let scope_text = scope.as_ref().map(|scope| scope.join(" "));
        let mut parameters = vec![
            ("grant_type", TOKEN_EXCHANGE),
            ("subject_token", &*subject_token),
            ("subject_token_type", subject_type),
        ];
        if let Some((token, of_type)) = &actor_token {
            parameters.extend([("actor_token", token.as_str()), ("actor_token_type", of_type)]);
        }
        parameters.extend(scope_text.as_deref().map(|scope| ("scope", scope)));
        parameters.extend(aud.iter().map(|aud| ("audience", *aud)));
        let reply = self.send(&asker, &parameters);
        let expected = self.model.exchange(&asker, (&subject, actor.as_ref()), &aud, scope.as_deref());
        let issued = match expected {
            Ok(issued) => issued,
            Err(error) => return refused(&reply, error),
        };
        self.spend(&asker);
        assert_eq!(reply.status(), 200, "it is allowed: {}", reply.0.body);
        let answer = reply.json();
        // Whatever the model says: never wider, never longer than an own subject token, and never bound to nothing.
        if let Shown::Own(place) = &subject {
            let subject = &self.model.tokens[*place];
            let scope = names(&answer["scope"]);
            assert!(scope.iter().all(|name| subject.scope.contains(name)), "a wider scope");
            assert!(self.model.now + answer["expires_in"].as_u64().unwrap() <= subject.exp, "a longer life");
        }
        assert!(needed.is_none() || answer["token_type"] == "DPoP", "a binding is taken away");
        self.issued(&reply, issued);
    }

    /// Enters what an exchange, or an assertion that was redeemed, has given.
    pub(super) fn issued(&mut self, reply: &Reply, issued: Issued) {
        let answer = reply.json();
        let place = self.model.grants.len();
        let (now, exp) = (self.model.now, issued.exp);
        let Grant { scope, aud, jkt, .. } = issued.grant.clone();
        self.model.grants.push(issued.grant);
        let kind = Kind::Access;
        let text = answer["access_token"].as_str().unwrap().to_owned();
        let access = Token { text, kind, grant: place, issued: now, exp, scope: scope.clone(), aud: aud.clone(), jkt };
        self.given(&answer, access, issued.jwt);
        assert_eq!(answer.get("refresh_token").is_some(), issued.refresh_exp.is_some(), "a refresh token");
        if let Some(exp) = issued.refresh_exp {
            let text = answer["refresh_token"].as_str().unwrap().to_owned();
            self.model.grants[place].current = Some(self.model.tokens.len());
            let kind = Kind::Refresh;
            self.model.tokens.push(Token { text, kind, grant: place, issued: now, exp, scope, aud, jkt });
        }
    }
}
