//! Properties of chains of exchanges (RFC 8693 section 4.1, contract 3.3 to 3.5), for whatever chain proptest makes up: scope
//! and lifetime only shrink, `act` grows by one actor at a time and to eight at most, `aud` is exactly what was asked for. A
//! dry run says of each link what it then gets.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::{Config as Cases, TestRunner};
use serde_json::{Value, json};

use crate::common::tried::Tried;
use crate::common::*;

const CLIENTS: [(&str, &str); 3] = [("c1", "p@ss:w+rd %1"), ("c2", "secret-of-c2"), ("opaque", "secret-of-opaque")];
const SCOPES: [&str; 3] = ["openid", "read", "write"];
const TARGETS: [&str; 3] = ["orders", "billing", "https://api.example/"];

/// One exchange of the chain.
#[derive(Clone, Debug)]
struct Link {
    client: usize,
    /// `sub` of the actor, if there is one.
    actor: Option<usize>,
    /// What is asked for; nothing if empty.
    scope: Vec<&'static str>,
    aud: Vec<&'static str>,
    /// Seconds that pass before it.
    after: u64,
}

fn link() -> impl Strategy<Value = Link> {
    let scope = subsequence(SCOPES.to_vec(), 0..=3);
    let aud = subsequence(TARGETS.to_vec(), 0..=3);
    let actor = prop_oneof![1 => Just(None), 3 => (0..12_usize).prop_map(Some)];
    (0..3_usize, actor, scope, aud, 0..40_u64).prop_map(|(client, actor, scope, aud, after)| Link {
        client,
        actor,
        scope,
        aud,
        after,
    })
}

/// Every client is a resource server of every target, so that each may go on with what another one got.
fn fixture() -> Fixture {
    let mut resources = resources();
    for place in [0, 1, 3] {
        merge(&mut resources[place], &json!({"resource": TARGETS, "scope": SCOPES}));
        let exchange = &mut resources[place]["auth"]["token_exchange"];
        merge(exchange, &json!({"delegation": "any", "audience": TARGETS, "outlive_subject": true}));
    }
    for n in 0..12 {
        resources.as_array_mut().unwrap().push(json!({"resourceType": "User", "id": format!("actor{n}")}));
    }
    Fixture::with(&resources, OCT_KEYS)
}

/// What introspection says of a token.
fn said(fixture: &Fixture, token: &str) -> Value {
    fixture.form_as(Some(CLIENTS[1]), "/auth/introspect", &[("token", token)]).ok().json()
}

fn names(said: &Value) -> Vec<String> {
    said["scope"].as_str().map(|scope| scope.split(' ').map(str::to_owned).collect()).unwrap_or_default()
}

/// The actors, the outermost first.
fn actors(said: &Value) -> Vec<String> {
    let act = |said: &Value| Some(said["act"].clone()).filter(Value::is_object);
    std::iter::successors(act(said), act).map(|act| act["sub"].as_str().unwrap().to_owned()).collect()
}

fn audience(said: &Value) -> Vec<&str> {
    match &said["aud"] {
        Value::String(one) => vec![one],
        more => more.as_array().unwrap().iter().map(|aud| aud.as_str().unwrap()).collect(),
    }
}

fn holds(first: &[&'static str], chain: &[Link]) -> Result<(), TestCaseError> {
    let fixture = fixture();
    let exp = NOW + 1000;
    let mut token = subject_token(&json!({"scope": first.join(" "), "exp": exp}));
    if first.is_empty() {
        token = subject_token(&json!({"exp": exp}));
    }
    let mut before: Option<Value> = None;
    for link in chain {
        fixture.advance(link.after);
        let actor = link.actor.map(|n| subject_token(&json!({"sub": format!("actor{n}"), "exp": NOW + 3600})));
        let scope = link.scope.join(" ");
        let of_type = if before.is_some() { ACCESS_TOKEN } else { JWT };
        let mut parameters =
            vec![("grant_type", TOKEN_EXCHANGE), ("subject_token", token.as_str()), ("subject_token_type", of_type)];
        parameters.extend(actor.iter().flat_map(|actor| [("actor_token", actor.as_str()), ("actor_token_type", JWT)]));
        parameters.extend((!scope.is_empty()).then_some(("scope", scope.as_str())));
        parameters.extend(link.aud.iter().map(|aud| ("audience", *aud)));
        let client = CLIENTS[link.client];
        let tried = Tried::new(&fixture, client.0, &parameters);
        let reply = fixture.form_as(Some(client), "/auth/token", &parameters);
        tried.agrees(&fixture, client, &reply);

        let own = before.as_ref().map(names);
        let wider = own.as_ref().is_some_and(|own| link.scope.iter().any(|name| !own.iter().any(|own| own == name)));
        let depth = before.as_ref().map_or(0, |before| actors(before).len());
        let too_deep = link.actor.is_some() && depth >= 8;
        let over = before.as_ref().is_some_and(|before| fixture.host.now.get() >= before["exp"].as_u64().unwrap());
        let error = if over || too_deep { Some("invalid_request") } else { wider.then_some("invalid_scope") };
        if let Some(error) = error {
            prop_assert_eq!((reply.status(), reply.text("error")), (400, error.to_owned()));
            continue; // the chain goes on with what it has
        }
        prop_assert_eq!(reply.status(), 200, "{}", reply.0.body);
        let next = reply.text("access_token");
        let now = said(&fixture, &next);
        prop_assert_eq!(&now["active"], &json!(true));
        prop_assert_eq!(&now["sub"], &json!("alice"));
        let asked: Vec<&str> = if link.aud.is_empty() { vec![TARGETS[0]] } else { link.aud.clone() };
        prop_assert_eq!(audience(&now), asked);
        prop_assert!(link.scope.is_empty() || names(&now) == link.scope, "{} for {:?}", now, link.scope);
        let (mut expected, is) = (before.as_ref().map(actors).unwrap_or_default(), actors(&now));
        if let Some(n) = link.actor {
            expected.insert(0, format!("actor{n}"));
        }
        prop_assert!(is == expected && is.len() <= 8, "{:?} after {:?}", is, expected);
        if let Some(before) = &before {
            let subset = names(&now).iter().all(|name| names(before).contains(name));
            prop_assert!(subset, "{} is wider than {}", now, before);
            prop_assert!(now["exp"].as_u64() <= before["exp"].as_u64(), "{} lives longer than {}", now, before);
            prop_assert!(reply.json().get("refresh_token").is_none(), "rights would begin anew");
        }
        (token, before) = (next, Some(now));
    }
    Ok(())
}

/// `STS_MODEL_CASES`: how many chains, in place of 100.
#[test]
fn rfc8693_4_1_a_chain_only_shrinks() {
    let cases = std::env::var("STS_MODEL_CASES").map_or(100, |cases| cases.parse().unwrap());
    let mut runner = TestRunner::new(Cases { cases, failure_persistence: None, ..Cases::default() });
    let chains = (subsequence(SCOPES.to_vec(), 0..=3), vec(link(), 1..14));
    runner.run(&chains, |(first, chain)| holds(&first, &chain)).unwrap_or_else(|fault| panic!("{fault}"));
}
