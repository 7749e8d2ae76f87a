//! Whether something that is remembered until a time is still to be believed.

/// Whether `until` (seconds) lies ahead of `now`, and not by more than the `seconds` for which anything of its kind is
/// remembered: what was remembered by a clock that ran ahead would be believed until that time really comes.
#[must_use]
pub(crate) const fn lasts(until: u64, seconds: u64, now: u64) -> bool {
    now < until && until.saturating_sub(now) <= seconds
}

#[cfg(test)]
mod tests {
    use super::lasts;

    #[test]
    fn only_as_far_ahead_as_a_right_clock_would_have_put_it() {
        assert_eq!([9, 10, 39, 40, 41].map(|until| lasts(until, 30, 10)), [false, false, true, true, false]);
        assert!(!lasts(u64::MAX, 30, 10));
    }
}
