//! What is answered to an authentication that failed, which is counted first.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use crate::call::Call;
use crate::error::Reason;
use crate::host::Host;
use crate::jose::json;
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

    /// What is answered to a request of somebody who names a client and proves nothing. Every failure counts, under that
    /// name, whether or not a client has it, and under the address that the request came from.
    pub(crate) async fn public_client_failed(&self, name: &str, reason: Reason) -> Reason {
        if matches!(reason, Reason::Unavailable | Reason::ResourceInvalid | Reason::LaterVersion) {
            return reason; // it is not the client's fault
        }
        let answer = self.counted(name, reason).await;
        match self.source.and_then(source_name) {
            None => answer,
            Some(source) => self.counted(&source, answer).await,
        }
    }

    /// Counts a failure under a name; the reason, unless there were too many.
    async fn counted(&self, name: &str, reason: Reason) -> Reason {
        // The issuer too: services that share the platform's counters do not count for each other.
        let shared = [&self.sts.issuer, " ", name].concat();
        let counted = self.host.limit(&shared).await;
        let wait = match self.sts.health.rate_limit.heard(self.now, counted) {
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

/// The name under which failures from an address are counted: none that a client can have. Of IPv6 it is the network, since
/// whoever has one address has all 2^64 of it (RFC 4291 section 2.5.1).
fn source_name(address: &str) -> Option<String> {
    // A link-local address may have a zone behind it.
    let address = address.split('%').next().unwrap_or_default();
    let mut name = String::from("/address ");
    let octets = match address.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(own) => Vec::from(own.octets()),
        IpAddr::V6(own) => own.octets().into_iter().take(8).collect(),
    };
    for octet in octets {
        json::write_integer(u64::from(octet), &mut name);
        name.push('.');
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::source_name;

    #[test]
    fn rfc4291_2_5_1_a_network_has_one_name() {
        let name = |address| source_name(address).unwrap();
        assert_eq!(name("192.0.2.1"), "/address 192.0.2.1.");
        assert_eq!(name("::ffff:192.0.2.1"), name("192.0.2.1"));
        assert_ne!(name("192.0.2.2"), name("192.0.2.1"));
        assert_eq!(name("2001:db8:1:2::1"), name("2001:DB8:1:2:ffff::"));
        assert_ne!(name("2001:db8:1:3::1"), name("2001:db8:1:2::1"));
        assert_eq!(name("fe80::1%eth0"), name("fe80::2"));
        for none in ["", "unknown", "192.0.2", "192.0.2.1:80", "[::1]"] {
            assert_eq!(source_name(none), None, "{none}");
        }
    }
}
