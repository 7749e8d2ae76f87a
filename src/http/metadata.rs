//! Authorization server metadata (RFC 8414), from the configuration alone: never from the Host header.

use alloc::string::String;
use alloc::vec::Vec;

use super::Response;
use crate::grants::{REFRESH_TOKEN, TOKEN_EXCHANGE};
use crate::jose::json::{Object, Value};
use crate::sts::Sts;

const AUTH_METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

pub(super) fn metadata(sts: &Sts) -> Response {
    let url = |path: &str| {
        let mut url = sts.issuer.clone();
        url.push_str(path);
        Value::from(url)
    };
    let mut document = Object::new();
    document.set("issuer", sts.issuer.as_str());
    document.set("token_endpoint", sts.token_endpoint.as_str());
    document.set("introspection_endpoint", url("/auth/introspect"));
    document.set("revocation_endpoint", url("/auth/revoke"));
    document.set("userinfo_endpoint", url("/auth/userinfo"));
    document.set("jwks_uri", url("/.well-known/jwks.json"));
    document.set("response_types_supported", list(&[]));
    document.set("grant_types_supported", list(&[TOKEN_EXCHANGE, REFRESH_TOKEN]));
    document.set("token_endpoint_auth_methods_supported", list(&AUTH_METHODS));
    document.set("introspection_endpoint_auth_methods_supported", list(&AUTH_METHODS));
    document.set("revocation_endpoint_auth_methods_supported", list(&AUTH_METHODS));
    let body: String = document.to_json();
    Response::json(200, body).with("cache-control", "public, max-age=300")
}

fn list(texts: &[&'static str]) -> Value<'static> {
    Value::Array(texts.iter().map(|text| Value::from(*text)).collect::<Vec<_>>())
}
