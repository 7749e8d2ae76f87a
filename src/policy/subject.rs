//! The User that a token speaks of (contract 3.2).

use alloc::rc::Rc;

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

/// The ways to find one User: three at most, in their order.
pub struct UserKeys<'a> {
    keys: [UserKey<'a>; 3],
    count: usize,
}

impl<'a> UserKeys<'a> {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = UserKey<'a>> {
        self.keys.iter().take(self.count).copied()
    }
}

/// The ways to find the User of a token, the first that finds one counts. `sub`: its own, or what the introspector's
/// `subject` puts in its place. `rule`: `None` while the introspector is not
/// known yet, for all ways that any rule may need.
#[must_use]
pub fn user_keys<'a>(claims: &'a Claims, sub: &'a str, rule: Option<UserRule>) -> UserKeys<'a> {
    let identifier = UserKey::Identifier { system: &claims.iss, value: sub };
    let sub = UserKey::Id(sub);
    let (keys, count) = match (rule, &claims.box_user) {
        (Some(UserRule::Identifier), _) => ([identifier; 3], 1),
        (Some(UserRule::None), _) => ([sub; 3], 1),
        (Some(UserRule::Required), Some(id)) => ([UserKey::Id(id); 3], 1),
        (Some(UserRule::Required), None) | (None, None) => ([identifier, sub, sub], 2),
        (None, Some(id)) => ([UserKey::Id(id), identifier, sub], 3),
    };
    UserKeys { keys, count }
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
    for key in user_keys(claims, sub, Some(rule)).iter() {
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
