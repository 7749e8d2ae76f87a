//! Issuing identity assertions (ID-JAG) by token exchange: draft-ietf-oauth-identity-assertion-authz-grant section 4.3, and
//! MCP's enterprise-managed authorization. The numbers are those of the table of tests that this was built from.

use serde_json::{Value, json};

use crate::common::*;

const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
const MCP_AS: &str = "https://as.mcp.example";
const MCP: &str = "https://mcp.example/";
const APP: Option<(&str, &str)> = Some(("app", "secret-of-the-app-0123"));

fn resources_with(client: &Value, introspector: &Value) -> Value {
    let mut app = json!({
        "resourceType": "Client", "id": "app", "secret": "secret-of-the-app-0123", "grant_types": [TOKEN_EXCHANGE],
        "allowedIssuers": [EXTERNAL],
        "auth": {"id_jag": {
            "subject_audience": ["app-at-idp"],
            "targets": [
                {"audience": MCP_AS, "alias": ["urn:mcp"], "client_id": "app-at-mcp", "resource": [MCP, "https://mcp.example/b"],
                 "scope": ["read", "write"]},
                {"audience": "https://as.files.example", "client_id": "app-at-files", "resource": ["https://files.example"],
                 "resource_required": true, "subject": "user", "tenant": "acme", "aud_tenant": "acme-files", "email": true},
                {"audience": "https://as.crm.example", "client_id": "x", "subject": "identifier", "subject_system": "crm"},
                {"audience": ISSUER, "client_id": "app"},
                {"audience": format!("{ISSUER}/"), "client_id": "app"},
            ],
        }},
    });
    merge(&mut app, client);
    let mut resources = resources();
    let list = resources.as_array_mut().unwrap();
    list.push(app);
    list.push(json!({"resourceType": "Client", "id": "other", "secret": "secret-of-the-other-01", "grant_types": [TOKEN_EXCHANGE],
        "allowedIssuers": [EXTERNAL], "auth": {"id_jag": {"targets": [
            {"audience": "https://as.other.example", "client_id": "o"}]}}}));
    let issuer = list.iter_mut().find(|one| one["id"] == "external").unwrap();
    merge(issuer, introspector);
    let carol = list.iter_mut().find(|one| one["id"] == "carol").unwrap();
    merge(carol, &json!({"identifier": [{"system": EXTERNAL, "value": "00u1"}, {"system": "crm", "value": "C-7"}]}));
    resources
}

fn fixture() -> Fixture {
    Fixture::with(&resources_with(&json!({}), &json!({})), ES256_KEYS)
}

fn id_token(changes: &Value) -> String {
    let mut claims = json!({"iss": EXTERNAL, "sub": "alice", "aud": "app-at-idp", "exp": NOW + 3600, "iat": NOW});
    merge(&mut claims, changes);
    sign_text(r#"{"alg":"HS256","typ":"JWT"}"#, &claims.to_string())
}

fn parameters<'a>(token: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut parameters = vec![
        ("grant_type", TOKEN_EXCHANGE),
        ("requested_token_type", ID_JAG),
        ("subject_token", token),
        ("subject_token_type", ID_TOKEN),
    ];
    parameters.extend(more);
    parameters
}

fn ask(fixture: &Fixture, token: &str, more: &[(&str, &str)]) -> Reply {
    fixture.form_as(APP, "/auth/token", &parameters(token, more))
}

const TO_MCP: &[(&str, &str)] = &[("audience", MCP_AS)];

fn header(token: &str) -> Value {
    let header = edge_sts::jose::base64url::decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice(&header).unwrap()
}

/// Rows 1, 3, 4, 10, 13: the answer, the header and the claims.
#[test]
fn an_assertion() {
    let fixture = fixture();
    let answer = ask(&fixture, &id_token(&json!({})), TO_MCP).ok().json();
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(
        (&answer["issued_token_type"], &answer["token_type"], &answer["expires_in"]),
        (&json!(ID_JAG), &json!("N_A"), &json!(300))
    );
    assert!(answer.get("refresh_token").is_none() && answer.get("scope").is_none());
    let header = header(token);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("oauth-id-jag+jwt"), &json!("ES256")));
    assert!(fixture.send("GET /.well-known/jwks.json", &[], b"").0.body.contains(header["kid"].as_str().unwrap()));
    let mut claims = claims(token);
    assert!(claims["jti"].as_str().unwrap().len() >= 22);
    claims.as_object_mut().unwrap().remove("jti");
    let expected =
        json!({"iss": ISSUER, "sub": "alice", "aud": MCP_AS, "client_id": "app-at-mcp", "iat": NOW, "exp": NOW + 300});
    assert_eq!(claims, expected);
    let event = fixture.last_event();
    assert_eq!((&event["event"], &event["aud"]), (&json!("token.id_jag"), &json!([MCP_AS])));
    assert_eq!(fixture.grant_calls(), (0, 0));
}

/// Rows 5 to 9, 11, 12, 21: targets, resources, scopes.
#[test]
fn targets_resources_and_scopes() {
    let fixture = fixture();
    let token = id_token(&json!({}));
    let claims_for = |more: &[(&str, &str)]| claims(&ask(&fixture, &token, more).ok().text("access_token"));
    assert_eq!(claims_for(&[("audience", "urn:mcp")])["aud"], MCP_AS);
    let both =
        claims_for(&[("audience", MCP_AS), ("resource", "https://mcp.example"), ("resource", "https://mcp.example/b")]);
    assert_eq!(both["resource"], json!([MCP, "https://mcp.example/b"]));
    let narrowed = claims_for(&[("audience", MCP_AS), ("resource", MCP), ("scope", "read")]);
    assert_eq!((&narrowed["resource"], &narrowed["scope"]), (&json!(MCP), &json!("read")));
    for (more, error) in [
        (&[][..], "invalid_target"),
        (&[("audience", MCP_AS), ("audience", "https://as.files.example")][..], "invalid_target"),
        (&[("audience", "https://as.other.example")][..], "invalid_target"),
        (&[("audience", ISSUER)][..], "invalid_target"),
        (&[("audience", "https://sts.example/")][..], "invalid_target"),
        (&[("audience", "https://as.mcp.example/")][..], "invalid_target"),
        (&[("audience", MCP_AS), ("resource", "https://files.example")][..], "invalid_target"),
        (&[("audience", MCP_AS), ("scope", "admin")][..], "invalid_scope"),
        (&[("audience", MCP_AS), ("scope", "read admin")][..], "invalid_scope"),
    ] {
        ask(&fixture, &token, more).refused(400, error, "");
    }
    let files = claims_for(&[("audience", "https://as.files.example")]);
    assert_eq!(files["resource"], "https://files.example", "one is required there");
    assert_eq!((&files["tenant"], &files["aud_tenant"]), (&json!("acme"), &json!("acme-files")));
}

/// Contract 7: a token of at most eight targets.
#[test]
fn at_most_eight_resources() {
    let names: Vec<String> = (0..10).map(|number| format!("https://{number}.mcp.example")).collect();
    let target = json!({"audience": MCP_AS, "client_id": "app-at-mcp", "resource": names});
    let resources = resources_with(
        &json!({"auth": {"id_jag": {"subject_audience": ["app-at-idp"], "targets": [target]}}}),
        &json!({}),
    );
    let fixture = Fixture::with(&resources, ES256_KEYS);
    for count in [8, 9, 10] {
        let mut more = TO_MCP.to_vec();
        more.extend(names[..count].iter().map(|name| ("resource", name.as_str())));
        let reply = ask(&fixture, &id_token(&json!({})), &more);
        if count > 8 {
            reply.refused(400, "invalid_target", "");
        } else {
            assert_eq!(claims(&reply.ok().text("access_token"))["resource"], json!(names[..count]));
        }
    }
}

/// Rows 14 to 20, 22: the ID token, and who asks.
#[test]
fn the_id_token_is_the_clients() {
    let fixture = fixture();
    for (changes, reason) in [
        (json!({"aud": "c1"}), "audience_mismatch"),
        (json!({"aud": ISSUER}), "audience_mismatch"),
        (json!({"aud": null}), "audience_mismatch"),
        (json!({"aud": ["app-at-idp", "c1"]}), "audience_mismatch"),
        (json!({"aud": ["app-at-idp", "c1"], "azp": "c1"}), "audience_mismatch"),
        (json!({"azp": "c1"}), "audience_mismatch"),
        (json!({"exp": NOW - 60, "iat": NOW - 600}), "expired"),
        (json!({"exp": NOW - 1, "iat": NOW - 600}), "expired"),
        (json!({"sub": "nobody"}), "user_unknown"),
        (json!({"sub": "bob"}), "user_inactive"),
        (json!({"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}), "key_not_proved"),
    ] {
        ask(&fixture, &id_token(&changes), TO_MCP).refused(400, "invalid_request", "");
        assert_eq!(fixture.last_event()["reason"], format!("subject_token.{reason}"), "{changes}");
    }
    ask(&fixture, &id_token(&json!({"aud": ["app-at-idp", "c1"], "azp": "app-at-idp"})), TO_MCP).ok();
    let token = id_token(&json!({}));
    let access_token = sign_text(
        r#"{"alg":"HS256","typ":"at+jwt"}"#,
        &json!({"iss": EXTERNAL, "sub": "alice", "aud": "app-at-idp", "exp": NOW + 60}).to_string(),
    );
    ask(&fixture, &access_token, TO_MCP).refused(400, "invalid_request", "");
    for token_type in [JWT, ACCESS_TOKEN, "urn:ietf:params:oauth:token-type:saml2"] {
        let asked = changed(parameters(&token, TO_MCP), "subject_token_type", Some(token_type));
        fixture.form_as(APP, "/auth/token", &asked).refused(400, "invalid_request", "");
    }
    let actor = subject_token(&json!({"sub": "carol"}));
    let acting = [("audience", MCP_AS), ("actor_token", actor.as_str()), ("actor_token_type", JWT)];
    ask(&fixture, &token, &acting).refused(400, "invalid_request", "");
    fixture.form("/auth/token", &parameters(&token, TO_MCP)).refused(
        400,
        "invalid_request",
        "This requested_token_type",
    );
    fixture.form_as(None, "/auth/token", &parameters(&token, TO_MCP)).refused(401, "invalid_client", "");
}

/// Rows 23 to 25: whom it names, how he authenticated, and how long it lives.
#[test]
fn what_of_the_id_token_goes_on() {
    let fixture = fixture();
    let get = |changes: &Value, audience: &str| ask(&fixture, &id_token(changes), &[("audience", audience)]);
    let how = json!({"auth_time": NOW - 5, "acr": "urn:mfa", "amr": ["pwd", "otp"], "email": "a@b.example", "email_verified": true});
    let claims_of = |reply: Reply| claims(&reply.ok().text("access_token"));
    let to_mcp = claims_of(get(&how, MCP_AS));
    for name in ["auth_time", "acr", "amr"] {
        assert_eq!(to_mcp[name], how[name], "{name}");
    }
    assert_eq!(to_mcp.get("email"), None);
    let files = "https://as.files.example";
    assert_eq!(claims_of(get(&how, files))["email"], "a@b.example");
    let mut unverified = how.clone();
    unverified["email_verified"] = json!("true");
    assert_eq!(claims_of(get(&unverified, files)).get("email"), None);
    let carol = json!({"sub": "00u1"});
    assert_eq!(claims_of(get(&carol, MCP_AS))["sub"], "00u1", "as the identity provider names her");
    assert_eq!(claims_of(get(&carol, files))["sub"], "carol");
    assert_eq!(claims_of(get(&carol, "https://as.crm.example"))["sub"], "C-7");
    get(&json!({}), "https://as.crm.example").refused(400, "invalid_request", "");
    assert_eq!(fixture.last_event()["reason"], "subject_token.subject_malformed");
    assert_eq!(get(&json!({"exp": NOW + 60}), MCP_AS).ok().json()["expires_in"], 60);
}

/// Rows 26 to 28: only a key that others can verify signs it, and here it is neither redeemed nor exchanged.
#[test]
fn it_is_for_others() {
    let shared = Fixture::with(&resources_with(&json!({}), &json!({})), OCT_KEYS);
    ask(&shared, &id_token(&json!({})), TO_MCP).refused(503, "temporarily_unavailable", "");
    assert_eq!(shared.last_event()["reason"], "id_jag_key_missing");
    let health = shared.send("GET /health", &[], b"").ok().json();
    assert_eq!(health, json!({"status": "ok", "id_jag": "id_jag_key_missing"}));
    let metadata = shared.send("GET /.well-known/oauth-authorization-server", &[], b"").ok().json();
    assert_eq!(metadata.get("identity_chaining_requested_token_types_supported"), None);
    let both = format!("{{\"keys\":[{},{}]}}", &OCT_KEYS[9..OCT_KEYS.len() - 2], &ES256_KEYS[9..ES256_KEYS.len() - 2]);
    let both = Fixture::with(&resources_with(&json!({}), &json!({})), &both);
    let token = ask(&both, &id_token(&json!({})), TO_MCP).ok().text("access_token");
    assert_eq!(header(&token)["alg"], "ES256", "the one that signs is shared");

    let client = json!({"grant_types": [TOKEN_EXCHANGE, "urn:ietf:params:oauth:grant-type:jwt-bearer"],
        "allowedIssuers": [EXTERNAL, ISSUER]});
    let fixture = Fixture::with(&resources_with(&client, &json!({"id_jag": true})), ES256_KEYS);
    let token = ask(&fixture, &id_token(&json!({})), TO_MCP).ok().text("access_token");
    let redeeming = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", token.as_str())];
    fixture.form_as(APP, "/auth/token", &redeeming).refused(400, "invalid_grant", "");
    assert_eq!(fixture.last_event()["reason"], "assertion.issued_here");
    for token_type in [JWT, ACCESS_TOKEN, ID_TOKEN] {
        let asked = changed(good(&token), "subject_token_type", Some(token_type));
        fixture.form_as(APP, "/auth/token", &asked).refused(400, "invalid_request", "");
    }
    assert_eq!(fixture.form_as(APP, "/auth/introspect", &[("token", &token)]).ok().json(), json!({"active": false}));
}

/// One service issues, another one redeems.
#[test]
fn from_one_service_to_another() {
    let issuing = fixture();
    let token = ask(&issuing, &id_token(&json!({})), &[("audience", MCP_AS), ("resource", MCP), ("scope", "read")]);
    let token = token.ok().text("access_token");
    let jwks: Value = serde_json::from_str(&issuing.send("GET /.well-known/jwks.json", &[], b"").0.body).unwrap();
    let redeeming = Fixture::of(
        MCP_AS,
        &json!([
            {"resourceType": "Client", "id": "app-at-mcp", "secret": "secret-at-mcp-0123456",
             "grant_types": ["urn:ietf:params:oauth:grant-type:jwt-bearer"], "allowedIssuers": [ISSUER], "scope": ["read"],
             "auth": {"jwt_bearer": {"audience": [MCP], "token_format": "jwt"}}},
            {"resourceType": "TokenIntrospector", "id": "sts", "type": "jwt", "user": "none", "id_jag": true,
             "jwt": {"iss": ISSUER, "keys": [{"format": "jwk", "jwk": jwks["keys"][0]}]}},
        ]),
        OCT_KEYS,
    );
    let parameters = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", token.as_str())];
    let client = Some(("app-at-mcp", "secret-at-mcp-0123456"));
    let answer = redeeming.form_as(client, "/auth/token", &parameters).ok();
    let issued = claims(&answer.text("access_token"));
    assert_eq!((&issued["aud"], &issued["sub"], &issued["scope"]), (&json!(MCP), &json!("alice"), &json!("read")));
    redeeming.form_as(client, "/auth/token", &parameters).refused(400, "invalid_grant", "");
}

#[test]
fn members_of_id_jag() {
    let fixture = fixture();
    let put = |id_jag: Value| {
        let client =
            json!({"secret": "secret-of-the-app-0123", "grant_types": [TOKEN_EXCHANGE], "auth": {"id_jag": id_jag}});
        fixture.admin("PUT /Client/new", &[], &client).status()
    };
    let target = |more: Value| {
        let mut target = json!({"audience": "https://as.example", "client_id": "x"});
        merge(&mut target, &more);
        json!({"targets": [target]})
    };
    assert_eq!(put(json!({})), 201);
    for good in
        [target(json!({})), json!({"expiration": 30}), json!({"expiration": 300}), target(json!({"subject": "user"}))]
    {
        assert_eq!(put(good.clone()), 200, "{good}");
    }
    let same = json!({"audience": "https://as.example", "client_id": "x"});
    for bad in [
        json!({"expiration": 29}),
        json!({"expiration": 301}),
        json!({"other": 1}),
        json!({"targets": [{"audience": "https://as.example"}]}),
        json!({"targets": [{"client_id": "x"}]}),
        json!({"targets": [same, same]}),
        json!({"targets": vec![same.clone(); 65]}),
        target(json!({"audience": "as"})),
        target(json!({"subject": "identifier"})),
        target(json!({"subject_system": "crm"})),
        target(json!({"resource_required": true})),
        target(json!({"scope": ["a b"]})),
        target(json!({"other": 1})),
    ] {
        assert_eq!(put(bad.clone()), 422, "{bad}");
    }
}

/// RFC 9449: the assertion is bound to the key that the request proves.
#[test]
fn a_proof_binds_the_assertion() {
    use crate::dpop::{K1, send};
    let fixture = fixture();
    let token = id_token(&json!({}));
    let answer = send(&fixture, APP.unwrap(), &parameters(&token, TO_MCP), &[K1.proof().as_str()]).ok();
    assert_eq!(answer.text("token_type"), "N_A");
    assert_eq!(claims(&answer.text("access_token"))["cnf"], json!({"jkt": K1.jkt}));
}

/// Rules see the target by the name that is issued, whichever was asked for.
#[test]
fn an_alias_passes_no_condition_by() {
    let rule = json!({"condition": "!('https://as.mcp.example' in target)"});
    for (client, introspector) in [(&rule, &json!({})), (&json!({}), &rule)] {
        let fixture = Fixture::with(&resources_with(client, introspector), ES256_KEYS);
        for audience in [MCP_AS, "urn:mcp"] {
            ask(&fixture, &id_token(&json!({})), &[("audience", audience)]).refused(400, "invalid_request", "");
            assert_eq!(fixture.last_event()["reason"], "subject_token.condition_failed");
        }
        ask(&fixture, &id_token(&json!({})), &[("audience", "https://as.files.example")]).ok();
    }
}

/// Contract 3.3, and what the event says of the chain.
#[test]
fn may_act_and_the_event() {
    let fixture = fixture();
    for may_act in [json!({"client_id": "other"}), json!({"sub": "someone"})] {
        ask(&fixture, &id_token(&json!({"may_act": may_act})), TO_MCP).refused(400, "invalid_request", "");
        assert_eq!(fixture.last_event()["reason"], "delegation_not_allowed");
    }
    let token = id_token(&json!({"may_act": {"client_id": "app"}, "act": {"sub": "agent"}}));
    ask(&fixture, &token, &[("audience", MCP_AS), ("resource", MCP)]).ok();
    let event = fixture.last_event();
    assert_eq!(event["act"], json!({"iss": EXTERNAL, "sub": "agent"}));
    assert_eq!((&event["target_client_id"], &event["target_resource"]), (&json!("app-at-mcp"), &json!([MCP])));
}
