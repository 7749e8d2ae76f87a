//! Where requests come in: one of HTTP, or one token request without it.

use crate::apart::apart;
use crate::audit::Event;
use crate::call::Call;
use crate::error::Reason;
use crate::grants::{self, Answer};
use crate::host::Host;
use crate::http::{self, Request, Response};
use crate::parameters::Parameters;
use crate::request_id::request_id;
use crate::sts::Sts;

impl Sts {
    /// Answers one HTTP request.
    pub async fn fetch<H: Host>(&self, host: &H, request: &Request<'_>) -> Response {
        let id = request_id(host, request.header("cf-ray"), request.header("traceparent"));
        let call = Call::begin(self, host, &id).from_source(request.header(http::SOURCE_ADDRESS));
        http::respond(call, request).await
    }

    /// One token request without HTTP: the parameters as the text of a JSON object. `grant_type` may be left out, which
    /// means token exchange.
    ///
    /// # Errors
    /// [`Reason`]
    pub async fn exchange<H: Host>(&self, host: &H, parameters: &str) -> Result<Answer, Reason> {
        let id = request_id(host, None, None);
        let call = Call::begin(self, host, &id);
        let mut event = Event { event: "token.request", ..Event::default() };
        let answer = match Parameters::from_json(parameters) {
            Ok(parameters) => {
                let default = Some(grants::TOKEN_EXCHANGE);
                let answer = grants::token(call, (None, None), &parameters, default, &mut event).await;
                if let Err(refused) = &answer {
                    apart(grants::note_claimed(call, None, &parameters, *refused, &mut event)).await;
                }
                answer
            }
            Err(reason) => Err(reason),
        };
        event.reason = answer.as_ref().err().copied();
        call.audit(event);
        answer
    }
}
