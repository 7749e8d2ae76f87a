//! A client that requires how, and how lately, the user authenticated (the names of RFC 9470).

use serde_json::{Value, json};

use crate::common::*;

const SENTENCE: &str = "The user must authenticate again, or in another way";

fn fixture(require: &Value) -> Fixture {
    let mut resources = resources();
    resources[0]["require"] = require.clone();
    resources[0]["auth"]["token_exchange"]["refresh_token"] = json!(false);
    resources[1]["auth"]["token_exchange"]["audience"] = json!(["c1", "orders"]);
    resources[1]["auth"]["token_exchange"]["refresh_token"] = json!(false);
    merge(&mut resources[5], &json!({"copy_claims": ["acr", "auth_time"]}));
    Fixture::with(&resources, OCT_KEYS)
}

#[test]
fn rfc9470_acr_and_max_age() {
    for (require, claims, holds) in [
        (json!({"acr": "mfa"}), json!({"acr": "mfa"}), true),
        (json!({"acr": ["gold", "mfa"]}), json!({"acr": "mfa"}), true),
        (json!({"acr": "mfa"}), json!({"acr": "pwd"}), false),
        (json!({"acr": "mfa"}), json!({"acr": ["mfa"]}), false),
        (json!({"acr": "mfa"}), json!({}), false),
        (json!({"max_age": 300}), json!({"auth_time": NOW - 359}), true),
        (json!({"max_age": 300}), json!({"auth_time": NOW - 360}), false),
        (json!({"max_age": 300}), json!({"auth_time": NOW + 60}), true),
        (json!({"max_age": 300}), json!({"auth_time": NOW + 61}), false),
        (json!({"max_age": 300}), json!({"auth_time": "now"}), false),
        (json!({"max_age": 300}), json!({}), false),
        (json!({"max_age": 0}), json!({"auth_time": NOW}), true),
        (json!({"acr": "mfa", "max_age": 300}), json!({"acr": "mfa"}), false),
        (json!({"acr": "mfa", "max_age": 300}), json!({"acr": "mfa", "auth_time": NOW}), true),
    ] {
        let fixture = fixture(&require);
        let reply = fixture.form("/auth/token", &good(&subject_token(&claims)));
        if holds {
            reply.ok();
        } else {
            reply.refused(400, "insufficient_user_authentication", SENTENCE);
            assert_eq!(fixture.last_event()["reason"], "user_authentication_insufficient");
        }
    }
}

/// What a token of this service does not say of the authentication is not known; what a rule has copied is.
#[test]
fn in_a_chain_it_is_what_was_copied() {
    let fixture = fixture(&json!({"acr": "mfa", "max_age": 300}));
    let through = |claims: &Value| {
        let subject = subject_token(claims);
        let parameters = changed(good(&subject), "audience", Some("c1"));
        let first = fixture.form_as(Some(("c2", "secret-of-c2")), "/auth/token", &parameters).ok().text("access_token");
        let parameters = changed(good(&first), "subject_token_type", Some(ACCESS_TOKEN));
        fixture.form("/auth/token", &parameters)
    };
    through(&json!({"acr": "mfa", "auth_time": NOW})).ok();
    through(&json!({"acr": "mfa"})).refused(400, "insufficient_user_authentication", SENTENCE);
    through(&json!({})).refused(400, "insufficient_user_authentication", SENTENCE);
}

#[test]
fn the_members() {
    let fixture = Fixture::new();
    let put = |require: Value, refresh: bool| {
        let client = json!({"secret": "secret-of-the-new-one-01", "grant_types": [TOKEN_EXCHANGE], "require": require,
            "auth": {"token_exchange": {"refresh_token": refresh}}});
        fixture.admin("PUT /Client/new", &[], &client).status()
    };
    assert_eq!(put(json!({"acr": "mfa"}), false), 201);
    assert_eq!(put(json!({"acr": ["mfa"], "max_age": 0}), false), 200);
    for bad in [
        json!({}),
        json!({"acr": []}),
        json!({"acr": [], "max_age": 5}),
        json!({"acr": ""}),
        json!({"acr": 1}),
        json!({"max_age": -1}),
        json!({"amr": ["otp"]}),
    ] {
        assert_eq!(put(bad.clone(), false), 422, "{bad}");
    }
    assert_eq!(put(json!({"acr": "mfa"}), true), 422, "a grant would outlive it");
}
