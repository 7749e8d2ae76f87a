//! Introspection (RFC 7662): whether a token of this service is active, and what it says.

use alloc::string::String;

use super::client::client;
use crate::audit::{Event, Party};
use crate::client_auth::Credentials;
use crate::error::Reason;
use crate::host::Host;
use crate::jose::ObjectWriter;
use crate::parameters::Parameters;
use crate::sts::Sts;
use crate::token::{Active, Kind, active, write_audience};

/// The body of the answer. Whoever the token does not concern learns no more than that it is not active for him.
///
/// # Errors
/// [`Reason`]: client authentication, no token.
pub async fn introspect<H: Host>(
    sts: &Sts,
    host: &H,
    now: u64,
    parameters: &Parameters<'_>,
    credentials: &Credentials,
    event: &mut Event,
) -> Result<String, Reason> {
    let client = client(sts, host, now, credentials, event).await?;
    let token = parameters.get("token").ok_or(Reason::TokenMissing)?;
    let token = active(host, &sts.issuer, &sts.keys, token, now).await?;
    Ok(match token.filter(|token| token.concerns(&client.id, &client.resource)) {
        None => String::from(r#"{"active":false}"#),
        Some(token) => {
            event.subject = Some(Party { iss: sts.issuer.clone(), sub: token.sub.clone() });
            describe(&token, &sts.issuer)
        }
    })
}

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
        body.text("token_type", "Bearer");
    }
    if let Some(act) = &token.act {
        body.json("act", &act.to_json());
    }
    body.finish()
}
