//! Who stands behind a token: it ends with its Client, its User and its TokenIntrospectors, and with `not_before` on one
//! of them; and is not good for another one of the same id (contract 3.2 and 4; attacks 1, 12, 13, 22).

use serde_json::{Value, json};

use crate::common::*;
use crate::rfc7662_7009_6749::OPAQUE;

const C1: Option<(&str, &str)> = Some(("c1", "p@ss:w+rd %1"));
const RS: Option<(&str, &str)> = Some(("rs", "secret-of-rs"));
const INACTIVE: &str = "The subject_token is not accepted: it is not an active token of this service.";

/// `rs` is the resource server of `orders`; tokens have `openid`, so that userinfo shows their User.
fn fixture() -> Fixture {
    Fixture::with(&with_rs(), OCT_KEYS)
}

fn with_rs() -> Value {
    let mut resources = resources();
    for client in [0, 3] {
        resources[client]["scope"] = json!(["openid", "read"]);
    }
    let mut rs = resources[1].clone();
    merge(&mut rs, &json!({"id": "rs", "secret": "secret-of-rs", "resource": ["orders"], "scope": ["openid", "read"]}));
    resources.as_array_mut().unwrap().push(rs);
    resources
}

fn issue(fixture: &Fixture, client: Option<(&str, &str)>) -> (String, String) {
    let subject = subject_token(&json!({}));
    let reply = fixture.form_as(client, "/auth/token", &changed(good(&subject), "scope", Some("openid read"))).ok();
    (reply.text("access_token"), reply.text("refresh_token"))
}

fn exchange_on(fixture: &Fixture, client: Option<(&str, &str)>, token: &str) -> Reply {
    let parameters = changed(good(token), "subject_token_type", Some(ACCESS_TOKEN));
    fixture.form_as(client, "/auth/token", &parameters)
}

/// Whether introspection, userinfo, exchange and refresh call it alive; all four say the same. `again`: the client that
/// may refresh it, as it is by now.
#[track_caller]
fn alive(fixture: &Fixture, (access, refresh): &(String, String), again: Option<(&str, &str)>) -> bool {
    let active = fixture.form_as(RS, "/auth/introspect", &[("token", access)]).ok().json()["active"] == true;
    let userinfo = fixture.send("GET /auth/userinfo", &[("authorization", &format!("Bearer {access}"))], b"").status();
    let exchanged = exchange_on(fixture, RS, access);
    let refreshed =
        fixture.form_as(again, "/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", refresh)]);
    let all = [active, userinfo == 200, exchanged.status() == 200, refreshed.status() == 200];
    assert!(all == [active; 4], "{all:?}");
    if !active && refreshed.status() != 401 {
        refreshed.refused(400, "invalid_grant", "The refresh token is not valid");
    }
    active
}

#[test]
fn everybody_who_stands_behind_it_ends_it() {
    for client in [C1, OPAQUE] {
        let place = if client == C1 { 0 } else { 3 };
        let id = client.unwrap().0;
        for (path, number, change) in [
            (format!("Client/{id}"), place, json!({"active": false})),
            (String::from("User/alice"), 6, json!({"inactive": true})),
            (String::from("TokenIntrospector/external"), 5, Value::Null),
        ] {
            let resource = with_rs()[number].clone();
            let fixture = fixture();
            let tokens = issue(&fixture, client);
            assert!(alive(&fixture, &tokens, client), "{path}");
            // It is not there for a while, is made inactive, or is made anew, all in the same second.
            if !change.is_null() {
                let mut inactive = resource.clone();
                merge(&mut inactive, &change);
                fixture.admin(&format!("PUT /{path}"), &[], &inactive).ok();
                assert!(!alive(&fixture, &tokens, client), "{path} inactive");
                fixture.admin(&format!("PUT /{path}"), &[], &resource).ok();
                assert!(alive(&fixture, &tokens, client), "{path} active again");
            }
            fixture.admin(&format!("DELETE /{path}"), &[], &Value::Null).ok();
            assert!(!alive(&fixture, &tokens, client), "{path} gone");
            assert_eq!(fixture.admin(&format!("PUT /{path}"), &[], &resource).status(), 201);
            assert!(!alive(&fixture, &tokens, client), "{path} made anew");
            let tokens = issue(&fixture, client);
            assert!(alive(&fixture, &tokens, client), "{path}: what is issued for the new one");
            fixture.admin(&format!("PUT /{path}"), &[], &resource).ok();
            assert!(alive(&fixture, &tokens, client), "{path}: replaced is not made anew");
            fixture.advance(3600);
            fixture.exchange(); // whatever the clock says
        }
    }
}

/// Attack 1, as it was: the old Client's token, exchanged by the new Client.
#[test]
fn a_client_made_anew_does_not_exchange_the_old_ones_tokens() {
    let fixture = fixture();
    let (access, _) = issue(&fixture, C1);
    fixture.admin("DELETE /Client/c1", &[], &Value::Null).ok();
    exchange_on(&fixture, RS, &access).refused(400, "invalid_request", INACTIVE);
    let mut new = with_rs()[0].clone();
    merge(&mut new, &json!({"secret": "secret-of-the-new-c1", "allowedIssuers": []}));
    new["auth"]["token_exchange"]["audience"] = json!(["billing"]);
    fixture.admin("PUT /Client/c1", &[], &new);
    exchange_on(&fixture, Some(("c1", "secret-of-the-new-c1")), &access).refused(400, "invalid_request", INACTIVE);
    exchange_on(&fixture, RS, &access).refused(400, "invalid_request", INACTIVE);
}

#[test]
fn not_before_ends_what_is_older() {
    for client in [C1, OPAQUE] {
        let place = if client == C1 { 0 } else { 3 };
        for (path, number) in [
            (format!("Client/{}", client.unwrap().0), place),
            (String::from("User/alice"), 6),
            (String::from("TokenIntrospector/external"), 5),
        ] {
            let fixture = fixture();
            let before = issue(&fixture, client);
            fixture.advance(10);
            let after = issue(&fixture, client);
            let mut resource = with_rs()[number].clone();
            for (not_before, holds) in [
                (json!(NOW), [true, true]),
                (json!(NOW + 10), [false, true]),
                (json!("2027-01-15T08:00:10Z"), [false, true]),
                (json!("2027-01-15T08:00:11Z"), [false, false]),
                (json!(0), [true, true]),
            ] {
                resource["not_before"] = not_before.clone();
                fixture.admin(&format!("PUT /{path}"), &[], &resource).ok();
                // Each refresh token is used again within its grace.
                let found = [&before, &after].map(|tokens| alive(&fixture, tokens, client));
                assert_eq!(found, holds, "{path} {not_before}");
            }
        }
    }
}

/// Whoever has stolen a token of an issuer cannot exchange it again after what it was exchanged for has been ended.
#[test]
fn not_before_of_the_issuer_refuses_its_older_tokens() {
    let of = |changes: Value| subject_token(&changes);
    let delegating = || {
        let mut resources = with_rs();
        resources[0]["auth"]["token_exchange"]["delegation"] = json!("any");
        Fixture::with(&resources, OCT_KEYS)
    };
    let fixture = delegating();
    let with_actor = |subject: &str, actor: &str| {
        let mut parameters = good(subject);
        parameters.extend([("actor_token", actor), ("actor_token_type", JWT)]);
        fixture.form("/auth/token", &parameters)
    };
    let (old, new) = (json!({"iat": NOW - 1}), json!({"iat": NOW}));
    fixture.form("/auth/token", &good(&of(old.clone()))).ok();
    let mut introspector = with_rs()[5].clone();
    introspector["not_before"] = json!(NOW);
    fixture.admin("PUT /TokenIntrospector/external", &[], &introspector).ok();
    const ENDED: &str =
        "The subject_token is not accepted: tokens that its issuer issued at that time are no longer accepted.";
    fixture.form("/auth/token", &good(&of(old.clone()))).refused(400, "invalid_request", ENDED);
    assert_eq!(fixture.last_event()["reason"], "subject_token.ended_by_not_before");
    let body = json!({"client_id": "c1", "subject_token": of(old.clone()), "subject_token_type": JWT});
    let tried = fixture.admin("POST /$dry-run", &[], &body).ok().json();
    assert_eq!(
        (&tried["refused"]["resource"], &tried["refused"]["member"]),
        (&json!("TokenIntrospector/external"), &json!("TokenIntrospector.not_before"))
    );
    // Half a second before it is before it.
    fixture.form("/auth/token", &good(&of(json!({"iat": NOW as f64 - 0.5})))).refused(400, "invalid_request", ENDED);
    fixture.form("/auth/token", &good(&of(new.clone()))).ok();
    // It does not say how old it is.
    fixture.form("/auth/token", &good(&of(json!({})))).ok();
    let actor = |iat: u64| of(json!({"sub": "00u1", "iat": iat}));
    assert_eq!(with_actor(&of(new.clone()), &actor(NOW - 1)).status(), 400);
    assert_eq!(fixture.last_event()["reason"], "actor_token.ended_by_not_before");
    with_actor(&of(new), &actor(NOW)).ok();
}

/// A time that has passed: what was issued after it, but for an older token of this issuer, is not refreshed either.
#[test]
fn not_before_of_the_issuer_ends_grants_that_its_older_tokens_began() {
    let mut resources = with_rs();
    resources[0]["auth"]["token_exchange"]["delegation"] = json!("any");
    for (subject, actor, holds) in [
        (json!({"iat": NOW - 1}), None, false),
        (json!({"iat": NOW as f64 - 0.5}), None, false),
        (json!({"iat": NOW}), None, true),
        (json!({"iat": NOW + 59}), None, true),
        (json!({}), None, true),
        (json!({"iat": null}), None, true),
        (json!({"iat": NOW}), Some(NOW - 1), false),
        (json!({"iat": NOW}), Some(NOW), true),
    ] {
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let subject_token = subject_token(&subject);
        let actor_token = actor.map(|iat| crate::common::subject_token(&json!({"sub": "00u1", "iat": iat})));
        let mut parameters = good(&subject_token);
        if let Some(actor) = &actor_token {
            parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
        }
        fixture.advance(10);
        let refresh =
            |token: &str| fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]);
        let begin = || fixture.form("/auth/token", &parameters).ok().text("refresh_token");
        let (carried, used) = (begin(), refresh(&begin()).ok().text("refresh_token"));
        let mut introspector = with_rs()[5].clone();
        introspector["not_before"] = json!(NOW);
        fixture.admin("PUT /TokenIntrospector/external", &[], &introspector).ok();
        for token in [&carried, &used] {
            let reply = refresh(token);
            assert_eq!(reply.status() == 200, holds, "{subject} {actor:?}");
            if !holds {
                reply.refused(400, "invalid_grant", "The refresh token is not valid");
                assert_eq!(fixture.last_event()["reason"], "refresh_no_longer_allowed");
            }
        }
    }
}

/// An access token that a refresh gives is as old as itself, and the grant as old as its first token.
#[test]
fn not_before_after_the_grant_and_before_its_last_access_token() {
    let fixture = fixture();
    let (_, refresh) = issue(&fixture, C1);
    fixture.advance(100);
    let next = fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).ok();
    fixture.admin("PUT /User/alice", &[], &json!({"not_before": NOW + 50})).ok();
    let introspect = |token: &str| fixture.form("/auth/introspect", &[("token", token)]).ok().json()["active"] == true;
    assert!(introspect(&next.text("access_token")) && !introspect(&next.text("refresh_token")));
}

/// What is issued for an own token ends with everybody who stood behind that one.
#[test]
fn an_own_token_hands_on_who_stands_behind_it() {
    let mut resources = with_rs();
    resources[0]["auth"]["token_exchange"]["delegation"] = json!("any");
    resources[0]["allowedIssuers"] = json!([EXTERNAL, "https://operators.example"]);
    let list = resources.as_array_mut().unwrap();
    list.push(json!({"resourceType": "TokenIntrospector", "id": "operators", "type": "jwt", "user": "none",
        "jwt": {"iss": "https://operators.example", "secret": SECRET}}));
    for gone in ["external", "operators"] {
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let (subject, actor) =
            (subject_token(&json!({})), subject_token(&json!({"iss": "https://operators.example", "sub": "operator"})));
        let mut parameters = changed(good(&subject), "scope", Some("openid read"));
        parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
        let first = fixture.form("/auth/token", &parameters).ok();
        let second = exchange_on(&fixture, RS, &first.text("access_token")).ok().text("access_token");
        let jti = claims(&second)["jti"].as_str().unwrap().to_owned();
        assert!(jti.ends_with("!external:operators"), "{jti}");
        let introspect = |token: &str| fixture.form_as(RS, "/auth/introspect", &[("token", token)]).ok().json();
        assert_eq!(introspect(&second)["active"], true);
        fixture.admin(&format!("DELETE /TokenIntrospector/{gone}"), &[], &Value::Null).ok();
        for token in [first.text("access_token"), second] {
            assert_eq!(introspect(&token), json!({"active": false}), "{gone}");
        }
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", &first.text("refresh_token"))];
        fixture.form("/auth/token", &refresh).refused(400, "invalid_grant", "The refresh token is not valid");
    }
}

/// The User who acts ends a token like its own User does, in each of the four ways to use it.
#[test]
fn the_user_who_acts_ends_it() {
    let mut resources = with_rs();
    for client in [0, 3] {
        resources[client]["auth"]["token_exchange"]["delegation"] = json!("any");
    }
    resources.as_array_mut().unwrap().push(json!({"resourceType": "User", "id": "operator"}));
    for client in [C1, OPAQUE] {
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let issue = || {
            let (subject, actor) = (subject_token(&json!({})), subject_token(&json!({"sub": "operator"})));
            let mut parameters = changed(good(&subject), "scope", Some("openid read"));
            parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
            let reply = fixture.form_as(client, "/auth/token", &parameters).ok();
            (reply.text("access_token"), reply.text("refresh_token"))
        };
        let tokens = issue();
        assert!(alive(&fixture, &tokens, client));
        for (changes, holds) in [
            (json!({"inactive": true}), false),
            (json!({}), true),
            (json!({"not_before": NOW + 1}), false),
            (json!({"not_before": NOW}), true),
        ] {
            fixture.admin("PUT /User/operator", &[], &changes).ok();
            assert_eq!(alive(&fixture, &tokens, client), holds, "{changes}");
        }
        fixture.admin("DELETE /User/operator", &[], &Value::Null).ok();
        assert!(!alive(&fixture, &tokens, client), "gone");
        assert_eq!(fixture.admin("PUT /User/operator", &[], &json!({})).status(), 201);
        assert!(!alive(&fixture, &tokens, client), "made anew");
        assert!(alive(&fixture, &issue(), client), "what is issued for the new one");
    }
}

/// What is issued for an own token ends with everybody who acted by it, not only with the last one.
#[test]
fn an_own_token_hands_on_who_acted() {
    let mut resources = with_rs();
    for client in resources.as_array_mut().unwrap().iter_mut().filter(|one| one["resourceType"] == "Client") {
        client["auth"]["token_exchange"]["delegation"] = json!("any");
    }
    let list = resources.as_array_mut().unwrap();
    for id in ["first", "second"] {
        list.push(json!({"resourceType": "User", "id": id}));
    }
    for gone in ["first", "second"] {
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let issue = |client, token: &str, token_type, actor: Option<&str>| {
            let actor = actor.map(|sub| subject_token(&json!({"sub": sub})));
            let mut parameters = changed(good(token), "scope", Some("openid read"));
            parameters = changed(parameters, "subject_token_type", Some(token_type));
            if let Some(actor) = &actor {
                parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
            }
            fixture.form_as(client, "/auth/token", &parameters).ok().text("access_token")
        };
        let one = issue(C1, &subject_token(&json!({})), JWT, Some("first"));
        let two = issue(RS, &one, ACCESS_TOKEN, Some("second"));
        let three = issue(RS, &two, ACCESS_TOKEN, None);
        let active =
            |token: &str| fixture.form_as(RS, "/auth/introspect", &[("token", token)]).ok().json()["active"] == true;
        assert!(active(&one) && active(&two) && active(&three));
        fixture.admin(&format!("DELETE /User/{gone}"), &[], &Value::Null).ok();
        assert_eq!(active(&one), gone == "second", "{gone}");
        assert!(!active(&two) && !active(&three), "{gone}");
    }
}

/// The actor's User, too, is the same one at a refresh.
#[test]
fn an_actor_made_anew_ends_the_grant() {
    let mut resources = with_rs();
    resources[0]["auth"]["token_exchange"]["delegation"] = json!("any");
    resources.as_array_mut().unwrap().push(json!({"resourceType": "User", "id": "operator"}));
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let (subject, actor) = (subject_token(&json!({})), subject_token(&json!({"sub": "operator"})));
    let mut parameters = good(&subject);
    parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
    let token = fixture.form("/auth/token", &parameters).ok().text("refresh_token");
    let refresh =
        |token: &str| fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]);
    let token = refresh(&token).ok().text("refresh_token");
    fixture.admin("DELETE /User/operator", &[], &Value::Null).ok();
    fixture.admin("PUT /User/operator", &[], &json!({}));
    refresh(&token).refused(400, "invalid_grant", "The refresh token is not valid");
    assert_eq!(fixture.last_event()["reason"], "refresh_no_longer_allowed");
}

/// A token whose `jti` is of the older form does not say who stands behind it.
#[test]
fn a_jti_of_the_older_form_is_not_alive() {
    let fixture = fixture();
    let (access, _) = issue(&fixture, C1);
    let key = edge_sts::jose::HmacKey::new(b"sts-signing-key-of-the-tests-012345", None).unwrap();
    let signed = |jti: &str| {
        let mut claims = claims(&access);
        claims["jti"] = json!(jti);
        let encoded = |text: &str| edge_sts::jose::base64url::encode(text.as_bytes());
        let input = format!("{}.{}", access.split('.').next().unwrap(), encoded(&claims.to_string()));
        let tag = key.sign(edge_sts::jose::Algorithm::Hs256, input.as_bytes()).unwrap();
        format!("{input}.{}", edge_sts::jose::base64url::encode(&tag))
    };
    let introspect = |token: &str| fixture.form("/auth/introspect", &[("token", token)]).ok().json()["active"] == true;
    let jti = claims(&access)["jti"].as_str().unwrap().to_owned();
    assert!(introspect(&signed(&jti)), "it is signed rightly");
    let grant = &jti[..22];
    for old in [String::from(grant), format!("{grant}.0"), format!("{grant}.2~"), format!("{jti}~")] {
        assert!(!introspect(&signed(&old)), "{old}");
    }
}
