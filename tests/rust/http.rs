//! What every answer has, where an issuer with a path lives (RFC 8414), and that the documentation lists every reason.

use std::collections::BTreeSet;

use edge_sts::http::{Request, unavailable};
use edge_sts::{Config, Sts};
use serde_json::{Value, json};

use crate::common::*;

fn at(issuer: &str, keys: &str) -> Fixture {
    let mut fixture = Fixture::new();
    let config = Config { admin_token: Some(ADMIN), writable: true, ..Config::new(issuer, keys) };
    fixture.sts = Sts::new(&config).unwrap();
    fixture
}

const SECURITY: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
];

#[test]
fn every_answer_has_the_security_headers() {
    let fixture = Fixture::new();
    for line in [
        "POST /auth/token",
        "GET /auth/token",
        "OPTIONS /auth/token",
        "POST /auth/introspect",
        "POST /auth/revoke",
        "GET /auth/userinfo",
        "GET /auth/authorize",
        "OPTIONS /.well-known/jwks.json",
        "HEAD /.well-known/openid-configuration",
        "GET /.well-known/jwks.json",
        "GET /health",
        "GET /Client",
        "GET /nowhere",
    ] {
        let reply = fixture.send(line, &[], b"");
        for (name, value) in SECURITY {
            assert_eq!(reply.header(name), Some(value), "{line}");
        }
        assert_eq!(reply.header("strict-transport-security"), Some("max-age=31536000"), "{line}");
    }
    assert_eq!(fixture.admin("GET /Client", &[], &Value::Null).ok().header(SECURITY[1].0), Some(SECURITY[1].1));
    assert_eq!(fixture.exchange().ok().header(SECURITY[1].0), Some(SECURITY[1].1));
    for path in ["GET /health", "POST /auth/token"] {
        let reply = Reply(unavailable(&Request::new(path, b""), "CONFIG: missing"));
        assert!(SECURITY.iter().all(|(name, value)| reply.header(name) == Some(value)), "{path}");
    }
    let local = at("http://localhost:8787", OCT_KEYS).send("GET /health", &[], b"").ok();
    assert_eq!(local.header("strict-transport-security"), None);
}

/// The ends of a header are cut off, so that such a token would refuse everybody for ever; files end with a line end.
#[test]
fn an_administrators_token_that_nobody_could_send_is_refused_at_start() {
    let config = |token| Config { admin_token: Some(token), ..Config::new(ISSUER, OCT_KEYS) };
    assert!(Sts::new(&config("planted-planted-")).is_ok());
    for token in ["planted-planted-\n", " planted-planted-", "planted-planted-\u{a0}", "planted-"] {
        let fault = Sts::new(&config(token)).err().unwrap();
        for says in ["STS_ADMIN_TOKEN (adminToken)", "at least 16", "no white space"] {
            assert!(fault.0.contains(says), "{}", fault.0);
        }
        assert!(!fault.0.contains("planted"));
    }
}

#[test]
fn rfc8414_2_jwks_uri_only_where_there_is_a_public_key() {
    let line = "GET /.well-known/oauth-authorization-server";
    let metadata = at(ISSUER, OCT_KEYS).send(line, &[], b"").ok().json();
    assert_eq!(metadata.get("jwks_uri"), None);
    let metadata = at(ISSUER, ES256_KEYS).send(line, &[("host", "evil.example")], b"").ok().json();
    assert_eq!(metadata["jwks_uri"], "https://sts.example/.well-known/jwks.json");
    assert_eq!(metadata["subject_types_supported"], json!(["public"]));
    assert_eq!(metadata["authorization_endpoint"], "https://sts.example/auth/authorize");
    // Discovery 1.0 section 3: RS256 is among them, whatever signs
    assert_eq!(metadata["id_token_signing_alg_values_supported"], json!(["ES256", "RS256"]));
    assert!(!metadata.to_string().contains("evil"));
}

#[test]
fn rfc8414_3_1_an_issuer_with_a_path() {
    let fixture = at("https://sts.example/a/sts", ES256_KEYS);
    let get = |path: &str| fixture.send(&format!("GET {path}"), &[], b"");
    for path in [
        "/.well-known/oauth-authorization-server/a/sts",
        "/.well-known/openid-configuration/a/sts",
        "/a/sts/.well-known/openid-configuration",
    ] {
        let metadata = get(path).ok().json();
        assert_eq!(metadata["issuer"], "https://sts.example/a/sts", "{path}");
        assert_eq!(metadata["token_endpoint"], "https://sts.example/a/sts/auth/token", "{path}");
        let jwks = metadata["jwks_uri"].as_str().unwrap().strip_prefix("https://sts.example").unwrap().to_owned();
        assert_eq!(get(&jwks).ok().json()["keys"].as_array().unwrap().len(), 1);
        let page = metadata["authorization_endpoint"].as_str().unwrap().strip_prefix("https://sts.example").unwrap();
        assert_eq!(get(page).status(), 400);
        // a preflight of any origin, wherever the document lies
        let preflight = fixture.send(&format!("OPTIONS {path}"), &[("origin", "https://any.example")], b"");
        assert_eq!((preflight.status(), preflight.header("access-control-allow-origin")), (204, Some("*")));
        assert_eq!(get(path).header("access-control-allow-origin"), Some("*"));
    }
    assert_eq!(get("/health").status(), 200);
    assert_eq!(get("/a/sts/health").status(), 200);
    for path in [
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/a",
        "/.well-known/jwks.json/a/sts",
        "/auth/userinfo",
        "/a/stsauth/userinfo",
        "/a/sts",
        "/a/sts/a/sts/health",
        "/A/sts/health",
    ] {
        assert_eq!(get(path).status(), 404, "{path}");
    }
    let token = subject_token(&json!({}));
    let answer = fixture.form("/a/sts/auth/token", &good(&token)).ok();
    assert_eq!(answer.claims()["iss"], "https://sts.example/a/sts");
    assert_eq!(fixture.form("/auth/token", &good(&token)).status(), 404);
    let made = fixture.admin("POST /a/sts/User", &[], &json!({"id": "new"}));
    assert_eq!((made.status(), made.header("location")), (201, Some("/a/sts/User/new")));
    assert_eq!(fixture.admin("GET /a/sts/User/new", &[], &Value::Null).status(), 200);
}

/// The codes as a source writes them. `Reason::code` and its kin match every variant, so none is missing.
fn codes_in<'a>(source: &'a str, of: &str) -> BTreeSet<&'a str> {
    let begin = source.find(of).unwrap();
    let end = source[begin..].find("\n    }\n").unwrap() + begin;
    let lines = source[begin..end].lines().filter_map(|line| line.split_once(" => \"")?.1.split_once('"'));
    lines.map(|(code, _)| code).collect()
}

const ERRORS: &str = include_str!("../../www/docs/reference/errors.md");

/// The names in the first column of the table under this heading.
fn listed(heading: &str) -> BTreeSet<&'static str> {
    let section = &ERRORS[ERRORS.find(heading).unwrap()..];
    let rows =
        section.lines().skip_while(|line| !line.starts_with('|')).skip(2).take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2)).collect()
}

#[test]
fn the_documentation_lists_every_reason_and_no_other() {
    let source = include_str!("../../src/error.rs");
    let mut reasons = codes_in(source, "impl Reason {");
    assert!(reasons.remove("token")); // stands for the codes of tokens
    reasons.extend(codes_in(include_str!("../../src/error/dpop_fault.rs"), "impl DpopFault {"));
    reasons.insert("internal_error"); // of the host: the module itself failed
    reasons.insert("client_assertion.…"); // the row that sends the reader to the codes of tokens
    assert_eq!(source.matches("fn code(self)").count(), 1);
    assert!(reasons.len() > 45);
    assert_eq!(listed("## Reasons of a request"), reasons);
    let faults = codes_in(include_str!("../../src/error/token_fault.rs"), "impl TokenFault {");
    assert!(faults.len() > 20);
    assert_eq!(listed("## Reasons of a token"), faults);
}

#[test]
fn the_documentation_lists_every_reason_of_a_fetch_and_no_other() {
    let host = include_str!("../../src/host/fault.rs");
    let mut reasons = codes_in(include_str!("../../src/issuers/fault.rs"), "impl FetchFault {");
    reasons.extend(codes_in(host, "impl Unanswered {"));
    reasons.extend(codes_in(host, "impl Unread {"));
    reasons.extend(codes_in(include_str!("../../src/jose/key_set.rs"), "impl KeySetFault {"));
    assert!(reasons.len() > 15);
    assert_eq!(listed("## Reasons of a fetch"), reasons);
}

#[test]
fn the_documentation_lists_every_member_of_an_event_and_no_other() {
    let source = include_str!("../../src/audit.rs");
    let begin = source.find("pub fn to_json(&self)").unwrap();
    let end = source[begin..].find("impl Party").unwrap() + begin;
    let written = source[begin..end].lines().filter_map(|line| line.trim().strip_prefix("event.")?.split('"').nth(1));
    // Written by loops.
    let members: BTreeSet<_> = written.chain(["subject", "actor", "exp", "refresh_exp"]).collect();
    assert!(members.len() > 25);
    let (page, kinds) = include_str!("../../www/docs/reference/events.md").split_once("## Kinds of events").unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let listed = rows.flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2));
    assert_eq!(listed.map(|name| name.split('.').next().unwrap()).collect::<BTreeSet<_>>(), members);
    assert!(kinds.contains("`token.exchange`"));
}

/// A preflight looks into the store once for each origin and time of the cache, whether a client lists it or not; what an
/// administrator changes counts at once.
#[test]
fn fetch_3_2_2_preflights_are_remembered() {
    let fixture = Fixture::new();
    let allowed = |origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        let reply = fixture.send("OPTIONS /auth/token", &headers, b"");
        assert_eq!(reply.status(), 204);
        reply.header("access-control-allow-origin").map(str::to_owned)
    };
    for _ in 0..5 {
        assert_eq!(allowed("https://app.example"), None);
        assert_eq!(allowed("https://other.example"), None);
    }
    assert_eq!(fixture.host.reads.get(), 2);
    let mut c1 = resources()[0].clone();
    c1["allowed_origins"] = json!(["https://app.example"]);
    fixture.admin("PUT /Client/c1", &[], &c1).ok();
    for _ in 0..5 {
        assert_eq!(allowed("https://app.example").as_deref(), Some("https://app.example"));
        assert_eq!(allowed("https://other.example"), None);
    }
    // Only what was changed is asked for again.
    assert_eq!(fixture.host.reads.get(), 3);
    fixture.advance(30);
    assert_eq!(allowed("https://app.example").as_deref(), Some("https://app.example"));
    assert_eq!(fixture.host.reads.get(), 4);
    // Without the store the last answer holds, and an origin that was never asked for is not listed.
    fixture.host.broken.set(true);
    fixture.advance(30);
    assert_eq!(allowed("https://app.example").as_deref(), Some("https://app.example"));
    assert_eq!(allowed("https://never.example"), None);
}

/// Attack 28: a preflight costs one look, whoever asks, and not even a thousand invented origins lock a page out.
#[test]
fn invented_origins_lock_no_page_out() {
    let mut resources = resources();
    resources[0]["allowed_origins"] = json!(["https://app.example"]);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let allowed = |origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        fixture.send("OPTIONS /auth/token", &headers, b"").header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(allowed("https://app.example").as_deref(), Some("https://app.example"));
    for number in 0..3000 {
        assert_eq!(allowed(&format!("https://invented-{number}.example")), None);
    }
    assert_eq!(fixture.host.reads.get(), 3001);
    fixture.host.broken.set(true);
    fixture.advance(3600);
    assert_eq!(allowed("https://app.example").as_deref(), Some("https://app.example"));
    // What no Client lists any more is an empty list.
    fixture.host.broken.set(false);
    let key = fixture.host.resources.borrow().keys().find(|key| key.starts_with("Client?origin=")).unwrap().clone();
    fixture.host.resources.borrow_mut().insert(key, "[]".into());
    assert_eq!(allowed("https://app.example"), None);
}
