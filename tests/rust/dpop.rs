//! Proofs of a key: RFC 9449. The rows are those of the table of issue 13, part 4.

use edge_sts::host::Host as _;
use edge_sts::jose::base64url;
use edge_sts::{Config, Sts};
use serde_json::{Value, json};

use crate::common::*;
use crate::rfc7523;

/// A key of a client.
pub struct Key {
    pub x: &'static str,
    pub y: &'static str,
    pub d: &'static str,
    pub jkt: &'static str,
}

pub const K1: Key = Key {
    x: "1tmp5JxeHeMKaFgHQvsl3ESix1AoYRmI7cvoTr3W9ko",
    y: "gobT5pqvxHvfXbKjbi5UJFlt1vgF1I_b-CpgfRzWxM0",
    d: "GzRTNf9u9JJ0L3eY9rGckYOhbF2FHZbO5fXVaD0S_Nc",
    jkt: "1QpkXqUefMs3SLOqg9v8w6nKnAN2yocTkG9ntp92m4Y",
};
pub const K2: Key = Key {
    x: "lCz1q98fc8unkVsWKlIDbWZ5MP3TgQplqTn3AD6-9t8",
    y: "BUMKUudzTJf40tK9Dtl_huzeg8yx1HX0R7wgEWnbWY8",
    d: "zSrvVvFg7Uj0uR8p9wXmD8G9SIVsQF0rtmdXvbtVGkA",
    jkt: "lvpqipKSicts2r40wfwDlp4khbrbbHBWbo2LwmW3cYE",
};
pub const K3: Key = Key {
    x: "EPdsMAeN7C5L7ZWa_CjOzGjhQKp_Rbyj4OlqQDwgZrQ",
    y: "dpUWzr6k_uiSAmHE3awWTE7oBZ-B1Lxlz8dSrC__PoA",
    d: "3WsAFDHF_9sGD6V5V1LXHDcsUJZK--_X0U_UpbVODKY",
    jkt: "L4Rbc15T-yQMnb52alB5phG1SUNAcQSV2m6zINd3ZwQ",
};
const TOKEN_ENDPOINT: &str = "https://sts.example/auth/token";
const USERINFO: &str = "https://sts.example/auth/userinfo";
const C1: (&str, &str) = ("c1", "p@ss:w+rd %1");
const OPAQUE: (&str, &str) = ("opaque", "secret-of-opaque");

impl Key {
    pub fn jwk(&self) -> Value {
        json!({"kty": "EC", "crv": "P-256", "x": self.x, "y": self.y})
    }

    /// The good proof for the token endpoint with its header and its claims changed; `null` takes one out.
    pub fn changed(&self, header: &Value, claims: &Value) -> String {
        let mut own_header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk()});
        merge(&mut own_header, header);
        let mut own_claims = json!({"jti": "1", "htm": "POST", "htu": TOKEN_ENDPOINT, "iat": NOW});
        merge(&mut own_claims, claims);
        rfc7523::signed(&own_header, &own_claims, self.d)
    }

    pub fn proof(&self) -> String {
        self.changed(&json!({}), &json!({}))
    }

    fn with(&self, claims: &Value) -> String {
        self.changed(&json!({}), claims)
    }

    /// The good proof for userinfo with this access token.
    fn for_userinfo(&self, token: &str, changes: &Value) -> String {
        let mut claims = json!({"htm": "GET", "htu": USERINFO, "ath": ath(token)});
        merge(&mut claims, changes);
        self.with(&claims)
    }
}

pub fn ath(token: &str) -> String {
    base64url::encode(&edge_sts::jose::sha256(token.as_bytes()))
}

/// A form to the token endpoint with these proofs, each in a header of its own.
pub fn send(fixture: &Fixture, (id, secret): (&str, &str), parameters: &[(&str, &str)], proofs: &[&str]) -> Reply {
    let basic = basic(id, secret);
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded"), ("authorization", basic.as_str())];
    headers.extend(proofs.iter().map(|proof| ("dpop", *proof)));
    fixture.send("POST /auth/token", &headers, form(parameters).as_bytes())
}

/// The good exchange of c1 with this proof.
pub fn exchange(fixture: &Fixture, proof: &str) -> Reply {
    send(fixture, C1, &good(&subject_token(&json!({}))), &[proof])
}

pub fn introspect(fixture: &Fixture, client: (&str, &str), token: &str) -> Value {
    fixture.form_as(Some(client), "/auth/introspect", &[("token", token)]).ok().json()
}

fn userinfo(fixture: &Fixture, authorization: &str, proof: Option<&str>) -> Reply {
    let mut headers = vec![("authorization", authorization)];
    headers.extend(proof.map(|proof| ("dpop", proof)));
    fixture.send("GET /auth/userinfo", &headers, b"")
}

/// The same service, configured otherwise.
fn configured(change: impl FnOnce(&mut Config<'_>)) -> Fixture {
    let fixture = Fixture::new();
    let mut config = Config { admin_token: Some(ADMIN), writable: true, ..Config::new(ISSUER, OCT_KEYS) };
    change(&mut config);
    Fixture { host: fixture.host, sts: Sts::new(&config).unwrap() }
}

/// Resources with members of c1 changed.
pub fn with_c1(members: &Value) -> Fixture {
    let mut resources = resources();
    merge(&mut resources[0], members);
    Fixture::with(&resources, OCT_KEYS)
}

#[track_caller]
fn refused(fixture: &Fixture, reply: &Reply, reason: &str) {
    let sentence = if reason == "dpop.malformed" { "Send the DPoP header once" } else { "The " };
    reply.refused(400, "invalid_dpop_proof", sentence);
    assert_eq!(fixture.last_event()["reason"], reason);
    assert_eq!(reply.header("dpop-nonce"), None);
}

/// Rows 1 to 3.
#[test]
fn rfc9449_5_a_proof_binds_the_token() {
    let fixture = Fixture::new();
    let reply = exchange(&fixture, &K1.proof()).ok();
    assert_eq!((reply.text("token_type").as_str(), &reply.claims()["cnf"]), ("DPoP", &json!({"jkt": K1.jkt})));
    let event = fixture.last_event();
    assert_eq!((&event["dpop_jkt"], &event["event"]), (&json!(K1.jkt), &json!("token.exchange")));
    assert!(!fixture.host.events.borrow().last().unwrap().contains(&K1.proof()[..20]));
    let answer = introspect(&fixture, C1, &reply.text("access_token"));
    assert_eq!((&answer["token_type"], &answer["cnf"]), (&json!("DPoP"), &json!({"jkt": K1.jkt})));

    let reply = send(&fixture, OPAQUE, &good(&subject_token(&json!({}))), &[&K1.proof()]).ok();
    assert_eq!(reply.text("token_type"), "DPoP");
    let answer = introspect(&fixture, OPAQUE, &reply.text("access_token"));
    assert_eq!((&answer["token_type"], &answer["cnf"]), (&json!("DPoP"), &json!({"jkt": K1.jkt})));

    let reply = fixture.exchange().ok();
    assert_eq!((reply.text("token_type").as_str(), reply.claims().get("cnf")), ("Bearer", None));
    assert!(fixture.last_event().get("dpop_jkt").is_none());
    let answer = introspect(&fixture, C1, &reply.text("access_token"));
    assert_eq!((&answer["token_type"], answer.get("cnf")), (&json!("Bearer"), None));
    let reply = fixture.form_as(Some(OPAQUE), "/auth/token", &good(&subject_token(&json!({})))).ok();
    let answer = introspect(&fixture, OPAQUE, &reply.text("access_token"));
    assert_eq!((&answer["token_type"], answer.get("cnf")), (&json!("Bearer"), None));
}

/// Rows 4 and 29.
#[test]
fn rfc9449_5_1_every_algorithm_of_the_metadata() {
    let data: Value = serde_json::from_str(include_str!("../data/dpop_proofs.json")).unwrap();
    let fixture = Fixture::new();
    let metadata = fixture.send("GET /.well-known/oauth-authorization-server", &[], b"").json();
    let rows = data["rows"].as_array().unwrap();
    let algorithms: Vec<&Value> = rows.iter().map(|row| &row["alg"]).collect();
    assert_eq!(metadata["dpop_signing_alg_values_supported"], json!(algorithms));
    for row in rows {
        let reply = exchange(&fixture, row["proof"].as_str().unwrap()).ok();
        assert_eq!(reply.claims()["cnf"], json!({"jkt": row["jkt"]}), "{}", row["alg"]);
        let (input, signature) = row["proof"].as_str().unwrap().rsplit_once('.').unwrap();
        let mut bytes = base64url::decode(signature).unwrap();
        bytes[9] ^= 1;
        for bad in [&bytes[..], &bytes[1..], &[]] {
            let reply = exchange(&fixture, &format!("{input}.{}", base64url::encode(bad)));
            refused(&fixture, &reply, "dpop.signature");
        }
    }
    let small = exchange(&fixture, data["rsa_1024"].as_str().unwrap());
    refused(&fixture, &small, "dpop.jwk");
}

/// Rows 5 to 13, 15 and 16.
#[test]
fn rfc9449_4_3_each_check_of_a_proof() {
    let fixture = Fixture::new();
    let header = |changes: Value| K1.changed(&changes, &json!({}));
    let jwk = |changes: Value| {
        let mut jwk = K1.jwk();
        merge(&mut jwk, &changes);
        header(json!({"jwk": jwk}))
    };
    let unsigned = |alg: &str| {
        let head = json!({"typ": "dpop+jwt", "alg": alg, "jwk": K1.jwk()}).to_string();
        let payload = K1.proof().split('.').nth(1).unwrap().to_owned();
        format!("{}.{payload}.", base64url::encode(head.as_bytes()))
    };
    let mac = sign_text(
        &json!({"typ": "dpop+jwt", "alg": "HS256", "jwk": {"kty": "oct", "k": base64url::encode(SECRET.as_bytes())}})
            .to_string(),
        &json!({"jti": "1", "htm": "POST", "htu": TOKEN_ENDPOINT, "iat": NOW}).to_string(),
    );
    let of_another = K1.changed(&json!({"jwk": K2.jwk()}), &json!({}));
    for (proof, reason) in [
        (header(json!({"typ": "JWT"})), "dpop.typ"),
        (header(json!({"typ": null})), "dpop.typ"),
        (header(json!({"typ": 1})), "dpop.typ"),
        (header(json!({"typ": "application/dpop+jwt"})), "dpop.typ"),
        (header(json!({"alg": null})), "dpop.alg"),
        (header(json!({"alg": "ES384"})), "dpop.alg"),
        (header(json!({"alg": "RS256"})), "dpop.alg"),
        (unsigned("none"), "dpop.alg"),
        (mac, "dpop.alg"),
        (header(json!({"crit": ["jwk"]})), "dpop.malformed"),
        (header(json!({"b64": false})), "dpop.malformed"),
        (header(json!({"jwk": null})), "dpop.jwk"),
        (header(json!({"jwk": K1.x})), "dpop.jwk"),
        (jwk(json!({"d": K1.d})), "dpop.jwk"),
        (jwk(json!({"k": "AA"})), "dpop.jwk"),
        (jwk(json!({"y": null})), "dpop.jwk"),
        (jwk(json!({"kty": "oct"})), "dpop.jwk"),
        (jwk(json!({"crv": "secp256k1"})), "dpop.jwk"),
        (jwk(json!({"use": "enc"})), "dpop.jwk"),
        (jwk(json!({"alg": "ES384"})), "dpop.jwk"),
        (jwk(json!({"y": K2.y})), "dpop.signature"), // no point of the curve
        (of_another, "dpop.signature"),
        (unsigned("ES256"), "dpop.signature"),
        (K1.with(&json!({"jti": null})), "dpop.claim_missing"),
        (K1.with(&json!({"jti": ""})), "dpop.claim_missing"),
        (K1.with(&json!({"jti": 1})), "dpop.claim_missing"),
        (K1.with(&json!({"jti": "x".repeat(257)})), "dpop.claim_missing"),
        (K1.with(&json!({"htm": null})), "dpop.claim_missing"),
        (K1.with(&json!({"htm": ["POST"]})), "dpop.claim_missing"),
        (K1.with(&json!({"htu": null})), "dpop.claim_missing"),
        (K1.with(&json!({"htu": {}})), "dpop.claim_missing"),
        (K1.with(&json!({"iat": null})), "dpop.claim_missing"),
        (K1.with(&json!({"iat": NOW.to_string()})), "dpop.claim_missing"),
        (K1.with(&json!({"htm": "GET"})), "dpop.htm"),
        (K1.with(&json!({"htm": "post"})), "dpop.htm"),
        (K1.with(&json!({"htu": "https://sts.example/auth/introspect"})), "dpop.htu"),
        (K1.with(&json!({"htu": "https://sts.example/auth/token/"})), "dpop.htu"),
        (K1.with(&json!({"htu": "https://other.example/auth/token"})), "dpop.htu"),
        (K1.with(&json!({"htu": "http://sts.example/auth/token"})), "dpop.htu"),
        (K1.with(&json!({"htu": "https://sts.example:8443/auth/token"})), "dpop.htu"),
        (K1.with(&json!({"htu": "/auth/token"})), "dpop.htu"),
        (K1.with(&json!({"iat": NOW - 301})), "dpop.iat"),
        (K1.with(&json!({"iat": NOW + 61})), "dpop.iat"),
        (K1.with(&json!({"iat": -1})), "dpop.iat"),
        (K1.with(&json!({"exp": NOW - 60})), "dpop.iat"),
        (K1.with(&json!({"exp": "x"})), "dpop.iat"),
        (K1.with(&json!({"nbf": NOW + 61})), "dpop.iat"),
    ] {
        let reply = exchange(&fixture, &proof);
        refused(&fixture, &reply, reason);
        assert!(fixture.last_event().get("client_id").is_none(), "nobody was authenticated");
    }
    for claims in [
        json!({"htu": "https://sts.example/auth/token?a=b#c"}),
        json!({"htu": "HTTPS://STS.Example:443/auth/%74oken"}),
        json!({"iat": NOW - 299}),
        json!({"iat": NOW - 300}),
        json!({"iat": NOW + 59}),
        json!({"iat": NOW + 60}),
        json!({"exp": NOW + 1, "nbf": NOW}),
        json!({"ath": "of no meaning here"}),
        json!({"nonce": "of no meaning here"}),
        json!({"jti": "x".repeat(256)}),
        json!({"more": {"a": [1]}}),
    ] {
        exchange(&fixture, &K1.with(&claims)).ok();
    }
    // What a client adds to its key is not looked at.
    exchange(&fixture, &jwk(json!({"kid": "1", "use": "sig", "alg": "ES256", "key_ops": ["verify"]}))).ok();
    let claim = exchange(&fixture, &K1.with(&json!({"jti": null})));
    refused(&fixture, &claim, "dpop.claim_missing");
    assert_eq!(fixture.last_event()["claim"], "jti");
}

/// Row 14: the request's own host is not asked, nor the scheme by which a proxy calls.
#[test]
fn rfc9449_4_3_htu_is_the_issuer_s() {
    let fixture = Fixture::of("https://sts.example/tenants/one", &resources(), OCT_KEYS);
    let basic = basic(C1.0, C1.1);
    let send = |proof: &str| {
        let token = subject_token(&json!({}));
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("authorization", basic.as_str()),
            ("host", "internal"),
            ("dpop", proof),
        ];
        fixture.send("POST /tenants/one/auth/token", &headers, form(&good(&token)).as_bytes())
    };
    send(&K1.with(&json!({"htu": "https://sts.example/tenants/one/auth/token"}))).ok();
    for htu in ["http://internal/tenants/one/auth/token", TOKEN_ENDPOINT] {
        send(&K1.with(&json!({"htu": htu}))).refused(400, "invalid_dpop_proof", "The htu");
    }
}

/// Rows 17 and 60.
#[test]
fn rfc9449_4_3_one_header_with_one_proof() {
    let fixture = Fixture::new();
    let (one, two) = (K1.proof(), K2.proof());
    let token = subject_token(&json!({}));
    let list = format!("{one}, {two}");
    let long = K1.with(&json!({"more": "x".repeat(5000)}));
    for proofs in [
        &[one.as_str(), two.as_str()][..],
        &[one.as_str(), one.as_str()],
        &[list.as_str()],
        &[&format!("{one},")],
        &[""],
        &["x"],
        &["a.b.c"],
        &["a.b.c.d.e"],
        &[&format!("DPoP {one}")],
        &[long.as_str()],
    ] {
        let reply = send(&fixture, C1, &good(&token), proofs);
        refused(&fixture, &reply, "dpop.malformed");
    }
    for payload in ["[]", "null", "{", r#"{"jti":"1","jti":"2"}"#] {
        let header = K1.proof().split('.').next().unwrap().to_owned();
        let proof = format!("{header}.{}.AAAA", base64url::encode(payload.as_bytes()));
        let reply = exchange(&fixture, &proof);
        refused(&fixture, &reply, "dpop.malformed");
    }
    exchange(&fixture, &one).ok();
}

/// Rows 18 to 21.
#[test]
fn rfc9449_11_1_replay() {
    let fixture = Fixture::new();
    exchange(&fixture, &K1.proof()).ok();
    exchange(&fixture, &K1.proof()).ok();
    assert_eq!(fixture.grant_calls().1, 0, "nothing is written where nothing is remembered");

    let fixture = configured(|config| config.dpop_replay_store = true);
    // What is refused spends nothing.
    let foreign = subject_token(&json!({"sub": "nobody"}));
    send(&fixture, C1, &good(&foreign), &[&K1.proof()]).refused(400, "invalid_request", "The subject_token");
    send(&fixture, ("c1", "wrong"), &good(&foreign), &[&K1.proof()]).refused(401, "invalid_client", "Client");
    exchange(&fixture, &K1.proof()).ok();
    let reply = exchange(&fixture, &K1.proof());
    refused(&fixture, &reply, "dpop.replayed");
    assert_eq!(fixture.last_event()["client_id"], "c1");
    exchange(&fixture, &K2.proof()).ok();
    exchange(&fixture, &K1.with(&json!({"jti": "2"}))).ok();
    exchange(&fixture, &K1.with(&json!({"jti": "2"}))).refused(400, "invalid_dpop_proof", "The DPoP proof was used");
    let grants = fixture.host.grants.borrow();
    assert_eq!(grants.len(), 3);
    for (name, (_, value, expires)) in grants.iter() {
        assert!(name.starts_with("https://sts.example dpop.") && !name.contains(K1.jkt), "{name}");
        assert!(!value.contains(K1.jkt) && *expires >= NOW + 360, "{value}");
    }
    drop(grants);
    fixture.host.broken.set(true);
    assert_eq!(exchange(&fixture, &K1.with(&json!({"jti": "3"}))).status(), 503);
}

/// A proof that was used gets no second refresh, and a race for a grant spends it once.
#[test]
fn a_refresh_spends_its_proof_once() {
    let fixture = configured(|config| config.dpop_replay_store = true);
    let token = exchange(&fixture, &K1.proof()).ok().text("refresh_token");
    let refresh = |token: &str, jti: &str| {
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", token)];
        send(&fixture, C1, &parameters, &[&K1.with(&json!({"jti": jti}))])
    };
    refresh(&token, "1").refused(400, "invalid_dpop_proof", "The DPoP proof was used");
    let next = refresh(&token, "2").ok().text("refresh_token");
    refresh(&token, "2").refused(400, "invalid_dpop_proof", "The DPoP proof was used");
    assert_eq!(refresh(&token, "3").ok().text("refresh_token"), next);
    // A used refresh token ends its grant, whatever proof comes with it.
    let last = refresh(&next, "4").ok().text("refresh_token");
    refresh(&token, "4").refused(400, "invalid_grant", "The refresh token");
    refresh(&last, "5").refused(400, "invalid_grant", "The refresh token");
}

/// Rows 22, 24 and 25.
#[test]
fn rfc9449_8_nonces() {
    let fixture = configured(|config| config.dpop_nonces = true);
    let asked = |reply: &Reply| {
        reply.refused(400, "use_dpop_nonce", "The DPoP proof needs the nonce");
        assert_eq!(fixture.last_event()["reason"], "dpop.nonce");
        reply.header("dpop-nonce").unwrap().to_owned()
    };
    let nonce = asked(&exchange(&fixture, &K1.proof()));
    assert_eq!(nonce.len(), 32);
    let with = |nonce: &Value| exchange(&fixture, &K1.with(&json!({"nonce": nonce})));
    let reply = with(&json!(nonce)).ok();
    assert_eq!((reply.text("token_type").as_str(), reply.header("dpop-nonce")), ("DPoP", None));
    // The nonce says when it was made, whatever the client's clock says.
    exchange(&fixture, &K1.with(&json!({"nonce": nonce, "iat": NOW - 80_000}))).ok();

    // Of another instance; of an instance with rotated keys; of another service, other keys, and nobody.
    let nonce_of = |issuer: &str, keys: &str| {
        let config = Config { dpop_nonces: true, ..Config::new(issuer, keys) };
        let other = Fixture { host: MemoryHost::default(), sts: Sts::new(&config).unwrap() };
        other.host.now.set(NOW);
        other.host.fill(&resources());
        let htu = format!("{issuer}/auth/token");
        exchange(&other, &K1.with(&json!({"htu": htu}))).header("dpop-nonce").unwrap().to_owned()
    };
    assert_eq!(nonce_of(ISSUER, OCT_KEYS), nonce);
    let other_keys = OCT_KEYS.replace("c3Rz", "c3Rx").replace("k1", "k2");
    let both = json!({"keys": [
        serde_json::from_str::<Value>(&other_keys).unwrap()["keys"][0],
        serde_json::from_str::<Value>(OCT_KEYS).unwrap()["keys"][0],
    ]});
    let rotated = {
        let config = Config { dpop_nonces: true, ..Config::new(ISSUER, Box::leak(both.to_string().into_boxed_str())) };
        let other = Fixture::new();
        Fixture { host: other.host, sts: Sts::new(&config).unwrap() }
    };
    exchange(&rotated, &K1.with(&json!({"nonce": nonce}))).ok();
    let forged = |at: usize| {
        let mut bytes = base64url::decode(&nonce).unwrap();
        bytes[at] ^= 1;
        base64url::encode(&bytes)
    };
    for bad in [
        json!(nonce_of("https://other.example", OCT_KEYS)),
        json!(nonce_of(ISSUER, &other_keys)),
        json!(forged(7)),
        json!(forged(23)),
        json!(&nonce[..30]),
        json!(format!("{nonce}AAAA")),
        json!(""),
        json!("x".repeat(300)),
        json!(1),
        json!(null),
    ] {
        assert_eq!(asked(&with(&bad)), nonce, "{bad}");
    }
    // A signature that does not hold gets no nonce.
    let reply = exchange(&fixture, &K1.changed(&json!({"jwk": K2.jwk()}), &json!({})));
    refused(&fixture, &reply, "dpop.signature");

    // Steps of 30 seconds, of which ten are good; with one that is older than a minute a newer one comes.
    let begin = NOW / 30 * 30;
    for (seconds, good, newer) in
        [(30, true, false), (60, true, false), (90, true, true), (299, true, true), (300, false, true)]
    {
        fixture.host.now.set(begin + seconds);
        let reply = with(&json!(nonce));
        assert_eq!((reply.status() == 200, reply.header("dpop-nonce").is_some()), (good, newer), "{seconds}");
        let refused = exchange(&fixture, &K1.with(&json!({"nonce": nonce, "htm": "GET"})));
        assert_eq!(refused.header("dpop-nonce"), None);
    }
    let newer = asked(&with(&json!(nonce)));
    assert_ne!(newer, nonce);
    // One that is not yet: of a clock that is ahead.
    fixture.host.now.set(begin);
    asked(&with(&json!(newer)));
    // Without a proof nothing is asked for.
    let reply = fixture.exchange().ok();
    assert_eq!((reply.text("token_type").as_str(), reply.header("dpop-nonce")), ("Bearer", None));
}

/// Every answer brings a newer nonce, a refusal for something else too.
#[test]
fn rfc9449_8_2_a_newer_nonce_comes_with_any_answer() {
    let fixture = configured(|config| config.dpop_nonces = true);
    let nonce = exchange(&fixture, &K1.proof()).header("dpop-nonce").unwrap().to_owned();
    fixture.advance(120);
    let proof = K1.with(&json!({"nonce": nonce}));
    let reply = send(&fixture, ("c1", "wrong"), &good("x"), &[&proof]);
    reply.refused(401, "invalid_client", "Client authentication failed.");
    let newer = reply.header("dpop-nonce").unwrap().to_owned();
    let token = subject_token(&json!({"exp": NOW + 900}));
    let reply = send(&fixture, C1, &good(&token), &[&K1.with(&json!({"nonce": newer}))]).ok();
    assert_eq!(reply.header("dpop-nonce"), None);
}

/// Row 26: an assertion is not spent by a request that was answered with a nonce.
#[test]
fn rfc9449_8_an_assertion_is_not_spent_by_asking_for_a_nonce() {
    let fixture = rfc7523::fixture();
    let config = Config { dpop_nonces: true, dpop_replay_store: true, ..Config::new(ISSUER, OCT_KEYS) };
    let fixture = Fixture { host: fixture.host, sts: Sts::new(&config).unwrap() };
    let assertion = rfc7523::assertion(&json!({}));
    let token = subject_token(&json!({}));
    let ask = |proof: &str| {
        let mut parameters = good(&token);
        parameters.extend([("client_assertion_type", rfc7523::TYPE), ("client_assertion", assertion.as_str())]);
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("dpop", proof)];
        fixture.send("POST /auth/token", &headers, form(&parameters).as_bytes())
    };
    let nonce = ask(&K1.proof()).header("dpop-nonce").unwrap().to_owned();
    ask("x").refused(400, "invalid_dpop_proof", "Send the DPoP header");
    let reply = ask(&K1.with(&json!({"nonce": nonce}))).ok();
    assert_eq!(reply.text("token_type"), "DPoP");
    ask(&K1.with(&json!({"nonce": nonce, "jti": "2"}))).refused(401, "invalid_client", "Client authentication failed.");
}

/// Rows 27 and 28, and a client that is not known.
#[test]
fn rfc9449_5_2_what_a_client_must_and_must_not() {
    let token = subject_token(&json!({}));
    let fixture = with_c1(&json!({"dpop": "required"}));
    fixture.exchange().refused(400, "invalid_dpop_proof", "A DPoP proof is required.");
    let event = fixture.last_event();
    assert_eq!((&event["reason"], &event["client_id"]), (&json!("dpop.missing"), &json!("c1")));
    send(&fixture, ("c1", "wrong"), &good(&token), &[]).refused(401, "invalid_client", "Client");
    assert_eq!(exchange(&fixture, &K1.proof()).ok().text("token_type"), "DPoP");
    // Without HTTP there is no proof.
    let parameters = json!({
        "client_id": "c1", "client_secret": "p@ss:w+rd %1", "subject_token": token, "subject_token_type": JWT,
    });
    let refused = run(fixture.sts.exchange(&fixture.host, &parameters.to_string())).err().unwrap();
    assert_eq!(refused.code(), "dpop.missing");
    // Introspection and revocation need none.
    let issued = exchange(&fixture, &K1.proof()).ok().text("access_token");
    assert_eq!(introspect(&fixture, C1, &issued)["active"], true);
    fixture.form("/auth/revoke", &[("token", &issued)]).ok();
    assert_eq!(introspect(&fixture, C1, &issued)["active"], false);

    let fixture = with_c1(&json!({"dpop": "off"}));
    exchange(&fixture, &K1.proof()).refused(400, "invalid_request", "This client must not send a DPoP proof");
    assert_eq!(fixture.last_event()["reason"], "dpop.not_allowed");
    let headers = [("dpop", "x"), ("content-type", "application/x-www-form-urlencoded")];
    fixture.send("POST /auth/introspect", &headers, b"token=x").refused(401, "invalid_client", "There are no");
    fixture.exchange().ok();
    with_c1(&json!({"dpop": "optional"})).exchange().ok();
}

/// Row 30.
#[test]
fn rfc9449_8_2_browsers() {
    const ORIGIN: &str = "https://app.example";
    let mut resources = resources();
    resources[0]["allowed_origins"] = json!([ORIGIN]);
    let config = Config { dpop_nonces: true, ..Config::new(ISSUER, OCT_KEYS) };
    let fixture = Fixture { host: Fixture::with(&resources, OCT_KEYS).host, sts: Sts::new(&config).unwrap() };
    for path in ["/auth/token", "/auth/userinfo"] {
        let headers = [("origin", ORIGIN), ("access-control-request-method", "POST")];
        let reply = fixture.send(&format!("OPTIONS {path}"), &headers, b"");
        assert_eq!(reply.header("access-control-allow-headers"), Some("authorization, content-type, dpop"));
    }
    let basic = basic(C1.0, C1.1);
    let token = subject_token(&json!({}));
    let ask = |origin: &str, proof: &str| {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("authorization", basic.as_str()),
            ("origin", origin),
            ("dpop", proof),
        ];
        fixture.send("POST /auth/token", &headers, form(&good(&token)).as_bytes())
    };
    let readable = |reply: &Reply| {
        assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(reply.header("access-control-expose-headers"), Some("DPoP-Nonce, WWW-Authenticate"));
        assert_eq!(reply.header("vary"), Some("Origin"));
    };
    // The page can read the nonce that it needs, though nobody was authenticated yet.
    let reply = ask(ORIGIN, &K1.proof());
    readable(&reply);
    let nonce = reply.header("dpop-nonce").unwrap().to_owned();
    readable(&ask(ORIGIN, &K1.with(&json!({"nonce": nonce}))).ok());
    readable(&ask(ORIGIN, "x"));
    for proof in [K1.proof(), K1.with(&json!({"nonce": nonce}))] {
        let reply = ask("https://other.example", &proof);
        assert_eq!(reply.header("access-control-allow-origin"), None);
        assert_eq!(reply.header("access-control-expose-headers"), None);
    }
}

/// Rows 49 to 54.
#[test]
fn rfc9449_7_userinfo() {
    let fixture = with_c1(&json!({"scope": ["openid", "read"]}));
    let parameters = changed(good(""), "scope", Some("openid"));
    let subject = subject_token(&json!({}));
    let parameters = changed(parameters, "subject_token", Some(&subject));
    let bound = send(&fixture, C1, &parameters, &[&K1.proof()]).ok().text("access_token");
    let bearer = send(&fixture, C1, &parameters, &[]).ok().text("access_token");
    let challenge = |error: &str| {
        format!(r#"DPoP error="{error}", algs="RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519""#)
    };
    for scheme in ["DPoP", "dpop", "DPOP"] {
        let reply = userinfo(&fixture, &format!("{scheme} {bound}"), Some(&K1.for_userinfo(&bound, &json!({})))).ok();
        assert_eq!((reply.json()["sub"].as_str(), &fixture.last_event()["dpop_jkt"]), (Some("alice"), &json!(K1.jkt)));
    }
    let post = K1.for_userinfo(&bound, &json!({"htm": "POST"}));
    let headers = [("authorization", &*format!("DPoP {bound}")), ("dpop", &post)];
    fixture.send("POST /auth/userinfo", &headers, b"").ok();

    let dpop = format!("DPoP {bound}");
    for (proof, error, reason) in [
        (None, "invalid_dpop_proof", "dpop.missing"),
        (Some(String::from("x")), "invalid_dpop_proof", "dpop.malformed"),
        (Some(K1.for_userinfo(&bound, &json!({"ath": null}))), "invalid_dpop_proof", "dpop.ath"),
        (Some(K1.for_userinfo(&bound, &json!({"ath": 1}))), "invalid_dpop_proof", "dpop.ath"),
        (Some(K1.for_userinfo(&bearer, &json!({}))), "invalid_dpop_proof", "dpop.ath"),
        (Some(K1.for_userinfo(&bound, &json!({"htm": "POST"}))), "invalid_dpop_proof", "dpop.htm"),
        (Some(K1.for_userinfo(&bound, &json!({"htu": TOKEN_ENDPOINT}))), "invalid_dpop_proof", "dpop.htu"),
        (Some(K1.for_userinfo(&bound, &json!({"iat": NOW - 301}))), "invalid_dpop_proof", "dpop.iat"),
        (Some(K2.for_userinfo(&bound, &json!({}))), "invalid_dpop_proof", "dpop.key"),
    ] {
        let reply = userinfo(&fixture, &dpop, proof.as_deref());
        reply.refused(401, error, "");
        assert_eq!(reply.header("www-authenticate"), Some(&*challenge(error)));
        assert_eq!(fixture.last_event()["reason"], reason);
    }
    // A bound token as a bearer token, with or without a proof.
    for proof in [None, Some(K1.for_userinfo(&bound, &json!({})))] {
        let reply = userinfo(&fixture, &format!("Bearer {bound}"), proof.as_deref());
        reply.refused(401, "invalid_token", "The access token is bound to a key");
        let (_, algorithms) = challenge("").split_once(", ").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let expected = format!(r#"Bearer realm="sts", error="invalid_token", DPoP {algorithms}"#);
        assert_eq!(reply.header("www-authenticate"), Some(&*expected));
        assert_eq!(fixture.last_event()["reason"], "bearer_token_bound");
    }
    let in_form = fixture.send(
        "POST /auth/userinfo",
        &[("content-type", "application/x-www-form-urlencoded")],
        form(&[("access_token", &bound)]).as_bytes(),
    );
    in_form.refused(401, "invalid_token", "The access token is bound to a key");
    // One that is not bound, with a proof; one that has ended.
    let reply = userinfo(&fixture, &format!("DPoP {bearer}"), Some(&K1.for_userinfo(&bearer, &json!({}))));
    reply.refused(401, "invalid_token", "The access token has expired");
    assert_eq!(reply.header("www-authenticate"), Some(&*challenge("invalid_token")));
    assert_eq!(fixture.last_event()["reason"], "dpop_token_not_bound");
    let reply = userinfo(&fixture, "DPoP x", Some(&K1.for_userinfo("x", &json!({}))));
    reply.refused(401, "invalid_token", "The access token has expired");
    assert_eq!(fixture.last_event()["reason"], "dpop_token_not_active");
    userinfo(&fixture, &format!("Bearer {bearer}"), Some("of no meaning here")).ok();
    // Two headers, or a list as some hosts make of them.
    for headers in [
        &[("authorization", &*dpop), ("authorization", &*format!("Bearer {bearer}"))][..],
        &[("authorization", &*format!("Bearer {bearer}, DPoP {bound}"))],
    ] {
        let reply = fixture.send("GET /auth/userinfo", headers, b"");
        reply.refused(400, "invalid_request", "The access token was sent more than once");
    }
}

#[test]
fn rfc9449_9_userinfo_with_nonces_and_each_proof_once() {
    let fixture = configured(|config| {
        config.dpop_nonces = true;
        config.dpop_replay_store = true;
    });
    let mut client = resources()[0].clone();
    client["scope"] = json!(["openid"]);
    fixture.admin("PUT /Client/c1", &[], &client).ok();
    let nonce = exchange(&fixture, &K1.proof()).header("dpop-nonce").unwrap().to_owned();
    let subject = subject_token(&json!({}));
    let parameters = changed(good(&subject), "scope", Some("openid"));
    let token = send(&fixture, C1, &parameters, &[&K1.with(&json!({"nonce": nonce}))]).ok().text("access_token");
    let ask = |changes: &Value| userinfo(&fixture, &format!("DPoP {token}"), Some(&K1.for_userinfo(&token, changes)));
    let reply = ask(&json!({}));
    reply.refused(401, "use_dpop_nonce", "The DPoP proof needs the nonce");
    assert!(reply.header("www-authenticate").unwrap().starts_with(r#"DPoP error="use_dpop_nonce", algs="#));
    let nonce = reply.header("dpop-nonce").unwrap().to_owned();
    ask(&json!({"nonce": nonce, "jti": "a"})).ok();
    ask(&json!({"nonce": nonce, "jti": "a"})).refused(401, "invalid_dpop_proof", "The DPoP proof was used");
    ask(&json!({"nonce": nonce, "jti": "b"})).ok();
}

/// Whoever invents keys must not push those of issuers out of the host's memory.
#[test]
fn the_host_does_not_remember_the_keys_of_proofs() {
    let fixture = Fixture::new();
    let before = fixture.host.verified.get();
    exchange(&fixture, &K1.proof()).ok();
    assert_eq!(fixture.host.verified.get(), before + 1);
    assert_eq!(fixture.host.unnamed_keys.get(), 1);
    assert_eq!(fixture.host.now(), NOW);
}
