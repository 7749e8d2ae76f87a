//! Userinfo: the User of an access token, for its bearer (RFC 6750, OpenID Connect Core section 5.3).

use alloc::string::String;

use crate::audit::{Event, Party};
use crate::call::Call;
use crate::error::Reason;
use crate::host::Host;
use crate::jose::json;
use crate::token::Kind;

/// The body of the answer: the User without any secret, and `sub`. A workload has no User, only `sub`.
///
/// The token must be for this service: by its audience, or by the scope `openid`. `in_body`: the parameter `access_token`
/// of a form.
///
/// # Errors
/// [`Reason::BearerToken`], [`Reason::BearerTokenRepeated`], [`Reason::InsufficientScope`], [`Reason::Unavailable`]
pub async fn userinfo<H: Host>(
    call: Call<'_, H>,
    authorization: Option<&str>,
    in_body: Option<&str>,
    event: &mut Event,
) -> Result<String, Reason> {
    let refused = Reason::BearerToken { presented: true };
    let token = match (authorization, in_body) {
        (None, None) => return Err(Reason::BearerToken { presented: false }),
        (Some(_), Some(_)) => return Err(Reason::BearerTokenRepeated),
        (None, Some(token)) => token,
        (Some(authorization), None) => {
            let bearer = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            bearer.ok_or(Reason::BearerToken { presented: false })?.1.trim_matches(' ')
        }
    };
    let decide = async |call: Call<'_, H>| {
        let found = call.active(token).await?;
        let token = found.filter(|token| token.kind != Kind::Refresh).ok_or(refused)?;
        event.client_id = Some(token.client_id.clone());
        event.subject = Some(Party { iss: call.sts.issuer.clone(), sub: token.sub.clone() });
        if !token.scope.has("openid") && !token.aud.contains(&call.sts.issuer) {
            return Err(Reason::InsufficientScope);
        }
        let alive = call.alive(&token).await?.map_err(|_| refused)?;
        let shown = alive.user.as_ref().map_or("{}", |user| &user.shown);
        let mut body = json::parse_object(shown).unwrap_or_default();
        body.set("sub", token.sub.as_str());
        Ok(body.to_json())
    };
    call.until_unchanged(decide).await
}
