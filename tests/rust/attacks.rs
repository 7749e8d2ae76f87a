//! What a hostile review found, each as the attack that it was.

use crate::common::*;
use crate::rfc7662_7009_6749::OPAQUE;
use serde_json::{Value, json};

fn own(token: &str) -> Vec<(&str, &str)> {
    changed(good(token), "subject_token_type", Some(ACCESS_TOKEN))
}

const NOT_ACCEPTED: &str = "The subject_token is not accepted: ";

#[test]
fn an_own_token_begins_no_new_refresh_family() {
    let fixture = Fixture::new();
    let token = fixture.exchange().ok().text("access_token");
    let second = fixture.form("/auth/token", &own(&token)).ok();
    assert!(second.json().get("refresh_token").is_none());
    let refresh = "urn:ietf:params:oauth:token-type:refresh_token";
    let asked = changed(own(&token), "requested_token_type", Some(refresh));
    fixture.form("/auth/token", &asked).refused(400, "invalid_request", "This client does not get refresh tokens.");
}

#[test]
fn a_user_who_was_deleted_is_no_workload() {
    for format in [Some("jwt"), None] {
        let mut resources = resources();
        resources[0]["auth"]["token_exchange"]["refresh_token"] = json!(false);
        if format.is_none() {
            resources[0]["auth"]["token_exchange"].as_object_mut().unwrap().remove("token_format");
        }
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let token = fixture.exchange().ok().text("access_token");
        fixture.admin("DELETE /User/alice", &[], &Value::Null).ok();
        let reply = fixture.form("/auth/token", &own(&token));
        reply.refused(400, "invalid_request", &format!("{NOT_ACCEPTED}its user is not known here."));
    }
}

#[test]
fn a_workload_does_not_become_a_user() {
    let mut resources = resources();
    resources[5]["user"] = json!("none");
    resources[0]["scope"] = json!(["openid", "read"]);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let subject = subject_token(&json!({"sub": "ci-job"}));
    let token =
        fixture.form("/auth/token", &changed(good(&subject), "scope", Some("openid"))).ok().text("access_token");
    let userinfo = || fixture.send("GET /auth/userinfo", &[("authorization", &format!("Bearer {token}"))], b"");
    assert_eq!(userinfo().ok().json(), json!({"sub": "ci-job"}));
    fixture.admin("PUT /User/ci-job", &[], &json!({"email": "ci@example.com"}));
    userinfo().refused(401, "invalid_token", "The access token is missing");
    let parameters = changed(own(&token), "scope", Some("openid"));
    fixture.form("/auth/token", &parameters).refused(
        400,
        "invalid_request",
        &format!("{NOT_ACCEPTED}its sub is reserved"),
    );
}

#[test]
fn a_change_that_fails_trusts_nobody_unseen() {
    let new = json!({"type": "jwt", "jwt": {"iss": "https://new.example", "secret": SECRET}});
    for lost in [false, true] {
        let mut resources = resources();
        resources[0]["allowedIssuers"] = json!([EXTERNAL, "https://new.example"]);
        let fixture = Fixture::with(&resources, OCT_KEYS);
        fixture.host.changes.left.set(Some(usize::from(lost)));
        fixture.host.changes.lost.set(lost);
        let status = fixture.admin("PUT /TokenIntrospector/fresh", &[], &new).status();
        fixture.host.changes.left.set(None);
        assert_eq!(status, if lost { 201 } else { 503 }, "an answer that got lost is asked for again");
        let shown = fixture.admin("GET /TokenIntrospector/fresh", &[], &Value::Null).status();
        let token = subject_token(&json!({"iss": "https://new.example"}));
        let exchanged = fixture.form("/auth/token", &good(&token)).status();
        assert!(exchanged == 400 || shown == 200, "an issuer that no GET shows is trusted ({lost}, {status})");
        fixture.admin("DELETE /TokenIntrospector/fresh", &[], &Value::Null);
        let gone = fixture.form("/auth/token", &good(&token));
        gone.refused(400, "invalid_request", &format!("{NOT_ACCEPTED}its issuer"));
        assert_eq!(fixture.admin("PUT /TokenIntrospector/other", &[], &new).status(), 201);
    }
}

#[test]
fn a_mask_does_not_bring_a_removed_key_back() {
    let fixture = Fixture::new();
    let key = |k: &str| json!({"k": k, "kty": "OCT", "alg": "HS256", "format": "plain"});
    let keys = |keys: Value| json!({"type": "jwt", "jwt": {"iss": EXTERNAL, "keys": keys}});
    let two = keys(json!([key("leaked-0123456789abcdef0123456789"), key("renewed-0123456789abcdef012345678")]));
    fixture.admin("PUT /TokenIntrospector/external", &[], &two).ok();
    let one = keys(json!([key("***")]));
    assert_eq!(fixture.admin("PUT /TokenIntrospector/external", &[], &one).status(), 422);
}

#[test]
fn refresh_looks_at_the_client_and_the_identifier_again() {
    let carol = || json!({"id": "carol", "identifier": [{"system": "https://b.example", "value": "00u1"}]});
    type Change = fn(&Fixture, &dyn Fn() -> Value);
    let changes: [Change; 2] = [
        |fixture, carol| {
            fixture.admin("PUT /User/carol", &[], &carol()).ok();
        },
        |fixture, _| {
            let mut c1 = resources()[0].clone();
            c1["auth"]["token_exchange"]["refresh_token"] = json!(false);
            fixture.admin("PUT /Client/c1", &[], &c1).ok();
        },
    ];
    for change in changes {
        let fixture = Fixture::new();
        let token = subject_token(&json!({"sub": "00u1"}));
        let refresh = fixture.form("/auth/token", &good(&token)).ok().text("refresh_token");
        change(&fixture, &carol);
        let reply = fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
        reply.refused(400, "invalid_grant", "The refresh token is not valid");
    }
}

#[test]
fn the_actor_is_the_subject_by_another_name() {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["delegation"] = json!("any");
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let subject = subject_token(&json!({"box_user": "alice", "sub": "whoever"}));
    let actor = subject_token(&json!({}));
    let mut parameters = good(&subject);
    parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
    fixture.form("/auth/token", &parameters).refused(400, "invalid_request", "The actor is the subject");
}

/// Contract 3.3: who has only the name of somebody is somebody else.
#[test]
fn a_name_in_common_makes_nobody_the_subject() {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["delegation"] = json!("any");
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let own = fixture.form("/auth/token", &good(&subject_token(&json!({})))).ok().text("access_token");
    let carol = subject_token(&json!({"box_user": "carol"}));
    assert_eq!((&claims(&own)["sub"], &claims(&carol)["sub"]), (&json!("alice"), &json!("alice")));
    for (subject, subject_type, actor, actor_type) in
        [(&own, ACCESS_TOKEN, &carol, JWT), (&carol, JWT, &own, ACCESS_TOKEN)]
    {
        let mut parameters = changed(good(subject), "subject_token_type", Some(subject_type));
        parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", actor_type)]);
        fixture.form("/auth/token", &parameters).ok();
    }
}

/// Contract 3.2, one definition of alive: where a User counts by his identifier alone, one who was found by his id does not.
#[test]
fn a_user_who_was_found_otherwise_ends_with_the_introspectors_user_identifier() {
    for (claims, lives) in [(json!({}), false), (json!({"sub": "00u1"}), true)] {
        let fixture = Fixture::new();
        let answer = fixture.form("/auth/token", &good(&subject_token(&claims))).ok();
        let mut introspector = resources()[5].clone();
        introspector["user"] = json!("identifier");
        fixture.admin("PUT /TokenIntrospector/external", &[], &introspector).ok();
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", &answer.text("refresh_token"))];
        let reply = fixture.form("/auth/token", &refresh);
        match lives {
            true => drop(reply.ok()),
            false => reply.refused(400, "invalid_grant", "The refresh token is not valid"),
        }
    }
}

#[test]
fn an_introspector_cannot_vouch_for_this_service() {
    let mut resources = resources();
    resources[5]["jwt"]["iss"] = json!(ISSUER);
    resources[0]["allowedIssuers"] = json!([ISSUER]);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let reply = fixture.form("/auth/token", &good(&subject_token(&json!({"iss": ISSUER}))));
    reply.refused(400, "invalid_request", &format!("{NOT_ACCEPTED}its issuer"));
}

#[test]
fn a_broken_resource_is_no_oracle_and_harms_nobody_else() {
    let fixture = Fixture::new();
    fixture.host.resources.borrow_mut().insert("User/00u1".into(), "{".into());
    let token = subject_token(&json!({"sub": "00u1"}));
    let wrong = Some(("c1", "wrong"));
    fixture.form_as(wrong, "/auth/token", &good(&token)).refused(
        401,
        "invalid_client",
        "Client authentication failed.",
    );
    fixture.form("/auth/token", &good(&token)).ok(); // found by identifier; the broken one is not needed
    fixture.host.resources.borrow_mut().insert("User/dave".into(), "{".into());
    let broken = fixture.form("/auth/token", &good(&subject_token(&json!({"sub": "dave"}))));
    broken.refused(503, "temporarily_unavailable", "The service is not available");
    fixture.exchange().ok();
}

/// A grant by delegation, with a refresh token; the operator acts for alice.
fn delegated() -> (Fixture, String) {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["delegation"] = json!("any");
    resources[0]["allowedIssuers"] = json!([EXTERNAL, "https://operators.example"]);
    let list = resources.as_array_mut().unwrap();
    list.push(json!({
        "resourceType": "TokenIntrospector", "id": "operators", "type": "jwt",
        "jwt": {"iss": "https://operators.example", "secret": SECRET},
    }));
    list.push(json!({"resourceType": "User", "id": "operator"}));
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let subject = subject_token(&json!({}));
    let actor = subject_token(&json!({"iss": "https://operators.example", "sub": "operator"}));
    let mut parameters = good(&subject);
    parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
    let refresh = fixture.form("/auth/token", &parameters).ok().text("refresh_token");
    (fixture, refresh)
}

fn refreshed(fixture: &Fixture, refresh: &str) -> Reply {
    fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", refresh)])
}

#[test]
fn refresh_looks_at_the_actor_again() {
    let (fixture, refresh) = delegated();
    refreshed(&fixture, &refresh).ok();
    let introspector = |members: Value| {
        let mut body = json!({"type": "jwt", "jwt": {"iss": "https://operators.example", "secret": SECRET}});
        merge(&mut body, &members);
        body
    };
    for (line, body) in [
        ("PUT /User/operator", json!({"inactive": true})),
        ("DELETE /User/operator", Value::Null),
        ("DELETE /TokenIntrospector/operators", Value::Null),
        ("PUT /TokenIntrospector/operators", introspector(json!({"claims": {"team": "on-call"}}))),
        ("PUT /TokenIntrospector/operators", introspector(json!({"audience": ["x"]}))),
        ("PUT /TokenIntrospector/operators", introspector(json!({"user": "none"}))),
        ("PUT /Client/c1", {
            let mut c1 = resources()[0].clone();
            c1["auth"]["token_exchange"]["delegation"] = json!("any");
            c1
        }),
    ] {
        let (fixture, refresh) = delegated();
        assert!(fixture.admin(line, &[], &body).status() < 300, "{line}");
        refreshed(&fixture, &refresh).refused(400, "invalid_grant", "The refresh token is not valid");
    }
}

/// What the introspector asks for now is asked of the grant: how the User is found, for whom the token was, of what kind.
#[test]
fn refresh_looks_at_the_rules_of_the_introspector_again() {
    let carol = json!({"sub": "00u1"});
    for (claims, before, after, allowed) in [
        (json!({}), json!({}), json!({"user": "identifier"}), false),
        (carol.clone(), json!({}), json!({"user": "identifier"}), true),
        (carol.clone(), json!({"user": "identifier"}), json!({}), true),
        (json!({}), json!({}), json!({"user": "none"}), false),
        (json!({"sub": "job"}), json!({"user": "none"}), json!({}), false),
        (json!({}), json!({}), json!({"audience": ["x"]}), false),
        (json!({"aud": ["x", "y"]}), json!({"audience": ["x"]}), json!({"audience": ["y"]}), true),
        (json!({"aud": "x"}), json!({"audience": ["x"]}), json!({}), false),
        (
            json!({}),
            json!({}),
            json!({"type": "opaque", "jwt": {"iss": EXTERNAL}, "introspection_endpoint": {"url": "https://issuer.example/i"}}),
            false,
        ),
    ] {
        let with = |members: &Value| {
            let mut body = json!({"type": "jwt", "jwt": {"iss": EXTERNAL, "secret": SECRET}});
            merge(&mut body, members);
            body
        };
        let fixture = Fixture::new();
        fixture.admin("PUT /TokenIntrospector/external", &[], &with(&before)).ok();
        let refresh = fixture.form("/auth/token", &good(&subject_token(&claims))).ok().text("refresh_token");
        fixture.admin("PUT /TokenIntrospector/external", &[], &with(&after)).ok();
        let reply = refreshed(&fixture, &refresh);
        if allowed {
            reply.ok();
        } else {
            reply.refused(400, "invalid_grant", "The refresh token is not valid");
        }
    }
}

/// The identifier is what counts, also where it is the id of the same User.
#[test]
fn an_identifier_that_was_taken_away_ends_the_grant() {
    let mut resources = resources();
    resources.as_array_mut().unwrap().push(json!({
        "resourceType": "User", "id": "dora", "identifier": [{"system": EXTERNAL, "value": "dora"}],
    }));
    for rule in ["required", "identifier"] {
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let introspector = json!({"type": "jwt", "jwt": {"iss": EXTERNAL, "secret": SECRET}, "user": rule});
        fixture.admin("PUT /TokenIntrospector/external", &[], &introspector).ok();
        let token = subject_token(&json!({"sub": "dora"}));
        let refresh = fixture.form("/auth/token", &good(&token)).ok().text("refresh_token");
        fixture.admin("PUT /User/dora", &[], &json!({})).ok();
        refreshed(&fixture, &refresh).refused(400, "invalid_grant", "The refresh token is not valid");
    }
}

/// RFC 8693 and contract 3.5 let a token outlive its subject where the client says so; an own token would renew itself.
#[test]
fn an_own_token_does_not_renew_itself() {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["outlive_subject"] = json!(true);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let short = subject_token(&json!({"exp": NOW + 60}));
    let first = fixture.form("/auth/token", &good(&short)).ok();
    assert_eq!(first.claims()["exp"], NOW + 360);
    fixture.advance(200);
    let token = first.text("access_token");
    assert_eq!(fixture.form("/auth/token", &own(&token)).ok().claims()["exp"], NOW + 360);
}

/// What is issued can be read again, by this service too.
#[test]
fn claims_to_copy_are_few_enough_to_be_read_again() {
    let fixture = Fixture::new();
    let put = |names: usize| {
        let names: Vec<String> = (0..names).map(|n| format!("claim-{n}")).collect();
        let body = json!({"type": "jwt", "jwt": {"iss": EXTERNAL, "secret": SECRET}, "copy_claims": names});
        fixture.admin("PUT /TokenIntrospector/external", &[], &body).status()
    };
    assert_eq!((put(65), put(64)), (422, 200));
    let many: serde_json::Map<_, _> = (0..64).map(|n| (format!("claim-{n}"), json!(0))).collect();
    let token = fixture.form("/auth/token", &good(&subject_token(&json!(many)))).ok().text("access_token");
    assert_eq!(fixture.form("/auth/introspect", &[("token", &token)]).ok().json()["active"], true);
}

fn with_operators(delegation: &str) -> Value {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["delegation"] = json!(delegation);
    resources[0]["allowedIssuers"] = json!([EXTERNAL, "https://operators.example"]);
    let list = resources.as_array_mut().unwrap();
    list.push(json!({"resourceType": "TokenIntrospector", "id": "operators", "type": "jwt", "user": "none",
        "jwt": {"iss": "https://operators.example", "secret": SECRET}}));
    resources
}

#[test]
fn an_own_token_as_actor_begins_no_refresh_family() {
    let fixture = Fixture::with(&with_operators("any"), OCT_KEYS);
    let foreign = subject_token(&json!({"iss": "https://operators.example", "sub": "operator"}));
    let own = fixture.form("/auth/token", &good(&foreign)).ok().text("access_token");
    let subject = subject_token(&json!({}));
    for (actor, actor_type, refreshable) in [(&foreign, JWT, true), (&own, ACCESS_TOKEN, false)] {
        let mut parameters = good(&subject);
        parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", actor_type)]);
        let reply = fixture.form("/auth/token", &parameters).ok();
        assert_eq!(reply.claims()["act"]["sub"], "operator");
        assert_eq!(reply.json().get("refresh_token").is_some(), refreshable, "{actor_type}");
        let refresh_type = "urn:ietf:params:oauth:token-type:refresh_token";
        let asked = fixture.form("/auth/token", &changed(parameters, "requested_token_type", Some(refresh_type)));
        if refreshable {
            asked.ok();
        } else {
            asked.refused(400, "invalid_request", "This client does not get refresh tokens.");
        }
    }
}

#[test]
fn a_machine_is_no_actor_for_itself_under_its_other_name() {
    let fixture = Fixture::with(&with_operators("any"), OCT_KEYS);
    let job = |sub: &str| subject_token(&json!({"iss": "https://operators.example", "sub": sub}));
    let (one, other) = (job("job-1"), job("job-2"));
    let own = fixture.form("/auth/token", &good(&one)).ok().text("access_token");
    let acting = |subject: &str, subject_type, actor: &str, actor_type| {
        let parameters = good(subject);
        let mut parameters = changed(parameters, "subject_token_type", Some(subject_type));
        parameters.extend([("actor_token", actor), ("actor_token_type", actor_type)]);
        fixture.form("/auth/token", &parameters)
    };
    let sentence = "The actor is the subject";
    acting(&own, ACCESS_TOKEN, &one, JWT).refused(400, "invalid_request", sentence);
    acting(&one, JWT, &own, ACCESS_TOKEN).refused(400, "invalid_request", sentence);
    acting(&own, ACCESS_TOKEN, &other, JWT).ok();
    acting(&other, JWT, &own, ACCESS_TOKEN).ok();
}

#[test]
fn a_machine_is_not_the_user_for_whom_an_issuer_has_the_same_name() {
    let fixture = Fixture::with(&with_operators("any"), OCT_KEYS);
    let job = subject_token(&json!({"iss": "https://operators.example", "sub": "00u1"}));
    let machine = fixture.form("/auth/token", &good(&job)).ok().text("access_token");
    let carol = subject_token(&json!({"sub": "00u1"}));
    let acting = |subject, actor| {
        let (subject_token, subject_type) = subject;
        let mut parameters = changed(good(subject_token), "subject_token_type", Some(subject_type));
        let (actor_token, actor_type) = actor;
        parameters.extend([("actor_token", actor_token), ("actor_token_type", actor_type)]);
        fixture.form("/auth/token", &parameters)
    };
    let claims = acting((&carol, JWT), (&machine, ACCESS_TOKEN)).ok().claims();
    assert_eq!((&claims["sub"], &claims["act"]), (&json!("carol"), &json!({"iss": ISSUER, "sub": "00u1"})));
    let claims = acting((&machine, ACCESS_TOKEN), (&carol, JWT)).ok().claims();
    assert_eq!((&claims["sub"], &claims["act"]), (&json!("00u1"), &json!({"iss": EXTERNAL, "sub": "00u1"})));
}

#[test]
fn who_is_made_anew_does_not_get_what_was_issued_for_the_old_one() {
    let mut resources = resources();
    resources[0]["scope"] = json!(["openid", "read"]);
    let refresh = |fixture: &Fixture, secret, token: &str| {
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", token)];
        fixture.form_as(Some(("c1", secret)), "/auth/token", &parameters)
    };
    let userinfo = |fixture: &Fixture, token: &str| {
        fixture.send("GET /auth/userinfo", &[("authorization", &format!("Bearer {token}"))], b"")
    };
    let exchange = |fixture: &Fixture| {
        let subject = subject_token(&json!({}));
        let reply = fixture.form("/auth/token", &changed(good(&subject), "scope", Some("openid"))).ok();
        (reply.text("access_token"), reply.text("refresh_token"))
    };
    let secret = "p@ss:w+rd %1";

    // All of it in one second: it is no matter of time.
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let (access, refresh_token) = exchange(&fixture);
    fixture.admin("PUT /User/alice", &[], &json!({"email": "new@example.com"})).ok();
    assert_eq!(userinfo(&fixture, &access).ok().json()["email"], "new@example.com"); // replaced is not made anew
    let refresh_token = refresh(&fixture, secret, &refresh_token).ok().text("refresh_token");
    fixture.admin("DELETE /User/alice", &[], &Value::Null).ok();
    fixture.admin("PUT /User/alice", &[], &json!({"email": "another@example.com"}));
    userinfo(&fixture, &access).refused(401, "invalid_token", "The access token is missing");
    let sentence = format!("{NOT_ACCEPTED}it is not an active token of this service.");
    fixture.form("/auth/token", &own(&access)).refused(400, "invalid_request", &sentence);
    refresh(&fixture, secret, &refresh_token).refused(400, "invalid_grant", "The refresh token is not valid");
    let (access, refresh_token) = exchange(&fixture);
    fixture.admin("PUT /User/alice", &[], &json!({"email": "another@example.com"})).ok(); // is the same one
    userinfo(&fixture, &access).ok();
    let refresh_token = refresh(&fixture, secret, &refresh_token).ok().text("refresh_token");

    fixture.admin("DELETE /Client/c1", &[], &Value::Null).ok();
    resources[0]["secret"] = json!("secret-of-the-new-c1");
    fixture.admin("PUT /Client/c1", &[], &resources[0]);
    let reply = refresh(&fixture, "secret-of-the-new-c1", &refresh_token);
    reply.refused(400, "invalid_grant", "The refresh token is not valid");
}

#[test]
fn a_mask_that_was_stored_by_hand_is_no_secret() {
    let fixture = Fixture::new();
    let mut client = resources()[0].clone();
    client["secret"] = json!("***");
    fixture.host.resources.borrow_mut().insert("Client/c1".into(), client.to_string());
    let subject = subject_token(&json!({}));
    let reply = fixture.form_as(Some(("c1", "***")), "/auth/token", &good(&subject));
    reply.refused(503, "temporarily_unavailable", "");
}

#[test]
fn a_service_that_takes_the_name_of_an_issuer_takes_nothing_else() {
    let before = Fixture::new();
    let refresh_token = before.exchange().ok().text("refresh_token");
    let after = Fixture::of(EXTERNAL, &resources(), OCT_KEYS);
    *after.host.grants.borrow_mut() = before.host.grants.borrow().clone();
    *after.host.resources.borrow_mut() = before.host.resources.borrow().clone();
    after.admin("DELETE /TokenIntrospector/external", &[], &Value::Null);
    let parameters = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.as_str())];
    after.form("/auth/token", &parameters).refused(400, "invalid_grant", "The refresh token is not valid");
}

#[test]
fn introspection_calls_nothing_active_whose_user_or_client_is_gone() {
    for (line, body) in [
        ("PUT /User/alice", json!({"inactive": true})),
        ("DELETE /User/alice", Value::Null),
        ("PUT /Client/c1", json!({"active": false})),
        ("DELETE /Client/c1", Value::Null),
    ] {
        let mut resources = resources();
        resources[1]["resource"] = json!(["orders"]);
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let reply = fixture.exchange().ok();
        let introspect = |token: &str| {
            fixture.form_as(Some(("c2", "secret-of-c2")), "/auth/introspect", &[("token", token)]).ok().json()
        };
        let access = reply.text("access_token");
        assert_eq!(introspect(&access)["active"], true);
        fixture.admin(line, &[], &body).ok();
        assert_eq!(introspect(&access), json!({"active": false}), "{line}");
    }
}

/// A Durable Object stores two megabytes in one value.
#[test]
fn a_grant_that_is_refreshed_often_stays_small() {
    let mut resources = resources();
    let scopes: Vec<String> = (0..100).map(|n| format!("scope-{n:0>40}")).collect();
    resources[3]["scope"] = json!(scopes);
    resources[3]["auth"]["token_exchange"]["access_token_expiration"] = json!(864_000);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let all = scopes.join(" ");
    let subject = subject_token(&json!({}));
    let mut reply = fixture.form_as(OPAQUE, "/auth/token", &changed(good(&subject), "scope", Some(&all))).ok();
    let first = reply.text("access_token");
    let size = || fixture.host.grants.borrow().values().map(|(_, value, _)| value.len()).max().unwrap();
    for _ in 0..300 {
        let token = reply.text("refresh_token");
        let more = [("grant_type", "refresh_token"), ("refresh_token", &token), ("scope", &scopes[1..].join(" "))];
        reply = fixture.form_as(OPAQUE, "/auth/token", &more).ok();
    }
    assert!(size() < 60_000, "{} bytes", size());
    let introspect = |token: &str| fixture.form_as(OPAQUE, "/auth/introspect", &[("token", token)]).ok().json();
    let narrow =
        [("grant_type", "refresh_token"), ("refresh_token", &reply.text("refresh_token")), ("scope", &scopes[0])];
    let reply = fixture.form_as(OPAQUE, "/auth/token", &narrow).ok();
    let narrow = reply.text("access_token");
    assert_eq!((&introspect(&narrow)["scope"], &introspect(&narrow)["aud"]), (&json!(scopes[0]), &json!("orders")));
    // 64 of them live, and the oldest has ended.
    assert_eq!(introspect(&first), json!({"active": false}));
    fixture.form_as(OPAQUE, "/auth/revoke", &[("token", &narrow)]).ok();
    assert!(size() < 200, "{} bytes", size());
    assert_eq!(introspect(&narrow), json!({"active": false}));
}

/// Finding 21: what of the grant is in one access token is kept as places, and each comes back as it was asked for.
#[test]
fn narrowed_access_tokens_keep_their_scope_and_audience() {
    let mut resources = resources();
    resources[3]["scope"] = json!(["read", "write", "admin"]);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let subject = subject_token(&json!({}));
    let mut parameters = changed(good(&subject), "scope", Some("write read admin"));
    parameters.extend([("audience", "orders"), ("audience", "https://api.example/")]);
    let mut reply = fixture.form_as(OPAQUE, "/auth/token", &parameters).ok();
    let mut issued = Vec::new();
    for (scope, aud) in [
        (None, None),
        (Some("admin write"), Some("https://api.example/")),
        (Some("admin"), None),
        (Some("write read admin"), Some("orders")),
    ] {
        let token = reply.text("refresh_token");
        let mut more = vec![("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        more.extend(scope.map(|scope| ("scope", scope)));
        more.extend(aud.map(|aud| ("audience", aud)));
        reply = fixture.form_as(OPAQUE, "/auth/token", &more).ok();
        issued.push((reply.text("access_token"), scope, aud));
    }
    for (token, scope, aud) in issued {
        let body = fixture.form_as(OPAQUE, "/auth/introspect", &[("token", &token)]).ok().json();
        assert_eq!(body["scope"], json!(scope.unwrap_or("write read admin")));
        assert_eq!(body["aud"], aud.map_or(json!(["orders", "https://api.example/"]), |aud| json!(aud)));
    }
}

/// Attack 6: resource servers decide by the outermost actor, so that an issuer may put nobody's there but its own.
#[test]
fn an_issuer_speaks_for_no_actor_but_its_own() {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["delegation"] = json!("deny");
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let exchange = |act: &Value| fixture.form("/auth/token", &good(&subject_token(&json!({"act": act}))));
    for act in [
        json!({"iss": ISSUER, "sub": "payments"}),
        json!({"iss": "https://other.example", "sub": "payments"}),
        json!({"iss": format!("{EXTERNAL}/"), "sub": "payments"}),
        json!({"sub": "a", "act": {"iss": ISSUER, "sub": "payments"}}),
        json!({"iss": EXTERNAL, "sub": "a", "act": {"sub": "b", "act": {"iss": ISSUER, "sub": "c"}}}),
    ] {
        exchange(&act).refused(400, "invalid_request", &format!("{NOT_ACCEPTED}its act names an actor for whom"));
        assert_eq!(fixture.last_event()["reason"], "subject_token.actor_of_another_issuer");
    }
    for (act, issued) in [
        (json!({"iss": EXTERNAL, "sub": "a"}), json!({"iss": EXTERNAL, "sub": "a"})),
        (json!({"sub": "a"}), json!({"iss": EXTERNAL, "sub": "a"})),
        (
            json!({"sub": "a", "act": {"iss": "https://other.example", "sub": "b"}}),
            json!({"iss": EXTERNAL, "sub": "a", "act": {"iss": "https://other.example", "sub": "b"}}),
        ),
    ] {
        let token = exchange(&act).ok();
        assert_eq!(token.claims()["act"], issued);
        // A token of this service goes on with it: there it is this service's own word.
        let again = fixture.form("/auth/token", &own(&token.text("access_token"))).ok();
        assert_eq!(again.claims()["act"], issued);
    }
}

/// Attack 7: a bare `sub` of an issuer is not the Client that happens to have that id.
#[test]
fn may_act_names_a_client_by_client_id_or_as_a_subject_of_this_service() {
    let fixture = Fixture::new();
    let exchange = |may_act: &Value| fixture.form("/auth/token", &good(&subject_token(&json!({"may_act": may_act}))));
    for may_act in [
        json!({"client_id": "c1"}),
        json!({"iss": ISSUER, "sub": "c1"}),
        json!({"iss": ISSUER, "client_id": "c1"}),
        json!({"iss": ISSUER, "sub": "c1", "client_id": "c1"}),
    ] {
        exchange(&may_act).ok();
    }
    for may_act in [
        json!({"sub": "c1"}),
        json!({"sub": "c1", "client_id": "c1"}),
        json!({"iss": EXTERNAL, "sub": "c1"}),
        json!({"iss": EXTERNAL, "client_id": "c1"}),
        json!({"iss": ISSUER}),
        json!({"iss": ISSUER, "sub": "c2"}),
        json!({"client_id": "c2"}),
        json!({"client_id": "c1", "email": "x@example.com"}),
    ] {
        exchange(&may_act).refused(400, "invalid_request", "The actor may not act for this subject");
    }
}
