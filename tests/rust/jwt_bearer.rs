//! Redeeming identity assertions (ID-JAG): draft-ietf-oauth-identity-assertion-authz-grant, and MCP's enterprise-managed
//! authorization (EMA). The numbers are those of the table of tests that this was built from.

use serde_json::{Value, json};

use crate::common::*;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const MCP: &str = "https://mcp.example/";
const REFUSED: &str = "The assertion is not accepted for this client.";
const HEADER: &str = r#"{"alg":"HS256","typ":"oauth-id-jag+jwt"}"#;
const APP: Option<(&str, &str)> = Some(("app", "secret-of-the-app-0123"));

fn resources_with(introspector: &Value, client: &Value) -> Value {
    let mut app = json!({
        "resourceType": "Client", "id": "app", "secret": "secret-of-the-app-0123", "grant_types": [JWT_BEARER],
        "allowedIssuers": [EXTERNAL], "scope": ["a", "b", "c"],
        "auth": {
            "token_exchange": {"token_format": "jwt", "refresh_token": true},
            "jwt_bearer": {"audience": [MCP, "https://files.example"], "access_token_expiration": 600},
        },
    });
    merge(&mut app, client);
    let mut resources = resources();
    let list = resources.as_array_mut().unwrap();
    list.push(app);
    let issuer = list.iter_mut().find(|one| one["id"] == "external").unwrap();
    merge(issuer, &json!({"id_jag": true}));
    merge(issuer, introspector);
    resources
}

fn fixture() -> Fixture {
    Fixture::with(&resources_with(&json!({}), &json!({})), OCT_KEYS)
}

/// A good assertion with these claims changed; `null` takes one out.
fn assertion(changes: &Value) -> String {
    signed(HEADER, changes)
}

fn signed(header: &str, changes: &Value) -> String {
    let mut claims = json!({
        "iss": EXTERNAL, "sub": "alice", "aud": ISSUER, "client_id": "app", "jti": "jag-1", "iat": NOW, "exp": NOW + 300,
        "resource": MCP, "scope": "a b",
    });
    merge(&mut claims, changes);
    sign_text(header, &claims.to_string())
}

fn redeem(fixture: &Fixture, assertion: &str, more: &[(&str, &str)]) -> Reply {
    let mut parameters = vec![("grant_type", JWT_BEARER), ("assertion", assertion)];
    parameters.extend(more);
    fixture.form_as(APP, "/auth/token", &parameters)
}

fn claims_of(token: &str) -> Value {
    claims(token)
}

fn refused(fixture: &Fixture, reply: Reply, reason: &str) {
    reply.refused(400, "invalid_grant", REFUSED);
    let event = fixture.last_event();
    assert_eq!(event["reason"], format!("assertion.{reason}"));
    if reason == "client_mismatch" {
        assert_eq!(event["claimed"]["assertion"]["jti"], "jag-1", "which one it was");
    }
    redeem(
        fixture,
        &assertion(&json!({"jti": format!("good after {reason} {}", fixture.host.events.borrow().len())})),
        &[],
    )
    .ok();
}

/// An assertion that is older than `not_before` of its issuer is not redeemed, and not spent by trying.
#[test]
fn not_before_of_its_issuer() {
    let with =
        |not_before: u64| Fixture::with(&resources_with(&json!({"not_before": not_before}), &json!({})), OCT_KEYS);
    let fixture = with(NOW);
    refused(&fixture, redeem(&fixture, &assertion(&json!({"iat": NOW - 1})), &[]), "ended_by_not_before");
    redeem(&fixture, &assertion(&json!({})), &[]).ok();
}

/// Rows 30, 58, 67: for the resource, with the assertion's scope, and without a refresh token.
#[test]
fn a_good_assertion() {
    let fixture = fixture();
    let answer = redeem(&fixture, &assertion(&json!({})), &[]).ok().json();
    assert_eq!(
        (&answer["token_type"], &answer["expires_in"], &answer["scope"]),
        (&json!("Bearer"), &json!(600), &json!("a b"))
    );
    assert_eq!(answer.get("refresh_token"), None);
    let issued = claims_of(answer["access_token"].as_str().unwrap());
    for (name, value) in [("sub", "alice"), ("aud", MCP), ("client_id", "app"), ("scope", "a b"), ("iss", ISSUER)] {
        assert_eq!(issued[name], value, "{name}");
    }
    let event = fixture.last_event();
    assert_eq!((&event["event"], &event["assertion_jti"]), (&json!("token.jwt_bearer"), &json!("jag-1")));
    assert_eq!(event["subject"], json!({"iss": EXTERNAL, "sub": "alice"}));
}

/// Rows 27, 33 to 46, 52, 62 to 64, 66: each claim that is wrong.
#[test]
fn each_check_of_an_assertion() {
    let fixture = fixture();
    for header in [
        r#"{"alg":"HS256","typ":"JWT"}"#,
        r#"{"alg":"HS256","typ":"at+jwt"}"#,
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"HS256","typ":"OAUTH-ID-JAG+JWT"}"#,
        r#"{"alg":"HS256","typ":"application/oauth-id-jag+jwt"}"#,
    ] {
        refused(&fixture, redeem(&fixture, &signed(header, &json!({})), &[]), "typ_of_another_use");
    }
    let nine = (0..9).fold(json!({"sub": "first"}), |act, at| json!({"sub": format!("actor-{at}"), "act": act}));
    for (changes, reason) in [
        (json!({"iss": ISSUER}), "issued_here"),
        (json!({"iss": "https://unknown.example"}), "issuer_unknown"),
        (json!({"aud": format!("{ISSUER}/auth/token")}), "audience_mismatch"),
        (json!({"aud": [ISSUER, "https://other.example"]}), "audience_mismatch"),
        (json!({"aud": []}), "audience_mismatch"),
        (json!({"aud": null}), "audience_mismatch"),
        (json!({"aud": format!("{ISSUER}//")}), "audience_mismatch"),
        (json!({"client_id": "c1"}), "client_mismatch"),
        (json!({"client_id": null}), "claim_missing"),
        (json!({"jti": null}), "claim_missing"),
        (json!({"jti": ""}), "claim_missing"),
        (json!({"jti": 7}), "claim_malformed"),
        (json!({"jti": "j".repeat(257)}), "claim_malformed"),
        (json!({"iat": null}), "claim_missing"),
        (json!({"iat": NOW + 61, "exp": NOW + 300}), "not_yet_valid"),
        (json!({"exp": NOW + 361}), "lives_too_long"),
        (json!({"exp": NOW - 60, "iat": NOW - 300}), "expired"),
        (json!({"resource": "https://other.example"}), "resource_not_allowed"),
        (json!({"resource": [MCP, "https://other.example"]}), "resource_not_allowed"),
        (json!({"resource": 7}), "claim_malformed"),
        (json!({"resource": []}), "claim_malformed"),
        (json!({"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}), "key_not_proved"),
        (json!({"cnf": {"x5t#S256": "A"}}), "sender_constrained"),
        (json!({"authorization_details": []}), "authorization_details_unsupported"),
        (json!({"tenant": "acme"}), "tenant_mismatch"),
        (json!({"aud_tenant": "acme"}), "tenant_mismatch"),
        (json!({"act": nine}), "delegation_claims_malformed"),
        (json!({"sub": "nobody"}), "user_unknown"),
        (json!({"sub": "bob"}), "user_inactive"),
    ] {
        refused(&fixture, redeem(&fixture, &assertion(&changes), &[]), reason);
    }
    let damaged = assertion(&json!({})).replace(".ey", ".fy");
    redeem(&fixture, &damaged, &[]).refused(400, "invalid_grant", REFUSED);
    for good in [
        json!({"aud": [ISSUER], "jti": "1"}),
        json!({"aud": format!("{ISSUER}/"), "jti": "2"}),
        json!({"exp": NOW + 360, "jti": "3"}),
        json!({"jti": "j".repeat(256)}),
    ] {
        redeem(&fixture, &assertion(&good), &[]).ok();
    }
    let with_path = Fixture::of("https://sts.example/a", &resources_with(&json!({}), &json!({})), OCT_KEYS);
    let assertion = assertion(&json!({"aud": "https://sts.example/a/"}));
    let body = form(&[("grant_type", JWT_BEARER), ("assertion", &assertion)]);
    let basic = basic("app", "secret-of-the-app-0123");
    let headers = [("authorization", basic.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    with_path.send("POST /a/auth/token", &headers, body.as_bytes()).refused(400, "invalid_grant", REFUSED);
}

/// Rows 47, 49 to 51: an assertion serves once, and a request that is refused leaves it good.
#[test]
fn an_assertion_serves_once() {
    let fixture = fixture();
    let once = assertion(&json!({}));
    redeem(&fixture, &once, &[("scope", "a c")]).refused(400, "invalid_scope", "");
    redeem(&fixture, &once, &[("resource", "https://files.example")]).refused(400, "invalid_target", "");
    redeem(&fixture, &once, &[]).ok();
    redeem(&fixture, &once, &[]).refused(400, "invalid_grant", REFUSED);
    let event = fixture.last_event();
    assert_eq!((&event["reason"], &event["assertion_jti"]), (&json!("assertion.replayed"), &json!("jag-1")));
    for name in ["jti", "aud", "scope", "issued_token_type"] {
        assert_eq!(event.get(name), None, "{name}: nothing was handed out");
    }
    redeem(&fixture, &assertion(&json!({"jti": "jag-2"})), &[]).ok();

    let again = Fixture::with(&resources_with(&json!({"id_jag": {"reuse": true}}), &json!({})), OCT_KEYS);
    for _ in 0..2 {
        redeem(&again, &once, &[]).ok();
    }
    let mut two = resources_with(&json!({}), &json!({"allowedIssuers": [EXTERNAL, "https://two.example"]}));
    let other = json!({"resourceType": "TokenIntrospector", "id": "two", "type": "jwt", "id_jag": true,
        "jwt": {"iss": "https://two.example", "secret": SECRET}});
    two.as_array_mut().unwrap().push(other);
    let two = Fixture::with(&two, OCT_KEYS);
    redeem(&two, &once, &[]).ok();
    redeem(&two, &assertion(&json!({"iss": "https://two.example"})), &[]).ok();
    redeem(&two, &once, &[]).refused(400, "invalid_grant", REFUSED);
}

/// Rows 53 to 57: which resources.
#[test]
fn the_audience_is_the_resource() {
    let fixture = fixture();
    let files = "https://files.example";
    let mut number = 0;
    let mut issued = |resource: Value, asked: &[&str]| {
        number += 1;
        let assertion = assertion(&json!({"resource": resource, "jti": format!("r{number}")}));
        let more: Vec<(&str, &str)> = asked.iter().map(|asked| ("resource", *asked)).collect();
        redeem(&fixture, &assertion, &more)
    };
    let aud = |reply: Reply| claims_of(&reply.ok().text("access_token"))["aud"].clone();
    assert_eq!(aud(issued(json!("https://MCP.example"), &[])), MCP);
    assert_eq!(aud(issued(json!([MCP, files]), &[])), json!([MCP, files]));
    assert_eq!(aud(issued(json!([MCP, files]), &[files])), files);
    assert_eq!(aud(issued(Value::Null, &[])), MCP);
    assert_eq!(aud(issued(Value::Null, &[files])), files);
    issued(json!(MCP), &[files]).refused(400, "invalid_target", "");
    issued(json!(MCP), &["not a URI"]).refused(400, "invalid_target", "");
    issued(Value::Null, &["https://other.example"]).refused(400, "invalid_target", "");
}

/// Rows 58 to 61: which scope.
#[test]
fn the_scope_is_the_assertions() {
    let fixture = fixture();
    for (number, (own, asked, scope)) in [
        (json!("a b"), None, Some("a b")),
        (json!("a b"), Some("a"), Some("a")),
        (json!("a d"), None, Some("a")),
        (json!("a d"), Some("a d"), Some("a")),
        (Value::Null, Some("a d"), Some("a")),
        (Value::Null, None, None),
        (json!("a b"), Some("a c"), Some("!")),
        (json!("d"), None, Some("!")),
    ]
    .into_iter()
    .enumerate()
    {
        let assertion = assertion(&json!({"scope": own, "jti": format!("s{number}")}));
        let asked: Vec<(&str, &str)> = asked.into_iter().map(|scope| ("scope", scope)).collect();
        let reply = redeem(&fixture, &assertion, &asked);
        if scope == Some("!") {
            reply.refused(400, "invalid_scope", "");
        } else {
            assert_eq!(reply.ok().json()["scope"], json!(scope), "{own} {asked:?}");
        }
    }
}

/// Rows 35, 36 and the parameters.
#[test]
fn who_may_redeem_and_what() {
    let without = Fixture::with(&resources_with(&json!({"id_jag": false}), &json!({})), OCT_KEYS);
    redeem(&without, &assertion(&json!({})), &[]).refused(400, "invalid_grant", REFUSED);
    assert_eq!(without.last_event()["reason"], "assertion.issuer_unknown");
    let not_allowed = Fixture::with(&resources_with(&json!({}), &json!({"allowedIssuers": []})), OCT_KEYS);
    redeem(&not_allowed, &assertion(&json!({})), &[]).refused(400, "invalid_grant", REFUSED);
    assert_eq!(not_allowed.last_event()["reason"], "assertion.issuer_not_allowed");

    let fixture = fixture();
    fixture.form_as(APP, "/auth/token", &[("grant_type", JWT_BEARER)]).refused(
        400,
        "invalid_request",
        "assertion is missing",
    );
    assert_eq!(fixture.last_event()["reason"], "assertion_missing");
    for more in ["audience", "subject_token", "actor_token", "requested_token_type"] {
        redeem(&fixture, &assertion(&json!({})), &[(more, "x")]).refused(400, "invalid_request", "");
    }
    redeem(&fixture, &assertion(&json!({})), &[("assertion", "x")]).refused(400, "invalid_request", "");
    let parameters = [("grant_type", JWT_BEARER), ("assertion", "x")];
    fixture.form("/auth/token", &parameters).refused(400, "unauthorized_client", "");
    fixture.form_as(None, "/auth/token", &parameters).refused(401, "invalid_client", "");
    // An assertion is no token: it is not exchanged.
    let mut resources = resources_with(&json!({}), &json!({}));
    resources[0]["allowedIssuers"] = json!([EXTERNAL]);
    let exchanging = Fixture::with(&resources, OCT_KEYS);
    exchanging.form("/auth/token", &good(&assertion(&json!({})))).refused(400, "invalid_request", "");
    assert_eq!(exchanging.last_event()["reason"], "subject_token.typ_of_another_use");
    let line_end = format!("{}\n", assertion(&json!({"jti": "line"})));
    redeem(&fixture, &line_end, &[]).ok();
}

/// Row 65, CVE-2026-1609 and CVE-2026-1486: who is no longer there gets nothing, and what was issued ends.
#[test]
fn rights_end_with_those_who_stand_behind_it() {
    for (path, change) in [
        ("User/alice", json!({"inactive": true})),
        ("User/alice", json!({"not_before": NOW + 1})),
        ("TokenIntrospector/external", Value::Null),
        ("Client/app", json!({"active": false})),
    ] {
        let fixture = fixture();
        let token = redeem(&fixture, &assertion(&json!({})), &[]).ok().text("access_token");
        let active = |fixture: &Fixture| {
            fixture.form_as(APP, "/auth/introspect", &[("token", &token)]).0.body.contains("\"active\":true")
        };
        assert!(active(&fixture));
        if change.is_null() {
            fixture.admin(&format!("DELETE /{path}"), &[], &Value::Null).ok();
        } else {
            let mut resource = fixture.admin(&format!("GET /{path}"), &[], &Value::Null).ok().json();
            merge(&mut resource, &change);
            fixture.admin(&format!("PUT /{path}"), &[], &resource).ok();
        }
        assert!(!active(&fixture), "{path} {change}");
        if change.get("not_before").is_none() {
            let again = redeem(&fixture, &assertion(&json!({"jti": "later"})), &[]);
            assert_ne!(again.status(), 200, "{path} {change}");
        }
    }
}

/// Conditions of the issuer and of the client, and tenants.
#[test]
fn conditions_hold_for_assertions() {
    for (introspector, client, reason) in [
        (json!({"claims": {"email_domain": "acme.example"}}), json!({}), "claims_condition_failed"),
        (json!({"condition": "claims.sub == 'carol'"}), json!({}), "condition_failed"),
        (json!({}), json!({"condition": "claims.acr == 'high'"}), "condition_failed"),
        (json!({"id_jag": {"tenant": "acme"}}), json!({}), "tenant_mismatch"),
        (json!({"audience": ["https://other.example"]}), json!({}), "audience_mismatch"),
    ] {
        let fixture = Fixture::with(&resources_with(&introspector, &client), OCT_KEYS);
        redeem(&fixture, &assertion(&json!({})), &[]).refused(400, "invalid_grant", REFUSED);
        assert_eq!(fixture.last_event()["reason"], format!("assertion.{reason}"));
        let good = json!({"email_domain": "acme.example", "acr": "high", "tenant": introspector["id_jag"]["tenant"],
            "sub": if introspector.get("condition").is_some() { "carol" } else { "alice" },
            "aud": introspector["audience"].get(0).unwrap_or(&json!(ISSUER))});
        redeem(&fixture, &assertion(&good), &[]).ok();
    }
}

/// Row 68: without a mark there is no token.
#[test]
fn a_store_that_throws() {
    let fixture = fixture();
    fixture.host.throwing_writes.borrow_mut().push(false);
    redeem(&fixture, &assertion(&json!({})), &[]).refused(503, "temporarily_unavailable", "");
    redeem(&fixture, &assertion(&json!({})), &[]).ok();
}

#[test]
fn members_that_concern_assertions() {
    let fixture = fixture();
    let introspector = |id_jag: Value| json!({"type": "jwt", "jwt": {"iss": "https://new.example", "secret": SECRET}, "id_jag": id_jag});
    for (id_jag, status) in [
        (json!(true), 201),
        (json!({"max_lifetime": 60, "reuse": false, "tenant": "t", "aud_tenant": "u"}), 200),
        (json!({"max_lifetime": 0}), 422),
        (json!({"max_lifetime": 3601}), 422),
        (json!({"other": 1}), 422),
        (json!("yes"), 422),
    ] {
        assert_eq!(
            fixture.admin("PUT /TokenIntrospector/new", &[], &introspector(id_jag.clone())).status(),
            status,
            "{id_jag}"
        );
    }
    let mut app = fixture.admin("GET /Client/app", &[], &Value::Null).ok().json();
    app["auth"]["jwt_bearer"] = json!({"token_format": "opaque"});
    assert_eq!(fixture.admin("PUT /Client/app", &[], &app).status(), 422);
    app["auth"]["jwt_bearer"] = json!({});
    fixture.admin("PUT /Client/app", &[], &app).ok();
    // Then the targets are those of token exchange: none here.
    redeem(&fixture, &assertion(&json!({})), &[]).refused(400, "invalid_grant", REFUSED);
}

/// RFC 9449 with assertions: what an assertion says of a key must be proved, and any proof binds the token.
#[test]
fn assertions_and_proofs() {
    use crate::dpop::{K1, K2, Key, send};
    let fixture = fixture();
    let bound = |jti: &str| assertion(&json!({"jti": jti, "cnf": {"jkt": K1.jkt}}));
    let redeem = |assertion: &str, proof: Option<&Key>| {
        let proof = proof.map(Key::proof);
        let parameters = [("grant_type", JWT_BEARER), ("assertion", assertion)];
        send(&fixture, APP.unwrap(), &parameters, proof.as_deref().as_slice())
    };
    let once = bound("1");
    for proof in [None, Some(&K2)] {
        redeem(&once, proof).refused(400, "invalid_grant", REFUSED);
        assert_eq!(fixture.last_event()["reason"], "assertion.key_not_proved");
    }
    let answer = redeem(&once, Some(&K1)).ok();
    assert_eq!(answer.text("token_type"), "DPoP");
    assert_eq!(claims_of(&answer.text("access_token"))["cnf"], json!({"jkt": K1.jkt}));
    let free = redeem(&assertion(&json!({"jti": "2"})), Some(&K2)).ok();
    assert_eq!(claims_of(&free.text("access_token"))["cnf"], json!({"jkt": K2.jkt}));
}

/// The introspector's rules see the target that is issued, however the assertion or the request spells it.
#[test]
fn conditions_see_the_target_that_is_issued() {
    let files = "https://files.example";
    let rule = json!({"condition": "!('https://files.example' in target)"});
    for (introspector, client) in [(&rule, &json!({})), (&json!({}), &rule)] {
        let fixture = Fixture::with(&resources_with(introspector, client), OCT_KEYS);
        for (resource, asked) in [
            (json!(files), None),
            (json!("https://FILES.example"), None),
            (Value::Null, Some("https://FILES.example/")),
            (json!([MCP, files]), None),
            (json!(files), Some(files)),
        ] {
            let asked: Vec<(&str, &str)> = asked.into_iter().map(|asked| ("resource", asked)).collect();
            redeem(&fixture, &assertion(&json!({"resource": resource})), &asked).refused(400, "invalid_grant", REFUSED);
            assert_eq!(fixture.last_event()["reason"], "assertion.condition_failed", "{resource}");
        }
        redeem(&fixture, &assertion(&json!({"resource": [MCP, files], "jti": "a"})), &[("resource", MCP)]).ok();
    }
}

/// Contract 3.3: whoever `may_act` names is the one who may use it; and the event shows who acts.
#[test]
fn may_act_and_act() {
    let fixture = fixture();
    for may_act in [json!({"client_id": "other"}), json!({"sub": "someone"})] {
        refused(&fixture, redeem(&fixture, &assertion(&json!({"may_act": may_act})), &[]), "not_for_this_client");
    }
    redeem(&fixture, &assertion(&json!({"may_act": {"client_id": "app"}, "jti": "m"})), &[]).ok();
    let acted = redeem(&fixture, &assertion(&json!({"act": {"sub": "agent"}, "jti": "n"})), &[]).ok();
    let act = json!({"iss": EXTERNAL, "sub": "agent"});
    assert_eq!(claims_of(&acted.text("access_token"))["act"], act);
    assert_eq!(fixture.last_event()["act"], act);
}

/// Rows 34 and 69: what is no assertion, or none that its issuer signed, in every shape; and nothing of it is shown.
#[test]
fn what_is_no_assertion() {
    let fixture = fixture();
    let good = assertion(&json!({"jti": "never sent"}));
    let parts: Vec<&str> = good.split('.').collect();
    let encoded = |text: &str| edge_sts::jose::base64url::encode(text.as_bytes());
    let with_header = |header: &str| format!("{}.{}.{}", encoded(header), parts[1], parts[2]);
    for bad in [
        String::from("x"),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}.{}.{}", parts[1], parts[2]), // five parts, as a JWE has
        format!("{good}="),
        with_header(r#"{"alg":"none","typ":"oauth-id-jag+jwt"}"#),
        with_header(r#"{"alg":"HS512","typ":"oauth-id-jag+jwt"}"#),
        with_header(r#"{"alg":"RS256","typ":"oauth-id-jag+jwt"}"#),
        with_header(r#"{"alg":"HS256","typ":"oauth-id-jag+jwt","crit":["b64"],"b64":false}"#),
        with_header(r#"{"alg":"HS256","typ":["oauth-id-jag+jwt"]}"#),
        with_header(r#"{"alg":"HS256","alg":"HS256","typ":"oauth-id-jag+jwt"}"#),
        signed(HEADER, &json!({"exp": "soon"})),
        signed(HEADER, &json!({"exp": null})),
        signed(HEADER, &json!({"exp": 1e300})),
        signed(HEADER, &json!({"iat": -1})),
        signed(HEADER, &json!({"nbf": NOW + 61})),
        signed(HEADER, &json!({"sub": null})),
        signed(HEADER, &json!({"sub": ""})),
        signed(HEADER, &json!({"sub": "alice\u{0}"})),
        signed(HEADER, &json!({"client_id": ["app"]})),
        signed(HEADER, &json!({"resource": {"a": MCP}})),
        signed(HEADER, &json!({"resource": [MCP, 1]})),
        signed(HEADER, &json!({"cnf": {}})),
        signed(HEADER, &json!({"tenant": false})),
        signed(HEADER, &json!({"pad": "p".repeat(17_000)})),
    ] {
        redeem(&fixture, &bad, &[]).refused(400, "invalid_grant", REFUSED);
        let shown = fixture.host.events.borrow().last().unwrap().clone();
        assert!(!bad.contains('.') || !shown.contains(&bad), "{shown}");
        assert!(!parts.iter().any(|part| shown.contains(part)), "{shown}");
        redeem(&fixture, &assertion(&json!({"jti": format!("good {}", fixture.host.events.borrow().len())})), &[]).ok();
    }
    // Sent in the place of something else it is not shown either.
    for name in ["resource", "scope", "client_id", "assertion_type", "grant_type"] {
        let parameters = changed(vec![("grant_type", JWT_BEARER), ("assertion", "x")], name, Some(good.as_str()));
        let reply = fixture.form_as(APP, "/auth/token", &parameters);
        let shown = fixture.host.events.borrow().last().unwrap().clone();
        assert!(reply.status() >= 400 && !reply.0.body.contains(&good) && !shown.contains(&good), "{name}: {shown}");
    }
}

/// An opaque access token for an assertion: it is alive, ends with its User, and no refresh token comes with it.
#[test]
fn an_opaque_token_for_an_assertion() {
    let client = json!({"auth": {"token_exchange": {"refresh_token": true},
        "jwt_bearer": {"audience": [MCP]}}});
    let fixture = Fixture::with(&resources_with(&json!({}), &client), OCT_KEYS);
    let answer = redeem(&fixture, &assertion(&json!({})), &[]).ok().json();
    let token = answer["access_token"].as_str().unwrap();
    assert!(token.starts_with("sts_at_") && answer.get("refresh_token").is_none());
    let about = || fixture.form_as(APP, "/auth/introspect", &[("token", token)]).ok().json();
    assert_eq!((&about()["aud"], &about()["sub"], &about()["scope"]), (&json!(MCP), &json!("alice"), &json!("a b")));
    fixture.admin("PUT /User/alice", &[], &json!({"inactive": true})).ok();
    assert_eq!(about(), json!({"active": false}));
}

/// Contract 7: a token of at most eight targets; and of none there is none.
#[test]
fn at_most_eight_resources() {
    let names: Vec<String> = (0..10).map(|number| format!("https://{number}.mcp.example")).collect();
    let client = |audience: &[String]| json!({"auth": {"jwt_bearer": {"audience": audience}}});
    let fixture = Fixture::with(&resources_with(&json!({}), &client(&names)), OCT_KEYS);
    for count in [8, 9, 10] {
        let jti = format!("{count} resources");
        let reply = redeem(&fixture, &assertion(&json!({"resource": names[..count], "jti": jti})), &[]);
        if count > 8 {
            reply.refused(400, "invalid_target", "");
        } else {
            assert_eq!(reply.ok().claims()["aud"], json!(names[..count]));
        }
    }
    let fixture = Fixture::with(&resources_with(&json!({}), &client(&[])), OCT_KEYS);
    redeem(&fixture, &assertion(&json!({"resource": null})), &[]).refused(400, "invalid_target", "");
}
