//! `htu`: the URL that a proof was made for, compared after the normalisations of RFC 3986 sections 6.2.2 and 6.2.3, without
//! query and fragment (RFC 9449 section 4.3).

use alloc::string::String;
use alloc::vec::Vec;

use crate::url::split_scheme;

/// Whether `htu` names this URL of ours, which has neither query nor fragment.
pub(super) fn is_of(htu: &str, url: &str) -> bool {
    normalised(htu).is_some_and(|htu| Some(htu) == normalised(url))
}

/// `None` for what is no URL of a server.
fn normalised(url: &str) -> Option<String> {
    if !url.bytes().all(|byte| matches!(byte, 0x21..=0x7e)) {
        return None;
    }
    let (scheme, rest) = split_scheme(url.split(['?', '#']).next().unwrap_or_default())?;
    let (authority, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    let scheme = scheme.to_ascii_lowercase();
    let authority = unescaped(authority)?.to_ascii_lowercase();
    let default = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let authority = authority.strip_suffix(default).or(authority.strip_suffix(':')).unwrap_or(&authority);
    if authority.is_empty() {
        return None;
    }
    Some([&scheme, "://", authority, &without_dots(&unescaped(path)?)].concat())
}

/// Escapes of letters, digits and `-._~` are taken out (section 6.2.2.2), the others have upper-case digits (6.2.2.1).
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('%');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        // `from_str_radix` takes a sign.
        let byte = u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?;
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&digits.to_ascii_uppercase());
        }
        out.push_str(rest);
    }
    Some(out)
}

/// Section 5.2.4, of a path that is empty or begins with a slash; an empty one is `/` (section 6.2.3).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    ["/", &kept.join("/")].concat()
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn rfc3986_6_2_urls_that_are_the_same() {
        const OURS: &str = "https://sts.example/auth/token";
        for same in [
            OURS,
            "HTTPS://sts.example/auth/token",
            "https://STS.Example/auth/token",
            "https://sts.example:443/auth/token",
            "https://sts.example:/auth/token",
            "https://sts.example/%61uth/toke%6E",
            "https://%73ts.example/auth/token",
            "https://sts.example/auth/token?a=b",
            "https://sts.example/auth/token#c",
            "https://sts.example/auth/token?a=b#c?d",
            "https://sts.example/a/../auth/./token",
            "https://sts.example/../auth/token",
        ] {
            assert!(is_of(same, OURS), "{same}");
        }
        for other in [
            "",
            "/auth/token",
            "sts.example/auth/token",
            "https:/sts.example/auth/token",
            "https:///auth/token",
            "http://sts.example/auth/token",
            "ftp://sts.example/auth/token",
            "https://sts.example:80/auth/token",
            "https://sts.example:8443/auth/token",
            "https://sts.example:0443/auth/token",
            "https://other.example/auth/token",
            "https://user@sts.example/auth/token",
            "https://sts.example.evil.example/auth/token",
            "https://sts.example/auth/token/",
            "https://sts.example//auth/token",
            "https://sts.example/auth%2Ftoken",
            "https://sts.example/AUTH/token",
            "https://sts.example/auth/tokens",
            "https://sts.example/auth/token/..",
            "https://sts.example/auth/token%",
            "https://sts.example/auth/token%+6e",
            "https://sts.example/auth/toke%",
            "https://sts.example/auth/toke%6",
            "https://sts.example/auth/toke%é",
            " https://sts.example/auth/token",
            "https://sts.example/auth/token\n",
        ] {
            assert!(!is_of(other, OURS), "{other}");
        }
    }

    #[test]
    fn ports_paths_and_escapes_of_our_own() {
        for (htu, ours) in [
            ("http://localhost:8787/auth/token", "http://localhost:8787/auth/token"),
            ("http://localhost/auth/token", "http://localhost:80/auth/token"),
            ("http://[::1]:80/t", "http://[::1]/t"),
            ("http://[::1]:1/t", "http://[::1]:1/t"),
            ("https://sts.example/a%2fb/t", "https://sts.example/a%2Fb/t"),
            ("https://sts.example", "https://sts.example/"),
            ("https://sts.example/a/.", "https://sts.example/a/"),
        ] {
            assert!(is_of(htu, ours), "{htu} {ours}");
        }
        assert!(!is_of("http://[::1]/t", "http://[::1]:1/t"));
    }
}
