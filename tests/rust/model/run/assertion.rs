//! Identity assertions: redeemed, and issued.

use serde_json::json;

use super::present::text_of;
use super::{CLIENTS, CONFIDENTIAL, JWT_BEARER, Run, SCOPES, TARGETS, actors, cnf, names, refused, sorted};
use crate::common::*;
use crate::model::random::Random;
use crate::model::rules::{AT_ISSUERS, Asker, Made, OWN, TARGET_SERVERS};

const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

impl Run {
    pub(super) fn redeem(&mut self, random: &mut Random) {
        let id = if random.rarely(12) { random.one(&CLIENTS) } else { random.one(&CONFIDENTIAL) };
        let assertion = match self.assertions.len() {
            made if made > 0 && random.rarely(4) => self.assertions[made - 1 - random.below(made.min(4))].clone(),
            _ => self.assertion(random, id),
        };
        // The client that it is for.
        let id = match assertion.made {
            Made::Assertion { client, .. } if !random.rarely(8) => client,
            _ => id,
        };
        let who = self.who(random, id, false);
        let proof = self.proof(random, assertion.jkt);
        let resource = random.rarely(4).then(|| random.one(&TARGETS));
        let scope = random.rarely(3).then(|| random.some(&SCOPES)).filter(|scope| !scope.is_empty());
        let asker = Asker { who, proof };
        let next = self.model.tokens.len();
        self.note(format!("{asker:?} redeems {assertion:?} for {resource:?} {scope:?}, as token {next}"));

        let scope_text = scope.as_ref().map(|scope| scope.join(" "));
        let more = [("scope", scope_text.as_deref()), ("resource", resource)];
        let more = || more.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        // What this service has issued for others is none that it redeems.
        if let Some(own) = self.issued_assertions.last().filter(|_| random.rarely(8)) {
            let asker = Asker { who: asker.who.clone(), proof: None };
            let parameters: Vec<_> =
                [("grant_type", JWT_BEARER), ("assertion", own)].into_iter().chain(more()).collect();
            let reply = self.send(&asker, &parameters);
            assert!((400..500).contains(&reply.status()), "an own assertion: {}", reply.0.body);
        }
        let text = text_of(&assertion);
        let parameters: Vec<_> =
            [("grant_type", JWT_BEARER), ("assertion", &*text)].into_iter().chain(more()).collect();
        let reply = self.send(&asker, &parameters);
        let (expected, spent) = self.model.redeem(&asker, &assertion, resource, scope.as_deref());
        if spent {
            self.spend(&asker);
        }
        let issued = match expected {
            Ok(issued) => issued,
            Err(error) => return refused(&reply, error),
        };
        assert_eq!(reply.status(), 200, "it is allowed: {}", reply.0.body);
        let once = self.model.serves_once(&assertion);
        self.model.redeemed.extend(once);
        let answer = reply.json();
        // Whatever the model says: never wider than the assertion, and never bound to nothing.
        let within = assertion.scope.is_empty()
            || names(&answer["scope"]).iter().all(|name| assertion.scope.contains(&name.as_str()));
        assert!(within, "a wider scope");
        assert!(assertion.jkt.is_none() || answer["token_type"] == "DPoP", "a binding is taken away");
        self.issued(&reply, issued);
    }

    pub(super) fn issue_assertion(&mut self, random: &mut Random) {
        let id = random.one(&CONFIDENTIAL);
        let who = self.who(random, id, false);
        let mut token = self.foreign(random, id);
        if !random.rarely(10) {
            token.made = Made::IdToken(random.one(&[AT_ISSUERS, AT_ISSUERS, AT_ISSUERS, "another"]));
        }
        let proof = self.proof(random, token.jkt);
        let audience = match random.below(8) {
            0 => None,
            1 => Some("https://as.three.example"),
            more => Some(TARGET_SERVERS[more % 2].audience),
        };
        let scope = random.rarely(2).then(|| random.some(&SCOPES[1..3])).filter(|scope| !scope.is_empty());
        let asker = Asker { who, proof };
        self.note(format!("{asker:?} gets an assertion by {token:?} for {audience:?} {scope:?}"));

        let (text, scope_text) = (text_of(&token), scope.as_ref().map(|scope| scope.join(" ")));
        let mut parameters = vec![
            ("grant_type", TOKEN_EXCHANGE),
            ("subject_token", &*text),
            ("subject_token_type", ID_TOKEN),
            ("requested_token_type", ID_JAG),
        ];
        parameters.extend(audience.map(|audience| ("audience", audience)));
        parameters.extend(scope_text.as_deref().map(|scope| ("scope", scope)));
        let reply = self.send(&asker, &parameters);
        let issued = match self.model.issue_assertion(&asker, &token, audience, scope.as_deref()) {
            Ok(issued) => issued,
            Err(error) => return refused(&reply, error),
        };
        self.spend(&asker);
        assert_eq!(reply.status(), 200, "it is allowed: {}", reply.0.body);
        let answer = reply.json();
        assert_eq!((&answer["issued_token_type"], &answer["token_type"]), (&json!(ID_JAG), &json!("N_A")));
        assert!(answer.get("refresh_token").is_none(), "a refresh token");
        let text = answer["access_token"].as_str().unwrap();
        let said = claims(text);
        let server = &TARGET_SERVERS[issued.server];
        let who = (&said["iss"], &said["sub"], &said["aud"], &said["client_id"]);
        assert_eq!(who, (&json!(OWN), &json!(issued.sub), &json!(server.audience), &json!(server.client_id)));
        assert_eq!(sorted(names(&said["scope"])), sorted(issued.scope), "scope");
        assert_eq!((&said["iat"], &said["exp"]), (&json!(self.model.now), &json!(issued.exp)));
        assert_eq!(answer["expires_in"], json!(issued.exp - self.model.now));
        assert_eq!((actors(&said["act"]), &said["cnf"]), (issued.act, &cnf(issued.jkt)));
        self.issued_assertions.push(text.to_owned());
    }
}
