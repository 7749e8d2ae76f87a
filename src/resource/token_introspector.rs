//! TokenIntrospector: which issuer is trusted, with which keys, and what its tokens must say.

use alloc::string::String;
use alloc::vec::Vec;

use super::condition::{Condition, read_conditions, read_copy_claims};
use super::fields::Fields;
use super::{IssuerKey, VerificationKey};
use crate::jose::HmacKey;
use crate::jose::json::Value;
use crate::limits;

/// A TokenIntrospector resource, checked (contract section 4).
#[derive(Clone, Debug)]
pub struct TokenIntrospector {
    /// `id`
    pub id: String,
    /// `jwt.iss`
    pub iss: String,
    /// `jwt.secret` or `jwt.keys`
    pub keys: Vec<VerificationKey>,
    /// `audience`: when not empty, a token must carry one of them.
    pub audience: Vec<String>,
    /// `claims`: what a token must say.
    pub conditions: Vec<Condition>,
    /// `copy_claims`: what of a subject token is copied into issued tokens; none of them is reserved.
    pub copy_claims: Vec<String>,
    /// `user`
    pub user: UserRule,
    /// `max_lifetime`: seconds that a token may still live.
    pub max_lifetime: u64,
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
    pub(super) fn read(id: String, fields: &mut Fields<'_, '_>) -> Option<Self> {
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
        fields.seconds("cache_ttl", &(1..=86_400));
        let other_source = read_what_comes_later(fields, opaque);
        let audience = fields.texts("audience", |_| true, "It must be a string that is not empty.");
        let conditions = read_conditions(fields);
        let copy_claims = read_copy_claims(fields);
        let user = match fields.word("user", &["required", "identifier", "none"]) {
            Some(1) => UserRule::Identifier,
            Some(2) => UserRule::None,
            _ => UserRule::Required,
        };
        let max_lifetime = fields.seconds("max_lifetime", &(1..=31_536_000)).unwrap_or(limits::SUBJECT_LIFETIME);
        if !fields.has("jwt") && !opaque {
            fields.fault("required", "jwt", "It is required: iss, and secret or keys.");
        }
        let mut jwt = fields.object("jwt")?;
        let iss = jwt.required("iss").map(String::from);
        if iss.as_ref().is_some_and(|iss| iss.len() > limits::ISS) {
            jwt.fault("value", "iss", "It is longer than 400 bytes.");
        }
        let keys = read_keys(&mut jwt, other_source);
        fields.absorb(jwt);
        let (iss, keys, audience) = (iss?, keys?, audience.unwrap_or_default());
        Some(Self { id, iss, keys, audience, conditions, copy_claims, user, max_lifetime })
    }
}

/// Members that have no effect yet, and whose silence would change what the others mean. They are checked all the same.
/// Whether one of them is a source of keys.
fn read_what_comes_later(fields: &mut Fields<'_, '_>, opaque: bool) -> bool {
    fields.url("jwks_uri");
    let discovery = fields.boolean("discovery").unwrap_or(false);
    if let Some(mut endpoint) = fields.object("introspection_endpoint") {
        if !endpoint.has("url") {
            endpoint.fault("required", "url", "It is required.");
        }
        endpoint.url("url");
        endpoint.text("authorization");
        fields.absorb(endpoint);
    }
    for (is_there, name, sentence) in [
        (opaque, "type", OPAQUE),
        (fields.has("introspection_endpoint"), "introspection_endpoint", OPAQUE),
        (fields.has("jwks_uri"), "jwks_uri", "Keys from a jwks_uri are not yet supported: use jwt.secret or jwt.keys."),
        (discovery, "discovery", "Discovery is not yet supported: use jwt.secret or jwt.keys."),
    ] {
        if is_there {
            fields.fault("not-supported", name, sentence);
        }
    }
    discovery || opaque || fields.has("jwks_uri")
}

const OPAQUE: &str = "Opaque tokens of an issuer are not yet supported.";

/// Exactly one source of keys. `other_source`: there is one outside of `jwt`.
fn read_keys(jwt: &mut Fields<'_, '_>, other_source: bool) -> Option<Vec<VerificationKey>> {
    let secret = jwt.text("secret");
    let keys = jwt.objects("keys");
    match (jwt.has("secret"), jwt.has("keys")) {
        (false, false) if other_source => None,
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
            Some(read)
        }
        (_, has_keys) => {
            let name = if has_keys { "keys" } else { "secret" };
            jwt.fault("value", name, "Give one source of keys: secret or keys.");
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
    fn what_comes_later_is_checked_and_refused() {
        let jwt = r#""type":"jwt","jwt":{"iss":"a"}"#;
        for (members, expected) in [
            (r#""type":"opaque""#.into(), "not-supported type"),
            (
                r#""type":"aspxauth","jwt":{"iss":"a","secret":"0123456789abcdef0123456789abcdef"}"#.into(),
                "not-supported type",
            ),
            (r#""type":7,"jwt":{"iss":"a","secret":"0123456789abcdef0123456789abcdef"}"#.into(), "value type"),
            (format!(r#"{jwt},"jwks_uri":"https://a.example/jwks""#), "not-supported jwks_uri"),
            (format!(r#"{jwt},"jwks_uri":"http://[::1]:1/jwks""#), "not-supported jwks_uri"),
            (format!(r#"{jwt},"discovery":true"#), "not-supported discovery"),
        ] {
            assert_eq!(faults(&members), [expected], "{members}");
        }
        let secret = format!(r#""type":"jwt","jwt":{{"iss":"a","secret":"{K32}"}}"#);
        for (members, expected) in [
            (format!(r#"{jwt},"jwks_uri":"http://planted.example""#), "value jwks_uri"),
            (format!(r#"{jwt},"discovery":"planted""#), "value discovery"),
            (format!(r#"{secret},"introspection_endpoint":{{}}"#), "required introspection_endpoint.url"),
            (
                format!(r#"{secret},"introspection_endpoint":{{"url":"ftp://planted"}}"#),
                "value introspection_endpoint.url",
            ),
            // one source of keys
            (format!(r#"{secret},"jwks_uri":"https://a.example""#), "value jwt.secret"),
            (format!(r#"{secret},"discovery":true"#), "value jwt.secret"),
        ] {
            let found = faults(&members);
            assert!(found.iter().any(|fault| fault == expected), "no {expected} for {members}: {found:?}");
        }
        assert!(faults(&format!(r#"{secret},"discovery":false"#)).is_empty());
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
