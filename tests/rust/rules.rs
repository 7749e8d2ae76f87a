//! The administrator's expressions: `condition`, `attributes`, `subject`, `emit`, `scope_rules`.

use edge_sts::limits;
use serde_json::{Value, json};

use crate::common::{EXTERNAL, Fixture, JWT, OCT_KEYS, Reply, changed, good, merge, resources, subject_token};

const NOT_MET: &str = "The subject_token is not accepted: its claims do not meet a condition.";

/// The fixture with these members at the introspector and at the client c1.
fn with(introspector: &Value, client: &Value) -> Fixture {
    let mut resources = resources();
    merge(&mut resources[5], introspector);
    merge(&mut resources[0], client);
    Fixture::with(&resources, OCT_KEYS)
}

fn put(fixture: &Fixture, index: usize, members: &Value) -> Reply {
    let mut resource = resources()[index].clone();
    merge(&mut resource, members);
    let path = format!("PUT /{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
    fixture.admin(&path, &[], &resource)
}

fn exchange(fixture: &Fixture, claims: &Value) -> Reply {
    fixture.form("/auth/token", &good(&subject_token(claims)))
}

fn exchange_for(fixture: &Fixture, claims: &Value, name: &str, value: Option<&str>) -> Reply {
    fixture.form("/auth/token", &changed(good(&subject_token(claims)), name, value))
}

fn refresh(fixture: &Fixture, token: &str) -> Reply {
    fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

#[track_caller]
fn not_met(fixture: &Fixture, reply: &Reply, condition: &Value) {
    reply.refused(400, "invalid_request", NOT_MET);
    let event = fixture.last_event();
    assert_eq!((&event["reason"], &event["condition"]), (&json!("subject_token.condition_failed"), condition));
}

#[test]
fn faults_are_named_with_their_place() {
    let fixture = Fixture::new();
    let matches = "The expression cannot be used: at 12: \"matches\" is not supported.";
    let reserved = "It must be the name of a claim, and not one that already has a meaning in an issued token.";
    for (index, members, path, sentence) in [
        (5, json!({"condition": "claims.sub.matches('.*')"}), "TokenIntrospector.condition", matches),
        (
            5,
            json!({"condition": [{"expression": "true"}, {"expression": "claims.sub.matches('.*')"}]}),
            "TokenIntrospector.condition[1].expression",
            matches,
        ),
        (5, json!({"condition": 1}), "TokenIntrospector.condition", "It must be an expression, or a list"),
        (5, json!({"condition": []}), "TokenIntrospector.condition", "A list has 1 to 32"),
        (5, json!({"condition": ["true"]}), "TokenIntrospector.condition[0]", "It must be an expression, or a list"),
        (5, json!({"condition": [{}]}), "TokenIntrospector.condition[0].expression", "It must be an expression"),
        (
            5,
            json!({"condition": [{"expression": "true", "when": "x"}]}),
            "TokenIntrospector.condition[0].when",
            "This member is not known",
        ),
        (
            5,
            json!({"condition": "planted.time"}),
            "TokenIntrospector.condition",
            "The expression cannot be used: at 1:",
        ),
        (5, json!({"attributes": {"A": "true"}}), "TokenIntrospector.attributes.A", "The name of an attribute"),
        (5, json!({"attributes": {"a": true}}), "TokenIntrospector.attributes.a", "It must be an expression"),
        (
            5,
            json!({"attributes": {"a": "attribute.b"}}),
            "TokenIntrospector.attributes.a",
            "An attribute does not read",
        ),
        (5, json!({"attributes": {"a": "actor.b"}}), "TokenIntrospector.attributes.a", "It cannot read actor"),
        (5, json!({"attributes": []}), "TokenIntrospector.attributes", "It must be an object"),
        (5, json!({"subject": "claims.x"}), "TokenIntrospector.subject", "It is allowed only with user: none or"),
        (5, json!({"user": "none", "subject": "actor.x"}), "TokenIntrospector.subject", "It cannot read actor"),
        (5, json!({"emit": {"roles": "claims.x"}}), "TokenIntrospector.emit.roles", reserved),
        (5, json!({"emit": {"sub": "claims.x"}}), "TokenIntrospector.emit.sub", reserved),
        (
            5,
            json!({"copy_claims": ["email"], "emit": {"email": "'x'"}}),
            "TokenIntrospector.emit.email",
            "This claim is in",
        ),
        (0, json!({"condition": "claims."}), "Client.condition", "The expression cannot be used: at 8:"),
        (0, json!({"scope_rules": {}}), "Client.scope_rules", "It must be an array."),
        (0, json!({"scope_rules": [{"scope": ["read"]}]}), "Client.scope_rules[0].when", "It must be an expression"),
        (0, json!({"scope_rules": [{"when": "true"}]}), "Client.scope_rules[0].scope", "It is required"),
        (
            0,
            json!({"scope_rules": [{"scope": ["read", "admin"], "when": "true"}]}),
            "Client.scope_rules[0].scope[1]",
            "It must be a scope of this client.",
        ),
        (
            0,
            json!({"scope_rules": vec![json!({"scope": ["read"], "when": "true"}); 65]}),
            "Client.scope_rules",
            "It has more than 64 rules.",
        ),
    ] {
        let reply = put(&fixture, index, &members);
        assert_eq!(reply.status(), 422, "{members}");
        let issues = reply.json()["issue"].clone();
        assert_eq!(issues[0]["expression"], json!([path]), "{members}");
        assert!(issues[0]["diagnostics"].as_str().unwrap().starts_with(sentence), "{issues}");
        assert!(issues[1].is_null() && !issues.to_string().contains("planted"), "{issues}");
    }
    fixture.exchange().ok();
}

#[test]
fn many_names_and_many_conditions() {
    let fixture = Fixture::new();
    let many = |count: usize| {
        Value::Object((0..count).map(|index| (format!("a{index}"), json!("true"))).collect::<serde_json::Map<_, _>>())
    };
    for member in ["attributes", "emit"] {
        assert_eq!(put(&fixture, 5, &json!({member: many(limits::MAPPINGS)})).status(), 200);
        assert_eq!(put(&fixture, 5, &json!({member: many(limits::MAPPINGS + 1)})).status(), 422);
    }
    let conditions = |count: usize| json!({"condition": vec![json!({"expression": "true"}); count]});
    assert_eq!(put(&fixture, 5, &conditions(limits::CONDITIONS)).status(), 200);
    assert_eq!(put(&fixture, 5, &conditions(limits::CONDITIONS + 1)).status(), 422);
}

#[test]
fn a_condition_is_met_only_if_it_is_true() {
    for (expression, detail, at) in [
        ("claims.tenant == 'planted'", "false", None),
        ("claims.tenant", "type", None),
        ("claims.missing == 'planted'", "error", Some(8)),
        ("!claims.tenant", "error", Some(9)),
        (
            "glob(claims.long, '*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b')",
            "steps",
            Some(1),
        ),
    ] {
        let fixture = with(&json!({"condition": expression}), &json!({}));
        let reply = exchange(&fixture, &json!({"tenant": "t1", "long": "a".repeat(11_000)}));
        let mut condition = json!({"path": "TokenIntrospector.condition[0]", "detail": detail});
        if let Some(at) = at {
            condition["at"] = json!(at);
        }
        not_met(&fixture, &reply, &condition);
        assert!(!fixture.last_event().to_string().contains("planted"));
        assert!(fixture.host.grants.borrow().is_empty(), "nothing is stored for a refusal");
    }
}

#[test]
fn the_message_of_a_condition_is_for_the_event_alone() {
    let condition =
        json!([{"expression": "true"}, {"expression": "claims.tenant == 't1'", "message": "Ask the tenants."}]);
    let fixture = with(&json!({"condition": condition}), &json!({}));
    exchange(&fixture, &json!({"tenant": "t1"})).ok();
    let reply = exchange(&fixture, &json!({"tenant": "t2"}));
    assert!(!reply.0.body.contains("tenants"));
    let expected = json!({"path": "TokenIntrospector.condition[1]", "detail": "false", "message": "Ask the tenants."});
    not_met(&fixture, &reply, &expected);
    exchange(&fixture, &json!({"tenant": "t1"})).ok();
    assert!(fixture.last_event().get("condition").is_none());
}

#[test]
fn claims_and_condition_must_both_be_met() {
    let fixture = with(&json!({"claims": {"a": "x"}, "condition": "claims.b == 'y'"}), &json!({}));
    exchange(&fixture, &json!({"a": "x", "b": "y"})).ok();
    exchange(&fixture, &json!({"a": "x", "b": "z"})).refused(400, "invalid_request", NOT_MET);
    exchange(&fixture, &json!({"a": "z", "b": "y"})).refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: ",
    );
    assert_eq!(fixture.last_event()["reason"], "subject_token.claims_condition_failed");
}

#[test]
fn a_condition_comes_before_the_user() {
    let fixture = with(&json!({"condition": "claims.tenant == 't1'"}), &json!({}));
    exchange(&fixture, &json!({"sub": "nobody", "tenant": "t2"})).refused(400, "invalid_request", NOT_MET);
    exchange(&fixture, &json!({"sub": "nobody", "tenant": "t1"}));
    assert_eq!(fixture.last_event()["reason"], "subject_token.user_unknown");
}

#[test]
fn each_client_has_its_own_condition() {
    let fixture = with(&json!({}), &json!({"condition": "claims.repository == 'acme/shop' && client.id == 'c1'"}));
    put(&fixture, 1, &json!({"condition": "claims.repository == 'acme/web'"})).ok();
    let as_client = |client: (&str, &str), repository: &str| {
        let token = subject_token(&json!({"repository": repository}));
        fixture.form_as(Some(client), "/auth/token", &good(&token))
    };
    let (c1, c2) = (("c1", "p@ss:w+rd %1"), ("c2", "secret-of-c2"));
    as_client(c1, "acme/shop").ok();
    as_client(c2, "acme/web").ok();
    for (client, repository) in [(c1, "acme/web"), (c2, "acme/shop")] {
        let reply = as_client(client, repository);
        not_met(&fixture, &reply, &json!({"path": "Client.condition[0]", "detail": "false"}));
    }
}

#[test]
fn own_tokens_meet_the_clients_condition_too() {
    for format in [json!("jwt"), Value::Null] {
        let fixture = with(&json!({"copy_claims": ["tenant"]}), &json!({}));
        put(&fixture, 0, &json!({"auth": {"token_exchange": {"token_format": "jwt", "audience": ["orders"]}}})).ok();
        let mut auth = json!({"token_exchange": {"audience": ["orders", "c2"]}});
        if !format.is_null() {
            auth["token_exchange"]["token_format"] = format;
        }
        put(&fixture, 0, &json!({"auth": auth})).ok();
        let condition = "claims.tenant == 't1' && claims.iss == 'https://sts.example' && claims.client_id == 'c1' && \
                         'c2' in claims.aud && claims.scope == 'read' && claims.sub == 'alice' && !has(claims.act)";
        put(&fixture, 1, &json!({"condition": condition})).ok();
        let own = |tenant: &str| exchange_for(&fixture, &json!({"tenant": tenant}), "audience", Some("c2")).ok();
        let exchange = |token: &str| {
            let parameters = changed(good(token), "subject_token_type", Some(crate::common::ACCESS_TOKEN));
            fixture.form_as(Some(("c2", "secret-of-c2")), "/auth/token", &parameters)
        };
        exchange(&own("t1").text("access_token")).ok();
        let reply = exchange(&own("t2").text("access_token"));
        not_met(&fixture, &reply, &json!({"path": "Client.condition[0]", "detail": "false"}));
    }
}

/// What a token of this service does not say may have been said by the token that it was issued for.
#[test]
fn no_rule_is_passed_by_through_an_own_token() {
    let table = [
        // (the introspector's members, the client's, whether orders may be asked for directly)
        (json!({"condition": "!('https://api.example/' in target) || claims.mfa == true"}), json!({})),
        (json!({"condition": "!('https://api.example/' in target) || !has(claims.contractor)"}), json!({})),
        (json!({}), json!({"condition": "!('https://api.example/' in target) || !has(claims.contractor)"})),
        (json!({}), json!({"condition": "!('https://api.example/' in target) || !('contractor' in claims)"})),
        (
            json!({"attributes": {"outside": "has(claims.contractor)"}}),
            json!({"condition": "!('https://api.example/' in target) || !has(attribute.outside) || !attribute.outside"}),
        ),
        (
            json!({}),
            json!({"scope_rules": [
                {"scope": ["read"], "when": "true", "audience": ["orders"]},
                {"scope": ["read"], "when": "!has(claims.contractor)"},
            ]}),
        ),
    ];
    for (introspector, client) in table {
        for format in ["jwt", "opaque"] {
            let mut members = client.clone();
            let mut policy = json!({"audience": ["orders", "https://api.example/"]});
            if format == "jwt" {
                policy["token_format"] = json!("jwt");
            }
            members["auth"] = json!({"token_exchange": policy});
            let fixture = with(&introspector, &members);
            let claims = json!({"mfa": false, "contractor": true});
            let token = subject_token(&claims);
            let ask = |token: &str, token_type: &str, target: &str| {
                let mut parameters = changed(good(token), "subject_token_type", Some(token_type));
                parameters.push(("audience", target));
                fixture.form("/auth/token", &parameters)
            };
            assert_eq!(ask(&token, JWT, "https://api.example/").status(), 400, "{introspector} {client}");
            let own = ask(&token, JWT, "orders").ok().text("access_token");
            assert_eq!(
                ask(&own, crate::common::ACCESS_TOKEN, "https://api.example/").status(),
                400,
                "{introspector} {client} {format}"
            );
        }
    }
}

/// `client.id` and `actor` are others when a token of this service is exchanged again.
#[test]
fn the_conditions_behind_an_own_token_look_at_the_client_and_the_actor() {
    let auth = json!({"token_exchange": {"token_format": "jwt", "audience": ["orders", "c2"], "delegation": "any"}});
    let own_as_c2 = |introspector: &Value| {
        let fixture = with(introspector, &json!({}));
        put(&fixture, 0, &json!({"auth": auth})).ok();
        put(&fixture, 1, &json!({"auth": {"token_exchange": {"token_format": "jwt", "delegation": "any"}}})).ok();
        let own = exchange_for(&fixture, &json!({}), "audience", Some("c2")).ok().text("access_token");
        let actor = subject_token(&json!({"sub": "00u1", "restricted": true}));
        let plain = changed(good(&own), "subject_token_type", Some(crate::common::ACCESS_TOKEN));
        let mut acting = plain.clone();
        acting.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
        let send = |parameters| fixture.form_as(Some(("c2", "secret-of-c2")), "/auth/token", parameters).status();
        (send(&plain), send(&acting))
    };
    for (condition, expected) in [
        ("client.id in ['c1', 'c2']", (200, 200)),
        ("client.id == 'c1'", (400, 400)),
        ("actor == null || actor.sub == '00u2'", (200, 400)),
        ("actor == null || actor.sub == '00u1'", (200, 200)),
        // That nobody read the actor's claims does not mean that it has none, though c2 has no rules of its own.
        ("actor == null || !has(actor.restricted)", (200, 400)),
        // What looks at the token alone was looked at.
        ("!has(claims.contractor)", (200, 200)),
    ] {
        assert_eq!(own_as_c2(&json!({"condition": condition})), expected, "{condition}");
    }
    // An attribute looks at them like the condition that reads it.
    let attributes = json!({
        "ours": "client.id == 'c1'", "both": "client.id in ['c1', 'c2']", "targets": "target", "tenant": "claims.sub",
    });
    for (condition, expected) in [
        ("attribute.ours", (400, 400)),
        ("attribute.both", (200, 200)),
        ("'c2' in attribute.targets || 'https://sts.example' in attribute.targets", (200, 200)),
        ("!('https://sts.example' in attribute.targets)", (400, 400)),
        ("attribute.tenant != 'eve'", (200, 200)),
        ("attribute.both && attribute.tenant != 'eve'", (400, 400)),
        ("attribute.both && !has(attribute.tenants)", (200, 200)),
    ] {
        assert_eq!(own_as_c2(&json!({"attributes": attributes, "condition": condition})), expected, "{condition}");
    }
}

/// What `emit` made of the client, the targets or the actor is made of those of now, and left out where it cannot be.
#[test]
fn claims_that_were_emitted_for_another_target_do_not_go_on() {
    let auth = json!({"token_exchange": {"token_format": "jwt", "audience": ["orders", "https://api.example/"]}});
    let rules = json!({
        "attributes": {"orders": "'orders' in target", "team": "claims.team"},
        "emit": {
            "role": "'orders' in target ? 'admin' : 'none'", "by": "client.id", "through": "attribute.orders",
            "both": "attribute.orders ? claims.team : 'none'", "team": "attribute.team",
        },
    });
    let fixture = with(&rules, &json!({"auth": auth}));
    let emitted = |reply: &Reply| {
        let claims = reply.claims();
        ["role", "by", "through", "both", "team"].map(|name| claims[name].clone())
    };
    let first = exchange(&fixture, &json!({"team": "t"})).ok();
    assert_eq!(emitted(&first), ["admin".into(), "c1".into(), true.into(), "t".into(), json!("t")]);
    let own = first.text("access_token");
    let mut parameters = changed(good(&own), "subject_token_type", Some(crate::common::ACCESS_TOKEN));
    parameters.push(("audience", "https://api.example/"));
    let second = fixture.form("/auth/token", &parameters).ok();
    assert_eq!(emitted(&second), ["none".into(), "c1".into(), false.into(), Value::Null, json!("t")]);
}

/// The rules on who may act are about subjects: a token of this service acts as one of its issuer does.
#[test]
fn an_own_token_as_actor_meets_the_conditions_behind_it() {
    for (condition, status) in [("actor == null", 400), ("client.id == 'c1'", 200)] {
        let other = "https://other.example";
        let mut resources = resources();
        merge(&mut resources[5], &json!({"condition": condition}));
        let mut introspector = resources[5].clone();
        merge(
            &mut introspector,
            &json!({"id": "other", "jwt": {"iss": other, "secret": crate::common::SECRET}, "condition": null}),
        );
        resources.as_array_mut().unwrap().push(introspector);
        let auth = json!({"token_exchange": {"token_format": "jwt", "delegation": "any"}});
        merge(&mut resources[0], &json!({"allowedIssuers": [EXTERNAL, other], "auth": auth}));
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let acts = |subject: &str, actor: (&str, &str)| {
            let mut parameters = good(subject);
            parameters.extend([("actor_token", actor.0), ("actor_token_type", actor.1)]);
            fixture.form("/auth/token", &parameters).status()
        };
        let (subject, of_subject) = (subject_token(&json!({"iss": other})), subject_token(&json!({})));
        let actor = subject_token(&json!({"sub": "carol"}));
        let own = exchange(&fixture, &json!({"sub": "carol"})).ok().text("access_token");
        // Of another issuer, on which this condition says nothing.
        assert_eq!(acts(&subject, (&actor, JWT)), 200, "{condition}");
        assert_eq!(acts(&subject, (&own, crate::common::ACCESS_TOKEN)), 200, "{condition}");
        assert_eq!(acts(&of_subject, (&own, crate::common::ACCESS_TOKEN)), status, "{condition}");
    }
}

#[test]
fn the_actor_token_meets_its_introspectors_condition() {
    let client = json!({"auth": {"token_exchange": {"token_format": "jwt", "delegation": "any"}}});
    let fixture = with(&json!({"condition": "claims.tenant == 't1'"}), &client);
    let exchange = |tenant: &str| {
        let subject = subject_token(&json!({"tenant": "t1"}));
        let actor = subject_token(&json!({"sub": "00u1", "tenant": tenant}));
        let mut parameters = good(&subject);
        parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
        fixture.form("/auth/token", &parameters)
    };
    exchange("t1").ok();
    exchange("t2").refused(
        400,
        "invalid_request",
        "The actor_token is not accepted: its claims do not meet a condition.",
    );
    let event = fixture.last_event();
    assert_eq!(event["reason"], "actor_token.condition_failed");
    assert_eq!(event["condition"], json!({"path": "TokenIntrospector.condition[0]", "detail": "false"}));
}

#[test]
fn conditions_read_the_actor() {
    let auth = json!({"token_exchange": {"token_format": "jwt", "delegation": "any", "refresh_token": true}});
    for (introspector, client, path) in [
        (
            json!({"condition": "claims.sub == '00u1' || actor.sub == '00u1'"}),
            json!({}),
            "TokenIntrospector.condition[0]",
        ),
        (json!({}), json!({"condition": "actor.sub == '00u1'"}), "Client.condition[0]"),
    ] {
        let mut client = client;
        client["auth"] = auth.clone();
        let fixture = with(&introspector, &client);
        let with_actor = |sub: &str| {
            let (subject, actor) = (subject_token(&json!({})), subject_token(&json!({"sub": sub})));
            let mut parameters = good(&subject);
            parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
            fixture.form("/auth/token", &parameters)
        };
        let reply = with_actor("00u1").ok();
        refresh(&fixture, &reply.text("refresh_token")).ok();
        // null has no member
        let alone = exchange(&fixture, &json!({}));
        not_met(
            &fixture,
            &alone,
            &json!({"path": path, "detail": "error", "at": if path.starts_with('C') { 7 } else { 31 }}),
        );
        // what was kept of the actor is looked at again
        for (condition, status) in [("actor.sub == '00u1'", 200), ("actor.sub == 'x'", 400), ("actor == null", 400)] {
            let reply = with_actor("00u1").ok();
            put(&fixture, 0, &json!({"auth": auth, "condition": condition})).ok();
            assert_eq!(refresh(&fixture, &reply.text("refresh_token")).status(), status, "{condition}");
            put(&fixture, 0, &client).ok();
        }
    }
}

#[test]
fn scope_rules_bound_what_may_be_asked_for() {
    let rules = json!([
        {"scope": ["read"], "when": "true"},
        {"scope": ["write"], "when": "'b' in claims.groups"},
        {"scope": ["write"], "when": "claims.missing == 1"},
        {"scope": ["write"], "when": "true", "audience": ["elsewhere"]},
        {"scope": ["write"], "when": "claims.groups"},
    ]);
    let fixture = with(&json!({}), &json!({"scope_rules": rules}));
    let ask = |groups: Value, scope: Option<&str>| {
        exchange_for(&fixture, &json!({"groups": groups, "scope": "write read other"}), "scope", scope)
    };
    assert_eq!(ask(json!(["b"]), Some("read write")).ok().text("scope"), "read write");
    ask(json!(["a"]), Some("read write")).refused(400, "invalid_scope", "A scope is not one that this client may ask");
    assert_eq!(fixture.last_event()["reason"], "scope_not_allowed");
    assert_eq!(ask(json!(["a"]), Some("read")).ok().text("scope"), "read");
    // none asked: as without rules, within the union
    assert_eq!(ask(json!(["b"]), None).ok().text("scope"), "write read");
    assert_eq!(ask(json!(["a"]), None).ok().text("scope"), "read");
}

#[test]
fn scope_rules_for_targets() {
    let rules =
        json!([{"scope": ["write"], "when": "true", "audience": ["orders"]}, {"scope": ["read"], "when": "true"}]);
    let fixture = with(&json!({}), &json!({"scope_rules": rules}));
    let ask = |targets: &[&str]| {
        let token = subject_token(&json!({}));
        let mut parameters = changed(good(&token), "scope", Some("write"));
        parameters.extend(targets.iter().map(|target| ("audience", *target)));
        fixture.form("/auth/token", &parameters)
    };
    ask(&[]).ok(); // orders is the default
    ask(&["orders"]).ok();
    ask(&["https://api.example/"]).refused(400, "invalid_scope", "A scope is not one");
    ask(&["orders", "https://api.example/"]).refused(400, "invalid_scope", "A scope is not one");
    // no rule gives nothing
    put(&fixture, 0, &json!({"scope_rules": []})).ok();
    ask(&["orders"]).refused(400, "invalid_scope", "A scope is not one");
}

#[test]
fn conditions_read_the_targets_that_are_asked_for() {
    let condition = "!('orders' in target) || claims.tenant == 't1'";
    let fixture = with(&json!({"condition": condition}), &json!({}));
    exchange(&fixture, &json!({"tenant": "t1"})).ok();
    exchange(&fixture, &json!({"tenant": "t2"})).refused(400, "invalid_request", NOT_MET);
    exchange_for(&fixture, &json!({}), "audience", Some("https://api.example/")).ok();
    exchange_for(&fixture, &json!({}), "audience", Some("nowhere")).refused(400, "invalid_target", "An audience");
}

#[test]
fn the_subject_in_place_of_sub() {
    let fixture = with(&json!({"user": "none", "subject": "claims.repository"}), &json!({}));
    let claims = json!({"sub": "repo:acme/shop:ref:refs/heads/main", "repository": "acme/shop"});
    let reply = exchange(&fixture, &claims).ok();
    assert_eq!(reply.claims()["sub"], "acme/shop");
    assert_eq!(refresh(&fixture, &reply.text("refresh_token")).ok().claims()["sub"], "acme/shop");
    for bad in [json!("x".repeat(1025)), json!(""), json!(["a"]), json!(1), json!("a\nb"), Value::Null] {
        let reply = exchange(&fixture, &json!({"sub": "s", "repository": bad}));
        reply.refused(400, "invalid_request", "The subject_token is not accepted: the rule for its subject");
        assert_eq!(fixture.last_event()["reason"], "subject_token.subject_malformed");
    }
    exchange(&fixture, &json!({"sub": "s", "repository": "x".repeat(1024)})).ok();
    // a User's id is nobody's but his
    exchange(&fixture, &json!({"sub": "s", "repository": "alice"}));
    assert_eq!(fixture.last_event()["reason"], "subject_token.sub_is_a_user");
    // another rule, and none: another subject than that of the grant
    for changes in [json!({"subject": "claims.sub"}), json!({"subject": "claims.other"}), json!({})] {
        let reply = exchange(&fixture, &claims).ok();
        let mut members = json!({"user": "none"});
        merge(&mut members, &changes);
        put(&fixture, 5, &members).ok();
        refresh(&fixture, &reply.text("refresh_token")).refused(400, "invalid_grant", "The refresh token is not valid");
        assert_eq!(fixture.last_event()["reason"], "refresh_no_longer_allowed");
        put(&fixture, 5, &json!({"user": "none", "subject": "claims.repository"})).ok();
    }
}

#[test]
fn the_subject_leads_to_the_user() {
    let fixture = with(&json!({"user": "identifier", "subject": "claims.oid"}), &json!({}));
    let reply = exchange(&fixture, &json!({"sub": "alice", "oid": "00u1"})).ok();
    assert_eq!(reply.claims()["sub"], "carol");
    refresh(&fixture, &reply.text("refresh_token")).ok();
    exchange(&fixture, &json!({"sub": "00u1", "oid": "alice"}));
    assert_eq!(fixture.last_event()["reason"], "subject_token.user_unknown");
}

#[test]
fn attributes_are_for_other_expressions() {
    let attributes = json!({
        "branch": "claims.sub.extract('/heads/{branch}')", "listed": "claims.groups", "missing": "claims.missing",
        "object": "claims.o", "fraction": "claims.d", "mixed": "claims.mixed",
    });
    let condition = "attribute.branch == 'main' && 'a' in attribute.listed && !has(attribute.missing) && \
                     !has(attribute.object) && !has(attribute.fraction) && !has(attribute.mixed)";
    let members = json!({"user": "none", "attributes": attributes, "condition": condition});
    let fixture = with(&members, &json!({"condition": "attribute.branch == 'main'"}));
    let claims =
        json!({"sub": "repo:acme/shop:ref:refs/heads/main", "groups": ["a"], "o": {}, "d": 1.5, "mixed": ["a", 1]});
    let reply = exchange(&fixture, &claims).ok();
    refresh(&fixture, &reply.text("refresh_token")).ok();
    let mut other = claims;
    merge(&mut other, &json!({"sub": "repo:acme/shop:ref:refs/heads/main-x"}));
    exchange(&fixture, &other).refused(400, "invalid_request", NOT_MET);
}

#[test]
fn claims_are_emitted() {
    let emit = json!({
        "branch": "claims.ok ? claims.sub.extract('/heads/{branch}') : 'none'", "team": "claims.groups[0]", "missing": "claims.missing",
        "null": "claims.nul", "object": "claims.o", "fraction": "claims.d", "computed": "claims.d + claims.d", "int": "claims.n + 1",
        "list": "claims.groups + ['c']", "by": "client.id",
    });
    let fixture = with(&json!({"user": "none", "copy_claims": ["email"], "emit": emit}), &json!({}));
    let claims = json!({"sub": "repo:acme/shop:ref:refs/heads/main", "ok": true, "groups": ["a", "b"], "o": {"k": [1]},
        "d": 1.5, "n": -3, "email": "e"});
    let reply = exchange(&fixture, &claims).ok();
    let expected = json!({"branch": "main", "team": "a", "object": {"k": [1]}, "fraction": 1.5, "int": -2,
        "list": ["a", "b", "c"], "by": "c1", "email": "e"});
    let emitted = |claims: Value| {
        let mut claims = claims;
        for own in ["iss", "sub", "aud", "client_id", "iat", "exp", "jti", "scope"] {
            claims.as_object_mut().unwrap().remove(own);
        }
        claims
    };
    assert_eq!(emitted(reply.claims()), expected);
    let again = refresh(&fixture, &reply.text("refresh_token")).ok();
    assert_eq!(emitted(again.claims()), expected);
    let too_much = json!({"sub": "s", "ok": true, "groups": ["x".repeat(4096)]});
    exchange(&fixture, &too_much).refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: its claims to copy",
    );
    assert_eq!(fixture.last_event()["reason"], "subject_token.claims_to_copy_too_large");
    // what is no longer emitted is dropped, and does not come back
    put(&fixture, 5, &json!({"user": "none", "emit": {"team": "claims.groups[0]", "new": "'x'"}})).ok();
    let again = refresh(&fixture, &again.text("refresh_token")).ok();
    assert_eq!(emitted(again.claims()), json!({"team": "a"}));
}

/// A value that another expression would give cannot be computed from what was kept, so it is not issued again.
#[test]
fn a_claim_that_is_emitted_by_another_expression_ends_the_refresh() {
    let rules = json!({"attributes": {"a": "claims.groups[0]", "b": "'b'"}, "emit": {"team": "attribute.a", "role": "claims.role"}});
    let claims = json!({"groups": ["admins"]});
    for (changes, expected) in [
        (json!({}), Some(json!("admins"))),
        (json!({"attributes": {"a": "claims.groups[0]", "b": "'c'"}}), Some(json!("admins"))),
        (json!({"emit": {"team": "attribute.a"}}), Some(json!("admins"))),
        (json!({"emit": {"role": "claims.role"}}), Some(Value::Null)),
        (json!({"emit": {"role": "claims.role"}, "copy_claims": ["team"]}), Some(Value::Null)),
        (json!({"emit": {"team": "'none'", "role": "claims.role"}}), None),
        (json!({"emit": {"team": "attribute.a", "role": "'none'"}}), None), // it had no value, and would have one
        (json!({"attributes": {"a": "'none'"}}), None),
    ] {
        let fixture = with(&rules, &json!({}));
        let reply = exchange(&fixture, &claims).ok();
        assert_eq!(reply.claims()["team"], "admins");
        let first = refresh(&fixture, &reply.text("refresh_token")).ok();
        assert_eq!(first.claims()["team"], "admins");
        let mut members = rules.clone();
        merge(&mut members, &changes);
        put(&fixture, 5, &members).ok();
        let again = refresh(&fixture, &first.text("refresh_token"));
        let Some(expected) = expected else {
            again.refused(400, "invalid_grant", "The refresh token is not valid");
            assert_eq!(fixture.last_event()["reason"], "refresh_no_longer_allowed", "{changes}");
            continue;
        };
        assert_eq!(again.ok().claims()["team"], expected, "{changes}");
    }
}

#[test]
fn rules_are_evaluated_again_at_refresh() {
    let client = json!({
        "condition": "claims.tenant == 't1'",
        "scope_rules": [{"scope": ["read", "write"], "when": "'admins' in claims.groups"}],
    });
    let introspector = json!({"condition": "!has(claims.suspended)"});
    let claims = json!({"tenant": "t1", "groups": ["admins", "staff"], "planted": "not kept"});
    for (index, changes, allowed) in [
        (0, json!({}), true),
        (0, json!({"scope_rules": null}), true),
        (0, json!({"scope_rules": [{"scope": ["read"], "when": "'staff' in claims.groups"}]}), true),
        (0, json!({"scope_rules": [{"scope": ["read"], "when": "'root' in claims.groups"}]}), false),
        (0, json!({"scope_rules": [{"scope": ["write"], "when": "'admins' in claims.groups"}]}), false),
        (0, json!({"scope_rules": [{"scope": ["read"], "when": "true", "audience": ["elsewhere"]}]}), false),
        (0, json!({"condition": "claims.tenant == 't2'"}), false),
        // of what was not kept nothing is known, not even that it is absent
        (0, json!({"condition": "!has(claims.other)"}), false),
        (0, json!({"condition": "size(claims) > 0"}), false),
        (0, json!({"condition": "!has(claims.suspended)"}), true),
        (5, json!({}), true),
        (5, json!({"condition": "has(claims.suspended)"}), false),
        (5, json!({"condition": "!has(claims.other)"}), false),
        (5, json!({"condition": "claims.tenant == 't1'"}), true),
        (5, json!({"attributes": {"x": "claims.other"}, "condition": "!has(attribute.x)"}), false),
        (5, json!({"attributes": {"x": "claims.other"}}), true),
        (5, json!({"attributes": {"x": "claims.tenant"}, "condition": "attribute.x == 't1'"}), true),
    ] {
        let fixture = with(&introspector, &client);
        let reply = exchange(&fixture, &claims).ok();
        assert!(!fixture.host.grants.borrow().values().any(|(_, record, _)| record.contains("planted")));
        let mut members = if index == 0 { client.clone() } else { introspector.clone() };
        merge(&mut members, &changes);
        put(&fixture, index, &members).ok();
        let again = refresh(&fixture, &reply.text("refresh_token"));
        if allowed {
            again.ok();
        } else {
            again.refused(400, "invalid_grant", "The refresh token is not valid");
            assert_eq!(fixture.last_event()["reason"], "refresh_no_longer_allowed", "{changes}");
        }
    }
}

#[test]
fn claims_to_keep_have_a_limit() {
    let fixture = with(&json!({"condition": "size(claims.list) > 0"}), &json!({}));
    // {"list":["…"]} are 13 bytes around the text
    let list = |bytes: usize| json!({"list": ["x".repeat(bytes)]});
    let reply = exchange(&fixture, &list(limits::KEPT_CLAIMS - 13)).ok();
    refresh(&fixture, &reply.text("refresh_token")).ok();
    exchange(&fixture, &list(limits::KEPT_CLAIMS - 12)).refused(
        400,
        "invalid_request",
        "The claims to keep for refreshes",
    );
    assert_eq!(fixture.last_event()["reason"], "claims_to_keep_too_large");
    // whoever gets no refresh token keeps nothing
    put(&fixture, 0, &json!({"auth": {"token_exchange": {"token_format": "jwt"}}})).ok();
    exchange(&fixture, &list(limits::KEPT_CLAIMS - 12)).ok();
}

#[test]
fn rules_of_an_issuer_of_opaque_tokens() {
    let fixture = Fixture::new();
    let introspector = json!({"type": "opaque", "jwt": {"iss": EXTERNAL}, "user": "none",
        "introspection_endpoint": {"url": "https://issuer.example/introspect"},
        "condition": "claims.tenant == 't1'", "subject": "claims.tenant + '/' + claims.sub"});
    put(&fixture, 5, &introspector).ok();
    let serve = |tenant: &str| {
        let body =
            json!({"active": true, "iss": EXTERNAL, "sub": "s", "exp": crate::common::NOW + 600, "tenant": tenant});
        let served = crate::common::Served { status: 200, cache_control: None, body: body.to_string() };
        fixture.host.servers.borrow_mut().insert("https://issuer.example/introspect".into(), served);
    };
    let exchange = |token: &str| {
        let parameters = changed(good(token), "subject_token_type", Some(crate::common::ACCESS_TOKEN));
        fixture.form("/auth/token", &parameters)
    };
    serve("t1");
    assert_eq!(exchange("opaque-1").ok().claims()["sub"], "t1/s");
    serve("t2");
    exchange("opaque-2").refused(400, "invalid_request", NOT_MET);
}
