//! The public keys of issuers: RFC 7517, RFC 7518 section 6, RFC 8037; and what must never be taken for one.

use edge_sts::jose::{Algorithm, KeySet, KeySetFault, PublicKey, base64url, json};
use serde_json::{Value, json};

use crate::common::*;

fn data() -> Value {
    serde_json::from_str(include_str!("../data/public_keys.json")).unwrap()
}

fn rows() -> Vec<Value> {
    data()["rows"].as_array().unwrap().clone()
}

fn row(alg: &str) -> Value {
    rows().into_iter().find(|row| row["alg"] == alg).unwrap()
}

fn introspector(jwt: &Value) -> Value {
    let mut own = json!({"iss": EXTERNAL});
    merge(&mut own, jwt);
    json!({"resourceType": "TokenIntrospector", "id": "external", "type": "jwt", "jwt": own})
}

/// A service whose issuer has this one key.
fn fixture(key: &Value) -> Fixture {
    let mut resources = resources();
    for resource in resources.as_array_mut().unwrap() {
        if resource["id"] == "external" {
            *resource = introspector(&json!({"keys": [key]}));
        }
    }
    Fixture::with(&resources, OCT_KEYS)
}

fn pem_key(row: &Value) -> Value {
    let kty = match row["jwk"]["kty"].as_str().unwrap() {
        "OKP" => "OKP",
        "EC" => "EC",
        _ => "RSA",
    };
    json!({"format": "PEM", "kty": kty, "alg": row["alg"], "pub": row["pem"]})
}

#[test]
fn rfc7518_3_1_every_algorithm_in_every_format() {
    for row in rows() {
        let mut with_alg = row["jwk"].clone();
        with_alg["alg"] = row["alg"].clone();
        for key in [
            json!({"format": "jwk", "alg": row["alg"], "jwk": row["jwk"]}),
            json!({"format": "jwk", "jwk": with_alg}),
            json!({"format": "jwk", "kid": "k1", "jwk": with_alg}),
            pem_key(&row),
        ] {
            let fixture = fixture(&key);
            let token = row["token"].as_str().unwrap();
            assert_eq!(fixture.form("/auth/token", &good(token)).ok().claims()["sub"], "alice", "{key}");
            // A signature that was changed, and the right one over something else.
            let (input, signature) = token.rsplit_once('.').unwrap();
            let mut bytes = base64url::decode(signature).unwrap();
            bytes[7] ^= 1;
            let (head, payload) = input.split_once('.').unwrap();
            let other = String::from_utf8(base64url::decode(payload).unwrap()).unwrap().replace("alice", "carol");
            for bad in [
                format!("{input}.{}", base64url::encode(&bytes)),
                format!("{input}.{}", base64url::encode(&bytes[1..])),
                format!("{input}."),
                format!("{head}.{}.{signature}", base64url::encode(other.as_bytes())),
            ] {
                let reply = fixture.form("/auth/token", &good(&bad));
                reply.refused(400, "invalid_request", "The subject_token is not accepted: no key");
            }
        }
    }
    let rsa = row("RS256");
    let mut key = pem_key(&rsa);
    key["pub"] = rsa["pkcs1"].clone();
    fixture(&key).form("/auth/token", &good(rsa["token"].as_str().unwrap())).ok();
}

/// RFC 8725 section 3.1: a key serves one algorithm; what is public is never a secret.
/// RFC 7518 section 3.4: a signature of another length is none, whatever the platform makes of it.
#[test]
fn rfc7518_3_4_a_signature_of_another_length() {
    for row in rows() {
        let fixture = fixture(&pem_key(&row));
        let (signed, signature) = row["token"].as_str().unwrap().rsplit_once('.').unwrap();
        let signature = base64url::decode(signature).unwrap();
        for other in
            [&signature[..0], &signature[1..], &signature[..signature.len() - 1], &[&signature[..], b"x"].concat()]
        {
            let token = format!("{signed}.{}", base64url::encode(other));
            let reply = fixture.form("/auth/token", &good(&token));
            reply.refused(400, "invalid_request", "The subject_token is not accepted: ");
        }
        fixture.form("/auth/token", &good(row["token"].as_str().unwrap())).ok();
    }
}

#[test]
fn rfc8725_3_1_confusion() {
    for row in rows() {
        let fixture = fixture(&pem_key(&row));
        let alg = row["alg"].as_str().unwrap();
        let pem = row["pem"].as_str().unwrap();
        let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let jwk = row["jwk"].to_string();
        let number = row["jwk"]["n"].as_str().or(row["jwk"]["x"].as_str()).unwrap();
        let number = base64url::decode(number).unwrap();
        let der = base64url::decode(&lines.replace('+', "-").replace('/', "_").replace('=', "")).unwrap();
        for secret in [pem.as_bytes(), pem.trim_end().as_bytes(), lines.as_bytes(), jwk.as_bytes(), &der, &number] {
            for (name, algorithm) in
                [("HS256", Algorithm::Hs256), ("HS384", Algorithm::Hs384), ("HS512", Algorithm::Hs512)]
            {
                let Some(key) = edge_sts::jose::HmacKey::new(secret, Some(algorithm)) else { continue };
                let claims = json!({"iss": EXTERNAL, "sub": "alice", "exp": NOW + 600}).to_string();
                let header = json!({"alg": name, "kid": "k1"}).to_string();
                let input =
                    format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(claims.as_bytes()));
                let tag = base64url::encode(&key.sign(algorithm, input.as_bytes()).unwrap());
                let reply = fixture.form("/auth/token", &good(&format!("{input}.{tag}")));
                reply.refused(400, "invalid_request", "The subject_token is not accepted: no key");
                assert_eq!(fixture.last_event()["reason"], "subject_token.alg_not_allowed");
            }
        }
        for other in rows().iter().filter(|other| other["alg"] != row["alg"]) {
            let both = [alg, other["alg"].as_str().unwrap()];
            let reply = fixture.form("/auth/token", &good(other["token"].as_str().unwrap()));
            if both.iter().all(|name| name.starts_with("Ed")) {
                reply.ok(); // two names of one algorithm (RFC 9864)
            } else {
                reply.refused(400, "invalid_request", "The subject_token is not accepted: no key");
                assert_eq!(fixture.last_event()["reason"], "subject_token.alg_not_allowed", "{both:?}");
            }
        }
    }
}

/// A token of issuer A that was signed with the key of issuer B.
#[test]
fn rfc8725_3_8_each_issuer_has_its_own_keys() {
    let (a, b) = (row("ES256"), row("RS256"));
    let mut resources = resources();
    resources[0]["allowedIssuers"] = json!([EXTERNAL, "https://b.example"]);
    for resource in resources.as_array_mut().unwrap() {
        if resource["id"] == "external" {
            *resource = introspector(&json!({"keys": [pem_key(&a)]}));
        }
    }
    let mut other = introspector(&json!({"iss": "https://b.example", "keys": [pem_key(&b)]}));
    other["id"] = json!("b");
    resources.as_array_mut().unwrap().push(other);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    fixture.form("/auth/token", &good(a["token"].as_str().unwrap())).ok();
    let reply = fixture.form("/auth/token", &good(b["token"].as_str().unwrap()));
    reply.refused(400, "invalid_request", "The subject_token is not accepted: no key");
}

/// Each with the member that is named.
fn bad_jwks() -> Vec<(Value, &'static str)> {
    let (rsa, ec, okp) = (row("RS256")["jwk"].clone(), row("ES256")["jwk"].clone(), row("EdDSA")["jwk"].clone());
    let with = |jwk: &Value, changes: Value| {
        let mut jwk = jwk.clone();
        merge(&mut jwk, &changes);
        jwk
    };
    let n = base64url::decode(rsa["n"].as_str().unwrap()).unwrap();
    let mut even = n.clone();
    *even.last_mut().unwrap() &= 0xfe;
    let bits = |bits: usize| {
        let mut number = vec![0xff; bits / 8];
        number[0] = 0x80;
        base64url::encode(&number)
    };
    let mut rows = vec![
        (json!({}), "kty"),
        (json!({"kty": 1}), "kty"),
        (json!({"kty": "oct", "k": "AAAA"}), "k"),
        (json!({"kty": "oct"}), "kty"),
        (json!({"kty": "rsa", "n": rsa["n"], "e": "AQAB"}), "kty"),
        (with(&rsa, json!({"n": null})), "n"),
        (with(&rsa, json!({"n": "*"})), "n"),
        (with(&rsa, json!({"n": data()["rsa1024"]["jwk"]["n"]})), "n"),
        (with(&rsa, json!({"n": bits(2040)})), "n"),
        (with(&rsa, json!({"n": bits(8200)})), "n"),
        (with(&rsa, json!({"n": base64url::encode(&even)})), "n"),
        (with(&rsa, json!({"n": roca()})), "n"),
        (with(&rsa, json!({"e": null})), "e"),
        (with(&rsa, json!({"e": "AA"})), "e"),
        (with(&rsa, json!({"e": "AQ"})), "e"),
        (with(&rsa, json!({"e": "Ag"})), "e"),
        (with(&rsa, json!({"e": "AQAAAAE"})), "e"),
        (with(&rsa, json!({"alg": "ES256"})), "alg"),
        (with(&rsa, json!({"alg": "RSA-OAEP"})), "alg"),
        (with(&rsa, json!({"alg": "HS256"})), "alg"),
        (with(&rsa, json!({"alg": 5})), "alg"),
        (with(&rsa, json!({"use": "enc"})), "use"),
        (with(&rsa, json!({"use": 1})), "use"),
        (with(&rsa, json!({"key_ops": ["encrypt"]})), "key_ops"),
        (with(&rsa, json!({"key_ops": []})), "key_ops"),
        (with(&rsa, json!({"key_ops": "verify"})), "key_ops"),
        (with(&rsa, json!({"kid": 1})), "kid"),
        (with(&rsa, json!({"kid": "x".repeat(257)})), "kid"),
        (with(&ec, json!({"crv": "P-384"})), "x"),
        (with(&ec, json!({"crv": "secp256k1"})), "crv"),
        (with(&ec, json!({"crv": null})), "crv"),
        (with(&ec, json!({"y": null})), "y"),
        (with(&ec, json!({"x": base64url::encode(&[0; 32])})), "x"),
        (with(&ec, json!({"x": base64url::encode(&[1; 33])})), "x"),
        (with(&ec, json!({"alg": "ES384"})), "alg"),
        (with(&okp, json!({"crv": "X25519"})), "crv"),
        (with(&okp, json!({"crv": "Ed448"})), "crv"),
        (with(&okp, json!({"x": "AQAB"})), "x"),
        (with(&okp, json!({"alg": "ES256"})), "alg"),
    ];
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        rows.push((with(&rsa, json!({private: "AQAB"})), private));
    }
    rows
}

/// A modulus with the fingerprint of ROCA: 1 modulo every small prime that the fingerprint looks at.
fn roca() -> String {
    use rsa::BigUint;
    let product = [11u32, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]
        .iter()
        .fold(BigUint::from(2u32), |product, prime| product * *prime);
    let times = (BigUint::from(1u32) << 2047) / &product + 1u32;
    base64url::encode(&(product * times + 1u32).to_bytes_be())
}

#[test]
fn rfc7517_keys_that_are_not_used() {
    for (jwk, member) in bad_jwks() {
        let text = jwk.to_string();
        let fault = PublicKey::from_jwk(&json::parse_object(&text).ok().unwrap(), None).unwrap_err();
        assert_eq!(fault.member, member, "{jwk}");
        let set = KeySet::parse(&json!({"keys": [jwk, row("ES256")["jwk"]]}).to_string()).ok().unwrap();
        assert_eq!((set.keys.len(), set.left_out[0].member), (1, member), "{jwk}");
    }
    let fixture = fixture(&pem_key(&row("ES256")));
    for (jwk, member) in bad_jwks().into_iter().filter(|(jwk, _)| jwk["kty"] != "oct") {
        let body = introspector(&json!({"keys": [{"format": "jwk", "jwk": jwk}]}));
        let reply = fixture.admin("PUT /TokenIntrospector/external", &[], &body);
        assert_eq!(reply.status(), 422, "{jwk}");
        let path = format!("TokenIntrospector.jwt.keys[0].jwk.{member}");
        assert_eq!(reply.json()["issue"][0]["expression"], json!([path]), "{jwk}");
    }
    // Only the host can tell that a point is not on its curve.
    let mut off = row("ES256")["jwk"].clone();
    off["x"] = off["y"].clone();
    let body = introspector(&json!({"keys": [{"format": "jwk", "alg": "ES256", "jwk": off}]}));
    let reply = fixture.admin("PUT /TokenIntrospector/external", &[], &body);
    assert_eq!(reply.status(), 422);
    assert_eq!(reply.json()["issue"][0]["expression"], json!(["TokenIntrospector.jwt.keys[0]"]));
    let mut client = resources()[0].clone();
    client["jwks"] = json!([off]);
    let reply = fixture.admin("PUT /Client/c1", &[], &client);
    assert_eq!((reply.status(), reply.json()["issue"][0]["expression"].clone()), (422, json!(["Client.jwks[0]"])));
    fixture.form("/auth/token", &good(row("ES256")["token"].as_str().unwrap())).ok();
}

/// RFC 7518 section 6.3.1.1: a zero before a number is not part of it, and does not make another key.
#[test]
fn rfc7518_6_3_1_1_zeros_before_a_number() {
    let row = row("RS256");
    let mut jwk = row["jwk"].clone();
    for name in ["n", "e"] {
        let number = base64url::decode(jwk[name].as_str().unwrap()).unwrap();
        jwk[name] = json!(base64url::encode(&[&[0, 0], number.as_slice()].concat()));
    }
    let key = |jwk: &Value| {
        let text = jwk.to_string();
        PublicKey::from_jwk(&json::parse_object(&text).ok().unwrap(), None).unwrap()
    };
    assert_eq!(key(&jwk).thumbprint(), key(&row["jwk"]).thumbprint());
    assert_eq!(key(&jwk).jwk(), key(&row["jwk"]).jwk());
    let fixture = fixture(&json!({"format": "jwk", "alg": "RS256", "jwk": jwk}));
    fixture.form("/auth/token", &good(row["token"].as_str().unwrap())).ok();
}

#[test]
fn rfc7517_5_key_sets() {
    let (a, b) = (row("ES256")["jwk"].clone(), row("RS256")["jwk"].clone());
    let with_kid = |jwk: &Value, kid: &str| {
        let mut jwk = jwk.clone();
        jwk["kid"] = json!(kid);
        jwk["x5c"] = json!(["ignored"]);
        jwk
    };
    let parse = |set: &Value| KeySet::parse(&set.to_string());
    let good = parse(&json!({"keys": [with_kid(&a, "1"), with_kid(&b, "2"), a, b], "more": 1})).ok().unwrap();
    assert_eq!((good.keys.len(), good.left_out.len(), good.may_have("2"), good.may_have("3")), (4, 0, true, true));
    assert_eq!(good.keys[1].algorithm(), Algorithm::Rs256);
    let many = vec![json!({"kty": "unknown"}); 101];
    for (set, fault) in [
        (json!({"keys": many}), KeySetFault::TooLarge),
        (json!({"keys": [], "x": "x".repeat(256 * 1024)}), KeySetFault::TooLarge),
        (json!({"keys": [1]}), KeySetFault::Malformed),
        (json!({"keys": {}}), KeySetFault::Malformed),
        (json!({}), KeySetFault::Malformed),
        (json!([a]), KeySetFault::Malformed),
    ] {
        assert_eq!(parse(&set).err(), Some(fault));
    }
    assert_eq!(KeySet::parse(r#"{"keys":[],"keys":[]}"#).err(), Some(KeySetFault::Malformed));
    assert_eq!(KeySet::parse("<html>").err(), Some(KeySetFault::Malformed));
}

/// RFC 7517 section 4.5: keys of one `kid` are told apart by `kty` and `alg`. Those that are not are left out, each of them.
#[test]
fn rfc7517_4_5_keys_that_share_a_kid() {
    let of = |alg: &str, named: Option<&str>| {
        let mut jwk = row(alg)["jwk"].clone();
        jwk["kid"] = json!("1");
        jwk["use"] = json!("sig");
        if let Some(named) = named {
            jwk["alg"] = json!(named);
        }
        jwk
    };
    let of_another = |named: Option<&str>| other_rsa(&of("RS256", named), 0);
    let encryption = {
        let mut jwk = of("RS384", None);
        jwk["use"] = json!("enc");
        jwk
    };
    let rest = {
        let mut jwk = row("ES512")["jwk"].clone();
        jwk["kid"] = json!("2");
        jwk
    };
    // Keys, how many of them serve, and how many are left out for their kid.
    for (keys, serve, mistaken) in [
        (vec![of("RS256", None), of("ES256", None)], 2, 0),
        (vec![of("ES256", None), of("ES384", None), of("EdDSA", None)], 3, 0),
        (vec![of("RS256", Some("RS256")), of("RS256", Some("RS512"))], 2, 0),
        (vec![of("RS256", Some("RS256")), of_another(Some("RS512"))], 2, 0),
        (vec![of("RS256", Some("RS256")), of("RS256", Some("RS256"))], 2, 0), // one key, twice
        (vec![of("RS256", Some("RS256")), encryption], 1, 0),
        (vec![of("RS256", Some("RS256")), json!({"kty": "unknown", "kid": "1"})], 1, 0),
        (vec![of("RS256", Some("RS256")), of_another(Some("RS256"))], 0, 2),
        (vec![of("RS256", None), of_another(None)], 0, 2),
        // One without alg may serve any of RSA's.
        (vec![of("RS256", None), of_another(Some("PS256"))], 0, 2),
        (vec![of("RS256", Some("RS256")), of_another(Some("RS256")), of("ES256", None)], 1, 2),
    ] {
        let mut all = keys.clone();
        all.push(rest.clone());
        let set = json!({"keys": all});
        let set = KeySet::parse(&set.to_string()).ok().unwrap();
        let left_out = set.left_out.iter().filter(|fault| fault.member == "kid").count();
        assert_eq!((set.keys.len(), left_out), (serve + 1, mistaken), "{keys:?}");
        assert!(set.may_have("2"), "the rest serves");
    }
}

/// Attack 5: a point of small order lets everybody sign. It is no key, wherever it comes from.
#[test]
fn points_of_small_order_are_no_keys_wherever_they_come_from() {
    const ORDER_8: &str = "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU";
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": ORDER_8});
    let mut der = vec![0x30, 42, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 33, 0];
    der.extend(base64url::decode(ORDER_8).unwrap());
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", base64(&der));
    let fixture = fixture(&pem_key(&row("EdDSA")));
    for (key, member) in [
        (json!({"format": "jwk", "jwk": jwk}), "jwk.x"),
        (json!({"format": "PEM", "kty": "OKP", "alg": "EdDSA", "pub": pem}), "pub"),
    ] {
        let body = introspector(&json!({"keys": [key]}));
        let reply = fixture.admin("PUT /TokenIntrospector/external", &[], &body);
        assert_eq!(reply.status(), 422, "{key}");
        let path = format!("TokenIntrospector.jwt.keys[0].{member}");
        assert_eq!(reply.json()["issue"][0]["expression"], json!([path]));
    }
    let mut client = resources()[0].clone();
    client["jwks"] = json!([jwk]);
    let reply = fixture.admin("PUT /Client/c1", &[], &client);
    assert_eq!((reply.status(), reply.json()["issue"][0]["expression"].clone()), (422, json!(["Client.jwks[0].x"])));
    let set = KeySet::parse(&json!({"keys": [jwk, row("EdDSA")["jwk"]]}).to_string()).ok().unwrap();
    assert_eq!((set.keys.len(), set.left_out[0].member), (1, "x"));
    let mut own = jwk.clone();
    own["d"] = json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    let keys = json!({"keys": [own]}).to_string();
    let config = edge_sts::Config::new(ISSUER, &keys);
    assert!(edge_sts::Sts::new(&config).err().unwrap().0.contains("small order"));
    fixture.form("/auth/token", &good(row("EdDSA")["token"].as_str().unwrap())).ok();
}

/// RFC 7517 section 4.4: `alg` is optional. Which algorithms such a key serves, the introspector says.
#[test]
fn algorithms_of_keys_that_name_none() {
    let with = |alg: &str, algorithms: &Value| {
        let fixture = fixture(&pem_key(&row("ES256")));
        let mut body = introspector(&json!({"keys": [{"format": "jwk", "jwk": row(alg)["jwk"]}]}));
        merge(&mut body, &json!({"algorithms": algorithms}));
        fixture.admin("PUT /TokenIntrospector/external", &[], &body).ok();
        fixture.form("/auth/token", &good(row(alg)["token"].as_str().unwrap()))
    };
    for (alg, algorithms, served) in [
        ("RS256", Value::Null, true),
        ("ES256", Value::Null, true),
        ("ES384", Value::Null, true),
        ("ES512", Value::Null, true),
        ("EdDSA", Value::Null, true),
        ("RS512", Value::Null, false),
        ("PS256", Value::Null, false),
        ("RS512", json!(["RS512"]), true),
        ("PS256", json!(["ES256", "PS256"]), true),
        ("RS256", json!(["RS512"]), false),
        ("ES256", json!(["RS256"]), false),
        ("EdDSA", json!(["Ed25519"]), true),
    ] {
        let reply = with(alg, &algorithms);
        assert_eq!(reply.status(), if served { 200 } else { 400 }, "{alg} {algorithms}");
    }
    let fixture = fixture(&pem_key(&row("ES256")));
    let keys = json!([{"format": "jwk", "jwk": row("RS256")["jwk"]}]);
    for (jwt, algorithms) in [
        (json!({"keys": keys}), json!(["HS256"])),
        (json!({"keys": keys}), json!(["none"])),
        (json!({"keys": keys}), json!([])),
        (json!({"secret": SECRET}), json!(["RS256"])),
        (json!({"secret": SECRET}), json!(["HS256"])),
    ] {
        let mut body = introspector(&jwt);
        body["algorithms"] = algorithms.clone();
        let reply = fixture.admin("PUT /TokenIntrospector/external", &[], &body);
        assert_eq!(reply.status(), 422, "{body}");
        let place = reply.json()["issue"][0]["expression"][0].as_str().unwrap().to_owned();
        assert!(place.starts_with("TokenIntrospector.algorithms"), "{place}");
    }
}

#[test]
fn rfc7468_13_pem() {
    let rsa = row("RS256");
    let pem = rsa["pem"].as_str().unwrap();
    let from = |text: &str| PublicKey::from_pem(text, Algorithm::Rs256, None);
    for good in [pem.to_owned(), pem.trim_end().to_owned(), pem.replace('\n', "\r\n"), format!("\n{pem}\n")] {
        assert!(from(&good).is_ok());
    }
    let private = data()["private_pem"].as_str().unwrap().to_owned();
    let short = data()["rsa1024"]["pem"].as_str().unwrap().to_owned();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let wrapped = |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    for (text, sentence) in [
        (String::new(), "It must be PEM text"),
        (body.clone(), "It must be PEM text"),
        (pem.replace("END", "end"), "It must be PEM text"),
        (pem.replace("-----END PUBLIC", "-----END RSA PUBLIC"), "It must be PEM text"),
        (wrapped("PUBLIC KEY", &body[1..]), "It must be PEM text"),
        (wrapped("PUBLIC KEY", &body[4..]), "It is not a public key in DER"),
        (wrapped("PUBLIC KEY", &format!("{}AAAA", &body[..body.len() - 4])), "It is not a public key in DER"),
        (wrapped("PUBLIC KEY", "AAAA"), "It is not a public key in DER"),
        (wrapped("RSA PUBLIC KEY", &body), "It is not a public key in DER"),
        (wrapped("CERTIFICATE", &body), "It is a certificate"),
        (wrapped("EC PRIVATE KEY", &body), "It is a private key"),
        (private, "It is a private key"),
        (short, "An RSA key has 2048"),
    ] {
        let fault = from(&text).unwrap_err();
        assert!(fault.member == "pub" && fault.sentence.starts_with(sentence), "{fault:?} for {text}");
    }
    assert_eq!(from(row("ES256")["pem"].as_str().unwrap()).unwrap_err().member, "alg");
    // every byte cut off
    let der = base64url::decode(&body.replace('+', "-").replace('/', "_").replace('=', "")).unwrap();
    for end in 0..der.len() {
        assert!(from(&wrapped("PUBLIC KEY", &base64(&der[..end]))).is_err(), "{end}");
    }
}
