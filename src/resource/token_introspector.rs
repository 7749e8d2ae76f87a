//! TokenIntrospector: which issuer is trusted, with which keys, and what its tokens must say.

use alloc::string::String;
use alloc::vec::Vec;

use super::condition::{Condition, read_conditions, read_copy_claims};
use super::fields::Fields;
use super::id_jag::IdJag;
use super::mask::MASK;
use super::rules::IntrospectorRules;
use super::{Instance, IssuerKey, VerificationKey, url_fault};
use crate::jose::json::{Object, Value};
use crate::jose::{Algorithm, HmacKey, PublicKey};
use crate::limits;
use crate::secret::Secret;

/// A TokenIntrospector resource, checked (contract section 4).
#[derive(Clone, Debug)]
pub struct TokenIntrospector {
    /// `id`
    pub id: String,
    /// `meta.instance`, `not_before`
    pub instance: Instance,
    /// `jwt.iss`
    pub iss: String,
    /// `jwt.secret` or `jwt.keys`
    pub keys: Vec<VerificationKey>,
    /// `jwks_uri` or `discovery`: where the keys are, if they are not written out.
    pub key_source: Option<KeySource>,
    /// `introspection_endpoint`: who vouches for tokens of the type `opaque`.
    pub introspection_endpoint: Option<IntrospectionEndpoint>,
    /// `cache_ttl`: seconds that fetched keys, and what was said of an opaque token, are remembered.
    pub cache_ttl: u64,
    /// `audience`: when not empty, a token must carry one of them.
    pub audience: Vec<String>,
    /// `claims`: what a token must say.
    pub conditions: Vec<Condition>,
    /// `copy_claims`: what of a subject token is copied into issued tokens; none of them is reserved.
    pub copy_claims: Vec<String>,
    /// `algorithms`: those that keys without `alg` may serve.
    pub algorithms: Vec<Algorithm>,
    /// `condition`, `attributes`, `subject`, `emit`
    pub rules: IntrospectorRules,
    /// `user`
    pub user: UserRule,
    /// `subject_fallback` is `client_id`: it is the subject of an introspection answer that has no `sub`.
    pub client_id_is_subject: bool,
    /// `max_lifetime`: seconds that a token may still live.
    pub max_lifetime: u64,
    /// Whether `bound` is `proof`: tokens that are bound to a key are accepted with a proof by it.
    pub accepts_bound: bool,
    /// `id_jag`: how its identity assertions are redeemed; absent: not at all.
    pub id_jag: Option<IdJag>,
}

/// Where keys are fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A JWK Set at this URL.
    JwksUri(String),
    /// What the metadata of this issuer names.
    Discovery(String),
}

impl KeySource {
    /// The source that a stored document names, which need not keep the rules.
    #[must_use]
    pub fn of_document(document: &Object<'_>) -> Option<Self> {
        if let Some(url) = document.get("jwks_uri").and_then(Value::as_str) {
            return Some(Self::JwksUri(String::from(url)));
        }
        let iss = document.get("jwt")?.as_object()?.get("iss")?.as_str()?;
        let discovery = document.get("discovery").and_then(Value::as_bool) == Some(true);
        discovery.then(|| Self::Discovery(String::from(iss)))
    }
}

/// An introspection endpoint (RFC 7662) of an issuer.
#[derive(Clone, Debug)]
pub struct IntrospectionEndpoint {
    /// `url`
    pub url: String,
    /// `authorization`: the value of that header.
    pub authorization: Option<Secret>,
}

/// How the User of a token is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserRule {
    /// By `box_user`, else by identifier, else by `sub`; there must be one.
    Required,
    /// By identifier only; there must be one.
    Identifier,
    /// None is needed, and `sub` must not be the id of one.
    None,
}

impl TokenIntrospector {
    /// Whether it says so much of its tokens that they may come from a public client: for whom they must be, and whose.
    /// The signature alone lets in everybody who can have a token of that issuer. One that is asked about each opaque token is
    /// asked for nobody who has proven nothing.
    #[must_use]
    pub fn lets_public_clients_in(&self) -> bool {
        let has_condition = !self.conditions.is_empty() || !self.rules.condition.is_empty();
        self.introspection_endpoint.is_none() && !self.audience.is_empty() && has_condition
    }

    pub(super) fn read(id: String, fields: &mut Fields<'_, '_>, document: &Object<'_>) -> Option<Self> {
        let instance = Instance::read(fields, document);
        if !fields.has("type") {
            fields.fault("required", "type", "It is required: jwt.");
        }
        let opaque = if fields.value("type").and_then(Value::as_str) == Some("aspxauth") {
            fields.fault("not-supported", "type", "Tokens of aspxauth are not supported.");
            false
        } else {
            fields.word("type", &["jwt", "opaque"]) == Some(1)
        };
        fields.kept_without_effect(&["identity_provider"]);
        let cache_ttl = fields.seconds("cache_ttl", &(1..=86_400)).unwrap_or(300);
        let introspection_endpoint = read_introspection_endpoint(fields, opaque);
        let jwks_uri = fields.url("jwks_uri").map(KeySource::JwksUri);
        let discovery = fields.boolean("discovery") == Some(true);
        let other_sources = [fields.has("jwks_uri"), discovery, opaque];
        if other_sources.iter().filter(|is_there| **is_there).count() > 1 {
            let name = if fields.has("jwks_uri") { "jwks_uri" } else { "discovery" };
            fields.fault("value", name, ONE_SOURCE);
        }
        let audience = fields.texts("audience", |_| true, "It must be a string that is not empty.");
        let conditions = read_conditions(fields);
        let copy_claims = read_copy_claims(fields);
        let user = match fields.word("user", &["required", "identifier", "none"]) {
            Some(1) => UserRule::Identifier,
            Some(2) => UserRule::None,
            _ => UserRule::Required,
        };
        let algorithms = read_algorithms(fields);
        let client_id_is_subject = read_subject_fallback(fields, opaque, user);
        let rules = IntrospectorRules::read(fields, &copy_claims, user == UserRule::Required);
        let max_lifetime = fields.seconds("max_lifetime", &(1..=31_536_000)).unwrap_or(limits::SUBJECT_LIFETIME);
        let id_jag = IdJag::read(fields);
        if id_jag.is_some() && opaque {
            fields.fault(
                "value",
                "id_jag",
                "An identity assertion is a JWT: this is not allowed with the type opaque.",
            );
        }
        let accepts_bound = fields.word("bound", &["refuse", "proof"]) != Some(0);
        if !fields.has("jwt") {
            fields.fault("required", "jwt", "It is required: iss, and secret or keys if there is no other source.");
        }
        let mut jwt = fields.object("jwt")?;
        let iss = jwt.required("iss").map(String::from);
        if iss.as_ref().is_some_and(|iss| iss.len() > limits::ISS) {
            jwt.fault("value", "iss", "It is longer than 400 bytes.");
        }
        let keys = read_keys(&mut jwt, other_sources.contains(&true));
        let with_query =
            |iss: &str| iss.contains('?').then_some("With discovery it has no query (RFC 8414 section 2).");
        let issuer_url = iss.as_deref().filter(|_| discovery);
        let issuer_url = issuer_url.and_then(|iss| url_fault(iss).or_else(|| with_query(iss)));
        if let Some(sentence) = issuer_url {
            jwt.fault("value", "iss", sentence);
        }
        let without_public_keys = opaque || jwt.has("secret");
        fields.absorb(jwt);
        if without_public_keys && fields.has("algorithms") {
            fields.fault("value", "algorithms", "It is allowed only with public keys.");
        }
        let (iss, keys, audience) = (iss?, keys?, audience.unwrap_or_default());
        let key_source = jwks_uri.or_else(|| discovery.then(|| KeySource::Discovery(iss.clone())));
        Some(Self {
            id,
            instance,
            iss,
            keys,
            key_source,
            introspection_endpoint,
            cache_ttl,
            audience,
            conditions,
            copy_claims,
            algorithms,
            rules,
            user,
            client_id_is_subject,
            max_lifetime,
            accepts_bound,
            id_jag,
        })
    }
}

const ONE_SOURCE: &str =
    "Give one source of keys: jwt.secret, jwt.keys, jwks_uri or discovery; for opaque tokens introspection_endpoint.";

/// `subject_fallback`: of a machine, to which its issuer gave a token without a user (RFC 6749 section 4.4).
fn read_subject_fallback(fields: &mut Fields<'_, '_>, opaque: bool, user: UserRule) -> bool {
    if fields.word("subject_fallback", &["client_id"]).is_none() {
        return false;
    }
    if !opaque {
        fields.fault("value", "subject_fallback", "It is allowed only with the type opaque: a JWT needs a sub.");
    }
    if user != UserRule::None {
        fields.fault("value", "subject_fallback", "It is allowed only with user: none. A client is not a User.");
    }
    true
}

/// `algorithms`: names of those that verify with a public key.
fn read_algorithms(fields: &mut Fields<'_, '_>) -> Vec<Algorithm> {
    const SENTENCE: &str = "It must be the name of an algorithm of public keys, such as RS256 or ES256.";
    let names = fields.texts("algorithms", |name| Algorithm::of_public_keys().contains(&name), SENTENCE);
    let Some(names) = names else { return Vec::from(PublicKey::USUAL) };
    if names.is_empty() {
        fields.fault("value", "algorithms", "An empty list allows none: name the algorithms, or remove the member.");
    }
    names.iter().filter_map(|name| Algorithm::from_name(name)).collect()
}

/// `introspection_endpoint`, which goes with the type `opaque` and with no other.
fn read_introspection_endpoint(fields: &mut Fields<'_, '_>, opaque: bool) -> Option<IntrospectionEndpoint> {
    if opaque && !fields.has("introspection_endpoint") {
        fields.fault("required", "introspection_endpoint", "It is required for opaque tokens: url, authorization.");
    }
    if !opaque && fields.has("introspection_endpoint") {
        fields.fault("value", "introspection_endpoint", "It is allowed only with the type opaque.");
    }
    let mut endpoint = fields.object("introspection_endpoint")?;
    if !endpoint.has("url") {
        endpoint.fault("required", "url", "It is required.");
    }
    let url = endpoint.url("url");
    let authorization = endpoint.text("authorization");
    if authorization.is_some_and(|value| !value.is_ascii() || value == MASK) {
        endpoint.fault("value", "authorization", "It must be the value of a header, in ASCII.");
    }
    fields.absorb(endpoint);
    Some(IntrospectionEndpoint { url: url?, authorization: authorization.map(Secret::from) })
}

/// Exactly one source of keys. `other_source`: there is one outside of `jwt`.
fn read_keys(jwt: &mut Fields<'_, '_>, other_source: bool) -> Option<Vec<VerificationKey>> {
    let secret = jwt.text("secret");
    let keys = jwt.objects("keys");
    match (jwt.has("secret"), jwt.has("keys")) {
        (false, false) if other_source => Some(Vec::new()),
        (false, false) => {
            jwt.fault("required", "secret", "Give one source of keys: secret or keys.");
            None
        }
        (true, false) if !other_source => {
            let key = HmacKey::new(secret?.as_bytes(), None);
            if key.is_none() {
                jwt.fault("value", "secret", "A secret needs at least 32 bytes (RFC 7518 section 3.2).");
            }
            Some(Vec::from([VerificationKey { kid: None, key: IssuerKey::Hmac(key?) }]))
        }
        (false, true) if !other_source => {
            let mut read = Vec::new();
            for mut fields in keys? {
                read.extend(VerificationKey::read(&mut fields));
                jwt.absorb(fields);
            }
            if read.is_empty() && jwt.faults.is_empty() {
                jwt.fault("required", "keys", "It needs at least one key.");
            }
            let kids: Vec<&String> = read.iter().filter_map(|key: &VerificationKey| key.kid.as_ref()).collect();
            let before = |index| kids.iter().take(index);
            if kids.iter().enumerate().any(|(index, kid)| before(index).any(|other| other == kid)) {
                jwt.fault("duplicate", "keys", "Two keys have the same kid.");
            }
            let is_secret = |key: &&VerificationKey| matches!(key.key, IssuerKey::Hmac(_));
            let secrets = read.iter().filter(is_secret).count();
            if secrets > 0 && secrets < read.len() {
                jwt.fault("value", "keys", "Secrets and public keys are not mixed: give one kind.");
            }
            Some(read)
        }
        (_, has_keys) => {
            let name = if has_keys { "keys" } else { "secret" };
            jwt.fault("value", name, ONE_SOURCE);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::jose::json;
    use crate::resource::{Resource, ResourceType, read};

    const K32: &str = "0123456789abcdef0123456789abcdef";
    const K32_BASE64URL: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";

    /// `code expression` of each fault of an introspector with these members beside id and resourceType.
    fn faults(members: &str) -> Vec<String> {
        let text = format!(r#"{{"resourceType":"TokenIntrospector","id":"i",{members}}}"#);
        match read(ResourceType::TokenIntrospector, &json::parse_object(&text).ok().unwrap()) {
            Ok(_) => Vec::new(),
            Err(faults) => {
                faults.iter().for_each(|fault| assert!(!fault.diagnostics.contains("planted"), "{fault:?}"));
                let path = |fault: &super::super::Fault| fault.expression.replace("TokenIntrospector.", "");
                faults.iter().map(|fault| format!("{} {}", fault.code, path(fault))).collect()
            }
        }
    }

    #[test]
    fn each_fault_of_a_key_is_named_once_and_where_it_is() {
        for (key, expected) in [
            // without a right format nothing is said of the members that depend on it
            (format!(r#""kty":"OCT","alg":"HS256","k":"{K32}""#), "required format"),
            (format!(r#""kty":"OCT","alg":"HS256","k":"{K32}","format":"planted""#), "value format"),
            (r#""format":"plain","kty":"OCT","alg":"HS256""#.into(), "required k"),
            (format!(r#""format":"plain","kty":"OCT","alg":"HS384","k":"{K32}""#), "value k"),
            (format!(r#""format":"plain","kty":"RSA","alg":"HS256","k":"{K32}""#), "value kty"),
            (format!(r#""format":"plain","kty":"OCT","alg":"ES256","k":"{K32}""#), "value alg"),
            (format!(r#""format":"plain","kty":"OCT","alg":"HS256","k":"{K32}","jwk":{{}}"#), "structure jwk"),
            (r#""format":"jwk""#.into(), "required jwk"),
            (r#""format":"jwk","jwk":"planted""#.into(), "value jwk"),
            (r#""format":"jwk","jwk":{"kty":"oct","alg":"HS256","k":"AAAA"}"#.into(), "value jwk.k"),
            (format!(r#""format":"jwk","jwk":{{"kty":"oct","alg":"HS512","k":"{K32_BASE64URL}"}}"#), "value jwk.k"),
            (format!(r#""format":"jwk","jwk":{{"kty":"oct","k":"{K32_BASE64URL}"}}"#), "required alg"),
            (
                format!(r#""format":"jwk","alg":"HS384","jwk":{{"kty":"oct","alg":"HS256","k":"{K32_BASE64URL}"}}"#),
                "value alg",
            ),
            (
                format!(
                    r#""format":"jwk","jwk":{{"kid":"{}","kty":"oct","alg":"HS256","k":"{K32_BASE64URL}"}}"#,
                    "x".repeat(257)
                ),
                "value jwk.kid",
            ),
            (
                r#""format":"jwk","jwk":{"kty":"EC","crv":"P-256","x":"planted","y":"planted","alg":"ES256"}"#.into(),
                "value jwk.x",
            ),
            (r#""format":"PEM","kty":"RSA","alg":"RS256","pub":"planted""#.into(), "value pub"),
        ] {
            let found = faults(&format!(r#""type":"jwt","jwt":{{"iss":"a","keys":[{{{key}}}]}}"#));
            let expected = expected.replace(' ', " jwt.keys[0].");
            let others: Vec<_> = found.iter().filter(|fault| **fault != expected).collect();
            assert!(found.contains(&expected), "no {expected} for {key}: {found:?}");
            // a JWK of another kind is not read on: that its alg is not needed is no fault of its own
            assert!(others.is_empty() || key.contains("EC"), "{key}: {others:?}");
        }
    }

    #[test]
    fn one_source_of_keys() {
        let none = r#""type":"jwt","jwt":{"iss":"https://a.example"}"#;
        let secret = format!(r#""type":"jwt","jwt":{{"iss":"https://a.example","secret":"{K32}"}}"#);
        let opaque = r#""type":"opaque","jwt":{"iss":"https://a.example"}"#;
        let endpoint = r#""introspection_endpoint":{"url":"https://a.example/i"}"#;
        for good in [
            format!(r#"{none},"jwks_uri":"https://a.example/jwks""#),
            format!(r#"{none},"jwks_uri":"http://[::1]:1/jwks""#),
            format!(r#"{none},"discovery":true"#),
            format!(r#"{secret},"discovery":false"#),
            format!("{opaque},{endpoint}"),
            format!(r#"{opaque},"introspection_endpoint":{{"url":"https://a.example/i","authorization":"Basic x"}}"#),
        ] {
            assert!(faults(&good).is_empty(), "{good}: {:?}", faults(&good));
        }
        for (members, expected) in [
            (none.into(), "required jwt.secret"),
            (r#""type":"jwt""#.into(), "required jwt"),
            (r#""type":7,"jwt":{"iss":"a","secret":"0123456789abcdef0123456789abcdef"}"#.into(), "value type"),
            (format!(r#"{none},"jwks_uri":"http://planted.example""#), "value jwks_uri"),
            (format!(r#"{none},"jwks_uri":"https://169.254.169.254/planted""#), "value jwks_uri"),
            (format!(r#"{none},"jwks_uri":"https://a.example/jwks","discovery":true"#), "value jwks_uri"),
            (format!(r#"{none},"discovery":"planted""#), "value discovery"),
            (r#""type":"jwt","jwt":{"iss":"planted"},"discovery":true"#.into(), "value jwt.iss"),
            (format!(r#"{secret},"jwks_uri":"https://a.example""#), "value jwt.secret"),
            (format!(r#"{secret},"discovery":true"#), "value jwt.secret"),
            (format!("{secret},{endpoint}"), "value introspection_endpoint"),
            (opaque.into(), "required introspection_endpoint"),
            (format!(r#"{opaque},"introspection_endpoint":{{}}"#), "required introspection_endpoint.url"),
            (
                format!(r#"{opaque},"introspection_endpoint":{{"url":"ftp://planted"}}"#),
                "value introspection_endpoint.url",
            ),
            (format!(r#"{opaque},{endpoint},"jwks_uri":"https://a.example/jwks""#), "value jwks_uri"),
            (format!(r#"{opaque},{endpoint},"discovery":true"#), "value discovery"),
            (format!(r#""type":"opaque","jwt":{{"iss":"a","secret":"{K32}"}},{endpoint}"#), "value jwt.secret"),
        ] {
            let found = faults(&members);
            assert!(found.iter().any(|fault| fault == expected), "no {expected} for {members}: {found:?}");
        }
    }

    #[test]
    fn a_key_is_never_printed() {
        let text = format!(r#"{{"id":"i","type":"jwt","jwt":{{"iss":"a","secret":"{K32}"}}}}"#);
        let document = json::parse_object(&text).ok().unwrap();
        let Ok(Resource::TokenIntrospector(introspector)) = read(ResourceType::TokenIntrospector, &document) else {
            panic!("it is a good one");
        };
        assert!(!format!("{introspector:?}").contains(K32));
    }
}
