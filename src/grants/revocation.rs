//! Revocation (RFC 7009): a refresh token ends its whole grant, an access token ends with the grant that it belongs to,
//! a JWT without a grant is remembered by its `jti` until its end.

use super::ClientRequest;
use crate::audit::{Event, Party};
use crate::call::Call;
use crate::error::Reason;
use crate::host::{Host, StoreFault};
use crate::token::{Active, GrantRecord};

/// How often a lost race for the grant is run again.
const ROUNDS: usize = 64;

/// Ends a token. A token that is not active is no fault: it is as if it had been revoked.
///
/// # Errors
/// [`Reason`]: client authentication, no token, another client's token.
pub async fn revoke<H: Host>(call: Call<'_, H>, request: &ClientRequest<'_>, event: &mut Event) -> Result<(), Reason> {
    for _ in 0..ROUNDS {
        let found = request.until_unchanged(call, async |call| find(call, request, event).await).await?;
        let Some(token) = found else { return Ok(()) };
        if end(call, &token).await? {
            return Ok(());
        }
    }
    Err(Reason::Unavailable)
}

/// The token that is to be ended.
async fn find<H: Host>(
    call: Call<'_, H>,
    request: &ClientRequest<'_>,
    event: &mut Event,
) -> Result<Option<Active>, Reason> {
    let client = request.client(call, event).await?;
    let token = request.parameters.get("token").ok_or(Reason::TokenMissing)?;
    let found = match call.active(token).await? {
        None => call.spent(token).await?,
        active => active,
    };
    let Some(token) = found else { return Ok(None) };
    if token.client_id != client.id {
        return Err(Reason::TokenOfAnotherClient);
    }
    event.subject = Some(Party { iss: call.sts.issuer.clone(), sub: token.sub.clone(), user: None });
    event.jti.clone_from(&token.jti);
    Ok(Some(token))
}

/// Writes the end of a token and its grant; `false` if somebody else wrote in between.
async fn end<H: Host>(call: Call<'_, H>, token: &Active) -> Result<bool, StoreFault> {
    let stored = call.grants().read(&token.grant).await?;
    let (expected, expires) = match stored {
        Some((version, record)) => (Some(version), record.expires().max(token.grant_end)),
        None => (None, token.grant_end),
    };
    Ok(call.grants().write(&token.grant, expected, &GrantRecord::Revoked { expires }).await?)
}
