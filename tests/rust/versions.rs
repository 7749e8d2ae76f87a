//! What a later version of the program wrote is refused, named, and left as it is: an instance that was set back, or that is
//! not yet brought forward, must neither guess nor destroy.

use crate::common::*;
use edge_sts::token::{Handle, HandleKind, SigningKeys};
use serde_json::{Value, json};

const LATER: &str = "stored_by_later_version";

/// Each request about a grant: its name, path and parameters.
fn requests(access: &str, refresh: &str) -> Vec<(&'static str, &'static str, Vec<(&'static str, String)>)> {
    let token = |token: &str| vec![("token", token.to_owned())];
    vec![
        ("refresh", "/auth/token", vec![("grant_type", "refresh_token".into()), ("refresh_token", refresh.to_owned())]),
        ("introspect refresh", "/auth/introspect", token(refresh)),
        ("introspect access", "/auth/introspect", token(access)),
        ("revoke refresh", "/auth/revoke", token(refresh)),
        ("revoke access", "/auth/revoke", token(access)),
        (
            "exchange",
            "/auth/token",
            vec![
                ("grant_type", TOKEN_EXCHANGE.into()),
                ("subject_token", access.to_owned()),
                ("subject_token_type", ACCESS_TOKEN.into()),
            ],
        ),
    ]
}

/// Sends each of them as the client; each is refused, by this reason.
fn all_refused(fixture: &Fixture, (id, secret): (&str, &str), access: &str, refresh: &str) {
    for (name, path, parameters) in requests(access, refresh) {
        let parameters: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = fixture.form_as(Some((id, secret)), path, &parameters);
        reply.refused(503, "temporarily_unavailable", "The service");
        assert_eq!(fixture.last_event()["reason"], LATER, "{name}");
    }
    let bearer = format!("Bearer {access}");
    let reply = fixture.send("GET /auth/userinfo", &[("authorization", &bearer)], b"");
    assert_eq!((reply.status(), &fixture.last_event()["reason"]), (503, &json!(LATER)), "userinfo");
}

#[test]
fn a_record_of_a_later_version_is_named_and_left_alone() {
    let fixture = Fixture::new();
    let opaque = ("opaque", "secret-of-opaque");
    let refresh = |token: &str| {
        fixture.form_as(Some(opaque), "/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
    };
    let token = subject_token(&json!({}));
    let exchanged = fixture.form_as(Some(opaque), "/auth/token", &good(&token)).ok();
    let refreshed = refresh(&exchanged.text("refresh_token")).ok();
    let (access, next) = (refreshed.text("access_token"), refreshed.text("refresh_token"));

    let versioned = |from: u64, to: u64| {
        for (_, value, _) in fixture.host.grants.borrow_mut().values_mut() {
            let (from, to) = (format!(r#"{{"v":{from},"#), format!(r#"{{"v":{to},"#));
            assert!(value.starts_with(&from), "{value}");
            *value = value.replace(&from, &to);
        }
    };
    for later in [4, 5, u64::from(u32::MAX)] {
        versioned(2, later);
        let before = fixture.host.grants.borrow().clone();
        all_refused(&fixture, opaque, &access, &next);
        assert_eq!(*fixture.host.grants.borrow(), before, "something was written over it");
        versioned(later, 2);
    }
    refresh(&next).ok();
}

#[test]
fn a_token_that_carries_a_later_version_is_named_and_left_alone() {
    let fixture = Fixture::new();
    let keys = SigningKeys::parse(OCT_KEYS, None, None).unwrap();
    let payload = json!({"v": 4, "new": "format"}).to_string();
    let carrying = |kind| {
        let handle = Handle::carrying(ISSUER, &keys, kind, "AAAAAAAAAAAAAAAAAAAAAA", &payload).unwrap();
        handle.expose().to_owned()
    };
    all_refused(
        &fixture,
        ("opaque", "secret-of-opaque"),
        &carrying(HandleKind::Access),
        &carrying(HandleKind::Refresh),
    );
    assert!(fixture.host.grants.borrow().is_empty(), "nothing is written");
}

#[test]
fn a_resource_of_a_later_version_is_named_and_left_alone() {
    let fixture = Fixture::new();
    let later = |key: &str| {
        let mut resources = fixture.host.resources.borrow_mut();
        let text = resources.get_mut(key).unwrap();
        let mut document: Value = serde_json::from_str(text).unwrap();
        document["meta"]["format"] = json!(2);
        document["new"] = json!("member");
        *text = document.to_string();
    };
    later("Client/c1");
    fixture.exchange().refused(503, "temporarily_unavailable", "The service");
    assert_eq!(fixture.last_event()["reason"], LATER);
}
