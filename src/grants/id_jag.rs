//! Issuing an identity assertion (ID-JAG): a token exchange whose `requested_token_type` is id-jag. An ID token that some
//! identity provider issued to this client becomes an assertion for another authorization server, which trusts this one.

use alloc::string::String;
use alloc::vec::Vec;

use super::asked::Asked;
use super::outline::Outline;
use super::presented_token::{Presentation, PresentedType, Tokens};
use super::{Answer, ClientRequest, TOKEN_EXCHANGE};
use crate::audit::Event;
use crate::call::Call;
use crate::dpop::{Bound, bound_to};
use crate::error::{Reason, Role, TokenFault};
use crate::host::Host;
use crate::jose::{Actor, Claims};
use crate::parameters::Parameters;
use crate::policy::{
    Facts, ID_JAG_TYP, Presented, Scope, authenticated_enough, delegation, id_jag_resources, is_issuer, narrowed,
};
use crate::resource::{Client, IdJagSubject, IdJagTarget};
use crate::token::{IdJag, new_grant_id, token_type};

/// Issues an identity assertion.
///
/// # Errors
/// [`Reason`]: the first check that fails.
pub async fn issue_id_jag<H: Host>(
    call: Call<'_, H>,
    request: &ClientRequest<'_>,
    event: &mut Event,
) -> Result<Answer, Reason> {
    let tokens = Tokens::peek(request.parameters);
    let make = async |call: Call<'_, H>| {
        let found = call.find(tokens.wanted(&request.credentials, &call.sts.directory, call.now)).await?;
        let client = request.found_client(call, &found, event).await?;
        let (client, vouched) = (&*client, Default::default());
        let targets = &named_targets(request.parameters, client);
        let presentation = Presentation {
            call,
            client,
            found: &found,
            tokens: &tokens,
            vouched: &vouched,
            targets,
            id_token_of: subject_audience(client),
        };
        decide(call, request.asked(), &presentation, event).await?.make(call, event).await
    };
    let answer = request.until_unchanged(call, make).await?;
    request.spend_proof(call).await?;
    Ok(answer)
}

/// `target` of expressions, by the name that is issued, whichever was asked for.
pub(super) fn named_targets(parameters: &Parameters<'_>, client: &Client) -> Vec<String> {
    let named = |name| client.id_jag.as_ref().and_then(|policy| policy.target(name));
    let issued = |name| named(name).map_or(name, |target| target.audience.as_str());
    parameters.all("audience").map(|name| String::from(issued(name))).collect()
}

/// The names of which the ID token must be for one.
pub(super) fn subject_audience(client: &Client) -> Option<&[String]> {
    client.id_jag.as_ref().map(|policy| policy.subject_audience.as_slice())
}

/// Everything that was decided about the assertion to issue.
pub(super) struct IssueIdJag<'a> {
    sub: String,
    target: &'a IdJagTarget,
    exp: u64,
    resource: Vec<String>,
    scope: Scope,
    act: Option<Actor>,
    jkt: Option<&'a str>,
    id_token: &'a Claims,
}

impl IssueIdJag<'_> {
    /// Makes the assertion.
    async fn make<H: Host>(self, call: Call<'_, H>, event: &mut Event) -> Result<Answer, Reason> {
        let jti = new_grant_id(call.host)?;
        let claims = self.claims(&call.sts.issuer, call.now, Some(&jti));
        let signed = call.sts.keys.sign_for_others(call.host, ID_JAG_TYP, &claims).await;
        let access_token = call.sts.health.signing.heard(call.now, signed)?.ok_or_else(|| {
            call.sts.health.misses_id_jag_key();
            Reason::IdJagKeyMissing
        })?;
        self.note(event);
        event.jti = Some(jti);
        Ok(Answer {
            access_token,
            issued_token_type: token_type::ID_JAG,
            token_type: "N_A",
            expires_in: self.exp.saturating_sub(call.now),
            scope: self.scope.to_text(),
            refresh_token: None,
        })
    }

    /// What would be made. Nothing is signed, and no `jti` is drawn.
    ///
    /// # Errors
    /// [`Reason::IdJagKeyMissing`]
    pub(super) fn outline<H: Host>(&self, call: Call<'_, H>, event: &mut Event) -> Result<Outline, Reason> {
        if !call.sts.keys.has_public_key() {
            return Err(Reason::IdJagKeyMissing);
        }
        self.note(event);
        Ok(Outline {
            form: "jwt",
            issued_token_type: token_type::ID_JAG,
            token_type: "N_A",
            expires_in: self.exp.saturating_sub(call.now),
            scope: self.scope.to_text(),
            refresh_expires_in: None,
            ends_with: Vec::new(),
            claims: self.claims(&call.sts.issuer, call.now, None),
        })
    }

    fn claims(&self, iss: &str, now: u64, jti: Option<&str>) -> String {
        let Self { sub, target, exp, resource, scope, act, jkt, id_token } = self;
        let (exp, jkt, act) = (*exp, *jkt, act.as_ref());
        IdJag { iss, sub, target, iat: now, exp, jti, resource, scope, act, jkt, id_token }.to_json()
    }

    fn note(&self, event: &mut Event) {
        event.issued_token_type = Some(token_type::ID_JAG);
        event.exp = Some(self.exp);
        event.aud = Vec::from([self.target.audience.clone()]);
        event.scope = self.scope.to_text();
        event.act = self.act.as_ref().map(Actor::to_json);
        event.target_client_id = Some(self.target.client_id.clone());
        event.target_resource.clone_from(&self.resource);
    }
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
) -> Result<IssueIdJag<'a>, Reason> {
    let (Call { sts, now, .. }, client) = (call, presentation.client);
    if !client.grant_types.iter().any(|allowed| allowed == TOKEN_EXCHANGE) {
        return Err(Reason::GrantTypeNotAllowed);
    }
    parameters.refuse_unsupported()?;
    let policy = client.id_jag.as_ref().ok_or(Reason::RequestedTokenTypeUnsupported)?;
    if parameters.get("actor_token").is_some() || parameters.get("actor_token_type").is_some() {
        return Err(Reason::ParameterUnsupported); // the draft leaves open what it would mean
    }
    let text = parameters.get("subject_token").ok_or(Reason::SubjectTokenMissing)?;
    match parameters.get("subject_token_type") {
        None => return Err(Reason::SubjectTokenTypeMissing),
        Some(token_type::ID_TOKEN) => {}
        Some(_) => return Err(Reason::TokenTypeUnsupported(Role::Subject)),
    }

    let subject = presentation.verify(Role::Subject, PresentedType::IdToken, text, event).await?;
    event.subject = Some(subject.party());
    let refused = |fault| Reason::Token(Role::Subject, fault);
    let id_token: &Claims = subject.claims.ok_or(refused(TokenFault::Malformed))?;
    let exp = now.saturating_add(policy.expiration).min(subject.exp);
    if exp <= now {
        return Err(refused(TokenFault::Expired)); // its leeway is over when the assertion is redeemed
    }
    let bound = Bound { subject: subject.jkt.as_deref(), actor: None };
    let jkt = bound_to(jkt, bound, client.token_exchange.accept_bound)?;
    let act = delegation(client, &subject, None, &sts.issuer)?.act;
    let facts = Facts::of_exchange(&subject, None, client, presentation.targets);
    facts.conditions(subject.introspector.as_deref(), client).map_err(|unmet| {
        event.condition = Some(unmet);
        refused(TokenFault::ConditionFailed)
    })?;

    if let Some(required) = &client.require {
        authenticated_enough(required, &subject.rule_claims(), now)?;
    }

    let mut asked = parameters.all("audience");
    let target = match (asked.next(), asked.next()) {
        (Some(name), None) if !is_issuer(name, &sts.issuer) => policy.target(name),
        _ => None,
    };
    let target = target.filter(|target| !is_issuer(&target.audience, &sts.issuer)).ok_or(Reason::Target)?;
    let sub = String::from(subject_of(&subject, target).ok_or(refused(TokenFault::SubjectMalformed))?);
    let resource = id_jag_resources(parameters.all("resource"), &target.resource, target.resource_required)?;
    let scope = parameters.get("scope").map(Scope::parse).transpose()?.unwrap_or_default();
    let scope = narrowed(Some(scope), &Scope::from(target.scope.clone()))?;
    Ok(IssueIdJag { sub, target, exp, resource, scope, act, jkt, id_token })
}

/// Who the assertion is about, by the name that the target knows; `None` if there is none.
fn subject_of<'p>(subject: &'p Presented<'_>, target: &IdJagTarget) -> Option<&'p str> {
    let user = subject.user.as_deref();
    match &target.subject {
        IdJagSubject::Token => Some(&subject.sub),
        IdJagSubject::User => user.map(|user| user.id.as_str()),
        IdJagSubject::Identifier(system) => {
            let mut of_system = user?.identifier.iter().filter(|identifier| identifier.system == *system);
            // With two of them nobody could say which one the target means.
            let only = of_system.next().filter(|_| of_system.next().is_none())?;
            Some(&only.value)
        }
    }
}
