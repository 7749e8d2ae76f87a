//! A series of requests of the administrator, an empty line between two of them: the first line of each is method and
//! path, `if-match` may follow, the rest is the body. Look-ups go with their resources, secrets stay in, and whoever is
//! not the administrator gets nothing.

use crate::common::{ADMIN, Fixture};
use crate::oracle;

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let fixture = Fixture::new();
    let authorization = format!("Bearer {ADMIN}");
    for request in text.split("\n\n").take(16) {
        let (line, body) = request.split_once('\n').unwrap_or((request, ""));
        let (if_match, body) = match body.strip_prefix("if-match:") {
            Some(rest) => rest.split_once('\n').map_or((Some(rest), ""), |(value, body)| (Some(value), body)),
            None => (None, body),
        };
        let nobody = fixture.send(line, &[("content-type", "application/json")], body.as_bytes());
        assert!(nobody.status() != 201 && (nobody.status() != 200 || open(line)), "served without the token");
        let mut headers = vec![("authorization", authorization.as_str()), ("content-type", "application/json")];
        headers.extend(if_match.map(|value| ("if-match", value)));
        let reply = fixture.send(line, &headers, body.as_bytes());
        let statuses = [200, 201, 204, 400, 401, 404, 405, 409, 412, 413, 415, 422];
        assert!(statuses.contains(&reply.status()), "status {}", reply.status());
        // Its own body may come back, whatever stands in it.
        oracle::hides(&fixture, &reply, &[], text);
        if !reply.0.body.is_empty() {
            reply.json();
        }
    }
    oracle::look_ups_agree(&fixture);
    assert!([200, 400, 401].contains(&fixture.exchange().status()));
}

/// Whether a request is answered with 200 to everybody.
fn open(line: &str) -> bool {
    ["GET ", "HEAD "].iter().any(|method| {
        let path = line.strip_prefix(method).unwrap_or_default();
        path.starts_with("/.well-known/") || path.starts_with("/health")
    })
}
