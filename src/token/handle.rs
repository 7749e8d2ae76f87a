//! Opaque tokens: a prefix that says what it is, the id of the grant, and then one of two things.
//!
//! - `.<payload>.<tag>`: the token carries its grant, under a MAC of this service. The store holds nothing of it until the
//!   grant is refreshed or revoked. Whoever invents one fails at the MAC, without a look into the store.
//! - a secret of 43 characters: the store holds its digest, in the one place to which the id leads, so that there is no
//!   index and no scan.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::SigningKeys;
use crate::host::{Host, HostFault};
use crate::jose::base64url;
use crate::limits;
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
    carried: Option<Carried>,
}

struct Carried {
    /// Bytes of the text before the tag and its dot.
    end: usize,
    payload: Vec<u8>,
    tag: Vec<u8>,
}

/// What an opaque token leads to.
pub enum Content {
    /// To a record in the store, which alone knows whether its secret is the right one.
    Stored,
    /// To this text, which this service put into it.
    Carried(String),
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
    /// A new token for a grant that is stored, with 256 random bits.
    ///
    /// # Errors
    /// [`HostFault`] if there is no randomness.
    pub fn new<H: Host>(host: &H, kind: HandleKind, grant: &str) -> Result<Self, HostFault> {
        let mut secret = [0; SECRET_BYTES];
        host.random(&mut secret)?;
        Ok(Self::with_secret(kind, grant, &secret))
    }

    /// A token that carries its grant; `None` if it would be longer than [`limits::HANDLE`].
    #[must_use]
    pub fn carrying(issuer: &str, keys: &SigningKeys, kind: HandleKind, grant: &str, payload: &str) -> Option<Self> {
        let mut text = [kind.prefix(), grant, "."].concat();
        base64url::encode_into(payload.as_bytes(), &mut text);
        let (end, tag) = (text.len(), keys.handle_tag(&signed(issuer, &text)));
        text.push('.');
        base64url::encode_into(&tag, &mut text);
        let carried = Some(Carried { end, payload: Vec::from(payload.as_bytes()), tag });
        (text.len() <= limits::HANDLE).then(|| Self { kind, grant: String::from(grant), text, carried })
    }

    /// Reads a token; `None` if it has not the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let kinds = [HandleKind::Access, HandleKind::Refresh];
        let (kind, rest) = kinds.iter().find_map(|kind| Some((*kind, text.strip_prefix(kind.prefix())?)))?;
        let (grant, rest) = rest.split_at_checked(ID_LENGTH).filter(|_| text.len() <= limits::HANDLE)?;
        if base64url::decode(grant)?.len() != ID_BYTES {
            return None;
        }
        let carried = match rest.strip_prefix('.') {
            None => {
                (base64url::decode(rest)?.len() == SECRET_BYTES).then_some(())?;
                None
            }
            Some(rest) => {
                let (payload, tag) = rest.split_once('.')?;
                let end = text.len().checked_sub(tag.len())?.checked_sub(1)?;
                Some(Carried { end, payload: base64url::decode(payload)?, tag: base64url::decode(tag)? })
            }
        };
        Some(Self { kind, grant: String::from(grant), text: String::from(text), carried })
    }

    /// What it leads to; `None` if it carries something that this service did not put into it.
    #[must_use]
    pub fn open(&self, issuer: &str, keys: &SigningKeys) -> Option<Content> {
        let Some(Carried { end, payload, tag }) = &self.carried else { return Some(Content::Stored) };
        let made_here = keys.made_handle(&signed(issuer, self.text.get(..*end)?), tag);
        let payload = core::str::from_utf8(payload).ok().filter(|_| made_here)?;
        Some(Content::Carried(String::from(payload)))
    }

    /// The refresh tokens that may follow on this one, as each key of the service derives them: first the one that it
    /// gives away now. Whoever presents this one again gets the same.
    pub fn successors(&self, issuer: &str, keys: &SigningKeys) -> Vec<Self> {
        let data = signed(issuer, &self.text);
        let secrets = keys.successors(&data);
        secrets.map(|secret| Self::with_secret(HandleKind::Refresh, &self.grant, &secret)).collect()
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

    fn with_secret(kind: HandleKind, grant: &str, secret: &[u8]) -> Self {
        let mut text = [kind.prefix(), grant].concat();
        base64url::encode_into(secret, &mut text);
        Self { kind, grant: String::from(grant), text, carried: None }
    }
}

/// What a MAC is about: the service, then the text with its kind and its grant. No issuer has a line end. What the MAC is
/// for is in the key, which serves for nothing else.
fn signed(issuer: &str, text: &str) -> Vec<u8> {
    [issuer, "\n", text].concat().into_bytes()
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
