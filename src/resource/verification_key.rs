//! `jwt.keys[]` of a TokenIntrospector: the keys of an issuer, written out.

use alloc::string::String;

use super::Fault;
use super::fields::Fields;
use crate::jose::json::Value;
use crate::jose::{Algorithm, Family, HmacKey, PublicKey, base64url};
use crate::limits;
use crate::verification::Key;

/// A key of an issuer.
#[derive(Clone, Debug)]
pub struct VerificationKey {
    /// `kid`, if the key has one.
    pub kid: Option<String>,
    /// The key itself; it knows which algorithms it serves.
    pub key: IssuerKey,
}

/// A secret that is shared with an issuer, or a public key of one.
#[derive(Clone, Debug)]
pub enum IssuerKey {
    /// HS256, HS384, HS512
    Hmac(HmacKey),
    /// Everything else.
    Public(PublicKey),
}

impl VerificationKey {
    /// The key, to verify with. `allowed`: the algorithms that a public key without `alg` may serve.
    #[must_use]
    pub fn as_key<'a>(&'a self, allowed: &'a [Algorithm]) -> Key<'a> {
        match &self.key {
            IssuerKey::Hmac(key) => Key::Hmac(key),
            IssuerKey::Public(key) => Key::Public(key, allowed),
        }
    }

    pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let kid = read_kid(fields);
        match fields.required("format") {
            Some("plain") => Self::read_plain(fields, kid),
            Some("jwk") => Self::read_jwk(fields, kid),
            Some("PEM") => Self::read_pem(fields, kid),
            other => {
                // Which of them are right depends on the format.
                for name in ["k", "pub", "jwk", "kty", "alg"] {
                    fields.value(name);
                }
                if other.is_some() {
                    fields.fault("value", "format", "It must be one of: plain, jwk, PEM.");
                }
                None
            }
        }
    }

    /// `k`: the secret as text.
    fn read_plain(fields: &mut Fields<'_, '_>, kid: Option<&str>) -> Option<Self> {
        let k = fields.required("k");
        match fields.required("kty") {
            Some("OCT" | "oct") | None => {}
            Some(_) => fields.fault("value", "kty", "The format plain needs the kty OCT."),
        }
        let alg = fields.required("alg");
        let algorithm = read_alg(fields, alg, Family::Hmac);
        hmac(fields, "k", k?.as_bytes(), algorithm?, kid)
    }

    /// `jwk`: a JWK, whose members win over those beside it and must not differ from them.
    fn read_jwk(fields: &mut Fields<'_, '_>, outer_kid: Option<&str>) -> Option<Self> {
        let (outer_kty, outer_alg) = (fields.text("kty"), fields.text("alg"));
        if !fields.has("jwk") {
            fields.fault("required", "jwk", "It is required.");
        }
        let jwk = fields.value("jwk")?.as_object();
        if jwk.is_none() {
            fields.fault("value", "jwk", "It must be an object.");
        }
        let jwk = jwk?;
        let inner = |name| jwk.get(name).and_then(Value::as_str);
        for (name, outer) in [("kty", outer_kty), ("alg", outer_alg), ("kid", outer_kid)] {
            let same = |outer: &str, inner: &str| match name {
                "kty" => outer.eq_ignore_ascii_case(inner),
                _ => outer == inner,
            };
            if outer.zip(inner(name)).is_some_and(|(outer, inner)| !same(outer, inner)) {
                fields.fault("value", name, "It differs from the one in the jwk.");
            }
        }
        if inner("kty") == Some("oct") {
            return Self::read_oct(fields, outer_kid, outer_alg);
        }
        let algorithm = match outer_alg {
            Some(name) => Some(Algorithm::from_name(name).or_else(|| {
                fields.fault("value", "alg", ALG);
                None
            })?),
            None => None,
        };
        match PublicKey::from_jwk(jwk, algorithm) {
            Ok(key) => {
                let kid = outer_kid.map(String::from).or_else(|| key.kid.clone());
                Some(Self { kid, key: IssuerKey::Public(key) })
            }
            Err(fault) => {
                fields.faults.push(Fault::new(
                    "value",
                    [&fields.path("jwk"), ".", fault.member].concat(),
                    fault.sentence,
                ));
                None
            }
        }
    }

    fn read_oct(fields: &mut Fields<'_, '_>, outer_kid: Option<&str>, outer_alg: Option<&str>) -> Option<Self> {
        let mut jwk = fields.object("jwk")?;
        let kid = read_kid(&mut jwk);
        jwk.value("kty");
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
        let alg = jwk.text("alg").or(outer_alg);
        fields.absorb(jwk);
        if alg.is_none() {
            fields.fault("required", "alg", "It is required, here or in the jwk.");
        }
        let algorithm = read_alg(fields, alg, Family::Hmac);
        hmac(fields, "jwk.k", &k??, algorithm?, outer_kid.or(kid))
    }

    /// `pub`: a public key as PEM text.
    fn read_pem(fields: &mut Fields<'_, '_>, kid: Option<&str>) -> Option<Self> {
        let family = match fields.word("kty", &["RSA", "EC", "OKP"]) {
            Some(0) => Some(Family::Rsa),
            Some(1) => Some(Family::Ec),
            Some(_) => Some(Family::Okp),
            None => None,
        };
        // PEM has lines.
        let text = fields.value("pub").and_then(Value::as_str);
        if text.is_none() {
            fields.fault("required", "pub", "It is required: a public key as PEM text.");
        }
        let alg = fields.required("alg");
        let algorithm = alg.and_then(Algorithm::from_name).filter(|alg| alg.family() != Family::Hmac);
        if alg.is_some() && !algorithm.is_some_and(|alg| family.is_none_or(|family| alg.family() == family)) {
            fields.fault("value", "alg", ALG);
            return None;
        }
        match PublicKey::from_pem(text?, algorithm?, kid) {
            Ok(key) => Some(Self { kid: key.kid.clone(), key: IssuerKey::Public(key) }),
            Err(fault) => {
                fields.fault("value", fault.member, fault.sentence);
                None
            }
        }
    }
}

const ALG: &str = "It does not fit this kind of key.";

fn read_kid<'o>(fields: &mut Fields<'o, '_>) -> Option<&'o str> {
    let kid = fields.text("kid");
    if kid.is_some_and(|kid| kid.len() > limits::KID) {
        fields.fault("value", "kid", "It is longer than 256 bytes.");
    }
    kid
}

fn read_alg(fields: &mut Fields<'_, '_>, alg: Option<&str>, family: Family) -> Option<Algorithm> {
    let algorithm = alg.and_then(Algorithm::from_name).filter(|alg| alg.family() == family);
    if alg.is_some() && algorithm.is_none() {
        fields.fault("value", "alg", ALG);
    }
    algorithm
}

fn hmac(
    fields: &mut Fields<'_, '_>,
    place: &str,
    secret: &[u8],
    algorithm: Algorithm,
    kid: Option<&str>,
) -> Option<VerificationKey> {
    let key = HmacKey::new(secret, Some(algorithm));
    if key.is_none() {
        fields.fault("value", place, "Too short: HS256 needs 32 bytes, HS384 48, HS512 64 (RFC 7518 section 3.2).");
    }
    Some(VerificationKey { kid: kid.map(String::from), key: IssuerKey::Hmac(key?) })
}
