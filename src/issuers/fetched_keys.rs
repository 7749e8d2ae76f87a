//! Verifies a token with keys that are fetched, and remembered for a while (`key_sets.rs`).
//!
//! One fetch at a time for each source, however many requests wait. A `kid` that is not in the set fetches it anew, so
//! that a rotation is seen at once, but at most once a minute, so that invented `kid`s cost nothing. When a source does
//! not answer, what it said last serves on for a stated time. `source.rs` says who fetches, who waits, and for how long.

use alloc::rc::Rc;

use super::source::{Step, Wanted};
use super::{Asked, FetchFault, discovery};
use crate::call::Call;
use crate::error::TokenFault;
use crate::host::Host;
use crate::jose::{Algorithm, KeySet, PublicKeyFault, Unverified, json};
use crate::limits;
use crate::resource::KeySource;
use crate::verification::{Failure, Verified, check_before_fetching, public_keys, verify};

/// Whose keys are wanted.
#[derive(Clone, Copy)]
pub struct FetchedKeys<'a> {
    /// Where they are.
    pub source: &'a KeySource,
    /// For the event.
    pub whose: Asked<'a>,
    /// Seconds that they may be remembered.
    pub ttl: u64,
    /// Whether whoever asks has proven who he is. If not, he causes one fetch a minute at most.
    pub proven: bool,
    /// The algorithms that keys without `alg` may serve.
    pub algorithms: &'a [Algorithm],
}

impl FetchedKeys<'_> {
    /// Verifies a token with them. A signature that does not hold may be that of a key which has come since: then they
    /// are fetched anew, once a minute at most.
    ///
    /// # Errors
    /// [`Failure`]: [`TokenFault::IssuerUnavailable`] if there are no keys to be had.
    pub async fn verify<'t, H: Host>(
        &self,
        call: Call<'_, H>,
        token: &'t Unverified<'_>,
        max_lifetime: u64,
    ) -> Result<Verified<'t>, Failure> {
        check_before_fetching(token, max_lifetime, call.now)?;
        let kid = token.jws.header.kid.as_deref();
        let set = self.get(call, kid, None).await?;
        let verified = verify(call.host, token, public_keys(&set.keys, self.algorithms), max_lifetime, call.now).await;
        match verified {
            Err(Failure::Token(TokenFault::Signature | TokenFault::Algorithm)) => {
                let newer = self.get(call, kid, Some(&set)).await?;
                if Rc::ptr_eq(&newer, &set) {
                    return verified;
                }
                verify(call.host, token, public_keys(&newer.keys, self.algorithms), max_lifetime, call.now).await
            }
            verified => verified,
        }
    }

    async fn get<H: Host>(
        &self,
        call: Call<'_, H>,
        kid: Option<&str>,
        doubted: Option<&Rc<KeySet>>,
    ) -> Result<Rc<KeySet>, TokenFault> {
        let (sets, source) = (&call.sts.key_sets, self.source);
        let at_first = sets.with(source, |known| known.fetch_of_set());
        let wanted = Wanted { ttl: self.ttl, kid, doubted, proven: self.proven, at_first };
        for looks in 0..=limits::FETCH_LOOKS {
            match sets.with(source, |known| known.step(&wanted, looks, clock(call))) {
                Step::Use(set) => return Ok(set),
                Step::GiveUp => break,
                Step::Wait => {
                    call.host.pause(limits::FETCH_WAIT).await.map_err(|_| TokenFault::IssuerUnavailable)?;
                }
                Step::Fetch => {
                    let number = sets.with(source, |known| known.begin(&wanted, clock(call)));
                    let fetched = fetch(call, source).await;
                    let left_out =
                        fetched.as_ref().map(|(set, _)| set.left_out.iter().map(|fault| fault.member).collect());
                    call.fetched(self.whose, fetched.as_ref().err().copied(), left_out.unwrap_or_default());
                    sets.with(source, |known| match fetched {
                        Ok(set) => known.succeed(number, set, &wanted, clock(call)),
                        Err(_) => known.fail(number, clock(call)),
                    });
                }
            }
        }
        Err(TokenFault::IssuerUnavailable)
    }
}

/// Seconds since 1970, on the host's clock as it is now: a request may wait for long.
fn clock<H: Host>(call: Call<'_, H>) -> u64 {
    call.now.saturating_add(call.host.elapsed_ms() / 1000)
}

/// The set, and for how many seconds the answer itself says that it is fresh.
async fn fetch<H: Host>(call: Call<'_, H>, source: &KeySource) -> Result<(KeySet, Option<u64>), FetchFault> {
    let found;
    let deadline = call.host.elapsed_ms().saturating_add(limits::FETCH);
    let url = match source {
        KeySource::JwksUri(url) => url,
        KeySource::Discovery(issuer) => {
            found = discovery::jwks_uri(call, issuer, deadline).await?;
            &found
        }
    };
    let incoming = call.get(url, deadline).await?;
    let mut set = KeySet::parse(&incoming.body).map_err(|fault| match json::parse_object(&incoming.body) {
        Ok(_) => FetchFault::KeySet(fault),
        Err(_) => FetchFault::NotJson,
    })?;
    leave_out_what_is_no_key(call, &mut set).await;
    let own = incoming.cache_control.as_deref().and_then(max_age).map(|age| age.max(limits::KEYS_FRESH));
    Ok((set, own))
}

/// Only the host can tell that a point is not on its curve.
async fn leave_out_what_is_no_key<H: Host>(call: Call<'_, H>, set: &mut KeySet) {
    for key in core::mem::take(&mut set.keys) {
        match call.host.can_verify(key.algorithm(), (&key).into()).await {
            Ok(false) => set.left_out.push(PublicKeyFault { member: "key", sentence: "It is no key." }),
            Ok(true) | Err(_) => set.keys.push(key),
        }
    }
}

/// Seconds of `Cache-Control` (RFC 9111 section 5.2.2).
fn max_age(cache_control: &str) -> Option<u64> {
    let directives = cache_control.split(',').map(|directive| directive.trim_matches([' ', '\t']));
    let mut age = None;
    for directive in directives {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return Some(0);
        }
        if name.eq_ignore_ascii_case("max-age") {
            age = value.trim_matches('"').parse().ok();
        }
    }
    age
}

#[cfg(test)]
mod tests {
    use super::max_age;

    #[test]
    fn rfc9111_5_2_2_cache_control() {
        for (text, age) in [
            ("max-age=600", Some(600)),
            ("public, MAX-AGE=\"600\", must-revalidate", Some(600)),
            ("max-age=600, no-store", Some(0)),
            ("no-cache", Some(0)),
            ("max-age=-1", None),
            ("max-age=x", None),
            ("", None),
        ] {
            assert_eq!(max_age(text), age, "{text}");
        }
    }
}
