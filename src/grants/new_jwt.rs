//! A JWT access token about to be signed, at an exchange or at a refresh.

use alloc::string::String;

use crate::audit::Event;
use crate::call::Call;
use crate::host::{Host, HostFault};
use crate::jose::Actor;
use crate::jose::json::Object;
use crate::policy::{Provenance, Scope};
use crate::token::{AccessToken, Jti, OfGrant, jwt};

pub(super) struct NewJwt<'a> {
    /// The id of the grant, or of the token if there is no refresh token.
    pub(super) grant: &'a str,
    /// What tells it from other tokens of its grant.
    pub(super) of_grant: Option<OfGrant>,
    /// Whether `sub` is the id of a User.
    pub(super) user: bool,
    pub(super) provenance: &'a Provenance,
    pub(super) client_id: &'a str,
    pub(super) sub: &'a str,
    pub(super) aud: &'a [String],
    pub(super) scope: &'a Scope,
    pub(super) act: Option<&'a Actor>,
    pub(super) jkt: Option<&'a str>,
    pub(super) copied: &'a Object<'static>,
    pub(super) exp: u64,
}

impl NewJwt<'_> {
    /// The token.
    ///
    /// # Errors
    /// [`HostFault`] if the host cannot sign.
    pub(super) async fn sign<H: Host>(self, call: Call<'_, H>, event: &mut Event) -> Result<String, HostFault> {
        let Self { grant, of_grant, user, provenance, client_id, sub, aud, scope, act, jkt, copied, exp } = self;
        let jti = Jti::text_of(grant, of_grant.as_ref(), user, provenance);
        let iss = &call.sts.issuer;
        let token =
            AccessToken { iss, sub, aud, client_id, iat: call.now, exp, jti: Some(&jti), scope, act, jkt, copied };
        let signed = jwt(call.host, &call.sts.keys, &token).await;
        let text = call.sts.health.signing.heard(call.now, signed)?;
        event.jti = Some(jti);
        Ok(text)
    }
}
