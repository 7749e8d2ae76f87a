//! Where requests come in: one of HTTP, or one of a client without it.

use alloc::string::String;

use crate::apart::apart;
use crate::audit::Event;
use crate::call::Call;
use crate::error::Reason;
use crate::grants::{self, Answer, ClientRequest};
use crate::host::Host;
use crate::http::{self, Request, Response};
use crate::parameters::Parameters;
use crate::request_id::request_id;
use crate::sts::{INTROSPECTION_PATH, REVOCATION_PATH, Sts};

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
        let decide = async |call: Call<'_, H>, parameters: &Parameters<'_>, event: &mut Event| {
            grants::token(call, (None, None), parameters, Some(grants::TOKEN_EXCHANGE), event).await
        };
        self.without_http(host, "token.request", parameters, decide).await
    }

    /// One introspection (RFC 7662) without HTTP: the parameters as the text of a JSON object. Gives the answer as JSON
    /// text.
    ///
    /// # Errors
    /// [`Reason`]
    pub async fn introspect<H: Host>(&self, host: &H, parameters: &str) -> Result<String, Reason> {
        let decide = async |call: Call<'_, H>, parameters: &Parameters<'_>, event: &mut Event| {
            let request = ClientRequest::read(INTROSPECTION_PATH, None, parameters)?;
            grants::introspect(call, &request, event).await
        };
        self.without_http(host, "token.introspect", parameters, decide).await
    }

    /// One revocation (RFC 7009) without HTTP: the parameters as the text of a JSON object.
    ///
    /// # Errors
    /// [`Reason`]
    pub async fn revoke<H: Host>(&self, host: &H, parameters: &str) -> Result<(), Reason> {
        let decide = async |call: Call<'_, H>, parameters: &Parameters<'_>, event: &mut Event| {
            let request = ClientRequest::read(REVOCATION_PATH, None, parameters)?;
            grants::revoke(call, &request, event).await
        };
        self.without_http(host, "token.revoke", parameters, decide).await
    }

    /// Decides, by `decide`, and leaves the event of the decision. `name`: of the event, until it is known better.
    async fn without_http<H: Host, T>(
        &self,
        host: &H,
        name: &'static str,
        parameters: &str,
        decide: impl AsyncFnOnce(Call<'_, H>, &Parameters<'_>, &mut Event) -> Result<T, Reason>,
    ) -> Result<T, Reason> {
        let id = request_id(host, None, None);
        let call = Call::begin(self, host, &id);
        let mut event = Event { event: name, ..Event::default() };
        let answer = match Parameters::from_json(parameters) {
            Ok(parameters) => {
                let answer = decide(call, &parameters, &mut event).await;
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
