//! Redeeming an identity assertion (ID-JAG): the grant of RFC 7523 section 2.1 for an assertion of another issuer that names
//! this service, this client and a user. It gives an access token and never a refresh token.
//!
//! An assertion serves once. Its mark is made last, in one place that decides, when everything that the token needs is
//! stored: a request that fails before leaves it good, and of fifty at once one gets a token.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::asked::Asked;
use super::issue::{Issue, Requested};
use super::presented_token::{Presentation, PresentedType, Tokens};
use super::{Answer, ClientRequest, JWT_BEARER};
use crate::audit::Event;
use crate::call::Call;
use crate::dpop::{Bound, bound_to};
use crate::error::{Reason, Role, TokenFault};
use crate::host::{Host, HostFault};
use crate::jose::{base64url, sha256};
use crate::parameters::Parameters;
use crate::policy::{Facts, Provenance, Scope, authenticated_enough, delegation, id_jag_scope, id_jag_targets};
use crate::resource::{AcceptBound, Client};

/// What marks an assertion as redeemed, and until when.
pub(super) struct Mark {
    name: String,
    expires: u64,
}

impl Mark {
    /// Whether the assertion was redeemed before; it is not redeemed by asking.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws.
    pub(super) async fn is_made<H: Host>(&self, call: Call<'_, H>) -> Result<bool, HostFault> {
        call.grants().is_marked(&self.name).await
    }
}

/// Redeems an assertion.
///
/// # Errors
/// [`Reason`]: the first check that fails.
pub async fn redeem<H: Host>(
    call: Call<'_, H>,
    request: &ClientRequest<'_>,
    event: &mut Event,
) -> Result<Answer, Reason> {
    let tokens = Tokens::peek_assertion(request.parameters);
    let make = async |call: Call<'_, H>| {
        let found = call.find(tokens.wanted(&request.credentials, &call.sts.directory, call.now)).await?;
        let client = request.found_client(call, &found, event).await?;
        let (client, vouched) = (&*client, Default::default());
        let targets = &expected_targets(request.parameters, &tokens, client);
        let presentation = Presentation {
            call,
            client,
            found: &found,
            tokens: &tokens,
            vouched: &vouched,
            targets,
            id_token_of: None,
        };
        let (issue, mark) = decide(call, request.asked(), &presentation, event).await?;
        Ok((issue.make(call, event).await?, mark))
    };
    let (issued, mark) = request.until_unchanged(call, make).await?;
    request.spend_proof(call).await?;
    let answer = issued.give(call).await?;
    if let Some(Mark { name, expires }) = mark
        && !call.grants().mark(&name, expires).await?
    {
        return Err(Reason::Token(Role::Assertion, TokenFault::Replayed));
    }
    Ok(answer)
}

/// Verifies and decides; nothing is made yet, and no mark.
///
/// # Errors
/// [`Reason`]
pub(super) async fn decide<'a, H: Host>(
    call: Call<'a, H>,
    Asked { parameters, jkt }: Asked<'a>,
    presentation: &Presentation<'a, H>,
    event: &mut Event,
) -> Result<(Issue<'a>, Option<Mark>), Reason> {
    let client = presentation.client;
    if !client.grant_types.iter().any(|allowed| allowed == JWT_BEARER) {
        return Err(Reason::GrantTypeNotAllowed);
    }
    parameters.refuse_unsupported()?;
    // They have no meaning here, and whoever sends them believes that they have.
    if ["audience", "subject_token", "actor_token", "requested_token_type"]
        .iter()
        .any(|name| parameters.get(name).is_some())
    {
        return Err(Reason::ParameterUnsupported);
    }
    let assertion = parameters.get("assertion").ok_or(Reason::AssertionMissing)?;
    let refused = |fault| Reason::Token(Role::Assertion, fault);

    let mut subject = presentation.verify(Role::Assertion, PresentedType::IdJag, assertion, event).await?;
    event.subject = Some(subject.party());
    let (Some(claims), Some(introspector)) = (subject.claims, subject.introspector.clone()) else {
        return Err(refused(TokenFault::IssuerUnknown));
    };
    let jti = claims.jti.as_deref().unwrap_or_default();
    event.assertion_jti = Some(String::from(jti));
    let bound = Bound { subject: subject.jkt.as_deref(), actor: None };
    let jkt = bound_to(jkt, bound, AcceptBound::Proof).map_err(|_| refused(TokenFault::KeyNotProved))?;

    // Contract 3.3: whoever `may_act` names is the one who may redeem it.
    let delegated = delegation(client, &subject, None, &call.sts.issuer);
    let act = delegated.map_err(|_| refused(TokenFault::NotForThisClient))?.act;

    let policy = &client.jwt_bearer;
    let aud = id_jag_targets(claims, parameters.all("resource"), allowed_targets(client))
        .map_err(|fault| fault.map_or_else(|reason| reason, refused))?;
    let facts = Facts::of_exchange(&subject, None, client, &aud);
    facts.conditions(Some(&introspector), client).map_err(|unmet| {
        event.condition = Some(unmet);
        refused(TokenFault::ConditionFailed)
    })?;
    if let Some(required) = &client.require {
        authenticated_enough(required, &subject.rule_claims(), call.now)?;
    }
    let asked = parameters.get("scope").map(Scope::parse).transpose()?;
    let has_scope = ["scope", "scp"].iter().any(|name| claims.all().get(name).is_some());
    let scope = id_jag_scope(asked, has_scope.then_some(&subject.scope), &facts.scopes(client))?;
    let copied = facts.emitted(Some(&introspector), &subject.kept.copied).map_err(refused)?;
    let provenance = Provenance::of(
        client,
        subject.user.as_deref(),
        core::iter::once(Rc::clone(&introspector)),
        core::iter::empty(),
    )?;

    let reuse = introspector.id_jag.as_ref().is_some_and(|rule| rule.reuse);
    let mark = (!reuse).then(|| Mark { name: mark_name(&claims.iss, jti), expires: claims.exp });
    let expiration = policy.access_token_expiration.unwrap_or(client.token_exchange.access_token_expiration);
    let jkt = jkt.map(String::from);
    subject.kept.copied = copied;
    let issue = Issue {
        client,
        requested: Requested::AccessToken,
        format: policy.token_format.unwrap_or(client.token_exchange.token_format),
        exp: call.now.saturating_add(expiration),
        subject,
        actor: None,
        provenance,
        refreshable: false,
        aud,
        scope,
        act,
        delegation: None,
        jkt,
    };
    Ok((issue, mark))
}

fn allowed_targets(client: &Client) -> &[String] {
    client.jwt_bearer.audience.as_ref().unwrap_or(&client.token_exchange.audience)
}

/// `target` of expressions, which the introspector's look at before anything else is decided: what would be issued, or,
/// where that is not allowed, what was asked. The claims are not believed yet; nothing comes of it unless they are.
pub(super) fn expected_targets(parameters: &Parameters<'_>, tokens: &Tokens<'_>, client: &Client) -> Vec<String> {
    let asked = || parameters.all("resource");
    match &tokens.subject {
        Some(Ok(token)) => id_jag_targets(token.claims(), asked(), allowed_targets(client)).ok(),
        _ => None,
    }
    .unwrap_or_else(|| asked().map(String::from).collect())
}

/// The name of the mark: longer than the id of a grant, and another one for each issuer and `jti`.
fn mark_name(iss: &str, jti: &str) -> String {
    let digest = sha256([iss, "\0", jti].concat().as_bytes());
    ["id-jag.", &base64url::encode(&digest)].concat()
}
