//! Seconds since 1970 as a date and time of ISO 8601.

use alloc::string::String;

/// `2026-11-22T21:38:00Z`. The years from 1970 to 9999.
#[allow(clippy::arithmetic_side_effects, reason = "no step overflows for seconds up to limits::NUMERIC_DATE")]
pub fn iso8601(seconds: u64) -> String {
    let seconds = seconds.min(crate::limits::NUMERIC_DATE);
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    // Days since 0000-03-01, in eras of 400 years: leap days then stand at the end of a year.
    let z = days + 719_468;
    let (era, day_of_era) = (z / 146_097, z % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
    let mut text = String::with_capacity(20);
    let parts =
        [(year, 1000, '-'), (month, 10, '-'), (day, 10, 'T'), (hour, 10, ':'), (minute, 10, ':'), (second, 10, 'Z')];
    for (number, mut place, behind) in parts {
        while place > 0 {
            text.extend(char::from_digit((number / place % 10) as u32, 10));
            place /= 10;
        }
        text.push(behind);
    }
    text
}

/// The seconds of a date and time in exactly the form that [`iso8601`] writes; `None` for any other text, and for a day
/// or an hour that there is not.
#[allow(clippy::arithmetic_side_effects, reason = "every number has two or four digits")]
pub(super) fn seconds(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse::<u64>().ok()
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let year = year.checked_sub(u64::from(month <= 2))?;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month_from_march + 2) / 5 + day;
    let days = days.checked_sub(719_469)?;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
    // What there is not, such as the 29th of February 2027, is written in another way.
    (iso8601(seconds) == text).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::{iso8601, seconds as seconds_of};

    #[test]
    fn dates() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_800_000_000, "2027-01-15T08:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(iso8601(seconds), text);
            assert_eq!(seconds_of(text), Some(seconds));
        }
    }
}
