//! Client authentication (RFC 6749 section 2.3): the secret, by Basic or in the body, or an assertion that the client
//! signed (RFC 7523).
//!
//! The answer never says which part was wrong, and takes the same work for a client that does not exist.

mod assertion;
mod basic;
mod decoy;

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use assertion::Assertion;

use crate::call::Call;
use crate::error::Reason;
use crate::host::Host;
use crate::limits;
use crate::parameters::Parameters;
use crate::resource::{Client, ClientSecret};
use crate::secret::Secret;

/// What a client presented. There is no `Debug`: it holds a secret.
pub struct Credentials<'a> {
    /// The id that was presented, if it can be one at all.
    pub client_id: Option<String>,
    proof: Proof<'a>,
    /// Whether a refusal asks for Basic.
    challenge: bool,
}

enum Proof<'a> {
    /// The readings of the secret, of which one must be right.
    Secret(Vec<Secret>),
    /// A JWT of the client.
    Assertion(Assertion<'a>),
}

impl<'a> Credentials<'a> {
    /// Reads the credentials of a request to this path.
    ///
    /// # Errors
    /// [`Reason`]: none, malformed, more than one method, or another `client_id` in the body.
    pub fn read(
        endpoint: &'a str,
        authorization: Option<&str>,
        parameters: &'a Parameters<'_>,
    ) -> Result<Self, Reason> {
        let challenge = authorization.is_some();
        let malformed = Reason::CredentialsMalformed { challenge };
        let (body_id, body_secret) = (parameters.get("client_id"), parameters.get("client_secret"));
        let assertion = (parameters.get("client_assertion"), parameters.get("client_assertion_type"));
        match (authorization, body_secret, assertion) {
            (Some(header), None, (None, None)) => {
                let (id, secrets) = basic::read(header).ok_or(malformed)?;
                if body_id.is_some_and(|body_id| body_id != id) {
                    return Err(Reason::ClientMismatch);
                }
                Ok(Self { client_id: usable(&id), proof: Proof::Secret(secrets), challenge })
            }
            (None, Some(secret), (None, None)) => {
                let id = body_id.ok_or(malformed)?;
                Ok(Self { client_id: usable(id), proof: Proof::Secret([Secret::from(secret)].into()), challenge })
            }
            (None, None, (Some(assertion), Some(assertion::TYPE))) => {
                let assertion = Assertion::read(assertion, endpoint)?;
                let id = assertion.client_id();
                if body_id.is_some_and(|body_id| body_id != id) {
                    return Err(malformed); // RFC 7521 section 4.2
                }
                Ok(Self { client_id: usable(id), proof: Proof::Assertion(assertion), challenge })
            }
            (None, None, (None, None)) => Err(Reason::NoCredentials { challenge: true }),
            (Some(_), Some(_), (None, None)) => Err(Reason::CredentialsRepeated),
            // RFC 7521 section 4.2.1: not together with another method, nor half of it, nor of another type.
            _ => Err(malformed),
        }
    }

    /// Makes sure that the credentials are those of this client, which was looked up by their id.
    ///
    /// # Errors
    /// [`Reason`]: unknown, wrong secret, an assertion that is not accepted, inactive.
    pub async fn authenticate<H: Host>(
        &self,
        call: Call<'_, H>,
        client: Option<&Rc<Client>>,
    ) -> Result<Rc<Client>, Reason> {
        let challenge = self.challenge;
        let unknown = Reason::ClientUnknown { challenge };
        let client = match &self.proof {
            Proof::Secret(secrets) => {
                let presented = secrets.iter().map(Secret::expose);
                let own = client.and_then(|client| client.secret.as_ref());
                let id = self.client_id.as_deref().unwrap_or_default();
                let right = ClientSecret::is_one_of(own, presented, id, call.sts.pepper.as_ref());
                let client = client.ok_or(unknown)?;
                if right { client } else { return Err(Reason::ClientSecret { challenge }) }
            }
            Proof::Assertion(assertion) => {
                let Some(client) = client else {
                    assertion.refuse(call).await;
                    return Err(unknown);
                };
                assertion.accept(call, client).await?;
                client
            }
        };
        if client.active { Ok(Rc::clone(client)) } else { Err(Reason::ClientInactive { challenge }) }
    }

    /// Spends what serves once, after [`Self::authenticate`].
    ///
    /// # Errors
    /// [`Reason::ClientAssertionReplayed`], [`Reason::Unavailable`]
    pub async fn spend<H: Host>(&self, call: Call<'_, H>) -> Result<(), Reason> {
        match &self.proof {
            Proof::Secret(_) => Ok(()),
            Proof::Assertion(assertion) => assertion.spend(call).await,
        }
    }
}

/// The id that a request presents, right or wrong, if it has the form of one: for the event.
pub fn presented_id(authorization: Option<&str>, parameters: &Parameters<'_>) -> Option<String> {
    let basic = authorization.and_then(basic::read).map(|(id, _)| id);
    let body = || parameters.get("client_id").map(String::from);
    let assertion = || {
        let assertion = Assertion::read(parameters.get("client_assertion")?, "").ok()?;
        Some(String::from(assertion.client_id()))
    };
    basic.or_else(body).or_else(assertion).as_deref().and_then(usable)
}

/// What a header of credentials keeps secret, as text: nothing of it may be shown.
pub fn presented_secrets(authorization: &str) -> Vec<String> {
    let basic = basic::read(authorization).map(|(_, secrets)| secrets).unwrap_or_default();
    let basic = basic.iter().filter_map(|secret| String::from_utf8(Vec::from(secret.expose())).ok());
    let whole = authorization.split_ascii_whitespace().map(String::from);
    basic.chain(whole).collect()
}

/// An id under which a client can be looked up: others are never asked of the store.
fn usable(id: &str) -> Option<String> {
    (id.len() <= limits::ID && crate::resource::key::is_id(id)).then(|| String::from(id))
}
