//! What is said of tokens: in the answer that gives them, by introspection, by userinfo.

use serde_json::{Value, json};

use super::present::KEYS;
use super::{Run, actors, cnf, names, sorted};
use crate::common::*;
use crate::dpop::ath;
use crate::model::random::Random;
use crate::model::rules::{Kind, OWN, Token};

impl Run {
    /// Enters an access token that was given, and compares it with what is expected.
    pub(super) fn given(&mut self, answer: &Value, token: Token, jwt: bool) {
        assert_eq!(answer["expires_in"], json!(token.exp - self.model.now), "expires_in");
        assert_eq!(sorted(names(&answer["scope"])), sorted(token.scope.clone()), "scope");
        assert_eq!(answer["token_type"], token_type(&token));
        assert_ne!(token.text.starts_with("sts_at_"), jwt, "its format");
        if jwt {
            self.says(&claims(&token.text), &token);
        }
        self.model.tokens.push(token);
    }

    /// Compares the claims of a token, or what introspection says.
    fn says(&self, said: &Value, token: &Token) {
        let grant = &self.model.grants[token.grant];
        assert_eq!(sorted(names(&said["scope"])), sorted(token.scope.clone()), "scope");
        let aud: Vec<String> = match &said["aud"] {
            Value::String(one) => vec![one.clone()],
            more => serde_json::from_value(more.clone()).unwrap(),
        };
        assert_eq!(sorted(aud), sorted(token.aud.clone()), "aud");
        let who = (&said["iss"], &said["sub"], &said["client_id"], &said["exp"]);
        assert_eq!(who, (&json!(OWN), &json!(grant.sub), &json!(grant.client), &json!(token.exp)));
        assert_eq!(actors(&said["act"]), grant.act, "act");
        let jkt = token.jkt.filter(|_| token.kind == Kind::Access);
        assert_eq!(said["cnf"], cnf(jkt), "the key that it is bound to");
    }

    /// Whether introspection and userinfo say of a token what the model says.
    pub(super) fn compare(&self, place: usize, id: &str, random: &mut Random) {
        let token = &self.model.tokens[place];
        let alive = self.model.alive(place);
        let client = self.model.clients.get(id).filter(|client| client.is.active);
        if let Some(secret) = client.and_then(|client| client.is.secret.as_deref()) {
            let said =
                self.fixture.form_as(Some((id, secret)), "/auth/introspect", &[("token", &token.text)]).ok().json();
            let expected = alive && self.model.concerns(place, id);
            assert_eq!(said["active"], expected, "introspection of {place} by {id}: {said}");
            if expected {
                self.says(&said, token);
                assert!(token.kind == Kind::Refresh || said["token_type"] == token_type(token), "{said}");
            } else {
                assert_eq!(said, json!({"active": false}));
            }
        }
        let bearer = format!("Bearer {}", token.text);
        let status = self.fixture.send("GET /auth/userinfo", &[("authorization", &bearer)], b"").status();
        assert_eq!(status, self.userinfo(place, None), "userinfo of {place}");
        if random.rarely(12) {
            self.compare_proving(place, random);
        }
    }

    /// The status of userinfo for whoever proves this key, or none.
    fn userinfo(&self, place: usize, proved: Option<&str>) -> u16 {
        let token = &self.model.tokens[place];
        let for_us = token.scope.iter().any(|name| name == "openid") || token.aud.iter().any(|aud| aud == OWN);
        if !self.model.lasts(place) || token.kind != Kind::Access || token.jkt != proved {
            401
        } else if !for_us {
            403
        } else if self.model.alive(place) {
            200
        } else {
            401
        }
    }

    /// The same with a proof of a key.
    fn compare_proving(&self, place: usize, random: &mut Random) {
        let token = &self.model.tokens[place];
        let key = random.one(&KEYS);
        // One that is never seen again.
        self.shown.set(self.shown.get() + 1);
        let claims = json!({
            "jti": format!("userinfo {}", self.shown.get()), "htm": "GET", "htu": format!("{OWN}/auth/userinfo"),
            "iat": self.model.now, "ath": ath(&token.text),
        });
        let (authorization, proof) = (format!("DPoP {}", token.text), key.changed(&json!({}), &claims));
        let headers = [("authorization", authorization.as_str()), ("dpop", &*proof)];
        let status = self.fixture.send("GET /auth/userinfo", &headers, b"").status();
        assert_eq!(
            status,
            self.userinfo(place, Some(key.jkt)),
            "userinfo of {place} by whoever has the key {}",
            key.jkt
        );
    }
}

fn token_type(token: &Token) -> &'static str {
    if token.jkt.is_some() { "DPoP" } else { "Bearer" }
}
