//! The client of a request: looked up, authenticated, and named in the audit event.

use alloc::rc::Rc;

use crate::audit::Event;
use crate::client_auth::Credentials;
use crate::directory::{Found, Wanted};
use crate::error::Reason;
use crate::host::Host;
use crate::resource::Client;
use crate::sts::Sts;

/// Looks the client up and authenticates it.
///
/// # Errors
/// [`Reason`]
pub(super) async fn client<H: Host>(
    sts: &Sts,
    host: &H,
    now: u64,
    credentials: &Credentials,
    event: &mut Event,
) -> Result<Rc<Client>, Reason> {
    let wanted = credentials.client_id.as_deref().map(Wanted::Client).into_iter().collect();
    let found = sts.directory.find(host, now, wanted).await?;
    found_client(sts, now, &found, credentials, event)
}

/// Authenticates a client that was looked up with other resources.
///
/// # Errors
/// [`Reason`]
pub(super) fn found_client(
    sts: &Sts,
    now: u64,
    found: &Found<'_>,
    credentials: &Credentials,
    event: &mut Event,
) -> Result<Rc<Client>, Reason> {
    let id = credentials.client_id.as_deref();
    let client = credentials.authenticate(found.client(id)?.as_ref());
    let client = client.map_err(|reason| sts.failures.count(id, now, reason))?;
    event.client_id = Some(client.id.clone());
    Ok(client)
}
