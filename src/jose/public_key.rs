//! Public keys to verify with (RFC 7517, RFC 7518 section 6, RFC 8037), checked before they are ever used.
//!
//! The host computes with them. What a host does not look at is looked at here: what the key is for, which algorithms it
//! serves, that it is not a private one, that it is not known to be weak. Whether a point is on its curve only the
//! host can tell.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::json::{Object, Value};
use super::{Algorithm, Family, ObjectWriter, base64url, ed25519, pem, rsa, thumbprint};
use crate::limits;

/// A public key of an issuer or a client.
#[derive(Clone)]
pub struct PublicKey {
    /// `kid`, if it has one.
    pub kid: Option<String>,
    /// The usual one of its kind, where it names none.
    algorithm: Algorithm,
    is_named: bool,
    thumbprint: String,
    jwk: String,
}

/// Why a key is not used: the member at fault, and a sentence that shows nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKeyFault {
    /// The name of the member.
    pub member: &'static str,
    /// A sentence that says what it must be.
    pub sentence: &'static str,
}

const fn fault(member: &'static str, sentence: &'static str) -> PublicKeyFault {
    PublicKeyFault { member, sentence }
}

/// Members that only a private or a symmetric key has (RFC 7518 sections 6.2.2, 6.3.2, 6.4).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl PublicKey {
    /// The algorithms that keys without `alg` may serve, unless the issuer's introspector names others: the usual one of
    /// each kind.
    pub const USUAL: &[Algorithm] =
        &[Algorithm::Rs256, Algorithm::Es256, Algorithm::Es384, Algorithm::Es512, Algorithm::EdDsa];

    /// Reads a JWK. `alg`: what stands beside it in the configuration; the key's own must not differ.
    ///
    /// # Errors
    /// [`PublicKeyFault`]
    ///
    /// ```
    /// use edge_sts::jose::{Algorithm, PublicKey, json};
    /// // RFC 8037 appendix A.2
    /// let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    /// let jwk = json::parse_object(jwk).unwrap_or_default();
    /// assert!(PublicKey::from_jwk(&jwk, None).is_ok_and(|key| key.serves(Algorithm::EdDsa, PublicKey::USUAL)));
    /// assert!(PublicKey::from_jwk(&jwk, Some(Algorithm::Rs256)).is_err());
    /// ```
    pub fn from_jwk(jwk: &Object<'_>, alg: Option<Algorithm>) -> Result<Self, PublicKeyFault> {
        if let Some(member) = PRIVATE.iter().find(|name| jwk.get(name).is_some()) {
            return Err(fault(member, "It is part of a private key or a secret: give only the public key."));
        }
        // SPIFFE's bundles say `jwt-svid` of the keys that sign its JWTs (SPIFFE Trust Domain and Bundle, section 4.2.2).
        if jwk.get("use").is_some_and(|usage| !matches!(usage.as_str(), Some("sig" | "jwt-svid"))) {
            return Err(fault("use", "A key that is not for signatures is not used."));
        }
        let verifies = |operations: &Value<'_>| {
            operations.as_array().is_some_and(|all| all.iter().any(|one| one.as_str() == Some("verify")))
        };
        if !jwk.get("key_ops").is_none_or(verifies) {
            return Err(fault("key_ops", "A key whose key_ops lack verify is not used."));
        }
        let kid = match jwk.get("kid") {
            None => None,
            Some(Value::String(kid)) if !kid.is_empty() && kid.len() <= limits::KID => Some(String::from(kid.as_ref())),
            Some(_) => return Err(fault("kid", "It must be a string of at most 256 bytes.")),
        };
        let (usual, members) = kind(jwk)?;
        let named = match jwk.get("alg") {
            None => None,
            Some(name) => Some(name.as_str().and_then(Algorithm::from_name).ok_or(ALG)?),
        };
        if alg.zip(named).is_some_and(|(alg, named)| !alg.is_same(named)) {
            return Err(ALG);
        }
        let named = named.or(alg);
        let algorithm = named.unwrap_or(usual);
        // RSA serves six; the others one for each curve.
        let fits = match usual.family() {
            Family::Rsa => algorithm.family() == Family::Rsa,
            _ => algorithm.is_same(usual),
        };
        if !fits {
            return Err(ALG);
        }
        let text = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
        // Some libraries put a zero before the numbers of RSA; one key has one thumbprint.
        let texts: Vec<(&str, String)> = members
            .iter()
            .map(|name| match usual.family() {
                Family::Rsa => (*name, without_zeros(text(name))),
                _ => (*name, String::from(text(name))),
            })
            .collect();
        let values: Vec<(&str, &str)> = texts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let kty = text("kty");
        let mut public = ObjectWriter::new();
        public.text("kty", kty);
        for (name, value) in &values {
            public.text(name, value);
        }
        let (is_named, thumbprint) = (named.is_some(), thumbprint(kty, &values));
        Ok(Self { kid, algorithm, is_named, thumbprint, jwk: public.finish() })
    }

    /// Reads PEM text: a SubjectPublicKeyInfo (`PUBLIC KEY`, RFC 7468 section 13) or an `RSA PUBLIC KEY`.
    ///
    /// # Errors
    /// [`PublicKeyFault`] of the member `pub`, or of `alg`.
    pub fn from_pem(text: &str, alg: Algorithm, kid: Option<&str>) -> Result<Self, PublicKeyFault> {
        let jwk = pem::public_key(text).map_err(|sentence| fault("pub", sentence))?;
        let mut key = Self::from_jwk(&jwk, Some(alg)).map_err(|found| match found.member {
            "alg" => found,
            _ => fault("pub", found.sentence),
        })?;
        key.kid = kid.map(String::from);
        Ok(key)
    }

    /// Whether it verifies signatures of this algorithm: the one that it names, or those of its kind among `allowed`.
    #[must_use]
    pub fn serves(&self, algorithm: Algorithm, allowed: &[Algorithm]) -> bool {
        let usual = self.algorithm.is_same(algorithm);
        if self.is_named {
            return usual;
        }
        let of_its_kind = usual || (self.algorithm.family() == Family::Rsa && algorithm.family() == Family::Rsa);
        of_its_kind && allowed.iter().any(|allowed| allowed.is_same(algorithm))
    }

    /// Whether `kty` and `alg` do not tell it from another key that the same `kid` names: one algorithm could mean both. A
    /// key that is there twice is one key.
    #[must_use]
    pub fn is_mistaken_for(&self, other: &Self) -> bool {
        let both_rsa = self.algorithm.family() == Family::Rsa && other.algorithm.family() == Family::Rsa;
        let any_of_rsa = both_rsa && !(self.is_named && other.is_named);
        self.thumbprint != other.thumbprint && (any_of_rsa || self.algorithm.is_same(other.algorithm))
    }

    /// Its algorithm: the one that it names, or the usual one of its kind.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its thumbprint (RFC 7638): the same for the same key only.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// The JWK as JSON text: `kty` and the public members, nothing else.
    #[must_use]
    pub fn jwk(&self) -> &str {
        &self.jwk
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.algorithm.name())
    }
}

const ALG: PublicKeyFault = fault("alg", "It does not fit this kind of key, or differs from the alg beside it.");

/// A number in base64url, without the zeros before it (RFC 7518 section 6.3.1.1).
fn without_zeros(number: &str) -> String {
    let bytes = base64url::decode(number).unwrap_or_default();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    base64url::encode(bytes.get(zeros..).unwrap_or_default())
}

/// The algorithm that a key of this kind usually serves, and its members in the order of their names.
fn kind(jwk: &Object<'_>) -> Result<(Algorithm, &'static [&'static str]), PublicKeyFault> {
    let text = |name| jwk.get(name).and_then(Value::as_str);
    let bytes = |name: &'static str| {
        let bytes = text(name).and_then(base64url::decode).filter(|bytes| bytes.iter().any(|byte| *byte != 0));
        bytes.ok_or(fault(name, "It must be a number in base64url without padding, and not zero."))
    };
    match text("kty") {
        Some("RSA") => {
            let (n, e) = (bytes("n")?, bytes("e")?);
            rsa::check(&n, &e).map_err(|(member, sentence)| fault(member, sentence))?;
            Ok((Algorithm::Rs256, &["e", "n"]))
        }
        Some("EC") => {
            let (usual, length) = match text("crv") {
                Some("P-256") => (Algorithm::Es256, 32),
                Some("P-384") => (Algorithm::Es384, 48),
                Some("P-521") => (Algorithm::Es512, 66),
                _ => return Err(fault("crv", "It must be P-256, P-384 or P-521.")),
            };
            for name in ["x", "y"] {
                if bytes(name)?.len() != length {
                    return Err(fault(
                        name,
                        "It does not have the length that its curve requires (RFC 7518 section 6.2.1).",
                    ));
                }
            }
            Ok((usual, &["crv", "x", "y"]))
        }
        Some("OKP") => {
            if text("crv") != Some("Ed25519") {
                return Err(fault("crv", "It must be Ed25519."));
            }
            ed25519::check(&bytes("x")?).map_err(|sentence| fault("x", sentence))?;
            Ok((Algorithm::EdDsa, &["crv", "x"]))
        }
        _ => Err(fault("kty", "It must be RSA, EC or OKP.")),
    }
}
