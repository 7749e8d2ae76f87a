//! RFC 8693: the exchange itself. Test names carry the section.

use crate::common::*;
use serde_json::{Value, json};

#[test]
fn s2_2_1_how_to_answer() {
    let fixture = Fixture::new();
    let reply = fixture.exchange().ok();
    let body = reply.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["issued_token_type"], ACCESS_TOKEN);
    assert_eq!(body["expires_in"], 360);
    assert_eq!(body["scope"], "read");
    assert!(body["refresh_token"].as_str().unwrap().starts_with("sts_rt_"));
    assert_eq!(body.as_object().unwrap().len(), 6);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("pragma"), Some("no-cache"));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let token = reply.text("access_token");
    assert_eq!(header(&token), json!({"typ": "at+jwt", "alg": "HS256", "kid": "k1"}));
    let mut claims = reply.claims();
    let jti = claims["jti"].take();
    let (grant, rest) = jti.as_str().unwrap().split_once('.').unwrap();
    assert_eq!((grant.len(), &rest[8..18]), (22, (NOW + 864_000).to_string().as_str()));
    let provenance = rest[18..].split('!').collect::<Vec<_>>();
    assert_eq!((provenance[0], provenance[1].len(), provenance[2]), ("", 16, "external"));
    assert_eq!(
        claims,
        json!({"iss": ISSUER, "sub": "alice", "aud": "orders", "client_id": "c1", "iat": NOW, "exp": NOW + 360,
               "jti": null, "scope": "read"})
    );
    let event = fixture.last_event();
    assert_eq!(event["event"], "token.exchange");
    assert_eq!(event["outcome"], "success");
    assert_eq!(event["subject"], json!({"iss": EXTERNAL, "sub": "alice"}));
    assert_eq!(event["jti"], jti);
}

#[test]
fn one_cold_round_of_reading_and_then_none() {
    let fixture = Fixture::new();
    fixture.exchange().ok();
    assert_eq!(fixture.host.reads.get(), 1);
    fixture.exchange().ok();
    assert_eq!(fixture.host.reads.get(), 1);
    fixture.advance(30);
    fixture.exchange().ok();
    assert_eq!(fixture.host.reads.get(), 2);
}

#[test]
fn s2_1_parameters() {
    let fixture = Fixture::new();
    let token = subject_token(&json!({}));
    let huge = "x".repeat(16 * 1024 + 1);
    let many_scopes = vec!["read"; 10_000].join(" ");
    let rows: &[(&str, Option<&str>, u16, &str, &str)] = &[
        ("grant_type", None, 400, "invalid_request", "grant_type is missing."),
        ("grant_type", Some("password"), 400, "unsupported_grant_type", "This grant_type is not supported."),
        ("grant_type", Some("foo"), 400, "unsupported_grant_type", "This grant_type is not supported."),
        ("subject_token", None, 400, "invalid_request", "subject_token is missing."),
        (
            "subject_token",
            Some("x"),
            400,
            "invalid_request",
            "The subject_token is not accepted: it is not a signed JWT",
        ),
        ("subject_token", Some(&huge), 400, "invalid_request", "The subject_token is not accepted: it is larger than"),
        ("subject_token_type", None, 400, "invalid_request", "subject_token_type is missing."),
        (
            "subject_token_type",
            Some("urn:ietf:params:oauth:token-type:saml2"),
            400,
            "invalid_request",
            "This subject_token_type is not supported; it is urn:ietf:params:oauth:token-type: with jwt, id_token or",
        ),
        ("actor_token_type", Some(JWT), 400, "invalid_request", "actor_token is missing; actor_token_type goes"),
        ("actor_token", Some("x"), 400, "invalid_request", "actor_token_type is missing; it goes with actor_token."),
        (
            "requested_token_type",
            Some("urn:ietf:params:oauth:token-type:id_token"),
            400,
            "invalid_request",
            "This requested_token_type is not supported; it is urn:ietf:params:oauth:token-type: with access_token",
        ),
        ("authorization_details", Some("[]"), 400, "invalid_request", "A parameter is not supported here"),
        ("requested_subject", Some("bob"), 400, "invalid_request", "A parameter is not supported here"),
        ("requested_issuer", Some("github"), 400, "invalid_request", "A parameter is not supported here"),
        ("subject_issuer", Some("github"), 400, "invalid_request", "A parameter is not supported here"),
        ("audience", Some("other"), 400, "invalid_target", "An audience or resource is not one"),
        ("audience", Some("https://api.example"), 400, "invalid_target", "An audience or resource is not one"),
        ("resource", Some("orders"), 400, "invalid_target", "An audience or resource is not one"),
        ("resource", Some("//api.example/"), 400, "invalid_target", "An audience or resource is not one"),
        ("resource", Some("https://user:pw@api.example/"), 400, "invalid_target", "An audience or resource is not one"),
        ("scope", Some("admin"), 400, "invalid_scope", "A scope is not one that this client may ask for"),
        ("scope", Some("read admin"), 400, "invalid_scope", "A scope is not one that this client may ask for"),
        ("scope", Some("read\twrite"), 400, "invalid_scope", "The scope is malformed"),
        ("scope", Some("a\"b"), 400, "invalid_scope", "The scope is malformed"),
        ("scope", Some(&many_scopes), 400, "invalid_scope", "The scope is malformed"),
    ];
    for (name, value, status, error, sentence) in rows {
        let reply = fixture.form("/auth/token", &changed(good(&token), name, *value));
        reply.refused(*status, error, sentence);
        fixture.exchange().ok();
    }
}

#[test]
fn s2_1_access_token_type_takes_own_tokens_only() {
    let fixture = Fixture::new();
    let token = subject_token(&json!({}));
    for (text, sentence, reason) in [
        ("some-opaque-string", "it is not an active token", "not_active"),
        (&token, "it is a JWT of another issuer: its token type is jwt.", "jwt_of_another_issuer"),
    ] {
        let parameters = changed(good(text), "subject_token_type", Some(ACCESS_TOKEN));
        let reply = fixture.form("/auth/token", &parameters);
        reply.refused(400, "invalid_request", &format!("The subject_token is not accepted: {sentence}"));
        assert_eq!(fixture.last_event()["reason"], format!("subject_token.{reason}"));
    }
    let own = fixture.exchange().ok().text("access_token");
    let parameters = changed(good(&own), "subject_token_type", Some(ACCESS_TOKEN));
    let narrower = fixture.form("/auth/token", &parameters).ok();
    assert_eq!(narrower.claims()["sub"], "alice");
    let wider = changed(parameters.clone(), "scope", Some("read write"));
    fixture.form("/auth/token", &wider).refused(400, "invalid_scope", "A scope is not one");
    // Not issued to c2, and not for it.
    let reply = fixture.form_as(Some(("c2", "secret-of-c2")), "/auth/token", &parameters);
    reply.refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: it was not issued to or for this client.",
    );
    // As a JWT of an issuer it is one that nobody trusts.
    let reply = fixture.form("/auth/token", &good(&own));
    reply.refused(400, "invalid_request", "The subject_token is not accepted: its issuer");
}

#[test]
fn s2_1_targets() {
    let fixture = Fixture::new();
    let token = subject_token(&json!({}));
    let mut parameters = good(&token);
    assert_eq!(fixture.form("/auth/token", &parameters).ok().claims()["aud"], "orders");
    parameters.extend([("audience", "orders"), ("resource", "https://api.example/"), ("audience", "orders")]);
    let both = fixture.form("/auth/token", &parameters).ok();
    assert_eq!(both.claims()["aud"], json!(["orders", "https://api.example/"]));
    parameters.push(("audience", "other"));
    fixture.form("/auth/token", &parameters).refused(400, "invalid_target", "An audience or resource");
}

#[test]
fn s2_2_1_requested_token_type() {
    let fixture = Fixture::new();
    let token = subject_token(&json!({}));
    let jwt = changed(good(&token), "requested_token_type", Some(JWT));
    let reply = fixture.form_as(Some(("opaque", "secret-of-opaque")), "/auth/token", &jwt).ok().json();
    assert_eq!((&reply["issued_token_type"], &reply["token_type"]), (&json!(JWT), &json!("Bearer")));
    let refresh = "urn:ietf:params:oauth:token-type:refresh_token";
    let reply = fixture.form("/auth/token", &changed(good(&token), "requested_token_type", Some(refresh))).ok().json();
    assert_eq!((&reply["issued_token_type"], &reply["token_type"]), (&json!(refresh), &json!("N_A")));
    assert!(reply["access_token"].as_str().unwrap().starts_with("sts_rt_"));
    assert_eq!(reply["expires_in"], 864_000);
    assert!(reply.get("refresh_token").is_none());
    let used = [("grant_type", "refresh_token"), ("refresh_token", reply["access_token"].as_str().unwrap())];
    fixture.form("/auth/token", &used).ok();
}

#[test]
fn s2_2_1_never_longer_than_the_subject_token() {
    let fixture = Fixture::new();
    let short = subject_token(&json!({"exp": NOW + 100}));
    let reply = fixture.form("/auth/token", &good(&short)).ok();
    assert_eq!((reply.json()["expires_in"].clone(), reply.claims()["exp"].clone()), (json!(100), json!(NOW + 100)));
    let just_over = subject_token(&json!({"exp": NOW - 59}));
    assert_eq!(fixture.form("/auth/token", &good(&just_over)).ok().json()["expires_in"], 1);
    let over = subject_token(&json!({"exp": NOW - 60}));
    fixture.form("/auth/token", &good(&over)).refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: it has expired.",
    );
}

#[test]
fn s2_2_2_subject_token_refused() {
    let fixture = Fixture::new();
    let rows: &[(Value, &str, &str)] = &[
        (json!({"iss": "https://other.example"}), "its issuer is not one", "subject_token.issuer_unknown"),
        (json!({"iss": "https://issuer.example/"}), "its issuer is not one", "subject_token.issuer_unknown"),
        (json!({"sub": "nobody"}), "its user is not known here.", "subject_token.user_unknown"),
        (json!({"sub": "bob"}), "its user is inactive.", "subject_token.user_inactive"),
        (json!({"box_user": "nobody"}), "its user is not known here.", "subject_token.user_unknown"),
        (json!({"nbf": NOW + 61}), "it is not yet valid.", "subject_token.not_yet_valid"),
        (json!({"iat": NOW + 61}), "it is not yet valid.", "subject_token.not_yet_valid"),
        (json!({"exp": NOW + 86_461}), "it lives longer", "subject_token.lives_too_long"),
        (json!({"aud": "https://third.example"}), "its audience", "subject_token.audience_mismatch"),
        (json!({"aud": []}), "its audience", "subject_token.audience_mismatch"),
        (json!({"cnf": {"jkt": "x"}}), "it is bound to a key", "subject_token.sender_constrained"),
        (json!({"may_act": {"sub": "c9"}}), "", "delegation_not_allowed"),
    ];
    for (changes, sentence, reason) in rows {
        let reply = fixture.form("/auth/token", &good(&subject_token(changes)));
        assert_eq!(fixture.last_event()["reason"], *reason, "{changes}");
        let prefix = if sentence.is_empty() { "The actor may not act" } else { "The subject_token is not accepted: " };
        reply.refused(400, "invalid_request", &format!("{prefix}{sentence}"));
        fixture.exchange().ok();
    }
    for good_claims in [
        json!({"aud": ISSUER}),
        json!({"aud": ["x", "https://sts.example/auth/token"]}),
        json!({"nbf": NOW + 60, "iat": NOW + 60}),
        json!({"exp": NOW + 86_460}),
        json!({"box_user": "alice", "sub": "whoever"}),
        json!({"sub": "00u1"}),
        json!({"exp": 1_800_000_100.5}),
    ] {
        fixture.form("/auth/token", &good(&subject_token(&good_claims))).ok();
    }
    let by_identifier = fixture.form("/auth/token", &good(&subject_token(&json!({"sub": "00u1"})))).ok();
    assert_eq!(by_identifier.claims()["sub"], "carol");
}

#[test]
fn s1_1_impersonation_keeps_act_and_drops_may_act() {
    let fixture = Fixture::new();
    let act = json!({"iss": EXTERNAL, "sub": "b", "client_id": "dropped", "act": {"sub": "a"}});
    let token = subject_token(&json!({"act": act, "may_act": {"client_id": "c1"}}));
    let claims = fixture.form("/auth/token", &good(&token)).ok().claims();
    assert_eq!(claims["act"], json!({"iss": EXTERNAL, "sub": "b", "act": {"sub": "a"}}));
    assert!(claims.get("may_act").is_none());
}

#[test]
fn s4_1_and_4_4_delegation() {
    let fixture = Fixture::new();
    let actor = subject_token(&json!({"sub": "00u1"}));
    let exchange = |subject: &Value| {
        let subject = subject_token(subject);
        let mut parameters = good(&subject);
        parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
        fixture.form("/auth/token", &parameters)
    };
    let may_act = json!({"sub": "00u1"});
    let claims = exchange(&json!({"may_act": may_act, "act": {"sub": "b"}})).ok().claims();
    assert_eq!(claims["act"], json!({"iss": EXTERNAL, "sub": "00u1", "act": {"iss": EXTERNAL, "sub": "b"}}));
    assert_eq!(claims["sub"], "alice");
    let not_allowed = "The actor may not act for this subject";
    for may_act in [
        json!({"sub": "admin"}),
        json!({"iss": "https://b.example", "sub": "00u1"}),
        json!({"iss": EXTERNAL}),
        json!({"sub": "00u1", "email": "x@example.com"}),
    ] {
        exchange(&json!({"may_act": may_act})).refused(400, "invalid_request", not_allowed);
    }
    exchange(&json!({})).refused(400, "invalid_request", not_allowed);
    for malformed in [json!("x"), json!({}), json!({"sub": 1}), json!([])] {
        exchange(&json!({"may_act": malformed})).refused(
            400,
            "invalid_request",
            "The subject_token is not accepted: its act",
        );
        exchange(&json!({"act": malformed})).refused(
            400,
            "invalid_request",
            "The subject_token is not accepted: its act",
        );
    }
    let chain = |depth: usize| (1..depth).fold(json!({"sub": "x"}), |act, _| json!({"sub": "x", "act": act}));
    exchange(&json!({"may_act": may_act, "act": chain(7)})).ok();
    exchange(&json!({"may_act": may_act, "act": chain(8)})).refused(400, "invalid_request", "The chain of actors");
    exchange(&json!({"may_act": may_act, "act": chain(9)})).refused(400, "invalid_request", "The subject_token is not");
    fixture.exchange().ok();
}

#[test]
fn stores_that_throw_issue_nothing() {
    let fixture = Fixture::new();
    let refresh = fixture.exchange().ok().text("refresh_token");
    fixture.host.broken.set(true);
    fixture.exchange().ok(); // it needs no store: the resources are remembered, and nothing is written
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let reply = fixture.form("/auth/token", &refresh);
    reply.refused(503, "temporarily_unavailable", "The service is not available");
    assert_eq!(reply.header("retry-after"), Some("5"));
    fixture.advance(60);
    fixture.exchange().refused(503, "temporarily_unavailable", "The service is not available");
    fixture.host.broken.set(false);
    fixture.form("/auth/token", &refresh).ok();
    fixture.exchange().ok();
}

/// Contract 3.5: an issued token does not outlive the subject token, which is accepted for 60 s after its `exp`.
#[test]
fn a_token_that_is_accepted_for_the_leeway_ends_with_it() {
    let fixture = Fixture::new();
    for (exp, expires_in) in [(NOW + 61, 61), (NOW + 1, 1), (NOW, 60), (NOW - 1, 59), (NOW - 59, 1)] {
        let answer = fixture.form("/auth/token", &good(&subject_token(&json!({"exp": exp})))).ok().json();
        assert_eq!(answer["expires_in"], expires_in, "{}", exp as i64 - NOW as i64);
    }
}
