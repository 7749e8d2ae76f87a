//! Opaque tokens of other issuers, and their introspection endpoints (RFC 7662).

use edge_sts::Host;
use edge_sts::jose::base64url;
use serde_json::{Value, json};

use crate::common::*;
use crate::issuers::{NO_KEY, UNAVAILABLE, fetch_reason, fetches, fixture, offer, serve, token};

const ENDPOINT: &str = "https://issuer.example/introspect";
const OPAQUE: Option<(&str, &str)> = Some(("opaque", "secret-of-opaque"));

fn opaque_fixture() -> Fixture {
    fixture(&json!({
        "type": "opaque",
        "introspection_endpoint": {"url": ENDPOINT, "authorization": "Basic planted"},
    }))
}

fn offer_opaque(fixture: &Fixture, token: &str) -> Reply {
    let parameters = changed(good(token), "subject_token_type", Some(ACCESS_TOKEN));
    fixture.form("/auth/token", &parameters)
}

fn vouch(fixture: &Fixture, changes: &Value) {
    let mut answer =
        json!({"active": true, "sub": "alice", "exp": NOW + 900, "client_id": "app", "token_type": "Bearer"});
    merge(&mut answer, changes);
    serve(fixture, ENDPOINT, 200, None, &answer.to_string());
}

#[test]
fn rfc7662_2_an_opaque_token_of_an_issuer() {
    let fixture = opaque_fixture();
    vouch(&fixture, &json!({"scope": "read profile"}));
    let claims = offer_opaque(&fixture, "opaque/token+1").ok().claims();
    assert_eq!((&claims["sub"], &claims["exp"]), (&json!("alice"), &json!(NOW + 360)));
    let sent = fixture.host.sent.borrow()[0].clone();
    assert_eq!(sent.url, ENDPOINT);
    assert_eq!(sent.form.unwrap(), "token_type_hint=access_token&token=opaque%2Ftoken%2B1");
    assert_eq!(sent.authorization.unwrap(), "Basic planted");
    // It is asked again after cache_ttl, and for another token.
    offer_opaque(&fixture, "opaque/token+1").ok();
    assert_eq!(fetches(&fixture), 1);
    offer_opaque(&fixture, "opaque/token+2").ok();
    fixture.advance(300);
    offer_opaque(&fixture, "opaque/token+1").ok();
    assert_eq!(fetches(&fixture), 3);
    for event in fixture.host.events.borrow().iter() {
        assert!(!event.contains("planted") && !event.contains("opaque/token"), "{event}");
    }
}

/// When an issuer says that its token was issued counts like `iat` of a JWT, also of an answer that is remembered.
#[test]
fn not_before_of_an_issuer_that_vouches() {
    let fixture = opaque_fixture();
    let not_before = |time: u64| {
        let mut introspector = resources()[5].clone();
        introspector["type"] = json!("opaque");
        introspector["jwt"].as_object_mut().unwrap().remove("secret");
        introspector["introspection_endpoint"] = json!({"url": ENDPOINT, "authorization": "Basic planted"});
        introspector["not_before"] = json!(time);
        fixture.admin("PUT /TokenIntrospector/external", &[], &introspector).ok();
    };
    for (number, (iat, refused)) in [
        (json!(NOW - 1), Some("ended_by_not_before")),
        (json!(NOW as f64 - 0.001), Some("ended_by_not_before")),
        (json!(-1), Some("ended_by_not_before")),
        (json!(0), Some("ended_by_not_before")),
        (json!(NOW), None),
        (json!(NOW as f64 + 0.5), None),
        (json!(NOW + 60), None),
        (json!(null), None),
        (json!(NOW + 61), Some("not_yet_valid")),
        (json!(NOW.to_string()), Some("claim_malformed")),
        (json!([NOW]), Some("claim_malformed")),
        (json!(true), Some("claim_malformed")),
        (json!(1e300), Some("claim_malformed")),
    ]
    .into_iter()
    .enumerate()
    {
        not_before(0);
        vouch(&fixture, &json!({"iat": iat}));
        let token = format!("opaque-{number}");
        let before = offer_opaque(&fixture, &token).status();
        assert_eq!(before == 200, refused.is_none_or(|reason| reason == "ended_by_not_before"), "{iat}");
        not_before(NOW);
        let reply = offer_opaque(&fixture, &token);
        assert_eq!(reply.status() == 200, refused.is_none(), "{iat}");
        if let Some(reason) = refused {
            assert_eq!(fixture.last_event()["reason"], format!("subject_token.{reason}"), "{iat}");
        }
    }
}

#[test]
fn conditions_and_copied_claims_of_what_an_issuer_vouches_for() {
    let fixture = fixture(&json!({
        "type": "opaque",
        "introspection_endpoint": {"url": ENDPOINT, "authorization": "Basic planted"},
        "claims": {"org.id": ["acme", "shop"], "email_verified": true},
        "copy_claims": ["email"],
    }));
    let good = json!({"org": {"id": "acme"}, "email_verified": true, "email": "alice@example.com"});
    vouch(&fixture, &good);
    let reply = offer_opaque(&fixture, "good").ok();
    assert_eq!(reply.claims()["email"], "alice@example.com");
    assert!(reply.claims().get("org").is_none());
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &reply.text("refresh_token"))];
    assert_eq!(fixture.form("/auth/token", &refresh).ok().claims()["email"], "alice@example.com");
    for (number, changes) in [
        json!({"org": {"id": "evil"}}),
        json!({"org": "acme"}),
        json!({"email_verified": "true"}),
        json!({"org": null}),
    ]
    .iter()
    .enumerate()
    {
        let mut answer = good.clone();
        merge(&mut answer, changes);
        vouch(&fixture, &answer);
        for _ in 0..2 {
            // the second time from what is remembered
            let reply = offer_opaque(&fixture, &format!("bad{number}"));
            reply.refused(400, "invalid_request", "The subject_token is not accepted: its claims do not meet");
        }
        offer_opaque(&fixture, "good").ok();
    }
}

#[test]
fn rfc7662_2_2_fail_closed() {
    for (changes, sentence) in [
        (json!({"active": false}), "it is not an active token"),
        (json!({"active": null}), "its issuer cannot be asked"),
        (json!({"active": "true"}), "its issuer cannot be asked"),
        (json!({"sub": null}), "it must contain iss, sub and exp"),
        (json!({"exp": null}), "it must contain iss, sub and exp"),
        (json!({"exp": "x"}), "one of its claims is malformed"),
        (json!({"exp": NOW - 61}), "it has expired"),
        (json!({"nbf": NOW + 100}), "it is not yet valid"),
        (json!({"exp": NOW + 100_000}), "it lives longer"),
        (json!({"iss": "https://other.example"}), "its issuer is not one"),
        (json!({"iss": 1}), "one of its claims is malformed"),
        (json!({"aud": "https://other.example"}), "its audience does not"),
        (json!({"sub": "nobody"}), "its user is not known"),
        (json!({"sub": "bob"}), "its user is inactive"),
        (json!({"cnf": {"jkt": "x"}}), "it is bound to a key"),
        (json!({"act": 1}), "its act or may_act"),
        (json!({"token_type": "DPoP"}), "its typ says"),
        (json!({"typ": "Refresh"}), "its typ says"),
        (json!({"token_use": "refresh_token"}), "its typ says"),
    ] {
        let fixture = opaque_fixture();
        vouch(&fixture, &changes);
        let sentence = format!("The subject_token is not accepted: {sentence}");
        offer_opaque(&fixture, "x").refused(400, "invalid_request", &sentence);
        offer_opaque(&fixture, "x").refused(400, "invalid_request", &sentence);
        vouch(&fixture, &json!({"iss": EXTERNAL, "aud": ISSUER}));
        offer_opaque(&fixture, "y").ok();
    }
    for (status, body) in [(401, r#"{"error":"invalid_client"}"#), (200, "<html>"), (500, ""), (302, ""), (200, "[]")] {
        let fixture = opaque_fixture();
        serve(&fixture, ENDPOINT, status, None, body);
        offer_opaque(&fixture, "x").refused(400, "invalid_request", UNAVAILABLE);
    }
    // What was said serves no longer than the token lives.
    let fixture = opaque_fixture();
    vouch(&fixture, &json!({"exp": NOW + 10}));
    offer_opaque(&fixture, "x").ok();
    vouch(&fixture, &json!({"active": false}));
    fixture.advance(9);
    offer_opaque(&fixture, "x").ok();
    fixture.advance(1);
    offer_opaque(&fixture, "x").refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: it is not an active",
    );
}

/// A token is shown to the one issuer that it can be of, and to nobody else.
#[test]
fn an_opaque_token_is_shown_to_one_issuer_alone() {
    let fixture = opaque_fixture();
    vouch(&fixture, &json!({}));
    let jwt = token("ES256");
    let jwe = format!("{}.a.b.c.d", base64url::encode(br#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#));
    for own in [
        "sts_at_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "sts_rt_AAAA",
        "sts_at_",
        &jwt,
        &jwt[..jwt.len() - 10],
        &jwt[..60],
        &sign_text(r#"{"alg":"XS256"}"#, "{}"),
        &jwe,
        &"x".repeat(16 * 1024 + 1),
    ] {
        assert_eq!(offer_opaque(&fixture, own).status(), 400);
    }
    assert_eq!(fetches(&fixture), 0);
    // JWTs of an issuer whose tokens are opaque are not accepted by their looks.
    offer(&fixture, &token("ES256")).refused(400, "invalid_request", NO_KEY);
    let two = json!({
        "resourceType": "TokenIntrospector", "id": "two", "type": "opaque", "jwt": {"iss": "https://two.example"},
        "introspection_endpoint": {"url": "https://two.example/introspect"},
    });
    fixture.admin("PUT /TokenIntrospector/two", &[], &two);
    offer_opaque(&fixture, "x").ok(); // not this client's
    let mut c1 = resources()[0].clone();
    c1["allowedIssuers"] = json!([EXTERNAL, "https://two.example"]);
    fixture.admin("PUT /Client/c1", &[], &c1).ok();
    offer_opaque(&fixture, "x").refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: more than one issuer",
    );
    assert_eq!(fetches(&fixture), 1);
    // More issuers than are looked at: whose it is cannot be told.
    c1["allowedIssuers"] = (0..40).map(|n| json!(format!("https://{n}.example"))).chain([json!(EXTERNAL)]).collect();
    fixture.admin("PUT /Client/c1", &[], &c1).ok();
    offer_opaque(&fixture, "x").refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: more than one issuer",
    );
    assert_eq!(fetches(&fixture), 1);
}

/// Who only sees `***` cannot have the secret sent to another server.
#[test]
fn a_mask_does_not_go_to_another_url() {
    let fixture = opaque_fixture();
    let mut shown = fixture.admin("GET /TokenIntrospector/external", &[], &Value::Null).json();
    assert_eq!(shown["introspection_endpoint"]["authorization"], "***");
    fixture.admin("PUT /TokenIntrospector/external", &[], &shown).ok();
    shown["introspection_endpoint"]["url"] = json!("https://evil.example/introspect");
    let reply = fixture.admin("PUT /TokenIntrospector/external", &[], &shown);
    assert_eq!(reply.status(), 422);
    assert_eq!(
        reply.json()["issue"][0]["expression"],
        json!(["TokenIntrospector.introspection_endpoint.authorization"])
    );
    shown["introspection_endpoint"]["authorization"] = json!("Basic other");
    fixture.admin("PUT /TokenIntrospector/external", &[], &shown).ok();
}

/// The administrator who has heard of a stolen key, or of a token that was revoked: a PUT is enough.
/// A token with a slip, such as the scheme before it, is still not for others to see.
#[test]
fn a_token_of_this_service_with_a_slip_is_shown_to_nobody() {
    let fixture = opaque_fixture();
    vouch(&fixture, &json!({}));
    let own = format!("sts_rt_{}", "A".repeat(65));
    let jwt = token("ES256");
    for text in [
        format!("Bearer {own}"),
        format!(" {own}"),
        format!("\"{own}\""),
        format!("x{own}"),
        format!("Bearer {jwt}"),
        format!(" {jwt}"),
        format!("{jwt}\n"),
        format!("token={jwt}"),
        format!("Bearer+{jwt}"),
        format!("-{jwt}"),
        jwt[1..].to_owned(),
        own[1..].to_owned(),
        own.to_ascii_uppercase(),
        ADMIN.to_owned(),
    ] {
        assert_eq!(offer_opaque(&fixture, &text).status(), 400, "{text}");
    }
    assert_eq!(fetches(&fixture), 0);
    offer_opaque(&fixture, "v4.public.eyJ.x-_~+/=").ok();
}

/// An endpoint that does not answer is left alone for a while; a fault that may be one token's is not the others'.
#[test]
fn an_endpoint_that_is_down_does_not_make_each_request_wait() {
    let fixture = opaque_fixture();
    for n in 0..10 {
        offer_opaque(&fixture, &format!("x{n}")).refused(400, "invalid_request", UNAVAILABLE);
    }
    assert_eq!(fetches(&fixture), 1);
    fixture.advance(30);
    vouch(&fixture, &json!({}));
    offer_opaque(&fixture, "x").ok();
    serve(&fixture, ENDPOINT, 400, None, "{}");
    offer_opaque(&fixture, "bad").refused(400, "invalid_request", UNAVAILABLE);
    vouch(&fixture, &json!({}));
    offer_opaque(&fixture, "y").ok();
}

#[test]
fn an_administrators_change_asks_anew() {
    let fixture = opaque_fixture();
    vouch(&fixture, &json!({}));
    offer_opaque(&fixture, "x").ok();
    vouch(&fixture, &json!({"active": false}));
    offer_opaque(&fixture, "x").ok();
    fixture.write_again("/TokenIntrospector/external");
    offer_opaque(&fixture, "x").refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: it is not an active",
    );
}

/// What another instance remembers ends when the introspector says so by now, not when it was asked.
#[test]
fn a_shorter_time_holds_for_what_was_asked_before() {
    let fixture = opaque_fixture();
    let introspector = |ttl: u64| {
        let mut shown = fixture.admin("GET /TokenIntrospector/external", &[], &Value::Null).json();
        shown["cache_ttl"] = json!(ttl);
        shown
    };
    fixture.admin("PUT /TokenIntrospector/external", &[], &introspector(86_400)).ok();
    vouch(&fixture, &json!({"exp": NOW + 80_000}));
    offer_opaque(&fixture, "x").ok();
    vouch(&fixture, &json!({"active": false}));
    // Written elsewhere: this instance hears of it when its cache of resources ends.
    let mut shorter = introspector(1);
    shorter["introspection_endpoint"]["authorization"] = json!("Basic planted");
    for (key, text) in fixture.host.resources.borrow_mut().iter_mut() {
        if key.starts_with("TokenIntrospector?") {
            *text = shorter.to_string();
        }
    }
    offer_opaque(&fixture, "x").ok();
    fixture.advance(30);
    offer_opaque(&fixture, "x").refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: it is not an active",
    );
}

/// What comes and cannot be read is the fault of one token; only a server that does not answer is left alone.
#[test]
fn one_answer_that_is_too_long_shuts_nobody_else_out() {
    let fixture = opaque_fixture();
    vouch(&fixture, &json!({"groups": vec!["group"; 3000]}));
    offer_opaque(&fixture, "long").refused(400, "invalid_request", UNAVAILABLE);
    assert_eq!(fetch_reason(&fixture), "too_long");
    vouch(&fixture, &json!({}));
    offer_opaque(&fixture, "honest").ok();
}

/// Old Hydras say in `token_type` what the token is, where RFC 7662 section 2.2 has how it is used.
#[test]
fn a_token_type_that_says_access_token_is_one() {
    let fixture = opaque_fixture();
    vouch(&fixture, &json!({"token_type": "access_token"}));
    offer_opaque(&fixture, "x").ok();
    vouch(&fixture, &json!({"token_type": "refresh_token"}));
    offer_opaque(&fixture, "y").refused(400, "invalid_request", "The subject_token is not accepted: its typ says");
}

#[test]
fn a_client_is_the_subject_of_an_answer_without_sub_where_the_introspector_says_so() {
    let with = |members: Value| {
        let mut all = json!({"type": "opaque", "introspection_endpoint": {"url": ENDPOINT}, "user": "none"});
        merge(&mut all, &members);
        fixture(&all)
    };
    let no_sub = json!({"sub": null, "client_id": "batch-7"});
    let fallback = || with(json!({"subject_fallback": "client_id"}));
    let fixture = fallback();
    vouch(&fixture, &no_sub);
    assert_eq!(offer_opaque(&fixture, "x").ok().claims()["sub"], "batch-7");
    // A sub that is there counts.
    vouch(&fixture, &json!({"sub": "job-1", "client_id": "batch-7"}));
    assert_eq!(offer_opaque(&fixture, "y").ok().claims()["sub"], "job-1");
    for (answer, sentence) in [
        (json!({"sub": null, "client_id": "alice"}), "its sub is reserved here."), // a User's id
        (json!({"sub": null, "client_id": null}), "it must contain iss, sub and exp."),
        (json!({"sub": null, "client_id": 7}), "one of its claims is malformed."),
        (json!({"sub": null, "client_id": ""}), "one of its claims is malformed."),
        (json!({"sub": null, "client_id": "a\nb"}), "one of its claims is malformed."),
    ] {
        let fixture = fallback();
        vouch(&fixture, &answer);
        let sentence = format!("The subject_token is not accepted: {sentence}");
        offer_opaque(&fixture, "x").refused(400, "invalid_request", &sentence);
    }
    let fixture = with(json!({}));
    vouch(&fixture, &no_sub);
    offer_opaque(&fixture, "x").refused(400, "invalid_request", "The subject_token is not accepted: it must contain");
    assert_eq!(fixture.last_event()["claim"], "sub");
    for (members, place) in [
        (json!({"user": "required", "subject_fallback": "client_id"}), "subject_fallback"),
        (json!({"subject_fallback": "azp"}), "subject_fallback"),
        (json!({"subject_fallback": true}), "subject_fallback"),
    ] {
        let mut body = json!({
            "type": "opaque", "jwt": {"iss": EXTERNAL}, "introspection_endpoint": {"url": ENDPOINT}, "user": "none",
        });
        merge(&mut body, &members);
        let reply = fixture.admin("PUT /TokenIntrospector/external", &[], &body);
        assert_eq!(reply.status(), 422, "{members}");
        assert_eq!(reply.json()["issue"][0]["expression"], json!([format!("TokenIntrospector.{place}")]), "{members}");
    }
    let jwt = json!({"type": "jwt", "jwt": {"iss": EXTERNAL, "secret": SECRET}, "user": "none",
        "subject_fallback": "client_id"});
    assert_eq!(fixture.admin("PUT /TokenIntrospector/external", &[], &jwt).status(), 422);
}

#[test]
fn that_a_token_is_not_active_is_remembered_for_some_seconds() {
    let fixture = opaque_fixture();
    vouch(&fixture, &json!({"active": false}));
    let inactive = "The subject_token is not accepted: it is not an active token";
    for _ in 0..20 {
        offer_opaque(&fixture, "x").refused(400, "invalid_request", inactive);
    }
    assert_eq!(fetches(&fixture), 1);
    // It is remembered of this token alone, and not for long.
    vouch(&fixture, &json!({}));
    offer_opaque(&fixture, "y").ok();
    offer_opaque(&fixture, "x").refused(400, "invalid_request", inactive);
    fixture.advance(9);
    offer_opaque(&fixture, "x").refused(400, "invalid_request", inactive);
    assert_eq!(fetches(&fixture), 2);
    fixture.advance(1);
    offer_opaque(&fixture, "x").ok();
    // An administrator's change asks anew.
    vouch(&fixture, &json!({"active": false}));
    offer_opaque(&fixture, "z").refused(400, "invalid_request", inactive);
    fixture.write_again("/TokenIntrospector/external");
    vouch(&fixture, &json!({}));
    offer_opaque(&fixture, "z").ok();
}

/// Attack 26: an issuer is shown no secret of this service, and no token of it that somebody cut or misspelt.
#[test]
fn a_secret_or_a_piece_of_an_own_token_is_shown_to_nobody() {
    let fixture = opaque_fixture();
    vouch(&fixture, &json!({}));
    // This issuer has no JWTs: the tokens are made by a fixture whose issuer has, and the store is that one's.
    let issuing = Fixture::new();
    let client = Some(("opaque", "secret-of-opaque"));
    let answer = issuing.form_as(client, "/auth/token", &good(&subject_token(&json!({})))).ok();
    *fixture.host.grants.borrow_mut() = issuing.host.grants.borrow().clone();
    fixture.host.random(&mut [0; 256]).unwrap(); // its ids are others than those that are there
    for name in ["access_token", "refresh_token"] {
        let token = answer.text(name);
        let rest = &token[7..];
        let pieces = (0..=7).map(|cut| token[cut..].to_owned());
        let misspelt = ["sts-at_", "sts_at-", "sts.rt.", "stsat_", "sts", "_", "-", "STS_RT_", "x", "xx_at-"];
        for piece in pieces.chain(misspelt.map(|prefix| format!("{prefix}{rest}"))) {
            let reply = offer_opaque(&fixture, &piece);
            reply.refused(400, "invalid_request", "The subject_token is not accepted: it");
        }
    }
    // A client's secret that has the form of a token.
    let mut c1 = resources()[0].clone();
    c1["secret"] = json!("secret-of-c1.that-looks-like-a-token");
    fixture.admin("PUT /Client/c1", &[], &c1).ok();
    let parameters = changed(good("secret-of-c1.that-looks-like-a-token"), "subject_token_type", Some(ACCESS_TOKEN));
    let c1 = Some(("c1", "secret-of-c1.that-looks-like-a-token"));
    let reply = fixture.form_as(c1, "/auth/token", &parameters);
    reply.refused(400, "invalid_request", "The subject_token is not accepted: it is not an active token");
    assert_eq!(fetches(&fixture), 0);
    // What only looks like one is its issuer's.
    for text in ["ory_at_x", "at_x", &"A".repeat(65), &"B".repeat(72), "stsx_at"] {
        let parameters = changed(good(text), "subject_token_type", Some(ACCESS_TOKEN));
        assert_eq!(fixture.form_as(c1, "/auth/token", &parameters).status(), 200, "{text}");
    }
}

/// RFC 6750 section 5.2: a bearer token is passed on to nobody. An answer that repeats it, as the subject of all things, would
/// bring it into the event, the new token and the store.
#[test]
fn an_answer_that_repeats_the_token_is_refused() {
    let fixture = fixture(&json!({
        "type": "opaque",
        "user": "none",
        "introspection_endpoint": {"url": ENDPOINT, "authorization": "Basic planted"},
        "copy_claims": ["email", "org"],
    }));
    let token = "opaque-token/of+1~";
    let exchange = |client: &str| {
        let parameters = changed(good(token), "subject_token_type", Some(ACCESS_TOKEN));
        match client {
            "c1" => fixture.form("/auth/token", &parameters),
            _ => fixture.form_as(OPAQUE, "/auth/token", &parameters),
        }
    };
    let said = json!({"sub": "job", "email": "a@b", "org": {"id": "acme"}});
    for (changes, claim) in [
        (json!({"sub": token}), "sub"),
        (json!({"sub": format!("user:{token}")}), "sub"),
        (json!({"aud": ["https://sts.example", token]}), "aud"),
        (json!({"client_id": token}), "client_id"),
        (json!({"act": {"sub": token}}), "act"),
        (json!({"act": {"sub": "job", "act": {"sub": token}}}), "act"),
        (json!({"may_act": {"sub": token}}), "may_act"),
        (json!({"email": token}), "other"),
        (json!({"org": {"ids": [1, {"of": token}]}}), "other"),
        (json!({"org": {token: 1}}), "other"),
        (json!({token: 1}), "other"),
    ] {
        let mut answer = said.clone();
        merge(&mut answer, &changes);
        vouch(&fixture, &answer);
        for client in ["c1", "opaque"] {
            let reply = exchange(client);
            reply.refused(400, "invalid_request", "The subject_token is not accepted: one of its claims is malformed.");
            let event = fixture.host.events.borrow().last().unwrap().clone();
            let event: Value = serde_json::from_str(&event).unwrap();
            assert_eq!((&event["reason"], &event["claim"]), (&json!("subject_token.claim_malformed"), &json!(claim)));
        }
    }
    // Of some issuers it is the `jti`, which is needed for nothing: it is left out.
    vouch(&fixture, &said);
    let plain = exchange("c1").ok().claims();
    fixture.advance(400);
    let mut answer = said.clone();
    merge(&mut answer, &json!({"jti": token, "exp": NOW + 1300}));
    vouch(&fixture, &answer);
    assert_eq!(exchange("c1").ok().claims()["sub"], plain["sub"]);
    let reply = exchange("opaque").ok();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &reply.text("refresh_token"))];
    fixture.form_as(OPAQUE, "/auth/token", &refresh).ok();

    let stored = format!("{:?}", fixture.host.grants.borrow());
    assert!(stored.contains("acme"), "{stored}");
    let events = fixture.host.events.borrow().join("\n");
    for text in [token, "opaque-token"] {
        assert!(!stored.contains(text) && !events.contains(text), "{stored}\n{events}");
    }
}
