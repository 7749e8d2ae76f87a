//! Token type identifiers (RFC 8693 section 3).

/// An access token of this service, or an opaque one of a trusted issuer.
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// A refresh token.
pub const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";
/// An ID token of OpenID Connect.
pub const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
/// A JWT, whatever it is for.
pub const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
/// An identity assertion (draft-ietf-oauth-identity-assertion-authz-grant).
pub const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
