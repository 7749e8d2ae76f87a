//! RFC 7515, 7519, 8725: what is not a token of the issuer is not accepted, whatever it looks like.

use crate::common::*;
use serde_json::json;

#[track_caller]
fn refused(fixture: &Fixture, token: &str) {
    let reply = fixture.form("/auth/token", &good(token));
    reply.refused(400, "invalid_request", "The subject_token is not accepted: ");
    assert!(token.len() < 20 || !reply.0.body.contains(token));
}

#[test]
fn rfc7515_every_prefix_and_every_byte_flip() {
    let fixture = Fixture::new();
    let token = subject_token(&json!({}));
    for end in 1..token.len() {
        refused(&fixture, &token[..end]);
    }
    for at in 0..token.len() {
        for bit in 0..7 {
            let mut bytes = token.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            if bytes[at] != 0 {
                refused(&fixture, std::str::from_utf8(&bytes).unwrap());
            }
        }
    }
    fixture.exchange().ok();
}

#[test]
fn rfc7515_form() {
    let fixture = Fixture::new();
    let token = subject_token(&json!({}));
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!() };
    for bad in [
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.x"),
        format!("{header}..{signature}"),
        format!("{token}="),
        format!("{token}=="),
        format!("\u{a0}{token}"),
        format!("{token}\u{200b}"),
        format!("{token}\n.x"),
        format!("{header}.{payload} .{signature}"),
        format!("{header}.\t{payload}.{signature}"),
        sign_input(&format!("{header}=.{payload}")),
        sign_input(&format!("{header}.{payload}=")),
    ] {
        refused(&fixture, &bad);
        fixture.exchange().ok();
    }
}

#[test]
fn rfc7515_4_header() {
    let fixture = Fixture::new();
    let payload = json!({"iss": EXTERNAL, "sub": "alice", "exp": NOW + 3600}).to_string();
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"NONE"}"#,
        r#"{"alg":"nOnE"}"#,
        r#"{"alg":""}"#,
        r#"{}"#,
        r#"{"alg":null}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":1}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS256 "}"#,
        r#"{"alg":"HS384"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"RS256"}"#,
        r#"{"alg":"ES256"}"#,
        r#"{"alg":"EdDSA"}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0061lg":"none"}"#,
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","crit":["exp"],"exp":1}"#,
        r#"{"alg":"HS256","b64":true}"#,
        r#"{"alg":"HS256","b64":false}"#,
        r#"{"alg":"HS256","zip":"DEF"}"#,
        r#"{"alg":"HS256","kid":1}"#,
        r#"{"alg":"HS256","kid":null}"#,
        r#"{"alg":"HS256","typ":1}"#,
        r#"{"alg":"HS256","typ":"dpop+jwt"}"#,
        r#"{"alg":"HS256","typ":"logout+jwt"}"#,
        r#"{"alg":"HS256","typ":"oauth-id-jag+jwt"}"#,
        r#"{"alg":"HS256","typ":"application/dpop+jwt"}"#,
        r#"{"alg":"HS256","typ":"secevent+jwt"}"#,
        r#"["alg","HS256"]"#,
        r#""HS256""#,
        "",
        "null",
        "{",
        "\u{feff}{\"alg\":\"HS256\"}",
    ] {
        refused(&fixture, &sign_text(header, &payload));
        fixture.exchange().ok();
    }
    for header in [
        r#"{"alg":"HS256"}"#,
        r#"{"typ":"jwt","alg":"HS256"}"#,
        r#"{"typ":"application/JWT","alg":"HS256"}"#,
        r#"{"alg":"HS256","kid":"../../etc/passwd"}"#,
        r#"{"alg":"HS256","jku":"https://evil.example/"}"#,
        r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AA"}}"#,
        r#"{"typ":"at+jwt","alg":"HS256"}"#,
        r#"{"typ":"JOSE","alg":"HS256"}"#,
        r#"{"typ":"jose","alg":"HS256"}"#,
    ] {
        fixture.form("/auth/token", &good(&sign_text(header, &payload))).ok();
    }
    let id_token = sign_text(r#"{"typ":"at+jwt","alg":"HS256"}"#, &payload);
    let id_token_type = "urn:ietf:params:oauth:token-type:id_token";
    let reply = fixture.form("/auth/token", &changed(good(&id_token), "subject_token_type", Some(id_token_type)));
    reply.refused(400, "invalid_request", "The subject_token is not accepted: its typ says");
}

#[test]
fn rfc7519_4_claims() {
    let fixture = Fixture::new();
    let header = r#"{"alg":"HS256"}"#;
    let exp = NOW + 3600;
    for payload in [
        String::new(),
        "null".into(),
        "[]".into(),
        format!(r#"{{"sub":"alice","exp":{exp}}}"#),
        format!(r#"{{"iss":"{EXTERNAL}","exp":{exp}}}"#),
        format!(r#"{{"iss":"{EXTERNAL}","sub":"alice"}}"#),
        format!(r#"{{"iss":["{EXTERNAL}"],"sub":"alice","exp":{exp}}}"#),
        format!(r#"{{"iss":"{EXTERNAL}","sub":"","exp":{exp}}}"#),
        format!(r#"{{"iss":"{EXTERNAL}","sub":1,"exp":{exp}}}"#),
        format!(r#"{{"iss":"{EXTERNAL}","sub":null,"exp":{exp}}}"#),
        format!(r#"{{"iss":"{EXTERNAL}","sub":"bob","sub":"alice","exp":{exp}}}"#),
        format!(r#"{{"iss":"{EXTERNAL}","sub":"alice","s\u0075b":"alice","exp":{exp}}}"#),
        format!(r#"{{"iss":"{EXTERNAL}","sub":"alice","exp":{exp},"x":{{"y":1,"y":2}}}}"#),
        format!("\u{feff}{{\"iss\":\"{EXTERNAL}\",\"sub\":\"alice\",\"exp\":{exp}}}"),
        format!(r#"{{"iss":"{EXTERNAL}","sub":"alice","exp":{exp},"x":"\ud800"}}"#),
        format!(r#"{{"iss":"{EXTERNAL}","sub":"alice","exp":{exp},"x":{}}}"#, "[".repeat(2000) + &"]".repeat(2000)),
    ] {
        refused(&fixture, &sign_text(header, &payload));
        fixture.exchange().ok();
    }
    refused(&fixture, &sign_bytes(header.as_bytes(), b"{\"iss\":\"\xff\"}"));
    for (name, values) in [
        (
            "exp",
            &[
                "\"1800003600\"",
                "true",
                "null",
                "1e999",
                "-1",
                "1e10",
                "99999999999999999999",
                "[]",
                "{}",
                "1800003600e1",
            ][..],
        ),
        ("nbf", &["\"1\"", "false", "1e12", "[1]"]),
        ("iat", &["\"1\"", "{}", "1e400"]),
        ("aud", &["1", "null", "{}", "[1]", "[\"https://sts.example\",null]", "true"]),
        ("jti", &["1", "[]"]),
        ("scope", &["1", "[1]", "[\"read\",null]", "[[\"read\"]]", "{}", "\"a\\nb\"", "[\"a\\\"b\"]"]),
        ("scp", &["1", "[1]", "{}", "\"a\\tb\""]),
        ("client_id", &["1", "null"]),
        ("box_user", &["1", "null", "[\"alice\"]"]),
        ("cnf", &["1", "\"x\"", "null"]),
        (
            "act",
            &["1", "null", "\"alice\"", "{}", "{\"sub\":1}", "{\"sub\":\"x\",\"iss\":1}", "{\"sub\":\"x\",\"act\":1}"],
        ),
        ("may_act", &["1", "null", "{}", "{\"sub\":[]}"]),
    ] {
        for value in values {
            let mut members = vec![format!(r#""iss":"{EXTERNAL}","sub":"alice""#), format!(r#""{name}":{value}"#)];
            if name != "exp" {
                members.push(format!(r#""exp":{exp}"#));
            }
            refused(&fixture, &sign_text(header, &format!("{{{}}}", members.join(","))));
        }
        fixture.exchange().ok();
    }
}

#[test]
fn rfc8725_3_1_a_key_of_another_issuer() {
    let mut resources = resources();
    resources.as_array_mut().unwrap().push(json!({
        "resourceType": "TokenIntrospector", "id": "other", "type": "jwt",
        "jwt": {"iss": "https://b.example", "secret": "another-secret-of-another-issuer-0"},
    }));
    resources[0]["allowedIssuers"] = json!([EXTERNAL, "https://b.example"]);
    let fixture = Fixture::with(&resources, OCT_KEYS);
    refused(&fixture, &subject_token(&json!({"iss": "https://b.example"})));
    assert_eq!(fixture.last_event()["reason"], "subject_token.signature_invalid");
    let c2 = fixture.form_as(
        Some(("c2", "secret-of-c2")),
        "/auth/token",
        &good(&subject_token(&json!({"iss": "https://b.example"}))),
    );
    c2.refused(400, "invalid_request", "The subject_token is not accepted: its issuer");
    assert_eq!(fixture.last_event()["reason"], "subject_token.issuer_not_allowed");
}
