//! Client authentication (RFC 6749 section 2.3): Basic, or the secret in the body.
//!
//! The answer never says which part was wrong, and takes the same work for a client that does not exist.

use alloc::borrow::Cow;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::error::Reason;
use crate::limits;
use crate::parameters::{Parameters, form_decode};
use crate::resource::Client;
use crate::secret::{Digest, Secret};

/// What a client presented. There is no `Debug` of the secret.
pub struct Credentials {
    /// The id that was presented, if it can be one at all.
    pub client_id: Option<String>,
    /// The readings of the secret, of which one must be right.
    secrets: Vec<Secret>,
    /// Whether a refusal asks for Basic.
    challenge: bool,
}

impl Credentials {
    /// Reads the credentials of a request.
    ///
    /// # Errors
    /// [`Reason`]: none, malformed, more than one method, or another `client_id` in the body.
    pub fn read(authorization: Option<&str>, parameters: &Parameters<'_>) -> Result<Self, Reason> {
        let challenge = authorization.is_some();
        let body_id = parameters.get("client_id");
        let body_secret = parameters.get("client_secret");
        if parameters.get("client_assertion").is_some() || parameters.get("client_assertion_type").is_some() {
            // RFC 7521 section 4.2.1: neither together with another method, nor of a kind that is not supported.
            return Err(Reason::CredentialsMalformed { challenge });
        }
        match (authorization, body_secret) {
            (Some(_), Some(_)) => Err(Reason::CredentialsRepeated),
            (Some(header), None) => {
                let (id, secrets) = basic(header).ok_or(Reason::CredentialsMalformed { challenge })?;
                if body_id.is_some_and(|body_id| body_id != id) {
                    return Err(Reason::ClientMismatch);
                }
                Ok(Self { client_id: usable(&id), secrets, challenge })
            }
            (None, Some(secret)) => {
                let id = body_id.ok_or(Reason::CredentialsMalformed { challenge })?;
                Ok(Self { client_id: usable(id), secrets: [Secret::from(secret)].into(), challenge })
            }
            (None, None) => Err(Reason::NoCredentials { challenge: true }),
        }
    }

    /// Makes sure that the credentials are those of this client, which was looked up by their id.
    ///
    /// # Errors
    /// [`Reason`]: unknown, wrong secret, inactive.
    pub fn authenticate(&self, client: Option<&Rc<Client>>) -> Result<Rc<Client>, Reason> {
        let challenge = self.challenge;
        let nobody = Digest::from_bytes([0; 32]);
        let digest = client.and_then(|client| client.secret.as_ref()).unwrap_or(&nobody);
        // Every reading is tried, so that the time does not tell which one was right.
        let right = self.secrets.iter().fold(false, |right, secret| digest.matches(secret.expose()) | right);
        let client = client.ok_or(Reason::ClientUnknown { challenge })?;
        if !right {
            return Err(Reason::ClientSecret { challenge });
        }
        if !client.active {
            return Err(Reason::ClientInactive { challenge });
        }
        Ok(Rc::clone(client))
    }
}

/// `Basic`: the id, and both readings of the secret that real clients send, form-encoded (RFC 6749 section 2.3.1) and
/// raw.
fn basic(header: &str) -> Option<(String, Vec<Secret>)> {
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

/// An id under which a client can be looked up: others are never asked of the store.
fn usable(id: &str) -> Option<String> {
    (id.len() <= limits::ID && crate::resource::key::is_id(id)).then(|| String::from(id))
}

/// base64 or base64url, padded or not.
fn lenient_base64(text: &str) -> Option<Vec<u8>> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);
    let url_safe = text.bytes().any(|byte| byte == b'-' || byte == b'_');
    if url_safe { URL_SAFE.decode(text).ok() } else { STANDARD.decode(text).ok() }
}
