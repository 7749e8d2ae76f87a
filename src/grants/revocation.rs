//! Revocation (RFC 7009): a refresh token ends its whole grant, an access token ends with the grant that it belongs to,
//! a JWT without a grant is remembered by its `jti` until its end.

use super::client::client;
use crate::audit::{Event, Party};
use crate::client_auth::Credentials;
use crate::error::Reason;
use crate::host::{Host, HostFault};
use crate::parameters::Parameters;
use crate::sts::Sts;
use crate::token::{Active, GrantRecord, active};

/// How often a lost race for the grant is run again.
const ROUNDS: usize = 64;

/// Ends a token. A token that is not active is no fault: it is as if it had been revoked.
///
/// # Errors
/// [`Reason`]: client authentication, no token, another client's token.
pub async fn revoke<H: Host>(
    sts: &Sts,
    host: &H,
    now: u64,
    parameters: &Parameters<'_>,
    credentials: &Credentials,
    event: &mut Event,
) -> Result<(), Reason> {
    let client = client(sts, host, now, credentials, event).await?;
    let token = parameters.get("token").ok_or(Reason::TokenMissing)?;
    for _ in 0..ROUNDS {
        let Some(token) = active(host, &sts.issuer, &sts.keys, token, now).await? else { return Ok(()) };
        if token.client_id != client.id {
            return Err(Reason::TokenOfAnotherClient);
        }
        event.subject = Some(Party { iss: sts.issuer.clone(), sub: token.sub.clone() });
        event.jti.clone_from(&token.jti);
        if end(host, &token).await? {
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
