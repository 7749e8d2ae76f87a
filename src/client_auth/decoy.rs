//! The work of a signature where there is no key to verify it with: for a client that does not exist, or has no such key.
//! So the time of a refusal does not tell which clients exist, nor what their keys are.

use crate::host::{Host, HostKey};
use crate::jose::{Algorithm, Unverified};
use crate::verification::{Key, verify_signature};

/// Verifies the signature with a key that is nobody's: its private part was thrown away when it was made. Whatever comes
/// of it is not looked at.
pub(super) async fn verify_in_vain<H: Host>(host: &H, token: &Unverified<'_>) {
    let algorithm = token.jws.header.alg;
    let key = jwk(algorithm).map(|jwk| (None, Key::Own(algorithm, HostKey { id: "decoy", jwk })));
    let _ = verify_signature(host, &token.jws, key.into_iter()).await;
}

/// No client has a key for HMAC, so that such an assertion costs nothing anyway.
const fn jwk(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => None,
        Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => Some(RSA),
        Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 => Some(RSA),
        Algorithm::Es256 => Some(P256),
        Algorithm::Es384 => Some(P384),
        Algorithm::Es512 => Some(P521),
        Algorithm::EdDsa | Algorithm::Ed25519 => Some(ED25519),
    }
}

const RSA: &str = r#"{"kty":"RSA","e":"AQAB","n":"tUQJz5ehRlD4Pp7pXMQKAEmZqfwYgU0KL5m08GWHxBIscBY4pFnTENnoY4yKJhaJeuZXPnnfo0huG_bwTkmr26yBqMiTcPRGdX3CrP7wcEW8EmdOTpGpK7xv6Ru0KI2gmRDlnnAMu3MbjE4CX0UamtvwDOYc21tQ7OZKWiwWHH_YWQ7GTdxzPyS2LXTAcOg_C1hEAMGsfTSaHTgk1NvHiigrydIS9iv18bmQFTxBUeA68ArfC1HrDIN5fu-BELAc2nBJ8yvGOqrSYBdHHgvLjOBJs1qsDHFQb3s1GmIKW5YokZC4uNBudCqA-DBoiyfEtx0OHJL7rMdwXZnqzw3Utw"}"#;
const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"q_e6935bhI4f4QgzYkmsUa2m172FsiG0yRgsdsDvI5A","y":"3ZMNRyJ5wMf8rb-jU12G0Cy4FnLmJ-LVv3fIkZFhx9U"}"#;
const P384: &str = r#"{"kty":"EC","crv":"P-384","x":"IPQnEcg2_UnqLoWCnLzo84FgdmWHLaKzS07kCAt20kFjvBpl7c-hz6GciarCBOPr","y":"SlAXhi9-iUwhiyDUtsOlO8fRF0vPEtZNHUqoFvFNljGZ9zeNND1wiulmeql_5mpS"}"#;
const P521: &str = r#"{"kty":"EC","crv":"P-521","x":"ASTpnVABJ8KpZ0ks83Espy6wSc9dIzE9eFAW_cIo4sW15TRyHlyuLgRO2-rbqxmpn6PPvnO3bg4M4VTwM1LwOLMW","y":"AM-9hFgSyNO-Ju1DzJzz5hVR2Unob0EyrHwjQb9LGo1njKOPYWGDmwbY4Cz2ITRk7P4K4ljTIrFnGb-GFZJssOFu"}"#;
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"9tejojLdJuPfhY9c1tUT2iN8xn5d8JyX2QnXJcgGZm4"}"#;
