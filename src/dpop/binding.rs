//! To which key a token is bound that is issued for tokens which may be bound themselves. No standard says it; what must
//! not happen is clear: that a stolen token, which is worth nothing without its key, becomes one that is.

use crate::error::{Reason, Role, TokenFault};
use crate::resource::AcceptBound;

/// The names of the keys that subject and actor token are bound to.
#[derive(Clone, Copy, Default)]
pub struct Bound<'a> {
    /// Of the subject token.
    pub subject: Option<&'a str>,
    /// Of the actor token.
    pub actor: Option<&'a str>,
}

/// The key that the issued token is bound to: the one that the request proves, `proved`, or none where nothing is bound.
///
/// Whoever presents a bound token proves its key. A client that the operator trusts to have seen that proof itself
/// (`accept_bound`), such as a gateway, may prove a key of its own instead; never none.
///
/// # Errors
/// [`TokenFault::KeyNotProved`] of the subject or the actor token.
pub fn bound_to<'a>(
    proved: Option<&'a str>,
    bound: Bound<'_>,
    accept_bound: AcceptBound,
) -> Result<Option<&'a str>, Reason> {
    let refused = |role| Err(Reason::Token(role, TokenFault::KeyNotProved));
    let is_proved = |key: Option<&str>| key.is_none_or(|key| proved == Some(key));
    let may_be_another = proved.is_some() && accept_bound == AcceptBound::Rebind;
    if !is_proved(bound.subject) && !may_be_another {
        return refused(Role::Subject);
    }
    // Of two bound tokens the actor's key is the one to prove: the actor is who asks.
    let is_of_two = bound.subject.is_some_and(|key| bound.actor != Some(key));
    if !is_proved(bound.actor) && (is_of_two || !may_be_another) {
        return refused(Role::Actor);
    }
    Ok(proved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_binding_is_taken_away() {
        use AcceptBound::{Proof, Rebind};
        let (subject, actor) = (Err(Role::Subject), Err(Role::Actor));
        for (proved, subject_key, actor_key, accept, expected) in [
            (None, None, None, Proof, Ok(None)),
            (Some("2"), None, None, Proof, Ok(Some("2"))),
            (Some("1"), Some("1"), None, Proof, Ok(Some("1"))),
            (None, Some("1"), None, Proof, subject),
            (None, Some("1"), None, Rebind, subject),
            (Some("2"), Some("1"), None, Proof, subject),
            (Some("2"), Some("1"), None, Rebind, Ok(Some("2"))),
            (Some("2"), None, Some("2"), Proof, Ok(Some("2"))),
            (None, None, Some("2"), Proof, actor),
            (None, None, Some("2"), Rebind, actor),
            (Some("3"), None, Some("2"), Proof, actor),
            (Some("3"), None, Some("2"), Rebind, Ok(Some("3"))),
            (Some("1"), Some("1"), Some("1"), Proof, Ok(Some("1"))),
            (Some("2"), Some("1"), Some("2"), Proof, subject),
            (Some("2"), Some("1"), Some("2"), Rebind, Ok(Some("2"))),
            (Some("1"), Some("1"), Some("2"), Proof, actor),
            (Some("1"), Some("1"), Some("2"), Rebind, actor),
            (Some("3"), Some("1"), Some("2"), Rebind, actor),
            (Some("3"), Some("1"), Some("1"), Rebind, Ok(Some("3"))),
            (None, Some("1"), Some("1"), Rebind, subject),
        ] {
            let case = (proved, subject_key, actor_key, accept);
            let found = bound_to(proved, Bound { subject: subject_key, actor: actor_key }, accept);
            let expected = expected.map_err(|role| Reason::Token(role, TokenFault::KeyNotProved));
            assert_eq!(found, expected, "{case:?}");
        }
    }
}
