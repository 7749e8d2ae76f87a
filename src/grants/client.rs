//! A request that a client makes: what it asks for, and that it is the client that it says it is.

use alloc::rc::Rc;

use crate::audit::Event;
use crate::call::Call;
use crate::client_auth::Credentials;
use crate::directory::{Found, Wanted};
use crate::error::Reason;
use crate::host::Host;
use crate::parameters::Parameters;
use crate::resource::Client;

/// The parameters of a request and the credentials that came with them.
pub struct ClientRequest<'a> {
    pub(super) parameters: &'a Parameters<'a>,
    pub(super) credentials: Credentials<'a>,
}

impl<'a> ClientRequest<'a> {
    /// Reads the credentials. `authorization`: the value of that header.
    ///
    /// # Errors
    /// [`Reason`]: none, malformed, or more than one.
    pub fn read(authorization: Option<&str>, parameters: &'a Parameters<'a>) -> Result<Self, Reason> {
        Ok(Self { parameters, credentials: Credentials::read(authorization, parameters)? })
    }

    /// Looks the client up and authenticates it.
    pub(super) async fn client<H: Host>(&self, call: Call<'_, H>, event: &mut Event) -> Result<Rc<Client>, Reason> {
        let wanted = self.credentials.client_id.as_deref().map(Wanted::Client).into_iter().collect();
        let found = call.find(wanted).await?;
        self.found_client(call, &found, event).await
    }

    /// Authenticates a client that was looked up with other resources.
    pub(super) async fn found_client<H: Host>(
        &self,
        call: Call<'_, H>,
        found: &Found<'_>,
        event: &mut Event,
    ) -> Result<Rc<Client>, Reason> {
        let id = self.credentials.client_id.as_deref();
        let found = found.client(id)?;
        let client = self.credentials.authenticate(call, found.as_ref()).await;
        let client = match client {
            Ok(client) => client,
            Err(reason) => return Err(call.authentication_failed(id, reason).await),
        };
        event.client_id = Some(client.id.clone());
        Ok(client)
    }
}
