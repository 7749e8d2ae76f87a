//! Which issuers a client may use, and for whom their tokens must be.

use alloc::rc::Rc;
use alloc::string::String;

use crate::error::TokenFault;
use crate::resource::{Client, TokenIntrospector};

/// The introspector of `iss`, if there is one and the client may use it. Compared byte for byte; an absent or empty
/// `allowedIssuers` allows none.
///
/// # Errors
/// [`TokenFault::IssuerUnknown`], [`TokenFault::IssuerNotAllowed`]
pub fn issuer_trusted(
    client: &Client,
    introspector: Option<Rc<TokenIntrospector>>,
    iss: &str,
) -> Result<Rc<TokenIntrospector>, TokenFault> {
    let introspector = introspector.filter(|found| found.iss == iss).ok_or(TokenFault::IssuerUnknown)?;
    if client.allowed_issuers.iter().any(|allowed| allowed == iss) {
        Ok(introspector)
    } else {
        Err(TokenFault::IssuerNotAllowed)
    }
}

/// Whether the token is meant for this service. With `audience` on the introspector it must carry one of them; without,
/// a token that carries `aud` must name the issuer or the token endpoint of this service.
///
/// # Errors
/// [`TokenFault::Audience`]
pub fn audience_accepted(
    aud: Option<&[String]>,
    introspector: &TokenIntrospector,
    own_issuer: &str,
    token_endpoint: &str,
) -> Result<(), TokenFault> {
    let accepted = match (aud, introspector.audience.as_slice()) {
        (None, []) => true,
        (Some(aud), []) => aud.iter().any(|aud| aud == own_issuer || aud == token_endpoint),
        (None, _) => false,
        (Some(aud), wanted) => aud.iter().any(|aud| wanted.contains(aud)),
    };
    if accepted { Ok(()) } else { Err(TokenFault::Audience) }
}
