//! Revocation (RFC 7009): a refresh token ends its whole grant, an access token ends with the grant that it belongs to,
//! a JWT without a grant is remembered by its `jti` until its end.

use super::ClientRequest;
use crate::audit::{Event, Party};
use crate::call::Call;
use crate::error::Reason;
use crate::host::{Host, HostFault};
use crate::token::{Active, GrantRecord, spent};

/// How often a lost race for the grant is run again.
const ROUNDS: usize = 64;

/// Ends a token. A token that is not active is no fault: it is as if it had been revoked.
///
/// # Errors
/// [`Reason`]: client authentication, no token, another client's token.
pub async fn revoke<H: Host>(call: Call<'_, H>, request: &ClientRequest<'_>, event: &mut Event) -> Result<(), Reason> {
    let client = request.client(call, event).await?;
    let token = request.parameters.get("token").ok_or(Reason::TokenMissing)?;
    for _ in 0..ROUNDS {
        let found = match call.active(token).await? {
            None => spent(call.host, token, call.now).await?,
            active => active,
        };
        let Some(token) = found else { return Ok(()) };
        if token.client_id != client.id {
            return Err(Reason::TokenOfAnotherClient);
        }
        event.subject = Some(Party { iss: call.sts.issuer.clone(), sub: token.sub.clone() });
        event.jti.clone_from(&token.jti);
        if end(call.host, &token).await? {
            return Ok(());
        }
    }
    Err(Reason::Unavailable)
}

/// Writes the end of a token; `false` if somebody else wrote in between.
async fn end<H: Host>(host: &H, token: &Active) -> Result<bool, HostFault> {
    let Some(stored) = host.read_grant(&token.grant).await? else {
        let mark = GrantRecord::revocation(token.exp);
        return host.write_grant(&token.grant, None, &mark.to_json(), mark.expires).await;
    };
    let record = GrantRecord::from_json(&stored.value).ok_or(HostFault)?;
    let ended = record.revoke();
    host.write_grant(&token.grant, Some(stored.version), &ended.to_json(), ended.expires).await
}
