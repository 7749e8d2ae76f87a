//! What an event says of a refused request: never what may be a secret or a token.

use serde_json::{Value, json};

use crate::common::*;

/// The members of the event's `claimed` for this request, and how often resources were read for it.
fn claimed(fixture: &Fixture, client: Option<(&str, &str)>, parameters: &[(&str, &str)]) -> (Value, usize) {
    fixture.host.reads.set(0);
    fixture.form_as(client, "/auth/token", parameters);
    (fixture.last_event()["claimed"].clone(), fixture.host.reads.get())
}

const RANDOM: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

#[test]
fn a_client_id_is_shown_only_if_it_cannot_be_the_secret() {
    let shown = |id: &str| json!({"client_id": id});
    for (id, secret, expected) in [
        ("c1", "wrong", shown("c1")),
        ("c1", RANDOM, shown("c1")),
        ("new-app", RANDOM, shown("new-app")),
        // Changed, whatever the secret looks like.
        ("secret-of-c2", "c2", Value::Null),
        (RANDOM, "c2", Value::Null),
        ("hunter2", "c1", Value::Null),
        // Changed, and the id is none.
        (RANDOM, "new-app", Value::Null),
        // Which of them is the secret cannot be told.
        ("hunter2", "new-app", Value::Null),
        (RANDOM, "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d", Value::Null),
    ] {
        let fixture = Fixture::new();
        let token = subject_token(&json!({}));
        let (by_basic, reads) = claimed(&fixture, Some((id, secret)), &good(&token));
        let mut parameters = good(&token);
        parameters.extend([("client_id", id), ("client_secret", secret)]);
        let (in_body, _) = claimed(&Fixture::new(), None, &parameters);
        assert_eq!((&by_basic, &in_body), (&expected, &expected), "{id} {secret}");
        // The answer waits as long whether there is such a client or not: the request's own resources, the secret as an id.
        assert_eq!(reads, 2, "{id} {secret}");
    }
}

#[test]
fn a_client_id_alone_is_shown_if_there_is_such_a_client() {
    let fixture = Fixture::new();
    for (id, expected) in [("c1", json!({"client_id": "c1"})), ("secret-of-c2", Value::Null), ("new-app", Value::Null)]
    {
        let parameters = [("grant_type", TOKEN_EXCHANGE), ("client_id", id)];
        assert_eq!(claimed(&fixture, None, &parameters).0, expected, "{id}");
    }
}

/// A token that was sent in the place of its type.
#[test]
fn a_type_is_shown_if_it_is_of_words() {
    let fixture = Fixture::new();
    let c1 = Some(("c1", "p@ss:w+rd %1"));
    let (token, opaque) = (subject_token(&json!({})), "2YotnFZFEjr1zCsicMWpAA");
    for (name, value, shown) in [
        ("subject_token_type", "jwt", true),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2", true),
        ("subject_token_type", opaque, false),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:2YotnFZFEjr1zCsicMWpAA", false),
        ("requested_token_type", opaque, false),
        ("grant_type", "password", true),
        ("grant_type", opaque, false),
    ] {
        let expected = if shown { json!(value) } else { Value::Null };
        let (claimed, _) = claimed(&fixture, c1, &changed(good(&token), name, Some(value)));
        assert_eq!(claimed[name], expected, "{name} {value}");
    }
}

/// An issuer that names its opaque tokens by themselves, in `jti` or wherever.
#[test]
fn an_issuers_answer_that_repeats_the_token_is_not_shown() {
    const ENDPOINT: &str = "https://issuer.example/introspect";
    const TOKEN: &str = "planted-opaque-token-4f1c9b7e2d3a48c6";
    let mut resources = resources();
    resources[5] = json!({
        "resourceType": "TokenIntrospector", "id": "external", "type": "opaque", "jwt": {"iss": EXTERNAL},
        "introspection_endpoint": {"url": ENDPOINT, "authorization": "Basic planted"}, "audience": ["us"],
    });
    for (changes, claim) in [
        (json!({"jti": TOKEN, "aud": ["other"]}), Value::Null),
        (json!({"sub": TOKEN, "aud": "other"}), json!("sub")),
        (json!({"aud": ["other", format!("urn:{TOKEN}")]}), json!("aud")),
        (json!({"sub": TOKEN, "aud": "us"}), json!("sub")),
    ] {
        let mut answer = json!({"active": true, "sub": "alice", "exp": NOW + 900});
        merge(&mut answer, &changes);
        let served = Served { status: 200, cache_control: None, body: answer.to_string() };
        let fixture = Fixture::with(&resources, OCT_KEYS); // nothing is remembered of the token
        fixture.host.servers.borrow_mut().insert(ENDPOINT.to_owned(), served);
        let parameters = changed(good(TOKEN), "subject_token_type", Some(ACCESS_TOKEN));
        fixture.form("/auth/token", &parameters).refused(400, "invalid_request", "");
        let event = fixture.last_event();
        assert!(!event.to_string().contains(TOKEN), "{event}");
        assert_eq!(event["claim"], claim, "{event}");
        // What it says is believed, and shown, where it does not repeat the token.
        assert_eq!(event["subject"]["iss"], if claim.is_null() { json!(EXTERNAL) } else { Value::Null }, "{event}");
    }
}
