//! Clients that exchange tokens without authentication: Google's libraries name the `provider`, others the `client_id`.

use edge_sts::limits;
use serde_json::{Value, json};

use crate::common::*;
use crate::issuers::{JWKS_URI, fetches, key, serve_keys, token};

const PROVIDER: &str = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q";
const GOOGLE: &str = "https://www.googleapis.com/auth/cloud-platform";
const NO_CREDENTIALS: &str = "There are no client credentials: send HTTP Basic,";
const NEEDS_CONDITIONS: &str = "The subject_token is not accepted: a public client needs a JWT of an issuer";

/// A public client that is good.
pub fn public_client() -> Value {
    json!({
        "resourceType": "Client", "id": "ci", "public": true, "grant_types": [TOKEN_EXCHANGE],
        "allowedIssuers": [EXTERNAL], "scope": ["read", "write"],
        "auth": {"token_exchange": {
            "token_format": "jwt", "audience": ["orders", "https://api.example/"], "provider": PROVIDER,
        }},
    })
}

/// The fixture's resources with it, and an issuer whose tokens it may use.
fn with(client: &Value, introspector: &Value) -> Value {
    let mut all = resources();
    let mut ci = public_client();
    merge(&mut ci, client);
    merge(&mut all[5], &json!({"audience": [ISSUER], "claims": {"repository": "octo/shop"}}));
    merge(&mut all[5], introspector);
    all.as_array_mut().unwrap().push(ci);
    all
}

fn fixture() -> Fixture {
    Fixture::with(&with(&json!({}), &json!({})), OCT_KEYS)
}

/// A token that the conditions let in.
fn ci_token(changes: &Value) -> String {
    let mut claims = json!({"aud": ISSUER, "repository": "octo/shop"});
    merge(&mut claims, changes);
    subject_token(&claims)
}

/// A good exchange, with more parameters.
fn send(fixture: &Fixture, token: &str, more: &[(&str, &str)]) -> Reply {
    let mut parameters = changed(good(token), "scope", None);
    parameters.extend(more);
    fixture.form_as(None, "/auth/token", &parameters)
}

fn exchange(fixture: &Fixture, more: &[(&str, &str)]) -> Reply {
    send(fixture, &ci_token(&json!({})), more)
}

#[track_caller]
fn nobody(fixture: &Fixture, reply: &Reply) {
    reply.refused(401, "invalid_client", NO_CREDENTIALS);
    assert_eq!(reply.header("www-authenticate"), Some(r#"Basic realm="sts", charset="UTF-8""#));
    let event = fixture.last_event();
    assert_eq!(event["reason"], "client_credentials_missing", "{event}");
    assert_eq!((&event["client_id"], &event["client_authentication"]), (&Value::Null, &Value::Null), "{event}");
}

/// Puts a resource with changes; the faults' expressions.
fn put(fixture: &Fixture, id: &str, changes: &Value) -> (u16, Vec<String>) {
    let mut client = public_client();
    client["id"] = json!(id);
    merge(&mut client, changes);
    let reply = fixture.admin(&format!("PUT /Client/{id}"), &[], &client);
    let faults = reply.json()["issue"].as_array().cloned().unwrap_or_default();
    (reply.status(), faults.iter().map(|fault| fault["expression"][0].as_str().unwrap_or("").to_owned()).collect())
}

fn policy(changes: &Value) -> Value {
    let mut policy = public_client()["auth"]["token_exchange"].clone();
    merge(&mut policy, changes);
    json!({"auth": {"token_exchange": policy}})
}

/// Rows 1, 9 and 39.
#[test]
fn found_by_its_provider() {
    let fixture = fixture();
    let reply = exchange(&fixture, &[("audience", PROVIDER)]).ok();
    assert_eq!((&reply.claims()["aud"], &reply.claims()["client_id"]), (&json!("orders"), &json!("ci")));
    assert_eq!(reply.json()["expires_in"], 300);
    assert_eq!(reply.json().get("refresh_token"), None);
    let event = fixture.last_event();
    assert_eq!((&event["client_id"], &event["client_authentication"]), (&json!("ci"), &json!("none")));
    fixture.exchange().refused(400, "invalid_request", "The subject_token is not accepted: its audience");
    assert_eq!(fixture.last_event().get("client_authentication"), None);
}

/// Rows 11, 13 and 20.
#[test]
fn found_by_its_client_id() {
    let fixture = fixture();
    let named = ("client_id", "ci");
    assert_eq!(exchange(&fixture, &[named]).ok().claims()["aud"], "orders");
    assert_eq!(
        exchange(&fixture, &[named, ("audience", "https://api.example/")]).ok().claims()["aud"],
        "https://api.example/"
    );
    // Its own provider is used up, and nothing else is.
    assert_eq!(exchange(&fixture, &[named, ("audience", PROVIDER)]).ok().claims()["aud"], "orders");
    let both = [named, ("audience", PROVIDER), ("audience", "https://api.example/")];
    assert_eq!(exchange(&fixture, &both).ok().claims()["aud"], "https://api.example/");
    exchange(&fixture, &[named, ("audience", "other")]).refused(400, "invalid_target", "An audience");
}

/// Row 36.
#[test]
fn found_in_a_json_body() {
    let fixture = fixture();
    let post = |audience: Value| {
        let body = json!({
            "grant_type": TOKEN_EXCHANGE, "subject_token": ci_token(&json!({})), "subject_token_type": JWT,
            "audience": audience,
        });
        fixture.send("POST /auth/token", &[("content-type", "application/json")], body.to_string().as_bytes())
    };
    for audience in [json!(PROVIDER), json!([PROVIDER])] {
        assert_eq!(post(audience).ok().claims()["aud"], "orders");
    }
    for audience in [json!([PROVIDER, PROVIDER]), json!([PROVIDER, "orders"]), json!([])] {
        nobody(&fixture, &post(audience));
    }
    post(json!([[PROVIDER]])).refused(400, "invalid_request", "A parameter is not a string");
}

/// Without HTTP there is no grant type to be named.
#[test]
fn found_by_a_program_that_calls_exchange() {
    let fixture = fixture();
    let parameters = json!({"subject_token": ci_token(&json!({})), "subject_token_type": JWT, "audience": PROVIDER});
    assert!(run(fixture.sts.exchange(&fixture.host, &parameters.to_string())).is_ok());
}

/// Rows 12, 14 to 16 and 21, and others by which nobody is found.
#[test]
fn nobody_is_found_and_every_answer_is_the_same() {
    let fixture = fixture();
    let long = "x".repeat(513);
    for more in [
        &[][..],
        &[("audience", "unknown")],
        &[("audience", &PROVIDER.to_uppercase())],
        &[("audience", &format!("{PROVIDER}/"))],
        &[("audience", &format!(" {PROVIDER}"))],
        &[("audience", &long)],
        &[("audience", "line\nend")],
        &[("audience", PROVIDER), ("audience", PROVIDER)],
        &[("audience", PROVIDER), ("audience", "orders")],
        &[("resource", PROVIDER)],
        &[("audience", "ci")],
        &[("client_id", "unknown")],
        &[("client_id", "c1")],
        &[("client_id", "disabled")],
        &[("client_id", PROVIDER)],
        &[("client_id", "c1"), ("audience", PROVIDER)],
        &[("client_id", "unknown"), ("audience", PROVIDER)],
    ] {
        nobody(&fixture, &exchange(&fixture, more));
    }
    exchange(&fixture, &[("audience", PROVIDER)]).ok();
}

/// Rows 14 to 16: the same number of reads, and no signature.
#[test]
fn nobody_is_found_with_the_same_work() {
    let fixture = fixture();
    let mut work = Vec::new();
    for more in [[("audience", "unknown")], [("client_id", "unknown")], [("client_id", "c1")]] {
        fixture.advance(limits::CACHE_TTL);
        let before = (fixture.host.reads.get(), fixture.host.verified.get());
        nobody(&fixture, &exchange(&fixture, &more));
        work.push((fixture.host.reads.get() - before.0, fixture.host.verified.get() - before.1));
    }
    assert_eq!(work, [(1, 0); 3]);
    fixture.advance(limits::CACHE_TTL);
    let before = fixture.host.reads.get();
    exchange(&fixture, &[("audience", PROVIDER)]).ok();
    exchange(&fixture, &[("audience", PROVIDER)]).ok();
    assert_eq!(fixture.host.reads.get() - before, 1, "one round when cold, none when warm");
}

/// Row 17.
#[test]
fn a_public_client_that_authenticates_is_refused() {
    let fixture = fixture();
    let token = ci_token(&json!({}));
    for secret in ["", "x"] {
        let reply = fixture.form_as(Some(("ci", secret)), "/auth/token", &good(&token));
        reply.refused(401, "invalid_client", "Client authentication failed.");
        let reason = fixture.last_event()["reason"].clone();
        assert_eq!(reason, "client_secret_wrong", "{secret:?}");
    }
    let reply = exchange(&fixture, &[("client_id", "ci"), ("client_secret", "x"), ("audience", PROVIDER)]);
    reply.refused(401, "invalid_client", "Client authentication failed.");
    let assertion = crate::rfc7523::assertion(&json!({"iss": "ci", "sub": "ci"}));
    for name in [None, Some(("client_id", "ci"))] {
        let mut more = vec![("client_assertion_type", crate::rfc7523::TYPE), ("client_assertion", &assertion)];
        more.extend(name);
        exchange(&fixture, &more).refused(401, "invalid_client", "Client authentication failed.");
    }
    let half = [("client_id", "ci"), ("client_assertion_type", crate::rfc7523::TYPE)];
    exchange(&fixture, &half).refused(401, "invalid_client", "Client authentication failed.");
    exchange(&fixture, &[("client_id", "ci")]).ok();
}

/// Rows 18 and 19.
#[test]
fn provider_and_resource() {
    let fixture = fixture();
    let with = |resource| exchange(&fixture, &[("audience", PROVIDER), ("resource", resource)]);
    assert_eq!(with("https://api.example/").ok().claims()["aud"], "https://api.example/");
    for resource in ["https://other.example/", PROVIDER, "orders"] {
        with(resource).refused(400, "invalid_target", "An audience or resource");
    }
}

/// Rows 2 to 4.
#[test]
fn scopes_that_are_struck_out() {
    let ignoring = |names: Value| {
        let client = policy(&json!({"ignore_scope": names}));
        Fixture::with(&with(&client, &json!({})), OCT_KEYS)
    };
    let fixture = ignoring(json!([GOOGLE]));
    let ask = |fixture: &Fixture, scope: &str| {
        send(fixture, &ci_token(&json!({"scope": "write"})), &[("audience", PROVIDER), ("scope", scope)])
    };
    for (asked, granted) in
        [(GOOGLE, "write"), (&*format!("read {GOOGLE}"), "read"), (&*format!("{GOOGLE} read {GOOGLE}"), "read")]
    {
        assert_eq!(ask(&fixture, asked).ok().text("scope"), granted, "{asked}");
    }
    for bad in [format!("{GOOGLE}  read"), format!("{GOOGLE} "), format!(" {GOOGLE}"), format!("{GOOGLE} a\"b")] {
        ask(&fixture, &bad).refused(400, "invalid_scope", "The scope is malformed");
    }
    ask(&fixture, &format!("{GOOGLE} admin")).refused(400, "invalid_scope", "A scope is not one");
    ask(&fixture, &GOOGLE.to_uppercase()).refused(400, "invalid_scope", "A scope is not one");
    ask(&crate::public_clients::fixture(), GOOGLE).refused(400, "invalid_scope", "A scope is not one");
}

/// Row 5.
#[test]
fn a_file_with_a_line_end() {
    let fixture = fixture();
    send(&fixture, &format!("{}\r\n", ci_token(&json!({}))), &[("audience", PROVIDER)]).ok();
}

/// Rows 22 and 23.
#[test]
fn conditions_are_demanded_of_the_issuer() {
    for (changes, good) in [
        (json!({}), true),
        (json!({"claims": null, "condition": "claims.repository == 'octo/shop'"}), true),
        (json!({"audience": null}), false),
        (json!({"audience": []}), false),
        (json!({"claims": null}), false),
        (json!({"claims": {}}), false),
        (json!({"claims": null, "attributes": {"a": "claims.repository"}}), false),
    ] {
        let fixture = Fixture::with(&with(&json!({}), &changes), OCT_KEYS);
        for name in [("audience", PROVIDER), ("client_id", "ci")] {
            let reply = exchange(&fixture, &[name]);
            if good {
                reply.ok();
            } else {
                reply.refused(400, "invalid_request", NEEDS_CONDITIONS);
                assert_eq!(fixture.last_event()["reason"], "subject_token.federation_needs_conditions", "{changes}");
            }
        }
        // Whoever authenticates may do without.
        fixture.form("/auth/token", &good_of_c1(&ci_token(&json!({})))).ok();
    }
}

fn good_of_c1(token: &str) -> Vec<(&str, &str)> {
    good(token)
}

/// The client's own condition says nothing about who the issuer's tokens are for.
#[test]
fn a_condition_of_the_client_is_not_enough() {
    let client = json!({"condition": "claims.repository == 'octo/shop'"});
    let fixture = Fixture::with(&with(&client, &json!({"claims": null})), OCT_KEYS);
    exchange(&fixture, &[("client_id", "ci")]).refused(400, "invalid_request", NEEDS_CONDITIONS);
}

/// Rows 24 and 25.
#[test]
fn conditions_must_be_met() {
    let fixture = fixture();
    for (claims, sentence) in [
        (json!({"repository": "octo/other"}), "its claims do not meet the conditions"),
        (json!({"repository": null}), "its claims do not meet the conditions"),
        (json!({"aud": "https://another-sts.example"}), "its audience does not include this service"),
        (json!({"aud": null}), "its audience does not include this service"),
        (json!({"aud": PROVIDER}), "its audience does not include this service"),
        (json!({"iss": "https://other.example"}), "its issuer is not one that this client may use"),
        (json!({"exp": NOW - 61}), "it has expired"),
    ] {
        let reply = send(&fixture, &ci_token(&claims), &[("audience", PROVIDER)]);
        reply.refused(400, "invalid_request", &format!("The subject_token is not accepted: {sentence}"));
    }
}

/// Rows 26 to 28.
#[test]
fn what_a_public_client_must_not_have() {
    let fixture = fixture();
    let jwk = crate::rfc7523::key();
    for (changes, path) in [
        (json!({"secret": "x"}), "Client.secret"),
        (json!({"jwks": [jwk]}), "Client.jwks"),
        (json!({"jwks_uri": "https://ci.example/keys"}), "Client.jwks_uri"),
        (json!({"federated": [{"iss": EXTERNAL, "sub": "a"}]}), "Client.federated"),
        (json!({"grant_types": [TOKEN_EXCHANGE, "refresh_token"]}), "Client.grant_types"),
        (json!({"grant_types": ["urn:ietf:params:oauth:grant-type:jwt-bearer"]}), "Client.grant_types"),
        (json!({"allowedIssuers": []}), "Client.allowedIssuers"),
        (json!({"allowedIssuers": null}), "Client.allowedIssuers"),
        (policy(&json!({"refresh_token": true})), "Client.auth.token_exchange.refresh_token"),
        (policy(&json!({"accept_bound": "rebind"})), "Client.auth.token_exchange.accept_bound"),
        (policy(&json!({"delegation": "any"})), "Client.auth.token_exchange.delegation"),
        (policy(&json!({"provider": ""})), "Client.auth.token_exchange.provider"),
        (policy(&json!({"provider": "a\nb"})), "Client.auth.token_exchange.provider"),
        (policy(&json!({"provider": "x".repeat(513)})), "Client.auth.token_exchange.provider"),
        (policy(&json!({"provider": "orders"})), "Client.auth.token_exchange.provider"),
        (policy(&json!({"ignore_scope": ["a b"]})), "Client.auth.token_exchange.ignore_scope[0]"),
        (json!({"public": "yes"}), "Client.public"),
    ] {
        assert_eq!(put(&fixture, "ci", &changes), (422, vec![path.to_owned()]), "{changes}");
    }
    for changes in [
        json!({}),
        policy(&json!({"delegation": "deny"})),
        policy(&json!({"provider": "x".repeat(512)})),
        policy(&json!({"refresh_token": false})),
        json!({"public": false, "secret": "a secret of some length"}),
    ] {
        assert_eq!(put(&fixture, "ci", &changes).0, 200, "{changes}");
    }
}

/// Row 29.
#[test]
fn a_provider_belongs_to_one_client() {
    let fixture = fixture();
    let taken = (409, vec![String::from("Client.auth.token_exchange.provider")]);
    assert_eq!(put(&fixture, "ci2", &json!({})), taken);
    assert_eq!(put(&fixture, "ci2", &policy(&json!({"provider": "another"}))).0, 201);
    assert_eq!(put(&fixture, "ci2", &json!({})), taken);
    // A client that must authenticate has one as well, and it leads to nobody.
    let confidential = json!({"public": false, "secret": "a secret of some length"});
    assert_eq!(put(&fixture, "ci2", &confidential), taken);
    let mut list = with(&json!({}), &json!({}));
    let mut second = public_client();
    second["id"] = json!("ci2");
    list.as_array_mut().unwrap().push(second);
    let Err(faults) = edge_sts::resource::entries(&list.to_string(), NOW) else { panic!("two with one provider") };
    assert_eq!((faults[0].code, &*faults[0].expression), ("duplicate", "[10]"));
}

/// Row 30.
#[test]
fn a_provider_that_was_changed() {
    let fixture = fixture();
    exchange(&fixture, &[("audience", PROVIDER)]).ok();
    nobody(&fixture, &exchange(&fixture, &[("audience", "new")]));
    assert_eq!(put(&fixture, "ci", &policy(&json!({"provider": "new"}))).0, 200);
    exchange(&fixture, &[("audience", "new")]).ok();
    nobody(&fixture, &exchange(&fixture, &[("audience", PROVIDER)]));
    // Now it is free.
    assert_eq!(put(&fixture, "ci2", &json!({})).0, 201);
    assert_eq!(exchange(&fixture, &[("audience", PROVIDER)]).ok().claims()["client_id"], "ci2");
}

/// Row 31.
#[test]
fn a_client_that_was_deleted() {
    let fixture = fixture();
    exchange(&fixture, &[("audience", PROVIDER)]).ok();
    assert_eq!(fixture.admin("DELETE /Client/ci", &[], &Value::Null).status(), 200);
    nobody(&fixture, &exchange(&fixture, &[("audience", PROVIDER)]));
    nobody(&fixture, &exchange(&fixture, &[("client_id", "ci")]));
    assert!(!fixture.host.resources.borrow().keys().any(|key| key.starts_with("Client?provider=")));
    assert_eq!(put(&fixture, "ci2", &json!({})).0, 201);
}

#[test]
fn a_client_that_is_not_active_is_nobody() {
    let fixture = Fixture::with(&with(&json!({"active": false}), &json!({})), OCT_KEYS);
    for name in [("audience", PROVIDER), ("client_id", "ci")] {
        nobody(&fixture, &exchange(&fixture, &[name]));
    }
}

/// The provider of a client that must authenticate leads to nobody, and is used up with its secret: row 8.
#[test]
fn the_provider_of_a_confidential_client() {
    let client = json!({"public": false, "secret": "a secret of some length"});
    let fixture = Fixture::with(&with(&client, &json!({"audience": null, "claims": null})), OCT_KEYS);
    nobody(&fixture, &exchange(&fixture, &[("audience", PROVIDER)]));
    let token = ci_token(&json!({}));
    let asked = changed(good(&token), "audience", Some(PROVIDER));
    let reply = fixture.form_as(Some(("ci", "a secret of some length")), "/auth/token", &asked);
    assert_eq!(reply.ok().claims()["aud"], "orders");
}

/// One client's provider may be another one's target: without `client_id` the provider counts.
#[test]
fn a_provider_that_is_a_target_of_another_client() {
    let mut list = with(&policy(&json!({"provider": "shared"})), &json!({}));
    let mut second = public_client();
    merge(&mut second, &json!({"id": "ci2"}));
    second["auth"]["token_exchange"] = json!({"token_format": "jwt", "audience": ["first", "shared"]});
    list.as_array_mut().unwrap().push(second);
    let fixture = Fixture::with(&list, OCT_KEYS);
    let claims = exchange(&fixture, &[("audience", "shared")]).ok().claims();
    assert_eq!((&claims["client_id"], &claims["aud"]), (&json!("ci"), &json!("orders")));
    let claims = exchange(&fixture, &[("audience", "shared"), ("client_id", "ci2")]).ok().claims();
    assert_eq!((&claims["client_id"], &claims["aud"]), (&json!("ci2"), &json!("shared")));
}

/// Rows 32 and 33.
#[test]
fn nothing_but_token_exchange() {
    let fixture = fixture();
    let access_token = exchange(&fixture, &[("client_id", "ci")]).ok().text("access_token");
    for path in ["/auth/introspect", "/auth/revoke"] {
        for more in [&[("client_id", "ci")][..], &[("audience", PROVIDER)], &[]] {
            let mut parameters = vec![("token", access_token.as_str())];
            parameters.extend(more);
            nobody(&fixture, &fixture.form_as(None, path, &parameters));
        }
    }
    for (grant, status, error) in [
        ("refresh_token", 400, "unauthorized_client"),
        ("password", 400, "unsupported_grant_type"),
        ("client_credentials", 400, "unsupported_grant_type"),
    ] {
        let ask = |name| fixture.form_as(None, "/auth/token", &[("grant_type", grant), ("refresh_token", "x"), name]);
        ask(("client_id", "ci")).refused(status, error, "This grant_type");
        nobody(&fixture, &ask(("audience", PROVIDER)));
    }
    let refresh = "urn:ietf:params:oauth:token-type:refresh_token";
    let reply = exchange(&fixture, &[("client_id", "ci"), ("requested_token_type", refresh)]);
    reply.refused(400, "invalid_request", "This client does not get refresh tokens.");
    let jwt = exchange(&fixture, &[("client_id", "ci"), ("requested_token_type", JWT)]).ok();
    assert_eq!(jwt.text("token_type"), "Bearer");
}

/// A token of this service is a bearer token: without proof of the client it gives no other one, whatever it is called.
#[test]
fn tokens_of_this_service_are_not_taken_from_a_public_client() {
    let opaque = json!({"token_exchange": {"audience": ["orders"], "provider": PROVIDER}});
    for client in [json!({}), json!({"auth": opaque})] {
        let fixture = Fixture::with(&with(&client, &json!({})), OCT_KEYS);
        let own = exchange(&fixture, &[("client_id", "ci")]).ok().text("access_token");
        let parameters = changed(good(&own), "subject_token_type", Some(ACCESS_TOKEN));
        let parameters = changed(changed(parameters, "scope", None), "client_id", Some("ci"));
        fixture.form_as(None, "/auth/token", &parameters).refused(400, "invalid_request", NEEDS_CONDITIONS);
        let actor = [("client_id", "ci"), ("actor_token", &*own), ("actor_token_type", ACCESS_TOKEN)];
        let reply = exchange(&fixture, &actor);
        reply.refused(400, "invalid_request", "The actor_token is not accepted: a public client needs a JWT");
        assert_eq!(fixture.last_event()["reason"], "actor_token.federation_needs_conditions");
        let as_jwt = send(&fixture, &own, &[("client_id", "ci")]);
        as_jwt.refused(400, "invalid_request", "The subject_token is not accepted: ");
    }
}

/// Nobody's secrets are shown to an introspection endpoint by somebody who has proven nothing.
#[test]
fn opaque_tokens_are_shown_to_nobody() {
    let opaque = json!({
        "type": "opaque", "jwt": {"iss": EXTERNAL, "secret": null},
        "introspection_endpoint": {"url": "https://issuer.example/introspect"},
    });
    let mut list = with(&json!({}), &json!({}));
    merge(&mut list[5], &opaque);
    list[5]["jwt"] = json!({"iss": EXTERNAL});
    let fixture = Fixture::with(&list, OCT_KEYS);
    let parameters = [
        ("grant_type", TOKEN_EXCHANGE),
        ("subject_token", "an-opaque-token"),
        ("subject_token_type", ACCESS_TOKEN),
        ("client_id", "ci"),
    ];
    fixture.form_as(None, "/auth/token", &parameters).refused(400, "invalid_request", NEEDS_CONDITIONS);
    assert_eq!(fetches(&fixture), 0);
}

/// Row 34.
#[test]
fn an_actor_that_may_act_names() {
    let fixture = fixture();
    let actor = |sub: &str| ci_token(&json!({"sub": sub}));
    let may_act = ci_token(&json!({"may_act": {"sub": "carol"}}));
    let carol = actor("carol");
    let act = |subject: &str, actor: &str| {
        let more = [("client_id", "ci"), ("actor_token", actor), ("actor_token_type", JWT)];
        send(&fixture, subject, &more)
    };
    assert_eq!(act(&may_act, &carol).ok().claims()["act"]["sub"], "carol");
    act(&ci_token(&json!({})), &carol).refused(400, "invalid_request", "The actor may not act");
    // The conditions hold for the actor, too.
    let other = subject_token(&json!({"sub": "carol", "aud": ISSUER}));
    act(&may_act, &other).refused(400, "invalid_request", "The actor_token is not accepted: its claims do not meet");
}

/// `may_act` names a client that has to prove that it is the one.
#[test]
fn may_act_does_not_name_a_public_client() {
    let fixture = fixture();
    for may_act in [json!({"client_id": "ci"}), json!({"iss": ISSUER, "sub": "ci"})] {
        let reply = send(&fixture, &ci_token(&json!({"may_act": may_act})), &[("client_id", "ci")]);
        reply.refused(400, "invalid_request", "The actor may not act for this subject");
    }
    let of_c1 = ci_token(&json!({"may_act": {"client_id": "c1"}}));
    fixture.form("/auth/token", &good(&of_c1)).ok();
}

/// Row 35: under its name, whoever asks.
#[test]
fn failures_are_counted_by_name() {
    for (name, bad_token) in
        [(("client_id", "ci"), true), (("client_id", "unknown"), false), (("audience", "unknown"), false)]
    {
        let fixture = fixture();
        let fail = || if bad_token { send(&fixture, "x", &[name]) } else { exchange(&fixture, &[name]) };
        for _ in 0..limits::FAILURES {
            assert_ne!(fail().status(), 429);
        }
        let reply = fail();
        reply.refused(429, "temporarily_unavailable", "There were too many failed");
        assert_eq!(reply.header("retry-after"), Some("60"));
        // What is good is served all the same, and others are not concerned.
        exchange(&fixture, &[("client_id", "ci")]).ok();
        nobody(&fixture, &exchange(&fixture, &[("client_id", "someone-else")]));
        fixture.advance(60);
        assert_ne!(fail().status(), 429);
    }
}

/// Row 35: and by the address that the host names.
#[test]
fn failures_are_counted_by_address() {
    let fixture = fixture();
    let token = ci_token(&json!({}));
    let from = |address: &str, name: &str| {
        let mut parameters = good(&token);
        parameters.push(("client_id", name));
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("@address", address)];
        fixture.send("POST /auth/token", &headers, form(&parameters).as_bytes())
    };
    for number in 0..limits::FAILURES {
        assert_eq!(from("2001:db8:1:2::1", &format!("guess-{number}")).status(), 401);
    }
    let reply = from("2001:db8:1:2:ffff::9", "another-guess");
    reply.refused(429, "temporarily_unavailable", "There were too many failed");
    assert_eq!(reply.header("retry-after"), Some("60"));
    for other in ["2001:db8:1:3::1", "192.0.2.1", "", "not-an-address"] {
        assert_eq!(from(other, "another-guess").status(), 401, "{other}");
    }
    from("2001:db8:1:2::1", "ci").ok();
    // A client that authenticates is not counted with them.
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("@address", "2001:db8:1:2::1")];
    let parameters = changed(changed(good(&token), "client_id", Some("c1")), "client_secret", Some("wrong"));
    let reply = fixture.send("POST /auth/token", &headers, form(&parameters).as_bytes());
    reply.refused(401, "invalid_client", "Client authentication failed.");
}

/// The platform's counters are asked under both names.
#[test]
fn failures_are_counted_by_the_platform() {
    let fixture = fixture();
    *fixture.host.limit.borrow_mut() = Some((10, Vec::new()));
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("@address", "192.0.2.1")];
    let body = form(&[("grant_type", TOKEN_EXCHANGE), ("client_id", "nobody")]);
    assert_eq!(fixture.send("POST /auth/token", &headers, body.as_bytes()).status(), 401);
    let names = fixture.host.limit.borrow().as_ref().unwrap().1.clone();
    assert_eq!(names, [format!("{ISSUER} nobody"), format!("{ISSUER} /address 192.0.2.1.")]);
    *fixture.host.limit.borrow_mut() = Some((2, Vec::new()));
    let reply = fixture.send("POST /auth/token", &headers, body.as_bytes());
    reply.refused(429, "temporarily_unavailable", "There were too many failed");
}

/// A store that does not answer is nobody's failure.
#[test]
fn what_is_not_the_clients_fault_is_not_counted() {
    let fixture = fixture();
    fixture.host.broken.set(true);
    *fixture.host.limit.borrow_mut() = Some((10, Vec::new()));
    assert_eq!(exchange(&fixture, &[("client_id", "ci")]).status(), 503);
    assert_eq!(fixture.host.limit.borrow().as_ref().unwrap().1, [""; 0]);
}

/// Whoever has proven nothing causes one fetch a minute, whatever `kid`s he invents.
#[test]
fn a_public_client_causes_one_fetch_a_minute() {
    let introspector = json!({"jwks_uri": JWKS_URI, "user": "none", "audience": ["x"], "claims": {"sub": "x"}});
    let mut list = with(&json!({}), &introspector);
    list[5]["jwt"].as_object_mut().unwrap().remove("secret");
    let fixture = Fixture::with(&list, OCT_KEYS);
    serve_keys(&fixture, &[key("ES256", "another")]);
    for _ in 0..5 {
        send(&fixture, &token("ES256"), &[("client_id", "ci")]).refused(400, "invalid_request", "");
    }
    assert_eq!(fetches(&fixture), 1);
    fixture.advance(60);
    send(&fixture, &token("ES256"), &[("client_id", "ci")]).refused(400, "invalid_request", "");
    assert_eq!(fetches(&fixture), 2);
    // Without conditions not even one.
    let mut list = with(&json!({}), &json!({"jwks_uri": JWKS_URI, "claims": null}));
    list[5]["jwt"].as_object_mut().unwrap().remove("secret");
    let fixture = Fixture::with(&list, OCT_KEYS);
    send(&fixture, &token("ES256"), &[("client_id", "ci")]).refused(400, "invalid_request", NEEDS_CONDITIONS);
    assert_eq!(fetches(&fixture), 0);
}

/// A client whose secret is taken away in favour of `public`: its grants are not refreshed, and its tokens give no others.
#[test]
fn a_confidential_client_that_becomes_public_and_back() {
    let confidential = json!({
        "public": null, "secret": "a secret of some length", "grant_types": [TOKEN_EXCHANGE, "refresh_token"],
        "auth": {"token_exchange": {"token_format": "jwt", "refresh_token": true, "audience": ["orders"]}},
    });
    let fixture = Fixture::with(&with(&confidential, &json!({})), OCT_KEYS);
    let as_ci = Some(("ci", "a secret of some length"));
    let token = ci_token(&json!({}));
    let reply = fixture.form_as(as_ci, "/auth/token", &good(&token)).ok();
    let (refresh_token, access_token) = (reply.text("refresh_token"), reply.text("access_token"));
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &*refresh_token)];

    assert_eq!(put(&fixture, "ci", &json!({})).0, 200);
    let named = [&refresh[..], &[("client_id", "ci")]].concat();
    fixture.form_as(None, "/auth/token", &named).refused(400, "unauthorized_client", "This grant_type");
    fixture.form_as(as_ci, "/auth/token", &refresh).refused(401, "invalid_client", "Client authentication failed.");
    let own = changed(good(&access_token), "subject_token_type", Some(ACCESS_TOKEN));
    let own = changed(own, "client_id", Some("ci"));
    fixture.form_as(None, "/auth/token", &own).refused(400, "invalid_request", NEEDS_CONDITIONS);

    assert_eq!(put(&fixture, "ci", &confidential).0, 200);
    fixture.form_as(None, "/auth/token", &named).refused(401, "invalid_client", NO_CREDENTIALS);
    fixture.form_as(as_ci, "/auth/token", &refresh).ok();
}

/// Row 37.
#[test]
fn pages_of_its_origins_may_read_the_answer() {
    let client = json!({"allowed_origins": ["https://app.example"]});
    let fixture = Fixture::with(&with(&client, &json!({})), OCT_KEYS);
    let token = ci_token(&json!({}));
    let parameters = changed(changed(good(&token), "scope", None), "audience", Some(PROVIDER));
    for (origin, allowed) in [("https://app.example", Some("https://app.example")), ("https://evil.example", None)] {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", origin)];
        let reply = fixture.send("POST /auth/token", &headers, form(&parameters).as_bytes()).ok();
        assert_eq!(reply.header("access-control-allow-origin"), allowed);
    }
}

/// Row 38.
#[test]
fn metadata_says_none_at_the_token_endpoint_alone() {
    let metadata = fixture().send("GET /.well-known/oauth-authorization-server", &[], b"").json();
    let methods = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
    let with_none = [&methods[..], &["none"]].concat();
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], json!(with_none));
    for endpoint in ["introspection", "revocation"] {
        assert_eq!(metadata[format!("{endpoint}_endpoint_auth_methods_supported")], json!(methods));
    }
}

/// What `edge-sts check` says beforehand.
#[test]
fn doubts_about_a_public_client() {
    let codes = |list: &Value| {
        let findings = edge_sts::resource::findings_of_all(&list.to_string());
        findings.into_iter().map(|finding| (finding.code, finding.expression.to_string())).collect::<Vec<_>>()
    };
    let at = ("public_without_conditions", String::from("[9].Client.allowedIssuers[0]"));
    assert!(!codes(&with(&json!({}), &json!({}))).contains(&at));
    for changes in [json!({"audience": null}), json!({"claims": null}), json!({"claims": {}})] {
        assert!(codes(&with(&json!({}), &changes)).contains(&at), "{changes}");
    }
    let none = |changes: Value| {
        codes(&with(&changes, &json!({}))).iter().any(|(code, path)| *code == "no_credentials" && path == "[9].Client")
    };
    assert!(!none(json!({})) && none(json!({"public": false})) && none(json!({"public": null})));
}
