//! One request on its way through the service.

use alloc::string::String;
use alloc::vec::Vec;

use crate::audit::Event;
use crate::directory::{Found, Wanted};
use crate::error::Reason;
use crate::host::{Host, HostFault};
use crate::sts::Sts;
use crate::token::{Active, active};

/// What every step of a request may need: the service, its host, and the one reading of the clock.
pub struct Call<'a, H: Host> {
    /// The service.
    pub sts: &'a Sts,
    /// Its way out.
    pub host: &'a H,
    /// When the request arrived, seconds.
    pub now: u64,
    /// The name of the request.
    pub request_id: &'a str,
}

impl<H: Host> Clone for Call<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H: Host> Copy for Call<'_, H> {}

impl<'a, H: Host> Call<'a, H> {
    /// Begins a request now.
    pub fn begin(sts: &'a Sts, host: &'a H, request_id: &'a str) -> Self {
        Self { sts, host, now: host.now(), request_id }
    }

    /// Leaves an event of this request.
    pub fn audit(&self, event: Event) {
        let request_id = String::from(self.request_id);
        self.host.audit(&Event { time: self.now, request_id, duration_ms: self.host.elapsed_ms(), ..event });
    }

    /// Finds resources, with one parallel read for all that are not remembered.
    ///
    /// # Errors
    /// [`Reason::Unavailable`] if the store throws.
    pub async fn find<'w>(&self, wanted: Vec<Wanted<'w>>) -> Result<Found<'w>, Reason> {
        self.sts.directory.find(self.host, self.now, wanted).await
    }

    /// The token, if this service issued it, it has not ended and was not revoked.
    ///
    /// # Errors
    /// [`HostFault`] if the host cannot tell.
    pub async fn active(&self, text: &str) -> Result<Option<Active>, HostFault> {
        active(self.host, &self.sts.issuer, &self.sts.keys, text, self.now).await
    }
}
