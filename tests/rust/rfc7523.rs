//! Client authentication with a JWT that the client signed: RFC 7521 section 4.2, RFC 7523 section 3.

use edge_sts::jose::base64url;
use serde_json::{Value, json};

use crate::common::*;

pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const X: &str = "Cwox3jdHzhnE8LHlbmfebgt1qm3BgS02FOK7fr4RqbM";
const Y: &str = "PV-Rzsu2SQv71ujNKe0XPYvyne0kmxcaZfgETWjZesg";
pub const D: &str = "YKmZTsdcA1HjJK9wljuAq3J7-k4mG9s1UTMZuFzLeNw";
const ANOTHER_D: &str = "PhkNu6fmE1uaeJRW6niL7pb0UrNP1v2iWh05DB3-pm4";

pub fn key() -> Value {
    json!({"kty": "EC", "crv": "P-256", "kid": "cj-1", "x": X, "y": Y})
}

pub fn fixture() -> Fixture {
    let mut resources = resources();
    let mut cj = resources[0].clone();
    cj["id"] = json!("cj");
    cj["jwks"] = json!([key()]);
    cj.as_object_mut().unwrap().remove("secret");
    resources.as_array_mut().unwrap().push(cj);
    Fixture::with(&resources, OCT_KEYS)
}

pub fn signed(header: &Value, claims: &Value, d: &str) -> String {
    use p256::ecdsa::signature::Signer;
    let key = p256::ecdsa::SigningKey::from_slice(&base64url::decode(d).unwrap()).unwrap();
    let encoded = |part: &Value| base64url::encode(part.to_string().as_bytes());
    let input = format!("{}.{}", encoded(header), encoded(claims));
    let signature: p256::ecdsa::Signature = key.sign(input.as_bytes());
    format!("{input}.{}", base64url::encode(&signature.to_bytes()))
}

fn good_claims() -> Value {
    json!({"iss": "cj", "sub": "cj", "aud": ISSUER, "exp": NOW + 120, "jti": "1"})
}

pub fn assertion(changes: &Value) -> String {
    let mut claims = good_claims();
    merge(&mut claims, changes);
    signed(&json!({"alg": "ES256", "kid": "cj-1"}), &claims, D)
}

pub fn exchange(fixture: &Fixture, assertion: &str) -> Reply {
    let token = subject_token(&json!({}));
    let mut parameters = good(&token);
    parameters.extend([("client_assertion_type", TYPE), ("client_assertion", assertion)]);
    fixture.form_as(None, "/auth/token", &parameters)
}

#[track_caller]
fn refused(reply: &Reply) {
    reply.refused(401, "invalid_client", "Client authentication failed.");
    assert_eq!(reply.header("www-authenticate"), None);
}

#[test]
fn rfc7523_3_a_good_assertion_serves_once() {
    let fixture = fixture();
    let one = assertion(&json!({}));
    assert_eq!(exchange(&fixture, &one).ok().claims()["client_id"], "cj");
    refused(&exchange(&fixture, &one));
    assert_eq!(fixture.last_event()["reason"], "client_assertion_replayed");
    exchange(&fixture, &assertion(&json!({"jti": "2"}))).ok();
    // The mark is no grant, and goes some time after nobody could use the assertion any more.
    let marks: Vec<_> = fixture
        .host
        .grants
        .borrow()
        .iter()
        .filter(|(id, _)| id.starts_with(&format!("{ISSUER} assertion.")))
        .map(|(_, mark)| mark.2)
        .collect();
    assert_eq!(marks, [NOW + 120 + 60 + 3600; 2]);
}

#[test]
fn rfc7523_3_claims() {
    let fixture = fixture();
    for (changes, reason) in [
        (json!({"iss": "c1"}), "issuer_not_allowed"),
        (json!({"iss": null}), "claim_missing"),
        (json!({"sub": null}), "claim_missing"),
        (json!({"aud": null}), "audience_mismatch"),
        (json!({"aud": "https://other.example"}), "audience_mismatch"),
        (json!({"aud": [ISSUER, "https://other.example"]}), "audience_mismatch"),
        (json!({"aud": []}), "audience_mismatch"),
        (json!({"exp": null}), "claim_missing"),
        (json!({"exp": NOW - 60}), "expired"),
        (json!({"aud": [ISSUER, format!("{ISSUER}/auth/introspect")]}), "audience_mismatch"), // another endpoint
        (json!({"aud": format!("{ISSUER}/")}), "audience_mismatch"),
        (json!({"aud": format!("{ISSUER}/auth/token/")}), "audience_mismatch"),
        (json!({"exp": NOW + 3661}), "lives_too_long"),
        (json!({"nbf": NOW + 61}), "not_yet_valid"),
        (json!({"iat": NOW + 61}), "not_yet_valid"),
        (json!({"jti": null}), "claim_missing"),
        (json!({"jti": ""}), "claim_missing"),
        (json!({"jti": 1}), "claim_malformed"),
    ] {
        refused(&exchange(&fixture, &assertion(&changes)));
        assert_eq!(fixture.last_event()["reason"], format!("client_assertion.{reason}"), "{changes}");
    }
    for changes in [
        json!({"jti": "a", "aud": format!("{ISSUER}/auth/token")}),
        json!({"jti": "b", "aud": [ISSUER]}),
        json!({"jti": "c", "exp": NOW + 3660}),
        json!({"jti": "d", "exp": NOW - 59}),
        json!({"jti": "e", "aud": [ISSUER, format!("{ISSUER}/auth/token")]}),
    ] {
        exchange(&fixture, &assertion(&changes)).ok();
    }
    assert_eq!(
        fixture.host.grants.borrow().keys().filter(|id| id.starts_with(&format!("{ISSUER} assertion."))).count(),
        5
    );
}

#[test]
fn rfc7523_3_signature_and_header() {
    let fixture = fixture();
    for (header, d, reason) in [
        (json!({"alg": "ES256"}), ANOTHER_D, "signature_invalid"),
        (json!({"alg": "ES256", "kid": "cj-2"}), D, "key_unknown"),
        (json!({"alg": "RS256"}), D, "alg_not_allowed"),
        (json!({"alg": "none"}), D, "alg_not_allowed"),
        (json!({"alg": "ES256", "typ": "at+jwt"}), D, "typ_of_another_use"),
        (json!({"alg": "ES256", "crit": ["exp"]}), D, "header_unsupported"),
    ] {
        refused(&exchange(&fixture, &signed(&header, &good_claims(), d)));
        assert_eq!(fixture.last_event()["reason"], format!("client_assertion.{reason}"), "{header}");
    }
    for (jti, typ) in [("a", "JWT"), ("b", "client-authentication+jwt"), ("c", "application/client-authentication+jwt")]
    {
        let mut claims = good_claims();
        claims["jti"] = json!(jti);
        exchange(&fixture, &signed(&json!({"alg": "ES256", "typ": typ}), &claims, D)).ok();
    }
}

/// RFC 7521 section 4.2.1, RFC 6749 section 2.3: one method, whole, of a type that is served.
#[test]
fn rfc7521_4_2_one_method() {
    let fixture = fixture();
    let one = assertion(&json!({}));
    let token = subject_token(&json!({}));
    let with = |more: &[(&'static str, &str)]| {
        let mut parameters: Vec<(&str, &str)> = good(&token);
        parameters.extend(more.iter().copied());
        form(&parameters)
    };
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    for more in [
        &[("client_assertion", one.as_str())][..],
        &[("client_assertion_type", TYPE)],
        &[("client_assertion_type", saml), ("client_assertion", &one)],
        &[("client_assertion_type", TYPE), ("client_assertion", &one), ("client_id", "c1")],
        &[("client_assertion_type", TYPE), ("client_assertion", &one), ("client_id", "cj"), ("client_secret", "x")],
    ] {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        refused(&fixture.send("POST /auth/token", &headers, with(more).as_bytes()));
    }
    let basic = basic("c1", "p@ss:w+rd %1");
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", basic.as_str())];
    let both = with(&[("client_assertion_type", TYPE), ("client_assertion", &one)]);
    let reply = fixture.send("POST /auth/token", &headers, both.as_bytes());
    reply.refused(401, "invalid_client", "Client authentication failed.");
    assert_eq!(reply.header("www-authenticate"), Some(r#"Basic realm="sts", charset="UTF-8""#));
    exchange(&fixture, &one).ok(); // none of these has used it
}

#[test]
fn a_client_that_is_disabled_or_a_store_that_throws_uses_nothing_up() {
    let fixture = fixture();
    let mut resources = resources();
    let mut cj = resources[0].take();
    cj["id"] = json!("cj");
    cj["jwks"] = json!([key()]);
    cj["active"] = json!(false);
    fixture.admin("PUT /Client/cj", &[], &cj).ok();
    let one = assertion(&json!({}));
    refused(&exchange(&fixture, &one));
    assert_eq!(fixture.last_event()["reason"], "client_inactive");
    cj["active"] = json!(true);
    fixture.admin("PUT /Client/cj", &[], &cj).ok();
    exchange(&fixture, &one).ok();
    fixture.host.broken.set(true);
    exchange(&fixture, &assertion(&json!({"jti": "x"}))).refused(503, "temporarily_unavailable", "The service");
    fixture.host.broken.set(false);
    exchange(&fixture, &assertion(&json!({"jti": "x"}))).ok();
}

/// The endpoint that is called is a name of this service, at that endpoint alone.
#[test]
fn rfc7523_3_the_endpoint_that_is_called() {
    let fixture = fixture();
    for (path, jti) in [("/auth/introspect", "i"), ("/auth/revoke", "r")] {
        let ask = |aud: Value, jti: &str| {
            let one = assertion(&json!({"aud": aud, "jti": jti}));
            let parameters = [("token", "x"), ("client_assertion_type", TYPE), ("client_assertion", &one)];
            fixture.form_as(None, path, &parameters)
        };
        let other = if path == "/auth/revoke" { "/auth/introspect" } else { "/auth/revoke" };
        refused(&ask(json!(format!("{ISSUER}{other}")), jti));
        refused(&ask(json!([ISSUER, format!("{ISSUER}{path}"), "https://other.example"]), jti));
        ask(json!([ISSUER, format!("{ISSUER}{path}"), format!("{ISSUER}/auth/token")]), jti).ok();
        ask(json!(format!("{ISSUER}{path}")), &format!("{jti}2")).ok();
    }
}

/// Three clients: `cj` with a key here, `cu` whose keys cannot be had, `cx` without any.
fn keys_here_and_elsewhere() -> Fixture {
    let mut resources = resources();
    for (id, members) in [
        ("cj", json!({"jwks": [key()]})),
        ("cu", json!({"jwks_uri": "https://client.example/keys"})),
        ("without", json!({})),
    ] {
        let mut client = resources[0].clone();
        client["id"] = json!(id);
        client.as_object_mut().unwrap().remove("secret");
        merge(&mut client, &members);
        resources.as_array_mut().unwrap().push(client);
    }
    Fixture::with(&resources, OCT_KEYS)
}

/// Attack 23: neither the answer, nor the number of signatures that are computed, nor what is counted tells whether a
/// client exists, has keys, or has keys that can be had.
#[test]
fn nobody_learns_which_clients_exist() {
    for (header, d, changes, signatures) in [
        (json!({"alg": "ES256", "kid": "cj-1"}), ANOTHER_D, json!({}), 1),
        (json!({"alg": "ES256", "kid": "another"}), ANOTHER_D, json!({}), 1),
        (json!({"alg": "ES256"}), ANOTHER_D, json!({}), 1),
        (json!({"alg": "EdDSA"}), ANOTHER_D, json!({}), 1),
        (json!({"alg": "RS256"}), ANOTHER_D, json!({}), 1),
        (json!({"alg": "PS512"}), ANOTHER_D, json!({}), 1),
        (json!({"alg": "HS256"}), ANOTHER_D, json!({}), 0),
        // What is refused before a signature is computed is refused for everybody.
        (json!({"alg": "ES256"}), ANOTHER_D, json!({"exp": NOW - 60}), 0),
        (json!({"alg": "ES256"}), ANOTHER_D, json!({"exp": NOW + 3661}), 0),
        (json!({"alg": "ES256"}), ANOTHER_D, json!({"aud": "https://other.example"}), 0),
        (json!({"alg": "ES256"}), ANOTHER_D, json!({"jti": null}), 0),
    ] {
        let mut replies = Vec::new();
        for id in ["cj", "cu", "without", "nobody", "c1", "no client has such a name"] {
            let fixture = keys_here_and_elsewhere();
            let mut claims = good_claims();
            merge(&mut claims, &changes);
            merge(&mut claims, &json!({"iss": id, "sub": id}));
            let tries = if header["alg"] == "HS256" { 102 } else { 1 }; // without a signature it is quick
            let answers: Vec<_> = (0..tries)
                .map(|_| {
                    let reply = exchange(&fixture, &signed(&header, &claims, d));
                    (reply.status(), reply.0.body.clone(), reply.header("retry-after").map(str::to_owned))
                })
                .collect();
            replies.push((answers, fixture.host.verified.get()));
        }
        let (first, verified) = replies.first().unwrap();
        let last = if first.len() > 100 { 429 } else { 401 };
        assert_eq!((first[0].0, first.last().unwrap().0, *verified), (401, last, signatures), "{header} {changes}");
        assert!(replies.iter().all(|reply| reply == &replies[0]), "{header} {changes}");
    }
}

/// Whoever has proven nothing causes one fetch a minute; and a client whose keys come back is served.
#[test]
fn an_outage_of_jwks_uri_is_refused_like_any_other_assertion() {
    let fixture = keys_here_and_elsewhere();
    let of_cu = |jti: &str| assertion(&json!({"iss": "cu", "sub": "cu", "jti": jti}));
    for n in 0..60 {
        refused(&exchange(&fixture, &of_cu(&n.to_string())));
        assert_eq!(fixture.last_event()["reason"], "client_assertion.issuer_unavailable");
        assert_eq!(fixture.host.sent.borrow().len(), 1);
        fixture.advance(1);
    }
    let body = json!({"keys": [key()]}).to_string();
    let served = Served { status: 200, cache_control: None, body };
    fixture.host.servers.borrow_mut().insert(String::from("https://client.example/keys"), served);
    let fresh = |jti: &str| assertion(&json!({"iss": "cu", "sub": "cu", "jti": jti, "exp": NOW + 600}));
    exchange(&fixture, &fresh("x")).ok();
    // Invented keys and signatures: one fetch a minute, together.
    for seconds in 1..=120 {
        fixture.advance(1);
        for (kid, jti) in [("invented", "a"), ("cj-1", "b")] {
            let mut claims = good_claims();
            merge(&mut claims, &json!({"iss": "cu", "sub": "cu", "jti": jti, "exp": NOW + 600}));
            exchange(&fixture, &signed(&json!({"alg": "ES256", "kid": kid}), &claims, ANOTHER_D));
        }
        assert_eq!(fixture.host.sent.borrow().len(), 2 + seconds / 60, "{seconds}");
    }
    exchange(&fixture, &fresh("y")).ok();
}
