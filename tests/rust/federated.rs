//! A token of another issuer as the client's assertion: Kubernetes, CI services, SPIFFE JWT-SVIDs.

use edge_sts::limits;
use serde_json::{Value, json};

use crate::common::*;
use crate::issuers::{fetches, serve};
use crate::rfc7523::{D, TYPE, key, signed};

const KUBERNETES: &str = "https://kubernetes.default.svc";
const KEYS: &str = "https://kubernetes.default.svc/openid/v1/jwks";
const WORKLOAD: &str = "system:serviceaccount:prod:gateway";
const ANOTHER_D: &str = "PhkNu6fmE1uaeJRW6niL7pb0UrNP1v2iWh05DB3-pm4";
const FAILED: &str = "Client authentication failed.";

fn introspector() -> Value {
    json!({
        "resourceType": "TokenIntrospector", "id": "kubernetes", "type": "jwt", "user": "none",
        "jwt": {"iss": KUBERNETES, "keys": [{"format": "jwk", "jwk": key()}]},
    })
}

fn client() -> Value {
    let mut client = resources()[0].clone();
    merge(&mut client, &json!({"id": "gateway", "secret": null, "federated": [{"iss": KUBERNETES, "sub": WORKLOAD}]}));
    client
}

fn with(client_changes: &Value, introspector_changes: &Value) -> Fixture {
    let mut all = resources();
    let (mut client, mut introspector) = (client(), introspector());
    merge(&mut client, client_changes);
    merge(&mut introspector, introspector_changes);
    all.as_array_mut().unwrap().extend([client, introspector]);
    Fixture::with(&all, OCT_KEYS)
}

fn fixture() -> Fixture {
    with(&json!({}), &json!({}))
}

/// A good token of the workload with these claims changed.
fn workload(changes: &Value) -> String {
    workload_with(&json!({"alg": "ES256", "kid": "cj-1"}), changes, D)
}

fn workload_with(header: &Value, changes: &Value, d: &str) -> String {
    let mut claims = json!({"iss": KUBERNETES, "sub": WORKLOAD, "aud": [ISSUER], "exp": NOW + 600, "iat": NOW - 10});
    merge(&mut claims, changes);
    signed(header, &claims, d)
}

fn exchange_as(fixture: &Fixture, client_id: Option<&str>, assertion: &str) -> Reply {
    let token = subject_token(&json!({}));
    let mut parameters = good(&token);
    parameters.extend([("client_assertion_type", TYPE), ("client_assertion", assertion)]);
    parameters.extend(client_id.map(|id| ("client_id", id)));
    fixture.form_as(None, "/auth/token", &parameters)
}

fn exchange(fixture: &Fixture, assertion: &str) -> Reply {
    exchange_as(fixture, Some("gateway"), assertion)
}

#[track_caller]
fn refused(fixture: &Fixture, reply: &Reply, reason: &str) {
    reply.refused(401, "invalid_client", FAILED);
    assert_eq!(reply.header("www-authenticate"), None);
    assert_eq!(fixture.last_event()["reason"], reason, "{}", fixture.last_event());
}

#[test]
fn a_workload_is_the_client() {
    let fixture = fixture();
    assert_eq!(exchange(&fixture, &workload(&json!({}))).ok().claims()["client_id"], "gateway");
    let event = fixture.last_event();
    assert_eq!((&event["client_id"], &event["client_authentication"]), (&json!("gateway"), &json!("federated")));
    assert_eq!(event["client_assertion"], json!({"iss": KUBERNETES, "sub": WORKLOAD}));
    fixture.exchange().ok();
    let event = fixture.last_event();
    assert_eq!((event.get("client_authentication"), event.get("client_assertion")), (None, None));
}

/// Kubernetes and SPIFFE hand out one token for many requests, without `jti`; one with `jti` serves as often.
#[test]
fn it_serves_until_it_expires() {
    let fixture = fixture();
    for token in [workload(&json!({})), workload(&json!({"jti": "1"}))] {
        for _ in 0..3 {
            exchange(&fixture, &token).ok();
        }
    }
    assert!(!fixture.host.grants.borrow().keys().any(|id| id.contains("assertion.")));
    let token = workload(&json!({}));
    fixture.advance(600 + limits::LEEWAY);
    refused(&fixture, &exchange(&fixture, &token), "client_assertion.expired");
}

/// It is a client like any other: it refreshes, introspects and revokes.
#[test]
fn it_may_do_what_the_client_may() {
    let fixture = fixture();
    let token = workload(&json!({}));
    let ask = |path: &str, more: &[(&str, &str)]| {
        let own = [("client_id", "gateway"), ("client_assertion_type", TYPE), ("client_assertion", &token)];
        fixture.form_as(None, path, &[more, &own].concat())
    };
    let issued = exchange(&fixture, &token).ok();
    let (access, refresh) = (issued.text("access_token"), issued.text("refresh_token"));
    ask("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).ok();
    assert_eq!(ask("/auth/introspect", &[("token", &access)]).ok().json()["active"], true);
    ask("/auth/revoke", &[("token", &access)]).ok();
    assert_eq!(ask("/auth/introspect", &[("token", &access)]).ok().json()["active"], false);
}

#[test]
fn client_id_must_be_in_the_body() {
    let fixture = fixture();
    let token = workload(&json!({}));
    refused(&fixture, &exchange_as(&fixture, None, &token), "client_unknown");
    refused(&fixture, &exchange_as(&fixture, Some("unknown"), &token), "client_unknown");
    refused(&fixture, &exchange_as(&fixture, Some("c1"), &token), "client_assertion.issuer_not_allowed");
    refused(&fixture, &exchange_as(&fixture, Some("../gateway"), &token), "client_unknown");
}

#[test]
fn iss_and_sub_are_those_of_an_entry() {
    let fixture = fixture();
    for (changes, reason) in [
        (json!({"sub": "system:serviceaccount:prod:other"}), "issuer_not_allowed"),
        (json!({"sub": "system:serviceaccount:prod:gateway2"}), "issuer_not_allowed"),
        (json!({"sub": WORKLOAD.to_uppercase()}), "issuer_not_allowed"),
        (json!({"sub": "gateway"}), "issuer_not_allowed"),
        (json!({"iss": EXTERNAL}), "alg_not_allowed"),
        (json!({"iss": format!("{KUBERNETES}/")}), "issuer_unknown"),
        (json!({"iss": ISSUER}), "issuer_unknown"),
    ] {
        let reply = exchange(&fixture, &workload(&changes));
        refused(&fixture, &reply, &format!("client_assertion.{reason}"));
    }
    // A signed token of an allowed issuer is no workload that is listed, even where the client may exchange such tokens.
    let subject = subject_token(&json!({"aud": ISSUER}));
    refused(&fixture, &exchange(&fixture, &subject), "client_assertion.issuer_not_allowed");
    exchange(&fixture, &workload(&json!({}))).ok();
}

/// Contract 3.1: this service and nothing else.
#[test]
fn aud_names_this_service_and_nothing_else() {
    let fixture = fixture();
    let token_endpoint = format!("{ISSUER}/auth/token");
    for good in [json!(ISSUER), json!(token_endpoint), json!([ISSUER, token_endpoint])] {
        exchange(&fixture, &workload(&json!({"aud": good}))).ok();
    }
    for bad in [
        json!([ISSUER, "https://kubernetes.default.svc"]),
        json!("https://another.example"),
        json!("gateway"),
        json!([]),
        json!(format!("{ISSUER}/")),
        json!(format!("{ISSUER}/auth/introspect")),
        Value::Null,
    ] {
        let reply = exchange(&fixture, &workload(&json!({"aud": bad})));
        refused(&fixture, &reply, "client_assertion.audience_mismatch");
    }
}

#[test]
fn the_endpoint_that_is_called_is_a_name() {
    let fixture = fixture();
    let introspect = format!("{ISSUER}/auth/introspect");
    let token = workload(&json!({"aud": introspect}));
    let parameters =
        [("token", "x"), ("client_id", "gateway"), ("client_assertion_type", TYPE), ("client_assertion", &token)];
    fixture.form_as(None, "/auth/introspect", &parameters).ok();
    refused(&fixture, &exchange(&fixture, &token), "client_assertion.audience_mismatch");
}

/// An entry's own audience takes the place of our names.
#[test]
fn an_entry_may_name_its_audience() {
    let entry = json!([{"iss": KUBERNETES, "sub": WORKLOAD, "audience": "sts"}]);
    let fixture = with(&json!({"federated": entry}), &json!({}));
    for good in [json!("sts"), json!(["sts"])] {
        exchange(&fixture, &workload(&json!({"aud": good}))).ok();
    }
    for bad in [json!(ISSUER), json!(["sts", ISSUER]), json!(["sts", "other"]), json!("STS"), json!([])] {
        let reply = exchange(&fixture, &workload(&json!({"aud": bad})));
        refused(&fixture, &reply, "client_assertion.audience_mismatch");
    }
}

#[test]
fn claims_of_an_entry() {
    let entries = json!([
        {"iss": KUBERNETES, "sub": WORKLOAD, "claims": {"kubernetes.io.namespace": "prod"}},
        {"iss": KUBERNETES, "sub": WORKLOAD, "audience": "sts", "claims": {"ref": ["main", "next"]}},
    ]);
    let fixture = with(&json!({"federated": entries}), &json!({}));
    exchange(&fixture, &workload(&json!({"kubernetes.io": {"namespace": "prod"}}))).ok();
    exchange(&fixture, &workload(&json!({"aud": "sts", "ref": "next"}))).ok();
    for bad in [
        json!({}),
        json!({"kubernetes.io": {"namespace": "dev"}}),
        json!({"ref": "next"}),
        json!({"aud": "sts", "kubernetes.io": {"namespace": "prod"}}),
    ] {
        exchange(&fixture, &workload(&bad)).refused(401, "invalid_client", FAILED);
    }
}

#[test]
fn the_signature_is_of_the_issuer() {
    let fixture = fixture();
    let good = json!({"alg": "ES256", "kid": "cj-1"});
    refused(
        &fixture,
        &exchange(&fixture, &workload_with(&good, &json!({}), ANOTHER_D)),
        "client_assertion.signature_invalid",
    );
    let unknown = json!({"alg": "ES256", "kid": "cj-2"});
    refused(&fixture, &exchange(&fixture, &workload_with(&unknown, &json!({}), D)), "client_assertion.key_unknown");
    let none = workload(&json!({}));
    let none = format!("{}.", &none[..=none.rfind('.').unwrap() - 1]);
    exchange(&fixture, &none).refused(401, "invalid_client", FAILED);
}

#[test]
fn algorithms_of_the_introspector() {
    let fixture = with(&json!({}), &json!({"algorithms": ["RS256"]}));
    refused(&fixture, &exchange(&fixture, &workload(&json!({}))), "client_assertion.alg_not_allowed");
    let fixture = with(&json!({}), &json!({"algorithms": ["ES256"]}));
    exchange(&fixture, &workload(&json!({}))).ok();
}

/// Who shares a secret with this service can sign for every `sub`: the administrator has said so, and named one.
#[test]
fn an_issuer_with_a_secret() {
    let entry = json!([{"iss": EXTERNAL, "sub": "ci"}]);
    let fixture = with(&json!({"federated": entry}), &json!({}));
    let token = |changes: Value| {
        let mut claims = json!({"sub": "ci", "aud": ISSUER});
        merge(&mut claims, &changes);
        subject_token(&claims)
    };
    exchange(&fixture, &token(json!({}))).ok();
    refused(&fixture, &exchange(&fixture, &token(json!({"sub": "alice"}))), "client_assertion.issuer_not_allowed");
    let mut forged = token(json!({}));
    forged.replace_range(forged.len() - 4.., "AAAA");
    refused(&fixture, &exchange(&fixture, &forged), "client_assertion.signature_invalid");
}

#[test]
fn typ_is_jose_or_jwt_or_none() {
    let fixture = fixture();
    let ask = |typ: Value| {
        let mut header = json!({"alg": "ES256", "kid": "cj-1"});
        merge(&mut header, &json!({"typ": typ}));
        exchange(&fixture, &workload_with(&header, &json!({}), D))
    };
    for good in [Value::Null, json!("JWT"), json!("JOSE"), json!("jwt")] {
        ask(good).ok();
    }
    for bad in ["at+jwt", "dpop+jwt", "client-authentication+jwt", "oauth-id-jag+jwt", "logout+jwt", "x"] {
        refused(&fixture, &ask(json!(bad)), "client_assertion.typ_of_another_use");
    }
}

#[test]
fn times() {
    let fixture = fixture();
    for (changes, reason) in [
        (json!({"exp": NOW - 60}), "expired"),
        (json!({"nbf": NOW + 61}), "not_yet_valid"),
        (json!({"iat": NOW + 61}), "not_yet_valid"),
        (json!({"exp": NOW + 86_400 + 61}), "lives_too_long"),
        (json!({"exp": null}), "claim_missing"),
    ] {
        refused(&fixture, &exchange(&fixture, &workload(&changes)), &format!("client_assertion.{reason}"));
    }
    // Longer than the hour of private_key_jwt, as Kubernetes' are.
    exchange(&fixture, &workload(&json!({"exp": NOW + 86_400}))).ok();
    let fixture = with(&json!({}), &json!({"max_lifetime": 300}));
    refused(&fixture, &exchange(&fixture, &workload(&json!({}))), "client_assertion.lives_too_long");
    exchange(&fixture, &workload(&json!({"exp": NOW + 300}))).ok();
}

#[test]
fn not_before_of_the_introspector() {
    let fixture = with(&json!({}), &json!({"not_before": NOW - 5}));
    refused(&fixture, &exchange(&fixture, &workload(&json!({}))), "client_assertion.not_active");
    refused(&fixture, &exchange(&fixture, &workload(&json!({"iat": null}))), "client_assertion.not_active");
    exchange(&fixture, &workload(&json!({"iat": NOW - 5}))).ok();
}

#[test]
fn an_introspector_that_is_gone_or_another_one() {
    let fixture = fixture();
    let token = workload(&json!({}));
    exchange(&fixture, &token).ok();
    assert_eq!(fixture.admin("DELETE /TokenIntrospector/kubernetes", &[], &Value::Null).status(), 200);
    refused(&fixture, &exchange(&fixture, &token), "client_assertion.issuer_unknown");
    let mut other = introspector();
    other["jwt"] = json!({"iss": KUBERNETES, "secret": SECRET});
    assert_eq!(fixture.admin("PUT /TokenIntrospector/kubernetes", &[], &other).status(), 201);
    refused(&fixture, &exchange(&fixture, &token), "client_assertion.alg_not_allowed");
    assert_eq!(fixture.admin("PUT /TokenIntrospector/kubernetes", &[], &introspector()).status(), 200);
    exchange(&fixture, &token).ok();
}

#[test]
fn an_issuer_of_opaque_tokens_has_no_keys() {
    let opaque = json!({
        "type": "opaque", "jwt": {"iss": KUBERNETES},
        "introspection_endpoint": {"url": "https://kubernetes.default.svc/introspect"},
    });
    let fixture = with(&json!({}), &opaque);
    refused(&fixture, &exchange(&fixture, &workload(&json!({}))), "client_assertion.issuer_unknown");
    assert_eq!(fetches(&fixture), 0);
}

#[test]
fn a_client_that_is_not_active() {
    let fixture = with(&json!({"active": false}), &json!({}));
    refused(&fixture, &exchange(&fixture, &workload(&json!({}))), "client_inactive");
}

#[test]
fn a_token_that_is_bound_to_a_key() {
    let fixture = fixture();
    let reply = exchange(&fixture, &workload(&json!({"cnf": {"jkt": "x"}})));
    refused(&fixture, &reply, "client_assertion.sender_constrained");
}

/// SPIFFE JWT-SVID sections 2, 3: `typ` JOSE, a SPIFFE ID, no `jti`; bundles say `use: jwt-svid` (Trust Domain and Bundle 4.2.2).
#[test]
fn spiffe_jwt_svid() {
    let sub = "spiffe://example.org/ns/prod/sa/gateway";
    let mut svid_key = key();
    merge(&mut svid_key, &json!({"use": "jwt-svid"}));
    let fixture = with(
        &json!({"federated": [{"iss": KUBERNETES, "sub": sub}]}),
        &json!({"jwt": {"iss": KUBERNETES}, "jwks_uri": KEYS}),
    );
    let x509 =
        json!({"kty": "EC", "crv": "P-256", "use": "x509-svid", "x5c": ["AA=="], "x": key()["x"], "y": key()["y"]});
    let bundle = json!({"keys": [x509, svid_key], "spiffe_sequence": 1, "spiffe_refresh_hint": 300});
    serve(&fixture, KEYS, 200, None, &bundle.to_string());
    let header = json!({"alg": "ES256", "kid": "cj-1", "typ": "JOSE"});
    exchange(&fixture, &workload_with(&header, &json!({"sub": sub, "aud": [ISSUER]}), D)).ok();
    let event = fixture.last_event();
    assert_eq!(event["client_assertion"]["sub"], sub);
    let other = workload_with(&header, &json!({"sub": "spiffe://example.org/ns/prod/sa/other"}), D);
    refused(&fixture, &exchange(&fixture, &other), "client_assertion.issuer_not_allowed");
}

fn fetching() -> Fixture {
    with(&json!({}), &json!({"jwt": {"iss": KUBERNETES}, "jwks_uri": KEYS}))
}

/// Answer, text and work are the same for a client that exists and one that does not, whether an entry means the workload, and
/// when the keys cannot be had.
#[test]
fn nothing_tells_which_clients_exist() {
    let good = json!({"alg": "ES256", "kid": "cj-1"});
    let other_sub = json!({"sub": "system:serviceaccount:prod:other"});
    let cases = [
        (Some("gateway"), workload(&other_sub)),
        (Some("gateway"), workload_with(&good, &json!({}), ANOTHER_D)),
        (Some("gateway"), workload_with(&json!({"alg": "ES256", "kid": "cj-2"}), &json!({}), D)),
        (Some("gateway"), workload(&json!({"iss": "https://unknown.example"}))),
        (Some("unknown"), workload(&json!({}))),
        (Some("unknown"), workload_with(&good, &json!({}), ANOTHER_D)),
        (Some("unknown"), workload(&json!({"iss": "https://unknown.example"}))),
        (Some("c1"), workload(&json!({}))),
        (Some("disabled"), workload(&json!({}))),
    ];
    for (fixture, name) in [(fixture(), "written out"), (fetching(), "unanswered")] {
        for (client_id, token) in &cases {
            fixture.advance(0);
            let before = fixture.host.verified.get();
            let reply = exchange_as(&fixture, *client_id, token);
            reply.refused(401, "invalid_client", FAILED);
            assert_eq!(reply.header("www-authenticate"), None);
            assert_eq!(fixture.host.verified.get() - before, 1, "{name} {client_id:?}");
        }
    }
    // Where the keys cannot be had, the good one fails in the same way.
    let fixture = fetching();
    let before = fixture.host.verified.get();
    refused(&fixture, &exchange(&fixture, &workload(&json!({}))), "client_assertion.issuer_unavailable");
    assert_eq!(fixture.host.verified.get() - before, 1);
}

/// Invented tokens cause one fetch a minute at most.
#[test]
fn one_fetch_a_minute() {
    let fixture = fetching();
    serve(&fixture, KEYS, 200, None, &json!({"keys": [key()]}).to_string());
    exchange(&fixture, &workload(&json!({}))).ok();
    for kid in ["a", "b", "c"] {
        let token = workload_with(&json!({"alg": "ES256", "kid": kid}), &json!({}), D);
        refused(&fixture, &exchange(&fixture, &token), "client_assertion.key_unknown");
        exchange_as(&fixture, Some("unknown"), &token).refused(401, "invalid_client", FAILED);
    }
    assert_eq!(fetches(&fixture), 1);
    // What is bad without its key causes none.
    let fixture = fetching();
    for bad in [json!({"exp": NOW - 100}), json!({"aud": null}), json!({"exp": NOW + 10_000_000})] {
        exchange(&fixture, &workload(&bad)).refused(401, "invalid_client", FAILED);
    }
    assert_eq!(fetches(&fixture), 0);
}

#[test]
fn one_method_and_not_two() {
    let fixture = fixture();
    let token = workload(&json!({}));
    let subject = subject_token(&json!({}));
    let mut parameters = good(&subject);
    parameters.extend([("client_assertion_type", TYPE), ("client_assertion", &token), ("client_id", "gateway")]);
    let both = changed(parameters.clone(), "client_secret", Some("x"));
    fixture.form_as(None, "/auth/token", &both).refused(401, "invalid_client", FAILED);
    fixture.form_as(Some(("gateway", "x")), "/auth/token", &parameters).refused(401, "invalid_client", FAILED);
    for bad in [None, Some("urn:ietf:params:oauth:client-assertion-type:saml2-bearer")] {
        let parameters = changed(parameters.clone(), "client_assertion_type", bad);
        fixture.form_as(None, "/auth/token", &parameters).refused(401, "invalid_client", FAILED);
    }
    fixture.form_as(None, "/auth/token", &parameters).ok();
}

/// A client may have keys of its own beside: an assertion that it signed is still one that serves once.
#[test]
fn beside_keys_of_its_own() {
    let fixture = with(&json!({"jwks": [key()]}), &json!({}));
    let own = json!({"iss": "gateway", "sub": "gateway", "jti": "1", "aud": ISSUER});
    let own = workload(&own);
    exchange_as(&fixture, None, &own).ok();
    assert_eq!(fixture.last_event().get("client_authentication"), None);
    refused(&fixture, &exchange_as(&fixture, None, &own), "client_assertion_replayed");
    exchange(&fixture, &workload(&json!({}))).ok();
    // The client's key does not sign for the issuer, nor the issuer's for the client.
    let fixture = with(&json!({"jwks": [key()]}), &json!({"jwt": {"iss": KUBERNETES, "secret": SECRET}}));
    refused(&fixture, &exchange(&fixture, &workload(&json!({}))), "client_assertion.alg_not_allowed");
}

#[test]
fn failures_are_counted_for_the_client() {
    let fixture = fixture();
    let bad = workload(&json!({"sub": "other"}));
    for _ in 0..limits::FAILURES {
        assert_eq!(exchange(&fixture, &bad).status(), 401);
    }
    exchange(&fixture, &bad).refused(429, "temporarily_unavailable", "There were too many failed authentications");
    exchange(&fixture, &workload(&json!({}))).ok();
}

#[test]
fn rules_of_the_member() {
    let fixture = fixture();
    let put = |federated: &Value| {
        let mut client = client();
        client["federated"] = federated.clone();
        let reply = fixture.admin("PUT /Client/gateway", &[], &client);
        let path = reply.json()["issue"][0]["expression"][0].as_str().unwrap_or("").to_owned();
        (reply.status(), path)
    };
    let entry = |changes: &Value| {
        let mut entry = json!({"iss": KUBERNETES, "sub": WORKLOAD});
        merge(&mut entry, changes);
        json!([entry])
    };
    for (federated, path) in [
        (json!({}), ""),
        (json!([1]), "[0]"),
        (entry(&json!({"iss": null})), "[0].iss"),
        (entry(&json!({"sub": null})), "[0].sub"),
        (entry(&json!({"sub": ""})), "[0].sub"),
        (entry(&json!({"iss": 1})), "[0].iss"),
        (entry(&json!({"iss": "x".repeat(401)})), "[0].iss"),
        (entry(&json!({"sub": "x".repeat(1025)})), "[0].sub"),
        (entry(&json!({"sub": KUBERNETES})), "[0].sub"),
        (entry(&json!({"audience": ["sts"]})), "[0].audience"),
        (entry(&json!({"claims": {"a": []}})), "[0].claims.a"),
        (entry(&json!({"claims": {"a": "*", "b": 1}})), "[0].claims.b"),
        (entry(&json!({"secret": "x"})), "[0].secret"),
        (json!(vec![entry(&json!({}))[0].clone(); limits::FEDERATED + 1]), ""),
    ] {
        assert_eq!(put(&federated), (422, format!("Client.federated{path}")), "{federated}");
    }
    for good in [
        json!([]),
        entry(&json!({})),
        entry(&json!({"audience": "sts", "claims": {"ref": ["a", "b"], "protected": true}})),
        json!(vec![entry(&json!({}))[0].clone(); limits::FEDERATED]),
    ] {
        assert_eq!(put(&good).0, 200, "{good}");
    }
}

#[test]
fn doubts_about_entries() {
    let codes = |client_changes: &Value| {
        let (mut client, introspector) = (client(), introspector());
        client["allowedIssuers"] = json!([KUBERNETES]);
        merge(&mut client, client_changes);
        let list = json!([client, introspector]).to_string();
        let findings = edge_sts::resource::findings_of_all(&list);
        findings.into_iter().map(|finding| (finding.code, finding.expression.to_string())).collect::<Vec<_>>()
    };
    let is = |list: &[(&str, String)], code, path: &str| list.iter().any(|own| *own == (code, String::from(path)));
    let good = codes(&json!({}));
    assert!(!is(&good, "no_credentials", "[0].Client") && !is(&good, "issuer_unknown", "[0].Client.federated[0].iss"));
    let unknown = codes(&json!({"federated": [{"iss": "https://unknown.example", "sub": "a"}]}));
    assert!(is(&unknown, "issuer_unknown", "[0].Client.federated[0].iss"), "{unknown:?}");
    let nearly = codes(&json!({"federated": [{"iss": format!("{KUBERNETES}/"), "sub": "a"}]}));
    assert!(is(&nearly, "issuer_differs", "[0].Client.federated[0].iss"), "{nearly:?}");
    let used = codes(&json!({"allowedIssuers": [EXTERNAL]}));
    assert!(!is(&used, "issuer_unused", "[1].TokenIntrospector.jwt.iss"), "{used:?}");
    assert!(is(&codes(&json!({"federated": []})), "no_credentials", "[0].Client"));
}
