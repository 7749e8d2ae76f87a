//! One fetch: what may come back, and the event that it leaves.

use alloc::string::String;
use alloc::vec::Vec;

use super::FetchFault;
use crate::audit::Event;
use crate::call::Call;
use crate::error::Reason;
use crate::host::{Host, Outgoing, Unread};
use crate::limits;

/// Whose keys or word were asked for.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// Those of an issuer: its `iss`.
    Issuer(&'a str),
    /// Those of a client: its id.
    Client(&'a str),
}

/// What came with a 200.
pub(super) struct Answer {
    pub(super) body: String,
    /// The value of `Cache-Control`.
    pub(super) cache_control: Option<String>,
}

impl<H: Host> Call<'_, H> {
    /// Fetches JSON that anybody may read. `deadline`: milliseconds since the request arrived.
    pub(super) async fn get(&self, url: &str, deadline: u64) -> Result<Answer, FetchFault> {
        let timeout = deadline.saturating_sub(self.host.elapsed_ms()).max(1);
        self.fetch(&Outgoing { url, form: None, authorization: None, limit: limits::JWKS, timeout }).await
    }

    /// The answer, if it is a 200.
    pub(super) async fn fetch(&self, request: &Outgoing<'_>) -> Result<Answer, FetchFault> {
        let incoming = self.host.fetch(request).await.map_err(FetchFault::Unanswered)?;
        match (incoming.status, incoming.body) {
            (200, Ok(body)) if body.len() <= request.limit => {
                Ok(Answer { body, cache_control: incoming.cache_control })
            }
            (200, Ok(_)) => Err(FetchFault::Unread(Unread::TooLong)),
            (200, Err(why)) => Err(FetchFault::Unread(why)),
            (status @ 300..400, _) => Err(FetchFault::Redirect(status)),
            (status, _) => Err(FetchFault::Status(status)),
        }
    }

    /// Leaves the event of a fetch.
    pub(super) fn fetched(&self, whose: Asked<'_>, fault: Option<FetchFault>, left_out: Vec<&'static str>) {
        let (issuer, client_id) = match whose {
            Asked::Issuer(iss) => (Some(String::from(iss)), None),
            Asked::Client(id) => (None, Some(String::from(id))),
        };
        self.audit(Event {
            event: "issuer.fetch",
            reason: fault.map(Reason::Fetch),
            issuer,
            client_id,
            status: fault.map_or(Some(200), FetchFault::status),
            left_out,
            ..Event::default()
        });
    }
}
