//! Targets: the audiences that an issued token may have (RFC 8693 section 2.1, RFC 8707).

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Reason;
use crate::limits;

/// The `aud` of the token to issue: what was asked for, or the default. `allowed`: the targets of the client; its first
/// is the default, the issuer where there is none.
///
/// # Errors
/// [`Reason::Target`] if anything is unknown, malformed, not allowed, or too much.
pub fn targets<'p>(
    audience: impl Iterator<Item = &'p str>,
    resource: impl Iterator<Item = &'p str>,
    allowed: &[String],
    issuer: &String,
) -> Result<Vec<String>, Reason> {
    let allowed = if allowed.is_empty() { core::slice::from_ref(issuer) } else { allowed };
    let targets = chosen(audience, resource, allowed)?;
    if targets.len() > limits::TARGETS {
        return Err(Reason::Target);
    }
    Ok(if targets.is_empty() { allowed.iter().take(1).cloned().collect() } else { targets })
}

/// The `aud` of an access token that a refresh token gives: that of the grant, or the part of it that was asked for.
///
/// # Errors
/// [`Reason::Target`] for anything else.
pub fn narrowed_targets<'p>(
    audience: impl Iterator<Item = &'p str>,
    resource: impl Iterator<Item = &'p str>,
    granted: &[String],
) -> Result<Vec<String>, Reason> {
    let targets = chosen(audience, resource, granted)?;
    Ok(if targets.is_empty() { Vec::from(granted) } else { targets })
}

/// Those of `allowed` that were asked for, each once and as it is spelt there.
fn chosen<'p>(
    audience: impl Iterator<Item = &'p str>,
    resource: impl Iterator<Item = &'p str>,
    allowed: &[String],
) -> Result<Vec<String>, Reason> {
    let audience = audience.map(|asked| allowed.iter().find(|allowed| *allowed == asked));
    let resource = resource.map(|asked| of_resource(asked, allowed));
    let mut targets: Vec<String> = Vec::new();
    for target in audience.chain(resource) {
        let target = target.ok_or(Reason::Target)?;
        if !targets.contains(target) {
            targets.push(target.clone());
        }
    }
    Ok(targets)
}

/// The target that a `resource` means. One that is spelt the same comes first; then one that differs by its empty path
/// alone: clients that parse a URL and write it again send `https://api.example/` for `https://api.example`.
fn of_resource<'a>(asked: &str, allowed: &'a [String]) -> Option<&'a String> {
    if !is_absolute_uri(asked) {
        return None;
    }
    let same = |target: &&String| without_empty_path(target) == without_empty_path(asked);
    allowed.iter().find(|allowed| *allowed == asked).or_else(|| allowed.iter().find(same))
}

/// A URL without the slash that stands for its empty path (RFC 3986 section 6.2.3); another text as it is.
fn without_empty_path(uri: &str) -> &str {
    let origin = uri.strip_suffix('/').unwrap_or(uri);
    match origin.split_once("://") {
        Some((_, authority)) if !authority.is_empty() && !authority.contains(['/', '?']) => origin,
        _ => uri,
    }
}

/// An absolute URI without a fragment (RFC 8707 section 2, RFC 3986 section 4.3).
fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        && !rest.is_empty()
        && rest.bytes().all(|byte| matches!(byte, 0x21..=0x7e) && byte != b'#')
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn ask(audience: &[&str], resource: &[&str], allowed: &[&str]) -> Result<Vec<String>, Reason> {
        let allowed: Vec<String> = allowed.iter().copied().map(String::from).collect();
        targets(audience.iter().copied(), resource.iter().copied(), &allowed, &String::from("https://sts.example"))
    }

    #[test]
    fn exactly_what_was_asked_for() {
        let allowed = ["orders", "https://api.example/"];
        assert_eq!(ask(&[], &[], &allowed).unwrap(), ["orders"]);
        assert_eq!(ask(&[], &[], &[]).unwrap(), ["https://sts.example"]);
        assert_eq!(ask(&["orders", "orders"], &["https://api.example/"], &allowed).unwrap(), allowed);
        for (audience, resource) in [
            (&["other"][..], &[][..]),
            (&["orders", "other"], &[]),
            (&["ORDERS"], &[]),
            (&["https://api.example"], &[]),
            (&[], &["orders"]),
            (&[], &["//api.example/"]),
            (&[], &["https://api.example/#"]),
            (&[], &["https://api.example:443/"]),
        ] {
            assert_eq!(ask(audience, resource, &allowed), Err(Reason::Target), "{audience:?} {resource:?}");
        }
    }

    /// Contract 7: a token of at most eight targets.
    #[test]
    fn at_most_eight() {
        let names: Vec<String> =
            (0..10).map(|number| ["target-", &char::from(b'0' + number).to_string()].concat()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(ask(&names[..8], &[], &names).unwrap(), names[..8]);
        for count in [9, 10] {
            assert_eq!(ask(&names[..count], &[], &names), Err(Reason::Target));
        }
    }

    /// RFC 8707 section 2, RFC 3986 section 4.3: a text that is no absolute URI is no `resource`, though it is allowed as an
    /// audience.
    #[test]
    fn a_resource_is_an_absolute_uri_without_fragment() {
        for text in ["orders", "1a:b", "+a:b", "a_b:c", ":b", "a:", "a:b#c", "a:#", "a:b c", "a:\u{e9}", "a b:c"] {
            assert_eq!(ask(&[text], &[], &[text]).unwrap(), [text]);
            assert_eq!(ask(&[], &[text], &[text]), Err(Reason::Target), "{text}");
        }
        for text in ["urn:x", "a1+b-c.d:e", "A:b", "https://api.example/?q=1"] {
            assert_eq!(ask(&[], &[text], &[text]).unwrap(), [text]);
        }
    }

    /// RFC 8707 section 2, contract 3.4: MCP clients send the URL as their parser writes it.
    #[test]
    fn a_resource_is_the_same_with_and_without_its_empty_path() {
        for (configured, asked) in [
            ("https://api.example", "https://api.example/"),
            ("https://api.example/", "https://api.example"),
            ("https://api.example:8443", "https://api.example:8443/"),
            ("http://[::1]:1", "http://[::1]:1/"),
        ] {
            assert_eq!(ask(&[], &[asked], &["first", configured]).unwrap(), [configured]);
            assert_eq!(ask(&[], &[asked, configured], &[configured]).unwrap(), [configured]);
            assert_eq!(ask(&[asked], &[], &[configured]), Err(Reason::Target), "an audience is an exact text");
            let granted = [String::from("first"), String::from(configured)];
            let narrowed = |audience: Option<&'static str>, resource: Option<&'static str>| {
                narrowed_targets(audience.into_iter(), resource.into_iter(), &granted)
            };
            assert_eq!(narrowed(None, Some(asked)).unwrap(), [configured]);
            assert_eq!(narrowed(Some(asked), None), Err(Reason::Target));
        }
        assert_eq!(ask(&[], &["https://sts.example/"], &[]).unwrap(), ["https://sts.example"]);
        let both = ["https://api.example", "https://api.example/"];
        assert_eq!(ask(&[], &["https://api.example/"], &both).unwrap(), ["https://api.example/"]);
        for (configured, asked) in [
            ("https://api.example/x", "https://api.example/x/"),
            ("https://api.example/x/", "https://api.example/x"),
            ("https://api.example", "https://api.example//"),
            ("https://api.example", "https://API.example/"),
            ("https://api.example", "http://api.example/"),
            ("https://api.example", "https://api.example:443/"),
            ("https://api.example?q", "https://api.example?q/"),
            ("urn:x", "urn:x/"),
            ("https:/", "https://"),
            ("api.example", "api.example/"),
        ] {
            assert_eq!(ask(&[], &[asked], &[configured]), Err(Reason::Target), "{configured} {asked}");
        }
    }
}
