//! What is fetched from issuers: key sets, metadata, their word on opaque tokens. A host in memory with other servers.

use edge_sts::host::{Unanswered, Unread};
use serde_json::{Value, json};

use crate::common::*;
use crate::rfc7523;

pub const JWKS_URI: &str = "https://issuer.example/keys";

fn row(alg: &str) -> Value {
    let data: Value = serde_json::from_str(include_str!("../data/public_keys.json")).unwrap();
    data["rows"].as_array().unwrap().iter().find(|row| row["alg"] == alg).unwrap().clone()
}

pub fn token(alg: &str) -> String {
    row(alg)["token"].as_str().unwrap().to_owned()
}

/// The key of `data/public_keys.json`, as an issuer publishes it; its tokens say `kid` `k1`.
pub fn key(alg: &str, kid: &str) -> Value {
    let mut jwk = row(alg)["jwk"].clone();
    merge(&mut jwk, &json!({"kid": kid, "alg": alg, "use": "sig"}));
    jwk
}

pub fn fixture(members: &Value) -> Fixture {
    let mut resources = resources();
    for resource in resources.as_array_mut().unwrap() {
        if resource["id"] == "external" {
            resource["jwt"].as_object_mut().unwrap().remove("secret");
            merge(resource, members);
        }
    }
    Fixture::with(&resources, OCT_KEYS)
}

pub fn serve(fixture: &Fixture, url: &str, status: u16, cache_control: Option<&str>, body: &str) {
    let served = Served { status, cache_control: cache_control.map(str::to_owned), body: body.to_owned() };
    fixture.host.servers.borrow_mut().insert(url.to_owned(), served);
}

pub fn serve_keys(fixture: &Fixture, keys: &[Value]) {
    serve(fixture, JWKS_URI, 200, None, &json!({"keys": keys}).to_string());
}

pub fn offer(fixture: &Fixture, token: &str) -> Reply {
    fixture.form("/auth/token", &good(token))
}

pub fn fetches(fixture: &Fixture) -> usize {
    fixture.host.sent.borrow().len()
}

/// The reason of the last fetch.
pub fn fetch_reason(fixture: &Fixture) -> Value {
    let events = fixture.host.events.borrow();
    let fetch = events.iter().rev().find(|event| event.contains("issuer.fetch")).unwrap();
    serde_json::from_str::<Value>(fetch).unwrap()["reason"].clone()
}

/// The HTTP status that the event of the last fetch tells.
fn fetch_status(fixture: &Fixture) -> Value {
    let events = fixture.host.events.borrow();
    let fetch = events.iter().rev().find(|event| event.contains("issuer.fetch")).unwrap();
    serde_json::from_str::<Value>(fetch).unwrap()["status"].clone()
}

pub const NO_KEY: &str = "The subject_token is not accepted: no key of its issuer";
pub const UNAVAILABLE: &str = "The subject_token is not accepted: its issuer cannot be asked";

#[test]
fn a_set_is_fetched_once_and_serves_for_cache_ttl() {
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
    serve_keys(&fixture, &[key("ES256", "k1")]);
    for _ in 0..5 {
        offer(&fixture, &token("ES256")).ok();
    }
    fixture.advance(299);
    offer(&fixture, &token("ES256")).ok();
    assert_eq!(fetches(&fixture), 1);
    fixture.advance(1);
    offer(&fixture, &token("ES256")).ok();
    assert_eq!(fetches(&fixture), 2);
    let sent = fixture.host.sent.borrow()[0].clone();
    assert_eq!((sent.url.as_str(), sent.form, sent.authorization), (JWKS_URI, None, None));
}

#[test]
fn the_answers_own_word_shortens_the_time_but_not_below_a_minute() {
    for (cache_control, ttl, seconds) in [
        ("max-age=120", 300, 120),
        ("max-age=1", 300, 60),
        ("no-store", 300, 60),
        ("max-age=86400", 300, 300),
        ("max-age=120", 10, 10),
    ] {
        let fixture = fixture(&json!({"jwks_uri": JWKS_URI, "cache_ttl": ttl}));
        serve(&fixture, JWKS_URI, 200, Some(cache_control), &json!({"keys": [key("ES256", "k1")]}).to_string());
        offer(&fixture, &token("ES256")).ok();
        fixture.advance(seconds - 1);
        offer(&fixture, &token("ES256")).ok();
        assert_eq!(fetches(&fixture), 1, "{cache_control}");
        fixture.advance(1);
        offer(&fixture, &token("ES256")).ok();
        assert_eq!(fetches(&fixture), 2, "{cache_control}");
    }
}

/// A token of this `kid`, signed with the key of `rfc7523`.
pub fn of_kid(kid: &str) -> String {
    let claims = json!({"iss": EXTERNAL, "sub": "alice", "exp": NOW + 900});
    rfc7523::signed(&json!({"alg": "ES256", "kid": kid}), &claims, rfc7523::D)
}

pub fn with_kid(kid: &str) -> Value {
    let mut jwk = rfc7523::key();
    jwk["kid"] = json!(kid);
    jwk
}

#[test]
fn a_rotation_is_seen_at_once_and_invented_kids_cost_one_fetch_a_minute() {
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
    serve_keys(&fixture, &[key("ES256", "k1")]);
    offer(&fixture, &token("ES256")).ok();
    serve_keys(&fixture, &[key("ES256", "k1"), with_kid("k2")]);
    offer(&fixture, &of_kid("k2")).ok();
    assert_eq!(fetches(&fixture), 2);
    serve_keys(&fixture, &[with_kid("k3")]);
    offer(&fixture, &of_kid("k3")).ok();
    assert_eq!(fetches(&fixture), 3);
    offer(&fixture, &of_kid("k2")).refused(400, "invalid_request", NO_KEY); // a removed key is used no more
    assert_eq!(fetches(&fixture), 4);
    for minute in 5..8 {
        for kid in 0..1000 {
            offer(&fixture, &of_kid(&format!("invented-{kid}"))).refused(400, "invalid_request", NO_KEY);
        }
        assert_eq!(fetches(&fixture), minute - 1);
        fixture.advance(60);
        offer(&fixture, &of_kid("invented")).refused(400, "invalid_request", NO_KEY);
        assert_eq!(fetches(&fixture), minute);
    }
    offer(&fixture, &of_kid("k3")).ok();
}

#[test]
fn f02_a_thousand_unknown_kids_cause_one_fetch() {
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
    serve_keys(&fixture, &[key("ES256", "k1")]);
    for kid in 0..1000 {
        offer(&fixture, &of_kid(&format!("invented-{kid}"))).refused(400, "invalid_request", NO_KEY);
    }
    assert_eq!(fetches(&fixture), 1);
    offer(&fixture, &token("ES256")).ok();
}

#[test]
fn f01_what_is_no_set_is_not_used_and_the_last_good_one_serves_until_it_is_too_old() {
    let many = json!({"keys": [], "x": "x".repeat(5 << 20)}).to_string();
    for (status, body, reason) in [
        (404, "{}", "status"),
        (302, "", "redirect"),
        (500, "", "status"),
        (200, "<html>", "not_json"),
        (200, "[]", "not_json"),
        (200, r#"{"keys":1}"#, "jwks_malformed"),
        (200, &many, "too_long"),
    ] {
        let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
        serve(&fixture, JWKS_URI, status, None, body);
        offer(&fixture, &token("ES256")).refused(400, "invalid_request", UNAVAILABLE);
        assert_eq!((fetch_reason(&fixture), fetch_status(&fixture)), (json!(reason), json!(status)));
        // It is left alone for a while, so that an outage does not make each request wait.
        offer(&fixture, &token("ES256")).refused(400, "invalid_request", UNAVAILABLE);
        assert_eq!(fetches(&fixture), 1);
        fixture.advance(30);
        serve_keys(&fixture, &[key("ES256", "k1")]);
        offer(&fixture, &token("ES256")).ok();
        assert_eq!(fetches(&fixture), 2);
        // The same fault later: the good set serves on, for a day.
        serve(&fixture, JWKS_URI, status, None, body);
        fixture.advance(300);
        offer(&fixture, &long_lived(&fixture, "ES256")).ok();
        assert_eq!((fetches(&fixture), fetch_reason(&fixture)), (3, json!(reason)));
        offer(&fixture, &long_lived(&fixture, "ES256")).ok();
        assert_eq!(fetches(&fixture), 3);
    }
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
    offer(&fixture, &token("ES256")).refused(400, "invalid_request", UNAVAILABLE);
    assert_eq!(fetch_reason(&fixture), "no_answer");
}

/// The token of the data ends an hour after NOW, which the tests here do not pass.
fn long_lived(fixture: &Fixture, alg: &str) -> String {
    assert!(fixture.host.now.get() < NOW + 3600);
    token(alg)
}

#[test]
fn stale_keys_serve_for_a_stated_time() {
    // The token lives for an hour only, so that the set is made old before: 1 s fresh, a day stale.
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI, "cache_ttl": 1}));
    fixture.host.now.set(NOW - 24 * 3600 + 10);
    serve_keys(&fixture, &[key("ES256", "k1")]);
    offer(&fixture, &token("ES256")).refused(
        400,
        "invalid_request",
        "The subject_token is not accepted: it lives longer",
    );
    assert_eq!(fetches(&fixture), 0); // cheap checks come first
    fixture.host.now.set(NOW - 23 * 3600);
    offer(&fixture, &token("ES256")).ok();
    fixture.host.servers.borrow_mut().clear();
    fixture.host.now.set(NOW + 3500);
    offer(&fixture, &token("ES256")).ok();
    fixture.host.now.set(NOW + 3610); // within the leeway of exp, and a day and more after the fetch
    offer(&fixture, &token("ES256")).refused(400, "invalid_request", UNAVAILABLE);
}

#[test]
fn nothing_is_fetched_for_what_can_be_refused_without() {
    let mut resources = resources();
    resources[2]["id"] = json!("cx");
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
    serve_keys(&fixture, &[key("ES256", "k1")]);
    let forged = |header: Value, changes: Value| {
        let mut claims = json!({"iss": EXTERNAL, "sub": "alice", "exp": NOW + 900});
        merge(&mut claims, &changes);
        sign_bytes(header.to_string().as_bytes(), claims.to_string().as_bytes())
    };
    let es256 = json!({"alg": "ES256", "kid": "k1"});
    for token in [
        forged(es256.clone(), json!({"exp": NOW - 61})),
        forged(es256.clone(), json!({"exp": NOW + 100_000})),
        forged(es256.clone(), json!({"nbf": NOW + 100})),
        forged(es256.clone(), json!({"iss": "https://unknown.example"})),
        forged(json!({"alg": "HS256"}), json!({})),
        forged(json!({"alg": "ES256", "typ": "dpop+jwt"}), json!({})),
        String::from("a.b.c"),
    ] {
        assert_eq!(offer(&fixture, &token).status(), 400);
    }
    // an issuer that is not this client's, and a client that has not proven who it is
    let wrong = fixture.form_as(Some(("c1", "wrong")), "/auth/token", &good(&token("ES256")));
    wrong.refused(401, "invalid_client", "Client authentication failed.");
    assert_eq!(fetches(&fixture), 0);
    // Nothing that a token names is fetched.
    for name in ["jku", "x5u"] {
        let header = json!({"alg": "ES256", "kid": "k1", name: "https://evil.example/keys"});
        offer(&fixture, &forged(header, json!({}))).refused(400, "invalid_request", NO_KEY);
    }
    assert!(fixture.host.sent.borrow().iter().all(|sent| sent.url == JWKS_URI));
}

#[test]
fn bad_keys_of_a_set_are_left_out_and_reported() {
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
    let mut private = key("RS256", "k1");
    private["d"] = json!("AQAB");
    let mut encryption = key("RS384", "k2");
    encryption["use"] = json!("enc");
    serve_keys(&fixture, &[private, encryption, json!({"kty": "oct", "k": "AAAA"}), key("ES256", "k3")]);
    offer(&fixture, &token("RS256")).refused(400, "invalid_request", NO_KEY);
    let events = fixture.host.events.borrow();
    let event = events.iter().find(|event| event.contains("issuer.fetch")).unwrap();
    let event: Value = serde_json::from_str(event).unwrap();
    assert_eq!(event["left_out"], json!(["d", "use", "k"]));
    assert_eq!(
        (&event["level"], &event["outcome"], &event["issuer"]),
        (&json!("warning"), &json!("success"), &json!(EXTERNAL))
    );
}

/// The set is fetched once for all introspectors that name it; which algorithms its keys serve is each one's own matter.
#[test]
fn algorithms_of_fetched_keys_that_name_none() {
    for (algorithms, served) in [(Value::Null, false), (json!(["RS512"]), true), (json!(["RS256"]), false)] {
        let fixture = fixture(&json!({"jwks_uri": JWKS_URI, "algorithms": algorithms}));
        let mut without_alg = key("RS512", "k1");
        without_alg.as_object_mut().unwrap().remove("alg");
        serve_keys(&fixture, &[without_alg]);
        let reply = offer(&fixture, &token("RS512"));
        assert_eq!(reply.status(), if served { 200 } else { 400 }, "{algorithms}");
    }
}

/// Attack 26: a hundred keys cost as much as ten, where no `kid` chooses.
#[test]
fn at_most_ten_keys_are_tried_without_a_kid() {
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
    let without_kid = |alg: &str| {
        let mut jwk = key(alg, "k1");
        jwk.as_object_mut().unwrap().remove("kid");
        jwk
    };
    let mut keys: Vec<Value> = (0..9).map(|byte| other_rsa(&without_kid("RS256"), byte)).collect();
    keys.push(without_kid("RS256"));
    serve_keys(&fixture, &keys);
    offer(&fixture, &token("RS256")).ok();
    assert_eq!(fixture.host.verified.get(), 10);
    let fixture = self::fixture(&json!({"jwks_uri": JWKS_URI}));
    keys.insert(0, other_rsa(&without_kid("RS256"), 9));
    serve_keys(&fixture, &keys);
    offer(&fixture, &token("RS256")).refused(400, "invalid_request", NO_KEY);
    assert_eq!(fixture.host.verified.get(), 10);
    // The one that the kid chooses is tried, however many have none.
    let fixture = self::fixture(&json!({"jwks_uri": JWKS_URI}));
    keys.push(key("RS256", "k1"));
    serve_keys(&fixture, &keys);
    offer(&fixture, &token("RS256")).ok();
}

#[test]
fn rfc8414_3_3_discovery() {
    let open_id = format!("{EXTERNAL}/.well-known/openid-configuration");
    let oauth = format!("{EXTERNAL}/.well-known/oauth-authorization-server");
    let metadata = |issuer: &str, jwks_uri: &str| json!({"issuer": issuer, "jwks_uri": jwks_uri}).to_string();
    for place in [&open_id, &oauth] {
        let fixture = fixture(&json!({"discovery": true}));
        serve(&fixture, &open_id, 404, None, "");
        serve(&fixture, place, 200, None, &metadata(EXTERNAL, JWKS_URI));
        serve_keys(&fixture, &[key("ES256", "k1")]);
        offer(&fixture, &token("ES256")).ok();
        let all = fetches(&fixture);
        offer(&fixture, &token("ES256")).ok();
        assert_eq!(fetches(&fixture), all);
    }
    for (body, reason) in [
        (metadata("https://evil.example", JWKS_URI), "issuer_mismatch"),
        (metadata(&format!("{EXTERNAL}/"), JWKS_URI), "issuer_mismatch"),
        (metadata(EXTERNAL, "http://issuer.example/keys"), "url_refused"),
        (metadata(EXTERNAL, "https://169.254.169.254/keys"), "url_refused"),
        (json!({"issuer": EXTERNAL}).to_string(), "malformed"),
    ] {
        let fixture = fixture(&json!({"discovery": true}));
        serve(&fixture, &open_id, 200, None, &body);
        serve_keys(&fixture, &[key("ES256", "k1")]);
        offer(&fixture, &token("ES256")).refused(400, "invalid_request", UNAVAILABLE);
        assert_eq!(fetch_reason(&fixture), reason);
        assert_eq!(fetches(&fixture), 1);
    }
}

/// RFC 8414 section 3.2: metadata is a 200 and a JSON object. Many apps answer every path with their page.
#[test]
fn rfc8414_3_2_what_is_no_json_object_is_no_metadata() {
    let open_id = format!("{EXTERNAL}/.well-known/openid-configuration");
    let oauth = format!("{EXTERNAL}/.well-known/oauth-authorization-server");
    let metadata = json!({"issuer": EXTERNAL, "jwks_uri": JWKS_URI}).to_string();
    let long = "x".repeat(300 * 1024);
    for (status, body, reason) in [
        (200, "<!doctype html><title>app</title>", "not_json"),
        (200, "[]", "not_json"),
        (200, "", "not_json"),
        (200, long.as_str(), "too_long"),
        (302, "", "redirect"),
        (403, "", "status"),
    ] {
        let fixture = fixture(&json!({"discovery": true}));
        serve(&fixture, &open_id, status, None, body);
        serve(&fixture, &oauth, 200, None, &metadata);
        serve_keys(&fixture, &[key("ES256", "k1")]);
        offer(&fixture, &token("ES256")).ok();
        assert_eq!(fetches(&fixture), 3);
        // Where the second is not there either, the first is what there is to mend.
        serve(&fixture, &oauth, 404, None, "");
        fixture.advance(300);
        offer(&fixture, &token("ES256")).ok();
        assert_eq!((fetch_reason(&fixture), fetch_status(&fixture)), (json!(reason), json!(status)));
    }
    // Another issuer is no absence.
    let fixture = fixture(&json!({"discovery": true}));
    serve(&fixture, &open_id, 200, None, &json!({"issuer": "https://evil.example", "jwks_uri": JWKS_URI}).to_string());
    serve(&fixture, &oauth, 200, None, &metadata);
    serve_keys(&fixture, &[key("ES256", "k1")]);
    offer(&fixture, &token("ES256")).refused(400, "invalid_request", UNAVAILABLE);
    assert_eq!((fetches(&fixture), fetch_reason(&fixture)), (1, json!("issuer_mismatch")));
}

/// Each cause that needs another remedy has its own word in the event; the client hears the same of all.
#[test]
fn the_event_says_why_a_server_did_not_answer() {
    for (why, reason) in [
        (Unanswered::Address, "address_refused"),
        (Unanswered::Name, "name_unknown"),
        (Unanswered::Connection, "connection_failed"),
        (Unanswered::Tls, "tls_failed"),
        (Unanswered::Timeout, "timeout"),
        (Unanswered::Protocol, "not_http"),
        (Unanswered::Unknown, "no_answer"),
    ] {
        let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
        fixture.host.unanswered.set(Some(why));
        offer(&fixture, &token("ES256")).refused(400, "invalid_request", UNAVAILABLE);
        assert_eq!((fetch_reason(&fixture), fetch_status(&fixture)), (json!(reason), Value::Null));
        assert_eq!(Unanswered::from_code(reason), why);
    }
    for (why, code) in
        [(Unread::TooLong, "too_long"), (Unread::NotUtf8, "not_utf8"), (Unread::Coding, "content_encoding")]
    {
        assert_eq!((why.code(), Unread::from_code(code)), (code, Some(why)));
    }
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
    serve_keys(&fixture, &[key("ES256", "k1")]);
    offer(&fixture, &token("ES256")).ok();
    assert_eq!(fetch_status(&fixture), 200);
}

#[test]
fn an_administrators_change_fetches_anew() {
    let long = json!({"jwks_uri": JWKS_URI, "cache_ttl": 86_400});
    let fixture = fixture(&long);
    serve_keys(&fixture, &[key("ES256", "k1")]);
    offer(&fixture, &token("ES256")).ok();
    serve_keys(&fixture, &[with_kid("k2")]);
    offer(&fixture, &token("ES256")).ok(); // for a day
    fixture.write_again("/TokenIntrospector/external");
    offer(&fixture, &token("ES256")).refused(400, "invalid_request", NO_KEY);
    // What was good serves on if the issuer does not answer then.
    fixture.write_again("/TokenIntrospector/external");
    fixture.host.servers.borrow_mut().clear();
    offer(&fixture, &of_kid("k2")).ok();
}

/// Two introspectors with one set: each has its own time.
#[test]
fn a_short_time_is_not_made_longer_by_another_introspector() {
    let mut resources = resources();
    let (short, long) = ("https://short.example", EXTERNAL);
    resources[0]["allowedIssuers"] = json!([short, long]);
    let list = resources.as_array_mut().unwrap();
    list.retain(|resource| resource["id"] != "external");
    for (id, iss, cache_ttl) in [("short", short, 5), ("long", long, 86_400)] {
        list.push(json!({
            "resourceType": "TokenIntrospector", "id": id, "type": "jwt", "jwt": {"iss": iss}, "jwks_uri": JWKS_URI,
            "cache_ttl": cache_ttl,
        }));
    }
    let fixture = Fixture::with(&resources, OCT_KEYS);
    serve_keys(&fixture, &[with_kid("k1")]);
    let of = |iss: &str| {
        let claims = json!({"iss": iss, "sub": "alice", "exp": NOW + 900});
        rfc7523::signed(&json!({"alg": "ES256", "kid": "k1"}), &claims, rfc7523::D)
    };
    offer(&fixture, &of(long)).ok();
    serve_keys(&fixture, &[key("ES256", "k1")]);
    fixture.advance(5);
    offer(&fixture, &of(short)).refused(400, "invalid_request", NO_KEY);
    assert_eq!(fetches(&fixture), 2);
}

/// Keys without a `kid` rotate, too: a signature that does not hold asks for newer ones, once a minute.
#[test]
fn a_rotation_of_keys_without_a_kid_is_seen() {
    let without_kid = |alg: &str| row(alg)["jwk"].clone();
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI, "cache_ttl": 86_400}));
    serve_keys(&fixture, &[without_kid("ES384")]);
    offer(&fixture, &token("ES256")).refused(400, "invalid_request", NO_KEY);
    serve_keys(&fixture, &[without_kid("ES256")]);
    offer(&fixture, &token("ES256")).refused(400, "invalid_request", NO_KEY); // within a minute of the fetch
    assert_eq!(fetches(&fixture), 1);
    fixture.advance(60);
    offer(&fixture, &token("ES256")).ok();
    assert_eq!(fetches(&fixture), 2);
    for _ in 0..100 {
        offer(&fixture, &of_kid("k1")).refused(400, "invalid_request", NO_KEY);
    }
    assert_eq!(fetches(&fixture), 2);
    fixture.advance(60);
    for _ in 0..100 {
        offer(&fixture, &of_kid("k1")).refused(400, "invalid_request", NO_KEY);
    }
    assert_eq!(fetches(&fixture), 3);
}

#[test]
fn metadata_leads_to_this_machine_only_from_this_machine() {
    for jwks_uri in ["http://127.0.0.1:8500/v1/kv/x", "http://localhost/keys", "http://[::1]/keys"] {
        let fixture = fixture(&json!({"discovery": true}));
        let metadata = json!({"issuer": EXTERNAL, "jwks_uri": jwks_uri}).to_string();
        serve(&fixture, &format!("{EXTERNAL}/.well-known/openid-configuration"), 200, None, &metadata);
        serve(&fixture, jwks_uri, 200, None, &json!({"keys": [key("ES256", "k1")]}).to_string());
        offer(&fixture, &token("ES256")).refused(400, "invalid_request", UNAVAILABLE);
        assert_eq!((fetches(&fixture), fetch_reason(&fixture)), (1, json!("url_refused")));
    }
}

#[test]
fn a_point_off_its_curve_is_left_out() {
    let fixture = fixture(&json!({"jwks_uri": JWKS_URI}));
    let mut off = key("ES256", "off");
    off["x"] = off["y"].clone();
    serve_keys(&fixture, &[off, key("RS256", "k1")]);
    offer(&fixture, &token("RS256")).ok();
    let events = fixture.host.events.borrow();
    let event: Value =
        serde_json::from_str(events.iter().find(|event| event.contains("issuer.fetch")).unwrap()).unwrap();
    assert_eq!(event["left_out"], json!(["key"]));
}
