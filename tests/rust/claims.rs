//! `claims` and `copy_claims` of a TokenIntrospector, from the request to every place where they count.

use crate::common::*;
use serde_json::{Value, json};

const NOT_MET: &str = "its claims do not meet the conditions for its issuer.";

/// The fixture with these members on its introspector; `change` changes client c1.
fn fixture(members: &Value, change: impl FnOnce(&mut Value)) -> Fixture {
    let mut resources = resources();
    merge(&mut resources[5], members);
    change(&mut resources[0]);
    Fixture::with(&resources, OCT_KEYS)
}

fn with(members: &Value) -> Fixture {
    fixture(members, |_| ())
}

/// Replaces the introspector.
fn put(fixture: &Fixture, members: &Value) {
    let mut introspector = resources()[5].clone();
    merge(&mut introspector, members);
    fixture.admin("PUT /TokenIntrospector/external", &[], &introspector).ok();
}

fn refresh(fixture: &Fixture, token: &str) -> Reply {
    fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

fn introspect(fixture: &Fixture, client: Option<(&str, &str)>, token: &str) -> Value {
    fixture.form_as(client, "/auth/introspect", &[("token", token)]).ok().json()
}

#[test]
fn faults_are_named_where_they_are() {
    let fixture = Fixture::new();
    for (members, path) in [
        (json!({"claims": ["a"]}), "claims"),
        (json!({"claims": "a"}), "claims"),
        (json!({"claims": {"hd": []}}), "claims.hd"),
        (json!({"claims": {"hd": 1}}), "claims.hd"),
        (json!({"claims": {"hd": ""}}), "claims.hd"),
        (json!({"claims": {"hd": "planted\n"}}), "claims.hd"),
        (json!({"claims": {"hd": {"planted": "a"}}}), "claims.hd"),
        (json!({"claims": {"a.b": ["x", true, 7]}}), "claims.a.b[2]"),
        (json!({"claims": {"a": ["x", ["planted"]]}}), "claims.a[1]"),
        (json!({"claims": {"": "x"}}), "claims"),
        (json!({"copy_claims": "email"}), "copy_claims"),
        (json!({"copy_claims": ["email", 1]}), "copy_claims[1]"),
        (json!({"copy_claims": ["email", ""]}), "copy_claims[1]"),
    ] {
        let mut introspector = resources()[5].clone();
        merge(&mut introspector, &members);
        let reply = fixture.admin("PUT /TokenIntrospector/external", &[], &introspector);
        assert_eq!(reply.status(), 422, "{members}");
        let issues = reply.json()["issue"].clone();
        assert_eq!(issues[0]["expression"], json!([format!("TokenIntrospector.{path}")]), "{members}");
        assert!(issues[1].is_null() && !reply.0.body.contains("planted"), "{issues}");
    }
    put(&fixture, &json!({"claims": {}, "copy_claims": []}));
    fixture.exchange().ok();
}

#[test]
fn reserved_claims_are_never_copied() {
    let fixture = Fixture::new();
    for name in [
        // RFC 7519 section 4.1, RFC 8693 section 4, RFC 9068 section 2.2, RFC 7800
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "scope",
        "client_id",
        "act",
        "may_act",
        "cnf",
        "roles",
        "groups",
        "entitlements",
        "authorization_details",
        // RFC 7662 section 2.2
        "active",
        "username",
        "token_type",
        // OpenID Connect, RFC 8417
        "azp",
        "nonce",
        "at_hash",
        "c_hash",
        "sid",
        "events",
        "txn",
        "_claim_names",
        "_claim_sources",
        // what vendors call rights, and Aidbox the id of a User
        "scp",
        "permissions",
        "realm_access",
        "resource_access",
        "box_user",
    ] {
        let mut introspector = resources()[5].clone();
        introspector["copy_claims"] = json!(["email", name]);
        let reply = fixture.admin("PUT /TokenIntrospector/external", &[], &introspector);
        assert_eq!(reply.status(), 422, "{name}");
        assert_eq!(reply.json()["issue"][0]["expression"], json!(["TokenIntrospector.copy_claims[1]"]), "{name}");
    }
    fixture.exchange().ok();
}

#[test]
fn conditions_on_the_subject_token() {
    let fixture = with(&json!({"claims": {"repository": ["acme/shop", "acme/api"], "environment": "production"}}));
    let exchange = |claims: Value| fixture.form("/auth/token", &good(&subject_token(&claims)));
    let good = json!({"repository": "acme/shop", "environment": "production"});
    exchange(good.clone()).ok();
    for changes in [
        json!({"repository": null}),
        json!({"environment": null}),
        json!({"repository": "acme/shop2"}),
        json!({"repository": "ACME/shop"}),
        json!({"environment": "staging"}),
        json!({"environment": {"name": "production"}}),
    ] {
        let mut claims = good.clone();
        merge(&mut claims, &changes);
        exchange(claims).refused(400, "invalid_request", &format!("The subject_token is not accepted: {NOT_MET}"));
        let event = fixture.last_event();
        assert_eq!(event["reason"], "subject_token.claims_condition_failed");
        assert!(!event.to_string().contains("acme"), "{event}");
        assert!(fixture.host.grants.borrow().is_empty(), "nothing is stored for a refusal");
        exchange(good.clone()).ok();
    }
}

#[test]
fn a_bad_signature_is_never_told_from_a_condition() {
    let fixture = with(&json!({"claims": {"repository": "acme/shop"}}));
    let token = subject_token(&json!({"repository": "evil/shop"}));
    let forged = format!("{}A", &token[..token.len() - 4]);
    let reply = fixture.form("/auth/token", &good(&forged));
    reply.refused(400, "invalid_request", "The subject_token is not accepted: no key of its issuer");
}

#[test]
fn conditions_on_the_actor_token() {
    let fixture = fixture(&json!({"claims": {"tenant": "t1"}, "copy_claims": ["email"]}), |c1| {
        c1["auth"]["token_exchange"]["delegation"] = json!("any");
    });
    let exchange = |tenant: &str| {
        let subject = subject_token(&json!({"tenant": "t1", "email": "alice@example.com"}));
        let big = "x".repeat(5000);
        let actor = subject_token(&json!({"sub": "00u1", "tenant": tenant, "email": big}));
        let mut parameters = good(&subject);
        parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
        fixture.form("/auth/token", &parameters)
    };
    // of the actor nothing is copied, so that nothing of it can be too large
    let claims = exchange("t1").ok().claims();
    assert_eq!(claims["email"], "alice@example.com");
    assert_eq!(claims["act"], json!({"iss": EXTERNAL, "sub": "00u1"}));
    exchange("t2").refused(400, "invalid_request", &format!("The actor_token is not accepted: {NOT_MET}"));
    assert_eq!(fixture.last_event()["reason"], "actor_token.claims_condition_failed");
}

#[test]
fn copied_into_a_jwt_and_shown_at_introspection() {
    let copied = json!({"email": "alice@example.com", "address": {"country": "SE", "lines": [1.50, null, true]}});
    for format in [Some("jwt"), None] {
        let fixture = fixture(&json!({"copy_claims": ["email", "address", "absent"]}), |c1| {
            if format.is_none() {
                c1["auth"]["token_exchange"].as_object_mut().unwrap().remove("token_format");
            }
        });
        let mut claims = copied.clone();
        merge(&mut claims, &json!({"other": "not copied", "groups": ["admin"], "nonce": "n"}));
        let reply = fixture.form("/auth/token", &good(&subject_token(&claims))).ok();
        let token = reply.text("access_token");
        if format.is_some() {
            let issued = reply.claims();
            assert_eq!(issued["email"], copied["email"]);
            assert_eq!(issued["address"], copied["address"]);
            let mut names: Vec<_> = issued.as_object().unwrap().keys().map(String::as_str).collect();
            names.sort_unstable();
            assert_eq!(names, ["address", "aud", "client_id", "email", "exp", "iat", "iss", "jti", "scope", "sub"]);
        }
        let answer = introspect(&fixture, Some(("c1", "p@ss:w+rd %1")), &token);
        assert_eq!((&answer["email"], &answer["address"]), (&copied["email"], &copied["address"]));
        assert_eq!((&answer["active"], &answer["sub"]), (&json!(true), &json!("alice")));
        assert!(answer.get("other").is_none() && answer.get("groups").is_none() && answer.get("nonce").is_none());
        // whoever it does not concern learns nothing (cases H18)
        let foreign = introspect(&fixture, Some(("c2", "secret-of-c2")), &token);
        assert_eq!(foreign, json!({"active": false}));
        let refresh = introspect(&fixture, Some(("c1", "p@ss:w+rd %1")), &reply.text("refresh_token"));
        assert!(refresh["active"] == true && refresh.get("email").is_none());
        let events = fixture.host.events.borrow().join("\n");
        assert!(!events.contains("alice@example.com"), "no event shows a copied claim");
    }
}

#[test]
fn claims_to_copy_that_are_too_large() {
    let fixture = with(&json!({"copy_claims": ["email"]}));
    let token = subject_token(&json!({"email": "x".repeat(4096)}));
    fixture.form("/auth/token", &good(&token)).refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: its claims to copy are larger than 4 KiB",
    );
    assert_eq!(fixture.last_event()["reason"], "subject_token.claims_to_copy_too_large");
    // as deep as a token may be and can still be stored
    let deep = (0..29).fold(json!("x"), |inner, _| json!([inner]));
    let reply = fixture.form("/auth/token", &good(&subject_token(&json!({"email": deep})))).ok();
    assert_eq!(refresh(&fixture, &reply.text("refresh_token")).ok().claims()["email"], deep);
    let token = subject_token(&json!({"email": [deep]}));
    let sentence = "The subject_token is not accepted: ";
    fixture.form("/auth/token", &good(&token)).refused(400, "invalid_request", sentence);
    fixture.exchange().ok();
}

#[test]
fn a_refresh_copies_no_more_than_is_still_to_be_copied() {
    let fixture = with(&json!({"copy_claims": ["email", "tenant"]}));
    let token = subject_token(&json!({"email": "alice@example.com", "tenant": "t1", "other": "x"}));
    let first = fixture.form("/auth/token", &good(&token)).ok();
    let second = refresh(&fixture, &first.text("refresh_token")).ok();
    assert_eq!((&second.claims()["email"], &second.claims()["tenant"]), (&json!("alice@example.com"), &json!("t1")));
    put(&fixture, &json!({"copy_claims": ["tenant", "other"]}));
    let third = refresh(&fixture, &second.text("refresh_token")).ok();
    assert!(third.claims().get("email").is_none() && third.claims().get("other").is_none());
    assert_eq!(third.claims()["tenant"], "t1");
    // what was dropped does not come back
    put(&fixture, &json!({"copy_claims": ["email", "tenant"]}));
    let fourth = refresh(&fixture, &third.text("refresh_token")).ok();
    assert!(fourth.claims().get("email").is_none());
}

#[test]
fn a_refresh_looks_at_the_conditions_again() {
    let before = json!({"claims": {"groups": ["staff", "admins"]}});
    let token = subject_token(&json!({"groups": ["staff", "others"], "hd": "example.com"}));
    for (after, holds) in [
        (before.clone(), true),
        (json!({"claims": {"groups": ["staff"]}}), true),
        (json!({}), true),
        (json!({"claims": {"groups": ["admins"]}}), false),
        (json!({"claims": {"groups": ["others"]}}), false), // it was not what let the token in
        (json!({"claims": {"groups": ["staff"], "hd": "example.com"}}), false), // it was not kept
    ] {
        let fixture = with(&before);
        let first = fixture.form("/auth/token", &good(&token)).ok().text("refresh_token");
        put(&fixture, &after);
        let reply = refresh(&fixture, &first);
        if holds {
            reply.ok();
            continue;
        }
        reply.refused(400, "invalid_grant", "The refresh token is not valid");
        assert_eq!(fixture.last_event()["reason"], "refresh_no_longer_allowed");
        put(&fixture, &before);
        refresh(&fixture, &first).ok(); // nothing was used up
    }
}

#[test]
fn a_grant_from_before_these_members_is_refreshed() {
    let fixture = Fixture::new();
    let token = fixture.exchange().ok().text("refresh_token");
    let token = refresh(&fixture, &token).ok().text("refresh_token");
    for (_, record, _) in fixture.host.grants.borrow().values() {
        let record: Value = serde_json::from_str(record).unwrap();
        assert!(record["for"].get("met").is_none() && record["for"].get("cpy").is_none(), "nothing was to be kept");
    }
    put(&fixture, &json!({"copy_claims": ["email"]}));
    let token = refresh(&fixture, &token).ok().text("refresh_token");
    put(&fixture, &json!({"claims": {"tenant": "t1"}}));
    refresh(&fixture, &token).refused(400, "invalid_grant", "The refresh token is not valid");
}

#[test]
fn a_chained_exchange_hands_on_what_the_token_says_and_adds_nothing() {
    for format in [Some("jwt"), None] {
        let fixture = fixture(&json!({"copy_claims": ["email"], "claims": {"tenant": "t1"}}), |c1| {
            if format.is_none() {
                c1["auth"]["token_exchange"].as_object_mut().unwrap().remove("token_format");
            }
        });
        let subject = subject_token(&json!({"email": "alice@example.com", "tenant": "t1"}));
        let first = fixture.form("/auth/token", &good(&subject)).ok().text("access_token");
        put(&fixture, &json!({"copy_claims": ["email", "tenant"], "claims": {"tenant": "t2"}}));
        let own = |token: &str| {
            let parameters = changed(good(token), "subject_token_type", Some(ACCESS_TOKEN));
            fixture.form("/auth/token", &changed(parameters, "requested_token_type", Some(JWT))).ok()
        };
        let second = own(&first);
        assert_eq!(second.claims()["email"], "alice@example.com");
        assert!(second.claims().get("tenant").is_none());
        let third = own(&second.text("access_token")).claims();
        assert_eq!((&third["email"], &third["sub"]), (&json!("alice@example.com"), &json!("alice")));
        let names = third.as_object().unwrap().len();
        assert_eq!(names, 9, "{third}");
    }
}

#[test]
fn a_workload_with_conditions_audience_and_lifetime() {
    let members =
        json!({"user": "none", "max_lifetime": 900, "audience": ["sts"], "claims": {"repository": "acme/shop"}});
    let fixture = with(&members);
    let exchange = |changes: Value| {
        let mut claims = json!({"sub": "repo:acme/shop:ref:refs/heads/main", "aud": "sts", "repository": "acme/shop",
                                "exp": NOW + 900});
        merge(&mut claims, &changes);
        fixture.form("/auth/token", &good(&subject_token(&claims)))
    };
    let issued = exchange(json!({})).ok().claims();
    assert_eq!(issued["sub"], "repo:acme/shop:ref:refs/heads/main");
    for (changes, sentence) in [
        (json!({"repository": "evil/shop"}), NOT_MET),
        (json!({"aud": "https://github.com/acme"}), "its audience does not include this service."),
        (json!({"aud": null}), "its audience does not include this service."),
        (json!({"exp": NOW + 961}), "it lives longer than is accepted."),
        (json!({"sub": "alice"}), "its sub is reserved here."),
    ] {
        exchange(changes).refused(400, "invalid_request", &format!("The subject_token is not accepted: {sentence}"));
    }
    exchange(json!({})).ok();
}

#[test]
fn a_record_that_holds_a_reserved_claim_hands_it_to_nobody() {
    let fixture = with(&json!({"copy_claims": ["email"]}));
    let token = subject_token(&json!({"email": "alice@example.com"}));
    let refresh_token = fixture.form("/auth/token", &good(&token)).ok().text("refresh_token");
    let refresh_token = refresh(&fixture, &refresh_token).ok().text("refresh_token");
    for (_, record, _) in fixture.host.grants.borrow_mut().values_mut() {
        *record = record.replace(r#""cpy":{"#, r#""cpy":{"sub":"planted","roles":["planted"],"active":false,"#);
        assert!(record.contains("planted"));
    }
    let claims = refresh(&fixture, &refresh_token).ok().claims();
    assert!(claims["sub"] == "alice" && claims["email"] == "alice@example.com" && claims.get("roles").is_none());
    assert!(!fixture.host.grants.borrow().values().any(|(_, record, _)| record.contains("planted")));
}
