//! RFC 7662 introspection, RFC 7009 revocation, RFC 6749 section 6 and RFC 9700 section 4.14 refresh.

use crate::common::*;
use serde_json::{Value, json};

pub const OPAQUE: Option<(&str, &str)> = Some(("opaque", "secret-of-opaque"));
const C2: Option<(&str, &str)> = Some(("c2", "secret-of-c2"));

fn introspect(fixture: &Fixture, client: Option<(&str, &str)>, token: &str) -> Value {
    fixture.form_as(client, "/auth/introspect", &[("token", token)]).ok().json()
}

fn c1() -> Option<(&'static str, &'static str)> {
    Some(("c1", "p@ss:w+rd %1"))
}

fn refresh(fixture: &Fixture, token: &str, more: &[(&str, &str)]) -> Reply {
    let mut parameters = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    parameters.extend(more);
    fixture.form("/auth/token", &parameters)
}

const INVALID: &str = "The refresh token is not valid";

#[test]
fn rfc7662_2_2_jwt_and_opaque_until_their_end() {
    let fixture = Fixture::new();
    let jwt = fixture.exchange().ok().text("access_token");
    let active = introspect(&fixture, c1(), &jwt);
    assert_eq!(active["active"], true);
    for name in ["iss", "sub", "aud", "client_id", "exp", "iat", "jti", "scope"] {
        assert_eq!(active[name], claims(&jwt)[name], "{name}");
    }
    assert_eq!(active["token_type"], "Bearer");
    let token = subject_token(&json!({}));
    let opaque = fixture.form_as(OPAQUE, "/auth/token", &good(&token)).ok().text("access_token");
    assert!(opaque.starts_with("sts_at_"));
    let active = introspect(&fixture, OPAQUE, &opaque);
    assert_eq!((&active["active"], &active["sub"], &active["scope"]), (&json!(true), &json!("alice"), &json!("read")));
    assert_eq!(active["exp"], NOW + 360);
    fixture.advance(360);
    for (client, token) in [(c1(), &jwt), (OPAQUE, &opaque)] {
        assert_eq!(introspect(&fixture, client, token), json!({"active": false}));
    }
    fixture.exchange().ok();
}

#[test]
fn rfc7662_2_1_and_4_who_may_ask() {
    let mut resources = resources();
    resources[1]["resource"] = json!(["orders"]);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let jwt = fixture.exchange().ok().text("access_token");
    assert_eq!(introspect(&fixture, C2, &jwt)["active"], true); // c2 is the resource server of `orders`
    assert_eq!(introspect(&fixture, OPAQUE, &jwt), json!({"active": false}));
    let reply = fixture.form_as(None, "/auth/introspect", &[("token", &jwt)]);
    reply.refused(401, "invalid_client", "There are no client credentials: send HTTP Basic, or");
    assert_eq!(reply.header("www-authenticate"), Some(r#"Basic realm="sts", charset="UTF-8""#));
    fixture.form("/auth/introspect", &[]).refused(400, "invalid_request", "token is missing.");
    for token in ["garbage", "a.b.c", "sts_at_x", &subject_token(&json!({}))] {
        assert_eq!(introspect(&fixture, c1(), token), json!({"active": false}));
    }
    let hinted = [("token", jwt.as_str()), ("token_type_hint", "nonsense")];
    assert_eq!(fixture.form("/auth/introspect", &hinted).ok().json()["active"], true);
}

#[test]
fn rfc6749_6_rotation_and_rfc9700_4_14_2_reuse() {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["refresh_token_grace"] = json!(0);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let first = fixture.exchange().ok();
    let old = first.text("refresh_token");
    let second = refresh(&fixture, &old, &[]).ok();
    let new = second.text("refresh_token");
    assert_ne!(old, new);
    assert_eq!(second.claims()["sub"], "alice");
    assert_eq!(second.json()["issued_token_type"], ACCESS_TOKEN);
    let access = second.text("access_token");
    assert_eq!(introspect(&fixture, c1(), &access)["active"], true);
    refresh(&fixture, &old, &[]).refused(400, "invalid_grant", INVALID);
    assert_eq!(fixture.last_event()["reason"], "refresh_token_reused");
    refresh(&fixture, &new, &[]).refused(400, "invalid_grant", INVALID);
    for token in [&access, &first.text("access_token"), &new] {
        assert_eq!(introspect(&fixture, c1(), token), json!({"active": false}));
    }
    fixture.exchange().ok();
}

#[test]
fn refresh_token_bad_forms_have_one_answer() {
    let fixture = Fixture::new();
    let good_one = fixture.exchange().ok().text("refresh_token");
    let unknown = format!("sts_rt_{}", "A".repeat(65));
    let mut flipped = good_one.clone().into_bytes();
    flipped[40] ^= 1;
    let flipped = String::from_utf8(flipped).unwrap();
    let bodies: Vec<String> = ["x", &unknown, &flipped, &good_one[..good_one.len() - 1], "sts_at_x"]
        .iter()
        .map(|token| refresh(&fixture, token, &[]))
        .map(|reply| {
            reply.refused(400, "invalid_grant", INVALID);
            reply.0.body
        })
        .collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    let parameters = [("grant_type", "refresh_token"), ("refresh_token", good_one.as_str())];
    fixture.form_as(C2, "/auth/token", &parameters).refused(400, "invalid_grant", INVALID);
    fixture.form("/auth/token", &parameters[..1]).refused(400, "invalid_request", "refresh_token is missing.");
    // None of this has hurt it.
    let next = refresh(&fixture, &good_one, &[]).ok().text("refresh_token");
    fixture.advance(864_000);
    refresh(&fixture, &next, &[]).refused(400, "invalid_grant", INVALID);
    assert_eq!(fixture.last_event()["reason"], "refresh_token_expired");
}

#[test]
fn rfc6749_6_scope_narrows_one_access_token_only() {
    let fixture = Fixture::new();
    let token = subject_token(&json!({}));
    let first = fixture.form("/auth/token", &changed(good(&token), "scope", Some("read write"))).ok();
    let narrow = refresh(&fixture, &first.text("refresh_token"), &[("scope", "read")]).ok();
    assert_eq!(narrow.json()["scope"], "read");
    let full = refresh(&fixture, &narrow.text("refresh_token"), &[]).ok();
    assert_eq!(full.json()["scope"], "read write");
    let next = full.text("refresh_token");
    refresh(&fixture, &next, &[("scope", "admin")]).refused(400, "invalid_scope", "A scope is not one");
    refresh(&fixture, &next, &[("resource", "https://api.example/")]).refused(400, "invalid_target", "An audience");
    refresh(&fixture, &next, &[]).ok();
}

#[test]
fn refresh_looks_again_at_user_client_and_issuer() {
    for change in ["User/alice", "TokenIntrospector/external", "Client/c1"] {
        let fixture = Fixture::new();
        let token = fixture.exchange().ok().text("refresh_token");
        let mut document = resources()
            .as_array()
            .unwrap()
            .iter()
            .find(|resource| {
                format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap()) == change
            })
            .unwrap()
            .clone();
        match change {
            "User/alice" => document["inactive"] = json!(true),
            "Client/c1" => document["allowedIssuers"] = json!(["https://b.example"]),
            _ => {}
        }
        let method = if change.starts_with("Token") { "DELETE" } else { "PUT" };
        fixture.admin(&format!("{method} /{change}"), &[], &document).ok();
        refresh(&fixture, &token, &[]).refused(400, "invalid_grant", INVALID);
        assert_eq!(fixture.last_event()["reason"], "refresh_no_longer_allowed", "{change}");
    }
}

#[test]
fn rfc7009_2_revocation() {
    let fixture = Fixture::new();
    let first = fixture.exchange().ok();
    let (access, refresh_token) = (first.text("access_token"), first.text("refresh_token"));
    let revoke =
        |client, token: &str| fixture.form_as(client, "/auth/revoke", &[("token", token), ("token_type_hint", "x")]);
    revoke(C2, &refresh_token).refused(400, "invalid_grant", "The token was not issued to this client");
    assert_eq!(introspect(&fixture, c1(), &access)["active"], true);
    revoke(c1(), &refresh_token).ok();
    revoke(c1(), &refresh_token).ok();
    revoke(c1(), "garbage").ok();
    assert_eq!(introspect(&fixture, c1(), &access), json!({"active": false}));
    refresh(&fixture, &refresh_token, &[]).refused(400, "invalid_grant", INVALID);
}

#[test]
fn rfc7009_2_1_a_jwt_without_a_grant() {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["refresh_token"] = json!(false);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let reply = fixture.exchange().ok();
    assert!(reply.json().get("refresh_token").is_none());
    assert!(fixture.host.grants.borrow().is_empty(), "a JWT without a refresh token writes nothing");
    let token = reply.text("access_token");
    assert_eq!(introspect(&fixture, c1(), &token)["active"], true);
    fixture.form("/auth/revoke", &[("token", &token)]).ok();
    assert_eq!(introspect(&fixture, c1(), &token), json!({"active": false}));
    assert_eq!(fixture.form("/auth/userinfo", &[]).status(), 401);
}

#[test]
fn openid_5_3_userinfo() {
    let mut resources = resources();
    resources[0]["scope"] = json!(["openid", "read"]);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let token = subject_token(&json!({}));
    let openid = fixture.form("/auth/token", &changed(good(&token), "scope", Some("openid"))).ok().text("access_token");
    let userinfo =
        |token: &str| fixture.send("GET /auth/userinfo", &[("authorization", &format!("Bearer {token}"))], b"");
    let body = userinfo(&openid).ok().json();
    assert_eq!(
        (&body["sub"], &body["id"], &body["email"]),
        (&json!("alice"), &json!("alice"), &json!("alice@example.com"))
    );
    let plain = fixture.exchange().ok().text("access_token");
    userinfo(&plain).refused(403, "insufficient_scope", "The access token needs the scope openid");
    userinfo("x").refused(401, "invalid_token", "The access token is missing");
    let none = fixture.send("GET /auth/userinfo", &[], b"");
    none.refused(401, "invalid_token", "The access token is missing");
    assert_eq!(none.header("www-authenticate"), Some(r#"Bearer realm="sts""#));
}

#[test]
fn rfc7517_es256_signs_and_is_published_without_its_private_part() {
    let keys = json!({"keys": [{
        // RFC 7515 appendix A.3.1
        "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
    }]});
    let fixture = Fixture::with(&resources(), &keys.to_string());
    let token = fixture.exchange().ok().text("access_token");
    assert_eq!(header(&token)["alg"], "ES256");
    assert_eq!(introspect(&fixture, c1(), &token)["active"], true);
    let jwks = fixture.send("GET /.well-known/jwks.json", &[], b"").ok().json();
    let key = &jwks["keys"][0];
    assert_eq!(key["kid"], header(&token)["kid"]);
    assert_eq!((&key["use"], &key["alg"]), (&json!("sig"), &json!("ES256")));
    for name in ["d", "p", "q", "dp", "dq", "qi", "k"] {
        assert!(key.get(name).is_none());
    }
}

/// RFC 7009 section 2.2.1: a revocation that failed is sent again, and the event says of which token.
#[test]
fn a_revocation_that_failed_names_the_token() {
    let fixture = Fixture::new();
    let issued = fixture.exchange().ok();
    let token = issued.text("access_token");
    fixture.host.throwing_writes.borrow_mut().push(false);
    fixture.form("/auth/revoke", &[("token", &token)]).refused(503, "temporarily_unavailable", "");
    let event = fixture.last_event();
    assert_eq!((&event["outcome"], &event["jti"]), (&json!("refused"), &claims(&token)["jti"]));
    fixture.form("/auth/revoke", &[("token", &token)]).ok();
}

/// RFC 7662 section 2.2: a refresh token is active until it was used, and not at its end any more.
#[test]
fn rfc7662_2_2_a_refresh_token_that_was_used_or_has_ended() {
    let fixture = Fixture::new();
    let active = |token: &str| fixture.form("/auth/introspect", &[("token", token)]).ok().json()["active"] == true;
    let refresh = |token: &str| {
        fixture
            .form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
            .ok()
            .text("refresh_token")
    };
    let first = fixture.form("/auth/token", &good(&subject_token(&json!({})))).ok().text("refresh_token");
    assert!(active(&first));
    let second = refresh(&first);
    assert!(!active(&first) && active(&second));
    let third = refresh(&second);
    assert!(!active(&first) && !active(&second) && active(&third));
    fixture.advance(863_999);
    assert!(active(&third));
    fixture.advance(1);
    assert!(!active(&third));

    // One that was never used carries its end.
    let unused = fixture.form("/auth/token", &good(&subject_token(&json!({"exp": NOW + 864_900})))).ok();
    fixture.advance(863_999);
    assert!(active(&unused.text("refresh_token")));
    fixture.advance(1);
    assert!(!active(&unused.text("refresh_token")));
}
