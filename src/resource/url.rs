//! Which URLs this service fetches from: https, or http on loopback; no addresses, and no names that are private by
//! their form. What a public name leads to, the host's network decides.

use crate::url::{is_loopback, split_scheme};

const BYTES: usize = 2048;

/// Why a URL is not fetched, as a sentence; `None` if it may be.
#[must_use]
pub fn url_fault(url: &str) -> Option<&'static str> {
    const SCHEME: &str = "It must be an https URL, or http on loopback.";
    const HOST: &str = "It must name a public host: no address, no user, no localhost, no .internal.";
    let Some((scheme, rest)) = split_scheme(url) else { return Some(SCHEME) };
    let printable = |byte: u8| matches!(byte, 0x21..=0x7e) && !b"\"#<>\\^`{|}".contains(&byte);
    if url.len() > BYTES || !url.bytes().all(printable) {
        return Some("It must be at most 2048 printable ASCII characters of a URL, without a fragment.");
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "443"),
    };
    if authority.contains('@') || host.is_empty() || port.parse::<u16>().is_err() || port.starts_with('+') {
        return Some(HOST);
    }
    match scheme {
        "http" if is_loopback(host) => None,
        "https" => (!is_public(host)).then_some(HOST),
        _ => Some(SCHEME),
    }
}

/// Whether a host's name can be that of a public host. A last label of digits, or one that begins with `0x`, makes an
/// address of it (WHATWG URL section 3.5).
fn is_public(host: &str) -> bool {
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if !host.bytes().all(name) {
        return false;
    }
    let labels = || host.strip_suffix('.').unwrap_or(host).rsplit('.');
    let last = labels().next().unwrap_or_default();
    let address = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") || last.starts_with("0X");
    let private = ["localhost", "localdomain", "internal"].iter().any(|private| last.eq_ignore_ascii_case(private));
    !address && !private && labels().all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::url_fault;

    #[test]
    fn what_is_fetched() {
        for good in [
            "https://issuer.example/keys",
            "https://issuer.example:8443/a/b?c=d",
            "https://login.example/%7Btenant%7D/keys",
            "https://kubernetes.default.svc.cluster.local/openid/v1/jwks",
            "https://single",
            "http://localhost:8080/keys",
            "http://127.0.0.1:1/",
            "http://127.8.9.10",
            "http://[::1]:8080/x",
        ] {
            assert_eq!(url_fault(good), None, "{good}");
        }
        for bad in [
            "",
            "issuer.example",
            "http://issuer.example/keys",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://10.0.0.1",
            "http://127.0.0.+1",
            "ftp://issuer.example",
            "file:///etc/passwd",
            "https://",
            "https:///x",
            "https://user@issuer.example",
            "https://issuer.example@10.0.0.1/",
            "https://a#b",
            "https://a b",
            "https://a\\b",
            "https://10.0.0.1/keys",
            "https://169.254.169.254/latest",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://[::1]/",
            "https://[fd00::1]/",
            "https://localhost/keys",
            "https://LOCALHOST./keys",
            "https://a.localhost/",
            "https://metadata.google.internal/",
            "https://a..b/",
            "https://a..",
            "https://localhost.localdomain/",
            "https://a:70000/",
            "https://a:/",
            "https://a:+1/",
            "https://\u{e4}.example/",
        ] {
            assert!(url_fault(bad).is_some(), "{bad}");
        }
    }
}
