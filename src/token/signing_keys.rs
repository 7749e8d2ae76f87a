//! The keys of this service: one or two private JWK Sets (RFC 7517). One key signs, all verify and are published.
//!
//! Two sets, because where secrets cannot be read back a set cannot be extended: a rotation puts a new key into the set
//! that holds no key in use, and `sign_with` says when it begins to sign.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::derived_keys::DerivedKeys;
use crate::host::{Host, HostFault, HostKey};
use crate::jose::json::{self, Object, Value};
use crate::jose::{Algorithm, HmacKey, ObjectWriter, base64url, ed25519, rsa, sha256, thumbprint};
use crate::limits;
use crate::verification::Key;

/// The signing keys. Their `Debug` shows none.
pub struct SigningKeys {
    keys: Vec<SigningKey>,
    signer: SigningKey,
    jwks: String,
}

#[derive(Clone)]
struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    material: Material,
    derived: DerivedKeys,
    /// base64url of the header of an access token
    header: String,
}

#[derive(Clone)]
enum Material {
    Hmac(HmacKey),
    Host { private_id: String, private: String, public_id: String, public: String },
}

/// Why a set of signing keys cannot be used. The sentence says what to do and shows nothing of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFault {
    second: bool,
    sentence: &'static str,
}

impl KeyFault {
    const fn new(sentence: &'static str) -> Self {
        Self { second: false, sentence }
    }

    /// The sentence for the operator.
    #[must_use]
    pub fn to_text(self) -> String {
        let set = if self.second { "signing keys: STS_SIGNING_KEYS_2 (signingKeys2): " } else { "signing keys: " };
        [set, self.sentence].concat()
    }
}

const RSA: &str = "an RSA key has 2048 to 8192 bits, an odd modulus, an odd exponent from 3 on, and is none of the weak ones of \
                   CVE-2017-15361 (ROCA)";
const ALGORITHMS: &str = "use kty oct with alg HS256, EC with crv P-256 and alg ES256, OKP with crv Ed25519 \
                          and alg EdDSA, or RSA with alg RS256 or PS256";

/// The keys of one set.
fn read_set(text: &str) -> Result<Vec<SigningKey>, KeyFault> {
    let set = json::parse_object(text).map_err(|_| KeyFault::new("not a JWK Set in JSON"))?;
    let keys = set.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or(KeyFault::new("a JWK Set has an array \"keys\" (RFC 7517 section 5)"))?;
    let keys = keys.iter().map(|jwk| jwk.as_object().ok_or(KeyFault::new(ALGORITHMS)).and_then(SigningKey::parse));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err(KeyFault::new("the JWK Set is empty; it needs one key"));
    }
    let mut rest = keys.as_slice();
    while let Some((key, after)) = rest.split_first() {
        if after.iter().any(|other| other.kid == key.kid) {
            return Err(KeyFault::new("two keys have the same kid"));
        }
        rest = after;
    }
    Ok(keys)
}

impl SigningKeys {
    /// Reads private JWK Sets from JSON text. `sign_with`: the `kid` of the key that signs, the first of the first set
    /// where none is named.
    ///
    /// # Errors
    /// [`KeyFault`] says what to do, and in which set.
    pub fn parse(first: &str, second: Option<&str>, sign_with: Option<&str>) -> Result<Self, KeyFault> {
        let mut keys = read_set(first)?;
        let in_second = |fault: KeyFault| KeyFault { second: true, ..fault };
        let more = second.map(read_set).transpose().map_err(in_second)?.unwrap_or_default();
        if more.iter().any(|key| keys.iter().any(|other| other.kid == key.kid)) {
            return Err(in_second(KeyFault::new("a key has the kid of a key of the first set; give each kid once")));
        }
        keys.extend(more);
        let signs = |key: &&SigningKey| sign_with.is_none_or(|kid| kid == key.kid);
        let signer = keys.iter().find(signs).cloned().ok_or(KeyFault::new(
            "no key has the kid that STS_SIGN_WITH (signWith) names; the kids are those of STS_SIGNING_KEYS and STS_SIGNING_KEYS_2",
        ))?;
        let mut jwks = String::from(r#"{"keys":["#);
        let public = keys.iter().filter_map(|key| match &key.material {
            Material::Hmac(_) => None,
            Material::Host { public, .. } => Some(public.as_str()),
        });
        jwks.push_str(&public.collect::<Vec<_>>().join(","));
        jwks.push_str("]}");
        Ok(Self { keys, signer, jwks })
    }

    /// The public keys as a JWK Set; symmetric ones are not in it.
    #[must_use]
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// Whether there is a public key to publish.
    #[must_use]
    pub fn has_public_key(&self) -> bool {
        self.keys.iter().any(|key| matches!(key.material, Material::Host { .. }))
    }

    /// The names of the algorithms that tokens may be signed with, each once.
    #[must_use]
    pub fn algorithms(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for key in &self.keys {
            let name = key.algorithm.name();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// base64url of the header of an access token: `typ`, `alg`, `kid` of the key that signs.
    #[must_use]
    pub fn access_token_header(&self) -> &str {
        &self.signer.header
    }

    /// The signature of the key that signs.
    ///
    /// # Errors
    /// [`HostFault`] if the host cannot.
    pub async fn sign<H: Host>(&self, host: &H, data: &[u8]) -> Result<Vec<u8>, HostFault> {
        self.signer.sign(host, data).await
    }

    /// A JWT of this `typ` with these claims, which others can verify: signed with the key that signs if it is a public
    /// one, else with the first public one; `None` if there is none.
    ///
    /// # Errors
    /// [`HostFault`] if the host cannot sign.
    pub async fn sign_for_others<H: Host>(
        &self,
        host: &H,
        typ: &str,
        claims: &str,
    ) -> Result<Option<String>, HostFault> {
        let mut keys = core::iter::once(&self.signer).chain(&self.keys);
        let Some(key) = keys.find(|key| matches!(key.material, Material::Host { .. })) else { return Ok(None) };
        let mut text = header(typ, key.algorithm, &key.kid);
        text.push('.');
        base64url::encode_into(claims.as_bytes(), &mut text);
        let signature = key.sign(host, text.as_bytes()).await?;
        text.push('.');
        base64url::encode_into(&signature, &mut text);
        Ok(Some(text))
    }

    /// The `kid` of a key that the host cannot sign with, or whose private part is not that of its public one: nobody
    /// could verify what it signs.
    pub async fn unusable<H: Host>(&self, host: &H) -> Option<&str> {
        const DATA: &[u8] = b"edge-sts tries its signing keys";
        for key in &self.keys {
            let Material::Host { private_id, private, public_id, public } = &key.material else { continue };
            let holds = match host.sign(key.algorithm, HostKey { id: private_id, jwk: private }, DATA).await {
                Ok(signature) => {
                    host.verify(key.algorithm, HostKey { id: public_id, jwk: public }, DATA, &signature).await
                }
                Err(fault) => Err(fault),
            };
            if holds != Ok(true) {
                return Some(&key.kid);
            }
        }
        None
    }

    /// What is derived from the key that signs.
    pub(super) const fn derived(&self) -> &DerivedKeys {
        &self.signer.derived
    }

    /// What is derived from each key: first from the one that signs.
    pub(super) fn all_derived(&self) -> impl Iterator<Item = &DerivedKeys> {
        core::iter::once(&self.signer).chain(&self.keys).map(|key| &key.derived)
    }

    /// Whether one of the keys made this tag of an opaque token. Compared in constant time.
    #[must_use]
    pub fn made_handle(&self, data: &[u8], tag: &[u8]) -> bool {
        self.keys.iter().any(|key| key.derived.made_handle(data, tag))
    }

    /// The tag of a nonce for DPoP.
    #[must_use]
    pub fn dpop_nonce_tag(&self, data: &[u8]) -> Vec<u8> {
        self.signer.derived.dpop_nonce_tag(data)
    }

    /// Whether the tag that one of the keys makes of a nonce begins so. Compared in constant time.
    #[must_use]
    pub fn made_dpop_nonce(&self, data: &[u8], beginning: &[u8]) -> bool {
        self.keys.iter().any(|key| key.derived.made_dpop_nonce(data, beginning))
    }

    /// The keys to verify with, each with its `kid`.
    pub fn verification_keys(&self) -> impl Iterator<Item = (Option<&str>, Key<'_>)> {
        self.keys.iter().map(|key| {
            let verifier = match &key.material {
                Material::Hmac(hmac) => Key::Hmac(hmac),
                Material::Host { public_id, public, .. } => {
                    Key::Own(key.algorithm, HostKey { id: public_id, jwk: public })
                }
            };
            (Some(key.kid.as_str()), verifier)
        })
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKeys(***)")
    }
}

impl SigningKey {
    async fn sign<H: Host>(&self, host: &H, data: &[u8]) -> Result<Vec<u8>, HostFault> {
        match &self.material {
            Material::Hmac(key) => key.sign(self.algorithm, data).ok_or(HostFault),
            Material::Host { private_id, private, .. } => {
                host.sign(self.algorithm, HostKey { id: private_id, jwk: private }, data).await
            }
        }
    }

    fn parse(jwk: &Object<'_>) -> Result<Self, KeyFault> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if jwk.get("use").is_some_and(|usage| usage.as_str() != Some("sig")) {
            return Err(KeyFault::new("a key's use must be sig or absent"));
        }
        let kty = text("kty").ok_or(KeyFault::new(ALGORITHMS))?;
        let named = jwk.get("alg").map(|alg| alg.as_str().unwrap_or_default());
        let (algorithm, public, private): (_, &[&'static str], &[&str]) = match (kty, text("crv"), named) {
            ("oct", None, Some("HS256") | None) => (Algorithm::Hs256, &["k"], &["k"]),
            ("EC", Some("P-256"), Some("ES256") | None) => (Algorithm::Es256, &["crv", "x", "y"], &["d"]),
            ("OKP", Some("Ed25519"), Some("EdDSA") | None) => (Algorithm::EdDsa, &["crv", "x"], &["d"]),
            ("RSA", None, Some("RS256") | None) => (Algorithm::Rs256, &["e", "n"], &["d", "p", "q", "dp", "dq", "qi"]),
            ("RSA", None, Some("PS256")) => (Algorithm::Ps256, &["e", "n"], &["d", "p", "q", "dp", "dq", "qi"]),
            _ => return Err(KeyFault::new(ALGORITHMS)),
        };
        let is_value = |name: &&str| match *name {
            "crv" => true,
            name => text(name).is_some_and(|value| base64url::decode(value).is_some_and(|bytes| !bytes.is_empty())),
        };
        if !public.iter().chain(private).all(is_value) {
            return Err(KeyFault::new("a private key lacks a member that its kty needs, in base64url"));
        }
        let bytes = |name: &str| text(name).and_then(base64url::decode).unwrap_or_default();
        let coordinates = matches!(kty, "EC" | "OKP");
        if coordinates && ["x", "y", "d"].iter().any(|name| text(name).is_some() && bytes(name).len() != 32) {
            return Err(KeyFault::new("x, y and d of P-256 and Ed25519 have 32 bytes each"));
        }
        if kty == "OKP" && ed25519::check(&bytes("x")).is_err() {
            return Err(KeyFault::new("x of Ed25519 must not be a point of small order, and be in canonical form"));
        }
        if kty == "RSA" && rsa::check(&bytes("n"), &bytes("e")).is_err() {
            return Err(KeyFault::new(RSA));
        }
        let kid = match jwk.get("kid") {
            None => {
                let members: Vec<(&str, &str)> =
                    public.iter().map(|name| (*name, text(name).unwrap_or_default())).collect();
                thumbprint(kty, &members)
            }
            Some(Value::String(kid)) if !kid.is_empty() && kid.len() <= limits::KID => String::from(kid.as_ref()),
            Some(_) => return Err(KeyFault::new("a kid is a string of at most 256 bytes")),
        };
        let material = if algorithm == Algorithm::Hs256 {
            let key = HmacKey::new(&bytes("k"), Some(algorithm));
            Material::Hmac(key.ok_or(KeyFault::new("an oct key needs at least 32 bytes"))?)
        } else {
            let part = |private: &[&str]| {
                let mut part = ObjectWriter::new();
                part.text("kty", kty);
                for name in public.iter().chain(private) {
                    part.text(name, text(name).unwrap_or_default());
                }
                part.text("kid", &kid);
                part.text("use", "sig");
                part.text("alg", algorithm.name());
                part.finish()
            };
            let (private, public) = (part(private), part(&[]));
            // The kid alone does not do as a name: it can stay while the key changes.
            let id = |usage: &str, jwk: &str| {
                let mut id = String::from(usage);
                base64url::encode_into(&sha256(jwk.as_bytes()), &mut id);
                id
            };
            Material::Host { private_id: id("sign:", &private), public_id: id("verify:", &public), private, public }
        };
        let derived = DerivedKeys::of(&bytes(if algorithm == Algorithm::Hs256 { "k" } else { "d" }));
        let derived = derived.ok_or(KeyFault::new(ALGORITHMS))?;
        let header = header("at+jwt", algorithm, &kid);
        Ok(Self { kid, algorithm, material, derived, header })
    }
}

/// base64url of the header of a token of this `typ`.
fn header(typ: &str, algorithm: Algorithm, kid: &str) -> String {
    let mut header = ObjectWriter::new();
    header.text("typ", typ);
    header.text("alg", algorithm.name());
    header.text("kid", kid);
    base64url::encode(header.finish().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_sets_are_refused_and_shown_nowhere() {
        let oct = |k: &str| alloc::format!(r#"{{"kty":"oct","k":"{k}","alg":"HS256","kid":"a"}}"#);
        let good = oct("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE");
        let set = |keys: &str| alloc::format!(r#"{{"keys":[{keys}]}}"#);
        let keys = SigningKeys::parse(&set(&good), None, None).unwrap();
        assert_eq!(keys.jwks(), r#"{"keys":[]}"#);
        assert_eq!(alloc::format!("{keys:?}"), "SigningKeys(***)");
        for bad in [
            String::from("{}"),
            String::from("[]"),
            set(""),
            set(&alloc::format!("{good},{good}")),
            set(&oct("dGVzdA")),
            set(r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#),
            set(r#"{"kty":"EC","crv":"P-384","x":"AA","y":"AA","d":"AA"}"#),
            set(r#"{"kty":"oct","k":"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE","use":"enc"}"#),
        ] {
            let fault = SigningKeys::parse(&bad, None, None).err().unwrap().to_text();
            assert!(fault.starts_with("signing keys: ") && !fault.contains("STS_SIGNING_KEYS_2"), "{fault}");
            let other = set(&good.replace(r#""kid":"a""#, r#""kid":"b""#));
            let fault = SigningKeys::parse(&other, Some(&bad), None).err().unwrap().to_text();
            assert!(fault.starts_with("signing keys: STS_SIGNING_KEYS_2 "), "{fault}");
        }
    }

    #[test]
    fn of_two_sets_the_named_key_signs() {
        let set = |kids: &[&str]| {
            let key = |kid: &&str| {
                alloc::format!(
                    r#"{{"kty":"oct","k":"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE","alg":"HS256","kid":"{kid}"}}"#
                )
            };
            alloc::format!(r#"{{"keys":[{}]}}"#, kids.iter().map(key).collect::<Vec<_>>().join(","))
        };
        let signer = |second: Option<&str>, sign_with: Option<&str>| {
            SigningKeys::parse(&set(&["a", "b"]), second, sign_with).map(|keys| keys.signer.kid)
        };
        let second = set(&["c", "d"]);
        for (sign_with, expected) in
            [(None, "a"), (Some("a"), "a"), (Some("b"), "b"), (Some("c"), "c"), (Some("d"), "d")]
        {
            assert_eq!(signer(Some(&second), sign_with).as_deref(), Ok(expected));
        }
        assert_eq!(signer(None, Some("b")).as_deref(), Ok("b"));
        for (second, sign_with, says) in [
            (None, Some("c"), "no key has the kid"),
            (None, Some(""), "no key has the kid"),
            (Some(second.as_str()), Some("planted"), "no key has the kid"),
            (Some(set(&["c", "a"]).as_str()), None, "STS_SIGNING_KEYS_2 (signingKeys2): a key has the kid of a key"),
            (Some(set(&["c", "c"]).as_str()), None, "STS_SIGNING_KEYS_2 (signingKeys2): two keys have the same kid"),
            (Some(set(&[]).as_str()), None, "STS_SIGNING_KEYS_2 (signingKeys2): the JWK Set is empty"),
            (Some(""), None, "STS_SIGNING_KEYS_2 (signingKeys2): not a JWK Set"),
        ] {
            let fault = signer(second, sign_with).err().unwrap().to_text();
            assert!(fault.contains(says) && !fault.contains("planted"), "{fault}");
        }
    }
}
