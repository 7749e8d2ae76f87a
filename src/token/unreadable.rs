//! Why something that this service wrote once cannot be read by this version of it.

use crate::error::Reason;
use crate::host::{HostFault, StoreFault};
use crate::verification::Failure;

/// Why a record of a grant, or what a token carries, cannot be read. It is never taken for one that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is none.
    Malformed,
    /// A later version of the program wrote it: another instance, before this one was set back.
    LaterVersion,
}

impl From<Unreadable> for StoreFault {
    fn from(why: Unreadable) -> Self {
        match why {
            Unreadable::Malformed => Self::Host(HostFault),
            Unreadable::LaterVersion => Self::LaterVersion,
        }
    }
}

impl From<StoreFault> for Failure {
    fn from(fault: StoreFault) -> Self {
        match fault {
            StoreFault::Host(fault) => fault.into(),
            StoreFault::LaterVersion => Self::LaterVersion,
        }
    }
}

impl From<StoreFault> for Reason {
    fn from(fault: StoreFault) -> Self {
        match fault {
            StoreFault::Host(fault) => fault.into(),
            StoreFault::LaterVersion => Self::LaterVersion,
        }
    }
}
