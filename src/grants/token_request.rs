//! A request at the token endpoint: whoever asks proves who he is before anything is said about what he asks for.

use super::{Answer, ClientRequest, REFRESH_TOKEN, TOKEN_EXCHANGE, exchange, refresh};
use crate::audit::Event;
use crate::call::Call;
use crate::dpop::Proof;
use crate::error::Reason;
use crate::host::Host;
use crate::parameters::Parameters;
use crate::sts::TOKEN_PATH;

/// Reads the credentials and hands the request to its grant. `authorization`: the value of that header; `proof`: the verified
/// one of a key; `default`: the grant type where none is named.
///
/// # Errors
/// [`Reason`]
pub async fn token<H: Host>(
    call: Call<'_, H>,
    (authorization, proof): (Option<&str>, Option<&Proof>),
    parameters: &Parameters<'_>,
    default: Option<&str>,
    event: &mut Event,
) -> Result<Answer, Reason> {
    let grant_type = parameters.get("grant_type").or(default);
    let exchanges = grant_type == Some(TOKEN_EXCHANGE);
    let request = ClientRequest::read_public(TOKEN_PATH, authorization, parameters, exchanges)?.for_token(proof);
    event.dpop_jkt = proof.map(|proof| proof.jkt.clone());
    match grant_type {
        Some(TOKEN_EXCHANGE) => {
            event.event = "token.exchange";
            exchange(call, &request, event).await
        }
        Some(REFRESH_TOKEN) => {
            event.event = "token.refresh";
            refresh(call, &request, event).await
        }
        other => {
            let reason = if other.is_some() { Reason::GrantTypeUnsupported } else { Reason::GrantTypeMissing };
            request.until_unchanged(call, async |call| request.client(call, event).await.and(Err(reason))).await
        }
    }
}
