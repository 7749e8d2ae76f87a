//! RFC 6749: the token endpoint, its bodies, and client authentication (cases.md A to C).

use crate::common::*;
use serde_json::json;

fn exchange_with(fixture: &Fixture, headers: &[(&str, &str)], more: &[(&str, &str)]) -> Reply {
    let token = subject_token(&json!({}));
    let mut parameters = good(&token);
    parameters.extend(more);
    let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
    all.extend(headers);
    fixture.send("POST /auth/token", &all, form(&parameters).as_bytes())
}

#[test]
fn s2_3_1_basic_in_all_the_ways_that_real_clients_send_it() {
    let fixture = Fixture::new();
    let raw = base64(b"c1:p@ss:w+rd %1");
    let encoded = base64(b"c1:p%40ss%3Aw%2Brd+%251");
    for value in [
        format!("Basic {raw}"),
        format!("basic {encoded}"),
        format!("BASIC {}", encoded.trim_end_matches('=')),
        format!("Basic {}", raw.replace('+', "-").replace('/', "_")),
    ] {
        exchange_with(&fixture, &[("authorization", &value)], &[]).ok();
    }
    // In either alphabet, where it has only one of its two own letters, or both.
    for (secret, own) in [("secret?\u{bf}", "/"), ("secret>>>", "+"), ("secret>>>ab?", "+/")] {
        let mut resources = resources();
        resources[0]["secret"] = json!(secret);
        let value = base64(format!("c1:{secret}").as_bytes());
        assert!(own.chars().all(|letter| value.contains(letter)), "{value}");
        let fixture = Fixture::with(&resources, OCT_KEYS);
        for value in [value.replace('+', "-").replace('/', "_"), value] {
            exchange_with(&fixture, &[("authorization", &format!("Basic {value}"))], &[]).ok();
        }
    }
    exchange_with(&fixture, &[], &[("client_id", "c1"), ("client_secret", "p@ss:w+rd %1")]).ok();
    exchange_with(&fixture, &[("authorization", &format!("Basic {raw}"))], &[("client_id", "c1")]).ok();
}

/// Some libraries, such as Authlib, know headers in ISO 8859-1 alone.
#[test]
fn s2_3_1_a_secret_outside_ascii() {
    let mut resources = resources();
    resources[0]["secret"] = json!("gr\u{fc}\u{df}e %1 \u{b0}");
    let fixture = Fixture::with(&resources, OCT_KEYS);
    for bytes in
        ["c1:gr\u{fc}\u{df}e %1 \u{b0}".as_bytes(), b"c1:gr\xfc\xdfe %1 \xb0", b"c1:gr%C3%BC%C3%9Fe+%251+%C2%B0"]
    {
        let header = format!("Basic {}", base64(bytes));
        exchange_with(&fixture, &[("authorization", &header)], &[]).ok();
    }
    for bytes in [&b"c1:gr\xfc\xdfe %1"[..], b"c1:gr\xfc\xdfe %1 \xb1", b"\xff\xfe:x"] {
        let header = format!("Basic {}", base64(bytes));
        let reply = exchange_with(&fixture, &[("authorization", &header)], &[]);
        reply.refused(401, "invalid_client", "Client authentication failed.");
    }
}

#[test]
fn s5_2_client_authentication_failures() {
    let fixture = Fixture::new();
    let good_one = basic("c1", "p@ss:w+rd %1");
    let challenge = Some(r#"Basic realm="sts", charset="UTF-8""#);
    let header = |value: &str| value.to_owned();
    for value in [
        basic("nobody", "x"),
        basic("c1", "wrong"),
        basic("c1", ""),
        basic("disabled", "secret-of-disabled"),
        basic("__proto__", "x"),
        basic("../c1", "x"),
        basic("c1\0", "p@ss:w+rd %1"),
        basic(&"c".repeat(600), "x"),
        basic("", ""),
        header("Basic !!!"),
        header("Basic"),
        header("Basic "),
        header("Basic YzE="),
        header("Bearer abc"),
        header(""),
    ] {
        let reply = exchange_with(&fixture, &[("authorization", &value)], &[]);
        reply.refused(401, "invalid_client", "Client authentication failed.");
        assert_eq!(reply.header("www-authenticate"), challenge, "{value}");
        fixture.exchange().ok();
    }
    let none = exchange_with(&fixture, &[], &[]);
    none.refused(
        401,
        "invalid_client",
        "There are no client credentials: send HTTP Basic, or client_id with client_secret",
    );
    assert_eq!(none.header("www-authenticate"), challenge);
    for body in [
        &[("client_id", "c1"), ("client_secret", "wrong")][..],
        &[("client_secret", "p@ss:w+rd %1")],
        &[
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
            ("client_assertion", "x"),
        ],
    ] {
        let reply = exchange_with(&fixture, &[], body);
        reply.refused(401, "invalid_client", "Client authentication failed.");
        assert_eq!(reply.header("www-authenticate"), None);
    }
    let authorization = [("authorization", good_one.as_str())];
    exchange_with(&fixture, &authorization, &[("client_id", "c2")]).refused(400, "invalid_request", "The client_id");
    exchange_with(&fixture, &authorization, &[("client_secret", "x")]).refused(
        400,
        "invalid_request",
        "The client auth",
    );
    exchange_with(&fixture, &authorization, &[("client_assertion", "x")]).refused(401, "invalid_client", "Client");
    let token = subject_token(&json!({}));
    let cx = fixture.form_as(Some(("cx", "secret-of-cx")), "/auth/token", &good(&token));
    cx.refused(400, "unauthorized_client", "This grant_type is not among");
    fixture.exchange().ok();
}

#[test]
fn s2_3_1_too_many_failures() {
    let fixture = Fixture::new();
    for attempt in 0..300 {
        let reply = exchange_with(&fixture, &[("authorization", &basic("c1", "wrong"))], &[]);
        if attempt < 100 {
            reply.refused(401, "invalid_client", "Client authentication failed.");
        } else {
            reply.refused(429, "temporarily_unavailable", "There were too many failed authentications.");
            assert_eq!(reply.header("retry-after"), Some("60"));
        }
    }
    fixture.exchange().ok(); // nobody is locked out
    exchange_with(&fixture, &[("authorization", &basic("c2", "wrong"))], &[]).refused(401, "invalid_client", "Client");
    fixture.advance(60);
    exchange_with(&fixture, &[("authorization", &basic("c1", "wrong"))], &[]).refused(401, "invalid_client", "Client");
}

/// A name that no client has is answered as one that some client has, however often, and pushes no counter out.
#[test]
fn s2_3_1_failures_do_not_tell_which_clients_exist() {
    let fixture = Fixture::new();
    let statuses = |id: &str| -> Vec<u16> {
        (0..110).map(|_| exchange_with(&fixture, &[("authorization", &basic(id, "wrong"))], &[]).status()).collect()
    };
    let known = statuses("c1");
    for invented in 0..3000 {
        let id = format!("invented-{invented}");
        exchange_with(&fixture, &[("authorization", &basic(&id, "wrong"))], &[]);
    }
    assert_eq!(exchange_with(&fixture, &[("authorization", &basic("c1", "wrong"))], &[]).status(), 429);
    fixture.exchange().ok();
    fixture.advance(60);
    assert_eq!(statuses("nobody"), known);
    fixture.advance(60);
    assert_eq!(statuses("../not/an/id"), known);
}

#[test]
fn s2_3_1_failures_counted_by_the_platform() {
    let fixture = Fixture::new();
    *fixture.host.limit.borrow_mut() = Some((3, Vec::new()));
    let wrong = |id| exchange_with(&fixture, &[("authorization", &basic(id, "wrong"))], &[]);
    wrong("c1").refused(401, "invalid_client", "Client authentication failed.");
    wrong("nobody").refused(401, "invalid_client", "Client authentication failed.");
    let limited = wrong("c1");
    limited.refused(429, "temporarily_unavailable", "There were too many failed authentications.");
    assert_eq!(limited.header("retry-after"), Some("60"));
    fixture.exchange().ok(); // the right secret is not asked for
    let names = fixture.host.limit.borrow().as_ref().unwrap().1.clone();
    assert_eq!(names, ["c1", "nobody", "c1"].map(|id| format!("{ISSUER} {id}")));
}

#[test]
fn s3_2_framing() {
    let fixture = Fixture::new();
    for method in ["GET", "PUT", "DELETE", "PATCH", "HEAD"] {
        let reply = fixture.send(&format!("{method} /auth/token?grant_type=x"), &[], b"");
        assert_eq!((reply.status(), reply.header("allow")), (405, Some("POST")), "{method}");
    }
    for path in ["/auth/token/", "/TOKEN", "/%74oken", "/auth//token", "/Auth/token"] {
        assert_eq!(fixture.send(&format!("POST {path}"), &[], b"").status(), 404, "{path}");
    }
    let authorization = basic("c1", "p@ss:w+rd %1");
    let send = |content_type: &str, body: &[u8]| {
        fixture.send("POST /auth/token", &[("authorization", &authorization), ("content-type", content_type)], body)
    };
    let form_type = "application/x-www-form-urlencoded";
    let token = subject_token(&json!({}));
    let body = form(&good(&token));
    send("APPLICATION/X-WWW-FORM-URLENCODED; charset=UTF-8", body.as_bytes()).ok();
    send("multipart/form-data", body.as_bytes()).refused(400, "invalid_request", "The content type must be");
    send(form_type, &[b'a'; 64 * 1024 + 1]).refused(413, "invalid_request", "The body is larger than 64 KiB.");
    send(form_type, b"").refused(400, "invalid_request", "grant_type is missing.");
    send(form_type, format!("\u{feff}{body}").as_bytes()).refused(400, "invalid_request", "grant_type is missing.");
    send(form_type, body.replace("grant_type", "GRANT_TYPE").as_bytes()).refused(400, "invalid_request", "grant_type");
    send(form_type, body.replace('&', ";").as_bytes()).refused(400, "invalid_request", "The body cannot be decoded");
    send(form_type, body.replace("grant_type", "grant%5Ftype").as_bytes()).ok();
    send(form_type, format!("{body}&scope=read").as_bytes()).refused(
        400,
        "invalid_request",
        "A parameter was sent more",
    );
    send(form_type, format!("{body}&actor_token_type=&audience=&audience=orders").as_bytes()).ok();
    let how_to = json!({
        "grant_type": TOKEN_EXCHANGE, "subject_token_type": JWT, "scope": "read", "subject_token": token,
    });
    send("application/json", how_to.to_string().as_bytes()).ok();
    send(form_type, how_to.to_string().as_bytes()).refused(400, "invalid_request", "grant_type is missing.");
    let query = fixture.send(
        &format!("POST /auth/token?{body}"),
        &[("authorization", &authorization), ("content-type", form_type)],
        b"",
    );
    query.refused(400, "invalid_request", "grant_type is missing.");
    fixture.exchange().ok();
}

#[test]
fn rfc8414_3_metadata_from_configuration_alone() {
    let fixture = Fixture::new();
    for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
        let body = fixture.send(&format!("GET {path}"), &[("host", "evil.example")], b"").ok().json();
        assert_eq!(
            (&body["issuer"], &body["token_endpoint"]),
            (&json!(ISSUER), &json!("https://sts.example/auth/token"))
        );
    }
    assert_eq!(fixture.send("GET /health", &[], b"").ok().json(), json!({"status": "ok"}));
}

#[test]
fn no_secret_in_any_output() {
    let fixture = Fixture::new();
    let answer = fixture.exchange().ok();
    let (access, refresh) = (answer.text("access_token"), answer.text("refresh_token"));
    fixture.form("/auth/introspect", &[("token", &access)]).ok();
    fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).ok();
    fixture.form("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
    fixture.form("/auth/token", &good(&format!("{access}x")));
    let planted =
        ["p@ss:w+rd %1", SECRET, ADMIN, access.as_str(), refresh.as_str(), access.rsplit('.').next().unwrap()];
    for event in fixture.host.events.borrow().iter() {
        for secret in planted {
            assert!(!event.contains(secret), "{event}");
        }
    }
    let grants = fixture.host.grants.borrow();
    for (_, record, _) in grants.values() {
        for secret in planted {
            assert!(!record.contains(secret), "a token must not be stored");
        }
    }
    for record in fixture.host.resources.borrow().values() {
        assert!(!record.contains("p@ss"), "a client's secret is stored as a digest");
    }
}
