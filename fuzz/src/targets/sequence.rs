//! A life of tokens beside a model of it. Four bytes are one step: what is done, by which client, with which token, and
//! how. `x` exchanges, `o` exchanges an own token, `r` refreshes, `i` introspects, `u` asks for userinfo, `d` revokes, `t`
//! lets time pass, `f` forges a token out of another one. The model knows which tokens are alive, and each answer must say
//! the same; a forged one is never alive.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::common::{ACCESS_TOKEN, Fixture, NOW, changed, good, subject_token};
use crate::oracle;

const CLIENTS: [(&str, &str); 3] = [("c1", "p@ss:w+rd %1"), ("c2", "secret-of-c2"), ("opaque", "secret-of-opaque")];
const STEPS: usize = 48;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Access,
    Refresh,
    Forged,
}

struct Token {
    text: String,
    kind: Kind,
    client: usize,
    family: usize,
    exp: u64,
    /// When a refresh token was used, and which one came after it.
    spent: Option<(u64, usize)>,
}

/// Seconds of `refresh_token_grace`, by default.
const GRACE: u64 = 30;

/// What is known without asking: tokens, and whether their families have been revoked.
#[derive(Default)]
struct Model {
    tokens: Vec<Token>,
    revoked: Vec<bool>,
    by_text: BTreeMap<String, usize>,
}

impl Model {
    fn add(&mut self, text: &str, kind: Kind, client: usize, family: usize, exp: u64) {
        let fresh = self.by_text.insert(text.to_owned(), self.tokens.len()).is_none();
        assert!(fresh, "a token was given away twice");
        self.tokens.push(Token { text: text.to_owned(), kind, client, family, exp, spent: None });
    }

    fn alive(&self, token: &Token, now: u64) -> bool {
        token.kind != Kind::Forged && token.spent.is_none() && !self.revoked[token.family] && now < token.exp
    }

    fn take(&mut self, answer: &Value, client: usize, family: usize, now: u64, refresh_exp: u64) {
        let exp = now + answer["expires_in"].as_u64().unwrap();
        self.add(answer["access_token"].as_str().unwrap(), Kind::Access, client, family, exp);
        if let Some(token) = answer.get("refresh_token") {
            self.add(token.as_str().unwrap(), Kind::Refresh, client, family, refresh_exp);
        }
    }
}

pub fn run(data: &[u8]) {
    let fixture = Fixture::new();
    let mut model = Model::default();
    let subject = subject_token(&json!({"exp": NOW + 86_400}));
    for step in data.chunks_exact(4).take(STEPS) {
        let number = |byte: u8| usize::from(byte.wrapping_sub(b'0'));
        let client = number(step[1]) % CLIENTS.len();
        one(&fixture, &mut model, &subject, step[0], client, number(step[2]), step[3]);
    }
    let now = fixture.host.now.get();
    for token in &model.tokens {
        let reply = fixture.form_as(Some(CLIENTS[token.client]), "/auth/introspect", &[("token", &token.text)]);
        assert_eq!(reply.ok().json()["active"], model.alive(token, now), "at the end");
    }
    let texts: Vec<&str> = model.tokens.iter().map(|token| token.text.as_str()).chain([subject.as_str()]).collect();
    let events = fixture.host.events.borrow();
    assert!(!events.iter().any(|event| texts.iter().any(|text| event.contains(text))), "an event shows a token");
    let grants = fixture.host.grants.borrow();
    assert!(!grants.values().any(|(_, record, _)| texts.iter().any(|text| record.contains(text))), "stored as it is");
}

fn one(fixture: &Fixture, model: &mut Model, subject: &str, what: u8, client: usize, token: usize, how: u8) {
    let now = fixture.host.now.get();
    let caller = Some(CLIENTS[client]);
    match what {
        b'x' => {
            let mut parameters = good(subject);
            if how % 2 == 1 {
                parameters = changed(parameters, "scope", Some("read write"));
            }
            let reply = fixture.form_as(caller, "/auth/token", &parameters);
            if now >= NOW + 86_400 + 60 {
                return reply.refused(400, "invalid_request", "The subject_token is not accepted");
            }
            model.revoked.push(false);
            let family = model.revoked.len() - 1;
            model.take(&reply.ok().json(), client, family, now, now + 864_000);
        }
        b't' => fixture.advance(u64::from(how) * u64::from(how)),
        _ if model.tokens.is_empty() => {}
        b'f' => {
            let of = &model.tokens[token % model.tokens.len()].text;
            let at = usize::from(how) * of.len() / 256;
            let other = if of.as_bytes()[at] == b'A' { "B" } else { "A" };
            let text = format!("{}{other}{}", &of[..at], &of[at + 1..]);
            if !model.by_text.contains_key(&text) {
                model.revoked.push(false);
                let family = model.revoked.len() - 1;
                model.add(&text, Kind::Forged, client, family, u64::MAX);
            }
        }
        _ => with_token(fixture, model, what, client, token % model.tokens.len(), how),
    }
}

fn with_token(fixture: &Fixture, model: &mut Model, what: u8, client: usize, index: usize, how: u8) {
    let now = fixture.host.now.get();
    let caller = Some(CLIENTS[client]);
    let Token { text, kind, client: owner, family, exp, spent } = &model.tokens[index];
    let (text, kind, owner, family, exp, spent) = (text.clone(), *kind, *owner, *family, *exp, *spent);
    let unused = |successor: usize| model.tokens[successor].spent.is_none();
    let in_grace = spent.is_some_and(|(at, successor)| now < at + GRACE && unused(successor));
    let alive = model.alive(&model.tokens[index], now);
    let reply = match what {
        b'i' => {
            let reply = fixture.form_as(caller, "/auth/introspect", &[("token", &text)]).ok();
            let body = reply.json();
            assert_eq!(body["active"], alive && owner == client, "introspection");
            assert!(body["active"] == true || body.as_object().unwrap().len() == 1);
            reply
        }
        b'u' => {
            let reply = fixture.send("GET /auth/userinfo", &[("authorization", &format!("Bearer {text}"))], b"");
            // The token is for `orders`, and without openid.
            assert_eq!(reply.status(), if alive && kind == Kind::Access { 403 } else { 401 });
            reply
        }
        b'o' => {
            let parameters = changed(good(&text), "subject_token_type", Some(ACCESS_TOKEN));
            let reply = fixture.form_as(caller, "/auth/token", &parameters);
            if alive && kind == Kind::Access && owner == client {
                let answer = reply.ok().json();
                assert!(answer.get("refresh_token").is_none());
                assert!(now + answer["expires_in"].as_u64().unwrap() <= exp, "it outlives its subject token");
                model.revoked.push(false);
                return model.take(&answer, client, model.revoked.len() - 1, now, 0);
            }
            reply.refused(400, "invalid_request", "The subject_token is not accepted");
            reply
        }
        b'd' => {
            let reply = fixture.form_as(caller, "/auth/revoke", &[("token", &text)]);
            // One that was used ends its grant as well.
            let found = alive || (spent.is_some() && !model.revoked[family] && now < exp);
            if found && owner != client {
                reply.refused(400, "invalid_grant", "");
            } else {
                assert_eq!((reply.status(), reply.0.body.as_str()), (200, "{}"));
                model.revoked[family] |= found;
            }
            reply
        }
        b'r' => {
            let mut parameters = vec![("grant_type", "refresh_token"), ("refresh_token", text.as_str())];
            parameters.extend((how % 2 == 1).then_some(("scope", "read")));
            let reply = fixture.form_as(caller, "/auth/token", &parameters);
            if alive && kind == Kind::Refresh && owner == client {
                let answer = reply.ok().json();
                model.take(&answer, client, family, now, exp);
                model.tokens[index].spent = Some((now, model.tokens.len() - 1));
                return;
            }
            if let (true, Some((_, successor))) =
                (in_grace && owner == client && !model.revoked[family] && now < exp, spent)
            {
                // The answer of before got lost: the same successor, and another access token.
                let mut answer = reply.ok().json();
                assert_eq!(answer["refresh_token"], json!(model.tokens[successor].text));
                answer.as_object_mut().unwrap().remove("refresh_token");
                return model.take(&answer, client, family, now, exp);
            }
            reply.refused(400, "invalid_grant", "The refresh token is not valid");
            model.revoked[family] |= spent.is_some() && !in_grace && owner == client;
            reply
        }
        _ => return,
    };
    oracle::hides(fixture, &reply, &[&text], "");
}
