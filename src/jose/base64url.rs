//! base64url without padding, strict (RFC 7515 section 2): one text for one value, or nothing.

use alloc::string::String;
use alloc::vec::Vec;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The text of `bytes`.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends the text of `bytes` to `out`.
pub fn encode_into(bytes: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}

/// The bytes of `text`: `None` for padding, white space, another alphabet, a length that cannot be, or bits that are
/// set after the last byte.
///
/// ```
/// use edge_sts::jose::base64url::decode;
/// assert_eq!(decode("_-8").as_deref(), Some(&[0xff, 0xef][..]));
/// assert_eq!(decode("_-9"), None); // the last bits must be zero
/// assert_eq!(decode("_-8="), None);
/// ```
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc7515_2_and_appendix_c() {
        assert_eq!(encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
        assert_eq!(decode("A-z_4ME").unwrap(), [3, 236, 255, 224, 193]);
    }

    #[test]
    fn one_text_for_one_value() {
        for bad in
            ["A", "AAAAA", "AB", "AAB", "AA=", "AA==", " AA", "AA ", "A A", "A\nA", "A+A", "A/A", "AA\0", "é", "A?"]
        {
            assert!(decode(bad).is_none(), "{bad:?}");
        }
        assert_eq!(decode("").unwrap(), []);
    }
}
