//! A request at the token endpoint: whoever asks proves who he is before anything is said about what he asks for.

use super::{Answer, REFRESH_TOKEN, TOKEN_EXCHANGE, exchange, refresh};
use crate::audit::Event;
use crate::client_auth::Credentials;
use crate::directory::Wanted;
use crate::error::Reason;
use crate::host::Host;
use crate::parameters::Parameters;
use crate::sts::Sts;

/// Reads the credentials and hands the request to its grant. `default`: the grant type where none is named.
///
/// # Errors
/// [`Reason`]
pub async fn token<H: Host>(
    sts: &Sts,
    host: &H,
    now: u64,
    authorization: Option<&str>,
    parameters: &Parameters<'_>,
    default: Option<&str>,
    event: &mut Event,
) -> Result<Answer, Reason> {
    let credentials = Credentials::read(authorization, parameters)?;
    match parameters.get("grant_type").or(default) {
        Some(TOKEN_EXCHANGE) => {
            event.event = "token.exchange";
            exchange(sts, host, now, parameters, &credentials, event).await
        }
        Some(REFRESH_TOKEN) => {
            event.event = "token.refresh";
            refresh(sts, host, now, parameters, &credentials, event).await
        }
        other => {
            let wanted = credentials.client_id.as_deref().map(Wanted::Client).into_iter().collect();
            let found = sts.directory.find(host, now, wanted).await?;
            let client = credentials.authenticate(found.client(credentials.client_id.as_deref()).as_ref())?;
            event.client_id = Some(client.id.clone());
            Err(if other.is_some() { Reason::GrantTypeUnsupported } else { Reason::GrantTypeMissing })
        }
    }
}
