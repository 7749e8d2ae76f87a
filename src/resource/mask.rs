//! The mask.

/// What is shown in the place of a secret, and what keeps it when it is written. It is never a secret itself.
pub(super) const MASK: &str = "***";
