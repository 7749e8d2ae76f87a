//! Failed client authentications, counted for each client inside a window of time.
//!
//! Beyond the limit a failure is answered with 429, which tells well-behaved clients to stop. The right secret is
//! accepted all the same: otherwise anybody who knows a `client_id` could lock that client out.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::error::Reason;
use crate::limits;

/// The failures of one instance.
#[derive(Default)]
pub struct Failures(RefCell<Vec<Window>>);

struct Window {
    client_id: String,
    end: u64,
    count: u32,
}

impl Failures {
    /// Counts a failure of this client, and makes of its reason what is answered.
    #[must_use]
    pub fn count(&self, client_id: Option<&str>, now: u64, reason: Reason) -> Reason {
        let client_id = client_id.unwrap_or_default();
        let mut windows = self.0.borrow_mut();
        windows.retain(|window| now < window.end);
        if let Some(window) = windows.iter_mut().find(|window| window.client_id == client_id) {
            window.count = window.count.saturating_add(1);
            if window.count <= limits::FAILURES {
                return reason;
            }
            let rest = window.end.saturating_sub(now);
            return Reason::TooManyFailures { retry_after: u32::try_from(rest).unwrap_or(u32::MAX) };
        }
        if windows.len() >= limits::FAILING_CLIENTS {
            windows.clear();
        }
        let end = now.saturating_add(limits::FAILURES_WINDOW);
        windows.push(Window { client_id: String::from(client_id), end, count: 1 });
        reason
    }
}
