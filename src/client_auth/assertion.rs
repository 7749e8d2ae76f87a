//! `private_key_jwt`: a JWT that the client signed with a key of its own (RFC 7521 section 4.2, RFC 7523 section 3).
//!
//! It serves once: its `jti` leaves a mark in the grant store, which is strongly consistent, under a name that no grant
//! can have.

use alloc::boxed::Box;
use alloc::string::String;

use crate::call::Call;
use crate::error::{Reason, TokenFault};
use crate::host::Host;
use crate::issuers::{Asked, FetchedKeys};
use crate::jose::json::Value;
use crate::jose::{PublicKey, Unverified, base64url, sha256};
use crate::limits;
use crate::resource::Client;
use crate::verification::{Failure, Verified, public_keys, verify};

/// `client_assertion_type`
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion as it came, well-formed and not yet believed.
pub(super) struct Assertion<'a>(Box<Unverified<'a>>);

impl<'a> Assertion<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, Reason> {
        Unverified::parse(text).map(|token| Self(Box::new(token))).map_err(Reason::ClientAssertion)
    }

    /// `sub`, for the look-up of the client.
    pub(super) fn client_id(&self) -> &str {
        &self.0.claims().sub
    }

    /// Makes sure that this client made it, for this service, now, and that it was not used before. An assertion that
    /// is refused stays unused.
    pub(super) async fn accept<H: Host>(&self, call: Call<'_, H>, client: &Client) -> Result<(), Reason> {
        let jti = self.check(call, client).map_err(Reason::ClientAssertion)?;
        let verified = self.verify(call, client).await.map_err(|failure| match failure {
            // Not the client's fault, and nothing to count.
            Failure::Token(TokenFault::IssuerUnavailable) => Reason::Unavailable,
            Failure::Token(fault) => Reason::ClientAssertion(fault),
            Failure::Host(_) => Reason::Unavailable,
        })?;
        if !client.active {
            return Ok(()); // refused by whoever asked; nothing is to be marked for it
        }
        // As long as it could be accepted, and as long again: the store's clock may differ from this one.
        let expires = verified.claims().exp.saturating_add(limits::LEEWAY).saturating_add(limits::LEEWAY);
        let first = call.host.write_grant(&mark(&client.id, jti), None, "{}", expires).await?;
        if first { Ok(()) } else { Err(Reason::ClientAssertionReplayed) }
    }

    async fn verify<H: Host>(&self, call: Call<'_, H>, client: &Client) -> Result<Verified<'_>, Failure> {
        let (token, lifetime) = (&self.0, limits::ASSERTION_LIFETIME);
        let Some(source) = &client.jwks_uri else {
            let keys = public_keys(&client.keys, PublicKey::USUAL);
            return verify(call.host, token, keys, lifetime, call.now).await;
        };
        let (whose, ttl, algorithms) = (Asked::Client(&client.id), limits::CLIENT_KEYS, PublicKey::USUAL);
        FetchedKeys { source, whose, ttl, algorithms }.verify(call, token, lifetime).await
    }

    /// What needs no key. Gives the `jti`.
    fn check<H: Host>(&self, call: Call<'_, H>, client: &Client) -> Result<&str, TokenFault> {
        let claims = self.0.claims();
        if !matches!(self.0.jws.header.typ.as_deref(), None | Some("jwt" | "client-authentication+jwt")) {
            return Err(TokenFault::Type);
        }
        if claims.iss != claims.sub || claims.sub != client.id {
            return Err(TokenFault::IssuerNotAllowed);
        }
        // One audience alone: an assertion that is good elsewhere could be carried from there to here.
        match claims.aud.as_deref() {
            Some([aud]) if *aud == call.sts.issuer || *aud == call.sts.token_endpoint => {}
            _ => return Err(TokenFault::Audience),
        }
        match claims.jti.as_deref() {
            Some(jti) if !jti.is_empty() => Ok(jti),
            _ => Err(TokenFault::ClaimMissing("jti")),
        }
    }
}

/// The name of the mark: longer than the id of a grant, and different for each client and `jti`.
fn mark(client_id: &str, jti: &str) -> String {
    let name = Value::Array([Value::from(client_id), Value::from(jti)].into()).to_json();
    ["assertion.", &base64url::encode(&sha256(name.as_bytes()))].concat()
}
