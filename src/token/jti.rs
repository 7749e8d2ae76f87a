//! `jti` of an access token: the id under which the store has its grant, and what the token alone must tell.

use alloc::string::String;

use super::handle::is_grant_id;
use crate::jose::json::write_integer;

/// `<id>`, then `.<number>` if it belongs to a grant, then `~` if its `sub` is no User's id but a workload's name.
///
/// Without that mark, a User who was deleted could not be told from a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jti {
    /// The id of the grant; of the token itself where there is no grant.
    pub grant: String,
    /// The how manieth token of its grant it is.
    pub number: Option<u64>,
    /// Whether `sub` is the id of a User.
    pub user: bool,
}

impl Jti {
    /// Reads a `jti` of this service.
    ///
    /// ```
    /// use edge_sts::token::Jti;
    /// let jti = Jti::parse("AAAAAAAAAAAAAAAAAAAAAA.2~").unwrap();
    /// assert_eq!((jti.number, jti.user), (Some(2), false));
    /// assert_eq!(jti.to_text(), "AAAAAAAAAAAAAAAAAAAAAA.2~");
    /// assert_eq!(Jti::parse("AAAAAAAAAAAAAAAAAAAAAA.02~"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, user) = text.strip_suffix('~').map_or((text, true), |rest| (rest, false));
        let (grant, number) = match rest.split_once('.') {
            Some((grant, number)) => (grant, Some(number.parse().ok()?)),
            None => (rest, None),
        };
        let jti = is_grant_id(grant).then(|| Self { grant: String::from(grant), number, user })?;
        (jti.to_text() == text).then_some(jti) // `.06` and `.+6` are no numbers that `to_text` writes
    }

    /// The claim's value.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = self.grant.clone();
        if let Some(number) = self.number {
            text.push('.');
            write_integer(number, &mut text);
        }
        if !self.user {
            text.push('~');
        }
        text
    }
}
