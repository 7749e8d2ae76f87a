//! The rules of the resources (contract section 4): each fault is found, named by its path, and shows no value.

use crate::common::*;
use edge_sts::resource::entries;
use serde_json::{Value, json};

fn client() -> Value {
    json!({"resourceType": "Client", "id": "c", "secret": "test", "grant_types": [TOKEN_EXCHANGE]})
}

fn introspector() -> Value {
    json!({"resourceType": "TokenIntrospector", "id": "i", "type": "jwt", "jwt": {"iss": EXTERNAL, "secret": SECRET}})
}

fn user() -> Value {
    json!({"resourceType": "User", "id": "u"})
}

/// Sets a member by its path, such as `auth.token_exchange.audience`; `null` takes it out.
fn with(mut resource: Value, path: &str, value: Value) -> Value {
    let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
    let mut place = &mut resource;
    for name in parents.split('.').filter(|name| !name.is_empty()) {
        if place.get(name).is_none() {
            place[name] = json!({});
        }
        place = &mut place[name];
    }
    if value.is_null() {
        place.as_object_mut().unwrap().remove(last);
    } else {
        place[last] = value;
    }
    resource
}

#[track_caller]
fn fault(resource: &Value, code: &str, expression: &str) {
    let faults = entries(&json!([resource]).to_string(), NOW).expect_err("it must be refused");
    let found = faults.iter().find(|fault| fault.expression == expression && fault.code == code);
    assert!(found.is_some(), "no {code} at {expression} in {faults:?}");
    for fault in &faults {
        assert!(!fault.diagnostics.contains("planted") && !fault.expression.contains("planted-value"), "{fault:?}");
    }
}

#[test]
fn good_resources_are_accepted() {
    for resource in [
        client(),
        introspector(),
        user(),
        with(client(), "secret", json!(format!("__sha256:{}", "aB".repeat(32)))),
        with(client(), "allowed_origins", json!(["https://app.example", "http://localhost:5173", "http://[::1]:1"])),
        with(client(), "details", json!({"any": ["thing"]})),
        with(client(), "auth.authorization_code", json!({"redirect_uri": "https://app.example"})),
        with(introspector(), "user", json!("none")),
        with(introspector(), "cache_ttl", json!(86400)),
        with(
            with(introspector(), "jwt.secret", Value::Null),
            "jwt.keys",
            json!([{"k": SECRET, "kty": "OCT", "alg": "HS256", "format": "plain"}]),
        ),
        with(
            with(introspector(), "jwt.secret", Value::Null),
            "jwt.keys",
            json!([{"format": "jwk", "kid": "a", "jwk": {"kty": "oct", "alg": "HS256", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}}]),
        ),
        with(user(), "identifier", json!([{"system": EXTERNAL, "value": "00u1"}])),
        with(user(), "data", json!({"free": true})),
    ] {
        let faults = entries(&json!([resource]).to_string(), NOW).err();
        assert!(faults.is_none(), "{faults:?}");
    }
}

#[test]
fn every_rule_of_a_client() {
    for (path, value, code, expression) in [
        ("secret", json!(""), "value", "[0].Client.secret"),
        ("secret", json!("__sha256:planted-value"), "value", "[0].Client.secret"),
        ("secret", json!("***"), "value", "[0].Client.secret"),
        ("secret", json!(1), "value", "[0].Client.secret"),
        ("active", json!("false"), "value", "[0].Client.active"),
        ("grant_types", json!("planted"), "value", "[0].Client.grant_types"),
        ("grant_types", json!([1]), "value", "[0].Client.grant_types[0]"),
        ("allowedIssuers", json!([""]), "value", "[0].Client.allowedIssuers[0]"),
        ("scope", json!(["a b"]), "value", "[0].Client.scope[0]"),
        ("allowed_origins", json!(["*"]), "value", "[0].Client.allowed_origins[0]"),
        ("allowed_origins", json!(["https://planted.example/"]), "value", "[0].Client.allowed_origins[0]"),
        ("allowed_origins", json!(["null"]), "value", "[0].Client.allowed_origins[0]"),
        ("jwks_uri", json!("http://planted.example"), "value", "[0].Client.jwks_uri"),
        ("jwks", json!([{}]), "value", "[0].Client.jwks[0].kty"),
        ("jwks", json!(["planted"]), "value", "[0].Client.jwks[0]"),
        ("jwks", json!({"keys": []}), "value", "[0].Client.jwks"),
        ("scopes", json!([{"policy": {}}]), "not-supported", "[0].Client.scopes[0].policy"),
        ("unheard_of", json!(1), "structure", "[0].Client.unheard_of"),
        ("id", json!("a/b"), "value", "[0].Client.id"),
        ("id", json!("x".repeat(65)), "value", "[0].Client.id"),
        ("meta", json!(1), "value", "[0].Client.meta"),
        ("auth", json!([]), "value", "[0].Client.auth"),
        ("auth.planted", json!({}), "structure", "[0].Client.auth.planted"),
        ("auth.token_exchange.token_format", json!("planted"), "value", "[0].Client.auth.token_exchange.token_format"),
        ("auth.token_exchange.token_format", json!(null), "", ""),
        ("auth.token_exchange.refresh_token", json!(1), "value", "[0].Client.auth.token_exchange.refresh_token"),
        (
            "auth.token_exchange.access_token_expiration",
            json!(0),
            "value",
            "[0].Client.auth.token_exchange.access_token_expiration",
        ),
        (
            "auth.token_exchange.access_token_expiration",
            json!(1.5),
            "value",
            "[0].Client.auth.token_exchange.access_token_expiration",
        ),
        (
            "auth.token_exchange.refresh_token_expiration",
            json!("9"),
            "value",
            "[0].Client.auth.token_exchange.refresh_token_expiration",
        ),
        ("auth.token_exchange.audience", json!("planted"), "value", "[0].Client.auth.token_exchange.audience"),
        ("auth.token_exchange.delegation", json!("planted"), "value", "[0].Client.auth.token_exchange.delegation"),
        ("auth.token_exchange.outlive_subject", json!("no"), "value", "[0].Client.auth.token_exchange.outlive_subject"),
        ("auth.token_exchange.unheard_of", json!(1), "structure", "[0].Client.auth.token_exchange.unheard_of"),
    ] {
        if !code.is_empty() {
            fault(&with(client(), path, value), code, expression);
        }
    }
}

#[test]
fn every_rule_of_a_token_introspector() {
    for (path, value, code, expression) in [
        ("type", json!(null), "required", "[0].TokenIntrospector.type"),
        ("type", json!("aspxauth"), "not-supported", "[0].TokenIntrospector.type"),
        ("type", json!("opaque"), "required", "[0].TokenIntrospector.introspection_endpoint"),
        ("jwt", json!(null), "required", "[0].TokenIntrospector.jwt"),
        ("jwt.iss", json!(null), "required", "[0].TokenIntrospector.jwt.iss"),
        ("jwt.iss", json!(""), "value", "[0].TokenIntrospector.jwt.iss"),
        ("jwt.iss", json!("x".repeat(401)), "value", "[0].TokenIntrospector.jwt.iss"),
        ("jwt.secret", json!("test"), "value", "[0].TokenIntrospector.jwt.secret"),
        ("jwt.secret", json!("planted-value-of-31-bytes-01234"), "value", "[0].TokenIntrospector.jwt.secret"),
        ("jwt.secret", json!(null), "required", "[0].TokenIntrospector.jwt.secret"),
        ("jwt.secret", json!("***"), "value", "[0].TokenIntrospector.jwt.secret"),
        ("jwt.keys", json!([]), "value", "[0].TokenIntrospector.jwt.keys"),
        ("jwks_uri", json!("https://planted.example"), "value", "[0].TokenIntrospector.jwt.secret"),
        ("discovery", json!(true), "value", "[0].TokenIntrospector.jwt.secret"),
        ("introspection_endpoint", json!({}), "value", "[0].TokenIntrospector.introspection_endpoint"),
        ("claims", json!({"a": ["b", 1]}), "value", "[0].TokenIntrospector.claims.a[1]"),
        ("audience", json!("planted"), "value", "[0].TokenIntrospector.audience"),
        ("cache_ttl", json!(0), "value", "[0].TokenIntrospector.cache_ttl"),
        ("cache_ttl", json!(86401), "value", "[0].TokenIntrospector.cache_ttl"),
        ("user", json!("planted"), "value", "[0].TokenIntrospector.user"),
        ("unheard_of", json!(1), "structure", "[0].TokenIntrospector.unheard_of"),
    ] {
        fault(&with(introspector(), path, value), code, expression);
    }
    let keys = |keys: Value| with(with(introspector(), "jwt.secret", Value::Null), "jwt.keys", keys);
    let plain = |k: &str, alg: &str| json!({"k": k, "kty": "OCT", "alg": alg, "format": "plain"});
    for (value, code, expression) in [
        (json!([]), "required", ""),
        (json!([plain("short", "HS256")]), "value", "[0].k"),
        (json!([plain(&"p".repeat(47), "HS384")]), "value", "[0].k"),
        (json!([plain(&"p".repeat(63), "HS512")]), "value", "[0].k"),
        (json!([plain(SECRET, "RS256")]), "value", "[0].alg"),
        (json!([plain(SECRET, "none")]), "value", "[0].alg"),
        (json!([{"kty": "RSA", "alg": "RS256", "format": "PEM", "pub": "planted"}]), "value", "[0].pub"),
        (json!([{"format": "jwk", "jwk": {"kty": "oct", "alg": "HS256", "k": "AAA="}}]), "value", "[0].jwk.k"),
        (
            json!([{"format": "jwk", "jwk": {"kty": "oct", "alg": "HS256", "k": "AAAA", "use": "enc"}}]),
            "value",
            "[0].jwk.use",
        ),
        (
            json!([{"format": "jwk", "jwk": {"kty": "oct", "alg": "HS256", "k": "AAAA", "key_ops": ["sign"]}}]),
            "value",
            "[0].jwk.key_ops",
        ),
    ] {
        fault(&keys(value), code, &format!("[0].TokenIntrospector.jwt.keys{expression}"));
    }
    let with_kid = |kid: &str| {
        let mut key = plain(SECRET, "HS256");
        key["kid"] = json!(kid);
        key
    };
    fault(&keys(json!([with_kid("a"), with_kid("a")])), "duplicate", "[0].TokenIntrospector.jwt.keys");
}

#[test]
fn every_rule_of_a_user() {
    for (path, value, code, expression) in [
        ("inactive", json!("yes"), "value", "[0].User.inactive"),
        ("identifier", json!({}), "value", "[0].User.identifier"),
        ("identifier", json!([{"system": EXTERNAL}]), "required", "[0].User.identifier[0].value"),
        ("identifier", json!([{"system": 1, "value": "x"}]), "value", "[0].User.identifier[0].system"),
        ("data", json!("planted"), "value", "[0].User.data"),
        ("email", json!(1), "value", "[0].User.email"),
        ("unheard_of", json!(1), "structure", "[0].User.unheard_of"),
        ("resourceType", json!("Planted"), "value", "[0].resourceType"),
    ] {
        fault(&with(user(), path, value), code, expression);
    }
}

#[test]
fn what_two_resources_may_not_share() {
    for (first, second, member) in [
        (client(), client(), "id"),
        (introspector(), with(introspector(), "id", json!("j")), "jwt.iss"),
        (
            with(user(), "identifier", json!([{"system": EXTERNAL, "value": "x"}])),
            with(with(user(), "id", json!("v")), "identifier", json!([{"system": EXTERNAL, "value": "x"}])),
            "identifier",
        ),
    ] {
        let faults = entries(&json!([first, second]).to_string(), NOW).expect_err("they share something");
        assert_eq!((faults[0].code, &*faults[0].expression), ("duplicate", "[1]"));
        assert_eq!(faults[0].diagnostics, format!("It has the same {member} as [0]."));
    }
}

#[test]
fn secrets_are_never_shown_and_a_mask_keeps_them() {
    let fixture = Fixture::new();
    let shown = fixture.admin("GET /Client/c1", &[], &Value::Null).ok().json();
    assert_eq!(shown["secret"], "***");
    fixture.admin("PUT /Client/c1", &[], &shown).ok();
    fixture.exchange().ok();
    let shown = fixture.admin("GET /TokenIntrospector/external", &[], &Value::Null).ok().json();
    assert_eq!(shown["jwt"]["secret"], "***");
    fixture.admin("PUT /TokenIntrospector/external", &[], &shown).ok();
    fixture.exchange().ok();
    let list = fixture.admin("GET /TokenIntrospector", &[], &Value::Null).ok();
    assert!(!list.0.body.contains(SECRET));
}

#[test]
fn a_change_of_issuer_takes_the_old_one_away_at_once() {
    let fixture = Fixture::new();
    fixture.exchange().ok();
    let mut document = introspector();
    document["id"] = json!("external");
    document["jwt"]["iss"] = json!("https://new.example");
    fixture.admin("PUT /TokenIntrospector/external", &[], &document).ok();
    fixture.exchange().refused(400, "invalid_request", "The subject_token is not accepted: its issuer");
    document["jwt"]["iss"] = json!(EXTERNAL);
    fixture.admin("PUT /TokenIntrospector/external", &[], &document).ok();
    fixture.exchange().ok();
    let mut other = introspector();
    other["id"] = json!("second");
    let reply = fixture.admin("PUT /TokenIntrospector/second", &[], &other);
    assert_eq!(
        (reply.status(), &reply.json()["issue"][0]["expression"][0]),
        (409, &json!("TokenIntrospector.jwt.iss"))
    );
    assert_eq!(fixture.admin("DELETE /TokenIntrospector/external", &[], &Value::Null).status(), 200);
    assert_eq!(fixture.admin("DELETE /TokenIntrospector/external", &[], &Value::Null).status(), 204);
    fixture.exchange().refused(400, "invalid_request", "The subject_token is not accepted: its issuer");
    assert!(!fixture.host.resources.borrow().keys().any(|key| key.starts_with("TokenIntrospector")));
}

#[test]
fn a_user_made_inactive_is_refused_by_every_way_to_find_him() {
    let fixture = Fixture::new();
    let exchange = |sub: &str| fixture.form("/auth/token", &good(&subject_token(&json!({"sub": sub}))));
    exchange("00u1").ok();
    exchange("carol").ok();
    let mut carol = json!({"id": "carol", "identifier": [{"system": EXTERNAL, "value": "00u1"}], "inactive": true});
    fixture.admin("PUT /User/carol", &[], &carol).ok();
    for sub in ["00u1", "carol"] {
        exchange(sub).refused(400, "invalid_request", "The subject_token is not accepted: its user is inactive.");
    }
    carol["inactive"] = json!(false);
    carol["active"] = json!(false);
    fixture.admin("PUT /User/carol", &[], &carol).ok();
    exchange("00u1").refused(400, "invalid_request", "The subject_token is not accepted: its user is inactive.");
}

#[test]
fn versions_and_statuses() {
    let fixture = Fixture::new();
    let made = fixture.admin("POST /User", &[], &json!({"id": "dave", "resourceType": "User"}));
    assert_eq!((made.status(), made.header("location")), (201, Some("/User/dave")));
    let tag = made.header("etag").unwrap().to_owned();
    assert_eq!(fixture.admin("POST /User", &[], &json!({"id": "dave"})).status(), 409);
    assert_eq!(fixture.admin("PUT /User/dave", &[("if-match", "W/\"7\"")], &json!({})).status(), 412);
    let put = fixture.admin("PUT /User/dave", &[("if-match", &tag)], &json!({}));
    assert_eq!(put.status(), 200);
    assert_ne!(put.header("etag"), Some(tag.as_str()));
    assert_eq!(fixture.admin("PUT /User/dave", &[], &json!({"id": "eve"})).status(), 422);
    assert_eq!(fixture.admin("GET /User/nobody", &[], &Value::Null).status(), 404);
    assert_eq!(fixture.admin("PATCH /User/dave", &[], &Value::Null).header("allow"), Some("GET, HEAD, PUT, DELETE"));
    assert_eq!(fixture.send("GET /User/dave", &[("authorization", "Bearer wrong")], b"").status(), 401);
    assert_eq!(fixture.send("GET /User/dave", &[], b"").status(), 401);
    assert_eq!(fixture.last_event()["reason"], "admin_token_wrong");
}

#[test]
fn a_resource_has_an_end_of_look_ups() {
    for (path, name) in [("/User/many", "identifier"), ("/Client/many", "allowed_origins")] {
        let fixture = Fixture::new();
        let element = |number: usize| match name {
            "identifier" => json!({"system": "https://many.example", "value": number.to_string()}),
            _ => json!(format!("https://a{number}.example")),
        };
        let with = |count: usize| json!({name: (0..count).map(element).collect::<Vec<_>>()});
        let refused = fixture.admin(&format!("PUT {path}"), &[], &with(101));
        assert_eq!(refused.status(), 422);
        let issue = &refused.json()["issue"][0];
        let place = format!("{}.{name}", path.split('/').nth(1).unwrap());
        assert_eq!(issue["expression"], json!([place]));
        assert_eq!(issue["diagnostics"], "It has more than 100 elements.");
        assert_eq!(fixture.admin(&format!("PUT {path}"), &[], &with(100)).status(), 201);
        fixture.exchange().ok();
    }
}
