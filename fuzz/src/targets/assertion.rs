//! An identity assertion (ID-JAG) of any header and payload, signed with the issuer's secret: line 1 is the header, line 2 the
//! payload. A token comes out only for one that is an assertion in the eyes of another reader, for the resource and with at
//! most the scope that it names, and only once. A dry run says before what comes of it.

use serde_json::{Value, json};

use crate::common::tried::Tried;
use crate::common::{EXTERNAL, Fixture, ISSUER, NOW, OCT_KEYS, merge, resources, sign_bytes};
use crate::oracle;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const RESOURCES: [&str; 2] = ["https://mcp.example/", "https://files.example/api"];
const APP: (&str, &str) = ("app", "secret-of-the-app-0123");

pub fn run(data: &[u8]) {
    let mut lines = data.splitn(2, |byte| *byte == b'\n');
    let (Some(header), Some(payload)) = (lines.next(), lines.next()) else { return };
    let assertion = sign_bytes(header, payload);
    let fixture = fixture();
    let parameters = [("grant_type", JWT_BEARER), ("assertion", assertion.as_str())];
    let redeem = || fixture.form_as(Some(APP), "/auth/token", &parameters);
    let tried = Tried::new(&fixture, APP.0, &parameters);
    let reply = redeem();
    if reply.status() == 413 {
        return;
    }
    tried.agrees(&fixture, APP, &reply);
    oracle::hides(&fixture, &reply, &[&assertion], "");
    let body = oracle::well_formed(&reply).unwrap();
    if reply.status() == 200 {
        let (header, claims): (Option<Value>, Option<Value>) =
            (serde_json::from_slice(header).ok(), serde_json::from_slice(payload).ok());
        // A number that no f64 can hold, in a member that means nothing here, is JSON all the same.
        if let Some(header) = header {
            assert_eq!((&header["alg"], &header["typ"]), (&json!("HS256"), &json!("oauth-id-jag+jwt")));
        }
        if let Some(claims) = claims {
            redeemed(&claims, &body, &reply.claims());
        }
        assert_eq!(redeem().status(), 400, "redeemed a second time");
    } else {
        assert_eq!(reply.status(), 400);
        assert!(matches!(body["error"].as_str(), Some("invalid_grant" | "invalid_scope" | "invalid_request")));
        assert!(fixture.host.grants.borrow().is_empty(), "stored for a refused request");
    }
    oracle::still_works(&fixture);
}

fn fixture() -> Fixture {
    let mut resources = resources();
    let list = resources.as_array_mut().unwrap();
    list.push(json!({
        "resourceType": "Client", "id": "app", "secret": "secret-of-the-app-0123", "grant_types": [JWT_BEARER],
        "allowedIssuers": [EXTERNAL], "scope": ["a", "b"],
        "auth": {"jwt_bearer": {"audience": RESOURCES, "token_format": "jwt"}},
    }));
    merge(list.iter_mut().find(|one| one["id"] == "external").unwrap(), &json!({"id_jag": true}));
    Fixture::with(&resources, OCT_KEYS)
}

fn redeemed(assertion: &Value, body: &Value, issued: &Value) {
    assert_eq!((&assertion["iss"], &assertion["client_id"]), (&json!(EXTERNAL), &json!("app")));
    let aud = assertion["aud"].as_array().map_or_else(|| vec![&assertion["aud"]], |list| list.iter().collect());
    let ours = |aud: &Value| *aud == ISSUER || *aud == format!("{ISSUER}/").as_str();
    assert!(aud.len() == 1 && ours(aud[0]), "for another server");
    let jti = assertion["jti"].as_str().expect("a jti");
    assert!((1..=256).contains(&jti.len()));
    let (iat, exp) = (assertion["iat"].as_f64().expect("an iat"), assertion["exp"].as_f64().expect("an exp"));
    assert!(exp > (NOW - 60) as f64 - 1.0 && iat < (NOW + 61) as f64 && exp - iat <= 361.0);
    assert!(assertion.get("nbf").is_none_or(|nbf| nbf.as_f64().is_none_or(|nbf| nbf < (NOW + 61) as f64)));
    for name in ["cnf", "authorization_details", "tenant", "aud_tenant"] {
        assert!(assertion.get(name).is_none(), "{name}");
    }
    assert!(issued["sub"] == "alice" || issued["sub"] == "carol", "issued to somebody unknown");
    assert_eq!((&issued["iss"], &issued["client_id"]), (&json!(ISSUER), &json!("app")));
    assert!(body.get("refresh_token").is_none() && issued.get("cnf").is_none());
    let texts = |value: &Value| -> Vec<String> {
        let list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        list.iter().filter_map(|text| text.as_str().map(String::from)).collect()
    };
    // Lower case of scheme and host, and the empty path.
    let same = |own: &str, asked: &str| {
        let asked = asked.to_ascii_lowercase();
        asked == own || format!("{asked}/") == own
    };
    let (wanted, got) = (texts(&assertion["resource"]), texts(&issued["aud"]));
    assert!(got.iter().all(|aud| RESOURCES.contains(&aud.as_str())), "for a resource that is not the client's");
    if !wanted.is_empty() {
        assert!(got.iter().all(|aud| wanted.iter().any(|asked| same(aud, asked))), "for another resource");
    }
    let names = |value: &Value| -> Vec<String> {
        value.as_str().map(|text| text.split(' ').map(String::from).collect()).unwrap_or_default()
    };
    let scope = names(&issued["scope"]);
    assert!(scope.iter().all(|name| ["a", "b"].contains(&name.as_str())));
    if assertion["scope"].is_string() {
        let wanted = names(&assertion["scope"]);
        assert!(scope.iter().all(|name| wanted.contains(name)), "more than the assertion's scope");
    }
}
