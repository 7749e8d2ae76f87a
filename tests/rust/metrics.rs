//! What is counted of a request, and who may read it.

use crate::common::*;
use edge_sts::{Config, Sts};
use serde_json::{Value, json};

/// A service whose host keeps counters.
fn counting() -> Fixture {
    let fixture = Fixture::new();
    let config = Config { admin_token: Some(ADMIN), writable: true, metrics: true, ..Config::new(ISSUER, OCT_KEYS) };
    Fixture { sts: Sts::new(&config).unwrap(), ..fixture }
}

fn counted(fixture: &Fixture) -> Vec<String> {
    fixture.host.counted.take()
}

#[test]
fn an_administrator_reads_the_counters_and_nobody_else() {
    let fixture = counting();
    let read = fixture.admin("GET /metrics", &[], &Value::Null).ok();
    assert_eq!(read.0.document, "metrics");
    assert_eq!(read.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(read.header("cache-control"), Some("no-store"));
    assert_eq!(fixture.admin("HEAD /metrics", &[], &Value::Null).ok().0.document, "");
    assert_eq!(fixture.host.events.borrow().len(), 0, "a scraper fills no log");

    for authorization in ["", "Bearer", "Bearer wrong", "Basic YTpi"] {
        let refused = fixture.send("GET /metrics", &[("authorization", authorization)], b"");
        assert_eq!((refused.status(), refused.0.document), (401, ""), "{authorization}");
        assert_eq!(fixture.last_event()["reason"], "admin_token_wrong");
    }
    let post = fixture.admin("POST /metrics", &[], &json!({}));
    assert_eq!((post.status(), post.header("allow")), (405, Some("GET, HEAD")));
    assert_eq!(fixture.admin("GET /metrics/", &[], &Value::Null).status(), 404);
}

#[test]
fn without_counters_or_an_administrator_the_path_is_not_there() {
    assert_eq!(Fixture::new().admin("GET /metrics", &[], &Value::Null).status(), 404);
    let config = Config { metrics: true, ..Config::new(ISSUER, OCT_KEYS) };
    let nobody = Fixture { sts: Sts::new(&config).unwrap(), ..Fixture::new() };
    assert_eq!(nobody.admin("GET /metrics", &[], &Value::Null).status(), 404);
}

#[test]
fn what_is_counted_is_what_was_decided() {
    let fixture = counting();
    let token = subject_token(&json!({}));
    let exchanged = fixture.form("/auth/token", &good(&token)).ok();
    assert_eq!(counted(&fixture), ["token.exchange - access_token 1 0"]);

    let refresh = exchanged.text("refresh_token");
    fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).ok();
    assert_eq!(counted(&fixture), ["token.refresh - access_token 1 0"]);

    fixture.form("/auth/introspect", &[("token", &exchanged.text("access_token"))]).ok();
    assert_eq!(counted(&fixture), ["token.introspect - - 1 0"]);

    let refused = changed(good(&token), "scope", Some("planted-scope"));
    assert_eq!(fixture.form("/auth/token", &refused).status(), 400);
    assert_eq!(counted(&fixture), ["token.exchange scope_not_allowed - 1 0"]);

    let bad = changed(good(&token), "subject_token", Some("planted.subject.token"));
    assert_eq!(fixture.form("/auth/token", &bad).status(), 400);
    assert_eq!(counted(&fixture), ["token.exchange subject_token.malformed - 1 0"]);

    let unknown = changed(good(&token), "grant_type", Some("planted grant - 1 0"));
    assert_eq!(fixture.form("/auth/token", &unknown).status(), 400);
    assert_eq!(counted(&fixture), ["token.request grant_type_unsupported - 1 0"]);

    fixture.host.broken.set(true);
    fixture.advance(3600);
    assert_eq!(fixture.form("/auth/token", &good(&token)).status(), 503);
    assert_eq!(counted(&fixture), ["token.exchange store_unavailable - 1 0"]);
}

#[test]
fn a_bundle_is_one_request_and_several_changes() {
    let fixture = counting();
    let entry = |id: &str| {
        json!({"request": {"method": "PUT", "url": format!("User/{id}")},
               "resource": {"resourceType": "User", "id": id}})
    };
    let bundle =
        json!({"resourceType": "Bundle", "type": "transaction", "entry": [entry("u1"), entry("u2"), entry("u3")]});
    fixture.admin("POST /", &[], &bundle).ok();
    assert_eq!(counted(&fixture), ["admin.put - - 1 0", "admin.put - - 0 0", "admin.put - - 0 0"]);
}

#[test]
fn a_dry_run_is_counted_as_what_an_administrator_did_and_not_as_what_it_found_out() {
    let fixture = counting();
    let token = subject_token(&json!({}));
    let tried = |client: &str| {
        let body = json!({"client_id": client, "subject_token": token, "subject_token_type": JWT});
        fixture.admin("POST /$dry-run", &[], &body).ok().json()["outcome"].clone()
    };
    assert_eq!((tried("c1"), counted(&fixture)), (json!("success"), vec!["admin.dry_run - - 1 0".to_owned()]));
    assert_eq!((tried("nobody"), counted(&fixture)), (json!("refused"), vec!["admin.dry_run - - 1 0".to_owned()]));

    assert_eq!(fixture.admin("POST /$dry-run", &[], &json!({})).status(), 422);
    assert_eq!(counted(&fixture), ["admin.dry_run administration_refused - 1 0"]);
}

#[test]
fn a_fetch_is_no_request() {
    let resources = json!([
        {"resourceType": "Client", "id": "c1", "secret": "secret-of-c1", "allowedIssuers": [EXTERNAL],
         "grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"]},
        {"resourceType": "TokenIntrospector", "id": "i", "type": "jwt", "user": "none",
         "jwt": {"iss": EXTERNAL}, "jwks_uri": "https://issuer.example/keys"},
    ]);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let claims = json!({"iss": EXTERNAL, "sub": "alice", "exp": NOW + 3600});
    let token = sign_text(r#"{"alg":"ES256","typ":"JWT","kid":"1"}"#, &claims.to_string());
    fixture.form_as(Some(("c1", "secret-of-c1")), "/auth/token", &good(&token));
    let events = counted(&fixture);
    assert!(events.iter().any(|words| words.starts_with("issuer.fetch ") && words.ends_with(" - 0 0")), "{events:?}");
    assert_eq!(events.iter().filter(|words| words.ends_with(" 1 0")).count(), 1, "{events:?}");
}
