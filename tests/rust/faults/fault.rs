//! What can go wrong, and with which call of the host.

/// A call of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Now,
    Random,
    Read,
    Look,
    Change,
    List,
    History,
    Waiting,
    ReadGrant,
    WriteGrant,
    Sign,
    Verify,
    CanVerify,
    Fetch,
    Pause,
    Limit,
}

/// What goes wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done.
    Fails,
    /// It is done, and the answer gets lost.
    Lost,
    /// Nothing is done, and every later call of the request fails as well.
    Down,
    /// It is done and the answer gets lost, and every later call of the request fails as well.
    LostThenDown,
    /// It is done, and so many seconds have passed.
    Late(u64),
    /// Nothing is done, and there is never an answer.
    HangsBefore,
    /// It is done, and there is never an answer.
    HangsAfter,
    /// One of the wrong answers: [`Step::garbage`].
    Garbage(usize),
}

impl Step {
    /// How many wrong answers there are to this call.
    const fn garbage(self) -> usize {
        match self {
            Self::Now => 5,
            Self::Random | Self::Verify | Self::CanVerify | Self::Waiting | Self::Pause => 1,
            Self::Read => 9,
            Self::Look => 5,
            Self::Change => 4,
            Self::List | Self::History => 6,
            Self::ReadGrant => 9,
            Self::WriteGrant => 2,
            Self::Sign | Self::Limit => 3,
            Self::Fetch => 28,
        }
    }

    /// Everything that can go wrong with it. A clock always answers; it can be wrong.
    pub fn faults(self) -> Vec<Fault> {
        let garbage = (0..self.garbage()).map(Fault::Garbage);
        let others = match self {
            Self::Now => &[][..],
            Self::Random => &[Fault::Fails, Fault::Down],
            _ => &[
                Fault::Fails,
                Fault::Lost,
                Fault::Down,
                Fault::LostThenDown,
                Fault::Late(20),
                Fault::HangsBefore,
                Fault::HangsAfter,
            ],
        };
        others.iter().copied().chain(garbage).collect()
    }
}
