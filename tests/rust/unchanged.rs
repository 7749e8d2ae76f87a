//! Decisions that an administrator's change overtakes begin again, authentication included (attacks 3, 4, 10, 11, 20).

use serde_json::{Value, json};

use crate::common::*;
use crate::issuers::serve;
use crate::rfc7523::{self, assertion, key};

const C1: Option<(&str, &str)> = Some(("c1", "p@ss:w+rd %1"));
const UNAUTHENTICATED: &str = "Client authentication failed.";

fn c1(changes: &Value) -> Value {
    let mut c1 = resources()[0].clone();
    merge(&mut c1, changes);
    c1
}

/// Attack 3: what one issuer said is not held against the rules of another one.
#[test]
fn an_opaque_token_is_shown_to_the_issuer_of_now() {
    let issuer = |id: &str, rule: &str| {
        json!({"resourceType": "TokenIntrospector", "id": id, "type": "opaque", "user": rule,
            "jwt": {"iss": format!("https://{id}.example")},
            "introspection_endpoint": {"url": format!("https://{id}.example/introspect")}})
    };
    let mut resources = resources();
    let list = resources.as_array_mut().unwrap();
    list.extend([issuer("a", "required"), issuer("b", "none")]);
    resources[0]["allowedIssuers"] = json!(["https://a.example"]);
    resources[0]["scope"] = json!(["read", "admin"]);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let says = |id: &str, sub: &str, scope: &str| {
        let answer = json!({"active": true, "sub": sub, "scope": scope, "exp": NOW + 900});
        serve(&fixture, &format!("https://{id}.example/introspect"), 200, None, &answer.to_string());
    };
    says("a", "alice", "read admin");
    says("b", "guest", "read");
    let parameters = changed(good("foreign-opaque-token"), "subject_token_type", Some(ACCESS_TOKEN));
    let parameters = changed(parameters, "scope", None);
    let reply = fixture.form_meanwhile(C1, "/auth/token", &parameters, At::Fetch, || {
        let changed = c1(&json!({"allowedIssuers": ["https://b.example"], "scope": ["read", "admin"]}));
        fixture.admin("PUT /Client/c1", &[], &changed).ok();
    });
    let claims = reply.ok().claims();
    assert_eq!((&claims["sub"], &claims["scope"]), (&json!("guest"), &json!("read")));
}

/// A fixture whose exchange waits for the keys of the issuer.
fn slow_issuer() -> (Fixture, String) {
    let fixture = crate::issuers::fixture(&json!({"jwks_uri": "https://issuer.example/keys"}));
    let data: Value = serde_json::from_str(include_str!("../data/public_keys.json")).unwrap();
    let row = data["rows"].as_array().unwrap().iter().find(|row| row["alg"] == "ES256").unwrap();
    let mut jwk = row["jwk"].clone();
    merge(&mut jwk, &json!({"kid": "k1", "alg": "ES256", "use": "sig"}));
    serve(&fixture, "https://issuer.example/keys", 200, None, &json!({"keys": [jwk]}).to_string());
    (fixture, row["token"].as_str().unwrap().to_owned())
}

/// Attack 4: the Client is deleted and made anew for somebody else while its exchange waits.
#[test]
fn an_exchange_is_decided_by_the_client_of_now() {
    type Change = fn(&Fixture);
    let anew: Change = |fixture| {
        fixture.admin("DELETE /Client/c1", &[], &Value::Null).ok();
        let mut new = c1(&json!({"secret": "secret-of-the-new-c1"}));
        new["auth"]["token_exchange"]["audience"] = json!(["treasury"]);
        fixture.admin("PUT /Client/c1", &[], &new);
    };
    let gone: Change = |fixture| {
        fixture.admin("DELETE /Client/c1", &[], &Value::Null).ok();
    };
    let inactive: Change = |fixture| {
        fixture.admin("PUT /Client/c1", &[], &c1(&json!({"active": false}))).ok();
    };
    for change in [anew, gone, inactive] {
        let (fixture, token) = slow_issuer();
        let reply = fixture.form_meanwhile(C1, "/auth/token", &good(&token), At::Fetch, || change(&fixture));
        reply.refused(401, "invalid_client", UNAUTHENTICATED);
    }
    let (fixture, token) = slow_issuer();
    let reply = fixture.form_meanwhile(C1, "/auth/token", &good(&token), At::Fetch, || {
        fixture.admin("PUT /Client/c1", &[], &c1(&json!({"scope": ["write"]}))).ok();
    });
    reply.refused(400, "invalid_scope", "A scope");
    // A change of what it does not use disturbs it not.
    let (fixture, token) = slow_issuer();
    let reply = fixture.form_meanwhile(C1, "/auth/token", &good(&token), At::Fetch, || {
        fixture.admin("PUT /Client/c2", &[], &c1(&json!({"id": "c2", "active": false}))).ok();
    });
    reply.ok();
}

/// Attack 10: a refresh looks again at what was changed while it waited for the grant store.
#[test]
fn a_refresh_looks_again() {
    for (line, body, status) in [
        ("DELETE /Client/c1", Value::Null, 401),
        ("PUT /Client/c1", c1(&json!({"active": false})), 401),
        ("PUT /Client/c1", c1(&json!({"secret": "another"})), 401),
        ("PUT /Client/c1", c1(&json!({"scope": ["write"]})), 400),
        ("PUT /Client/c1", c1(&json!({"allowedIssuers": []})), 400),
        ("DELETE /User/alice", Value::Null, 400),
        ("PUT /User/alice", json!({"not_before": NOW + 1}), 400),
        ("DELETE /TokenIntrospector/external", Value::Null, 400),
    ] {
        let fixture = Fixture::new();
        let token = fixture.exchange().ok().text("refresh_token");
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        let reply = fixture.form_meanwhile(C1, "/auth/token", &parameters, At::AfterReadGrant, || {
            fixture.admin(line, &[], &body).ok();
        });
        let error = if status == 401 { "invalid_client" } else { "invalid_grant" };
        reply.refused(status, error, "");
        assert!(!fixture.host.grants.borrow().keys().any(|name| name.starts_with(ISSUER)), "{line}: nothing is spent");
    }
}

/// Introspection, userinfo and revocation go through the same loop.
#[test]
fn the_other_routes_look_again() {
    let mut resources = resources();
    resources[0]["scope"] = json!(["openid", "read"]);
    let issue = |fixture: &Fixture| {
        let subject = subject_token(&json!({}));
        fixture.form("/auth/token", &changed(good(&subject), "scope", Some("openid"))).ok().text("access_token")
    };
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let token = issue(&fixture);
    let introspected = fixture.form_meanwhile(C1, "/auth/introspect", &[("token", &token)], At::AfterReadGrant, || {
        fixture.admin("DELETE /User/alice", &[], &Value::Null).ok();
    });
    assert_eq!(introspected.ok().json(), json!({"active": false}));
    for path in ["/auth/introspect", "/auth/revoke"] {
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let token = issue(&fixture);
        let reply = fixture.form_meanwhile(C1, path, &[("token", &token)], At::AfterReadGrant, || {
            fixture.admin("PUT /Client/c1", &[], &c1(&json!({"secret": "another"}))).ok();
        });
        reply.refused(401, "invalid_client", UNAUTHENTICATED);
        assert!(!fixture.host.grants.borrow().keys().any(|name| name.starts_with(ISSUER)));
    }
}

/// Attack 11: the key of an assertion is taken away while the assertion waits for it.
#[test]
fn an_assertion_by_a_key_that_was_taken_away() {
    let fixture = rfc7523::fixture();
    let mut cj = c1(&json!({"id": "cj", "secret": null, "jwks_uri": "https://client.example/keys"}));
    fixture.admin("PUT /Client/cj", &[], &cj).ok();
    serve(&fixture, "https://client.example/keys", 200, None, &json!({"keys": [key()]}).to_string());
    serve(&fixture, "https://client.example/new", 200, None, &json!({"keys": []}).to_string());
    let one = assertion(&json!({}));
    let subject = subject_token(&json!({}));
    let mut parameters = good(&subject);
    parameters.extend([("client_assertion_type", rfc7523::TYPE), ("client_assertion", one.as_str())]);
    let reply = fixture.form_meanwhile(None, "/auth/token", &parameters, At::Fetch, || {
        cj["jwks_uri"] = json!("https://client.example/new");
        fixture.admin("PUT /Client/cj", &[], &cj).ok();
    });
    reply.refused(401, "invalid_client", UNAUTHENTICATED);
    assert!(!fixture.host.grants.borrow().keys().any(|name| name.starts_with(ISSUER)), "nothing is spent");
}

/// Attack 20: an import of Users beside exchanges refuses none of them, and empties no cache.
#[test]
fn an_import_of_users_disturbs_no_exchange() {
    let (fixture, token) = slow_issuer();
    let import = |fixture: &Fixture, users: usize| {
        for user in 0..users {
            let path = format!("PUT /User/imported-{user}");
            assert!(fixture.admin(&path, &[], &json!({"email": "a@example.com"})).status() < 300);
        }
    };
    fixture.form_meanwhile(C1, "/auth/token", &good(&token), At::Fetch, || import(&fixture, 100)).ok();
    import(&fixture, 10);
    let reads = fixture.host.reads.get();
    fixture.form("/auth/token", &good(&token)).ok();
    assert_eq!(fixture.host.reads.get(), reads, "what it uses is still remembered");
    // A change of its own User begins it again, and only that often.
    let token = fixture.form("/auth/token", &good(&token)).ok().text("refresh_token");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    fixture
        .form_meanwhile(C1, "/auth/token", &refresh, At::AfterReadGrant, || {
            fixture.admin("PUT /User/alice", &[], &json!({"email": "new@example.com"})).ok();
            import(&fixture, 10);
        })
        .ok();
}

/// `not_before` of the issuer, set while it is asked, counts for what it says.
#[test]
fn not_before_that_comes_meanwhile_counts() {
    const ENDPOINT: &str = "https://issuer.example/introspect";
    let members = json!({"type": "opaque", "introspection_endpoint": {"url": ENDPOINT}});
    let fixture = crate::issuers::fixture(&members);
    let answer = json!({"active": true, "sub": "alice", "exp": NOW + 900, "iat": NOW});
    serve(&fixture, ENDPOINT, 200, None, &answer.to_string());
    let mut introspector = resources()[5].clone();
    merge(&mut introspector, &members);
    introspector["jwt"].as_object_mut().unwrap().remove("secret");
    introspector["not_before"] = json!(NOW + 1);
    let parameters = changed(good("foreign-opaque-token"), "subject_token_type", Some(ACCESS_TOKEN));
    let reply = fixture.form_meanwhile(C1, "/auth/token", &parameters, At::Fetch, || {
        fixture.admin("PUT /TokenIntrospector/external", &[], &introspector).ok();
    });
    assert_eq!((reply.status(), &fixture.last_event()["reason"]), (400, &json!("subject_token.ended_by_not_before")));
}
