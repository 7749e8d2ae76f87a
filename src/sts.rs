//! The service: what it was configured with, and what it remembers.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::admin::Administrators;
use crate::directory::Directory;
use crate::failures::Failures;
use crate::host::Host;
use crate::http::Health;
use crate::issuers::{KeySets, VouchedTokens};
use crate::limits;
use crate::recent_events::RecentEvents;
use crate::resource::Pepper;
use crate::token::SigningKeys;
use crate::url::{is_loopback, split_scheme};

const PEPPER_FAULT: &str = "secret pepper: STS_SECRET_PEPPER (secretPepper) needs at least 32 bytes";

/// The path of the token endpoint.
pub const TOKEN_PATH: &str = "/auth/token";

/// The path of the introspection endpoint.
pub const INTROSPECTION_PATH: &str = "/auth/introspect";

/// The path of the revocation endpoint.
pub const REVOCATION_PATH: &str = "/auth/revoke";

/// The path of userinfo.
pub const USERINFO_PATH: &str = "/auth/userinfo";

/// Where the metadata sends browsers, under the issuer; nobody logs in there.
pub const AUTHORIZATION_PATH: &str = "/auth/authorize";

/// What an operator configures. There is no `Debug`: it holds keys.
#[derive(Clone, Copy, Default)]
pub struct Config<'a> {
    /// The issuer: an https URL, or http on loopback; no query, no fragment, no slash at the end.
    pub issuer: &'a str,
    /// The private JWK Set as JSON text; its first key signs if `sign_with` names no other.
    pub signing_keys: &'a str,
    /// A second one, whose keys verify and are published as well.
    pub signing_keys_2: Option<&'a str>,
    /// The `kid` of the key that signs.
    pub sign_with: Option<&'a str>,
    /// The administrator's bearer token; without it and `admin_tokens` there is no admin interface.
    pub admin_token: Option<&'a str>,
    /// Administrators' names and their tokens, or `__sha256:` and the digest of one: the JSON text of an object.
    pub admin_tokens: Option<&'a str>,
    /// The key under which the secrets of Clients are stored, at least 32 bytes; digests without a key when absent.
    pub secret_pepper: Option<&'a str>,
    /// Since when the grant store remembers, seconds: 0 for one that forgets nothing. An opaque token or a refresh token
    /// that carries a grant from before that is refused, since it may have been used or revoked.
    pub grants_since: u64,
    /// Seconds that resources are remembered; [`limits::CACHE_TTL`] when absent.
    pub cache_ttl: Option<u64>,
    /// Whether DPoP proofs need a nonce of this service.
    pub dpop_nonces: bool,
    /// Whether each DPoP proof serves once, which the grant store remembers; else within its time.
    pub dpop_replay_store: bool,
    /// Whether there is a directory that can be written.
    pub writable: bool,
    /// Whether resources are read from a replica of it, which may be some time behind.
    pub replicated: bool,
    /// Whether the host keeps counters that an administrator may read.
    pub metrics: bool,
}

impl<'a> Config<'a> {
    /// A configuration with an issuer and signing keys, and nothing else: no administrator, resources that are only read.
    #[must_use]
    pub const fn new(issuer: &'a str, signing_keys: &'a str) -> Self {
        Self {
            issuer,
            signing_keys,
            signing_keys_2: None,
            sign_with: None,
            admin_token: None,
            admin_tokens: None,
            secret_pepper: None,
            grants_since: 0,
            cache_ttl: None,
            dpop_nonces: false,
            dpop_replay_store: false,
            writable: false,
            replicated: false,
            metrics: false,
        }
    }
}

/// Why a configuration cannot be used. The sentence says what to do, and shows no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault(pub Cow<'static, str>);

impl ConfigFault {
    const fn new(sentence: &'static str) -> Self {
        Self(Cow::Borrowed(sentence))
    }
}

/// A security token service.
pub struct Sts {
    pub(crate) issuer: String,
    /// The path of the issuer, such as `/sts`; empty if it has none.
    pub(crate) path: String,
    pub(crate) token_endpoint: String,
    pub(crate) keys: SigningKeys,
    pub(crate) administrators: Administrators,
    pub(crate) pepper: Option<Pepper>,
    pub(crate) grants_since: u64,
    pub(crate) dpop_nonces: bool,
    pub(crate) dpop_replay_store: bool,
    pub(crate) writable: bool,
    pub(crate) replicated: bool,
    pub(crate) metrics: bool,
    pub(crate) directory: Directory,
    pub(crate) health: Health,
    pub(crate) failures: Failures,
    pub(crate) key_sets: KeySets,
    pub(crate) vouched: VouchedTokens,
    pub(crate) recent: RecentEvents,
}

impl Sts {
    /// A service with this configuration.
    ///
    /// # Errors
    /// [`ConfigFault`] says what to do.
    ///
    /// ```
    /// use edge_sts::{Config, Sts};
    /// let keys = r#"{"keys":[{"kty":"oct","k":"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE"}]}"#;
    /// assert!(Sts::new(&Config::new("https://sts.example", keys)).is_ok());
    /// assert!(Sts::new(&Config::new("http://sts.example", keys)).is_err());
    /// ```
    pub fn new(config: &Config<'_>) -> Result<Self, ConfigFault> {
        check_issuer(config.issuer)?;
        let ttl = config.cache_ttl.unwrap_or(limits::CACHE_TTL);
        if ttl > limits::CACHE_TTL_MAX {
            return Err(ConfigFault::new("cache time: STS_CACHE_TTL (cacheTtl) is 0 to 3600 seconds"));
        }
        let administrators = Administrators::read(config.admin_token, config.admin_tokens).map_err(ConfigFault::new)?;
        let pepper = config.secret_pepper.map(|pepper| Pepper::new(pepper).ok_or(PEPPER_FAULT)).transpose();
        let pepper = pepper.map_err(ConfigFault::new)?;
        let mut token_endpoint = String::from(config.issuer);
        token_endpoint.push_str(TOKEN_PATH);
        Ok(Self {
            issuer: String::from(config.issuer),
            path: issuer_path(config.issuer),
            token_endpoint,
            keys: SigningKeys::parse(config.signing_keys, config.signing_keys_2, config.sign_with)
                .map_err(|fault| ConfigFault(Cow::Owned(fault.to_text())))?,
            administrators,
            pepper,
            grants_since: config.grants_since,
            dpop_nonces: config.dpop_nonces,
            dpop_replay_store: config.dpop_replay_store,
            writable: config.writable,
            replicated: config.replicated,
            metrics: config.metrics,
            directory: Directory::new(ttl, config.replicated),
            health: Health::default(),
            failures: Failures::default(),
            key_sets: KeySets::default(),
            vouched: VouchedTokens::default(),
            recent: RecentEvents::default(),
        })
    }

    /// Tries the signing keys, once before the first request: a key that cannot be used is a fault of the configuration.
    ///
    /// # Errors
    /// A sentence that says what to do, and names the `kid`.
    pub async fn probe<H: Host>(&self, host: &H) -> Result<(), String> {
        match self.keys.unusable(host).await {
            None => Ok(()),
            Some(kid) => Err([
                "signing keys: STS_SIGNING_KEYS (signingKeys) or STS_SIGNING_KEYS_2 has a key that cannot be used; its private part may not be ",
                "that of its public one, or this runtime does not know its algorithm: kid ",
                kid,
            ]
            .concat()),
        }
    }
}

fn issuer_path(issuer: &str) -> String {
    let path = split_scheme(issuer).and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    String::from(path.unwrap_or_default())
}

/// RFC 8414 section 2: https, no query, no fragment. http is for loopback, where nobody listens in.
fn check_issuer(issuer: &str) -> Result<(), ConfigFault> {
    const FAULT: ConfigFault = ConfigFault::new(
        "issuer: STS_ISSUER (issuer) is an https URL, or http on loopback, without query, fragment, user or slash at the end",
    );
    let (scheme, rest) = split_scheme(issuer).ok_or(FAULT)?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, "-"));
    let host = match authority.split_once(']') {
        Some((ipv6, _)) => authority.get(..=ipv6.len()).unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let printable = issuer.bytes().all(|byte| matches!(byte, 0x21..=0x7e) && !b"?#@\\\"<>".contains(&byte));
    let good = (scheme == "https" || (scheme == "http" && is_loopback(host)))
        && !host.is_empty()
        && printable
        && !path.is_empty()
        && !path.ends_with('/')
        && issuer.len() <= limits::ISS;
    if good { Ok(()) } else { Err(FAULT) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8414_2_issuer() {
        for good in [
            "https://sts.example",
            "https://sts.example:8443/a/b",
            "http://localhost:8787",
            "http://127.0.0.1",
            "http://[::1]:1",
        ] {
            assert_eq!(check_issuer(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "sts.example",
            "http://sts.example",
            "https://",
            "https://sts.example/",
            "https://sts.example/a/",
            "https://a?b",
            "https://a#b",
            "https://user@a",
            "https://a b",
            "ftp://localhost",
            "http://localhost.evil.example",
            "http://127.evil.example",
            "http://127.0.0.1.evil.example",
        ] {
            assert!(check_issuer(bad).is_err(), "{bad}");
        }
    }
}
