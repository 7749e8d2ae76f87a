//! What a refused request said, for the event: from it the operator sees which resource is missing or wrong.
//!
//! Nothing of it was believed, so it is marked, short, and never a token or a secret: whatever looks like one is left
//! out, since a token stands in the wrong parameter sooner or later.

use alloc::string::String;
use alloc::vec::Vec;

use super::claimed_client::{is_of_words, shown_id};
use crate::admin::Administrators;
use crate::audit::{Event, Missed, RefusedToken};
use crate::call::Call;
use crate::client_auth;
use crate::error::{Reason, Role, TokenFault};
use crate::host::Host;
use crate::jose::json::{self, Object, Value};
use crate::jose::{base64url, numeric_date};
use crate::limits;
use crate::parameters::Parameters;

/// Notes what was said, as far as it concerns the reason for which it is refused. `authorization`: the value of that
/// header. What an issuer vouched for stands in the event already.
pub async fn note_claimed<H: Host>(
    call: Call<'_, H>,
    authorization: Option<&str>,
    parameters: &Parameters<'_>,
    reason: Reason,
    event: &mut Event,
) {
    let claimed = &mut event.claimed;
    let shown = Shown::of(call, authorization, parameters);
    let token = |name, fault| {
        let mut refused = parameters.get(name).and_then(|text| shown.token(text, fault, call.now))?;
        refused.jti = refused.jti.filter(|_| name == "assertion");
        Some(refused)
    };
    let vouched = claimed.subject.is_some() || claimed.actor.is_some();
    // What an issuer says of an opaque token may be what the request keeps secret.
    for refused in [&mut claimed.subject, &mut claimed.actor].into_iter().flatten() {
        for text in [&mut refused.iss, &mut refused.sub] {
            *text = text.as_deref().and_then(|text| shown.text(text));
        }
        refused.aud = refused.aud.iter().take(limits::TARGETS).filter_map(|aud| shown.text(aud)).collect();
    }
    match reason {
        Reason::Token(..) if vouched => {}
        Reason::Token(Role::Subject, fault) => claimed.subject = token("subject_token", fault),
        Reason::Token(Role::Actor, fault) => claimed.actor = token("actor_token", fault),
        Reason::Token(Role::Assertion, fault) => claimed.assertion = token("assertion", fault),
        Reason::ClientAssertion(fault) => claimed.assertion = token("client_assertion", fault),
        _ => {}
    }
    for name in parameters_of(reason) {
        claimed.parameters.extend(
            parameters
                .all(name)
                .take(limits::TARGETS)
                // A type is of words; what is not is the token, which was sent in its place.
                .filter(|value| !name.ends_with("_type") || is_of_words(value))
                .filter_map(|value| shown.text(value).map(|value| (*name, value))),
        );
    }
    let id = shown_id(call, authorization, parameters, event.client_id.is_some()).await;
    claimed.client_id = id.and_then(|id| shown.text(&id));
}

/// The parameters in which the cause stands.
const fn parameters_of(reason: Reason) -> &'static [&'static str] {
    match reason {
        Reason::GrantTypeUnsupported | Reason::GrantTypeNotAllowed => &["grant_type"],
        Reason::TokenTypeUnsupported(Role::Subject) | Reason::Token(Role::Subject, _) => &["subject_token_type"],
        Reason::TokenTypeUnsupported(Role::Actor) | Reason::Token(Role::Actor, _) => &["actor_token_type"],
        Reason::RequestedTokenTypeUnsupported => &["requested_token_type"],
        Reason::ScopeMalformed | Reason::ScopeNotAllowed => &["scope"],
        Reason::Target => &["audience", "resource"],
        _ => &[],
    }
}

/// What may be shown of a request: not what it keeps secret.
struct Shown<'a> {
    secrets: Vec<String>,
    administrators: &'a Administrators,
}

const SECRETS: [&str; 7] =
    ["client_secret", "client_assertion", "assertion", "subject_token", "actor_token", "refresh_token", "token"];

impl<'a> Shown<'a> {
    fn of<H: Host>(call: Call<'a, H>, authorization: Option<&str>, parameters: &Parameters<'_>) -> Self {
        let mut secrets: Vec<String> =
            SECRETS.iter().filter_map(|name| parameters.get(name)).map(String::from).collect();
        secrets.extend(authorization.map(client_auth::presented_secrets).unwrap_or_default());
        Self { secrets, administrators: &call.sts.administrators }
    }

    /// The text, cut to its limit; `None` if there is something secret in it.
    fn text(&self, text: &str) -> Option<String> {
        // A secret of a few letters is part of many words, and is one only where it stands alone.
        let is_secret = |secret: &String| text == secret || (secret.len() >= 8 && text.contains(secret.as_str()));
        let has_token = || text.split_ascii_whitespace().any(looks_like_a_token);
        let is_shown_nowhere = self.secrets.iter().any(is_secret) || self.administrators.appear_in(text);
        if text.is_empty() || is_shown_nowhere || has_token() {
            return None;
        }
        let mut end = text.len().min(limits::CLAIMED);
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        let mut cut = String::from(text.get(..end).unwrap_or_default());
        if end < text.len() {
            cut.push('…');
        }
        Some(cut)
    }

    /// What a token says of itself, as far as it can be read at all.
    fn token(&self, text: &str, fault: TokenFault, now: u64) -> Option<RefusedToken> {
        if text.len() > limits::TOKEN {
            return None;
        }
        let mut refused = RefusedToken { verified: fault.is_of_a_verified_token(), ..RefusedToken::default() };
        let (prefix, text) =
            text.split_once(' ').map_or((None, text), |(prefix, text)| (Some(prefix), text.trim_start()));
        refused.prefix = prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case("bearer")).then_some("Bearer");
        // Of the claim or member that is malformed the event has the name.
        let named = |name: &str| fault.claim() == Some(name);
        let mut parts = text.split('.');
        let mut part = || parts.next().and_then(base64url::decode).and_then(|part| String::from_utf8(part).ok());
        let (header, claims) = (part(), part());
        let object = |text: &Option<String>| {
            text.as_deref().and_then(|text| json::parse_object(text).ok().map(Object::into_owned))
        };
        if let Some(header) = object(&header) {
            let value = |name| header.get(name).filter(|_| !named(name)).and_then(Value::as_str);
            let text = |name| value(name).and_then(|value| self.text(value));
            (refused.alg, refused.kid, refused.typ) = (text("alg"), text("kid"), text("typ"));
        }
        if let Some(claims) = object(&claims) {
            let value = |name| claims.get(name).filter(|_| !named(name)).and_then(Value::as_str);
            let text = |name| value(name).and_then(|value| self.text(value));
            (refused.iss, refused.sub, refused.jti) = (text("iss"), text("sub"), text("jti"));
            let aud = claims.get("aud").filter(|_| !named("aud"));
            let aud = aud.map_or(&[][..], |aud| aud.as_array().unwrap_or(core::slice::from_ref(aud)));
            let aud = aud.iter().take(limits::TARGETS).filter_map(Value::as_str);
            refused.aud = aud.filter_map(|aud| self.text(aud)).collect();
            refused.missed = missed(&claims, fault, now);
        }
        let said = [&refused.iss, &refused.sub, &refused.alg, &refused.kid].into_iter().any(Option::is_some);
        (said || refused.prefix.is_some()).then_some(refused)
    }
}

/// Which time a token missed, and by how many seconds: since when it has expired, how long until it is valid, how long it
/// still lives.
fn missed(claims: &Object<'_>, fault: TokenFault, now: u64) -> Option<Missed> {
    let date = |name| claims.get(name).and_then(numeric_date);
    let (claim, seconds) = match fault {
        TokenFault::Expired => ("exp", now.checked_sub(date("exp")?)),
        TokenFault::LivesTooLong => ("exp", date("exp")?.checked_sub(now)),
        TokenFault::NotYetValid => {
            let (nbf, iat) = (date("nbf").unwrap_or_default(), date("iat").unwrap_or_default());
            if nbf >= iat { ("nbf", nbf.checked_sub(now)) } else { ("iat", iat.checked_sub(now)) }
        }
        _ => return None,
    };
    Some(Missed { claim, seconds: seconds? })
}

/// A JWS or JWE, whole or cut, or a token of this service.
fn looks_like_a_token(word: &str) -> bool {
    let is_object = |part: &str| {
        // A part that was cut may lack bits; its beginning tells.
        let begin = part.get(..part.len().min(8)).unwrap_or_default();
        base64url::decode(begin).is_some_and(|bytes| bytes.trim_ascii_start().starts_with(b"{"))
    };
    let lower = word.to_ascii_lowercase();
    ["sts_at_", "sts_rt_", "__sha256:"].iter().any(|prefix| lower.contains(prefix))
        || (word.len() >= 16 && word.split(['.', '=', ',', '"', ':']).any(is_object))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_known_by_their_looks() {
        for token in [
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
            "eyJhbGciOiJIUzI1NiJ9",
            "token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
            "ewogImFsZyI6ICJIUzI1NiJ9.e30.",
            "sts_at_abc",
            "x-STS_RT_abc",
        ] {
            assert!(looks_like_a_token(token), "{token}");
        }
        for word in [
            "https://login.example/realms/a.b",
            "orders",
            "api://1f1b2c3d-0000-4000-8000-000000000000",
            "openid",
            "eyebrow.example",
        ] {
            assert!(!looks_like_a_token(word), "{word}");
        }
    }

    #[test]
    fn what_is_secret_is_left_out_and_the_rest_is_short() {
        let administrators = Administrators::read(Some("planted-token-of-0"), None).unwrap();
        let secrets = Vec::from([String::from("test"), String::from("planted-secret")]);
        let shown = Shown { secrets, administrators: &administrators };
        assert_eq!(shown.text("tester").as_deref(), Some("tester"));
        for text in ["", "test", "planted-secret", "a planted-secret b", "read sts_at_x"] {
            assert_eq!(shown.text(text), None, "{text}");
        }
        let long = shown.text(&"é".repeat(1000)).unwrap();
        assert!(long.len() <= limits::CLAIMED + '…'.len_utf8() && long.ends_with('…'), "{}", long.len());
    }
}
