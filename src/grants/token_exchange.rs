//! Token exchange (RFC 8693 section 2), from top to bottom as the RFC has it.

use alloc::string::String;
use alloc::vec::Vec;

use super::asked::{Asked, audience, scope};
use super::issue::{Issue, Requested};
use super::presented_token::{Presentation, PresentedType, Tokens, note_vouched};
use super::{Answer, ClientRequest, TOKEN_EXCHANGE};
use crate::audit::Event;
use crate::call::Call;
use crate::dpop::{Bound, bound_to};
use crate::error::{Reason, Role, TokenFault};
use crate::host::Host;
use crate::parameters::Parameters;
use crate::policy::{
    Facts, Provenance, Scope, access_token_end, authenticated_enough, claims_to_keep, delegation, emitted_by,
    scope_granted, targets,
};
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
    let tokens = Tokens::peek(request.parameters);
    let make = async |call: Call<'_, H>| {
        let found = call.find(tokens.wanted(&request.credentials, &call.sts.directory, call.now)).await?;
        let client = request.found_client(call, &found, event).await?;
        let (client, vouched) = (&*client, Default::default());
        let targets = &asked_targets(request.parameters, client, &call.sts.issuer);
        let presentation = Presentation {
            call,
            client,
            found: &found,
            tokens: &tokens,
            vouched: &vouched,
            targets,
            id_token_of: None,
        };
        let decided = decide(call, request.asked(), &presentation, event).await;
        let issue = decided.inspect_err(|reason| note_vouched(presentation.vouched, *reason, event))?;
        Ok(issue.make(call, event).await?)
    };
    let issued = request.until_unchanged(call, make).await?;
    request.spend_proof(call).await?;
    Ok(issued.give(call).await?)
}

/// Verifies and decides; nothing is made yet.
///
/// # Errors
/// [`Reason`]
pub(super) async fn decide<'a, H: Host>(
    call: Call<'a, H>,
    Asked { parameters, jkt }: Asked<'a>,
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
    let mut subject = presentation.verify(Role::Subject, presented_type, text, event).await?;
    event.subject = Some(subject.party());
    let mut actor = match asked.actor {
        None => None,
        Some((presented_type, text)) => Some(presentation.verify(Role::Actor, presented_type, text, event).await?),
    };
    event.actor = actor.as_ref().map(|actor| actor.party());
    let bound = Bound { subject: subject.jkt.as_deref(), actor: actor.as_ref().and_then(|actor| actor.jkt.as_deref()) };
    let jkt = bound_to(jkt, bound, client.token_exchange.accept_bound)?.map(String::from);
    let (introspector, asked_targets) = (subject.introspector.as_deref(), presentation.targets);
    let facts = Facts::of_exchange(&subject, actor.as_ref(), client, asked_targets);
    let behind = || {
        facts.conditions_behind(&subject, Role::Subject)?;
        actor.as_ref().map_or(Ok(()), |actor| facts.conditions_behind(actor, Role::Actor))
    };
    facts.conditions(introspector, client).and_then(|()| behind()).map_err(|unmet| {
        event.condition = Some(unmet);
        Reason::Token(Role::Subject, TokenFault::ConditionFailed)
    })?;
    if let Some(required) = &client.require {
        authenticated_enough(required, &subject.rule_claims(), now)?;
    }
    let delegated = delegation(client, &subject, actor.as_ref(), &sts.issuer)?;

    let refreshable = !subject.own && !actor.as_ref().is_some_and(|actor| actor.own);
    if !refreshable && asked.requested == Requested::RefreshToken {
        return Err(Reason::RefreshTokenNotAllowed);
    }
    let presented = || core::iter::once(&subject).chain(&actor);
    let introspectors = presented().flat_map(|token| &token.introspectors);
    let acting = actor.iter().filter_map(|actor| actor.user.as_ref());
    let actors = presented().flat_map(|token| &token.actors).chain(acting).cloned();
    let provenance = Provenance::of(client, subject.user.as_deref(), introspectors.cloned(), actors)?;
    let policy = &client.token_exchange;
    let aud = targets(audience(parameters, client), parameters.all("resource"), &policy.audience, &sts.issuer)?;
    let scope = scope(parameters, client).as_deref().map(Scope::parse).transpose()?;
    let scope = scope_granted(scope, &facts.scopes(client), &subject.scope, subject.own)?;

    let copied = facts.emitted(introspector, &facts.emitted_behind(&subject));
    subject.kept.copied = copied.map_err(|fault| Reason::Token(Role::Subject, fault))?;
    if refreshable && policy.refresh_token {
        let (read, read_of_actor) = claims_to_keep(&subject, actor.as_ref(), client).ok_or(Reason::ClaimsToKeep)?;
        subject.kept.read = read;
        subject.kept.emitted = introspector.map(|introspector| emitted_by(&introspector.rules)).unwrap_or_default();
        if let (Some(actor), Some(read)) = (&mut actor, read_of_actor) {
            actor.kept.read = read;
        }
    }

    Ok(Issue {
        client,
        requested: asked.requested,
        format: policy.token_format,
        exp: access_token_end(policy, subject.exp, subject.own, now),
        subject,
        actor,
        provenance,
        refreshable,
        aud,
        scope,
        act: delegated.act,
        delegation: delegated.needs,
        jkt,
    })
}

/// `target` of expressions, before anything is decided: what would be issued, or, where that is not allowed, what was asked.
pub(super) fn asked_targets(parameters: &Parameters<'_>, client: &Client, issuer: &String) -> Vec<String> {
    let allowed = &client.token_exchange.audience;
    let targets = targets(audience(parameters, client), parameters.all("resource"), allowed, issuer);
    targets
        .unwrap_or_else(|_| audience(parameters, client).chain(parameters.all("resource")).map(String::from).collect())
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
