//! Access tokens as JWTs (RFC 9068).

use alloc::string::String;
use alloc::vec::Vec;

use super::SigningKeys;
use crate::host::{Host, HostFault};
use crate::jose::json::{Object, Value};
use crate::jose::{Actor, base64url};
use crate::policy::Scope;

/// What an access token says.
#[derive(Clone, Debug)]
pub struct AccessToken<'a> {
    /// `iss`
    pub iss: &'a str,
    /// `sub`
    pub sub: &'a str,
    /// `aud`: a string when one, an array when more.
    pub aud: &'a [String],
    /// `client_id`
    pub client_id: &'a str,
    /// `iat`, seconds
    pub iat: u64,
    /// `exp`, seconds
    pub exp: u64,
    /// `jti`
    pub jti: &'a str,
    /// `scope`, if any
    pub scope: &'a Scope,
    /// `act`, if any
    pub act: Option<&'a Actor>,
}

impl AccessToken<'_> {
    /// The claims.
    #[must_use]
    pub fn to_claims(&self) -> Object<'_> {
        let mut claims = Object::new();
        claims.set("iss", self.iss);
        claims.set("sub", self.sub);
        claims.set("aud", audience(self.aud));
        claims.set("client_id", self.client_id);
        claims.set("iat", self.iat);
        claims.set("exp", self.exp);
        claims.set("jti", self.jti);
        if let Some(scope) = self.scope.to_text() {
            claims.set("scope", scope);
        }
        if let Some(act) = self.act {
            claims.set("act", act.to_claim());
        }
        claims
    }
}

/// The token, signed with the first key.
///
/// # Errors
/// [`HostFault`] if the host cannot sign.
pub async fn jwt<H: Host>(host: &H, keys: &SigningKeys, token: &AccessToken<'_>) -> Result<String, HostFault> {
    let mut text = String::with_capacity(1024);
    text.push_str(keys.access_token_header());
    text.push('.');
    base64url::encode_into(token.to_claims().to_json().as_bytes(), &mut text);
    let signature = keys.sign(host, text.as_bytes()).await?;
    text.push('.');
    base64url::encode_into(&signature, &mut text);
    Ok(text)
}

/// One audience is a string, more are an array (RFC 7519 section 4.1.3).
#[must_use]
pub fn audience(aud: &[String]) -> Value<'_> {
    match aud {
        [one] => Value::from(one.as_str()),
        more => Value::Array(more.iter().map(|aud| Value::from(aud.as_str())).collect::<Vec<_>>()),
    }
}
