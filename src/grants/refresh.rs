//! Refresh (RFC 6749 section 6, RFC 9700 section 4.14): each use rotates, and a token that is used twice ends the grant.

use super::issue::NewAccess;
use super::{Answer, ClientRequest, REFRESH_TOKEN, TOKEN_EXCHANGE};
use crate::audit::{Event, Party};
use crate::call::Call;
use crate::directory::Wanted;
use crate::error::Reason;
use crate::host::{Host, HostFault};
use crate::policy::{KeptClaims, Scope, delegation_allowed, narrowed, narrowed_targets};
use crate::resource::{Client, TokenFormat};
use crate::token::{GrantRecord, Handle, HandleKind, token_type};
use alloc::string::String;
use alloc::vec::Vec;

/// How often a lost race for the grant is run again. Each round somebody else has made progress.
const ROUNDS: usize = 64;

/// Gives a new access token and a new refresh token for a refresh token.
///
/// # Errors
/// [`Reason`]; all that concern the refresh token look the same from outside.
pub async fn refresh<H: Host>(
    call: Call<'_, H>,
    request: &ClientRequest<'_>,
    event: &mut Event,
) -> Result<Answer, Reason> {
    let client = request.client(call, event).await?;
    let Call { sts, host, now, .. } = call;
    let parameters = request.parameters;
    // A client that is given refresh tokens may use them; the how-to's does not list the grant.
    let has = |grant_type: &str| client.grant_types.iter().any(|allowed| allowed == grant_type);
    let implied = has(TOKEN_EXCHANGE) && client.token_exchange.refresh_token;
    if !has(REFRESH_TOKEN) && !implied {
        return Err(Reason::GrantTypeNotAllowed);
    }
    parameters.refuse_unsupported()?;
    let presented = parameters.get("refresh_token").ok_or(Reason::RefreshTokenMissing)?;
    let presented = Handle::parse(presented).filter(|handle| handle.kind == HandleKind::Refresh);
    let presented = presented.ok_or(Reason::RefreshTokenUnknown)?;

    for _ in 0..ROUNDS {
        let stored = host.read_grant(&presented.grant).await?.ok_or(Reason::RefreshTokenUnknown)?;
        let mut record = GrantRecord::from_json(&stored.value).ok_or(HostFault)?;
        let checked = check(&record, &presented, &client, now);
        if !matches!(checked, Err(Reason::RefreshTokenUnknown | Reason::RefreshTokenOfAnotherClient)) {
            event.subject = Some(Party { iss: record.subject.iss.clone(), sub: record.subject.sub.clone() });
        }
        match checked {
            Ok(()) => {}
            Err(Reason::RefreshTokenReused) => {
                let ended = record.revoke();
                let version = Some(stored.version);
                if host.write_grant(&presented.grant, version, &ended.to_json(), ended.expires).await? {
                    return Err(Reason::RefreshTokenReused);
                }
                continue;
            }
            Err(reason) => return Err(reason),
        }
        record.subject.kept = still_allowed(call, &client, &record).await?;
        let aud = narrowed_targets(parameters.all("audience"), parameters.all("resource"), &record.aud)?;
        let asked = parameters.get("scope").map(Scope::parse).transpose()?;
        let scope = narrowed(asked, &record.scope)?;

        let next = Handle::new(host, HandleKind::Refresh, &presented.grant)?;
        let state = record.refresh.as_mut().ok_or(Reason::RefreshTokenUnknown)?;
        if !state.rotate(next.digest()) {
            return Err(Reason::RefreshTokenWornOut);
        }
        let number = Some(state.rotations);
        let exp = now.saturating_add(client.token_exchange.access_token_expiration);
        let opaque = client.token_exchange.token_format == TokenFormat::Opaque;
        let access = NewAccess { sts, grant: &presented.grant, number, exp, now };
        let access_token = access.make(host, &mut record, opaque, &scope, &aud, event).await?;
        // Whoever writes first wins; the others find the token used.
        if host.write_grant(&presented.grant, Some(stored.version), &record.to_json(), record.expires).await? {
            event.aud = aud;
            event.scope = scope.to_text();
            event.issued_token_type = Some(token_type::ACCESS_TOKEN);
            return Ok(Answer {
                access_token,
                issued_token_type: token_type::ACCESS_TOKEN,
                token_type: "Bearer",
                expires_in: exp.saturating_sub(now),
                scope: scope.to_text(),
                refresh_token: Some(String::from(next.expose())),
            });
        }
    }
    Err(Reason::Unavailable)
}

/// Whether this is the grant's valid refresh token.
fn check(record: &GrantRecord, presented: &Handle, client: &Client, now: u64) -> Result<(), Reason> {
    let state = record.refresh.as_ref().ok_or(Reason::RefreshTokenUnknown)?;
    let digest = presented.digest();
    let (current, used) = (state.digest.is(&digest), state.was_used(&digest));
    match (current, used) {
        (false, false) => Err(Reason::RefreshTokenUnknown),
        _ if record.client_id != client.id => Err(Reason::RefreshTokenOfAnotherClient),
        _ if record.revoked => Err(Reason::RefreshTokenRevoked),
        (false, true) => Err(Reason::RefreshTokenReused),
        (true, _) if now >= state.exp => Err(Reason::RefreshTokenExpired),
        (true, _) => Ok(()),
    }
}

/// Whether everything that allowed the grant is still so: the subject and the actor with their users, issuers and
/// conditions, and what the client may ask for. Gives the claims that are still kept.
async fn still_allowed<H: Host>(
    call: Call<'_, H>,
    client: &Client,
    record: &GrantRecord,
) -> Result<KeptClaims, Reason> {
    let own = (call.sts.issuer.as_str(), call.sts.token_endpoint.as_str());
    let origins = || core::iter::once(&record.subject).chain(&record.actor);
    let wanted = origins().flat_map(|origin| [Wanted::User(origin.user_key()), Wanted::Introspector(&origin.iss)]);
    let found = call.find(wanted.collect()).await?;
    let mut kept = Vec::new();
    for origin in origins() {
        let introspector = found.introspector(&origin.iss)?;
        let user = found.user(origin.user_key())?;
        kept.push(origin.again(client, introspector.as_deref(), user.as_deref(), own, record.issued));
    }
    let origins_hold = kept.iter().all(Option::is_some) && client.created.was_there(record.issued);
    let scope = record.scope.names().iter().all(|name| client.scope.contains(name));
    let targets = &client.token_exchange.audience;
    let aud = record.aud.iter().all(|aud| targets.contains(aud) || (targets.is_empty() && *aud == call.sts.issuer));
    let delegation = delegation_allowed(client, record.delegation);
    let refresh = client.token_exchange.refresh_token;
    let allowed = origins_hold && scope && aud && delegation && refresh;
    kept.into_iter().next().flatten().filter(|_| allowed).ok_or(Reason::RefreshNoLongerAllowed)
}
