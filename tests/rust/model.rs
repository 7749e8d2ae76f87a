//! The service beside a plain model of the contract (`model/rules.rs`): random administrator's changes, exchanges,
//! refreshes, retries, revocations and time. After each step both must say the same: who gets a token, with which scope and
//! audience and until when, and which tokens are alive.
//!
//! `STS_MODEL_SECONDS` runs it for longer, `STS_MODEL_SEED` from another beginning. A sequence that fails is cut down to
//! the steps that it needs, and these are shown.

mod rules;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::rules::{Client, Foreign, Grant, Introspector, Kept, Kind, Model, OWN, Policy, Shown, Token, User};
use crate::common::*;

const ISSUERS: [&str; 2] = ["https://one.example", "https://two.example"];
const CLIENTS: [&str; 3] = ["a", "b", "c"];
const INTROSPECTORS: [&str; 3] = ["one", "two", "other-one"];
const USERS: [&str; 4] = ["u1", "u2", "u3", "job"];
const SCOPES: [&str; 4] = ["openid", "read", "write", "admin"];
const TARGETS: [&str; 3] = ["orders", "billing", "https://api.example/"];
/// Steps of one sequence.
const STEPS: usize = 120;

/// Numbers that look random (SplitMix64), from a seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Once in so many times.
    fn rarely(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Some of them, in their order: each with one chance in two, or all.
    fn some<T: Copy>(&mut self, of: &[T]) -> Vec<T> {
        let all = self.rarely(2);
        of.iter().copied().filter(|_| all || self.rarely(2)).collect()
    }
}

struct Run {
    fixture: Fixture,
    model: Model,
    instances: u64,
    log: Vec<String>,
}

type Credentials = (String, String);

impl Run {
    /// Everything is there, and much is allowed.
    fn new() -> Self {
        let fixture = Fixture::with(&json!([]), OCT_KEYS);
        let model = Model { now: NOW, ..Model::default() };
        let mut run = Self { fixture, model, instances: 0, log: Vec::new() };
        for id in CLIENTS {
            let client = Client {
                active: true,
                secret: format!("secret-of-{id}-0"),
                exchanges: true,
                refreshes: true,
                issuers: ISSUERS.to_vec(),
                scope: Some(SCOPES.to_vec()),
                resource: if id == "b" { vec!["orders"] } else { Vec::new() },
                audience: TARGETS.to_vec(),
                delegation: Policy::Any,
                refresh_token: true,
                jwt: id != "c",
                outlive: false,
                access_life: 300,
                refresh_life: 86_400,
                grace: 30,
            };
            run.put_client(id, client, 0);
        }
        run.put_introspector("one", Introspector { iss: ISSUERS[0], user: "required" }, 0);
        run.put_introspector("two", Introspector { iss: ISSUERS[1], user: "none" }, 0);
        for id in &USERS[..3] {
            run.put_user(id, User { inactive: false, identified: true }, 0);
        }
        run
    }

    fn note(&mut self, line: String) {
        self.log.push(format!("+{}: {line}", self.model.now - NOW));
    }

    /// What stays of a resource when it is replaced, or begins when it is made.
    fn kept<T>(&mut self, before: Option<u64>, not_before: u64, is: T) -> Kept<T> {
        self.instances += u64::from(before.is_none());
        Kept { instance: before.unwrap_or(self.instances), not_before, is }
    }

    fn put(&mut self, name: &str, mut document: Value, not_before: u64, before: bool) {
        if not_before > 0 {
            document["not_before"] = json!(not_before);
        }
        self.note(format!("PUT {name} {document}"));
        let status = self.fixture.admin(&format!("PUT /{name}"), &[], &document).status();
        assert_eq!(status, if before { 200 } else { 201 }, "PUT {name}");
    }

    fn put_client(&mut self, id: &str, client: Client, not_before: u64) {
        let before = self.model.clients.get(id).map(|kept| kept.instance);
        let mut grants = Vec::new();
        grants.extend(client.exchanges.then_some(TOKEN_EXCHANGE));
        grants.extend(client.refreshes.then_some("refresh_token"));
        let mut exchange = json!({
            "refresh_token": client.refresh_token, "refresh_token_grace": client.grace, "audience": client.audience,
            "access_token_expiration": client.access_life, "refresh_token_expiration": client.refresh_life,
            "outlive_subject": client.outlive,
            "delegation": match client.delegation { Policy::Any => "any", Policy::MayAct => "may_act", Policy::Deny => "deny" },
        });
        if client.jwt {
            exchange["token_format"] = json!("jwt");
        }
        let mut document = json!({
            "active": client.active, "secret": client.secret, "grant_types": grants, "allowedIssuers": client.issuers,
            "resource": client.resource, "auth": {"token_exchange": exchange},
        });
        if let Some(scope) = &client.scope {
            document["scope"] = json!(scope);
        }
        self.put(&format!("Client/{id}"), document, not_before, before.is_some());
        let kept = self.kept(before, not_before, client);
        self.model.clients.insert(id.to_owned(), kept);
    }

    fn put_introspector(&mut self, id: &str, introspector: Introspector, not_before: u64) {
        let mut document = json!({
            "type": "jwt", "jwt": {"iss": introspector.iss, "secret": SECRET}, "user": introspector.user,
        });
        let others = || self.model.introspectors.iter().filter(|(other, _)| *other != id);
        if others().any(|(_, other)| other.is.iss == introspector.iss) {
            document["not_before"] = json!(not_before);
            self.note(format!("PUT TokenIntrospector/{id} {document}"));
            let reply = self.fixture.admin(&format!("PUT /TokenIntrospector/{id}"), &[], &document);
            assert_eq!(reply.status(), 409, "an issuer twice");
            return;
        }
        let before = self.model.introspectors.get(id).map(|kept| kept.instance);
        self.put(&format!("TokenIntrospector/{id}"), document, not_before, before.is_some());
        let kept = self.kept(before, not_before, introspector);
        self.model.introspectors.insert(id.to_owned(), kept);
    }

    fn put_user(&mut self, id: &str, user: User, not_before: u64) {
        let named = |iss: &str| json!({"system": iss, "value": format!("x-{id}")});
        let identifier: Vec<Value> = ISSUERS.iter().filter(|_| user.identified).map(|iss| named(iss)).collect();
        let before = self.model.users.get(id).map(|kept| kept.instance);
        let document = json!({"inactive": user.inactive, "identifier": identifier});
        self.put(&format!("User/{id}"), document, not_before, before.is_some());
        let kept = self.kept(before, not_before, user);
        self.model.users.insert(id.to_owned(), kept);
    }

    fn delete(&mut self, name: &str, there: bool) {
        self.note(format!("DELETE {name}"));
        let status = self.fixture.admin(&format!("DELETE /{name}"), &[], &Value::Null).status();
        assert_eq!(status, if there { 200 } else { 204 }, "DELETE {name}");
    }

    /// One step.
    fn step(&mut self, random: &mut Random) {
        match random.below(100) {
            0..45 => self.exchange(random),
            45..77 => self.refresh(random),
            77..80 => self.revoke(random),
            80..87 => self.administer(random),
            87..97 => {
                let seconds = random.one(&[1, 1, 5, 10, 29, 30, 31, 60, 100, 300, 1000, 3600, 90_000]);
                self.note(format!("{seconds} seconds"));
                self.fixture.advance(seconds);
                self.model.now += seconds;
            }
            _ => {}
        }
        for _ in 0..4 {
            if !self.model.tokens.is_empty() {
                let place = random.below(self.model.tokens.len());
                self.compare(place, random.one(&CLIENTS));
            }
        }
        self.fixture.host.events.borrow_mut().clear();
    }

    fn administer(&mut self, random: &mut Random) {
        let now = self.model.now;
        let not_before = if random.rarely(4) { random.one(&[now - 100, now, now + 20]) } else { 0 };
        match random.below(9) {
            0..3 => {
                let id = random.one(&CLIENTS);
                if random.rarely(6) {
                    let there = self.model.clients.remove(id).is_some();
                    return self.delete(&format!("Client/{id}"), there);
                }
                let client = Client {
                    active: !random.rarely(6),
                    secret: format!("secret-of-{id}-{}", random.below(2)),
                    exchanges: !random.rarely(8),
                    refreshes: !random.rarely(3),
                    issuers: random.some(&ISSUERS),
                    scope: (!random.rarely(6)).then(|| random.some(&SCOPES)),
                    resource: random.some(&TARGETS[..2]),
                    audience: random.some(&TARGETS),
                    delegation: random.one(&[Policy::Any, Policy::Any, Policy::MayAct, Policy::Deny]),
                    refresh_token: !random.rarely(5),
                    jwt: random.rarely(2),
                    outlive: random.rarely(4),
                    access_life: random.one(&[10, 300, 5000]),
                    refresh_life: random.one(&[100, 5000, 86_400]),
                    grace: random.one(&[0, 30, 30, 300]),
                };
                self.put_client(id, client, not_before);
            }
            3..5 => {
                let id = random.one(&INTROSPECTORS);
                if random.rarely(4) {
                    let there = self.model.introspectors.remove(id).is_some();
                    return self.delete(&format!("TokenIntrospector/{id}"), there);
                }
                let user = random.one(&["required", "required", "identifier", "none"]);
                let iss = if id == "two" { ISSUERS[1] } else { ISSUERS[0] };
                self.put_introspector(id, Introspector { iss, user }, not_before);
            }
            _ => {
                let id = random.one(&USERS);
                if random.rarely(4) {
                    let there = self.model.users.remove(id).is_some();
                    return self.delete(&format!("User/{id}"), there);
                }
                let user = User { inactive: random.rarely(5), identified: !random.rarely(3) };
                self.put_user(id, user, not_before);
            }
        }
    }

    /// Mostly the right secret.
    fn credentials(&self, random: &mut Random, id: &str) -> Credentials {
        let own = self.model.clients.get(id).map(|kept| kept.is.secret.clone());
        let secret = own.filter(|_| !random.rarely(40)).unwrap_or_else(|| "wrong".to_owned());
        (id.to_owned(), secret)
    }

    fn shown(&self, random: &mut Random) -> Shown {
        let tokens = self.model.tokens.len();
        if tokens > 0 && random.rarely(2) {
            // Mostly one that is alive; a few are not, or are refresh tokens.
            let all = (0..tokens).rev();
            let good = |place: &usize| self.model.tokens[*place].kind == Kind::Access && self.model.alive(*place);
            let some: Vec<usize> =
                if random.rarely(6) { all.take(20).collect() } else { all.filter(good).take(20).collect() };
            if !some.is_empty() {
                return Shown::Own(random.one(&some));
            }
        }
        let iss = random.one(&ISSUERS);
        let rule =
            self.model.introspectors.values().find(|found| found.is.iss == iss).map_or("", |found| found.is.user);
        let subs: &[&str] = match rule {
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
        Shown::Foreign(Foreign { iss, sub, exp, scope: random.some(&SCOPES), act, may_act })
    }

    /// The token and its type, as it is sent.
    fn text(&self, shown: &Shown) -> (String, &'static str) {
        match shown {
            Shown::Own(place) => (self.model.tokens[*place].text.clone(), ACCESS_TOKEN),
            Shown::Foreign(token) => {
                let mut claims = json!({"iss": token.iss, "sub": token.sub, "exp": token.exp});
                if !token.scope.is_empty() {
                    claims["scope"] = json!(token.scope.join(" "));
                }
                if let Some((_, sub)) = token.act.first() {
                    claims["act"] = json!({"sub": sub});
                }
                for (name, value) in &token.may_act {
                    claims["may_act"][*name] = json!(value);
                }
                (sign_text(r#"{"alg":"HS256"}"#, &claims.to_string()), JWT)
            }
        }
    }

    fn exchange(&mut self, random: &mut Random) {
        let id = random.one(&CLIENTS);
        let (id, secret) = self.credentials(random, id);
        let subject = self.shown(random);
        let actor = random.rarely(4).then(|| self.shown(random));
        let aud = if random.rarely(2) { Vec::new() } else { random.some(&TARGETS) };
        let scope = random.rarely(2).then(|| random.some(&SCOPES)).filter(|scope| !scope.is_empty());
        let described = (&subject, &actor, &aud, &scope);
        self.note(format!("{id} exchanges {described:?}, as token {}", self.model.tokens.len()));

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
        let reply = self.fixture.form_as(Some((&id, &secret)), "/auth/token", &parameters);
        let expected = self.model.exchange((&id, &secret), (&subject, actor.as_ref()), &aud, scope.as_deref());
        let issued = match expected {
            Ok(issued) => issued,
            Err(error) => return refused(&reply, error),
        };
        assert_eq!(reply.status(), 200, "it is allowed: {}", reply.0.body);
        let answer = reply.json();
        // Whatever the model says: never wider, never longer than an own subject token.
        if let Shown::Own(place) = &subject {
            let subject = &self.model.tokens[*place];
            let scope = names(&answer["scope"]);
            assert!(scope.iter().all(|name| subject.scope.contains(name)), "a wider scope");
            assert!(self.model.now + answer["expires_in"].as_u64().unwrap() <= subject.exp, "a longer life");
        }
        let place = self.model.grants.len();
        let (now, exp) = (self.model.now, issued.exp);
        let Grant { scope, aud, .. } = issued.grant.clone();
        self.model.grants.push(issued.grant);
        self.given(&answer, place, (exp, issued.jwt), (scope.clone(), aud.clone()));
        assert_eq!(answer.get("refresh_token").is_some(), issued.refresh_exp.is_some(), "a refresh token");
        if let Some(exp) = issued.refresh_exp {
            let text = answer["refresh_token"].as_str().unwrap().to_owned();
            self.model.grants[place].current = Some(self.model.tokens.len());
            self.model.tokens.push(Token { text, kind: Kind::Refresh, grant: place, issued: now, exp, scope, aud });
        }
    }

    /// Enters an access token that was given, and compares it with what is expected.
    fn given(
        &mut self,
        answer: &Value,
        grant: usize,
        (exp, jwt): (u64, bool),
        (scope, aud): (Vec<String>, Vec<String>),
    ) {
        let text = answer["access_token"].as_str().unwrap().to_owned();
        assert_eq!(answer["expires_in"], json!(exp - self.model.now), "expires_in");
        assert_eq!(sorted(names(&answer["scope"])), sorted(scope.clone()), "scope");
        assert_eq!(answer["token_type"], "Bearer");
        assert_ne!(text.starts_with("sts_at_"), jwt, "its format");
        let now = self.model.now;
        let token = Token { text, kind: Kind::Access, grant, issued: now, exp, scope, aud };
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
        let mut act = Vec::new();
        let mut next = &said["act"];
        while let Some(sub) = next["sub"].as_str() {
            act.push((next["iss"].as_str().unwrap().to_owned(), sub.to_owned()));
            next = &next["act"];
        }
        assert_eq!(act, grant.act, "act");
    }

    fn refresh(&mut self, random: &mut Random) {
        let places: Vec<usize> =
            (0..self.model.tokens.len()).filter(|place| self.model.tokens[*place].kind == Kind::Refresh).collect();
        if places.is_empty() {
            return;
        }
        let current = |place: &&usize| self.model.grants[self.model.tokens[**place].grant].current == Some(**place);
        let fresh: Vec<usize> = places.iter().filter(current).copied().collect();
        let some = if random.rarely(3) || fresh.is_empty() { places } else { fresh };
        let place = some[some.len() - 1 - random.below(some.len().min(8))];
        let owner = self.model.grants[self.model.tokens[place].grant].client.clone();
        let id = if random.rarely(12) { random.one(&CLIENTS).to_owned() } else { owner };
        let (id, secret) = self.credentials(random, &id);
        let aud = if random.rarely(6) { random.some(&TARGETS) } else { Vec::new() };
        let scope = random.rarely(4).then(|| random.some(&SCOPES)).filter(|scope| !scope.is_empty());
        self.note(format!("{id} refreshes {place} for {aud:?} {scope:?}, as token {}", self.model.tokens.len()));

        let token = self.model.tokens[place].clone();
        let scope_text = scope.as_ref().map(|scope| scope.join(" "));
        let mut parameters = vec![("grant_type", "refresh_token"), ("refresh_token", token.text.as_str())];
        parameters.extend(scope_text.as_deref().map(|scope| ("scope", scope)));
        parameters.extend(aud.iter().map(|aud| ("audience", *aud)));
        let reply = self.fixture.form_as(Some((&id, &secret)), "/auth/token", &parameters);
        let (expected, reuse) = self.model.refresh((&id, &secret), place, &aud, scope.as_deref());
        self.model.grants[token.grant].revoked |= reuse;
        let refreshed = match expected {
            Ok(refreshed) => refreshed,
            Err(error) => return refused(&reply, error),
        };
        assert_eq!(reply.status(), 200, "it is allowed: {}", reply.0.body);
        let answer = reply.json();
        self.given(&answer, token.grant, (refreshed.exp, refreshed.jwt), (refreshed.scope, refreshed.aud));
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

    fn revoke(&mut self, random: &mut Random) {
        if self.model.tokens.is_empty() {
            return;
        }
        let place = random.below(self.model.tokens.len());
        let owner = self.model.grants[self.model.tokens[place].grant].client.clone();
        let id = if random.rarely(4) { random.one(&CLIENTS).to_owned() } else { owner };
        let (id, secret) = self.credentials(random, &id);
        self.note(format!("{id} revokes {place}"));
        let text = self.model.tokens[place].text.clone();
        let reply = self.fixture.form_as(Some((&id, &secret)), "/auth/revoke", &[("token", &text)]);
        match self.model.revoke((&id, &secret), place) {
            Err(error) => refused(&reply, error),
            Ok(grant) => {
                assert_eq!(reply.status(), 200, "revocation");
                if let Some(grant) = grant {
                    self.model.grants[grant].revoked = true;
                }
            }
        }
    }

    /// Whether introspection and userinfo say of a token what the model says.
    fn compare(&self, place: usize, id: &str) {
        let token = &self.model.tokens[place];
        let alive = self.model.alive(place);
        if let Some(client) = self.model.clients.get(id).filter(|client| client.is.active) {
            let credentials = Some((id, client.is.secret.as_str()));
            let said = self.fixture.form_as(credentials, "/auth/introspect", &[("token", &token.text)]).ok().json();
            let expected = alive && self.model.concerns(place, id);
            assert_eq!(said["active"], expected, "introspection of {place} by {id}: {said}");
            if expected {
                self.says(&said, token);
            } else {
                assert_eq!(said, json!({"active": false}));
            }
        }
        let bearer = format!("Bearer {}", token.text);
        let status = self.fixture.send("GET /auth/userinfo", &[("authorization", &bearer)], b"").status();
        let for_us = token.scope.iter().any(|name| name == "openid") || token.aud.iter().any(|aud| aud == OWN);
        let lasts = self.model.lasts(place) && token.kind == Kind::Access;
        let expected = if lasts && !for_us {
            403
        } else if lasts && alive {
            200
        } else {
            401
        };
        assert_eq!(status, expected, "userinfo of {place}");
    }
}

#[track_caller]
fn refused(reply: &Reply, error: &str) {
    let body = reply.json();
    // So many wrong secrets within a minute that it says no more.
    let throttled = error == "invalid_client" && reply.status() == 429;
    assert!(body["error"] == error || throttled, "{error} is expected: {body}");
}

fn names(scope: &Value) -> Vec<String> {
    scope.as_str().map(|scope| scope.split(' ').map(str::to_owned).collect()).unwrap_or_default()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

thread_local! {
    static LOG: RefCell<Vec<String>> = RefCell::default();
}

/// Runs a sequence; the steps that it took and what went wrong, if anything did.
fn run(steps: &[u64]) -> Result<usize, String> {
    LOG.take();
    let done = catch_unwind(AssertUnwindSafe(|| {
        let mut run = Run::new();
        let begin = run.log.len();
        for seed in steps {
            run.step(&mut Random(*seed));
            LOG.set(run.log[begin..].to_vec());
        }
        for place in 0..run.model.tokens.len() {
            for id in CLIENTS {
                run.compare(place, id);
            }
        }
        run.model.tokens.len()
    }));
    done.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default().to_owned()
    })
}

/// The steps without which it does not fail.
fn shrunk(mut steps: Vec<u64>) -> Vec<u64> {
    let mut size = steps.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + size).min(steps.len()));
            if run(&fewer).is_err() { steps = fewer } else { at += size }
        }
        size /= 2;
    }
    steps
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Contract 3 and 4: the service does what the model says, and nothing else.
#[test]
fn what_the_contract_says_and_nothing_else() {
    let seconds = number("STS_MODEL_SECONDS");
    let mut seeds = Random(number("STS_MODEL_SEED").unwrap_or(1));
    let (begin, mut sequences, mut tokens) = (Instant::now(), 0, 0);
    let is_over = |sequences| match seconds {
        Some(seconds) => begin.elapsed() >= Duration::from_secs(seconds),
        None => sequences >= 60,
    };
    while !is_over(sequences) {
        let steps: Vec<u64> = (0..STEPS).map(|_| seeds.next()).collect();
        match run(&steps) {
            Ok(issued) => tokens += issued,
            Err(_) => {
                let steps = shrunk(steps);
                let fault = run(&steps).expect_err("it failed before");
                panic!("{fault}\n{}", LOG.take().join("\n"));
            }
        }
        sequences += 1;
    }
    println!("{sequences} sequences of {STEPS} steps, {tokens} tokens");
    assert!(tokens > sequences * 10, "{tokens} tokens: most of it was refused");
}
