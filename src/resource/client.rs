//! Client: who may ask for tokens, and for which.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::client_secret::ClientSecret;
use super::element::element;
use super::federated::{Federated, read_federated};
use super::fields::{Fields, is_text};
use super::id_jag_policy::IdJagPolicy;
use super::rules::ClientRules;
use super::step_up::StepUp;
use super::{Fault, Instance, KeySource};
use crate::jose::json::Object;
use crate::jose::{PublicKey, is_scope_token};
use crate::limits;
use crate::url::split_scheme;

/// A Client resource, checked (contract section 4).
#[derive(Clone, Debug)]
pub struct Client {
    /// `id`, which is the `client_id`.
    pub id: String,
    /// `meta.instance`, `not_before`
    pub instance: Instance,
    /// `active`, by default true.
    pub active: bool,
    /// `secret`
    pub secret: Option<ClientSecret>,
    /// `jwks`: the keys with which it signs assertions (RFC 7523).
    pub keys: Vec<PublicKey>,
    /// `jwks_uri`: where they are, if they are not written out.
    pub jwks_uri: Option<KeySource>,
    /// `federated`: the workloads of other issuers whose tokens authenticate it.
    pub federated: Vec<Federated>,
    /// `public`: it exchanges tokens without authentication. It has no secret, no key and no `federated`, gets no refresh
    /// tokens, and uses no grant but token exchange.
    pub public: bool,
    /// `grant_types`
    pub grant_types: Vec<String>,
    /// `allowedIssuers`: none when absent or empty.
    pub allowed_issuers: Vec<String>,
    /// `scope`; `["openid"]` when absent.
    pub scope: Vec<String>,
    /// `condition`, `scope_rules`
    pub rules: ClientRules,
    /// `resource`: the audiences whose resource server this client is.
    pub resource: Vec<String>,
    /// `allowed_origins`
    pub allowed_origins: Vec<String>,
    /// `dpop`
    pub dpop: Dpop,
    /// `auth.token_exchange`
    pub token_exchange: TokenExchange,
    /// `auth.jwt_bearer`
    pub jwt_bearer: JwtBearer,
    /// `auth.id_jag`
    pub id_jag: Option<IdJagPolicy>,
    /// `require`
    pub require: Option<StepUp>,
}

/// `auth.token_exchange` of a Client.
#[derive(Clone, Debug)]
pub struct TokenExchange {
    /// `token_format`
    pub token_format: TokenFormat,
    /// `refresh_token`
    pub refresh_token: bool,
    /// `access_token_expiration`, seconds, by default 300.
    pub access_token_expiration: u64,
    /// `refresh_token_expiration`, seconds, by default 86,400.
    pub refresh_token_expiration: u64,
    /// `refresh_token_grace`: seconds in which a refresh token may be used again, by default 30.
    pub refresh_token_grace: u64,
    /// `audience`: the targets that may be asked for.
    pub audience: Vec<String>,
    /// `provider`: a name for this client that may stand in `audience` in place of a target.
    pub provider: Option<String>,
    /// `ignore_scope`: what is struck out of a request's `scope` before anything looks at it.
    pub ignore_scope: Vec<String>,
    /// `delegation`
    pub delegation: Delegation,
    /// `outlive_subject`
    pub outlive_subject: bool,
    /// `accept_bound`
    pub accept_bound: AcceptBound,
}

/// Whether a client proves a key with its token requests (RFC 9449).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dpop {
    /// What it gets is bound if it does.
    Optional,
    /// It gets nothing without.
    Required,
    /// It must not: nobody is to believe that it did something.
    Off,
}

/// Which proof a client needs for a token that is bound to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptBound {
    /// One by that key.
    Proof,
    /// One by a key of its own is enough: it is trusted to have verified the other one.
    Rebind,
}

/// `auth.jwt_bearer` of a Client: what it gets for an identity assertion. What is absent is as in `auth.token_exchange`.
#[derive(Clone, Debug, Default)]
pub struct JwtBearer {
    /// `audience`: the resources that may be got.
    pub audience: Option<Vec<String>>,
    /// `token_format`
    pub token_format: Option<TokenFormat>,
    /// `access_token_expiration`, seconds
    pub access_token_expiration: Option<u64>,
}

/// The form of an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFormat {
    /// A signed JWT (RFC 9068).
    Jwt,
    /// A handle that only this service understands.
    Opaque,
}

/// Whether and when an actor may act for a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delegation {
    /// Only where the subject token's `may_act` names the actor.
    MayAct,
    /// Any verified actor.
    Any,
    /// Never.
    Deny,
}

impl Delegation {
    /// Its name in `delegation`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MayAct => "may_act",
            Self::Any => "any",
            Self::Deny => "deny",
        }
    }

    /// The policy of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::MayAct, Self::Any, Self::Deny].into_iter().find(|policy| policy.name() == name)
    }
}

/// Seconds that a lifetime may have: a year.
const EXPIRATION: RangeInclusive<u64> = 1..=31_536_000;

impl Client {
    pub(super) fn read(id: String, fields: &mut Fields<'_, '_>, document: &Object<'_>) -> Option<Self> {
        const TARGET: &str = "It must be a string that is not empty.";
        fields.text("name");
        fields.text("description");
        fields.kept_without_effect(&[
            "type",
            "details",
            "first_party",
            "trusted",
            "fhir-base-url",
            "smart",
            "allowed-scopes",
        ]);
        let jwks_uri = fields.url("jwks_uri").map(KeySource::JwksUri);
        if fields.has("jwks_uri") && fields.has("jwks") {
            fields.fault("value", "jwks_uri", "Give one source of keys: jwks or jwks_uri.");
        }
        let keys = read_jwks(fields);
        fields.kept_without_effect(&["scopes"]);
        for scope in fields.objects("scopes").unwrap_or_default() {
            if scope.has("policy") {
                let sentence = "Policies of scopes are not supported: use scope, a list of strings.";
                fields.faults.push(Fault::new("not-supported", scope.path("policy"), sentence));
            }
        }
        let secret = fields.text("secret").map(ClientSecret::read);
        if matches!(secret, Some(None)) {
            fields.fault(
                "value",
                "secret",
                "After __sha256: or __hmac-sha256: write 64 hexadecimal digits, the digest of a secret that is not empty. *** is not a secret.",
            );
        }
        let scope = fields
            .texts("scope", is_scope_token, "It must be one scope: printable ASCII without space, quote, backslash.")
            .unwrap_or_else(|| Vec::from([String::from("openid")]));
        let (token_exchange, jwt_bearer, id_jag) = read_auth(fields, &id);
        let require = StepUp::read(fields);
        if require.is_some() && token_exchange.refresh_token {
            // A grant would live on while the authentication grows old.
            fields.fault("value", "require", "It cannot be combined with refresh_token.");
        }
        let client = Self {
            federated: read_federated(fields),
            public: fields.boolean("public") == Some(true),
            rules: ClientRules::read(fields, &scope),
            scope,
            instance: Instance::read(fields, document),
            active: fields.boolean("active").unwrap_or(true),
            secret: secret.flatten(),
            keys,
            jwks_uri,
            grant_types: fields.texts("grant_types", |_| true, TARGET).unwrap_or_default(),
            allowed_issuers: fields
                .texts("allowedIssuers", |_| true, "It must be the iss of a TokenIntrospector, not empty.")
                .unwrap_or_default(),
            resource: fields.texts("resource", |_| true, TARGET).unwrap_or_default(),
            allowed_origins: fields
                .texts(
                    "allowed_origins",
                    is_origin,
                    "It must be an origin as browsers send it: scheme://host[:port], lower case, no default port, no path.",
                )
                .unwrap_or_default(),
            dpop: match fields.word("dpop", &["optional", "required", "off"]) {
                Some(1) => Dpop::Required,
                Some(2) => Dpop::Off,
                _ => Dpop::Optional,
            },
            token_exchange,
            jwt_bearer,
            id_jag,
            require,
            id,
        };
        if client.public {
            client.check_public(fields);
        }
        Some(client)
    }

    /// What whoever proves nothing must not have.
    fn check_public(&self, fields: &mut Fields<'_, '_>) {
        for name in ["secret", "jwks", "jwks_uri", "federated"] {
            if fields.has(name) {
                fields.fault("value", name, "A public client does not authenticate: remove this, or remove public.");
            }
        }
        if self.grant_types.iter().any(|grant| grant != TOKEN_EXCHANGE) {
            fields.fault("value", "grant_types", "A public client has only token exchange.");
        }
        if self.allowed_issuers.is_empty() {
            fields.fault("required", "allowedIssuers", "A public client needs at least one issuer.");
        }
        if self.token_exchange.refresh_token {
            fields.fault("value", "auth.token_exchange.refresh_token", "A public client gets no refresh tokens.");
        }
        if self.id_jag.is_some() {
            fields.fault("value", "auth.id_jag", "A public client gets no identity assertions.");
        }
        // Nobody proves that he is the gateway that has verified the other key (RFC 9449 section 7).
        if self.token_exchange.accept_bound == AcceptBound::Rebind {
            fields.fault("value", "auth.token_exchange.accept_bound", "For a public client it must be proof.");
        }
        if self.token_exchange.delegation == Delegation::Any {
            let sentence = "For a public client it must be may_act or deny.";
            fields.fault("value", "auth.token_exchange.delegation", sentence);
        }
    }
}

// As in `grants`, which lies above.
pub(super) const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// `auth`, with a member for each grant. `id`: that of the Client.
fn read_auth(fields: &mut Fields<'_, '_>, id: &str) -> (TokenExchange, JwtBearer, Option<IdJagPolicy>) {
    let (mut policy, mut jwt_bearer) = (TokenExchange::usual(), JwtBearer::default());
    let Some(mut auth) = fields.object("auth") else { return (policy, jwt_bearer, None) };
    if let Some(mut own) = auth.object("token_exchange") {
        policy.read_members(&mut own);
        auth.absorb(own);
    }
    if let Some(mut own) = auth.object("jwt_bearer") {
        jwt_bearer.audience = own.texts("audience", |_| true, "It must be a string that is not empty.");
        jwt_bearer.token_format = own.word("token_format", &["jwt"]).map(|_| TokenFormat::Jwt);
        jwt_bearer.access_token_expiration = own.seconds("access_token_expiration", &EXPIRATION);
        auth.absorb(own);
    }
    let id_jag = IdJagPolicy::read(&mut auth, id);
    auth.kept_without_effect(&[
        "authorization_code",
        "client_credentials",
        "password",
        "implicit",
        "refresh_token",
        "two_legged",
    ]);
    fields.absorb(auth);
    (policy, jwt_bearer, id_jag)
}

impl TokenExchange {
    /// Where nothing is said.
    const fn usual() -> Self {
        Self {
            token_format: TokenFormat::Opaque,
            refresh_token: false,
            access_token_expiration: 300,
            refresh_token_expiration: 86_400,
            refresh_token_grace: limits::REFRESH_GRACE,
            audience: Vec::new(),
            provider: None,
            ignore_scope: Vec::new(),
            delegation: Delegation::MayAct,
            outlive_subject: false,
            accept_bound: AcceptBound::Proof,
        }
    }

    fn read_members(&mut self, own: &mut Fields<'_, '_>) {
        if own.word("token_format", &["jwt"]).is_some() {
            self.token_format = TokenFormat::Jwt;
        }
        if let Some(refresh_token) = own.boolean("refresh_token") {
            self.refresh_token = refresh_token;
        }
        if let Some(seconds) = own.seconds("access_token_expiration", &EXPIRATION) {
            self.access_token_expiration = seconds;
        }
        if let Some(seconds) = own.seconds("refresh_token_expiration", &EXPIRATION) {
            self.refresh_token_expiration = seconds;
        }
        if let Some(seconds) = own.seconds("refresh_token_grace", &(0..=limits::REFRESH_GRACE_MAX)) {
            self.refresh_token_grace = seconds;
        }
        if let Some(audience) = own.texts("audience", |_| true, "It must be a string that is not empty.") {
            self.audience = audience;
        }
        self.provider = own.text("provider").map(String::from);
        if self.provider.as_ref().is_some_and(|provider| !is_provider(provider)) {
            own.fault("value", "provider", "It is longer than 512 bytes.");
        }
        if self.provider.as_ref().is_some_and(|provider| self.audience.contains(provider)) {
            own.fault("value", "provider", "It is in audience, too, so a request could mean either.");
        }
        if let Some(scopes) = own.texts("ignore_scope", is_scope_token, "It must be one scope.") {
            self.ignore_scope = scopes;
        }
        self.delegation = match own.word("delegation", &["may_act", "any", "deny"]) {
            Some(1) => Delegation::Any,
            Some(2) => Delegation::Deny,
            _ => Delegation::MayAct,
        };
        if let Some(outlive_subject) = own.boolean("outlive_subject") {
            self.outlive_subject = outlive_subject;
        }
        if own.word("accept_bound", &["proof", "rebind"]) == Some(1) {
            self.accept_bound = AcceptBound::Rebind;
        }
    }
}

/// Whether `text` can be the `provider` of a Client.
#[must_use]
pub fn is_provider(text: &str) -> bool {
    text.len() <= limits::PROVIDER && is_text(text)
}

/// `jwks`: a bare array of public JWKs, as Aidbox has it. Members that RFC 7517 does not know are allowed in them.
fn read_jwks(fields: &mut Fields<'_, '_>) -> Vec<PublicKey> {
    let mut keys: Vec<PublicKey> = Vec::new();
    for (index, jwk) in fields.array("jwks").unwrap_or_default().iter().enumerate() {
        let path = element(&fields.path("jwks"), index);
        let Some(jwk) = jwk.as_object() else {
            fields.faults.push(Fault::new("value", path, "It must be an object."));
            continue;
        };
        match PublicKey::from_jwk(jwk, None) {
            Ok(key) if key.kid.is_some() && keys.iter().any(|other| other.kid == key.kid) => {
                fields.faults.push(Fault::new("duplicate", [&path, ".kid"].concat(), "Two keys have the same kid."));
            }
            Ok(key) => keys.push(key),
            Err(fault) => {
                fields.faults.push(Fault::new("value", [&path, ".", fault.member].concat(), fault.sentence));
            }
        }
    }
    keys
}

/// A serialized origin (RFC 6454 section 6.2). Origins are compared byte for byte, so one that no browser would write
/// that way never has an effect; better to say so.
fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = split_scheme(text) else { return false };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let is_host = match host.strip_prefix('[') {
        Some(ipv6) => ipv6.strip_suffix(']').is_some_and(|ipv6| ipv6.bytes().all(|byte| lower(byte) || byte == b':')),
        None => host.bytes().all(|byte| lower(byte) || byte == b'_'),
    };
    let is_default = matches!((scheme, port), ("http", Some("80")) | ("https", Some("443")));
    let is_port = |port: &str| !port.starts_with(['0', '+']) && port.parse::<u64>().is_ok_and(|port| port < 1 << 16);
    !scheme.is_empty()
        && scheme.bytes().all(lower)
        && !host.is_empty()
        && is_host
        && !is_default
        && port.is_none_or(is_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6454_6_2_origins() {
        for good in [
            "https://app.example",
            "https://app.example:8443",
            "http://localhost:5173",
            "http://127.0.0.1:443",
            "http://[::1]:1",
            "https://[2001:db8::1]",
            "https://xn--bcher-kva.example",
            "https://under_score.example",
            "chrome-extension://abcdefghijklmnop",
            "capacitor://localhost",
        ] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "",
            "*",
            "null",
            "app.example",
            "https://",
            "https://:",
            "https://:1",
            "https://a:",
            "https://a:0",
            "https://a:+1",
            "https://a:01",
            "https://a:65536",
            "https://a:443",
            "http://a:80",
            "https://a:b",
            "https://a:1:2",
            "https://a/",
            "https://a?b",
            "https://a#b",
            "https://user@a",
            "https://A",
            "HTTPS://a",
            "https://*.example",
            "https://[",
            "https://[::1",
            "https://::1",
            "://a",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
