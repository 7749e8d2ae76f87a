//! `private_key_jwt`: a JWT that the client signed with a key of its own (RFC 7521 section 4.2, RFC 7523 section 3).
//!
//! It serves once: its `jti` leaves a mark in the grant store, which is strongly consistent, under a name that no grant
//! can have. The mark is made after the decision: a request that is refused spends no assertion.

use alloc::boxed::Box;
use alloc::string::String;
use core::cell::Cell;

use crate::call::Call;
use crate::error::{Reason, TokenFault};
use crate::host::Host;
use crate::issuers::{Asked, FetchedKeys};
use crate::jose::json::Value;
use crate::jose::{PublicKey, Unverified, base64url, sha256};
use crate::limits;
use crate::resource::Client;
use crate::sts::Sts;
use crate::verification::{Failure, Verified, check_before_fetching, public_keys, verify};

use super::decoy::verify_in_vain;

/// `client_assertion_type`
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion as it came, well-formed and not yet believed.
pub(super) struct Assertion<'a> {
    token: Box<Unverified<'a>>,
    /// The path of the endpoint that was called.
    endpoint: &'a str,
    spent: Cell<bool>,
}

impl<'a> Assertion<'a> {
    pub(super) const fn new(token: Box<Unverified<'a>>, endpoint: &'a str) -> Self {
        Self { token, endpoint, spent: Cell::new(false) }
    }

    /// `sub`, for the look-up of the client.
    pub(super) fn client_id(&self) -> &str {
        &self.token.claims().sub
    }

    /// The work of [`Self::accept`] for a client that does not exist.
    pub(super) async fn refuse<H: Host>(&self, call: Call<'_, H>) {
        let lifetime = limits::ASSERTION_LIFETIME;
        if self.check(call).is_ok() && check_before_fetching(&self.token, lifetime, call.now).is_ok() {
            verify_in_vain(call.host, &self.token).await;
        }
    }

    /// Makes sure that this client made it, for this service, now. Whether it was used before shows when it is spent.
    pub(super) async fn accept<H: Host>(&self, call: Call<'_, H>, client: &Client) -> Result<(), Reason> {
        self.check(call).map_err(Reason::ClientAssertion)?;
        let verified = self.verify(call, client).await;
        if let Err(Failure::Token(TokenFault::Key | TokenFault::Algorithm | TokenFault::IssuerUnavailable)) = verified {
            verify_in_vain(call.host, &self.token).await; // no signature was computed
        }
        verified.map_err(|failure| match failure {
            // That the client's keys cannot be had is refused, too: 503 would say that there is such a client.
            Failure::Token(fault) => Reason::ClientAssertion(fault),
            Failure::Host(_) => Reason::Unavailable,
            Failure::LaterVersion => Reason::LaterVersion,
        })?;
        Ok(())
    }

    /// Marks an accepted assertion as used. It is spent once in a request, however often that looks again.
    pub(super) async fn spend<H: Host>(&self, call: Call<'_, H>) -> Result<(), Reason> {
        if self.spent.get() {
            return Ok(());
        }
        let claims = self.token.claims();
        let mark = mark(&claims.sub, claims.jti.as_deref().unwrap_or_default());
        self.spent.set(true);
        if call.grants().mark(&mark, claims.exp).await? { Ok(()) } else { Err(Reason::ClientAssertionReplayed) }
    }

    async fn verify<H: Host>(&self, call: Call<'_, H>, client: &Client) -> Result<Verified<'_>, Failure> {
        let (token, lifetime) = (&*self.token, limits::ASSERTION_LIFETIME);
        let Some(source) = &client.jwks_uri else {
            let keys = public_keys(&client.keys, PublicKey::USUAL);
            return verify(call.host, token, keys, lifetime, call.now).await;
        };
        let (whose, ttl, algorithms) = (Asked::Client(&client.id), limits::CLIENT_KEYS, PublicKey::USUAL);
        FetchedKeys { source, whose, ttl, algorithms, proven: false }.verify(call, token, lifetime).await
    }

    /// What needs no key.
    fn check<H: Host>(&self, call: Call<'_, H>) -> Result<(), TokenFault> {
        let claims = self.token.claims();
        if !self.token.jws.header.is_typ_or_none(&["jwt", "client-authentication+jwt"]) {
            return Err(TokenFault::Type);
        }
        if claims.iss != claims.sub {
            return Err(TokenFault::IssuerNotAllowed);
        }
        // This service alone: an assertion that is good elsewhere could be carried from there to here.
        if !claims.aud.as_ref().is_some_and(|aud| names_this_service(call.sts, self.endpoint, aud)) {
            return Err(TokenFault::Audience);
        }
        match claims.jti.as_deref() {
            Some(jti) if !jti.is_empty() => Ok(()),
            _ => Err(TokenFault::ClaimMissing("jti")),
        }
    }
}

/// Whether `aud` is one or more names of this service and nothing else (contract 3.1).
pub(super) fn names_this_service(sts: &Sts, endpoint: &str, aud: &[String]) -> bool {
    let is_here = |aud: &String| {
        *aud == sts.issuer || *aud == sts.token_endpoint || aud.strip_prefix(&*sts.issuer) == Some(endpoint)
    };
    !aud.is_empty() && aud.iter().all(is_here)
}

/// The name of the mark: longer than the id of a grant, and different for each client and `jti`.
fn mark(client_id: &str, jti: &str) -> String {
    let name = Value::Array([Value::from(client_id), Value::from(jti)].into()).to_json();
    ["assertion.", &base64url::encode(&sha256(name.as_bytes()))].concat()
}
