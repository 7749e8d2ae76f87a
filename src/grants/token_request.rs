//! A request at the token endpoint: whoever asks proves who he is before anything is said about what he asks for.

use super::{
    Answer, ClientRequest, JWT_BEARER, REFRESH_TOKEN, TOKEN_EXCHANGE, exchange, issue_id_jag, redeem, refresh,
};
use crate::apart::apart;
use crate::audit::Event;
use crate::call::Call;
use crate::dpop::Proof;
use crate::error::Reason;
use crate::host::Host;
use crate::parameters::Parameters;
use crate::sts::TOKEN_PATH;
use crate::token::token_type;

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
        Some(TOKEN_EXCHANGE) if parameters.get("requested_token_type") == Some(token_type::ID_JAG) => {
            event.event = "token.id_jag";
            apart(issue_id_jag(call, &request, event)).await
        }
        Some(TOKEN_EXCHANGE) => {
            event.event = "token.exchange";
            exchange(call, &request, event).await
        }
        Some(JWT_BEARER) => {
            event.event = "token.jwt_bearer";
            apart(redeem(call, &request, event)).await
        }
        Some(REFRESH_TOKEN) => {
            event.event = "token.refresh";
            apart(refresh(call, &request, event)).await
        }
        other => {
            let reason = if other.is_some() { Reason::GrantTypeUnsupported } else { Reason::GrantTypeMissing };
            request.until_unchanged(call, async |call| request.client(call, event).await.and(Err(reason))).await
        }
    }
}
