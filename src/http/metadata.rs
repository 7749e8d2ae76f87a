//! Authorization server metadata (RFC 8414, OpenID Connect Discovery 1.0), from the configuration alone: never from the
//! Host header.

use alloc::vec::Vec;

use super::Response;
use crate::grants::{JWT_BEARER, REFRESH_TOKEN, TOKEN_EXCHANGE};
use crate::jose::{Algorithm, ObjectWriter};
use crate::sts::{AUTHORIZATION_PATH, INTROSPECTION_PATH, REVOCATION_PATH, Sts, TOKEN_PATH, USERINFO_PATH};
use crate::token::token_type;

/// How clients may authenticate.
const AUTHENTICATION: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", NONE];

/// As public clients do, at the token endpoint alone.
const NONE: &str = "none";

// Of its own: a runtime would compile it before the first exchange.
#[inline(never)]
pub(super) fn metadata(sts: &Sts) -> Response {
    let mut document = ObjectWriter::new();
    document.text("issuer", &sts.issuer);
    let endpoints = [
        ("authorization_endpoint", AUTHORIZATION_PATH),
        ("token_endpoint", TOKEN_PATH),
        ("introspection_endpoint", INTROSPECTION_PATH),
        ("revocation_endpoint", REVOCATION_PATH),
        ("userinfo_endpoint", USERINFO_PATH),
    ];
    for (name, path) in endpoints {
        document.text(name, &[&sts.issuer, path].concat());
    }
    // Tokens under a shared key can be checked at the introspection endpoint alone.
    if sts.keys.has_public_key() {
        document.text("jwks_uri", &[&sts.issuer, "/.well-known/jwks.json"].concat());
    }
    document.texts("subject_types_supported", &["public"]);
    document.texts::<&str>("response_types_supported", &[]);
    document.texts("id_token_signing_alg_values_supported", &id_token_algorithms(sts));
    document.texts("grant_types_supported", &[TOKEN_EXCHANGE, REFRESH_TOKEN, JWT_BEARER]);
    // draft-ietf-oauth-identity-assertion-authz-grant section 7.2
    if sts.keys.has_public_key() {
        document.texts("identity_chaining_requested_token_types_supported", &[token_type::ID_JAG]);
    }
    document.texts("authorization_grant_profiles_supported", &["urn:ietf:params:oauth:grant-profile:id-jag"]);
    // RFC 9449 section 5.1
    document.texts("dpop_signing_alg_values_supported", &Algorithm::of_public_keys());
    for endpoint in ["token", "introspection", "revocation"] {
        let methods = [endpoint, "_endpoint_auth_methods_supported"].concat();
        let all = AUTHENTICATION.iter().filter(|method| endpoint == "token" || **method != NONE);
        document.texts(&methods, &all.collect::<Vec<_>>());
        let algorithms = [endpoint, "_endpoint_auth_signing_alg_values_supported"].concat();
        document.texts(&algorithms, &Algorithm::of_public_keys());
    }
    Response::json(200, document.finish())
}

/// OpenID Connect Discovery 1.0 section 3 demands this list, with RS256 in it. Here are no ID tokens; but some resource
/// servers read it as the algorithms of access tokens, so that those are in it too.
fn id_token_algorithms(sts: &Sts) -> Vec<&'static str> {
    let mut names = sts.keys.algorithms();
    if !names.contains(&Algorithm::Rs256.name()) {
        names.push(Algorithm::Rs256.name());
    }
    names
}
