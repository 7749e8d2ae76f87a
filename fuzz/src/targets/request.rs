//! A whole request: its head, an empty line, its body. It is answered in bounded size and in printable ASCII where it is
//! refused; a token comes out only for one that is signed; nothing of what was presented, and no secret, comes out;
//! without the administrator's token no resource changes.

use edge_sts::http::Request;
use serde_json::Value;

use crate::common::{ADMIN, Fixture, Reply, run as finish};
use crate::oracle;

pub fn run(data: &[u8]) {
    let at = data.windows(2).position(|two| two == b"\n\n");
    let (head, body) = at.map_or((data, &b""[..]), |at| (&data[..at], &data[at + 2..]));
    let Ok(head) = std::str::from_utf8(head) else { return };
    let body = &body[..body.len().min(edge_sts::limits::BODY + 1)]; // a host reads no more
    let fixture = Fixture::new();
    let before = fixture.host.resources.borrow().clone();
    let request = Request::new(head, body);
    assert!(!request.path.contains(['?', '\n']) && !request.method.contains([' ', '\n']));
    let reply = Reply(finish(fixture.sts.fetch(&fixture.host, &request)));
    let administrator = head.contains(ADMIN);
    let parameters = parameters(&request);
    if request.path.starts_with("/auth/") {
        let authorization = request.header("authorization").filter(|value| value.len() >= 40);
        let secrets: Vec<&str> = authorization.into_iter().collect();
        oracle::hides(&fixture, &reply, &secrets, "");
        let presented = parameters.iter().filter(|(name, _)| name.ends_with("token") || name == "client_secret");
        // Shorter ones may stand in a sentence, and the name of a token type in an answer.
        let presented = presented.filter(|(_, value)| value.len() >= 40 && !value.contains("urn:ietf:"));
        let presented: Vec<&str> = presented.map(|(_, value)| value.as_str()).collect();
        oracle::hides(&fixture, &reply, &presented, "");
    } else if administrator {
        oracle::hides(&fixture, &reply, &[], &String::from_utf8_lossy(body));
    } else {
        oracle::hides(&fixture, &reply, &[], "");
    }
    if request.method != "OPTIONS" && request.method != "HEAD" && is_decision(request.path) && reply.status() != 405 {
        let body = oracle::well_formed(&reply);
        if reply.status() == 200 && request.path == "/auth/token" {
            let body = body.unwrap();
            assert!(body["access_token"].as_str().is_some_and(|token| token.len() > 40));
            let subject = parameters.iter().find(|(name, _)| name == "subject_token");
            assert!(subject.is_some_and(|(_, token)| oracle::is_signed(token)), "a token for what nobody signed");
        }
        assert_eq!(fixture.host.events.borrow().len(), 1, "one event for one decision");
    }
    assert!(reply.0.body.len() <= 256 * 1024);
    if !administrator {
        assert!(*fixture.host.resources.borrow() == before, "a resource was changed without the administrator");
        oracle::still_works(&fixture);
    }
}

fn is_decision(path: &str) -> bool {
    ["/auth/token", "/auth/introspect", "/auth/revoke", "/auth/userinfo"].contains(&path)
}

/// The parameters as others read them.
fn parameters(request: &Request<'_>) -> Vec<(String, String)> {
    match serde_json::from_slice::<Value>(request.body) {
        Ok(Value::Object(object)) => {
            let texts = object.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
            texts.collect()
        }
        _ => form_urlencoded::parse(request.body).into_owned().filter(|(_, value)| !value.is_empty()).collect(),
    }
}
