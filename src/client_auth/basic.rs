//! `Authorization: Basic` as real clients send it: form-encoded (RFC 6749 section 2.3.1) or raw, in base64 or base64url,
//! padded or not, in UTF-8 (RFC 7617 section 2.1) or, where it is none, in ISO 8859-1.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::parameters::form_decode;
use crate::secret::Secret;

/// What the header says.
pub(super) struct Basic {
    pub(super) id: String,
    /// The secret as it stands there.
    pub(super) secret: Secret,
    /// The secret as a form has it, where that is another reading.
    pub(super) decoded: Option<Secret>,
}

pub(super) fn read(header: &str) -> Option<Basic> {
    let (scheme, token) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = text(lenient_base64(token.trim_matches(' '))?);
    let (id, secret) = text.split_once(':')?;
    let decoded = match form_decode(secret) {
        Some(Cow::Owned(decoded)) => Some(Secret::from(decoded)),
        _ => None,
    };
    let id = form_decode(id).unwrap_or(Cow::Borrowed(id)).into_owned();
    Some(Basic { id, secret: Secret::from(secret), decoded })
}

/// Some libraries know headers in ISO 8859-1 alone, where each byte is the character of that number.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}

fn lenient_base64(text: &str) -> Option<Vec<u8>> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);
    let url_safe = text.bytes().any(|byte| byte == b'-' || byte == b'_');
    if url_safe { URL_SAFE.decode(text).ok() } else { STANDARD.decode(text).ok() }
}
