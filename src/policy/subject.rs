//! The User that a token speaks of (contract 3.2).

use alloc::rc::Rc;
use alloc::vec::Vec;

use crate::error::{Reason, TokenFault};
use crate::jose::Claims;
use crate::resource::{User, UserRule};
use crate::verification::Failure;

/// A way to find a User.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserKey<'a> {
    /// By `User.id`.
    Id(&'a str),
    /// By `User.identifier`.
    Identifier {
        /// `system`: the issuer
        system: &'a str,
        /// `value`: the subject
        value: &'a str,
    },
}

/// The ways to find the User of a token, the first that finds one counts. `sub`: its own, or what the introspector's
/// `subject` puts in its place. `rule`: `None` while the introspector is not
/// known yet, for all ways that any rule may need.
#[must_use]
pub fn user_keys<'a>(claims: &'a Claims, sub: &'a str, rule: Option<UserRule>) -> Vec<UserKey<'a>> {
    let identifier = UserKey::Identifier { system: &claims.iss, value: sub };
    let sub = UserKey::Id(sub);
    match (rule, &claims.box_user) {
        (Some(UserRule::Identifier), _) => Vec::from([identifier]),
        (Some(UserRule::None), _) => Vec::from([sub]),
        (Some(UserRule::Required), Some(id)) => Vec::from([UserKey::Id(id)]),
        (Some(UserRule::Required), None) | (None, None) => Vec::from([identifier, sub]),
        (None, Some(id)) => Vec::from([UserKey::Id(id), identifier, sub]),
    }
}

/// The User of a token.
pub struct FoundUser {
    /// Who he is.
    pub user: Rc<User>,
    /// Whether the identifier that the issuer has for him led to him.
    pub by_identifier: bool,
}

/// The User for whom to issue, `None` where none is needed. `find` looks into what was read.
///
/// # Errors
/// [`TokenFault::UserUnknown`], [`TokenFault::UserInactive`], [`TokenFault::UserCollision`]; or the store's fault.
pub fn subject_user(
    claims: &Claims,
    sub: &str,
    rule: UserRule,
    find: impl Fn(UserKey<'_>) -> Result<Option<Rc<User>>, Reason>,
) -> Result<Option<FoundUser>, Failure> {
    let mut found = None;
    for key in user_keys(claims, sub, Some(rule)) {
        if let Some(user) = find(key).map_err(Failure::of_reading)? {
            found = Some(FoundUser { user, by_identifier: matches!(key, UserKey::Identifier { .. }) });
            break;
        }
    }
    match (rule, found) {
        // RFC 9700 section 4.15: a workload must not be taken for a user.
        (UserRule::None, Some(_)) => Err(TokenFault::UserCollision.into()),
        (UserRule::None, None) => Ok(None),
        (_, None) => Err(TokenFault::UserUnknown.into()),
        (_, Some(found)) if found.user.inactive => Err(TokenFault::UserInactive.into()),
        (_, Some(found)) => Ok(Some(found)),
    }
}
