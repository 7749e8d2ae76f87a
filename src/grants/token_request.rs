//! A request at the token endpoint: whoever asks proves who he is before anything is said about what he asks for.

use super::client::client;
use super::{Answer, REFRESH_TOKEN, TOKEN_EXCHANGE, exchange, refresh};
use crate::audit::Event;
use crate::client_auth::Credentials;
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
            client(sts, host, now, &credentials, event).await?;
            Err(if other.is_some() { Reason::GrantTypeUnsupported } else { Reason::GrantTypeMissing })
        }
    }
}
