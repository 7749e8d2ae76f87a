//! Where an issuer says that its keys are: OpenID Connect Discovery section 4, RFC 8414 section 3.

use alloc::string::String;

use super::FetchFault;
use crate::call::Call;
use crate::host::Host;
use crate::jose::json::{self, Value};
use crate::resource::url_fault;
use crate::url::split_scheme;

/// The `jwks_uri` of an issuer, from its own metadata. `deadline`: milliseconds since the request arrived.
pub(super) async fn jwks_uri<H: Host>(call: Call<'_, H>, issuer: &str, deadline: u64) -> Result<String, FetchFault> {
    let metadata = metadata(call, issuer, deadline).await?;
    let metadata = json::parse_object(&metadata).map_err(|_| FetchFault::NotJson)?;
    let text = |name| metadata.get(name).and_then(Value::as_str).ok_or(FetchFault::Malformed);
    if text("issuer")? != issuer {
        return Err(FetchFault::IssuerMismatch);
    }
    let jwks_uri = text("jwks_uri")?;
    // Only an issuer on this machine may lead to this machine.
    let unencrypted = issuer.starts_with("https:") && !jwks_uri.starts_with("https:");
    if unencrypted || url_fault(jwks_uri).is_some() {
        return Err(FetchFault::UrlRefused);
    }
    Ok(String::from(jwks_uri))
}

/// The metadata is a 200 and a JSON object (RFC 8414 section 3.2). Anything else at OpenID Connect's place, such as the
/// page of an app that answers every path, means that the metadata is at the other one.
async fn metadata<H: Host>(call: Call<'_, H>, issuer: &str, deadline: u64) -> Result<String, FetchFault> {
    let open_id = [issuer.trim_end_matches('/'), "/.well-known/openid-configuration"].concat();
    let absent = match call.get(&open_id, deadline).await {
        Ok(answer) if json::parse_object(&answer.body).is_ok() => return Ok(answer.body),
        Ok(_) => FetchFault::NotJson,
        Err(fault @ FetchFault::Unanswered(_)) => return Err(fault),
        Err(fault) => fault,
    };
    let answer = call.get(&oauth(issuer).ok_or(FetchFault::UrlRefused)?, deadline).await;
    // That nothing is there says less than what was wrong with the first.
    let answer = answer.map_err(|fault| if fault == FetchFault::Status(404) { absent } else { fault })?;
    Ok(answer.body)
}

/// The well-known path stands between host and path (RFC 8414 section 3.1).
fn oauth(issuer: &str) -> Option<String> {
    let (scheme, rest) = split_scheme(issuer)?;
    let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
    let mut url = [scheme, "://", authority, "/.well-known/oauth-authorization-server"].concat();
    if !path.is_empty() {
        url.push('/');
        url.push_str(path.trim_end_matches('/'));
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::oauth;

    #[test]
    fn rfc8414_3_1_where_the_metadata_is() {
        for (issuer, url) in [
            ("https://a.example", "https://a.example/.well-known/oauth-authorization-server"),
            ("https://a.example/", "https://a.example/.well-known/oauth-authorization-server"),
            ("https://a.example/t/1", "https://a.example/.well-known/oauth-authorization-server/t/1"),
            ("https://a.example/t/", "https://a.example/.well-known/oauth-authorization-server/t"),
        ] {
            assert_eq!(oauth(issuer).as_deref(), Some(url));
        }
    }
}
