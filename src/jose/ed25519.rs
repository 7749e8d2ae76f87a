//! Which Ed25519 keys are not used (RFC 8032 section 5.1.3).
//!
//! A point of small order verifies signatures that nobody made: whoever configures one lets everybody sign. Platforms
//! differ about such points, and about encodings that are not the only one of their point, so they are refused here.

/// The y coordinates of the points of order 1, 2, 4 and 8, little endian. `p - 1` and what is not canonical are found by
/// comparison.
const SMALL_ORDER: [[u8; 32]; 4] = [
    [0; 32],
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// The fault of a public key, its encoded point; a sentence.
pub(crate) fn check(point: &[u8]) -> Result<(), &'static str> {
    let mut y: [u8; 32] = point.try_into().map_err(|_| "It must have 32 bytes.")?;
    if let Some(last) = y.last_mut() {
        *last &= 0x7f; // the sign of x
    }
    // p = 2^255 - 19, so that from p - 1 on every byte but the lowest is at its end.
    let [lowest, middle @ .., highest] = y;
    if highest == 0x7f && middle == [0xff; 30] && lowest >= 0xec {
        return Err("It is a point of small order, or not in its canonical form.");
    }
    if SMALL_ORDER.contains(&y) {
        return Err("It is a point of small order: anybody could sign with it.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{SMALL_ORDER, check};
    use ed25519_dalek::VerifyingKey;

    /// A number below 2^255 that is `below` less than 2^255, and the same with the sign of x.
    fn near_the_end(below: u8) -> [[u8; 32]; 2] {
        let mut y = [0xff; 32];
        y[0] = 0_u8.wrapping_sub(below);
        y[31] = 0x7f;
        with_both_signs(y)
    }

    fn with_both_signs(y: [u8; 32]) -> [[u8; 32]; 2] {
        let mut negative = y;
        negative[31] |= 0x80;
        [y, negative]
    }

    #[test]
    fn points_of_small_order_are_no_keys() {
        for point in SMALL_ORDER.into_iter().flat_map(with_both_signs).chain(near_the_end(20)) {
            assert!(check(&point).is_err(), "{point:?}");
            // Another implementation says the same, of what is a point at all.
            assert!(VerifyingKey::from_bytes(&point).is_ok_and(|key| key.is_weak()), "{point:?}");
        }
    }

    #[test]
    fn one_encoding_for_one_point() {
        for below in 1..=19 {
            assert!(near_the_end(below).iter().all(|point| check(point).is_err()), "2^255 - {below}");
        }
        assert!(check(&[2; 31]).is_err() && check(&[2; 33]).is_err() && check(&[]).is_err());
    }

    #[test]
    fn every_other_point_is_a_key() {
        for below in 21..=255 {
            assert!(near_the_end(below).iter().all(|point| check(point).is_ok()), "2^255 - {below}");
        }
        for seed in 0..32 {
            let point = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes();
            assert!(check(&point).is_ok(), "{seed}");
        }
    }
}
