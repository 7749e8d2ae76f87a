//! From the decimal text of a number to the nearest double, a tie to the even one (IEEE 754).
//!
//! `str::parse` does the same, quicker, with tables of 10 kB that hardly compress: a tenth of the whole module, for numbers
//! that tokens hardly have. Short ones are exact in one operation; the others are divided bit by bit.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "digits are cut off at 800 and exponents at 400, so that every sum and every shift is within its type"
)]

use alloc::vec::Vec;

/// Digits that can decide between two doubles; of the others it counts only that there are some.
const DIGITS: usize = 800;

/// `text`: a number as JSON or CEL writes it, `-` before it or not.
pub(super) fn double(text: &str) -> f64 {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let value = magnitude(text);
    if negative { -value } else { value }
}

fn magnitude(text: &str) -> f64 {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let far = if exponent.starts_with('-') { -1_000_000 } else { 1_000_000 };
    let exponent: i64 = exponent.parse().map_or(far, |exponent: i64| exponent.clamp(-1_000_000, 1_000_000));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = whole.bytes().chain(fraction.bytes()).map(|digit| u32::from(digit & 15));
    let mut digits: Vec<u32> = digits.skip_while(|digit| *digit == 0).collect();
    let mut exponent = exponent - fraction.len() as i64;
    while digits.last() == Some(&0) {
        digits.pop();
        exponent += 1;
    }
    if digits.len() > DIGITS {
        exponent += (digits.len() - DIGITS - 1) as i64;
        digits.truncate(DIGITS);
        digits.push(1);
    }
    // Where its first digit stands decides about what is too large and what is too small.
    match exponent + digits.len() as i64 {
        _ if digits.is_empty() => 0.0,
        310.. => f64::INFINITY,
        ..=-330 => 0.0,
        _ if digits.len() <= 15 && exponent.abs() <= 22 => {
            let int = digits.iter().fold(0.0, |int, digit| int * 10.0 + f64::from(*digit));
            let power = (0..exponent.abs()).fold(1.0, |power, _| power * 10.0);
            if exponent < 0 { int / power } else { int * power } // both exact, so that it is rounded once
        }
        _ => divided(&digits, exponent),
    }
}

fn divided(digits: &[u32], exponent: i64) -> f64 {
    let (mut above, mut below) = (Big(Vec::new()), Big(Vec::from([1])));
    digits.iter().for_each(|digit| above.times_ten_and(*digit));
    let scaled = if exponent < 0 { &mut below } else { &mut above };
    (0..exponent.abs()).for_each(|_| scaled.times_ten_and(0));
    let shift = above.bits() - below.bits();
    if shift > 0 {
        below.double(shift)
    } else {
        above.double(-shift)
    }
    // Now above / below is between 1/2 and 2. Its first 66 bits, and whether anything is left of it.
    let mut quotient: u128 = 0;
    for _ in 0..66 {
        let fits = above.take(&below);
        quotient = quotient << 1 | u128::from(fits);
        above.double(1);
    }
    let rest = above.bits() > 0;
    let bits = 128 - i64::from(quotient.leading_zeros());
    let highest = bits - 1 + shift - 65;
    let precision = if highest >= -1022 { 53 } else { 53 + 1022 + highest };
    if precision < 0 {
        return 0.0;
    }
    let dropped = bits - precision;
    let (mut mantissa, half) = ((quotient >> dropped) as u64, 1 << (dropped - 1));
    let below_half = quotient & ((half << 1) - 1);
    if below_half > half || (below_half == half && (rest || mantissa & 1 == 1)) {
        mantissa += 1;
    }
    let lowest = shift - 65 + dropped;
    let power = |exponent: i64| f64::from_bits(((exponent + 1023) as u64) << 52);
    // In two steps: the power alone may be smaller than any double.
    mantissa as f64 * power(lowest / 2) * power(lowest - lowest / 2)
}

/// A whole number, its lowest 32 bits first; the last element is not zero.
struct Big(Vec<u32>);

impl Big {
    fn times_ten_and(&mut self, digit: u32) {
        let mut carry = u64::from(digit);
        for part in &mut self.0 {
            carry += u64::from(*part) * 10;
            *part = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn bits(&self) -> i64 {
        self.0.last().map_or(0, |last| self.0.len() as i64 * 32 - i64::from(last.leading_zeros()))
    }

    fn double(&mut self, times: i64) {
        for _ in 0..times / 32 {
            self.0.insert(0, 0);
        }
        for _ in 0..times % 32 {
            let mut carry = 0;
            for part in &mut self.0 {
                let next = *part >> 31;
                *part = *part << 1 | carry;
                carry = next;
            }
            if carry > 0 {
                self.0.push(carry);
            }
        }
    }

    /// Takes `other` away if it is not larger; whether it was not.
    fn take(&mut self, other: &Self) -> bool {
        let fits = self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())).is_ge();
        if fits {
            let mut borrow = 0;
            for (index, part) in self.0.iter_mut().enumerate() {
                let taken = i64::from(*part) - i64::from(other.0.get(index).copied().unwrap_or(0)) - borrow;
                *part = taken as u32;
                borrow = i64::from(taken < 0);
            }
            while self.0.last() == Some(&0) {
                self.0.pop();
            }
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;

    #[test]
    fn it_is_what_the_standard_library_reads() {
        let mut texts: Vec<String> = [
            "0",
            "-0",
            "0.0",
            "0e999999999999999999999",
            "1e308",
            "1e309",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "1e-400",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "9007199254740993",
            "9007199254740995",
            "9007199254740993.0000000001",
            "18446744073709551616",
            "1e-999999999999999999999",
            "1e999999999999999999999",
            "3.0",
            "1E+2",
            "0.1",
            "0.30000000000000004",
            "5e-324",
        ]
        .map(String::from)
        .into();
        texts.push(["9007199254740993.", &"0".repeat(2000), "1"].concat());
        texts.push(["0.", &"0".repeat(400), "1e400"].concat());
        texts.extend([DIGITS - 1, DIGITS, DIGITS + 1, 1000].map(|digits| "7".repeat(digits)));
        texts.extend([DIGITS, DIGITS + 1].map(|digits| ["0.", &"7".repeat(digits)].concat()));
        let mut seed: u64 = 1;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            seed >> 11
        };
        for _ in 0..2_000 {
            texts.push(format!("{:e}", f64::from_bits(random() << 11 | random() & 2047).abs()));
            texts.push(format!("{}.{}e{}", random() % 1000, random(), (random() % 660) as i64 - 340));
        }
        for text in texts.iter().filter(|text| text.as_str() != "NaN" && text.as_str() != "inf") {
            assert_eq!(double(text).to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
    }
}
