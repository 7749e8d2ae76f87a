//! Refresh (RFC 6749 section 6, RFC 9700 section 4.14): each use gives another refresh token, and a token that is used
//! twice ends the grant.
//!
//! But for a short time the token that was used last gives its successor again, as long as that one was not used: the
//! answer may have got lost, or a client may have sent several requests at once (contract 3.5). The successor is derived
//! from the token and a key of this service, so that none has to be kept.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::alive::Standing;
use super::answer::token_type as token_type_of;
use super::asked::{audience, scope};
use super::new_jwt::NewJwt;
use super::{Answer, ClientRequest, REFRESH_TOKEN, TOKEN_EXCHANGE};
use crate::audit::Event;
use crate::call::Call;
use crate::directory::Wanted;
use crate::dpop::{Bound, bound_to};
use crate::error::{DpopFault, Reason};
use crate::host::{Host, StoreFault};
use crate::jose::Actor;
use crate::policy::{KeptClaims, Origin, Scope, delegation_allowed, narrowed, narrowed_targets, rules_hold_again};
use crate::resource::{Client, TokenFormat};
use crate::sts::Sts;
use crate::token::{Content, Grant, GrantRecord, Handle, HandleKind, LiveGrant, OfGrant, RefreshState, token_type};

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
    for _ in 0..ROUNDS {
        let decided = request.until_unchanged(call, async |call| decide(call, request, event).await).await?;
        if decided.answer.is_ok() {
            request.spend_proof(call).await?;
        }
        let Some(Write { grant, expected, record }) = decided.write else { return decided.answer };
        // Whoever writes first wins; the others look again, and find the token used.
        if call.grants().write(&grant, expected, &record).await? {
            return decided.answer;
        }
    }
    Err(Reason::Unavailable)
}

/// The answer, and what must be written before it is given.
struct Decided {
    answer: Result<Answer, Reason>,
    write: Option<Write>,
}

struct Write {
    grant: String,
    expected: Option<u64>,
    record: GrantRecord,
}

/// How a refresh token is used.
enum Use {
    /// For the first time.
    First,
    /// Again, within the client's `refresh_token_grace`.
    Again,
    /// Again, and too late: its grant ends.
    Reuse,
}

async fn decide<H: Host>(call: Call<'_, H>, request: &ClientRequest<'_>, event: &mut Event) -> Result<Decided, Reason> {
    let client = request.client(call, event).await?;
    let Call { host, now, .. } = call;
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

    let (expected, mut record) = look(call, &presented).await?;
    let (use_of_it, state, refresh_exp) = check(&record, &presented, &client, now)?;
    event.subject = Some(record.grant.subject.party());
    event.actor = record.grant.actor.as_ref().map(Origin::party);
    let write = |record| Some(Write { grant: presented.grant.clone(), expected, record });
    if matches!(use_of_it, Use::Reuse) {
        let record = GrantRecord::Revoked { expires: record.expires };
        return Ok(Decided { answer: Err(Reason::RefreshTokenReused), write: write(record) });
    }
    if now >= refresh_exp {
        return Err(Reason::RefreshTokenExpired);
    }
    let jkt = request.asked().jkt;
    if record.grant.jkt.is_some() && jkt.is_none() {
        return Err(Reason::Dpop(DpopFault::Missing)); // what was bound stays so, to whichever key the client proves
    }
    let next = successor(call, &presented, state, &use_of_it)?;
    record.grant.subject.kept = still_allowed(call, &client, &record.grant).await?;
    let aud = narrowed_targets(audience(parameters, &client), parameters.all("resource"), &record.grant.aud)?;
    let asked = scope(parameters, &client).as_deref().map(Scope::parse).transpose()?;
    let scope = narrowed(asked, &record.grant.scope)?;

    if let (Use::First, Some(state)) = (&use_of_it, &mut record.refresh)
        && !state.rotate(next.digest(), now)
    {
        return Err(Reason::RefreshTokenWornOut);
    }
    let exp = now.saturating_add(client.token_exchange.access_token_expiration);
    let outlives = exp > record.expires;
    record.expires = record.expires.max(exp);
    let opaque = client.token_exchange.token_format == TokenFormat::Opaque;
    let access_token = if opaque {
        let Sts { issuer, keys, .. } = call.sts;
        let token = Handle::new(host, issuer, keys, HandleKind::Access, &presented.grant)?;
        record.enter(token.digest(), (now, exp), &scope, &aud, jkt);
        String::from(token.expose())
    } else {
        let of_grant = Some(OfGrant::new(host, refresh_exp)?);
        let Grant { client_id, sub, act, subject, provenance, .. } = &record.grant;
        let token = NewJwt {
            grant: &presented.grant,
            of_grant,
            user: subject.user.is_some(),
            provenance,
            client_id,
            sub,
            aud: &aud,
            scope: &scope,
            act: act.as_ref(),
            jkt,
            copied: &subject.kept.copied,
            exp,
        };
        token.sign(call, event).await?
    };
    event.issued_token_type = Some(token_type::ACCESS_TOKEN);
    event.exp = Some(exp);
    event.refresh_exp = Some(refresh_exp);
    let answer = Answer {
        access_token,
        issued_token_type: token_type::ACCESS_TOKEN,
        token_type: token_type_of(jkt),
        expires_in: exp.saturating_sub(now),
        scope: scope.to_text(),
        refresh_token: Some(String::from(next.expose())),
    };
    event.scope = scope.to_text();
    event.act = record.grant.act.as_ref().map(Actor::to_json);
    event.aud = aud;
    // A JWT leaves no trace in the record but its end: a retry has nothing else to write.
    let unchanged = matches!(use_of_it, Use::Again) && !opaque && !outlives;
    Ok(Decided { answer: Ok(answer), write: if unchanged { None } else { write(GrantRecord::Live(Box::new(record))) } })
}

/// The record of the grant, or the one that is to be made of what the token carries; and the version to replace.
async fn look<H: Host>(call: Call<'_, H>, presented: &Handle) -> Result<(Option<u64>, LiveGrant), Reason> {
    let content = presented.open(&call.sts.issuer, &call.sts.keys).ok_or(Reason::RefreshTokenUnknown)?;
    match (call.grants().read(&presented.grant).await?, content) {
        (Some((_, GrantRecord::Revoked { .. })), _) => Err(Reason::RefreshTokenRevoked),
        (Some((version, GrantRecord::Live(record))), _) => Ok((Some(version), *record)),
        (None, Content::Carried(payload)) => {
            let grant = Grant::from_payload(&payload, call.sts.grants_since).map_err(StoreFault::from)?;
            let grant = grant.ok_or(Reason::RefreshTokenUnknown)?;
            Ok((None, LiveGrant::new(grant, Some(presented.digest()))))
        }
        (None, Content::Stored) => Err(Reason::RefreshTokenUnknown),
    }
}

/// Whether this is a refresh token of the grant and of this client, how it is used, and when it ends.
fn check<'r>(
    record: &'r LiveGrant,
    presented: &Handle,
    client: &Client,
    now: u64,
) -> Result<(Use, &'r RefreshState, u64), Reason> {
    let unknown = Reason::RefreshTokenUnknown;
    let (state, exp) = (record.refresh.as_ref().ok_or(unknown)?, record.grant.refresh_exp.ok_or(unknown)?);
    let digest = presented.digest();
    let use_of_it = if state.digest.is(&digest) {
        Use::First
    } else if state.may_be_repeated(&digest, client.token_exchange.refresh_token_grace, now) {
        Use::Again
    } else if state.was_used(&digest) {
        Use::Reuse
    } else {
        return Err(unknown);
    };
    if record.grant.client_id == client.id {
        Ok((use_of_it, state, exp))
    } else {
        Err(Reason::RefreshTokenOfAnotherClient)
    }
}

/// The refresh token that comes after this one. One that was given before is found by its digest; not, if the key that
/// it was derived with is gone.
fn successor<H: Host>(
    call: Call<'_, H>,
    presented: &Handle,
    state: &RefreshState,
    use_of_it: &Use,
) -> Result<Handle, Reason> {
    let again = matches!(use_of_it, Use::Again);
    let mut successors = presented.successors(&call.sts.issuer, &call.sts.keys).into_iter();
    let found = successors.find(|next| !again || state.digest.is(&next.digest()));
    found.ok_or(Reason::RefreshNoLongerAllowed)
}

/// Whether everything that allowed the grant is still so: those who stand behind it, the subject and the actor with their
/// users, issuers and conditions, and what the client may ask for. Gives the claims that are still kept.
async fn still_allowed<H: Host>(call: Call<'_, H>, client: &Client, grant: &Grant) -> Result<KeptClaims, Reason> {
    let own = (call.sts.issuer.as_str(), call.sts.token_endpoint.as_str());
    let origins = || core::iter::once(&grant.subject).chain(&grant.actor);
    let standing = Standing::from(grant);
    let wanted = origins().flat_map(|origin| [Wanted::User(origin.user_key()), Wanted::Introspector(&origin.iss)]);
    let found = call.find(standing.wanted().chain(wanted).collect()).await?;
    let alive = standing.alive(&found)?.is_ok();
    let mut kept = Vec::new();
    for origin in origins() {
        let introspector = found.introspector(&origin.iss)?;
        // Another TokenIntrospector may have this issuer by now.
        let introspector = introspector.filter(|found| grant.provenance.introspectors.contains(&found.id));
        let user = found.user(origin.user_key())?;
        kept.push(origin.again(client, introspector.as_deref(), user.as_deref(), own, grant.issued));
    }
    let subject = found.introspector(&grant.subject.iss)?;
    let actor = match &grant.actor {
        Some(origin) => Some((origin, found.introspector(&origin.iss)?)),
        None => None,
    };
    let rules_hold = subject.is_some_and(|subject| {
        // An actor without introspector is refused below.
        let actor = actor.as_ref().and_then(|(origin, of)| of.as_deref().map(|of| (*origin, of)));
        let scopes = grant.scope.names();
        rules_hold_again(client, (&grant.subject, &subject), actor, &grant.aud, scopes)
    });
    let origins_hold = rules_hold && kept.iter().all(Option::is_some);
    let scope = grant.scope.names().iter().all(|name| client.scope.contains(name));
    let targets = &client.token_exchange.audience;
    let aud = grant.aud.iter().all(|aud| targets.contains(aud) || (targets.is_empty() && *aud == call.sts.issuer));
    let delegation = delegation_allowed(client, grant.delegation);
    let binding = binding_allowed(client, grant);
    let refresh = client.token_exchange.refresh_token;
    let allowed = alive && origins_hold && scope && aud && delegation && binding && refresh;
    kept.into_iter().next().flatten().filter(|_| allowed).ok_or(Reason::RefreshNoLongerAllowed)
}

/// Whether the client might still exchange the grant's tokens, if they were bound to keys, by the proof that it made then.
fn binding_allowed(client: &Client, grant: &Grant) -> bool {
    let actor = grant.actor.as_ref().and_then(|actor| actor.jkt.as_deref());
    let bound = Bound { subject: grant.subject.jkt.as_deref(), actor };
    bound_to(grant.jkt.as_deref(), bound, client.token_exchange.accept_bound).is_ok()
}
