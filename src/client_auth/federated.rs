//! A token of another issuer as the client's assertion: of Kubernetes, a CI service, SPIRE. `iss` is that issuer and `sub` a
//! workload, where in an assertion that the client signed itself both are the `client_id` (RFC 7523 section 3).
//!
//! The Client's `federated` says which workloads are the client, the issuer's TokenIntrospector gives the keys, and bounds the
//! lifetime. Such a token is used until it expires, and need not have a `jti`: it is not marked as used.
//!
//! Whatever is known of the client is looked at after the signature, so that neither answer nor time tells which clients
//! exist, and whose they are.

use alloc::boxed::Box;

use super::assertion::names_this_service;
use super::decoy::verify_in_vain;
use crate::audit::Party;
use crate::call::Call;
use crate::error::{Reason, TokenFault};
use crate::host::Host;
use crate::issuers::verify_by;
use crate::jose::{Confirmation, Unverified};
use crate::limits;
use crate::policy::conditions_met;
use crate::resource::{Client, Federated, TokenIntrospector};
use crate::verification::{Failure, check_before_fetching};

/// A token of another issuer, well-formed and not yet believed.
pub(super) struct Workload<'a> {
    token: Box<Unverified<'a>>,
    /// The path of the endpoint that was called.
    endpoint: &'a str,
}

impl<'a> Workload<'a> {
    pub(super) const fn new(token: Box<Unverified<'a>>, endpoint: &'a str) -> Self {
        Self { token, endpoint }
    }

    /// The issuer, for the look-up of its keys.
    pub(super) fn iss(&self) -> &str {
        self.token.iss()
    }

    /// Who the token says that it is.
    pub(super) fn party(&self) -> Party {
        let claims = self.token.claims();
        Party { iss: claims.iss.clone(), sub: claims.sub.clone(), user: None }
    }

    /// Makes sure that the token is one of its issuer, which is good now; nothing is said about the client yet.
    pub(super) async fn verify<H: Host>(
        &self,
        call: Call<'_, H>,
        introspector: Option<&TokenIntrospector>,
    ) -> Result<Result<(), TokenFault>, Reason> {
        let (token, claims) = (&*self.token, self.token.claims());
        // What needs no key. SPIFFE's JWT-SVIDs say JOSE (JWT-SVID section 2.3).
        if !token.jws.header.is_typ_or_none(&["jwt", "jose"]) {
            return Ok(Err(TokenFault::Type));
        }
        if claims.aud.as_ref().is_none_or(|aud| aud.is_empty()) {
            return Ok(Err(TokenFault::Audience));
        }
        let is_foreign = claims.iss != call.sts.issuer;
        let Some(introspector) = introspector.filter(|found| is_foreign && found.introspection_endpoint.is_none())
        else {
            if check_before_fetching(token, limits::SUBJECT_LIFETIME, call.now).is_ok() {
                verify_in_vain(call.host, token).await;
            }
            return Ok(Err(TokenFault::IssuerUnknown));
        };
        let verified = verify_by(call, introspector, token, false).await;
        if let Err(Failure::Token(TokenFault::Key | TokenFault::Algorithm | TokenFault::IssuerUnavailable)) = verified {
            verify_in_vain(call.host, token).await; // no signature was computed
        }
        match verified {
            Err(Failure::Host(_)) => return Err(Reason::Unavailable),
            Err(Failure::LaterVersion) => return Err(Reason::LaterVersion),
            Err(Failure::Token(fault)) => return Ok(Err(fault)),
            Ok(_) => {}
        }
        // Without `iat` it may have been issued at any time.
        if introspector.instance.has_ended(claims.iat.unwrap_or_default()) {
            return Ok(Err(TokenFault::NotActive));
        }
        // A proof in the request is of the client's key for the issued token, not of the workload's.
        Ok(if claims.cnf == Confirmation::None { Ok(()) } else { Err(TokenFault::SenderConstrained) })
    }

    /// Whether one of the client's `federated` means this workload.
    pub(super) fn is_of<H: Host>(&self, call: Call<'_, H>, client: &Client) -> Result<(), TokenFault> {
        let claims = self.token.claims();
        let mut fault = TokenFault::IssuerNotAllowed;
        let means = |entry: &&Federated| entry.iss == claims.iss && entry.sub == claims.sub;
        for entry in client.federated.iter().filter(means) {
            let aud = claims.aud.as_deref().unwrap_or_default();
            // This service alone: a token that is good elsewhere could be carried from there to here.
            let is_for_us = match &entry.audience {
                Some(audience) => aud.iter().all(|own| own == audience),
                None => names_this_service(call.sts, self.endpoint, aud),
            };
            fault = match conditions_met(&claims.all(), &entry.claims) {
                _ if !is_for_us => TokenFault::Audience,
                Err(unmet) => unmet,
                Ok(_) => return Ok(()),
            };
        }
        Err(fault)
    }
}

/// Whether an assertion is one of another issuer. One that names itself as its issuer, or no client beside it, is the client's
/// own.
pub(super) fn is_of_another(token: &Unverified<'_>, client_id: Option<&str>) -> bool {
    let claims = token.claims();
    claims.iss != claims.sub && client_id.is_some()
}
