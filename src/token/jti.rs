//! `jti` of an access token: what the token alone must tell of its grant and of those who stand behind it.

use alloc::string::String;

use super::handle::is_grant_id;
use crate::host::{Host, HostFault};
use crate::jose::base64url;
use crate::jose::json::write_integer;
use crate::limits;
use crate::policy::Provenance;

/// `<id>[.<random><end>][~]!<instances>!<introspector>[:<introspector>…][!<actor>[:<actor>…]]`
///
/// The id is that of the grant, or of the token itself where there is no refresh token. A token of a grant goes on with
/// eight random characters, which tell it from the others, and the end of its refresh token in seconds: so long a
/// revocation must be remembered. `~` stands there if its `sub` is no User's id but a workload's name: without that mark,
/// a User who was deleted could not be told from a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jti {
    /// The id of the grant; of the token itself where there is no grant.
    pub grant: String,
    /// What tells it from other tokens of its grant, and when the grant ends.
    pub of_grant: Option<OfGrant>,
    /// Whether `sub` is the id of a User.
    pub user: bool,
    /// Who stands behind it.
    pub provenance: Provenance,
}

/// What a token says of its grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfGrant {
    /// Eight characters of base64url.
    pub random: String,
    /// When the refresh token of the grant ends, seconds.
    pub end: u64,
}

/// Of [`OfGrant::random`]: no two of some thousand tokens are alike.
const RANDOM_BYTES: usize = 6;
const RANDOM_LENGTH: usize = 8;

impl Jti {
    /// Reads a `jti` of this service.
    ///
    /// ```
    /// use edge_sts::token::Jti;
    /// let jti = Jti::parse("AAAAAAAAAAAAAAAAAAAAAA.bbbbbbbb1800000000~!cccccccccccccccc!external").unwrap();
    /// assert_eq!((jti.of_grant.as_ref().unwrap().end, jti.user), (1_800_000_000, false));
    /// assert_eq!(jti.provenance.introspectors, ["external"]);
    /// assert_eq!(Jti::parse("AAAAAAAAAAAAAAAAAAAAAA.bbbbbbbb01800000000~!cccccccccccccccc!external"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, provenance) = text.split_once('!').filter(|_| text.len() <= limits::JTI)?;
        let (rest, user) = rest.strip_suffix('~').map_or((rest, true), |rest| (rest, false));
        let (grant, of_grant) = match rest.split_once('.') {
            Some((grant, of_grant)) => (grant, Some(OfGrant::parse(of_grant)?)),
            None => (rest, None),
        };
        let provenance = Provenance::parse(provenance)?;
        let jti = is_grant_id(grant).then(|| Self { grant: String::from(grant), of_grant, user, provenance })?;
        (jti.to_text() == text).then_some(jti) // a number has one text
    }

    /// The claim's value: at most [`limits::JTI`] bytes.
    #[must_use]
    pub fn to_text(&self) -> String {
        Self::text_of(&self.grant, self.of_grant.as_ref(), self.user, &self.provenance)
    }

    /// The same of these parts.
    #[must_use]
    pub fn text_of(grant: &str, of_grant: Option<&OfGrant>, user: bool, provenance: &Provenance) -> String {
        let mut text = String::with_capacity(128);
        text.push_str(grant);
        if let Some(OfGrant { random, end }) = of_grant {
            text.push('.');
            text.push_str(random);
            write_integer(*end, &mut text);
        }
        if !user {
            text.push('~');
        }
        text.push('!');
        provenance.write(&mut text);
        text
    }
}

impl OfGrant {
    /// Of a new token of the grant that ends then.
    ///
    /// # Errors
    /// [`HostFault`] if there is no randomness.
    pub fn new<H: Host>(host: &H, end: u64) -> Result<Self, HostFault> {
        let mut random = [0; RANDOM_BYTES];
        host.random(&mut random)?;
        Ok(Self { random: base64url::encode(&random), end })
    }

    fn parse(text: &str) -> Option<Self> {
        let (random, end) = text.split_at_checked(RANDOM_LENGTH)?;
        let end = end.parse().ok().filter(|end| *end <= limits::NUMERIC_DATE)?;
        base64url::decode(random).map(|_| Self { random: String::from(random), end })
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    const GRANT: &str = "AAAAAAAAAAAAAAAAAAAAAA";
    const INSTANCES: &str = "cccccccccccccccc";

    #[test]
    fn one_text_for_one_meaning() {
        let id = "i".repeat(limits::ID);
        for good in [
            format!("{GRANT}!{INSTANCES}!a"),
            format!("{GRANT}~!{INSTANCES}!a"),
            format!("{GRANT}.bbbbbbbb0!{INSTANCES}!a:b"),
            format!("{GRANT}.bbbbbbbb1800000000~!{INSTANCES}!{id}:{id}:{id}"),
            format!("{GRANT}!{INSTANCES}!a!b"),
            format!("{GRANT}.bbbbbbbb1800000000~!{INSTANCES}!{id}:{id}!{id}"),
        ] {
            assert_eq!(Jti::parse(&good).map(|jti| jti.to_text()), Some(good));
        }
        for bad in [
            String::from(GRANT),
            format!("{GRANT}.0"),
            format!("{GRANT}.2~"),
            format!("{GRANT}!{INSTANCES}"),
            format!("{GRANT}!{INSTANCES}!"),
            format!("{GRANT}!{INSTANCES}!a:"),
            format!("{GRANT}!{INSTANCES}!a!"),
            format!("{GRANT}!{INSTANCES}!a!b:"),
            format!("{GRANT}!{INSTANCES}!a!b!c"),
            format!("{GRANT}!{INSTANCES}!a/b"),
            format!("{GRANT}!{INSTANCES}c!a"),
            format!("{GRANT}!ccccccccccccccc!a"),
            format!("{GRANT}!ccccccccccccccc=!a"),
            format!("{GRANT}A!{INSTANCES}!a"),
            format!("{GRANT}~~!{INSTANCES}!a"),
            format!("~{GRANT}!{INSTANCES}!a"),
            format!("{GRANT}.!{INSTANCES}!a"),
            format!("{GRANT}.bbbbbbbb!{INSTANCES}!a"),
            format!("{GRANT}.bbbbbbbb01!{INSTANCES}!a"),
            format!("{GRANT}.bbbbbbbb+1!{INSTANCES}!a"),
            format!("{GRANT}.bbbbbbbb-1!{INSTANCES}!a"),
            format!("{GRANT}.bbbbbbbb253402300800!{INSTANCES}!a"),
            format!("{GRANT}.bbbbbbbb1!{INSTANCES}!{id}:{id}:{id}:{id}"),
            format!("{GRANT}.bbbbbbb\u{e9}1!{INSTANCES}!a"),
        ] {
            assert_eq!(Jti::parse(&bad), None, "{bad}");
        }
    }
}
