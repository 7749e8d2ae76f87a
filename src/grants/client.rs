//! A request that a client makes: what it asks for, and that it is the client that it says it is.

use alloc::rc::Rc;

use super::asked::Asked;
use crate::apart::apart;
use crate::audit::{Claimed, Event};
use crate::call::Call;
use crate::client_auth::Credentials;
use crate::directory::Found;
use crate::dpop::{Proof, Unproved};
use crate::error::{DpopFault, Reason};
use crate::host::Host;
use crate::parameters::Parameters;
use crate::resource::{Client, Dpop};

/// The parameters of a request and the credentials that came with them.
pub struct ClientRequest<'a> {
    pub(super) parameters: &'a Parameters<'a>,
    pub(super) credentials: Credentials<'a>,
    /// Whether it asks for a token, and which key it proves then.
    proof: Option<Option<&'a Proof>>,
}

impl<'a> ClientRequest<'a> {
    /// Reads the credentials. `endpoint`: the path that was called; `authorization`: the value of that header.
    ///
    /// # Errors
    /// [`Reason`]: none, malformed, or more than one.
    pub fn read(
        endpoint: &'a str,
        authorization: Option<&str>,
        parameters: &'a Parameters<'a>,
    ) -> Result<Self, Reason> {
        Ok(Self { parameters, credentials: Credentials::read(endpoint, authorization, parameters)?, proof: None })
    }

    /// The same as a request for a token, with the proof that came with it: what its client's `dpop` says holds for it.
    #[must_use]
    pub fn for_token(self, proof: Option<&'a Proof>) -> Self {
        Self { proof: Some(proof), ..self }
    }

    /// What the decision sees of it.
    #[must_use]
    pub(super) fn asked(&self) -> Asked<'a> {
        Asked { parameters: self.parameters, jkt: self.proof.flatten().map(|proof| proof.jkt.as_str()) }
    }

    /// Spends the proof, where proofs serve once: after everything that can refuse.
    pub(super) async fn spend_proof<H: Host>(&self, call: Call<'_, H>) -> Result<(), Reason> {
        let Some(proof) = self.proof.flatten() else { return Ok(()) };
        apart(proof.spend(call)).await.map_err(|unproved| match unproved {
            Unproved::Proof(fault) => Reason::Dpop(fault),
            Unproved::Host => Reason::Unavailable,
        })
    }

    /// The same at an endpoint that serves public clients, too. `exchanges`: whether tokens are exchanged, so that a client may
    /// be named by its `provider`.
    ///
    /// # Errors
    /// [`Reason`]: as [`Self::read`].
    pub fn read_public(
        endpoint: &'a str,
        authorization: Option<&str>,
        parameters: &'a Parameters<'a>,
        exchanges: bool,
    ) -> Result<Self, Reason> {
        let credentials = match Credentials::read(endpoint, authorization, parameters) {
            Err(Reason::NoCredentials { .. }) => Credentials::of_public_client(parameters, exchanges)?,
            read => read?,
        };
        Ok(Self { parameters, credentials, proof: None })
    }

    /// Authenticates the client and decides, by `decide`, until nothing that was used was changed meanwhile. Then a failed
    /// authentication is counted, and every failure of a client that does not authenticate, and an assertion is spent:
    /// before everything else that the decision spends, so that one that was used before spends nothing, and after
    /// everything that can refuse.
    pub(super) async fn until_unchanged<H: Host, T>(
        &self,
        call: Call<'_, H>,
        decide: impl AsyncFnMut(Call<'_, H>) -> Result<T, Reason>,
    ) -> Result<T, Reason> {
        let decided = call.until_unchanged(decide).await;
        self.settle(call, decided.as_ref().err().copied()).await.and(decided)
    }

    /// What follows a decision, the same for every request. `refused`: why, if the decision is that.
    async fn settle<H: Host>(&self, call: Call<'_, H>, refused: Option<Reason>) -> Result<(), Reason> {
        let spent = match refused {
            None => self.credentials.spend(call).await,
            Some(reason) => Err(reason),
        };
        let Err(reason) = spent else { return Ok(()) };
        Err(match self.credentials.unproven() {
            None => apart(call.authentication_failed(self.credentials.client_id.as_deref(), reason)).await,
            Some(name) => apart(call.public_client_failed(&name, reason)).await,
        })
    }

    /// Looks the client up and authenticates it.
    pub(super) async fn client<H: Host>(&self, call: Call<'_, H>, event: &mut Event) -> Result<Rc<Client>, Reason> {
        let found = call.find(self.credentials.wanted()).await?;
        self.found_client(call, &found, event).await
    }

    /// Authenticates a client that was looked up with other resources.
    pub(super) async fn found_client<H: Host>(
        &self,
        call: Call<'_, H>,
        found: &Found<'_>,
        event: &mut Event,
    ) -> Result<Rc<Client>, Reason> {
        // What an earlier round of the decision noted, before something changed, is not said of this one.
        (event.claim, event.condition, event.claimed) = (None, None, Claimed::default());
        let client = self.credentials.authenticate(call, found, event).await?;
        if let Some(proof) = self.proof {
            proof_allowed(&client, proof.is_some())?;
        }
        Ok(client)
    }
}

/// Whether a request for a token may prove a key (`proves`), or none, as its client's `dpop` says.
///
/// # Errors
/// [`Reason::Dpop`]
pub(super) const fn proof_allowed(client: &Client, proves: bool) -> Result<(), Reason> {
    match (proves, client.dpop) {
        (false, Dpop::Required) => Err(Reason::Dpop(DpopFault::Missing)),
        (true, Dpop::Off) => Err(Reason::Dpop(DpopFault::NotAllowed)),
        _ => Ok(()),
    }
}
