//! The door of the admin interface: the bearer token comes before everything else.

use super::{Request, Response};
use crate::audit::Event;
use crate::call::Call;
use crate::error::Reason;
use crate::host::Host;
use crate::resource::{Fault, ResourceType, administer, key, operation_outcome};

/// The answer to a request for `/{Type}` or `/{Type}/{id}`; `None` for other paths, and for all where there is no
/// administrator.
pub(super) async fn respond<H: Host>(call: Call<'_, H>, request: &Request<'_>) -> Option<Response> {
    let (resource_type, id) = parse(request.path)?;
    let Call { sts, host, now, .. } = call;
    let admin_token = sts.admin_token.as_ref()?;
    let presented = request.header("authorization").and_then(|header| header.split_once(' '));
    let right = presented.is_some_and(|(scheme, token)| {
        scheme.eq_ignore_ascii_case("bearer") && admin_token.is(token.trim_matches(' ').as_bytes())
    });
    if !right {
        let reason = Some(Reason::AdminToken);
        call.audit(Event { event: "admin.request", reason, ..Event::default() });
        let fault = Fault::new("login", "", "Send the administrator's token: Authorization: Bearer STS_ADMIN_TOKEN.");
        return Some(operation_outcome(401, &[fault]).with("www-authenticate", r#"Bearer realm="sts-admin""#));
    }
    let administered = administer(host, sts.writable, now, resource_type, id, request).await;
    if !administered.changed.is_empty() {
        sts.directory.forget();
        administered.sources.iter().for_each(|source| sts.key_sets.outdate(source));
        administered.endpoints.iter().for_each(|url| sts.vouched.forget(url));
    }
    call.audit(administered.event);
    Some(administered.response)
}

fn parse(path: &str) -> Option<(ResourceType, Option<&str>)> {
    let path = path.strip_prefix('/')?;
    match path.split_once('/') {
        None => Some((ResourceType::from_name(path)?, None)),
        Some((name, id)) if key::is_id(id) => Some((ResourceType::from_name(name)?, Some(id))),
        Some(_) => None,
    }
}
