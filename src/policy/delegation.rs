//! Delegation (RFC 8693 sections 1.1, 4.1, 4.4): who acts for whom, and who may.

use alloc::boxed::Box;
use alloc::string::String;

use crate::error::{Reason, TokenFault};
use crate::jose::json::{Object, Value};
use crate::jose::{Actor, Claims};
use crate::limits;
use crate::policy::Presented;
use crate::resource::{Client, Delegation};

/// What delegation makes of the issued token.
pub struct Delegated {
    /// Its `act`.
    pub act: Option<Actor>,
    /// The strictest policy of a client that allows it; `None` where nobody acts for the subject.
    pub needs: Option<Delegation>,
}

/// The `act` of the issued token, and what allows it.
///
/// Without an actor it is that of the subject token; one with `may_act` is then accepted only if that names the client
/// which asks. With an actor, `may_act` must name it, or the client's policy must be `any`.
///
/// # Errors
/// [`Reason::DelegationNotAllowed`], [`Reason::ActorIsSubject`], [`Reason::TooManyActors`]
pub fn delegation(
    client: &Client,
    subject: &Presented<'_>,
    actor: Option<&Presented<'_>>,
    own_issuer: &str,
) -> Result<Delegated, Reason> {
    let all = subject.claims.filter(|claims| claims.has_may_act).map(Claims::all);
    let may_act = all.as_ref().and_then(|all| all.get("may_act")).and_then(Value::as_object);
    let Some(actor) = actor else {
        return match may_act {
            // A public client has not proven that it is the one who is named.
            Some(may_act) if client.public || !names_client(may_act, client, own_issuer) => {
                Err(Reason::DelegationNotAllowed)
            }
            _ => Ok(Delegated { act: subject.act.clone(), needs: None }),
        };
    };
    if actor.is(subject) {
        return Err(Reason::ActorIsSubject);
    }
    if actor.act.is_some() {
        return Err(Reason::DelegationNotAllowed); // whose actor would it be? Never flattened silently.
    }
    let named = may_act.map(|may_act| names_actor(may_act, actor, subject.iss));
    let needs = match named {
        Some(true) => Delegation::MayAct,
        Some(false) => return Err(Reason::DelegationNotAllowed),
        None => Delegation::Any,
    };
    if !delegation_allowed(client, Some(needs)) {
        return Err(Reason::DelegationNotAllowed);
    }
    let former = subject.act.clone().map(Box::new);
    let chain = Actor { iss: Some(String::from(actor.iss)), sub: String::from(actor.sub.as_ref()), act: former };
    if chain.depth() > limits::ACTORS {
        return Err(Reason::TooManyActors);
    }
    Ok(Delegated { act: Some(chain), needs: Some(needs) })
}

/// Whether the client's policy allows what needs this one.
#[must_use]
pub fn delegation_allowed(client: &Client, needs: Option<Delegation>) -> bool {
    match (needs, client.token_exchange.delegation) {
        (None, _) | (Some(_), Delegation::Any) => true,
        (Some(needs), Delegation::MayAct) => needs == Delegation::MayAct,
        (Some(_), Delegation::Deny) => false,
    }
}

/// Whether every member of `may_act` is a claim of the actor. Without `iss` it speaks of the subject's own issuer: a
/// bare `sub` of another issuer could be anybody.
fn names_actor(may_act: &Object<'_>, actor: &Presented<'_>, subject_iss: &str) -> bool {
    let claims = actor.all_claims();
    let same_issuer = may_act.get("iss").is_some() || actor.iss == subject_iss;
    same_issuer && names_somebody(may_act) && may_act.iter().all(|(name, value)| claims.get(name) == Some(value))
}

/// Whether `may_act` names the client: by `client_id`, or by `sub` together with this service as `iss`. A bare `sub` is a
/// subject of the token's own issuer, whatever it has in common with the id of a client.
fn names_client(may_act: &Object<'_>, client: &Client, own_issuer: &str) -> bool {
    let is_of_this_service = may_act.get("iss").is_some();
    let named = |(name, value): (&str, &Value<'_>)| match name {
        "client_id" => value.as_str() == Some(&client.id),
        "sub" => is_of_this_service && value.as_str() == Some(&client.id),
        "iss" => value.as_str() == Some(own_issuer),
        _ => false,
    };
    names_somebody(may_act) && may_act.iter().all(named)
}

/// The `act` that a token of another issuer brings, as that issuer's word: its outermost actor is one of that issuer, whose
/// `iss` is written in where it is absent. Resource servers decide by the outermost actor (RFC 8693 section 4.1), so that
/// nobody may put another issuer's there, nor this service's at any depth.
///
/// # Errors
/// [`TokenFault::ActorOfAnother`]
pub fn act_of_issuer(act: Option<&Actor>, iss: &str, own_issuer: &str) -> Result<Option<Actor>, TokenFault> {
    let Some(act) = act else { return Ok(None) };
    let is_of_issuer = act.iss.as_deref().is_none_or(|own| own == iss);
    let mut chain = core::iter::successors(Some(act), |actor| actor.act.as_deref());
    if !is_of_issuer || chain.any(|actor| actor.iss.as_deref() == Some(own_issuer)) {
        return Err(TokenFault::ActorOfAnother);
    }
    Ok(Some(Actor { iss: Some(String::from(iss)), ..act.clone() }))
}

/// `iss` alone names an issuer, and so everybody of it.
fn names_somebody(may_act: &Object<'_>) -> bool {
    may_act.iter().any(|(name, _)| name != "iss")
}
