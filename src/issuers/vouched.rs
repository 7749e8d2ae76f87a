//! Opaque tokens for which their issuer vouches: the answers of its introspection endpoint (RFC 7662).

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::repeated_token::without_the_token;
use super::vouched_tokens::Vouched;
use super::{Asked, FetchFault};
use crate::call::Call;
use crate::error::TokenFault;
use crate::host::{Host, Outgoing};
use crate::jose::json::{self, Object, Value};
use crate::jose::{Claims, Confirmation, sha256};
use crate::limits;
use crate::parameters::form_encode;
use crate::resource::{IntrospectionEndpoint, TokenIntrospector};

/// The claims of a token that is active, as its issuer says.
///
/// # Errors
/// [`TokenFault::NotActive`]; [`TokenFault::IssuerUnavailable`] if the issuer does not answer, or not as it should; the
/// fault of a claim, which may be that it repeats the token.
pub async fn vouched<H: Host>(
    call: Call<'_, H>,
    introspector: &TokenIntrospector,
    endpoint: &IntrospectionEndpoint,
    token: &str,
) -> Result<Rc<Claims>, TokenFault> {
    // What was read as the subject depends on the introspector, too.
    let subject = if introspector.client_id_is_subject { " client_id " } else { " " };
    let digest = sha256([&endpoint.url, " ", &introspector.iss, subject, token].concat().as_bytes());
    if let Some(claims) = call.sts.vouched.get(&digest, introspector.cache_ttl, call.now) {
        return Ok(claims);
    }
    if call.sts.vouched.is_inactive(&digest, call.now) {
        return Err(TokenFault::NotActive);
    }
    if call.sts.vouched.is_left_alone(&endpoint.url, call.now) {
        return Err(TokenFault::IssuerUnavailable);
    }
    let generation = call.sts.vouched.generation();
    let asked = ask(call, endpoint, token).await;
    // Any other fault may be that of this one token.
    if matches!(asked, Err(FetchFault::Unanswered(_))) {
        call.sts.vouched.leave_alone(&endpoint.url, call.now);
    }
    call.fetched(Asked::Issuer(&introspector.iss), asked.as_ref().err().copied(), Vec::new());
    let answer = asked.map_err(|_| TokenFault::IssuerUnavailable)?;
    let answer = json::parse_object(&answer).map_err(|_| TokenFault::IssuerUnavailable)?;
    if answer.get("active").and_then(Value::as_bool) != Some(true) {
        call.sts.vouched.insert_inactive(digest, &endpoint.url, generation, call.now);
        return Err(TokenFault::NotActive);
    }
    let answer = without_the_token(answer, token)?;
    check_kind(&answer)?;
    let claims = Rc::new(Claims::parse(claims_text(&answer, introspector))?);
    // Bound, and nothing said of the key: it must not be taken for one that is not.
    let is_dpop =
        answer.get("token_type").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("dpop"));
    if is_dpop && claims.cnf == Confirmation::None {
        return Err(TokenFault::Type);
    }
    if claims.iss != introspector.iss {
        return Err(TokenFault::IssuerUnknown);
    }
    call.sts.vouched.insert(
        Vouched { digest, endpoint: endpoint.url.clone(), asked: call.now, claims: Rc::clone(&claims) },
        generation,
        call.now,
    );
    Ok(claims)
}

/// Whether it is an access token of a kind that can be used here: some issuers say of their refresh tokens and ID tokens
/// that they are active, too.
fn check_kind(answer: &Object<'_>) -> Result<(), TokenFault> {
    for (name, allowed) in [
        // Hydra says what kind of token it is, where RFC 7662 section 2.2 has how it is used.
        ("token_type", &["bearer", "access_token", "dpop"][..]),
        ("typ", &["bearer", "jwt", "at+jwt"]),
        ("token_use", &["access", "access_token"]),
    ] {
        let Some(value) = answer.get(name) else { continue };
        let is_allowed = |value: &str| allowed.iter().any(|allowed| value.eq_ignore_ascii_case(allowed));
        if !value.as_str().is_some_and(is_allowed) {
            return Err(TokenFault::Type);
        }
    }
    Ok(())
}

/// The body of an answer that can be used at all.
async fn ask<H: Host>(call: Call<'_, H>, endpoint: &IntrospectionEndpoint, token: &str) -> Result<String, FetchFault> {
    let mut form = String::from("token_type_hint=access_token&token=");
    form_encode(token, &mut form);
    let authorization = endpoint.authorization.as_ref().map(|secret| core::str::from_utf8(secret.expose()));
    let authorization = authorization.transpose().map_err(|_| FetchFault::Malformed)?;
    let (limit, timeout) = (limits::INTROSPECTION, limits::FETCH);
    let request = Outgoing { url: &endpoint.url, form: Some(&form), authorization, limit, timeout };
    let incoming = call.fetch(&request).await?;
    let answer = json::parse_object(&incoming.body).map_err(|_| FetchFault::NotJson)?;
    answer.get("active").and_then(Value::as_bool).ok_or(FetchFault::Malformed)?;
    Ok(incoming.body)
}

/// The answer as claims: `iss` may be left out (RFC 7662 section 2.2), since it is known who was asked; and `sub`, where the
/// introspector says that a client is then the subject.
fn claims_text(answer: &Object<'_>, introspector: &TokenIntrospector) -> String {
    let mut claims = answer.clone();
    if claims.get("iss").is_none() {
        claims.set("iss", introspector.iss.as_str());
    }
    let client_id =
        answer.get("client_id").filter(|_| introspector.client_id_is_subject && answer.get("sub").is_none());
    if let Some(client_id) = client_id {
        claims.set("sub", client_id.clone());
    }
    claims.to_json()
}
