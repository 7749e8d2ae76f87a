//! Access tokens as JWTs (RFC 9068).

use alloc::string::String;

use super::SigningKeys;
use crate::host::{Host, HostFault};
use crate::jose::json::Object;
use crate::jose::{Actor, Confirmation, ObjectWriter, base64url};
use crate::policy::Scope;
use crate::resource::is_reserved;

/// What an access token says.
#[derive(Clone)]
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
    /// `jti`; none in a token that is only described.
    pub jti: Option<&'a str>,
    /// `scope`, if any
    pub scope: &'a Scope,
    /// `act`, if any
    pub act: Option<&'a Actor>,
    /// The key that it is bound to, by its thumbprint: `cnf` (RFC 9449 section 6.1).
    pub jkt: Option<&'a str>,
    /// Claims that are copied from the subject token, none of them reserved.
    pub copied: &'a Object<'static>,
}

/// Those claims of a token of this service, or of its record, that were copied: every other one is reserved.
#[must_use]
pub(super) fn copied_claims(claims: &Object<'_>) -> Object<'static> {
    let mut copied = Object::new();
    for (name, value) in claims.iter().filter(|(name, _)| !is_reserved(name)) {
        copied.set(name, value.clone());
    }
    copied.into_owned()
}

impl AccessToken<'_> {
    /// The claims, in JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut claims = ObjectWriter::behind(String::with_capacity(512));
        claims.text("iss", self.iss);
        claims.text("sub", self.sub);
        write_audience(&mut claims, self.aud);
        claims.text("client_id", self.client_id);
        claims.integer("iat", self.iat);
        claims.integer("exp", self.exp);
        claims.optional("jti", self.jti);
        claims.optional("scope", self.scope.to_text().as_deref());
        if let Some(act) = self.act {
            claims.json("act", &act.to_json());
        }
        if let Some(jkt) = self.jkt {
            claims.json("cnf", &Confirmation::to_json(jkt));
        }
        claims.members(self.copied);
        claims.finish()
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
    base64url::encode_into(token.to_json().as_bytes(), &mut text);
    let signature = keys.sign(host, text.as_bytes()).await?;
    text.push('.');
    base64url::encode_into(&signature, &mut text);
    Ok(text)
}

/// Writes `aud`: a string when one, an array when more (RFC 7519 section 4.1.3).
pub fn write_audience(object: &mut ObjectWriter, aud: &[String]) {
    match aud {
        [one] => object.text("aud", one),
        more => object.texts("aud", more),
    }
}
