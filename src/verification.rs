//! From [`Unverified`] to [`Verified`]: the one place where a token becomes something to rely on.
//!
//! Cheap checks come before the signature, so that a flood of bad tokens costs little.

use crate::error::TokenFault;
use crate::host::{Host, HostFault, HostKey};
use crate::jose::{Algorithm, Claims, Compact, Family, HmacKey, PublicKey, Unverified};
use crate::limits;

/// The claims of a token whose signature and times hold. Nothing else makes one.
#[derive(Clone, Copy)]
pub struct Verified<'a> {
    claims: &'a Claims,
}

/// A key to verify with.
#[derive(Clone, Copy)]
pub enum Key<'a> {
    /// Computed here.
    Hmac(&'a HmacKey),
    /// Somebody else's, computed by the host; and the algorithms that a key without `alg` may serve.
    Public(&'a PublicKey, &'a [Algorithm]),
    /// This service's own, computed by the host, for this one algorithm.
    Own(Algorithm, HostKey<'a>),
}

/// Why there is no [`Verified`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The token is at fault.
    Token(TokenFault),
    /// The host is.
    Host(HostFault),
    /// What this service must know about it was written by a later version.
    LaterVersion,
}

impl From<TokenFault> for Failure {
    fn from(fault: TokenFault) -> Self {
        Self::Token(fault)
    }
}

impl Failure {
    /// Why a resource that is needed cannot be used: what a later version wrote is named, everything else is a store that
    /// cannot be relied on.
    pub(crate) fn of_reading(reason: crate::error::Reason) -> Self {
        match reason {
            crate::error::Reason::LaterVersion => Self::LaterVersion,
            _ => HostFault.into(),
        }
    }
}

impl From<HostFault> for Failure {
    fn from(fault: HostFault) -> Self {
        Self::Host(fault)
    }
}

impl<'a> Verified<'a> {
    /// The claims of an opaque token, as its issuer's introspection endpoint has just stated them.
    ///
    /// # Errors
    /// [`TokenFault`]: its times.
    pub fn vouched(claims: &'a Claims, max_lifetime: u64, now: u64) -> Result<Self, TokenFault> {
        check_times(claims, max_lifetime, now)?;
        Ok(Self { claims })
    }

    /// The claims, to be believed.
    #[must_use]
    pub const fn claims(&self) -> &'a Claims {
        self.claims
    }
}

impl<'a> From<&'a PublicKey> for HostKey<'a> {
    fn from(key: &'a PublicKey) -> Self {
        Self { id: key.thumbprint(), jwk: key.jwk() }
    }
}

/// Public keys to verify with, each with its `kid`. `allowed`: the algorithms that keys without `alg` may serve.
pub fn public_keys<'a>(
    keys: &'a [PublicKey],
    allowed: &'a [Algorithm],
) -> impl Iterator<Item = (Option<&'a str>, Key<'a>)> {
    keys.iter().map(move |key| (key.kid.as_deref(), Key::Public(key, allowed)))
}

impl Key<'_> {
    fn serves(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Hmac(key) => key.serves(algorithm),
            Self::Public(key, allowed) => key.serves(algorithm, allowed),
            Self::Own(own, _) => own.is_same(algorithm),
        }
    }
}

/// Verifies a token with the keys of its issuer. `max_lifetime`: seconds that the token may still live.
///
/// # Errors
/// [`Failure`]
pub async fn verify<'a, 'k, H: Host>(
    host: &H,
    token: &'a Unverified<'_>,
    keys: impl Iterator<Item = (Option<&'k str>, Key<'k>)>,
    max_lifetime: u64,
    now: u64,
) -> Result<Verified<'a>, Failure> {
    check_times(token.claims(), max_lifetime, now)?;
    verify_signature(host, &token.jws, keys).await?;
    Ok(Verified { claims: token.claims() })
}

/// Whether one of the keys made the signature: of those with the JWS's `kid`, if it names one, and those without any. Where
/// no `kid` chooses, the first [`limits::KEYS_TRIED`] are tried.
///
/// # Errors
/// [`Failure`]
pub async fn verify_signature<'k, H: Host>(
    host: &H,
    jws: &Compact<'_>,
    keys: impl Iterator<Item = (Option<&'k str>, Key<'k>)>,
) -> Result<(), Failure> {
    let algorithm = jws.header.alg;
    let kid = jws.header.kid.as_deref();
    let mut fault = TokenFault::Key;
    let mut guessed: usize = 0;
    for (own_kid, key) in keys {
        if kid.is_some() && own_kid.is_some() && own_kid != kid {
            continue;
        }
        if !key.serves(algorithm) {
            if fault == TokenFault::Key {
                fault = TokenFault::Algorithm;
            }
            continue;
        }
        if kid.is_none() || own_kid.is_none() {
            if guessed >= limits::KEYS_TRIED {
                continue;
            }
            guessed = guessed.saturating_add(1);
        }
        if holds(host, key, jws).await? {
            return Ok(());
        }
        fault = TokenFault::Signature;
    }
    Err(fault.into())
}

/// Whether this public key, which came with the JWS, made the signature. The host does not remember the key: whoever may
/// invent keys must not push out those of issuers.
///
/// # Errors
/// [`HostFault`] if the host cannot tell.
pub async fn made_by<H: Host>(host: &H, key: &PublicKey, jws: &Compact<'_>) -> Result<bool, HostFault> {
    let (algorithm, signature) = (jws.header.alg, jws.signature.as_slice());
    if algorithm.signature_length().is_some_and(|length| length != signature.len()) {
        return Ok(false);
    }
    host.verify(algorithm, HostKey { id: "", jwk: key.jwk() }, jws.signing_input.as_bytes(), signature).await
}

async fn holds<H: Host>(host: &H, key: Key<'_>, jws: &Compact<'_>) -> Result<bool, HostFault> {
    let (algorithm, data, signature) = (jws.header.alg, jws.signing_input.as_bytes(), jws.signature.as_slice());
    match key {
        Key::Hmac(key) => Ok(key.verify(algorithm, data, signature)),
        // A host may throw at a signature of another length.
        _ if algorithm.signature_length().is_some_and(|length| length != signature.len()) => Ok(false),
        Key::Public(key, _) => host.verify(algorithm, key.into(), data, signature).await,
        Key::Own(_, key) => host.verify(algorithm, key, data, signature).await,
    }
}

/// What can be refused without keys, so that a bad token causes no fetch.
///
/// # Errors
/// [`TokenFault`]: its times, or an algorithm that no fetched key serves.
pub fn check_before_fetching(token: &Unverified<'_>, max_lifetime: u64, now: u64) -> Result<(), TokenFault> {
    check_times(token.claims(), max_lifetime, now)?;
    if token.jws.header.alg.family() == Family::Hmac { Err(TokenFault::Algorithm) } else { Ok(()) }
}

/// `exp`, `nbf` and `iat` with their leeway; `now` is the whole second that has begun.
fn check_times(claims: &Claims, max_lifetime: u64, now: u64) -> Result<(), TokenFault> {
    let latest_start = now.saturating_add(limits::LEEWAY);
    if now >= claims.exp.saturating_add(limits::LEEWAY) {
        return Err(TokenFault::Expired);
    }
    if claims.nbf.is_some_and(|nbf| nbf > latest_start) || claims.iat.is_some_and(|iat| iat > latest_start) {
        return Err(TokenFault::NotYetValid);
    }
    if claims.exp > now.saturating_add(max_lifetime).saturating_add(limits::LEEWAY) {
        return Err(TokenFault::LivesTooLong);
    }
    Ok(())
}
