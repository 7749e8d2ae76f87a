//! The grant store, as everything in the core uses it: grants, the marks of revoked JWTs, and marks of what serves once.
//!
//! Here stand the three things that no caller may forget. The service's issuer is in every name, so that two services on
//! one store share nothing. Everything is kept for longer than it is needed, since clocks differ. And a write whose
//! answer got lost is looked up, before anybody takes it for undone.

use alloc::string::String;

use super::GrantRecord;
use crate::answering::Answering;
use crate::host::{Host, HostFault, StoreFault};
use crate::jose::{ObjectWriter, base64url};
use crate::limits;

/// The grant store of a service.
pub struct GrantStore<'a, H> {
    host: &'a H,
    issuer: &'a str,
    answering: &'a Answering,
    now: u64,
}

impl<H> Clone for GrantStore<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for GrantStore<'_, H> {}

/// A record and the version that a later write must name.
pub type StoredRecord = (u64, GrantRecord);

impl<'a, H: Host> GrantStore<'a, H> {
    /// The store of the service with this issuer. `answering`: where it is noted whether the store answers; `now`: seconds.
    pub(crate) const fn new(host: &'a H, issuer: &'a str, answering: &'a Answering, now: u64) -> Self {
        Self { host, issuer, answering, now }
    }

    /// Reads the record of a grant. One that cannot be read is a fault, never a grant that is not there.
    ///
    /// # Errors
    /// [`StoreFault`]
    pub async fn read(&self, grant: &str) -> Result<Option<StoredRecord>, StoreFault> {
        let Some(found) = self.answering.heard(self.now, self.host.read_grant(&self.name(grant)).await)? else {
            return Ok(None);
        };
        let record = GrantRecord::from_json(&found.value)?;
        Ok(Some((found.version, record)))
    }

    /// Writes the record of a grant if its version is still `expected` (`None`: if there is none); `false` if somebody
    /// else wrote first.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws and nothing was written.
    pub async fn write(&self, grant: &str, expected: Option<u64>, record: &GrantRecord) -> Result<bool, HostFault> {
        let value = record.to_json(&self.nonce()?);
        self.write_once(&self.name(grant), expected, &value, record.expires()).await
    }

    /// Marks something as used until `expires`, seconds; `false` if it was marked before. `mark`: longer than the id of a
    /// grant.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws and nothing was marked.
    pub async fn mark(&self, mark: &str, expires: u64) -> Result<bool, HostFault> {
        let mut value = ObjectWriter::new();
        value.text("w", &self.nonce()?);
        self.write_once(&self.name(mark), None, &value.finish(), expires).await
    }

    /// Whether something was marked as used.
    ///
    /// # Errors
    /// [`HostFault`] if the store throws.
    pub async fn is_marked(&self, mark: &str) -> Result<bool, HostFault> {
        Ok(self.host.read_grant(&self.name(mark)).await?.is_some())
    }

    /// The one name that leads into the store.
    fn name(&self, id: &str) -> String {
        [self.issuer, " ", id].concat()
    }

    /// A random text, so that whoever reads a value knows whether it is the one that he wrote.
    fn nonce(&self) -> Result<String, HostFault> {
        let mut nonce = [0; 8];
        self.host.random(&mut nonce)?;
        Ok(base64url::encode(&nonce))
    }

    async fn write_once(
        &self,
        name: &str,
        expected: Option<u64>,
        value: &str,
        expires: u64,
    ) -> Result<bool, HostFault> {
        let kept = expires.saturating_add(limits::LEEWAY).saturating_add(limits::KEPT);
        let written = self.host.write_grant(name, expected, value, kept).await;
        let fault = match self.answering.heard(self.now, written) {
            Ok(written) => return Ok(written),
            Err(fault) => fault,
        };
        // Written or not: what is there now tells.
        match self.answering.heard(self.now, self.host.read_grant(name).await)? {
            Some(found) if found.value == value => Ok(true),
            found if found.as_ref().map(|found| found.version) == expected => Err(fault),
            _ => Ok(false),
        }
    }
}
