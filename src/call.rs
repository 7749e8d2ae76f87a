//! One request on its way through the service.

use alloc::string::String;
use alloc::vec::Vec;

use crate::audit::Event;
use crate::directory::{Found, Uses, Wanted};
use crate::error::Reason;
use crate::host::{Host, StoreFault};
use crate::limits;
use crate::sts::Sts;
use crate::token::{Active, GrantStore, Lookup};

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
    /// The address that it came from, if the host knows.
    pub source: Option<&'a str>,
    /// Where a decision notes which resources it uses.
    uses: Option<&'a Uses>,
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
        Self { sts, host, now: host.now(), request_id, source: None, uses: None }
    }

    /// The same request, from this address.
    #[must_use]
    pub fn from_source(self, source: Option<&'a str>) -> Self {
        Self { source, ..self }
    }

    /// Makes a decision, and makes it again from the beginning if an administrator changed a resource that it used while
    /// it waited for keys, a store or a signature. Everything that decides about a token goes through here, authentication
    /// included. `decide` spends nothing: what it decided is carried out after it, when it holds.
    ///
    /// # Errors
    /// [`Reason`]: the decision's own; [`Reason::Unavailable`] if it never came to rest.
    pub async fn until_unchanged<T>(
        self,
        mut decide: impl AsyncFnMut(Call<'_, H>) -> Result<T, Reason>,
    ) -> Result<T, Reason> {
        for _ in 0..limits::ROUNDS {
            let uses = self.sts.directory.begin();
            let decided = decide(Call { uses: Some(&uses), ..self }).await;
            if self.sts.directory.unchanged(&uses) {
                return decided;
            }
        }
        Err(Reason::Unavailable)
    }

    /// Leaves an event of this request.
    pub fn audit(&self, mut event: Event) {
        self.stamp(&mut event);
        self.host.audit(&event);
        if !self.sts.administrators.is_empty() {
            self.sts.recent.keep(event);
        }
    }

    /// Leaves an event of this request in the log alone, and not among the last ones that an administrator can look at: his
    /// looking would push out what there is to see.
    pub fn audit_looking(&self, mut event: Event) {
        self.stamp(&mut event);
        self.host.audit(&event);
    }

    /// Puts the time and the name of this request on an event. In its place: an event is large, and a move copies it.
    pub fn stamp(&self, event: &mut Event) {
        event.time = self.now;
        event.request_id = String::from(self.request_id);
        event.duration_ms = self.host.elapsed_ms();
    }

    /// Finds resources, with one parallel read for all that are not remembered.
    ///
    /// # Errors
    /// [`Reason::Unavailable`] if the store throws.
    pub async fn find<'w>(&self, wanted: Vec<Wanted<'w>>) -> Result<Found<'w>, Reason> {
        self.sts.directory.find(self.host, self.now, wanted, self.uses).await
    }

    /// The grant store.
    #[must_use]
    pub fn grants(&self) -> GrantStore<'a, H> {
        GrantStore::new(self.host, &self.sts.issuer, &self.sts.health.grants, self.now)
    }

    /// The token, if this service issued it, it has not ended and was not revoked.
    ///
    /// # Errors
    /// [`StoreFault`] if the host cannot tell.
    pub async fn active(&self, text: &str) -> Result<Option<Active>, StoreFault> {
        self.lookup(false).find(text).await
    }

    /// The grant of a refresh token that was used: whoever asks for the end of one of its tokens wants the end of all.
    ///
    /// # Errors
    /// [`StoreFault`] if the host cannot tell.
    pub async fn spent(&self, text: &str) -> Result<Option<Active>, StoreFault> {
        self.lookup(true).find(text).await
    }

    fn lookup(&self, spent: bool) -> Lookup<'a, H> {
        let Self { sts, host, now, .. } = *self;
        Lookup { host, store: self.grants(), issuer: &sts.issuer, keys: &sts.keys, since: sts.grants_since, now, spent }
    }
}
