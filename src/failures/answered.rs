//! What is answered to an authentication that failed, which is counted first.

use crate::call::Call;
use crate::error::Reason;
use crate::host::Host;
use crate::limits;

impl<H: Host> Call<'_, H> {
    /// What is answered to an authentication that failed for this reason. `client_id`: the one that was presented.
    pub(crate) async fn authentication_failed(&self, client_id: Option<&str>, reason: Reason) -> Reason {
        let counts = matches!(
            reason,
            Reason::ClientUnknown { .. }
                | Reason::ClientSecret { .. }
                | Reason::ClientInactive { .. }
                | Reason::ClientAssertion(_)
                | Reason::ClientAssertionReplayed
        );
        if !counts {
            return reason;
        }
        self.counted(client_id.unwrap_or_default(), reason).await
    }

    /// What is answered to a request with a wrong administrator's token, or (not `presented`) without one.
    pub(crate) async fn administrator_refused(&self, presented: bool) -> Reason {
        // A name that no client can have.
        if presented { self.counted("/administrator", Reason::AdminToken).await } else { Reason::AdminToken }
    }

    /// Counts a failure under a name; the reason, unless there were too many.
    async fn counted(&self, name: &str, reason: Reason) -> Reason {
        // The issuer too: services that share the platform's counters do not count for each other.
        let shared = [&self.sts.issuer, " ", name].concat();
        let wait = match self.host.limit(&shared).await {
            Ok(Some(within)) => (!within).then_some(limits::FAILURES_WINDOW),
            // Nothing counts outside, or it does not answer.
            Ok(None) | Err(_) => self.sts.failures.count(name, self.now),
        };
        match wait {
            None => reason,
            Some(seconds) => Reason::TooManyFailures { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX) },
        }
    }
}
