//! The administrator's requests.

use serde_json::{Value, json};

use crate::common::*;
use crate::faults::ask::{Ask, admin, exchange, get, of_issuer};
use crate::faults::case::{Asking, Case, Preparation};
use crate::faults::cases::id_jag::{ID_JAG, ID_TOKEN, assertion, id_token};
use crate::faults::world::{C1, FETCHED, JWT_BEARER, Setup, TARGET_AS, World};
use crate::rfc7523;

fn new_client() -> Value {
    json!({
        "resourceType": "Client", "id": "new", "secret": "planted-secret-of-new", "jwks": [rfc7523::key()],
        "grant_types": [TOKEN_EXCHANGE], "allowed_origins": ["https://new.example"],
    })
}

fn identified(id: &str) -> Value {
    json!({"resourceType": "User", "id": id, "identifier": [{"system": EXTERNAL, "value": format!("of-{id}")}]})
}

fn entry(method: &str, url: &str, resource: &Value) -> Value {
    let mut entry = json!({"request": {"method": method, "url": url}});
    if !resource.is_null() {
        entry["resource"] = resource.clone();
    }
    entry
}

fn bundle() -> Value {
    let entries = [
        entry("PUT", "User/dora", &identified("dora")),
        entry("PUT", "User/carol", &json!({"resourceType": "User", "id": "carol"})),
        entry("DELETE", "Client/c2", &Value::Null),
        entry("PUT", "Client/new", &new_client()),
    ];
    json!({"resourceType": "Bundle", "type": "transaction", "entry": entries})
}

pub fn cases() -> Vec<Case> {
    fn case(
        name: &'static str,
        ask: Asking,
        good: u16,
        again: &'static [u16],
        changes: &'static [&'static str],
    ) -> Case {
        let refused = &[404, 409, 422];
        Case { good, again, changes, refused, ..Case::new(name, |w| vec![w.exchanged(C1).text("access_token")], ask) }
    }
    const BUNDLE: &[&str] = &["User/dora", "User/carol", "Client/c2", "Client/new"];
    vec![
        case("POST", |_, _| admin("POST /Client", &new_client()), 201, &[201, 409, 412], &["Client/new"]),
        case("POST without id", |_, _| admin("POST /User", &json!({"userName": "Dora"})), 201, &[201], &[]),
        case("PUT of a new one", |_, _| admin("PUT /Client/new", &new_client()), 201, &[200, 201], &["Client/new"]),
        case("PUT of another one", |_, _| admin("PUT /User/carol", &identified("carol")), 200, &[200], &["User/carol"]),
        Case {
            settled: |w, t| nothing_lives_of_alice(w, t),
            ..case("DELETE", |_, _| admin("DELETE /User/alice", &Value::Null), 200, &[200, 204], &["User/alice"])
        },
        case("DELETE of nobody", |_, _| admin("DELETE /User/nobody", &Value::Null), 204, &[204], &["User/nobody"]),
        case("a bundle", |_, _| admin("POST /", &bundle()), 200, &[200], BUNDLE),
        case("an import", |_, _| admin("POST /$import", &bundle()), 200, &[200], BUNDLE),
        case("GET", |_, _| admin("GET /Client/c1", &Value::Null), 200, &[200], &[]),
        case("a list", |_, _| admin("GET /TokenIntrospector", &Value::Null), 200, &[200], &[]),
        case("history", |_, _| admin("GET /Client/c1/_history", &Value::Null), 200, &[200], &[]),
        case("an export", |_, _| admin("GET /$export", &Value::Null), 200, &[200], &[]),
        case("counters", |_, _| admin("GET /metrics", &Value::Null), 200, &[200], &[]),
        case("the last events", |_, _| admin("GET /$events", &Value::Null), 200, &[200], &[]),
        // What it says may be another thing after a fault; it answers, and leaves nothing.
        dry_run("a dry run of a JWT", |_, _| dry("c1", &subject_token(&json!({})), JWT)),
        dry_run("a dry run of a JWT of fetched keys", |_, _| dry("c1", &of_issuer(FETCHED), JWT)),
        dry_run("a dry run of an opaque token", |_, _| dry("c1", "opaque-token-of-vouching", ACCESS_TOKEN)),
        dry_run("a dry run of a token of this service", |_, t| dry("c1", &t[0], ACCESS_TOKEN)),
        Case {
            setup: Setup::EC,
            ..dry_run("a dry run of an identity assertion", |_, _| {
                let request = json!({
                    "client_id": "c1", "subject_token": id_token(&json!({})), "subject_token_type": ID_TOKEN,
                    "requested_token_type": ID_JAG, "audience": TARGET_AS,
                });
                admin("POST /$dry-run", &request)
            })
        },
        dry_run("a dry run of an identity assertion that is redeemed", |_, _| {
            let assertion = assertion("1", "c1", &json!({}));
            let request = json!({"client_id": "c1", "grant_type": JWT_BEARER, "assertion": assertion});
            admin("POST /$dry-run", &request)
        }),
        Case {
            refused: &[429],
            ..case("counters, by a wrong token", |_, _| get("/metrics", Some("Bearer wrong")), 401, &[401], &[])
        },
        Case {
            refused: &[429],
            ..case("a wrong token", |_, _| get("/Client/c1", Some("Bearer wrong")), 401, &[401], &[])
        },
    ]
}

fn dry(client: &str, token: &str, of_type: &str) -> Ask {
    admin(
        "POST /$dry-run",
        &json!({"client_id": client, "subject_token": token, "subject_token_type": of_type, "scope": "read"}),
    )
}

fn dry_run(name: &'static str, ask: Asking) -> Case {
    let prepare: Preparation = |w| vec![w.exchanged(C1).text("access_token")];
    Case { refused: &[], settled: nothing_stored, ..Case::new(name, prepare, ask) }
}

/// A JWT needs no grant, and a dry run makes none.
fn nothing_stored(world: &World, _: &[String]) {
    assert!(world.fixture.host.grants.borrow().is_empty(), "a dry run stored something");
}

fn nothing_lives_of_alice(w: &World, t: &[String]) {
    assert!(!w.active(&t[0]), "a token of somebody who is gone is active");
    let reply = w.reply(&exchange(C1, &subject_token(&json!({})), JWT, &[]));
    reply.refused(400, "invalid_request", "The subject_token is not accepted: its user is not known");
}
