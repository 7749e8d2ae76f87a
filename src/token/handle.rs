//! Opaque tokens: a prefix that says what it is, the id of the grant, and a secret. The id leads to the one place where
//! the digest of the secret is stored, so there is no index and no scan.

use alloc::string::String;
use core::fmt;

use crate::host::{Host, HostFault};
use crate::jose::base64url;
use crate::secret::Digest;

/// What an opaque token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleKind {
    /// `sts_at_`
    Access,
    /// `sts_rt_`
    Refresh,
}

/// An opaque token. Its `Debug` does not show it.
pub struct Handle {
    /// Access or refresh.
    pub kind: HandleKind,
    /// The id of the grant.
    pub grant: String,
    text: String,
}

const ID_BYTES: usize = 16;
const ID_LENGTH: usize = 22;
const SECRET_BYTES: usize = 32;

impl HandleKind {
    /// With which every opaque token begins.
    pub const PREFIXES: [&str; 2] = [Self::Access.prefix(), Self::Refresh.prefix()];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Access => "sts_at_",
            Self::Refresh => "sts_rt_",
        }
    }
}

impl Handle {
    /// A new token for a grant, with 256 random bits.
    ///
    /// # Errors
    /// [`HostFault`] if there is no randomness.
    pub fn new<H: Host>(host: &H, kind: HandleKind, grant: &str) -> Result<Self, HostFault> {
        let mut secret = [0; SECRET_BYTES];
        host.random(&mut secret)?;
        let mut text = String::from(kind.prefix());
        text.push_str(grant);
        base64url::encode_into(&secret, &mut text);
        Ok(Self { kind, grant: String::from(grant), text })
    }

    /// Reads a token; `None` if it has not the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let kinds = [HandleKind::Access, HandleKind::Refresh];
        let (kind, rest) = kinds.iter().find_map(|kind| Some((*kind, text.strip_prefix(kind.prefix())?)))?;
        let (grant, secret) = rest.split_at_checked(ID_LENGTH)?;
        let well_formed =
            base64url::decode(grant)?.len() == ID_BYTES && base64url::decode(secret)?.len() == SECRET_BYTES;
        well_formed.then(|| Self { kind, grant: String::from(grant), text: String::from(text) })
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Its digest, which is what is stored.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({:?}, ***)", self.kind)
    }
}

/// A new id for a grant, which is also the `jti` of a token without one: 128 random bits.
///
/// # Errors
/// [`HostFault`] if there is no randomness.
pub fn new_grant_id<H: Host>(host: &H) -> Result<String, HostFault> {
    let mut id = [0; ID_BYTES];
    host.random(&mut id)?;
    Ok(base64url::encode(&id))
}

/// Whether `text` has the form of a grant's id.
#[must_use]
pub(super) fn is_grant_id(text: &str) -> bool {
    text.len() == ID_LENGTH && base64url::decode(text).is_some()
}
