//! Targets: the audiences that an issued token may have (RFC 8693 section 2.1, RFC 8707).

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Reason;
use crate::limits;

/// The `aud` of the token to issue: exactly what was asked for, or the default. `allowed`: the targets of the client;
/// its first is the default, the issuer where there is none.
///
/// # Errors
/// [`Reason::Target`] if anything is unknown, malformed, not allowed, or too much.
pub fn targets<'p>(
    audience: impl Iterator<Item = &'p str>,
    resource: impl Iterator<Item = &'p str>,
    allowed: &[String],
    issuer: &str,
) -> Result<Vec<String>, Reason> {
    let may = |target: &str| match allowed {
        [] => target == issuer,
        allowed => allowed.iter().any(|allowed| allowed == target),
    };
    let mut targets: Vec<String> = Vec::new();
    let audience = audience.map(|target| (target, true));
    let resource = resource.map(|target| (target, is_absolute_uri(target)));
    for (target, well_formed) in audience.chain(resource) {
        if !well_formed || !may(target) {
            return Err(Reason::Target);
        }
        if !targets.iter().any(|already| already == target) {
            targets.push(String::from(target));
        }
        if targets.len() > limits::TARGETS {
            return Err(Reason::Target);
        }
    }
    if targets.is_empty() {
        targets.push(allowed.first().cloned().unwrap_or_else(|| String::from(issuer)));
    }
    Ok(targets)
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
    let audience = audience.map(|target| (target, true));
    let mut asked = audience.chain(resource.map(|target| (target, is_absolute_uri(target)))).peekable();
    if asked.peek().is_none() {
        return Ok(Vec::from(granted));
    }
    let mut targets: Vec<String> = Vec::new();
    for (target, well_formed) in asked {
        let target = granted.iter().find(|granted| well_formed && *granted == target).ok_or(Reason::Target)?;
        if !targets.contains(target) {
            targets.push(target.clone());
        }
    }
    Ok(targets)
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
    use super::*;

    fn ask(audience: &[&str], resource: &[&str], allowed: &[&str]) -> Result<Vec<String>, Reason> {
        let allowed: Vec<String> = allowed.iter().copied().map(String::from).collect();
        targets(audience.iter().copied(), resource.iter().copied(), &allowed, "https://sts.example")
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
}
