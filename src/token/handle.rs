//! Opaque tokens: a prefix that says what it is, the id of the grant, and then one of two things, each under a MAC of this
//! service, so that an invented one fails there, without a look into the store.
//!
//! - `.<payload>.<tag>`: the token carries its grant. The store holds nothing of it until the grant is refreshed or
//!   revoked.
//! - a secret and a tag, 86 characters: the store holds the digest of the whole token, in the one place to which the id
//!   leads, so that there is no index and no scan.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::SigningKeys;
use super::derived_keys::DerivedKeys;
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
    /// What the tag is about.
    signed: String,
    tag: Vec<u8>,
    /// The payload of a token that carries its grant.
    payload: Option<Vec<u8>>,
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
const TAG_BYTES: usize = 32;

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
    pub fn new<H: Host>(
        host: &H,
        issuer: &str,
        keys: &SigningKeys,
        kind: HandleKind,
        grant: &str,
    ) -> Result<Self, HostFault> {
        let mut secret = [0; SECRET_BYTES];
        host.random(&mut secret)?;
        Ok(Self::with_secret(issuer, keys.derived(), kind, grant, &secret))
    }

    /// A token that carries its grant; `None` if it would be longer than [`limits::HANDLE`].
    #[must_use]
    pub fn carrying(issuer: &str, keys: &SigningKeys, kind: HandleKind, grant: &str, payload: &str) -> Option<Self> {
        let mut text = [kind.prefix(), grant, "."].concat();
        base64url::encode_into(payload.as_bytes(), &mut text);
        let signed = text.clone();
        let tag = keys.derived().handle_tag(&about(issuer, &signed));
        text.push('.');
        base64url::encode_into(&tag, &mut text);
        let payload = Some(Vec::from(payload.as_bytes()));
        (text.len() <= limits::HANDLE).then(|| Self { kind, grant: String::from(grant), text, signed, tag, payload })
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
        let (signed, tag, payload) = match rest.strip_prefix('.') {
            None => {
                let both =
                    base64url::decode(rest).filter(|both| both.len() == SECRET_BYTES.saturating_add(TAG_BYTES))?;
                let (secret, tag) = both.split_at_checked(SECRET_BYTES)?;
                (stored(kind, grant, secret), Vec::from(tag), None)
            }
            Some(rest) => {
                let (payload, tag) = rest.split_once('.')?;
                let end = text.len().checked_sub(tag.len())?.checked_sub(1)?;
                (String::from(text.get(..end)?), base64url::decode(tag)?, Some(base64url::decode(payload)?))
            }
        };
        Some(Self { kind, grant: String::from(grant), text: String::from(text), signed, tag, payload })
    }

    /// What it leads to; `None` if this service did not make it, with one of these keys.
    #[must_use]
    pub fn open(&self, issuer: &str, keys: &SigningKeys) -> Option<Content> {
        if !keys.made_handle(&about(issuer, &self.signed), &self.tag) {
            return None;
        }
        let Some(payload) = &self.payload else { return Some(Content::Stored) };
        core::str::from_utf8(payload).ok().map(|payload| Content::Carried(String::from(payload)))
    }

    /// The refresh tokens that may follow on this one, as each key of the service derives them: first the one that it
    /// gives away now. Whoever presents this one again gets the same.
    pub fn successors(&self, issuer: &str, keys: &SigningKeys) -> Vec<Self> {
        let data = about(issuer, &self.text);
        let next =
            |key: &DerivedKeys| Self::with_secret(issuer, key, HandleKind::Refresh, &self.grant, &key.successor(&data));
        keys.all_derived().map(next).collect()
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

    fn with_secret(issuer: &str, key: &DerivedKeys, kind: HandleKind, grant: &str, secret: &[u8]) -> Self {
        let signed = stored(kind, grant, secret);
        let tag = key.handle_tag(&about(issuer, &signed));
        let mut text = [kind.prefix(), grant].concat();
        base64url::encode_into(&[secret, &tag].concat(), &mut text);
        Self { kind, grant: String::from(grant), text, signed, tag, payload: None }
    }
}

/// What the tag of a token of a stored grant is about. The payload of one that carries its grant comes after a dot.
fn stored(kind: HandleKind, grant: &str, secret: &[u8]) -> String {
    let mut text = [kind.prefix(), grant].concat();
    base64url::encode_into(secret, &mut text);
    text
}

/// What a MAC is about: the service, then the text with its kind and its grant. No issuer has a line end. What the MAC is
/// for is in the key, which serves for nothing else.
fn about(issuer: &str, text: &str) -> Vec<u8> {
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
