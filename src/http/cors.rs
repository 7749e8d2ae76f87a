//! CORS. Where clients ask: from their `allowed_origins` alone, never a wildcard, never an origin out of a token. What is
//! public is open to every origin.

use alloc::vec::Vec;

use super::{Request, Response, split_scheme};
use crate::call::Call;
use crate::directory::Wanted;
use crate::host::Host;

/// A public document, readable by every page. Without credentials: browsers send none to a wildcard.
pub(super) fn open(document: Response) -> Response {
    document.with("access-control-allow-origin", "*")
}

/// The answer to a preflight for a public document. Any header may be sent: MCP clients send `MCP-Protocol-Version`.
pub(super) fn open_preflight(methods: &'static str) -> Response {
    open(Response::empty(204))
        .with("access-control-allow-methods", methods)
        .with("access-control-allow-headers", "*")
        .with("access-control-max-age", "86400")
}

/// The answer to a preflight: it allows something only where some client lists the origin. Which client asks is not
/// known yet; the answer to the request itself is readable only for that client's own origins.
pub(super) async fn preflight<H: Host>(call: Call<'_, H>, request: &Request<'_>, methods: &'static str) -> Response {
    let response = Response::empty(204).no_store().with("vary", "Origin");
    let Some(origin) = request.header("origin").filter(|origin| is_origin(origin)) else { return response };
    match call.sts.directory.lists_origin(call.host, call.now, origin).await {
        Ok(true) => response
            .with("access-control-allow-origin", origin)
            .with("access-control-allow-methods", methods)
            .with("access-control-allow-headers", "authorization, content-type, dpop")
            .with("access-control-max-age", "600"),
        _ => response,
    }
}

/// The response, readable by the page that asked if its origin is one of the client's. `about_proof`: it refuses a proof, for
/// which nobody was authenticated yet, and says nothing of any client; a page has to read the nonce in it. Then an origin of
/// some client is enough, as for a preflight.
pub(super) async fn allow<H: Host>(
    call: Call<'_, H>,
    request: &Request<'_>,
    client_id: Option<&str>,
    about_proof: bool,
    response: Response,
) -> Response {
    let Some(origin) = request.header("origin") else { return response };
    let readable = |response: Response| {
        let response = response.with("access-control-allow-origin", origin);
        // RFC 9449 section 8.2
        response.with("access-control-expose-headers", "DPoP-Nonce, WWW-Authenticate")
    };
    let Some(id) = client_id else {
        let listed = about_proof
            && is_origin(origin)
            && call.sts.directory.lists_origin(call.host, call.now, origin).await == Ok(true);
        return if listed { readable(response.with("vary", "Origin")) } else { response };
    };
    let response = response.with("vary", "Origin");
    let Ok(found) = call.find(Vec::from([Wanted::Client(id)])).await else { return response };
    match found.client(client_id) {
        Ok(Some(client)) if client.allowed_origins.iter().any(|allowed| allowed == origin) => readable(response),
        _ => response,
    }
}

/// A serialized origin: nothing that could break out of a header.
fn is_origin(text: &str) -> bool {
    text.len() <= 300 && split_scheme(text).is_some() && text.bytes().all(|byte| matches!(byte, 0x21..=0x7e))
}
