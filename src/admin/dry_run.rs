//! POST `/$dry-run`: what would this token get? The body is that of a token request, as JSON, without the client's
//! credentials. The answer says what would be issued, or which rule refuses it and what the client would be told.

use alloc::string::String;

use super::outcome::Refused;
use crate::apart::apart;
use crate::audit::Event;
use crate::call::Call;
use crate::error::Reason;
use crate::grants::{self, DryRun, JWT_BEARER, Outline, Rule, TOKEN_EXCHANGE};
use crate::host::Host;
use crate::jose::{ObjectWriter, is_thumbprint};
use crate::message::Response;
use crate::parameters::Parameters;

/// What proves who a client is: an administrator has no use for it here, and it should not lie about.
const CREDENTIALS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// Decides about the request in `text` and issues nothing. The event learns what would come of it.
pub(super) async fn dry_run<H: Host>(call: Call<'_, H>, text: &str, event: &mut Event) -> Result<Response, Refused> {
    let invalid = |name: &str, sentence| Refused::with(422, "invalid", name, sentence);
    let parameters = Parameters::from_json(text).map_err(|_| invalid("", NOT_PARAMETERS))?;
    if let Some(name) = CREDENTIALS.into_iter().find(|name| parameters.get(name).is_some()) {
        return Err(invalid(name, "A dry run takes no credentials of a client. Leave them out."));
    }
    if ![None, Some(TOKEN_EXCHANGE), Some(JWT_BEARER)].contains(&parameters.get("grant_type")) {
        return Err(invalid("grant_type", "Only a token exchange and the grant jwt-bearer can be tried."));
    }
    if parameters.get("client_id").is_none() {
        return Err(invalid("client_id", "Name the client that would send the request."));
    }
    let jkt = parameters.get("dpop_jkt");
    if jkt.is_some_and(|jkt| !is_thumbprint(jkt)) {
        return Err(invalid("dpop_jkt", "It must be the SHA-256 thumbprint of a key, in base64url (RFC 9449)."));
    }
    let tried = grants::dry_run(call, &parameters, jkt, event).await;
    let DryRun { decided, rule } = tried.map_err(|_| Refused::unavailable())?;
    if let Err(refused) = &decided {
        event.reason = Some(*refused);
        apart(grants::note_claimed(call, None, &parameters, *refused, event)).await;
    }
    call.stamp(event);
    Ok(Response::json(200, answer(&decided, rule.as_ref(), &event.to_json())).with("cache-control", "no-store"))
}

const NOT_PARAMETERS: &str =
    "The body has the parameters of a token request: strings, and for audience and resource also arrays of strings.";

fn answer(decided: &Result<Outline, Reason>, rule: Option<&Rule>, event: &str) -> String {
    let mut answer = ObjectWriter::new();
    match decided {
        Ok(outline) => {
            answer.text("outcome", "success");
            answer.json("would_issue", &outline.to_json());
        }
        Err(reason) => {
            answer.text("outcome", "refused");
            answer.json("refused", &refusal(*reason, rule));
        }
    }
    answer.json("event", event);
    answer.finish()
}

fn refusal(reason: Reason, rule: Option<&Rule>) -> String {
    let mut refused = ObjectWriter::new();
    refused.text("reason", &reason.code());
    if let Some(Rule { resource, member }) = rule {
        refused.optional("resource", resource.as_deref());
        refused.text("member", member);
    }
    let wire = reason.wire();
    let mut told = ObjectWriter::new();
    told.integer("status", u64::from(wire.status));
    told.text("error", wire.error);
    told.text("error_description", &wire.description);
    refused.json("answer", &told.finish());
    refused.finish()
}
