//! The figures of RFC 8693, at the time that they show. The keys of its issuers are not published, so that the same
//! claims are signed with a secret of the test.

use serde_json::{Value, json};

use crate::common::*;

const AS: &str = "https://as.example.com";
const ORIGINAL: &str = "https://original-issuer.example.net";

fn data() -> Value {
    serde_json::from_str(include_str!("../data/rfc8693.json")).unwrap()
}

/// The authorization server of the figures: `as.example.com`, which trusts the issuers that they name.
fn fixture() -> Fixture {
    let issuers = [ORIGINAL, "https://issuer.example.com", "https://opaque.example.com"];
    let client = json!({
        "resourceType": "Client", "id": "rs08", "secret": "long-secure-random-secret",
        "grant_types": [TOKEN_EXCHANGE], "allowedIssuers": issuers,
        "scope": ["api", "orders", "profile", "history", "status", "feed", "email", "phone", "address"],
        "auth": {"token_exchange": {
            "token_format": "jwt", "access_token_expiration": 3600, "outlive_subject": true, "delegation": "may_act",
            "audience": ["urn:example:cooperation-context", "https://backend.example.com/api"],
        }},
    });
    let introspector = |id: &str, iss: &str, audience: Value| {
        json!({
            "resourceType": "TokenIntrospector", "id": id, "type": "jwt", "jwt": {"iss": iss, "secret": SECRET},
            "user": "none", "audience": audience,
        })
    };
    let opaque = json!({
        "resourceType": "TokenIntrospector", "id": "opaque", "type": "opaque", "user": "none",
        "jwt": {"iss": "https://opaque.example.com"},
        "introspection_endpoint": {"url": "https://opaque.example.com/introspect"},
    });
    let audiences = json!(["https://consumer.example.com", "https://service26.example.com"]);
    let resources = json!([
        client,
        introspector("original", ORIGINAL, json!([AS])),
        introspector("issuer", "https://issuer.example.com", audiences),
        opaque,
    ]);
    let fixture = Fixture::of(AS, &resources, OCT_KEYS);
    fixture.host.now.set(data()["clock"]["appendix_a"].as_u64().unwrap());
    fixture
}

fn signed(claims: &Value) -> String {
    sign_text(r#"{"alg":"HS256","kid":"16"}"#, &claims.to_string())
}

/// Sends the parameters of a figure, with these tokens.
fn send(fixture: &Fixture, parameters: &Value, tokens: &[(&str, &str)]) -> Reply {
    let mut all: Vec<(&str, &str)> =
        parameters.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    all.extend(tokens);
    fixture.form_as(Some(("rs08", "long-secure-random-secret")), "/auth/token", &all)
}

/// The claims of the figure are issued as they stand there; RFC 9068 adds `client_id`, `iat`, `jti`.
#[track_caller]
fn issued_as(reply: &Reply, figure: &Value) {
    let mut claims = reply.claims();
    for added in ["client_id", "iat", "jti"] {
        assert!(claims.as_object_mut().unwrap().remove(added).is_some(), "{added}");
    }
    assert_eq!(&claims, figure);
}

/// Section 2.3: an opaque access token of another issuer. `aud` is what was asked for, where the figure shortens it.
#[test]
fn figures_2_and_3() {
    let fixture = fixture();
    let now = data()["clock"]["figure_2"].as_u64().unwrap();
    fixture.host.now.set(now);
    let answer = json!({"active": true, "sub": "bdc@example.com", "exp": now + 3600, "scope": "api"}).to_string();
    let served = Served { status: 200, cache_control: None, body: answer };
    fixture.host.servers.borrow_mut().insert(String::from("https://opaque.example.com/introspect"), served);
    let request = &data()["fig2_request"];
    let authorization = "Basic cnMwODpsb25nLXNlY3VyZS1yYW5kb20tc2VjcmV0";
    assert_eq!(request["basic"], "rs08:long-secure-random-secret");
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", authorization)];
    let reply = fixture.send("POST /auth/token", &headers, request["body"].as_str().unwrap().as_bytes()).ok();
    let mut body = reply.json();
    assert_eq!(body["expires_in"], 3600); // the figure's server gives 60
    body["expires_in"] = json!(60);
    for (name, value) in data()["fig3_response"].as_object().unwrap() {
        assert_eq!(&body[name], value, "{name}");
    }
    let mut figure = data()["fig3_claims"].clone();
    merge(&mut figure, &json!({"iat": null, "exp": now + 3600, "aud": "https://backend.example.com/api"}));
    issued_as(&reply, &figure);
}

/// Appendix A.1: impersonation.
#[test]
fn figures_10_to_13() {
    let fixture = fixture();
    let subject = signed(&data()["fig11_subject_claims"]);
    let reply = send(&fixture, &data()["fig10_parameters"], &[("subject_token", &subject)]).ok();
    for (name, value) in data()["fig12_response"].as_object().unwrap() {
        assert_eq!(&reply.json()[name], value, "{name}");
    }
    issued_as(&reply, &data()["fig13_issued_claims"]);
}

/// Appendix A.2: delegation. `act` names the actor's issuer, too (section 4.1 allows it: `sub` alone is unique only
/// within one).
#[test]
fn figures_14_to_18() {
    let fixture = fixture();
    let subject = signed(&data()["fig15_subject_claims"]);
    let actor = signed(&data()["fig16_actor_claims"]);
    let tokens = [("subject_token", subject.as_str()), ("actor_token", actor.as_str())];
    let reply = send(&fixture, &data()["fig14_parameters"], &tokens).ok();
    assert_eq!((&reply.json()["token_type"], &reply.json()["expires_in"]), (&json!("Bearer"), &json!(3600)));
    let mut figure = data()["fig18_issued_claims"].clone();
    figure["act"]["iss"] = json!(ORIGINAL);
    issued_as(&reply, &figure);
}

/// Sections 4.1 to 4.4: tokens with the claims of the figures are understood as they say.
#[test]
fn figures_5_to_9() {
    let fixture = fixture();
    let offer = |figure: &str, more: &[(&str, &str)]| {
        let claims = data()[figure].clone();
        fixture.host.now.set(claims["exp"].as_u64().unwrap() - 60);
        send(&fixture, &data()["fig10_parameters"], &[&[("subject_token", signed(&claims).as_str())], more].concat())
    };
    // The outermost actor is one of the token's issuer, who is written in.
    for figure in ["fig5_claims_act", "fig6_claims_nested_act"] {
        let mut act = data()[figure]["act"].clone();
        act["iss"] = data()[figure]["iss"].clone();
        assert_eq!(offer(figure, &[]).ok().claims()["act"], act);
    }
    assert_eq!(offer("fig7_claims_scope", &[]).ok().claims()["scope"], "email profile phone address");
    assert_eq!(offer("fig8_claims_client_id", &[]).ok().claims()["client_id"], "rs08"); // who asked, not who asked before
    // may_act names somebody: without him, and with another one, it is refused.
    offer("fig9_claims_may_act", &[]).refused(400, "invalid_request", "The actor may not act");
    let actor = |sub: &str| {
        let claims = &data()["fig9_claims_may_act"];
        signed(&json!({"iss": claims["iss"], "aud": claims["aud"], "exp": claims["exp"], "sub": sub}))
    };
    let with = |sub: &str| offer("fig9_claims_may_act", &[("actor_token", &actor(sub)), ("actor_token_type", JWT)]);
    with("mallory@example.com").refused(400, "invalid_request", "The actor may not act");
    let claims = with("admin@example.com").ok().claims();
    assert_eq!(claims["act"], json!({"iss": "https://issuer.example.com", "sub": "admin@example.com"}));
    assert!(claims.get("may_act").is_none());
}
