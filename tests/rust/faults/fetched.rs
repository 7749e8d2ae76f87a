//! The wrong answers of other servers.

use edge_sts::host::{Incoming, Unanswered, Unread};

/// What another server may answer, and what the host may say when it does not.
pub fn fetched(which: usize, limit: usize) -> Result<Incoming, Unanswered> {
    let statuses = [0, 204, 301, 404, 429, 500, 999];
    let bodies = [
        "",
        "<html>",
        "[]",
        "null",
        "{}",
        r#"{"keys":[]}"#,
        r#"{"keys":[{}]}"#,
        r#"{"keys":"x"}"#,
        r#"{"active":true}"#,
        r#"{"active":"yes"}"#,
        r#"{"active":true,"active":false}"#,
        r#"{"issuer":"https://evil.example","jwks_uri":"https://evil.example/keys"}"#,
    ];
    let unanswered =
        [Unanswered::Address, Unanswered::Name, Unanswered::Tls, Unanswered::Timeout, Unanswered::Protocol];
    let answer = |status, body| {
        Ok(Incoming { status, cache_control: Some("max-age=x, max-age=99999999999999999999".to_owned()), body })
    };
    let rest = which.wrapping_sub(statuses.len());
    let last = rest.wrapping_sub(bodies.len());
    match (statuses.get(which), bodies.get(rest), unanswered.get(last)) {
        (Some(status), ..) => answer(*status, Ok("{}".to_owned())),
        (_, Some(body), _) => answer(200, Ok((*body).to_owned())),
        (.., Some(why)) => Err(*why),
        _ if last == unanswered.len() => answer(200, Err(Unread::TooLong)),
        _ if last == unanswered.len() + 1 => answer(200, Err(Unread::NotUtf8)),
        _ if last == unanswered.len() + 2 => answer(200, Err(Unread::Coding)),
        _ => answer(200, Ok("x".repeat(limit + 1))),
    }
}
