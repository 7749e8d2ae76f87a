//! Authorization server metadata (RFC 8414), from the configuration alone: never from the Host header.

use super::Response;
use crate::grants::{REFRESH_TOKEN, TOKEN_EXCHANGE};
use crate::jose::ObjectWriter;
use crate::sts::{Sts, TOKEN_PATH};

pub(super) fn metadata(sts: &Sts) -> Response {
    let mut document = ObjectWriter::new();
    document.text("issuer", &sts.issuer);
    let endpoints = [
        ("token_endpoint", TOKEN_PATH),
        ("introspection_endpoint", "/auth/introspect"),
        ("revocation_endpoint", "/auth/revoke"),
        ("userinfo_endpoint", "/auth/userinfo"),
        ("jwks_uri", "/.well-known/jwks.json"),
    ];
    for (name, path) in endpoints {
        document.text(name, &[&sts.issuer, path].concat());
    }
    document.texts::<&str>("response_types_supported", &[]);
    document.texts("grant_types_supported", &[TOKEN_EXCHANGE, REFRESH_TOKEN]);
    for name in [
        "token_endpoint_auth_methods_supported",
        "introspection_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_methods_supported",
    ] {
        document.texts(name, &["client_secret_basic", "client_secret_post"]);
    }
    Response::json(200, document.finish()).with("cache-control", "public, max-age=300")
}
