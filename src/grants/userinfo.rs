//! Userinfo: the User of an access token, for its bearer (RFC 6750, OpenID Connect Core section 5.3), or for whoever proves
//! the key that it is bound to (RFC 9449 section 7).

use alloc::string::String;

use crate::audit::{Event, Party};
use crate::call::Call;
use crate::dpop::{Proof, Unproved};
use crate::error::{DpopFault, Reason};
use crate::host::Host;
use crate::jose::json;
use crate::token::Kind;

/// An access token as it was presented.
#[derive(Clone, Copy)]
pub struct AccessTokenOf<'a> {
    text: &'a str,
    by_dpop: bool,
}

impl<'a> AccessTokenOf<'a> {
    /// The token of a request. `in_body`: the parameter `access_token` of a form.
    ///
    /// # Errors
    /// [`Reason::BearerToken`] if there is none, [`Reason::BearerTokenRepeated`]
    pub fn read(authorization: Option<&'a str>, in_body: Option<&'a str>) -> Result<Self, Reason> {
        const NONE: Reason = Reason::BearerToken { presented: false };
        match (authorization, in_body) {
            (None, None) => Err(NONE),
            (Some(_), Some(_)) => Err(Reason::BearerTokenRepeated),
            (None, Some(text)) => Ok(Self { text, by_dpop: false }),
            (Some(authorization), None) => {
                let (scheme, text) = authorization.split_once(' ').ok_or(NONE)?;
                let by_dpop = scheme.eq_ignore_ascii_case("dpop");
                let is_known = by_dpop || scheme.eq_ignore_ascii_case("bearer");
                let text = text.trim_matches(' ');
                if is_known { Ok(Self { text, by_dpop }) } else { Err(NONE) }
            }
        }
    }

    /// Whether it came with the scheme `DPoP`, so that a proof must come with it.
    #[must_use]
    pub const fn by_dpop(&self) -> bool {
        self.by_dpop
    }
}

/// Why a key is not proved at userinfo.
#[must_use]
pub const fn unproved(unproved: Unproved) -> Reason {
    match unproved {
        Unproved::Proof(fault) => Reason::DpopOfBearer(fault),
        Unproved::Host => Reason::Unavailable,
    }
}

/// The body of the answer: the User without any secret, and `sub`. A workload has no User, only `sub`.
///
/// The token must be for this service: by its audience, or by the scope `openid`. `proof`: of a token that came with the
/// scheme `DPoP`.
///
/// # Errors
/// [`Reason::BearerToken`], [`Reason::BearerTokenBound`], [`Reason::DpopToken`], [`Reason::DpopOfBearer`],
/// [`Reason::InsufficientScope`], [`Reason::Unavailable`]
pub async fn userinfo<H: Host>(
    call: Call<'_, H>,
    presented: AccessTokenOf<'_>,
    proof: Option<&Proof>,
    event: &mut Event,
) -> Result<String, Reason> {
    let at_fault = |fault| Err(Reason::DpopOfBearer(fault));
    let refused = match (presented.by_dpop, proof) {
        (false, _) => Reason::BearerToken { presented: true },
        (true, None) => return at_fault(DpopFault::Missing),
        (true, Some(proof)) if !proof.is_for(presented.text) => return at_fault(DpopFault::Ath),
        (true, Some(_)) => Reason::DpopToken { unbound: false },
    };
    event.dpop_jkt = proof.map(|proof| proof.jkt.clone());
    let decide = async |call: Call<'_, H>| {
        let found = call.active(presented.text).await?;
        let token = found.filter(|token| token.kind != Kind::Refresh).ok_or(refused)?;
        event.client_id = Some(token.client_id.clone());
        event.subject = Some(Party { iss: call.sts.issuer.clone(), sub: token.sub.clone(), user: None });
        match (proof, &token.jkt) {
            (None, None) => {}
            (None, Some(_)) => return Err(Reason::BearerTokenBound),
            (Some(_), None) => return Err(Reason::DpopToken { unbound: true }),
            (Some(proof), Some(jkt)) if proof.jkt != *jkt => return Err(Reason::DpopOfBearer(DpopFault::Key)),
            (Some(_), Some(_)) => {}
        }
        if !token.scope.has("openid") && !token.aud.contains(&call.sts.issuer) {
            return Err(Reason::InsufficientScope);
        }
        let alive = call.alive(&token).await?.map_err(|_| refused)?;
        let shown = alive.user.as_ref().map_or("{}", |user| &user.shown);
        let mut body = json::parse_object(shown).unwrap_or_default();
        body.set("sub", token.sub.as_str());
        Ok(body.to_json())
    };
    let body = call.until_unchanged(decide).await?;
    if let Some(proof) = proof {
        proof.spend(call).await.map_err(unproved)?;
    }
    Ok(body)
}
