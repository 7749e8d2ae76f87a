//! Basic credentials: nobody is let in who does not say a client's id and secret, in base64 or base64url, raw or
//! form-encoded.

use crate::common::Fixture;
use crate::oracle;

const CLIENTS: [(&str, &str); 3] = [("c1", "p@ss:w+rd %1"), ("c2", "secret-of-c2"), ("opaque", "secret-of-opaque")];

pub fn run(data: &[u8]) {
    let Ok(header) = std::str::from_utf8(data) else { return };
    if header.contains('\n') {
        return; // no host passes on a line end
    }
    let fixture = Fixture::new();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", header)];
    let reply = fixture.send("POST /auth/revoke", &headers, b"token=x");
    // A short one may stand in a sentence.
    let presented = [header].map(|header| if header.len() < 40 { "" } else { header });
    oracle::hides(&fixture, &reply, &presented, "");
    oracle::well_formed(&reply);
    if reply.status() == 200 {
        assert!(is_a_client(header), "let in without a secret");
    } else {
        assert_eq!(reply.json()["error"], "invalid_client");
        assert_eq!((reply.status(), reply.header("www-authenticate").is_some()), (401, true));
    }
    oracle::still_works(&fixture);
}

fn is_a_client(header: &str) -> bool {
    let (scheme, text) = header.trim_matches([' ', '\t']).split_once(' ').unwrap_or_default();
    let text: String = text.trim_matches(' ').trim_end_matches('=').replace('+', "-").replace('/', "_");
    let Some((id, secret)) = oracle::base64url(&text).and_then(|bytes| {
        let text = String::from_utf8(bytes).ok()?;
        text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
    }) else {
        return false;
    };
    let decoded = |text: &str| {
        let pair = form_urlencoded::parse(text.as_bytes()).next();
        pair.map(|(name, _)| name.into_owned()).unwrap_or_default()
    };
    scheme.eq_ignore_ascii_case("basic")
        && CLIENTS.iter().any(|(client, right)| {
            (*client == id || *client == decoded(&id)) && (*right == secret || *right == decoded(&secret))
        })
}
