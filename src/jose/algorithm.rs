//! The table of algorithms. What is not in it does not exist: above all, `none`.

use alloc::vec::Vec;

/// A JWS algorithm (RFC 7518 section 3, RFC 8037, RFC 9864).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// HMAC with SHA-256
    Hs256,
    /// HMAC with SHA-384
    Hs384,
    /// HMAC with SHA-512
    Hs512,
    /// RSASSA-PKCS1-v1_5 with SHA-256
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512
    Rs512,
    /// RSASSA-PSS with SHA-256
    Ps256,
    /// RSASSA-PSS with SHA-384
    Ps384,
    /// RSASSA-PSS with SHA-512
    Ps512,
    /// ECDSA with P-256 and SHA-256
    Es256,
    /// ECDSA with P-384 and SHA-384
    Es384,
    /// ECDSA with P-521 and SHA-512
    Es512,
    /// Ed25519 under its older, polymorphic name
    EdDsa,
    /// Ed25519 under its fully specified name
    Ed25519,
}

/// What kind of key an algorithm takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `kty` `oct`
    Hmac,
    /// `kty` `RSA`
    Rsa,
    /// `kty` `EC`
    Ec,
    /// `kty` `OKP`
    Okp,
}

const TABLE: [(Algorithm, &str, Family); 14] = [
    (Algorithm::Hs256, "HS256", Family::Hmac),
    (Algorithm::Hs384, "HS384", Family::Hmac),
    (Algorithm::Hs512, "HS512", Family::Hmac),
    (Algorithm::Rs256, "RS256", Family::Rsa),
    (Algorithm::Rs384, "RS384", Family::Rsa),
    (Algorithm::Rs512, "RS512", Family::Rsa),
    (Algorithm::Ps256, "PS256", Family::Rsa),
    (Algorithm::Ps384, "PS384", Family::Rsa),
    (Algorithm::Ps512, "PS512", Family::Rsa),
    (Algorithm::Es256, "ES256", Family::Ec),
    (Algorithm::Es384, "ES384", Family::Ec),
    (Algorithm::Es512, "ES512", Family::Ec),
    (Algorithm::EdDsa, "EdDSA", Family::Okp),
    (Algorithm::Ed25519, "Ed25519", Family::Okp),
];

impl Algorithm {
    /// The algorithm of this exact name.
    ///
    /// ```
    /// use edge_sts::jose::Algorithm;
    /// assert_eq!(Algorithm::from_name("HS256"), Some(Algorithm::Hs256));
    /// assert_eq!(Algorithm::from_name("none"), None);
    /// assert_eq!(Algorithm::from_name("hs256"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Its name in `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The algorithms that verify with a public key.
    pub const OF_PUBLIC_KEYS: [Self; 11] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
        Self::Ed25519,
    ];

    /// Their names.
    #[must_use]
    pub fn of_public_keys() -> Vec<&'static str> {
        Self::OF_PUBLIC_KEYS.into_iter().map(Self::name).collect()
    }

    /// Whether both are the same computation: EdDSA with Ed25519 has two names (RFC 9864).
    #[must_use]
    pub const fn is_same(self, other: Self) -> bool {
        matches!((self, other), (Self::EdDsa | Self::Ed25519, Self::EdDsa | Self::Ed25519)) || self as u8 == other as u8
    }

    /// Bytes of a signature, where the algorithm alone says it (RFC 7518 section 3.4, RFC 8032 section 5.1.6).
    #[must_use]
    pub const fn signature_length(self) -> Option<usize> {
        match self {
            Self::Es256 | Self::EdDsa | Self::Ed25519 => Some(64),
            Self::Es384 => Some(96),
            Self::Es512 => Some(132),
            _ => None,
        }
    }

    /// The kind of key that it takes.
    #[must_use]
    pub fn family(self) -> Family {
        TABLE.iter().find(|row| row.0 == self).map_or(Family::Hmac, |row| row.2)
    }
}
