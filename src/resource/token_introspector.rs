//! TokenIntrospector: which issuer is trusted, with which keys, and what its tokens must say.

use alloc::string::String;
use alloc::vec::Vec;

use super::fields::Fields;
use crate::jose::json::Value;
use crate::jose::{Algorithm, Family, HmacKey, base64url};
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
    /// `user`
    pub user: UserRule,
    /// `max_lifetime`: seconds that a token may still live.
    pub max_lifetime: u64,
}

/// A key of an issuer.
#[derive(Clone, Debug)]
pub struct VerificationKey {
    /// `kid`, if the key has one.
    pub kid: Option<String>,
    /// The key itself; it knows which algorithms it serves.
    pub key: HmacKey,
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
        if fields.value("type").is_none() {
            fields.fault("required", "type", "It is required: jwt.");
        } else {
            match fields.value("type").and_then(Value::as_str) {
                Some("jwt") => {}
                Some("opaque") => {
                    fields.fault("not-supported", "type", "Opaque tokens of an issuer are not yet supported.")
                }
                _ => fields.fault("not-supported", "type", "It must be jwt."),
            }
        }
        fields.kept_without_effect(&["identity_provider"]);
        fields.seconds("cache_ttl", &(1..=86_400));
        let later = [
            ("jwks_uri", "Keys from a jwks_uri are not yet supported: use jwt.secret or jwt.keys."),
            ("discovery", "Discovery is not yet supported: use jwt.secret or jwt.keys."),
            ("introspection_endpoint", "Opaque tokens of an issuer are not yet supported."),
            ("claims", "Conditions on claims are not yet supported."),
        ];
        for (name, sentence) in later {
            if fields.value(name).is_some_and(|value| name != "discovery" || value.as_bool() != Some(false)) {
                fields.fault("not-supported", name, sentence);
            }
        }
        let audience = fields.texts("audience", |_| true, "It must be a string that is not empty.");
        let rules = [("required", UserRule::Required), ("identifier", UserRule::Identifier), ("none", UserRule::None)];
        let user = fields.word("user", &rules).unwrap_or(UserRule::Required);
        let max_lifetime = fields.seconds("max_lifetime", &(1..=31_536_000)).unwrap_or(limits::SUBJECT_LIFETIME);
        if !fields.has("jwt") {
            fields.fault("required", "jwt", "It is required: iss, and secret or keys.");
        }
        let mut jwt = fields.object("jwt")?;
        let iss = jwt.required("iss").map(String::from);
        if iss.as_ref().is_some_and(|iss| iss.len() > limits::ISS) {
            jwt.fault("value", "iss", "It is longer than 400 bytes.");
        }
        let keys = read_keys(&mut jwt);
        fields.absorb(jwt);
        Some(Self { id, iss: iss?, keys: keys?, audience: audience.unwrap_or_default(), user, max_lifetime })
    }
}

/// Exactly one source of keys.
fn read_keys(jwt: &mut Fields<'_, '_>) -> Option<Vec<VerificationKey>> {
    let secret = jwt.text("secret");
    let keys = jwt.objects("keys");
    match (jwt.has("secret"), jwt.has("keys")) {
        (true, false) => {
            let key = HmacKey::new(secret?.as_bytes(), None);
            if key.is_none() {
                jwt.fault("value", "secret", "A secret needs at least 32 bytes (RFC 7518 section 3.2).");
            }
            Some(Vec::from([VerificationKey { kid: None, key: key? }]))
        }
        (false, true) => {
            let mut read = Vec::new();
            for mut fields in keys? {
                read.extend(VerificationKey::read(&mut fields));
                jwt.absorb(fields);
            }
            if read.is_empty() && jwt.faults.is_empty() {
                jwt.fault("required", "keys", "It needs at least one key.");
            }
            let kids: Vec<&String> = read.iter().filter_map(|key: &VerificationKey| key.kid.as_ref()).collect();
            if kids
                .iter()
                .enumerate()
                .any(|(index, kid)| kids.iter().skip(index.saturating_add(1)).any(|other| other == kid))
            {
                jwt.fault("duplicate", "keys", "Two keys have the same kid.");
            }
            Some(read)
        }
        (true, true) => {
            jwt.fault("value", "keys", "Give one source of keys: secret or keys.");
            None
        }
        (false, false) => {
            jwt.fault("required", "secret", "Give one source of keys: secret or keys.");
            None
        }
    }
}

impl VerificationKey {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let mut kid = fields.text("kid").map(String::from);
        if kid.as_ref().is_some_and(|kid| kid.len() > limits::KID) {
            fields.fault("value", "kid", "It is longer than 256 bytes.");
        }
        let format = fields.required("format")?;
        let (secret, alg) = match format {
            "plain" => {
                let k = fields.required("k").map(|k| Vec::from(k.as_bytes()));
                match fields.required("kty") {
                    Some("OCT" | "oct") | None => {}
                    Some(_) => fields.fault("not-supported", "kty", "Only OCT goes with the format plain."),
                }
                (k, fields.required("alg"))
            }
            "jwk" => {
                let (outer_kty, outer_alg) = (fields.text("kty"), fields.text("alg"));
                let mut jwk = fields.object("jwk")?;
                let (k, alg, inner_kid) = read_jwk(&mut jwk);
                fields.absorb(jwk);
                for (name, outer, inner) in [("kty", outer_kty, Some("oct")), ("alg", outer_alg, alg)] {
                    let same = |outer: &str| inner.is_none_or(|inner| inner.eq_ignore_ascii_case(outer));
                    if !outer.is_none_or(same) {
                        fields.fault("value", name, "It is not the one in the jwk.");
                    }
                }
                if kid.is_some() && inner_kid.is_some() && kid.as_deref() != inner_kid {
                    fields.fault("value", "kid", "It is not the one in the jwk.");
                }
                kid = kid.or_else(|| inner_kid.map(String::from));
                let alg = alg.or(outer_alg);
                if alg.is_none() {
                    fields.fault("required", "alg", "It is required, here or in the jwk.");
                }
                (k, alg)
            }
            "PEM" => {
                for name in ["pub", "kty", "alg", "k"] {
                    fields.value(name);
                }
                fields.fault("not-supported", "format", "Public keys are not yet supported: use format plain or jwk.");
                return None;
            }
            _ => {
                fields.fault("value", "format", "It must be one of: plain, jwk, PEM.");
                return None;
            }
        };
        let algorithm = alg.and_then(Algorithm::from_name).filter(|alg| alg.family() == Family::Hmac);
        if alg.is_some() && algorithm.is_none() {
            fields.fault("not-supported", "alg", "It must be HS256, HS384 or HS512; others are not yet supported.");
        }
        let key = HmacKey::new(&secret?, Some(algorithm?));
        if key.is_none() {
            fields.fault("value", "k", "Too short: HS256 needs 32 bytes, HS384 48, HS512 64 (RFC 7518 section 3.2).");
        }
        Some(Self { kid, key: key? })
    }
}

/// The bytes, the `alg` and the `kid` of a symmetric JWK.
fn read_jwk<'o>(jwk: &mut Fields<'o, '_>) -> (Option<Vec<u8>>, Option<&'o str>, Option<&'o str>) {
    let kid = jwk.text("kid");
    if jwk.required("kty").is_some_and(|kty| kty != "oct") {
        jwk.fault("not-supported", "kty", "Only oct is supported yet.");
        for name in ["crv", "x", "y", "n", "e", "k"] {
            jwk.value(name);
        }
        return (None, None, None);
    }
    if jwk.text("use").is_some_and(|usage| usage != "sig") {
        jwk.fault("value", "use", "A key that is not for signatures is not used.");
    }
    if let Some(operations) = jwk.texts("key_ops", |_| true, "It must be the name of an operation.")
        && !operations.iter().any(|operation| operation == "verify")
    {
        jwk.fault("value", "key_ops", "A key whose key_ops lack verify is not used.");
    }
    let k = jwk.required("k").map(base64url::decode);
    if matches!(k, Some(None)) {
        jwk.fault("value", "k", "It must be base64url without padding.");
    }
    (k.flatten(), jwk.text("alg"), kid)
}
