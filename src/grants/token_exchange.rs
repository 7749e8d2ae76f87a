//! Token exchange (RFC 8693 section 2), from top to bottom as the RFC has it.

use alloc::string::String;

use super::issue::{Issue, Requested};
use super::presented_token::{Presentation, PresentedType, Tokens};
use super::{Answer, ClientRequest, TOKEN_EXCHANGE};
use crate::audit::Event;
use crate::call::Call;
use crate::error::{Reason, Role};
use crate::host::Host;
use crate::parameters::Parameters;
use crate::policy::{Presented, Scope, access_token_end, delegation, scope_granted, targets};
use crate::resource::Client;
use crate::token::token_type;

/// Exchanges a subject token, and an actor token if there is one, for a token of this service.
///
/// # Errors
/// [`Reason`]: the first check that fails, in the order of contract 3.1.
pub async fn exchange<H: Host>(
    call: Call<'_, H>,
    request: &ClientRequest<'_>,
    event: &mut Event,
) -> Result<Answer, Reason> {
    let Call { sts, host, now, .. } = call;
    let tokens = Tokens::peek(request.parameters);
    let wanted = || tokens.wanted(&request.credentials, &sts.directory, now);
    let mut generation = sts.directory.generation();
    let mut found = call.find(wanted()).await?;

    let mut client = request.found_client(call, &found, event).await?;
    for _ in 0..ROUNDS {
        let presentation = Presentation { call, client: &client, found: &found, tokens: &tokens };
        let decided = decide(call, request.parameters, &presentation, event).await;
        let issue = decided.inspect_err(|reason| tokens.note_vouched(*reason, event))?;
        if sts.directory.generation() == generation {
            return Ok(issue.issue(sts, host, event).await?);
        }
        generation = sts.directory.generation();
        found = call.find(wanted()).await?;
        let there = found.client(Some(&client.id))?.filter(|client| client.active);
        client = there.ok_or(Reason::ClientInactive { challenge: false })?;
    }
    Err(Reason::Unavailable)
}

/// How often a decision is made again because an administrator changed something while it waited for keys or a signature.
const ROUNDS: usize = 3;

/// Verifies and decides; nothing is issued yet.
async fn decide<'a, H: Host>(
    call: Call<'a, H>,
    parameters: &'a Parameters<'_>,
    presentation: &Presentation<'a, H>,
    event: &mut Event,
) -> Result<Issue<'a>, Reason> {
    let Call { sts, now, .. } = call;
    let client = presentation.client;
    if !client.grant_types.iter().any(|allowed| allowed == TOKEN_EXCHANGE) {
        return Err(Reason::GrantTypeNotAllowed);
    }
    let asked = TokenExchangeRequest::read(parameters, client)?;

    let (presented_type, text) = asked.subject;
    let subject = presentation.verify(Role::Subject, presented_type, text).await?;
    event.subject = Some(subject.party());
    let actor = match asked.actor {
        None => None,
        Some((presented_type, text)) => Some(presentation.verify(Role::Actor, presented_type, text).await?),
    };
    event.actor = actor.as_ref().map(|actor| actor.party());
    let delegated = delegation(client, &subject, actor.as_ref(), &sts.issuer)?;

    let refreshable = !subject.own && !actor.as_ref().is_some_and(|actor| actor.own);
    if !refreshable && asked.requested == Requested::RefreshToken {
        return Err(Reason::RefreshTokenNotAllowed);
    }
    let policy = &client.token_exchange;
    let aud = targets(parameters.all("audience"), parameters.all("resource"), &policy.audience, &sts.issuer)?;
    let scope = parameters.get("scope").map(Scope::parse).transpose()?;
    let scope = scope_granted(scope, &client.scope, &subject.scope, subject.own)?;

    Ok(Issue {
        client_id: &client.id,
        policy,
        requested: asked.requested,
        subject: subject.origin(),
        actor: actor.as_ref().map(Presented::origin),
        sub: String::from(subject.issued_sub()),
        refreshable,
        aud,
        scope,
        act: delegated.act,
        delegation: delegated.needs,
        exp: access_token_end(policy, subject.exp, subject.own, now),
        now,
    })
}

/// The parameters of RFC 8693 section 2.1 that say what is presented and what is wanted.
struct TokenExchangeRequest<'a> {
    subject: (PresentedType, &'a str),
    actor: Option<(PresentedType, &'a str)>,
    requested: Requested,
}

impl<'a> TokenExchangeRequest<'a> {
    fn read(parameters: &'a Parameters<'_>, client: &Client) -> Result<Self, Reason> {
        parameters.refuse_unsupported()?;
        let presented_type =
            |identifier, role| PresentedType::from_identifier(identifier).ok_or(Reason::TokenTypeUnsupported(role));
        let subject_token = parameters.get("subject_token").ok_or(Reason::SubjectTokenMissing)?;
        let subject_type = parameters.get("subject_token_type").ok_or(Reason::SubjectTokenTypeMissing)?;
        let subject = (presented_type(subject_type, Role::Subject)?, subject_token);
        let actor = match (parameters.get("actor_token"), parameters.get("actor_token_type")) {
            (None, None) => None,
            (Some(_), None) => return Err(Reason::ActorTokenTypeMissing),
            (None, Some(_)) => return Err(Reason::ActorTokenMissing),
            (Some(token), Some(identifier)) => Some((presented_type(identifier, Role::Actor)?, token)),
        };
        let requested = match parameters.get("requested_token_type") {
            None | Some(token_type::ACCESS_TOKEN) => Requested::AccessToken,
            Some(token_type::JWT) => Requested::Jwt,
            Some(token_type::REFRESH_TOKEN) if client.token_exchange.refresh_token => Requested::RefreshToken,
            Some(token_type::REFRESH_TOKEN) => return Err(Reason::RefreshTokenNotAllowed),
            Some(_) => return Err(Reason::RequestedTokenTypeUnsupported),
        };
        Ok(Self { subject, actor, requested })
    }
}
