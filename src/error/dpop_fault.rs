//! Why the proof of a key is not accepted (RFC 9449).

use super::WireError;

/// What is wrong with the proof of a key (RFC 9449).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DpopFault {
    /// Not one compact JWS with a JSON object in it, longer than [`crate::limits::DPOP_PROOF`], or more than one of them.
    Malformed,
    /// `typ` is not `dpop+jwt`.
    Typ,
    /// `alg` is unknown, `none`, a MAC, or not one of the key.
    Alg,
    /// `jwk` is missing, private, weak, or no public key that can be used.
    Jwk,
    /// The key did not make the signature.
    Signature,
    /// `htm` is another method.
    Htm,
    /// `htu` is another URL.
    Htu,
    /// `iat` is too long ago or lies ahead.
    Iat,
    /// This claim is missing, or is not what it must be.
    ClaimMissing(&'static str),
    /// `ath` is missing, or that of another access token.
    Ath,
    /// It was made with another key than the one that the access token is bound to.
    Key,
    /// It was used before.
    Replayed,
    /// `nonce` is missing, is not one of this service, or too old.
    Nonce,
    /// There is none, and there must be one.
    Missing,
    /// There is one, and the client must not send any.
    NotAllowed,
}

impl DpopFault {
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "dpop.malformed",
            Self::Typ => "dpop.typ",
            Self::Alg => "dpop.alg",
            Self::Jwk => "dpop.jwk",
            Self::Signature => "dpop.signature",
            Self::Htm => "dpop.htm",
            Self::Htu => "dpop.htu",
            Self::Iat => "dpop.iat",
            Self::ClaimMissing(_) => "dpop.claim_missing",
            Self::Ath => "dpop.ath",
            Self::Key => "dpop.key",
            Self::Replayed => "dpop.replayed",
            Self::Nonce => "dpop.nonce",
            Self::Missing => "dpop.missing",
            Self::NotAllowed => "dpop.not_allowed",
        }
    }

    /// `status`: of a proof that is at fault; 400 at the token endpoint, 401 where it comes with an access token.
    pub(super) fn wire(self, status: u16) -> WireError {
        let (error, description) = match self {
            Self::Malformed => {
                (PROOF, "Send the DPoP header once, with one signed JWT of at most 4 KiB in compact form.")
            }
            Self::Typ => (PROOF, "The typ of the DPoP proof must be dpop+jwt."),
            Self::Alg => {
                (PROOF, "The alg of the DPoP proof must be one of dpop_signing_alg_values_supported, and fit its key.")
            }
            Self::Jwk => (PROOF, "The jwk of the DPoP proof must be a public key of a supported kind and size."),
            Self::Signature => (PROOF, "The signature of the DPoP proof does not match its jwk."),
            Self::Htm => (PROOF, "The htm of the DPoP proof must be the method of this request."),
            Self::Htu => {
                (PROOF, "The htu of the DPoP proof must be the URL of this endpoint, as the metadata gives it.")
            }
            Self::Iat => (PROOF, "The DPoP proof was made too long ago, or its iat is in the future."),
            Self::ClaimMissing(_) => (PROOF, "The DPoP proof must have jti (at most 256 bytes), htm, htu and iat."),
            Self::Ath => (PROOF, "The DPoP proof must have the ath of this access token."),
            Self::Key => (PROOF, "The DPoP proof must be made with the key that the access token is bound to."),
            Self::Replayed => (PROOF, "The DPoP proof was used before; make one for each request."),
            Self::Nonce => {
                ("use_dpop_nonce", "The DPoP proof needs the nonce of the DPoP-Nonce header of this answer.")
            }
            Self::Missing => (PROOF, "A DPoP proof is required."),
            Self::NotAllowed => {
                ("invalid_request", "This client must not send a DPoP proof; leave the DPoP header out.")
            }
        };
        WireError::new(status, error, description)
    }
}

const PROOF: &str = "invalid_dpop_proof";
