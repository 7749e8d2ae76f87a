//! What an identity assertion (ID-JAG) must say, beside what every token of its issuer must: draft-ietf-oauth-identity-
//! assertion-authz-grant sections 3.1 and 4.4.1, and MCP's enterprise-managed authorization sections 5 and 7.

use alloc::string::String;
use alloc::vec::Vec;

use super::Scope;
use crate::error::{Reason, TokenFault};
use crate::jose::Claims;
use crate::jose::json::Value;
use crate::limits;
use crate::resource::{Client, TokenIntrospector};

/// `typ` of an identity assertion, letter by letter.
pub const ID_JAG_TYP: &str = "oauth-id-jag+jwt";

/// Whether the claims are those of an assertion that this client may redeem here.
///
/// # Errors
/// [`TokenFault`]: the first claim that is not as it must be.
pub fn id_jag_accepted(
    claims: &Claims,
    introspector: &TokenIntrospector,
    client: &Client,
    own_issuer: &str,
) -> Result<(), TokenFault> {
    let rule = introspector.id_jag.as_ref().ok_or(TokenFault::IssuerUnknown)?;
    let iat = claims.iat.ok_or(TokenFault::ClaimMissing("iat"))?;
    if claims.exp.saturating_sub(iat) > rule.max_lifetime.saturating_add(limits::LEEWAY) {
        return Err(TokenFault::LivesTooLong);
    }
    let is_for_us = match claims.aud.as_deref() {
        Some([aud]) if introspector.audience.is_empty() => is_issuer(aud, own_issuer),
        Some([aud]) => introspector.audience.contains(aud),
        _ => false,
    };
    if !is_for_us {
        return Err(TokenFault::Audience);
    }
    match claims.client_id.as_deref() {
        None => return Err(TokenFault::ClaimMissing("client_id")),
        Some(client_id) if client_id != client.id => return Err(TokenFault::ClientMismatch),
        Some(_) => {}
    }
    match claims.jti.as_deref() {
        None | Some("") => return Err(TokenFault::ClaimMissing("jti")),
        Some(jti) if jti.len() > limits::ASSERTION_JTI => return Err(TokenFault::ClaimMalformed("jti")),
        Some(_) => {}
    }
    let all = claims.all();
    // What is not understood here would change what is granted.
    if all.get("authorization_details").is_some() {
        return Err(TokenFault::AuthorizationDetails);
    }
    for (name, wanted) in [("tenant", &rule.tenant), ("aud_tenant", &rule.aud_tenant)] {
        let same = match (all.get(name), wanted) {
            (None, None) => true,
            (Some(tenant), Some(wanted)) => tenant.as_str() == Some(wanted),
            _ => false,
        };
        if !same {
            return Err(TokenFault::Tenant);
        }
    }
    Ok(())
}

/// Whether an ID token was issued to the client that presents it, under one of the names that the client has there
/// (OpenID Connect Core 1.0 section 3.1.3.7).
///
/// # Errors
/// [`TokenFault::Audience`]
pub fn id_token_is_of(claims: &Claims, names: &[String]) -> Result<(), TokenFault> {
    let aud = claims.aud.as_deref().unwrap_or_default();
    let all = claims.all();
    let authorized = match all.get("azp") {
        Some(azp) => azp.as_str().is_some_and(|azp| names.iter().any(|name| name == azp)),
        None => aud.len() == 1,
    };
    let is_of_client = aud.iter().any(|aud| names.contains(aud)) && authorized;
    if is_of_client { Ok(()) } else { Err(TokenFault::Audience) }
}

/// The resources of an assertion that is issued: what is asked for, as it is spelt in `allowed`; where nothing is, the first
/// one if one is `required`.
///
/// # Errors
/// [`Reason::Target`]
pub fn id_jag_resources<'p>(
    asked: impl Iterator<Item = &'p str>,
    allowed: &[String],
    required: bool,
) -> Result<Vec<String>, Reason> {
    let mut resources: Vec<String> = Vec::new();
    for resource in asked {
        let target = spelt(resource, allowed).ok_or(Reason::Target)?;
        if !resources.contains(target) {
            resources.push(target.clone());
        }
    }
    if resources.len() > limits::TARGETS {
        return Err(Reason::Target);
    }
    if resources.is_empty() && required {
        resources.extend(allowed.first().cloned());
    }
    Ok(resources)
}

/// Whether it is our issuer; where that has no path, also with the slash that stands for the empty one.
#[must_use]
pub fn is_issuer(aud: &str, issuer: &str) -> bool {
    let has_path = issuer.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    aud == issuer || (!has_path && aud.strip_suffix('/') == Some(issuer))
}

/// The `aud` of the token to issue: the resources that the assertion names, narrowed to those that are asked for; where it
/// names none, what is asked for, or else the first one that is allowed. As they are spelt in `allowed`.
///
/// # Errors
/// [`TokenFault::ResourceNotAllowed`] of the assertion inside of `Err(Ok)`; [`Reason::Target`] of the parameter.
pub fn id_jag_targets<'p>(
    claims: &Claims,
    asked: impl Iterator<Item = &'p str>,
    allowed: &[String],
) -> Result<Vec<String>, Result<TokenFault, Reason>> {
    let all = claims.all();
    let named: Vec<&str> = match all.get("resource") {
        None => Vec::new(),
        Some(Value::Array(list)) => {
            let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            texts.filter(|texts| !texts.is_empty()).ok_or(Ok(TokenFault::ClaimMalformed("resource")))?
        }
        Some(one) => Vec::from([one.as_str().ok_or(Ok(TokenFault::ClaimMalformed("resource")))?]),
    };
    let mut targets: Vec<&String> = Vec::new();
    for resource in &named {
        let target = spelt(resource, allowed).ok_or(Ok(TokenFault::ResourceNotAllowed))?;
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    let mut wanted: Vec<&String> = Vec::new();
    for resource in asked {
        let target = spelt(resource, allowed).filter(|target| named.is_empty() || targets.contains(target));
        let target = target.ok_or(Err(Reason::Target))?;
        if !wanted.contains(&target) {
            wanted.push(target);
        }
    }
    let chosen = match (wanted.is_empty(), targets.is_empty()) {
        (false, _) => wanted,
        (true, false) => targets,
        (true, true) => allowed.iter().take(1).collect(),
    };
    if chosen.is_empty() || chosen.len() > limits::TARGETS {
        return Err(Err(Reason::Target));
    }
    Ok(chosen.into_iter().cloned().collect())
}

/// The target that a resource means: scheme and host in any case, and the empty path with or without its slash.
fn spelt<'a>(resource: &str, allowed: &'a [String]) -> Option<&'a String> {
    let same = |target: &&String| normalised(target) == normalised(resource);
    allowed.iter().find(|target| *target == resource).or_else(|| allowed.iter().find(same))
}

fn normalised(uri: &str) -> (String, &str) {
    let Some((scheme, rest)) = uri.split_once("://") else { return (String::new(), uri) };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let origin = [scheme, "://", authority].concat().to_ascii_lowercase();
    (origin, if path == "/" { "" } else { path })
}

/// The scope to issue: what is asked for, which the assertion must have if it has a scope, or what that says; as far as the
/// client is allowed it. The answer shows what is left.
///
/// # Errors
/// [`Reason::ScopeNotAllowed`] for more than the assertion has, and where nothing is left of what was wanted.
pub fn id_jag_scope(asked: Option<Scope>, assertion: Option<&Scope>, client: &[String]) -> Result<Scope, Reason> {
    let wanted = match (asked, assertion) {
        (Some(asked), Some(own)) if !asked.names().iter().all(|name| own.has(name)) => {
            return Err(Reason::ScopeNotAllowed);
        }
        (Some(asked), _) => asked,
        (None, own) => own.cloned().unwrap_or_default(),
    };
    let left: Vec<String> = wanted.names().iter().filter(|name| client.contains(name)).cloned().collect();
    if left.is_empty() && !wanted.names().is_empty() { Err(Reason::ScopeNotAllowed) } else { Ok(Scope::from(left)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_and_its_empty_path() {
        for (aud, issuer, same) in [
            ("https://sts.example", "https://sts.example", true),
            ("https://sts.example/", "https://sts.example", true),
            ("https://sts.example//", "https://sts.example", false),
            ("https://sts.example/a", "https://sts.example/a", true),
            ("https://sts.example/a/", "https://sts.example/a", false),
            ("https://STS.example", "https://sts.example", false),
        ] {
            assert_eq!(is_issuer(aud, issuer), same, "{aud}");
        }
    }

    #[test]
    fn one_resource_in_several_spellings() {
        let allowed = [String::from("https://mcp.example/"), String::from("https://mcp.example/A")];
        for (resource, target) in [
            ("https://mcp.example", Some(0)),
            ("HTTPS://MCP.example/", Some(0)),
            ("https://mcp.example/A", Some(1)),
            ("https://mcp.example/a", None),
            ("https://mcp.example/?a", None),
            ("https://mcp.example:443", None),
            ("mcp.example", None),
        ] {
            assert_eq!(spelt(resource, &allowed), target.map(|at: usize| &allowed[at]), "{resource}");
        }
    }
}
