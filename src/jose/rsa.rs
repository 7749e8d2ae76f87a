//! Which RSA keys are not used.

/// Bits of a modulus. Below, it can be factored; above, one verification takes too long.
const BITS: core::ops::RangeInclusive<usize> = 2048..=8192;

/// Refuses keys that are too short or too long, or known to be weak. Both are numbers, their first byte first.
pub(crate) fn check(n: &[u8], e: &[u8]) -> Result<(), (&'static str, &'static str)> {
    if !BITS.contains(&bits(n)) {
        return Err(("n", "An RSA key has 2048 to 8192 bits."));
    }
    let even = |number: &[u8]| number.last().is_none_or(|last| last & 1 == 0);
    if even(n) {
        return Err(("n", "It is even, so it cannot be an RSA modulus."));
    }
    if even(e) || !(2..=32).contains(&bits(e)) {
        return Err(("e", "The exponent is an odd number from 3 to 32 bits."));
    }
    if is_roca(n) {
        return Err(("n", "It was made by a library that makes weak keys (ROCA, CVE-2017-15361)."));
    }
    Ok(())
}

fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let first = number.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
    number.len().saturating_sub(zeros).saturating_mul(8).saturating_sub(first)
}

/// The fingerprint of ROCA: modulo each of these primes, such a modulus is a power of 65537. Other moduli are so with a
/// probability of about 2^-28.
fn is_roca(n: &[u8]) -> bool {
    const PRIMES: [u32; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
    PRIMES.iter().all(|prime| {
        let modulo = |number: u32| number.checked_rem(*prime).unwrap_or_default();
        let rest = n.iter().fold(0, |rest: u32, byte| modulo(rest << 8 | u32::from(*byte)));
        let mut power = 1;
        for _ in 0..*prime {
            if power == rest {
                return true;
            }
            power = modulo(modulo(65537).saturating_mul(power));
        }
        false
    })
}
