//! Introspection (RFC 7662): whether a token of this service is active, and what it says.

use alloc::string::String;

use super::ClientRequest;
use super::answer::token_type;
use crate::audit::{Event, Party};
use crate::call::Call;
use crate::error::Reason;
use crate::host::Host;
use crate::jose::{Confirmation, ObjectWriter};
use crate::token::{Active, Kind, write_audience};

/// The body of the answer. Whoever the token does not concern learns no more than that it is not active for him; and it is
/// active for nobody when one of those who stand behind it is gone.
///
/// # Errors
/// [`Reason`]: client authentication, no token.
pub async fn introspect<H: Host>(
    call: Call<'_, H>,
    request: &ClientRequest<'_>,
    event: &mut Event,
) -> Result<String, Reason> {
    let decide = async |call: Call<'_, H>| {
        let client = request.client(call, event).await?;
        let token = request.parameters.get("token").ok_or(Reason::TokenMissing)?;
        let token = call.active(token).await?;
        let Some(token) = token.filter(|token| token.concerns(&client.id, &client.resource)) else {
            return Ok(String::from(INACTIVE));
        };
        event.subject = Some(Party { iss: call.sts.issuer.clone(), sub: token.sub.clone(), user: None });
        let alive = call.alive(&token).await?.is_ok();
        Ok(if alive { describe(&token, &call.sts.issuer) } else { String::from(INACTIVE) })
    };
    request.until_unchanged(call, decide).await
}

const INACTIVE: &str = r#"{"active":false}"#;

fn describe(token: &Active, issuer: &str) -> String {
    let mut body = ObjectWriter::new();
    body.boolean("active", true);
    body.text("iss", issuer);
    body.text("sub", &token.sub);
    write_audience(&mut body, &token.aud);
    body.text("client_id", &token.client_id);
    body.integer("exp", token.exp);
    if let Some(iat) = token.iat {
        body.integer("iat", iat);
    }
    body.optional("jti", token.jti.as_deref());
    body.optional("scope", token.scope.to_text().as_deref());
    if token.kind != Kind::Refresh {
        body.text("token_type", token_type(token.jkt.as_deref()));
        if let Some(jkt) = &token.jkt {
            body.json("cnf", &Confirmation::to_json(jkt));
        }
    }
    if let Some(act) = &token.act {
        body.json("act", &act.to_json());
    }
    // Whoever gets here is the token's client or one of its audience (`concerns`), who can read them in a JWT too.
    if token.kind != Kind::Refresh {
        body.members(&token.copied);
    }
    body.finish()
}
