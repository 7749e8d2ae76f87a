//! `Authorization: Basic` as real clients send it: form-encoded (RFC 6749 section 2.3.1) or raw, in base64 or base64url,
//! padded or not.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::parameters::form_decode;
use crate::secret::Secret;

/// The id, and both readings of the secret.
pub(super) fn read(header: &str) -> Option<(String, Vec<Secret>)> {
    let (scheme, token) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(lenient_base64(token.trim_matches(' '))?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let mut secrets = Vec::from([Secret::from(secret)]);
    if let Some(Cow::Owned(decoded)) = form_decode(secret) {
        secrets.push(Secret::from(decoded));
    }
    Some((form_decode(id).unwrap_or(Cow::Borrowed(id)).into_owned(), secrets))
}

fn lenient_base64(text: &str) -> Option<Vec<u8>> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);
    let url_safe = text.bytes().any(|byte| byte == b'-' || byte == b'_');
    if url_safe { URL_SAFE.decode(text).ok() } else { STANDARD.decode(text).ok() }
}
