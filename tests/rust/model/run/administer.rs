//! The administrator's changes.

use serde_json::{Value, json};

use super::{CLIENTS, INTROSPECTORS, ISSUERS, JWT_BEARER, PUBLIC, Run, SCOPES, TARGETS, USERS};
use crate::common::*;
use crate::model::random::Random;
use crate::model::rules::{Client, Dpop, Introspector, Kept, Policy, TARGET_SERVERS, User};

/// The name of a public client that may stand in place of a target.
pub fn provider(id: &str) -> String {
    format!("//providers.example/{id}")
}

impl Run {
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
        let reply = self.fixture.admin(&format!("PUT /{name}"), &[], &document);
        assert_eq!(reply.status(), if before { 200 } else { 201 }, "PUT {name}: {}", reply.0.body);
    }

    pub(super) fn put_client(&mut self, id: &str, client: Client, not_before: u64) {
        let before = self.model.clients.get(id).map(|kept| kept.instance);
        self.put(&format!("Client/{id}"), document_of(id, &client), not_before, before.is_some());
        let kept = self.kept(before, not_before, client);
        self.model.clients.insert(id.to_owned(), kept);
    }

    pub(super) fn put_introspector(&mut self, id: &str, introspector: Introspector, not_before: u64) {
        let mut document = json!({
            "type": "jwt", "jwt": {"iss": introspector.iss, "secret": SECRET}, "user": introspector.user,
            "bound": if introspector.bound { "proof" } else { "refuse" },
        });
        if introspector.federates {
            merge(&mut document, &json!({"audience": [ISSUER], "claims": {"repository": "octo/shop"}}));
        }
        if let Some(reuse) = introspector.id_jag {
            document["id_jag"] = if reuse { json!({"reuse": true}) } else { json!(true) };
        }
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

    pub(super) fn put_user(&mut self, id: &str, user: User, not_before: u64) {
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

    pub(super) fn administer(&mut self, random: &mut Random) {
        let now = self.model.now;
        let not_before = if random.rarely(4) { random.one(&[now - 100, now, now + 20]) } else { 0 };
        match random.below(9) {
            0..4 => {
                let id = random.one(&CLIENTS);
                if random.rarely(6) {
                    let there = self.model.clients.remove(id).is_some();
                    return self.delete(&format!("Client/{id}"), there);
                }
                // Now and then nothing changes but whom it is trusted to have seen prove a key.
                let kept = self.model.clients.get(id).filter(|_| id != PUBLIC && random.rarely(4));
                let client = match kept {
                    Some(kept) => Client { rebinds: !kept.is.rebinds, ..kept.is.clone() },
                    None => client(id, random),
                };
                self.put_client(id, client, not_before);
            }
            4..6 => {
                let id = random.one(&INTROSPECTORS);
                if random.rarely(4) {
                    let there = self.model.introspectors.remove(id).is_some();
                    return self.delete(&format!("TokenIntrospector/{id}"), there);
                }
                let iss = match id {
                    "two" => ISSUERS[1],
                    "three" => ISSUERS[2],
                    _ => ISSUERS[0],
                };
                // Now and then nothing changes but `bound`, and perhaps `not_before`.
                let kept = self.model.introspectors.get(id).filter(|_| random.rarely(3));
                let introspector = match kept {
                    Some(kept) => Introspector { bound: !random.rarely(2), ..kept.is.clone() },
                    None => Introspector {
                        iss,
                        user: random.one(&["required", "required", "identifier", "none"]),
                        federates: random.rarely(if id == "three" { 1 } else { 5 }),
                        bound: !random.rarely(4),
                        id_jag: random.one(&[Some(false), Some(false), Some(true), None]),
                    },
                };
                self.put_introspector(id, introspector, not_before);
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
}

fn client(id: &str, random: &mut Random) -> Client {
    let is_public = id == PUBLIC;
    let issuers = random.some(&ISSUERS);
    let delegation = random.one(&[Policy::Any, Policy::Any, Policy::MayAct, Policy::Deny]);
    Client {
        active: !random.rarely(6),
        secret: (!is_public).then(|| format!("secret-of-{id}-{}", random.below(2))),
        exchanges: is_public || !random.rarely(8),
        refreshes: !is_public && !random.rarely(3),
        redeems: !is_public && !random.rarely(4),
        issuers: if is_public && issuers.is_empty() { vec![ISSUERS[2]] } else { issuers },
        scope: (!random.rarely(6)).then(|| random.some(&SCOPES)),
        resource: random.some(&TARGETS[..2]),
        audience: random.some(&TARGETS),
        delegation: if is_public && delegation == Policy::Any { Policy::MayAct } else { delegation },
        refresh_token: !is_public && !random.rarely(5),
        jwt: random.rarely(2),
        outlive: random.rarely(4),
        access_life: random.one(&[10, 300, 5000]),
        refresh_life: random.one(&[100, 5000, 86_400]),
        grace: random.one(&[0, 30, 30, 300]),
        dpop: random.one(&[Dpop::Optional, Dpop::Optional, Dpop::Optional, Dpop::Required, Dpop::Off]),
        rebinds: !is_public && random.rarely(3),
        assertion_life: (!is_public && !random.rarely(4)).then(|| random.one(&[30, 300])),
    }
}

/// A Client as an administrator writes it.
fn document_of(id: &str, client: &Client) -> Value {
    let grants =
        [(client.exchanges, TOKEN_EXCHANGE), (client.refreshes, "refresh_token"), (client.redeems, JWT_BEARER)];
    let grants: Vec<&str> = grants.iter().filter(|(has, _)| *has).map(|(_, name)| *name).collect();
    let mut exchange = json!({
        "refresh_token": client.refresh_token, "refresh_token_grace": client.grace, "audience": client.audience,
        "access_token_expiration": client.access_life, "refresh_token_expiration": client.refresh_life,
        "outlive_subject": client.outlive,
        "delegation": match client.delegation { Policy::Any => "any", Policy::MayAct => "may_act", Policy::Deny => "deny" },
        "accept_bound": if client.rebinds { "rebind" } else { "proof" },
    });
    if client.jwt {
        exchange["token_format"] = json!("jwt");
    }
    let mut document = json!({
        "active": client.active, "grant_types": grants, "allowedIssuers": client.issuers, "resource": client.resource,
        "dpop": match client.dpop { Dpop::Optional => "optional", Dpop::Required => "required", Dpop::Off => "off" },
    });
    match &client.secret {
        Some(secret) => document["secret"] = json!(secret),
        None => {
            document["public"] = json!(true);
            exchange["provider"] = json!(provider(id));
        }
    }
    document["auth"] = json!({"token_exchange": exchange});
    if let Some(life) = client.assertion_life {
        let targets = TARGET_SERVERS.map(|server| {
            let subject = if server.by_user { "user" } else { "token" };
            json!({"audience": server.audience, "client_id": server.client_id, "scope": server.scope, "subject": subject})
        });
        document["auth"]["id_jag"] = json!({"subject_audience": ["at-idp"], "expiration": life, "targets": targets});
    }
    if let Some(scope) = &client.scope {
        document["scope"] = json!(scope);
    }
    document
}
