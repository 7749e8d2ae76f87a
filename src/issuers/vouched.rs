//! Opaque tokens for which their issuer vouches: the answers of its introspection endpoint (RFC 7662).

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use super::{Asked, FetchFault};
use crate::call::Call;
use crate::error::TokenFault;
use crate::host::{Host, Outgoing};
use crate::jose::json::{self, Object, Value};
use crate::jose::{Claims, sha256};
use crate::limits;
use crate::parameters::form_encode;
use crate::resource::{IntrospectionEndpoint, TokenIntrospector};

/// What was said of tokens, by their digest: a token itself is never kept.
#[derive(Default)]
pub struct VouchedTokens(RefCell<Memory>);

#[derive(Default)]
struct Memory {
    /// Grows whenever something is forgotten: what was asked before must not be remembered after.
    generation: u64,
    known: Vec<Vouched>,
    /// Tokens that are not active, by their digest, their endpoints, and until when that is remembered.
    inactive: Vec<([u8; 32], String, u64)>,
    /// Endpoints that failed, and until when they are left alone.
    failed: Vec<(String, u64)>,
}

struct Vouched {
    /// Of the endpoint, the issuer and the token: what one said holds for nobody else.
    digest: [u8; 32],
    endpoint: String,
    asked: u64,
    claims: Rc<Claims>,
}

impl VouchedTokens {
    /// Forgets what an endpoint said, after an administrator's change of what names it.
    pub fn forget(&self, url: &str) {
        let mut memory = self.0.borrow_mut();
        memory.generation = memory.generation.wrapping_add(1);
        memory.known.retain(|known| known.endpoint != url);
        memory.inactive.retain(|(_, endpoint, _)| endpoint != url);
        memory.failed.retain(|(failed, _)| failed != url);
    }

    fn is_left_alone(&self, url: &str, now: u64) -> bool {
        self.0.borrow().failed.iter().any(|(failed, until)| failed == url && now < *until)
    }

    fn leave_alone(&self, url: &str, now: u64) {
        let failed = &mut self.0.borrow_mut().failed;
        failed.retain(|(failed, until)| failed != url && now < *until);
        if failed.len() < limits::KEY_SETS {
            failed.push((String::from(url), now.saturating_add(limits::FETCH_RETRY)));
        }
    }

    fn is_inactive(&self, digest: &[u8; 32], now: u64) -> bool {
        self.0.borrow().inactive.iter().any(|(known, _, until)| known == digest && now < *until)
    }

    fn insert_inactive(&self, digest: [u8; 32], endpoint: &str, generation: u64, now: u64) {
        let mut memory = self.0.borrow_mut();
        if memory.generation != generation {
            return;
        }
        let inactive = &mut memory.inactive;
        inactive.retain(|(known, _, until)| now < *until && *known != digest);
        if inactive.len() < limits::CACHED_RESOURCES {
            inactive.push((digest, String::from(endpoint), now.saturating_add(limits::NOT_ACTIVE)));
        }
    }

    /// `ttl`: of the introspector as it is now, which may be another than when it was asked.
    fn get(&self, digest: &[u8; 32], ttl: u64, now: u64) -> Option<Rc<Claims>> {
        let memory = self.0.borrow();
        let found = memory.known.iter().find(|known| known.digest == *digest);
        let until = |known: &Vouched| known.asked.saturating_add(ttl).min(known.claims.exp);
        found.filter(|known| now < until(known)).map(|known| Rc::clone(&known.claims))
    }

    fn insert(&self, new: Vouched, generation: u64, now: u64) {
        let mut memory = self.0.borrow_mut();
        if memory.generation != generation {
            return;
        }
        let known = &mut memory.known;
        known.retain(|old| now < old.claims.exp && old.digest != new.digest);
        if known.len() >= limits::CACHED_RESOURCES {
            known.remove(0);
        }
        known.push(new);
    }
}

/// The claims of a token that is active, as its issuer says.
///
/// # Errors
/// [`TokenFault::NotActive`]; [`TokenFault::IssuerUnavailable`] if the issuer does not answer, or not as it should; the
/// fault of a claim.
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
    let generation = call.sts.vouched.0.borrow().generation;
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
    check_kind(&answer)?;
    let claims = Rc::new(Claims::parse(claims_text(&answer, introspector))?);
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
        ("token_type", &["bearer", "access_token"][..]),
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
