//! base64url: one text for one value. What is decoded is encoded to the same text, and another decoder agrees about
//! what there is to decode.

use edge_sts::jose::base64url::{decode, encode};

use crate::oracle;

pub fn run(data: &[u8]) {
    assert_eq!(decode(&encode(data)).as_deref(), Some(data));
    let Ok(text) = std::str::from_utf8(data) else { return };
    let bytes = decode(text);
    assert_eq!(bytes, oracle::base64url(text));
    if let Some(bytes) = bytes {
        assert_eq!(encode(&bytes), text);
    }
}
