//! What a request would get: the decision of the real grants, of which nothing is made.
//!
//! It comes from an administrator and not from the client, so it carries no credentials. The decision is the very function
//! that `token_exchange.rs`, `id_jag.rs` and `jwt_bearer.rs` decide by; what follows it there is missing here. Nothing is
//! signed, drawn at random, stored, counted or spent, and what comes out is an [`Outline`], of which no token can be made.

use alloc::string::String;

use super::asked::Asked;
use super::client::proof_allowed;
use super::outline::Outline;
use super::presented_token::{Presentation, Tokens, note_vouched};
use super::token_exchange::{self, asked_targets};
use super::{JWT_BEARER, TOKEN_EXCHANGE, id_jag, jwt_bearer};
use crate::audit::{Claimed, Event};
use crate::call::Call;
use crate::client_auth::Credentials;
use crate::directory::Found;
use crate::error::{Reason, Role, TokenFault};
use crate::host::Host;
use crate::parameters::Parameters;
use crate::resource::{Client, ResourceType, key};
use crate::token::token_type;

/// What a request would get, or why it would be refused.
pub struct DryRun {
    /// What would be issued.
    pub decided: Result<Outline, Reason>,
    /// Where the rule stands that refuses it, if it is one of a resource.
    pub rule: Option<Rule>,
}

/// A member of a resource that refuses.
pub struct Rule {
    /// The resource as `Type/id`, where it is known which one.
    pub resource: Option<String>,
    /// The path of the member, such as `Client.allowedIssuers`.
    pub member: String,
}

/// The requests that can be tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tried {
    Exchange,
    IdJag,
    JwtBearer,
}

/// Decides about a request and makes nothing. `parameters`: those of the token endpoint, without credentials; `jkt`: the
/// key that the request would prove, by its thumbprint. Without `grant_type` it is a token exchange.
///
/// # Errors
/// [`Reason::Unavailable`] if a store or an issuer that decides does not answer; [`Reason::NoCredentials`] if no client is
/// named; [`Reason::GrantTypeUnsupported`] for a grant that cannot be tried.
pub async fn dry_run<H: Host>(
    call: Call<'_, H>,
    parameters: &Parameters<'_>,
    jkt: Option<&str>,
    event: &mut Event,
) -> Result<DryRun, Reason> {
    let tried = match parameters.get("grant_type").unwrap_or(TOKEN_EXCHANGE) {
        TOKEN_EXCHANGE if parameters.get("requested_token_type") == Some(token_type::ID_JAG) => Tried::IdJag,
        TOKEN_EXCHANGE => Tried::Exchange,
        JWT_BEARER => Tried::JwtBearer,
        _ => return Err(Reason::GrantTypeUnsupported),
    };
    let credentials = Credentials::of_public_client(parameters, tried != Tried::JwtBearer)?;
    let tokens = match tried {
        Tried::JwtBearer => Tokens::peek_assertion(parameters),
        Tried::Exchange | Tried::IdJag => Tokens::peek(parameters),
    };
    let asked = Asked { parameters, jkt };
    event.dpop_jkt = jkt.map(String::from);
    let mut rule = None;
    let decide = async |call: Call<'_, H>| {
        (event.claim, event.condition, event.claimed) = (None, None, Claimed::default());
        (event.client_id, event.subject, event.actor) = (None, None, None);
        let found = call.find(tokens.wanted(&credentials, &call.sts.directory, call.now)).await?;
        let decided = match credentials.dangerous_unproven_client(&found) {
            Err(reason) => Err(reason),
            Ok(client) => {
                event.client_id = Some(client.id.clone());
                match proof_allowed(&client, jkt.is_some()) {
                    Err(reason) => Err(reason),
                    Ok(()) => outline(call, tried, asked, (&client, &found, &tokens), event).await,
                }
            }
        };
        rule = decided.as_ref().err().and_then(|reason| rule_of(*reason, tried, &credentials, &found, &tokens, event));
        decided
    };
    let decided = call.until_unchanged(decide).await;
    match decided {
        Err(Reason::Unavailable) => Err(Reason::Unavailable),
        decided => Ok(DryRun { decided, rule }),
    }
}

/// The functions that decide for the real request, and what they decided.
async fn outline<H: Host>(
    call: Call<'_, H>,
    tried: Tried,
    asked: Asked<'_>,
    (client, found, tokens): (&Client, &Found<'_>, &Tokens<'_>),
    event: &mut Event,
) -> Result<Outline, Reason> {
    let vouched = &Default::default();
    let (targets, id_token_of) = match tried {
        Tried::Exchange => (asked_targets(asked.parameters, client, &call.sts.issuer), None),
        Tried::IdJag => (id_jag::named_targets(asked.parameters, client), id_jag::subject_audience(client)),
        Tried::JwtBearer => (jwt_bearer::expected_targets(asked.parameters, tokens, client), None),
    };
    let targets = targets.as_slice();
    let presentation = Presentation { call, client, found, tokens, vouched, targets, id_token_of };
    match tried {
        Tried::Exchange => {
            let decided = token_exchange::decide(call, asked, &presentation, event).await;
            let issue = decided.inspect_err(|reason| note_vouched(vouched, *reason, event))?;
            Ok(issue.outline(call, event))
        }
        Tried::IdJag => id_jag::decide(call, asked, &presentation, event).await?.outline(call, event),
        Tried::JwtBearer => {
            let (issue, mark) = jwt_bearer::decide(call, asked, &presentation, event).await?;
            if let Some(mark) = mark
                && mark.is_made(call).await?
            {
                return Err(Reason::Token(Role::Assertion, TokenFault::Replayed));
            }
            Ok(issue.outline(call, event))
        }
    }
}

/// Where the rule stands, and in which resource, as far as the request tells.
fn rule_of(
    reason: Reason,
    tried: Tried,
    credentials: &Credentials<'_>,
    found: &Found<'_>,
    tokens: &Tokens<'_>,
    event: &Event,
) -> Option<Rule> {
    let condition = event.condition.as_ref().map(|unmet| unmet.path.clone());
    let member = condition.or_else(|| member_of(reason, tried).map(String::from))?;
    let token = match reason {
        Reason::Token(Role::Actor, _) => &tokens.actor,
        _ => &tokens.subject,
    };
    let resource = match member.split_once('.').map(|(name, _)| name).and_then(ResourceType::from_name) {
        Some(ResourceType::Client) => {
            let id = event.client_id.as_deref().or(credentials.client_id.as_deref());
            id.map(|id| key::resource(ResourceType::Client, id))
        }
        Some(ResourceType::TokenIntrospector) => {
            let iss = token.as_ref().and_then(|token| token.as_ref().ok()).map(|token| token.iss());
            let introspector = iss.and_then(|iss| found.introspector(iss).ok().flatten());
            introspector.map(|introspector| key::resource(ResourceType::TokenIntrospector, &introspector.id))
        }
        _ => None,
    };
    Some(Rule { resource, member })
}

/// The member of a Client, TokenIntrospector or User that decides what was refused for this reason; `None` where no member
/// does.
fn member_of(reason: Reason, tried: Tried) -> Option<&'static str> {
    use TokenFault as F;
    Some(match reason {
        Reason::ClientInactive { .. } => "Client.active",
        Reason::Dpop(_) => "Client.dpop",
        Reason::GrantTypeNotAllowed => "Client.grant_types",
        Reason::AuthenticationInsufficient => "Client.require",
        Reason::RefreshTokenNotAllowed | Reason::ClaimsToKeep => "Client.auth.token_exchange.refresh_token",
        Reason::DelegationNotAllowed => "Client.auth.token_exchange.delegation",
        Reason::Target | Reason::ScopeNotAllowed | Reason::RequestedTokenTypeUnsupported if tried == Tried::IdJag => {
            "Client.auth.id_jag"
        }
        Reason::Target if tried == Tried::JwtBearer => "Client.auth.jwt_bearer.audience",
        Reason::Target => "Client.auth.token_exchange.audience",
        Reason::ScopeNotAllowed => "Client.scope",
        Reason::Token(_, fault) => match fault {
            F::IssuerNotAllowed | F::IssuerAmbiguous => "Client.allowedIssuers",
            F::NotForThisClient => "Client.resource",
            F::KeyNotProved => "Client.auth.token_exchange.accept_bound",
            F::IssuerUnknown => "TokenIntrospector.jwt.iss",
            F::Audience => "TokenIntrospector.audience",
            F::Condition => "TokenIntrospector.claims",
            F::FederationNeedsConditions => "TokenIntrospector.condition",
            F::SubjectMalformed => "TokenIntrospector.subject",
            F::CopiedClaims => "TokenIntrospector.copy_claims",
            F::LivesTooLong => "TokenIntrospector.max_lifetime",
            F::EndedByNotBefore => "TokenIntrospector.not_before",
            F::Algorithm => "TokenIntrospector.algorithms",
            F::SenderConstrained => "TokenIntrospector.bound",
            F::UserUnknown | F::UserCollision => "TokenIntrospector.user",
            F::UserInactive => "User.inactive",
            _ => return None,
        },
        _ => return None,
    })
}
