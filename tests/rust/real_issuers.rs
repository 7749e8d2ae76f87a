//! What real issuers write into their tokens, and which claim an event names when one is refused.

use crate::common::*;
use serde_json::{Value, json};

const SENTENCE: &str = "The subject_token is not accepted: ";

fn offer(fixture: &Fixture, token: &str) -> Reply {
    fixture.form("/auth/token", &good(token))
}

/// A token with these members as they are written here.
fn written(members: &str) -> String {
    let payload = format!(r#"{{"iss":"{EXTERNAL}","sub":"alice","exp":{},{members}}}"#, NOW + 3600);
    sign_text(r#"{"alg":"HS256"}"#, &payload)
}

#[test]
fn scope_and_scp_are_a_text_or_a_list() {
    let fixture = Fixture::new();
    for (members, scope) in [
        (r#""scope":["openid","read"]"#, Some("read")),
        (r#""scope":"write read""#, Some("write read")),
        (r#""scope":" write  read ""#, Some("write read")),
        (r#""scope":["read write"]"#, Some("read write")),
        (r#""scp":"User.Read read""#, Some("read")),
        (r#""scp":["write"]"#, Some("write")),
        (r#""scope":null,"scp":["write"]"#, Some("write")),
        (r#""scope":"read","scp":["write"]"#, Some("read")),
        (r#""scope":[],"scp":["write"]"#, None),
        (r#""scope":null,"scp":null"#, None),
        // What the client is not allowed stays out.
        (r#""scope":["admin"]"#, None),
    ] {
        let token = written(members);
        let reply = fixture.form("/auth/token", &changed(good(&token), "scope", None)).ok();
        assert_eq!(reply.json().get("scope").and_then(Value::as_str), scope, "{members}");
    }
    // Over its limit a list is refused, never cut.
    let names: Vec<String> = (0..101).map(|n| format!("s{n}")).collect();
    offer(&fixture, &subject_token(&json!({"scope": names[..100]}))).ok();
    offer(&fixture, &subject_token(&json!({"scope": names}))).refused(400, "invalid_request", SENTENCE);
}

#[test]
fn dates_are_numbers_of_any_form() {
    let fixture = Fixture::new();
    let token =
        |exp: &str| sign_text(r#"{"alg":"HS256"}"#, &format!(r#"{{"iss":"{EXTERNAL}","sub":"alice","exp":{exp}}}"#));
    for exp in ["1.8000036E9", "1800003600e0", "18000036e+2", "180000360000E-2", "1800003600.99", "0.18000036e10"] {
        offer(&fixture, &token(exp)).ok();
    }
    for (exp, reason) in [
        ("1.7E9", "expired"),
        ("1800003600e-1", "expired"),
        ("-1", "expired"),
        ("-1.8000036E9", "expired"),
        ("1.8000036E10", "lives_too_long"),
        ("1.8000036E400", "claim_malformed"),
    ] {
        offer(&fixture, &token(exp)).refused(400, "invalid_request", SENTENCE);
        assert_eq!(fixture.last_event()["reason"], format!("subject_token.{reason}"), "{exp}");
    }
    for members in [r#""nbf":1.7E9,"iat":1.7e9"#, r#""nbf":null,"iat":null,"jti":null"#, r#""nbf":-1,"iat":-1e3"#] {
        offer(&fixture, &written(members)).ok();
    }
    offer(&fixture, &written(r#""nbf":1.80000007E9"#)).refused(400, "invalid_request", SENTENCE);
    assert_eq!(fixture.last_event()["reason"], "subject_token.not_yet_valid");
}

#[test]
fn the_event_names_the_claim_and_never_its_value() {
    let mut resources = resources();
    resources[5]["claims"] = json!({"tenant": "t1", "org.unit": "u1", "scope": "read"});
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let met = json!({"tenant": "t1", "org": {"unit": "u1"}, "scope": "read"});
    let changed = |changes: &Value| {
        let mut claims = met.clone();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone(); // null takes a claim out of the good ones
        }
        subject_token(&claims)
    };
    offer(&fixture, &changed(&json!({}))).ok();
    for (changes, reason, claim) in [
        (json!({"exp": "planted"}), "claim_malformed", "exp"),
        (json!({"nbf": "planted"}), "claim_malformed", "nbf"),
        (json!({"iat": ["planted"]}), "claim_malformed", "iat"),
        (json!({"iss": 1}), "claim_malformed", "iss"),
        (json!({"sub": "planted\u{0}"}), "claim_malformed", "sub"),
        (json!({"aud": [ISSUER, 1]}), "claim_malformed", "aud"),
        (json!({"aud": [ISSUER, "planted\n"]}), "claim_malformed", "aud"),
        (json!({"jti": 1}), "claim_malformed", "jti"),
        (json!({"scope": {"planted": 1}}), "claim_malformed", "scope"),
        (json!({"scope": null, "scp": 1}), "claim_malformed", "scp"),
        (json!({"box_user": 1}), "claim_malformed", "box_user"),
        (json!({"cnf": "planted"}), "claim_malformed", "cnf"),
        (json!({"exp": null}), "claim_missing", "exp"),
        (json!({"sub": null}), "claim_missing", "sub"),
        (json!({"iss": null}), "claim_missing", "iss"),
        (json!({"act": "planted"}), "delegation_claims_malformed", "act"),
        (json!({"act": {"sub": "planted\u{7f}"}}), "delegation_claims_malformed", "act"),
        (json!({"may_act": "planted"}), "delegation_claims_malformed", "may_act"),
        (json!({"act": {"iss": "https://planted.example", "sub": "x"}}), "actor_of_another_issuer", "act"),
        (json!({"tenant": "planted"}), "claims_condition_failed", "tenant"),
        (json!({"org": {"unit": "planted"}}), "claims_condition_failed", "org.unit"),
        (json!({"scope": "planted"}), "claims_condition_failed", "scope"),
    ] {
        offer(&fixture, &changed(&changes)).refused(400, "invalid_request", SENTENCE);
        let event = fixture.last_event();
        let told = (event["reason"].as_str().unwrap(), event["claim"].as_str().unwrap());
        assert_eq!(told, (format!("subject_token.{reason}").as_str(), claim), "{changes}");
        assert!(!event.to_string().contains("planted"), "{event}");
    }
    let payload = json!({"iss": EXTERNAL, "sub": "alice", "exp": NOW + 3600}).to_string();
    for (header, name) in [
        (r#"{"alg":"HS256","crit":["planted"]}"#, "crit"),
        (r#"{"alg":"HS256","b64":false}"#, "b64"),
        (r#"{"alg":"HS256","zip":"planted"}"#, "zip"),
        (r#"{"alg":"HS256","kid":7}"#, "kid"),
        (r#"{"alg":"HS256","typ":7}"#, "typ"),
        (r#"{"alg":7}"#, "alg"),
    ] {
        offer(&fixture, &sign_text(header, &payload)).refused(400, "invalid_request", SENTENCE);
        let event = fixture.last_event();
        assert_eq!((&event["reason"], &event["claim"]), (&json!("subject_token.header_unsupported"), &json!(name)));
        assert!(!event.to_string().contains("planted"), "{event}");
    }
    // What is no fault of a claim names none.
    offer(&fixture, &changed(&json!({"exp": NOW - 100}))).refused(400, "invalid_request", SENTENCE);
    assert!(fixture.last_event().get("claim").is_none());
}

#[test]
fn the_actors_claim_and_that_of_an_assertion_are_named_too() {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["delegation"] = json!("any");
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let (subject, actor) = (subject_token(&json!({})), subject_token(&json!({"sub": "00u1", "jti": 1})));
    let mut parameters = good(&subject);
    parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
    fixture.form("/auth/token", &parameters).refused(400, "invalid_request", "The actor_token is not accepted");
    let event = fixture.last_event();
    assert_eq!((&event["reason"], &event["claim"]), (&json!("actor_token.claim_malformed"), &json!("jti")));
    let assertion = subject_token(&json!({"exp": "planted"}));
    let parameters = [
        ("grant_type", TOKEN_EXCHANGE),
        ("client_assertion", assertion.as_str()),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
    ];
    fixture.form_as(None, "/auth/token", &parameters).refused(401, "invalid_client", "Client authentication failed.");
    let event = fixture.last_event();
    assert_eq!((&event["reason"], &event["claim"]), (&json!("client_assertion.claim_malformed"), &json!("exp")));
}

#[test]
fn json_that_is_refused_has_reasons_of_its_own() {
    let fixture = Fixture::new();
    let wide: Vec<String> = (0..257).map(|n| format!(r#""m{n}":0"#)).collect();
    for (members, reason) in [
        (r#""sub":"alice""#, "json_member_repeated"),
        (r#""x":{"a":1,"\u0061":2}"#, "json_member_repeated"),
        (&format!(r#""x":{}{}"#, "[".repeat(33), "]".repeat(33)), "json_too_deep"),
        (&format!(r#""x":{{{}}}"#, wide.join(",")), "json_members_too_many"),
        (r#""name":"Ann \ud83d""#, "json_surrogate_alone"),
        (r#""x":NaN"#, "json_number_malformed"),
        (r#""x":01"#, "json_number_malformed"),
        (r#""x":tru"#, "malformed"),
    ] {
        offer(&fixture, &written(members)).refused(400, "invalid_request", SENTENCE);
        assert_eq!(fixture.last_event()["reason"], format!("subject_token.{reason}"), "{reason}");
        fixture.exchange().ok();
    }
    offer(&fixture, &written(r#""name":"Ann \ud83d\ude00""#)).ok();
}

#[test]
fn white_space_at_the_ends_of_a_token_is_cut_off() {
    let fixture = Fixture::new();
    let (subject, actor) =
        (subject_token(&json!({"may_act": {"sub": "00u1"}})), subject_token(&json!({"sub": "00u1"})));
    let (subject, actor) = (format!(" {subject}\r\n"), format!("\t{actor}\n"));
    let mut parameters = good(&subject);
    parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
    assert_eq!(fixture.form("/auth/token", &parameters).ok().claims()["act"]["sub"], "00u1");
    let own = fixture.form_as(Some(("opaque", "secret-of-opaque")), "/auth/token", &good(&subject));
    assert_eq!(own.status(), 400); // may_act names another one
    let issued = fixture.exchange().ok().text("access_token");
    let issued = format!("{issued}\n");
    fixture.form("/auth/token", &changed(good(&issued), "subject_token_type", Some(ACCESS_TOKEN))).ok();
}
