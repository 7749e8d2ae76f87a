//! Client authentication (RFC 6749 section 2.3): the secret, by Basic or in the body, an assertion that the client signed
//! (RFC 7523), a token of another issuer in its place, or nothing at all, from a public client.
//!
//! The answer never says which part was wrong, and takes the same work for a client that does not exist.

mod assertion;
mod basic;
mod decoy;
mod federated;

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use assertion::Assertion;
use basic::Basic;
use federated::{Workload, is_of_another};

use crate::apart::apart;
use crate::audit::Event;
use crate::call::Call;
use crate::directory::{Found, Wanted};
use crate::error::Reason;
use crate::host::Host;
use crate::jose::Unverified;
use crate::parameters::Parameters;
use crate::resource::{Client, ClientSecret, key};
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
    /// The secret, and its other reading if it has one: one of them must be right.
    Secret(Secret, Option<Secret>),
    /// A JWT of the client.
    Assertion(Assertion<'a>),
    /// A JWT of another issuer.
    Workload(Workload<'a>),
    /// None: the client is named by its id, or by its `provider`.
    None { provider: Option<&'a str> },
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
                let Basic { id, secret, decoded } = basic::read(header).ok_or(malformed)?;
                if body_id.is_some_and(|body_id| body_id != id) {
                    return Err(Reason::ClientMismatch);
                }
                Ok(Self { client_id: usable(id), proof: Proof::Secret(secret, decoded), challenge })
            }
            (None, Some(secret), (None, None)) => {
                let id = body_id.ok_or(malformed)?;
                Ok(Self { client_id: usable(id), proof: Proof::Secret(Secret::from(secret), None), challenge })
            }
            (None, None, (Some(assertion), Some(assertion::TYPE))) => {
                let token = Box::new(Unverified::parse(assertion).map_err(Reason::ClientAssertion)?);
                if is_of_another(&token, body_id) {
                    let proof = Proof::Workload(Workload::new(token, endpoint));
                    return Ok(Self { client_id: body_id.and_then(usable), proof, challenge });
                }
                let assertion = Assertion::new(token, endpoint);
                let id = assertion.client_id();
                if body_id.is_some_and(|body_id| body_id != id) {
                    return Err(malformed); // RFC 7521 section 4.2
                }
                Ok(Self { client_id: usable(id), proof: Proof::Assertion(assertion), challenge })
            }
            (None, None, (None, None)) => Err(NO_CREDENTIALS),
            (Some(_), Some(_), (None, None)) => Err(Reason::CredentialsRepeated),
            // RFC 7521 section 4.2.1: not together with another method, nor half of it, nor of another type.
            _ => Err(malformed),
        }
    }

    /// What a request without any proof names: a client by `client_id`, or, where tokens are exchanged (`exchanges`), by its
    /// `provider`, the one `audience`.
    ///
    /// # Errors
    /// [`Reason::NoCredentials`]
    pub fn of_public_client(parameters: &'a Parameters<'_>, exchanges: bool) -> Result<Self, Reason> {
        let mut audience = parameters.all("audience").filter(|_| exchanges);
        let (id, provider) = match (parameters.get("client_id"), audience.next(), audience.next()) {
            (Some(id), ..) => (usable(id), None),
            (None, Some(provider), None) => (None, Some(provider)),
            _ => return Err(NO_CREDENTIALS),
        };
        Ok(Self { client_id: id, proof: Proof::None { provider }, challenge: true })
    }

    /// The resources that they need.
    #[must_use]
    pub fn wanted(&self) -> Vec<Wanted<'_>> {
        let mut wanted: Vec<Wanted<'_>> = Vec::with_capacity(4); // with an issuer and the two names of a User
        wanted.extend(self.client_id.as_deref().map(Wanted::Client));
        match &self.proof {
            Proof::Workload(workload) => wanted.push(Wanted::Introspector(workload.iss())),
            Proof::None { provider: Some(provider) } => wanted.push(Wanted::ClientByProvider(provider)),
            Proof::Secret(..) | Proof::Assertion(_) | Proof::None { provider: None } => {}
        }
        wanted
    }

    /// The name under which failures of a client that proves nothing are counted; `None` where something was to prove it.
    #[must_use]
    pub fn unproven(&self) -> Option<String> {
        match &self.proof {
            Proof::None { provider: Some(provider) } => Some(key::client_by_provider(provider)),
            Proof::None { provider: None } => Some(self.client_id.clone().unwrap_or_default()),
            Proof::Secret(..) | Proof::Assertion(_) | Proof::Workload(_) => None,
        }
    }

    /// Makes sure that the credentials are those of the client that they name, among what was found of [`Self::wanted`].
    /// The event learns who it is, and how that is known.
    ///
    /// # Errors
    /// [`Reason`]: unknown, wrong secret, an assertion that is not accepted, inactive.
    pub async fn authenticate<H: Host>(
        &self,
        call: Call<'_, H>,
        found: &Found<'_>,
        event: &mut Event,
    ) -> Result<Rc<Client>, Reason> {
        (event.client_id, event.client_authentication, event.workload) = (None, None, None);
        let client = self.named(found)?;
        let client = self.proven(call, client, found, event).await?;
        event.client_id = Some(client.id.clone());
        Ok(client)
    }

    /// The client that is named, though nothing proves that it sent this: for what gives nothing away and spends nothing,
    /// in the hands of somebody who is known in another way. `found`: of [`Self::wanted`].
    ///
    /// # Errors
    /// [`Reason`]: unknown, inactive.
    pub fn dangerous_unproven_client(&self, found: &Found<'_>) -> Result<Rc<Client>, Reason> {
        let client = self.named(found)?.ok_or(Reason::ClientUnknown { challenge: false })?;
        if client.active { Ok(client) } else { Err(Reason::ClientInactive { challenge: false }) }
    }

    /// The client whose name or whose provider the request gives.
    fn named(&self, found: &Found<'_>) -> Result<Option<Rc<Client>>, Reason> {
        match &self.proof {
            Proof::None { provider: Some(provider) } => found.client_by_provider(provider),
            _ => found.client(self.client_id.as_deref()),
        }
    }

    async fn proven<H: Host>(
        &self,
        call: Call<'_, H>,
        client: Option<Rc<Client>>,
        found: &Found<'_>,
        event: &mut Event,
    ) -> Result<Rc<Client>, Reason> {
        let challenge = self.challenge;
        let unknown = Reason::ClientUnknown { challenge };
        let client = match &self.proof {
            Proof::Secret(secret, decoded) => {
                let presented = core::iter::once(secret).chain(decoded).map(Secret::expose);
                let own = client.as_ref().and_then(|client| client.secret.as_ref());
                let id = self.client_id.as_deref().unwrap_or_default();
                let right = ClientSecret::is_one_of(own, presented, id, call.sts.pepper.as_ref());
                let client = client.ok_or(unknown)?;
                if right { client } else { return Err(Reason::ClientSecret { challenge }) }
            }
            Proof::Assertion(assertion) => {
                let Some(client) = client else {
                    apart(assertion.refuse(call)).await;
                    return Err(unknown);
                };
                apart(assertion.accept(call, &client)).await?;
                client
            }
            Proof::Workload(workload) => {
                let introspector = found.introspector(workload.iss())?;
                let verified = apart(workload.verify(call, introspector.as_deref())).await?;
                let client = client.ok_or(unknown)?;
                let accepted = verified.and_then(|()| workload.is_of(call, &client));
                accepted.map_err(Reason::ClientAssertion)?;
                event.client_authentication = Some("federated");
                event.workload = Some(workload.party());
                client
            }
            // The same for a name that nobody has, that of a client which must authenticate, and one that is not active.
            Proof::None { .. } => {
                let client = client.filter(|client| client.public && client.active).ok_or(NO_CREDENTIALS)?;
                event.client_authentication = Some("none");
                client
            }
        };
        if client.active { Ok(client) } else { Err(Reason::ClientInactive { challenge }) }
    }

    /// Spends what serves once, after [`Self::authenticate`].
    ///
    /// # Errors
    /// [`Reason::ClientAssertionReplayed`], [`Reason::Unavailable`]
    pub async fn spend<H: Host>(&self, call: Call<'_, H>) -> Result<(), Reason> {
        match &self.proof {
            Proof::Assertion(assertion) => apart(assertion.spend(call)).await,
            Proof::Secret(..) | Proof::Workload(_) | Proof::None { .. } => Ok(()),
        }
    }
}

/// The id that a request presents, right or wrong, if it has the form of one: for the event.
pub fn presented_id(authorization: Option<&str>, parameters: &Parameters<'_>) -> Option<String> {
    let basic = authorization.and_then(basic::read).map(|basic| basic.id);
    let body = || parameters.get("client_id").map(String::from);
    let assertion = || {
        let assertion = Unverified::parse(parameters.get("client_assertion")?).ok()?;
        Some(assertion.claims().sub.clone())
    };
    basic.or_else(body).or_else(assertion).and_then(usable)
}

/// What a header of credentials keeps secret, as text: nothing of it may be shown.
pub fn presented_secrets(authorization: &str) -> Vec<String> {
    let basic = basic::read(authorization).map(|Basic { secret, decoded, .. }| [Some(secret), decoded]);
    let basic = basic.into_iter().flatten().flatten();
    let basic = basic.filter_map(|secret| String::from_utf8(Vec::from(secret.expose())).ok());
    let whole = authorization.split_ascii_whitespace().map(String::from);
    basic.chain(whole).collect()
}

/// A client that must authenticate, one that does not exist: nothing tells them apart, because nothing was sent.
const NO_CREDENTIALS: Reason = Reason::NoCredentials { challenge: true };

/// An id under which a client can be looked up: others are never asked of the store.
fn usable(id: impl AsRef<str> + Into<String>) -> Option<String> {
    key::is_id(id.as_ref()).then(|| id.into())
}
