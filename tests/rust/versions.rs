//! What a later version of the program wrote is refused, named, and left as it is: an instance that was set back, or that is
//! not yet brought forward, must neither guess nor destroy.

use crate::common::*;
use edge_sts::host::{Change, Changed, ResourceName};
use edge_sts::token::{Handle, HandleKind, SigningKeys};
use serde_json::{Value, json};

const LATER: &str = "stored_by_later_version";

/// A request about a grant: its name, its path, its parameters.
type Asked = (&'static str, &'static str, Vec<(&'static str, String)>);

fn requests(access: &str, refresh: &str) -> Vec<Asked> {
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

/// With its prefix cut off a token of this service could be one of an issuer's, whom nobody asks before it is known that it
/// is none of this service's.
#[test]
fn a_token_without_its_prefix_whose_record_is_of_a_later_version_is_named() {
    let fixture = Fixture::new();
    let opaque = Some(("opaque", "secret-of-opaque"));
    let token = subject_token(&json!({}));
    let first = fixture.form_as(opaque, "/auth/token", &good(&token)).ok().text("refresh_token");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", first.as_str())];
    let access = fixture.form_as(opaque, "/auth/token", &refresh).ok().text("access_token");
    for (_, value, _) in fixture.host.grants.borrow_mut().values_mut() {
        *value = value.replace(r#"{"v":2,"#, r#"{"v":4,"#);
    }
    let rest = access.strip_prefix("sts_at_").unwrap();
    let parameters = [("grant_type", TOKEN_EXCHANGE), ("subject_token", rest), ("subject_token_type", ACCESS_TOKEN)];
    let reply = fixture.form_as(opaque, "/auth/token", &parameters);
    reply.refused(503, "temporarily_unavailable", "The service");
    assert_eq!(fixture.last_event()["reason"], LATER);
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

/// Makes what the directory holds of a Client, and what it has published, that of a later version.
fn make_later(fixture: &Fixture) {
    let stored = fixture.host.resources.borrow().get("Client/c1").unwrap().clone();
    let mut document: Value = serde_json::from_str(&stored).unwrap();
    document["meta"]["format"] = json!(2);
    document["new"] = json!({"secret": "planted"});
    let name = ResourceName { resource_type: "Client", id: "c1" };
    let text = document.to_string();
    let change = Change {
        name,
        expected: 1,
        version: 2,
        document: Some(&text),
        shown: Some("{}"),
        listed_as: None,
        unique: &[],
        shared: &[],
    };
    assert_eq!(fixture.host.transact(&[change], "a later version", NOW), Changed::Done);
}

#[test]
fn a_resource_of_a_later_version_is_named_and_left_alone() {
    let fixture = Fixture::new();
    make_later(&fixture);
    fixture.exchange().refused(503, "temporarily_unavailable", "The service");
    assert_eq!(fixture.last_event()["reason"], LATER);

    let shown = fixture.admin("GET /Client/c1", &[], &Value::Null).ok();
    assert_eq!(shown.json()["meta"]["format"], 2);
    assert_eq!(fixture.admin("GET /Client", &[], &Value::Null).ok().json()["total"], 5);
    for reply in [shown, fixture.admin("GET /Client", &[], &Value::Null)] {
        assert!(!reply.0.body.contains("planted"), "{}", reply.0.body);
    }
    let before = fixture.host.directory.borrow().look(ResourceName { resource_type: "Client", id: "c1" });
    let entry =
        json!({"resource": {"resourceType": "Client", "id": "c1"}, "request": {"method": "PUT", "url": "Client/c1"}});
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": [entry]});
    for (line, body) in [
        ("PUT /Client/c1", json!({"name": "new"})),
        ("POST /", bundle.clone()),
        ("POST /$import", bundle),
        ("GET /$export", Value::Null),
    ] {
        let reply = fixture.admin(line, &[], &body);
        assert_eq!((reply.status(), &reply.json()["issue"][0]["code"]), (409, &json!("conflict")), "{line}");
    }
    let after = fixture.host.directory.borrow().look(ResourceName { resource_type: "Client", id: "c1" });
    assert!(before == after, "it was changed");

    // Its own export, brought here: refused, and not taken for what it would be without what is unknown.
    let later = json!({"name": "n", "meta": {"format": 2}});
    let reply = fixture.admin("PUT /Client/c9", &[], &later);
    assert_eq!((reply.status(), &reply.json()["issue"][0]["expression"][0]), (422, &json!("Client.meta.format")));
    let known = json!({"name": "n", "meta": {"format": 1}});
    assert_eq!(fixture.admin("PUT /Client/c9", &[], &known).status(), 201);

    // To delete it is what somebody means.
    fixture.admin("DELETE /Client/c1", &[], &Value::Null).ok();
}

#[test]
fn an_introspector_or_user_of_a_later_version_is_named_too() {
    for key in ["TokenIntrospector/", "User/"] {
        let fixture = Fixture::new();
        for text in fixture.host.resources.borrow_mut().values_mut() {
            let mut document: Value = serde_json::from_str(text).unwrap();
            let kind = document["resourceType"].as_str().map(|kind| [kind, "/"].concat());
            if kind.as_deref() == Some(key) {
                document["meta"]["format"] = json!(2);
                *text = document.to_string();
            }
        }
        assert_eq!(fixture.exchange().status(), 503, "{key}");
        assert_eq!(fixture.last_event()["reason"], LATER, "{key}");
    }
}

/// The tables of the directory themselves: nothing is read out of what is not understood.
#[test]
fn tables_of_a_later_version_are_named() {
    let fixture = Fixture::new();
    fixture.host.later.set(true);
    fixture.exchange().refused(503, "temporarily_unavailable", "The service");
    assert_eq!(fixture.last_event()["reason"], LATER);
    for (line, body) in [
        ("GET /Client/c1", Value::Null),
        ("GET /Client", Value::Null),
        ("GET /Client/c1/_history", Value::Null),
        ("GET /$export", Value::Null),
        ("PUT /Client/c1", json!({"name": "new"})),
        ("DELETE /Client/c1", Value::Null),
    ] {
        let reply = fixture.admin(line, &[], &body);
        let issue = &reply.json()["issue"][0];
        assert_eq!((reply.status(), &issue["code"]), (503, &json!("not-supported")), "{line}");
        assert!(issue["diagnostics"].as_str().unwrap().starts_with("A later version of this service made"), "{line}");
        assert_eq!(fixture.last_event()["reason"], LATER, "{line}");
    }
    fixture.host.later.set(false);
    fixture.exchange().ok();
    fixture.admin("GET /Client/c1", &[], &Value::Null).ok();
}
