//! `POST /$dry-run` tells what a request would get. It must say the same as the real request, and nothing of what a real
//! request does may come of it: no token, no grant, no spent assertion, no counted failure.

use serde_json::{Value, json};

use crate::common::tried::{Tried, body, dry, without_jti};
use crate::common::*;

const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
const REFRESH: &str = "urn:ietf:params:oauth:token-type:refresh_token";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SECRET_OF_C1: &str = "p@ss:w+rd %1";
const AS: &str = "https://as.example";

/// The resources of the other tests, with clients that redeem and get identity assertions, one without a secret, one that
/// proves a key, and one whose condition is never met.
fn dry_resources() -> Value {
    let mut all = resources();
    merge(&mut all[5], &json!({"id_jag": true}));
    let of_c1 = |changes: Value| {
        let mut client = all[0].clone();
        merge(&mut client, &changes);
        client
    };
    let secret = "secret-of-the-app-0123";
    let app = of_c1(json!({"id": "app", "secret": secret, "grant_types": [JWT_BEARER, TOKEN_EXCHANGE]}));
    let mut app = app;
    app["auth"]["jwt_bearer"] = json!({"audience": ["https://mcp.example/"]});
    app["auth"]["token_exchange"]["refresh_token"] = json!(false);
    app["auth"]["id_jag"] =
        json!({"subject_audience": ["app-at-idp"], "targets": [{"audience": AS, "client_id": "app-there"}]});
    let public = json!({
        "resourceType": "Client", "id": "public", "public": true, "grant_types": [TOKEN_EXCHANGE], "allowedIssuers": [EXTERNAL],
    });
    let bound = of_c1(json!({"id": "bound", "secret": secret, "dpop": "required"}));
    let strict = of_c1(json!({"id": "strict", "secret": secret, "condition": [
        {"expression": "claims.role == 'admin'", "message": "Only for admins."}]}));
    let any = of_c1(json!({"id": "any", "secret": secret}));
    let mut any = any;
    any["auth"]["token_exchange"]["delegation"] = json!("any");
    all.as_array_mut().unwrap().extend([app, public, bound, strict, any]);
    all
}

fn fixture() -> Fixture {
    Fixture::with(&dry_resources(), OCT_KEYS)
}

fn secret_of(client: &str) -> &str {
    match client {
        "c1" => SECRET_OF_C1,
        "opaque" => "secret-of-opaque",
        "cx" => "secret-of-cx",
        "disabled" => "secret-of-disabled",
        _ => "secret-of-the-app-0123",
    }
}

fn assertion(jti: &str) -> String {
    let claims = json!({
        "iss": EXTERNAL, "sub": "alice", "aud": ISSUER, "client_id": "app", "jti": jti, "iat": NOW, "exp": NOW + 300,
        "resource": "https://mcp.example/", "scope": "read",
    });
    sign_text(r#"{"alg":"HS256","typ":"oauth-id-jag+jwt"}"#, &claims.to_string())
}

fn id_token() -> String {
    subject_token(&json!({"aud": "app-at-idp", "iat": NOW}))
}

type Parameters = Vec<(&'static str, String)>;

/// Requests of every kind, good and refused, each with its client.
fn requests(fixture: &Fixture) -> Vec<(&'static str, Parameters)> {
    let exchange = |token: String, of_type: &str, more: &[(&'static str, &str)]| {
        let mut parameters = vec![
            ("grant_type", TOKEN_EXCHANGE.to_owned()),
            ("subject_token", token),
            ("subject_token_type", of_type.to_owned()),
        ];
        parameters.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        parameters
    };
    let good = |more: &[(&'static str, &str)]| exchange(subject_token(&json!({})), JWT, more);
    let of = |claims: Value| exchange(subject_token(&claims), JWT, &[("scope", "read")]);
    let own = fixture.exchange().ok().text("access_token");
    let opaque = fixture.form_as(
        Some(("opaque", "secret-of-opaque")),
        "/auth/token",
        &crate::common::good(&subject_token(&json!({}))),
    );
    let opaque = opaque.ok().text("access_token");
    let actor = subject_token(&json!({"sub": "carol"}));
    let as_actor = [("actor_token", actor.as_str()), ("actor_token_type", JWT), ("scope", "read")];
    let id_jag = [("requested_token_type", ID_JAG), ("audience", AS)];
    let bearer = |assertion: String| vec![("grant_type", JWT_BEARER.to_owned()), ("assertion", assertion)];
    vec![
        // Good ones.
        ("c1", good(&[("scope", "read")])),
        ("c1", good(&[("scope", "read write"), ("audience", "orders"), ("resource", "https://api.example")])),
        ("c1", good(&[("scope", "read"), ("requested_token_type", REFRESH)])),
        ("opaque", good(&[("scope", "read")])),
        ("opaque", good(&[("scope", "read"), ("requested_token_type", JWT)])),
        ("c1", of(json!({"sub": "00u1"}))),
        ("c1", exchange(own.clone(), ACCESS_TOKEN, &[("scope", "read")])),
        ("any", good(&as_actor)),
        ("app", bearer(assertion("differential"))),
        // Refused ones.
        ("nobody", good(&[])),
        ("disabled", good(&[])),
        ("cx", good(&[])),
        ("strict", good(&[("scope", "read")])),
        ("bound", good(&[("scope", "read")])),
        ("c1", of(json!({"exp": NOW - 3600}))),
        ("c1", of(json!({"iss": "https://stranger.example"}))),
        ("c1", of(json!({"sub": "nobody"}))),
        ("c1", of(json!({"sub": "bob"}))),
        ("c1", of(json!({"aud": "somebody else"}))),
        ("c1", good(&[("scope", "admin")])),
        ("c1", good(&[("scope", "read"), ("audience", "other")])),
        ("c1", good(&as_actor)),
        ("c1", exchange("not a token".to_owned(), JWT, &[])),
        ("c1", exchange(format!("{}x", subject_token(&json!({}))), JWT, &[])),
        ("app", exchange(own, ACCESS_TOKEN, &[("scope", "read")])),
        ("app", exchange(opaque, ACCESS_TOKEN, &[("scope", "read")])),
        ("app", bearer(id_token())),
        ("c1", bearer(assertion("of another"))),
        ("app", exchange(id_token(), ID_TOKEN, &id_jag)), // no public key here
        ("c1", exchange(id_token(), ID_TOKEN, &id_jag)),
        ("c1", exchange(subject_token(&json!({})), "urn:example:unknown", &[])),
        ("c1", vec![("grant_type", TOKEN_EXCHANGE.to_owned())]),
    ]
}

fn borrowed(parameters: &Parameters) -> Vec<(&'static str, &str)> {
    parameters.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// For each request the dry run says what the real request then gets.
#[test]
fn it_says_what_the_real_request_gets() {
    let fixture = fixture();
    let (mut issued, mut refused) = (0, 0);
    for (client, parameters) in requests(&fixture) {
        let parameters = borrowed(&parameters);
        let asking = (client, secret_of(client));
        let tried = Tried::new(&fixture, client, &parameters);
        let real = fixture.form_as(Some(asking), "/auth/token", &parameters);
        tried.agrees(&fixture, asking, &real);
        if real.status() == 200 { issued += 1 } else { refused += 1 }
    }
    assert_eq!((issued, refused), (9, 23));
}

/// Nothing is written, nothing is drawn at random, no failure is counted, no platform is asked to count.
#[test]
fn it_leaves_no_trace_but_its_event() {
    let fixture = fixture();
    let requests = requests(&fixture);
    *fixture.host.limit.borrow_mut() = Some((1000, Vec::new()));
    let before = (
        fixture.host.random.get(),
        fixture.host.grants.borrow().clone(),
        fixture.host.directory.borrow().keys().clone(),
    );
    fixture.grant_calls();
    for (client, parameters) in &requests {
        let parameters = borrowed(parameters);
        dry(&fixture, &body(client, &parameters)).ok();
        let event = fixture.last_event();
        assert_eq!((&event["event"], &event["administrator"]), (&json!("admin.dry_run"), &json!("administrator")));
        assert_eq!(
            (event.get("jti"), event.get("assertion_jti").is_some()),
            (None, event.get("assertion_jti").is_some())
        );
    }
    let after = (
        fixture.host.random.get(),
        fixture.host.grants.borrow().clone(),
        fixture.host.directory.borrow().keys().clone(),
    );
    assert_eq!(before.0, after.0, "randomness was drawn");
    assert!(before.1 == after.1 && before.2 == after.2, "something was stored");
    assert_eq!(fixture.grant_calls().1, 0, "something was written");
    assert!(fixture.host.limit.borrow().as_ref().unwrap().1.is_empty(), "a failure was counted");
}

/// An attacker who has the administrator's interface and nothing else gets nothing that any endpoint takes.
#[test]
fn nothing_in_an_answer_is_a_token() {
    let fixture = fixture();
    let mut tried = 0;
    for (client, parameters) in requests(&fixture) {
        let reply = dry(&fixture, &body(client, &borrowed(&parameters))).ok();
        for (name, value) in &parameters {
            let is_token = name.ends_with("_token") || *name == "assertion";
            assert!(!is_token || !reply.0.body.contains(value.as_str()), "{client}: the answer repeats {name}");
            let event = fixture.host.events.borrow().last().unwrap().clone();
            assert!(!is_token || !event.contains(value.as_str()), "{client}: the event repeats {name}");
        }
        assert!(!reply.0.body.contains("sts_at_") && !reply.0.body.contains("sts_rt_"), "{}", reply.0.body);
        for text in reply.0.body.split('"').filter(|text| !text.is_empty()) {
            assert!(!text.starts_with("eyJ"), "{text}");
            if text.len() < 16 || text.contains([' ', '\n']) {
                continue;
            }
            tried += 1;
            let as_bearer = fixture.send("GET /auth/userinfo", &[("authorization", &format!("Bearer {text}"))], b"");
            assert_eq!(as_bearer.status(), 401, "{text}");
            let seen = fixture.form("/auth/introspect", &[("token", text)]).ok().json();
            assert_eq!(seen, json!({"active": false}), "{text}");
            let refreshed = fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", text)]);
            assert_eq!(refreshed.status(), 400, "{text}");
        }
    }
    assert!(tried > 100, "{tried}");
}

/// Whoever could spend an assertion by a dry run could take a user's sign-in from him.
#[test]
fn an_assertion_is_not_spent_and_one_that_is_is_known() {
    let fixture = fixture();
    let assertion = assertion("dry");
    let parameters = [("grant_type", JWT_BEARER), ("assertion", assertion.as_str())];
    for _ in 0..3 {
        let tried = dry(&fixture, &body("app", &parameters)).ok().json();
        assert_eq!((&tried["outcome"], &tried["event"]["assertion_jti"]), (&json!("success"), &json!("dry")));
    }
    fixture.form_as(Some(("app", secret_of("app"))), "/auth/token", &parameters).ok();
    let tried = dry(&fixture, &body("app", &parameters)).ok().json();
    assert_eq!(tried["refused"]["reason"], "assertion.replayed");
}

/// Nobody is locked out: not a client of which wrong things are tried, nor a public one, nor the address.
#[test]
fn failures_are_not_counted() {
    let fixture = fixture();
    let wrong = subject_token(&json!({"exp": NOW - 3600}));
    for client in ["c1", "public", "nobody"] {
        for _ in 0..=edge_sts::limits::FAILURES {
            let tried = dry(&fixture, &body(client, &good(&wrong))).ok().json();
            assert_eq!(tried["outcome"], "refused");
        }
    }
    let as_client = |id| fixture.form_as(Some((id, "wrong")), "/auth/token", &good(&wrong)).status();
    assert_eq!((as_client("c1"), as_client("nobody")), (401, 401), "429 would say that failures were counted");
    let public = changed(good(&wrong), "client_id", Some("public"));
    assert_eq!(fixture.form_as(None, "/auth/token", &public).status(), 400);
}

/// The identity assertion of another server is described and not signed, though there is a key.
#[test]
fn an_identity_assertion_is_described() {
    let fixture = Fixture::with(&dry_resources(), ES256_KEYS);
    let token = id_token();
    let parameters = vec![
        ("grant_type", TOKEN_EXCHANGE),
        ("requested_token_type", ID_JAG),
        ("subject_token", token.as_str()),
        ("subject_token_type", ID_TOKEN),
        ("audience", AS),
    ];
    let random = fixture.host.random.get();
    let tried = dry(&fixture, &body("app", &parameters)).ok().json();
    assert_eq!(fixture.host.random.get(), random);
    let real = fixture.form_as(Some(("app", secret_of("app"))), "/auth/token", &parameters).ok();
    let said = &tried["would_issue"];
    assert_eq!(said["claims"], without_jti(real.claims()));
    assert_eq!((&said["token_type"], &said["issued_token_type"]), (&json!("N_A"), &json!(ID_JAG)));
    assert_eq!(tried["event"].get("jti"), None);
}

/// Which rule refuses, and where it stands.
#[test]
fn a_refusal_names_the_rule() {
    let fixture = fixture();
    let good_token = subject_token(&json!({}));
    let of = |claims: Value| subject_token(&claims);
    let cases = [
        ("cx", good_token.clone(), vec![], "Client/cx", "Client.grant_types"),
        ("disabled", good_token.clone(), vec![], "Client/disabled", "Client.active"),
        ("bound", good_token.clone(), vec![], "Client/bound", "Client.dpop"),
        ("c1", good_token.clone(), vec![("scope", "admin")], "Client/c1", "Client.scope"),
        (
            "c1",
            good_token.clone(),
            vec![("audience", "x"), ("scope", "read")],
            "Client/c1",
            "Client.auth.token_exchange.audience",
        ),
        ("strict", good_token, vec![("scope", "read")], "Client/strict", "Client.condition[0]"),
        ("c1", of(json!({"aud": "x"})), vec![], "TokenIntrospector/external", "TokenIntrospector.audience"),
        ("c1", of(json!({"sub": "nobody"})), vec![], "TokenIntrospector/external", "TokenIntrospector.user"),
        (
            "c1",
            of(json!({"exp": NOW + 9_000_000})),
            vec![],
            "TokenIntrospector/external",
            "TokenIntrospector.max_lifetime",
        ),
    ];
    for (client, token, more, resource, member) in cases {
        let mut parameters = vec![("subject_token", token.as_str()), ("subject_token_type", JWT)];
        parameters.extend(more);
        let tried = dry(&fixture, &body(client, &parameters)).ok().json();
        let refused = &tried["refused"];
        assert_eq!((&refused["resource"], &refused["member"]), (&json!(resource), &json!(member)), "{tried}");
    }
    let strict = dry(
        &fixture,
        &body(
            "strict",
            &[("subject_token", &subject_token(&json!({}))), ("subject_token_type", JWT), ("scope", "read")],
        ),
    );
    assert_eq!(strict.json()["event"]["condition"]["message"], "Only for admins.");
}

/// Who stands behind it, in the words in which they can be ended.
#[test]
fn it_says_with_whom_it_ends() {
    let fixture = fixture();
    let (subject, actor) = (subject_token(&json!({})), subject_token(&json!({"sub": "00u1"})));
    let mut parameters = good(&subject);
    parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
    let tried = dry(&fixture, &body("any", &parameters)).ok().json();
    let said = &tried["would_issue"];
    assert_eq!(said["ends_with"], json!(["Client/any", "User/alice", "TokenIntrospector/external", "User/carol"]));
    assert_eq!(said["claims"]["act"], json!({"iss": EXTERNAL, "sub": "00u1"}));
}

/// A key can be named that the request would prove; what is bound to a key says so.
#[test]
fn a_key_can_be_named() {
    let fixture = fixture();
    let token = subject_token(&json!({}));
    let thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    let tried = dry(&fixture, &body("bound", &changed(good(&token), "dpop_jkt", Some(thumbprint)))).ok().json();
    assert_eq!(tried["would_issue"]["token_type"], "DPoP");
    assert_eq!(tried["would_issue"]["claims"]["cnf"], json!({"jkt": thumbprint}));
    let reply = dry(&fixture, &body("bound", &changed(good(&token), "dpop_jkt", Some("short"))));
    assert_eq!((reply.status(), &reply.json()["issue"][0]["expression"][0]), (422, &json!("dpop_jkt")));
}

/// It is the administrator's alone, as every other path of the interface.
#[test]
fn only_an_administrator_may() {
    let fixture = fixture();
    let token = subject_token(&json!({}));
    let text = body("c1", &good(&token)).to_string();
    let send = |authorization: Option<&str>| {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(authorization.map(|value| ("authorization", value)));
        fixture.send("POST /$dry-run", &headers, text.as_bytes())
    };
    let of_client = basic("c1", SECRET_OF_C1);
    let access = fixture.exchange().ok().text("access_token");
    for authorization in [None, Some("Bearer wrong"), Some(&*of_client), Some(&*format!("Bearer {access}"))] {
        let reply = send(authorization);
        assert_eq!((reply.status(), reply.header("www-authenticate")), (401, Some(r#"Bearer realm="sts-admin""#)));
        assert_eq!(fixture.last_event()["event"], "admin.request");
    }
    assert_eq!(fixture.admin("GET /$dry-run", &[], &Value::Null).header("allow"), Some("POST"));
    let nobody = edge_sts::Sts::new(&edge_sts::Config::new(ISSUER, OCT_KEYS)).unwrap();
    let head = format!("POST /$dry-run\nauthorization: Bearer {ADMIN}\ncontent-type: application/json");
    let reply = run(nobody.fetch(&fixture.host, &edge_sts::http::Request::new(&head, text.as_bytes())));
    assert_eq!(reply.status, 404);
}

/// Where the directory cannot be written it works as well: it writes nothing.
#[test]
fn it_serves_where_resources_are_only_read() {
    let mut fixture = fixture();
    let config = edge_sts::Config { admin_token: Some(ADMIN), ..edge_sts::Config::new(ISSUER, OCT_KEYS) };
    fixture.sts = edge_sts::Sts::new(&config).unwrap();
    let tried = dry(&fixture, &body("c1", &good(&subject_token(&json!({}))))).ok().json();
    assert_eq!(tried["outcome"], "success");
}

/// What cannot be tried is said, and nothing of it is repeated.
#[test]
fn what_it_does_not_take() {
    let fixture = fixture();
    let token = subject_token(&json!({}));
    let good = body("c1", &good(&token));
    let with = |changes: Value| {
        let mut body = good.clone();
        merge(&mut body, &changes);
        body
    };
    for (body, expression) in [
        (with(json!({"client_secret": "planted-secret"})), "client_secret"),
        (with(json!({"client_assertion": "planted-secret"})), "client_assertion"),
        (with(json!({"client_assertion_type": "planted-secret"})), "client_assertion_type"),
        (with(json!({"grant_type": "refresh_token", "refresh_token": "planted-secret"})), "grant_type"),
        (with(json!({"grant_type": "planted-secret"})), "grant_type"),
        (with(json!({"client_id": null})), "client_id"),
    ] {
        let reply = dry(&fixture, &body);
        let outcome = reply.json();
        assert_eq!((reply.status(), &outcome["issue"][0]["expression"][0]), (422, &json!(expression)), "{outcome}");
        let event = fixture.host.events.borrow().last().unwrap().clone();
        assert!(!reply.0.body.contains("planted") && !event.contains("planted"), "{event}");
        assert_eq!(fixture.last_event()["reason"], "administration_refused");
    }
    for body in [json!([1]), json!({"client_id": 1}), json!({"client_id": "c1", "scope": ["read"]})] {
        assert_eq!(dry(&fixture, &body).status(), 422, "{body}");
    }
    let typed = |content_type, body: &str| {
        let bearer = format!("Bearer {ADMIN}");
        fixture
            .send("POST /$dry-run", &[("authorization", &bearer), ("content-type", content_type)], body.as_bytes())
            .status()
    };
    assert_eq!(typed("application/x-www-form-urlencoded", "client_id=c1"), 415);
    assert_eq!(typed("application/json", &" ".repeat(70_000)), 413);
}

/// A store that does not answer is no verdict.
#[test]
fn a_store_that_is_down_gives_no_verdict() {
    let fixture = fixture();
    fixture.host.broken.set(true);
    let reply = dry(&fixture, &body("c1", &good(&subject_token(&json!({})))));
    assert_eq!((reply.status(), reply.header("retry-after")), (503, Some("5")));
    assert_eq!(fixture.last_event()["reason"], "store_unavailable");
}

/// A change that comes while it waits is seen, as by the real exchange.
#[test]
fn it_is_decided_again_when_something_changes() {
    let fixture = fixture();
    let client = Some(("opaque", "secret-of-opaque"));
    let token = fixture.form_as(client, "/auth/token", &good(&subject_token(&json!({})))).ok().text("access_token");
    let own = body("opaque", &changed(good(&token), "subject_token_type", Some(ACCESS_TOKEN)));
    assert_eq!(dry(&fixture, &own).ok().json()["outcome"], "success");
    let reply = fixture.admin_meanwhile("POST /$dry-run", &own, &[At::AfterReadGrant], || {
        fixture.admin("DELETE /Client/opaque", &[], &Value::Null).ok();
    });
    let tried = reply.ok().json();
    assert_eq!(tried["refused"]["reason"], "client_unknown");
}

/// The last events, newest first, the dry run's among them; reading them leaves none there.
#[test]
fn the_last_events_of_an_instance() {
    let fixture = fixture();
    let token = fixture.exchange().ok().text("access_token");
    dry(&fixture, &body("c1", &good(&subject_token(&json!({}))))).ok();
    let read = || fixture.admin("GET /$events", &[], &Value::Null).ok();
    read();
    for path in ["/Client", "/Client/c1", "/Client/c1/_history"] {
        fixture.admin(&format!("GET {path}"), &[], &Value::Null).ok();
    }
    let reply = read();
    let answer = reply.json();
    let names: Vec<&str> =
        answer["events"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["admin.dry_run", "token.exchange"]);
    assert_eq!((&answer["seen"], &answer["kept_at_most"]), (&json!(2), &json!(edge_sts::limits::RECENT_EVENTS)));
    let logged: Value = serde_json::from_str(&fixture.host.events.borrow()[0]).unwrap();
    assert_eq!(answer["events"][1], logged, "as it stands in the log");
    assert!(!reply.0.body.contains(&token));
    assert_eq!(fixture.last_event()["event"], "admin.events", "the log has it");
    // What fails, what changes something and what takes everything away is among them.
    for line in ["GET /Client/nobody", "PUT /User/dave", "GET /$export"] {
        let body = if line.starts_with("PUT") { json!({}) } else { Value::Null };
        fixture.admin(line, &[], &body);
    }
    let answer = read().json();
    let names: Vec<&str> =
        answer["events"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names[..3], ["admin.export", "admin.put", "admin.get"]);
    assert_eq!(fixture.admin("GET /$events?_count=1", &[], &Value::Null).status(), 400);
    assert_eq!(fixture.admin("POST /$events", &[], &Value::Null).header("allow"), Some("GET, HEAD"));
    assert_eq!(fixture.send("GET /$events", &[("authorization", "Bearer wrong")], b"").status(), 401);
}
