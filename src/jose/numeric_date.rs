//! NumericDate (RFC 7519 section 2): any number of JSON, also with a fraction or an exponent, as some languages write
//! dates that they hold as floating-point numbers.

use super::json::Value;
use crate::limits;

/// The whole seconds of a NumericDate, a fraction being cut off. A negative one is before 1970, and counts as its
/// beginning. There is none for what is no number, and for a year after 9999.
///
/// ```
/// use edge_sts::jose::{json::parse, numeric_date};
/// assert_eq!(numeric_date(&parse("1700000000.9").ok().unwrap()), Some(1_700_000_000));
/// assert_eq!(numeric_date(&parse("1.7E9").ok().unwrap()), Some(1_700_000_000));
/// assert_eq!(numeric_date(&parse("1e999").ok().unwrap()), None);
/// ```
#[must_use]
pub fn numeric_date(value: &Value<'_>) -> Option<u64> {
    // The reader has checked the grammar. Floating-point numbers are not used: they would round.
    let Value::Number(text) = value else { return None };
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (number, is_negative) = number.strip_prefix('-').map_or((number, false), |number| (number, true));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = || whole.bytes().chain(fraction.bytes()).map(|digit| u64::from(digit.wrapping_sub(b'0')));
    if is_negative || digits().all(|digit| digit == 0) {
        return Some(0);
    }
    // How many digits stand before the decimal point once the exponent has moved it. An exponent that is too long for a
    // number moves it past every limit, or makes nothing of the seconds.
    let huge = if exponent.starts_with('-') { i64::MIN } else { i64::MAX };
    let moved = exponent.parse().unwrap_or(huge);
    let before = i64::try_from(whole.len()).ok()?.saturating_add(moved);
    let mut digits = digits();
    let mut seconds: u64 = 0;
    for _ in 0..before {
        let digit = digits.next().unwrap_or(0);
        seconds = seconds.checked_mul(10)?.checked_add(digit)?;
        if seconds > limits::NUMERIC_DATE {
            return None;
        }
    }
    Some(seconds)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::super::json::parse;
    use super::numeric_date;

    #[test]
    fn rfc7519_2_every_number_of_json() {
        let (zeros, nines) = ("0".repeat(9000), "9".repeat(9000));
        for (text, seconds) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("1700000000", Some(1_700_000_000)),
            ("1700000000.0", Some(1_700_000_000)),
            ("1700000000.9999", Some(1_700_000_000)),
            ("1.7e9", Some(1_700_000_000)),
            ("1.7E9", Some(1_700_000_000)),
            ("1.7e+9", Some(1_700_000_000)),
            ("1.7e09", Some(1_700_000_000)),
            ("1.795651300E9", Some(1_795_651_300)),
            ("1.7956513005E9", Some(1_795_651_300)),
            ("17956513005e-1", Some(1_795_651_300)),
            ("0.0017e12", Some(1_700_000_000)),
            ("17e8", Some(1_700_000_000)),
            ("1e-400", Some(0)),
            ("0e999999999999999999999999", Some(0)),
            ("1e-999999999999999999999999", Some(0)),
            ("-1", Some(0)),
            ("-1.7e9", Some(0)),
            ("253402300799", Some(253_402_300_799)),
            ("2.53402300799e11", Some(253_402_300_799)),
            ("253402300800", None),
            ("2.534023008e11", None),
            ("1e12", None),
            ("1e400", None),
            ("1e999999999999999999999999", None),
            ("99999999999999999999999999", None),
            (&format!("0.{zeros}17e9010"), Some(1_700_000_000)),
            (&format!("17{zeros}e-8992"), Some(1_700_000_000)),
            (&nines, None),
            ("\"1700000000\"", None),
            ("null", None),
            ("true", None),
            ("[1700000000]", None),
        ] {
            let value = parse(text).ok().unwrap();
            assert_eq!(numeric_date(&value), seconds, "{}", text.get(..40).unwrap_or(text));
        }
    }
}
