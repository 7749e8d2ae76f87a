//! The secret of a Client as it is stored: never itself.
//!
//! Without a pepper it is what Aidbox stores, `__sha256:` and the digest. With one it is `__hmac-sha256:` and an HMAC under
//! the pepper, salted with the Client's id: whoever reads the store can guess nothing without the pepper, and equal
//! secrets do not look equal.

use alloc::string::String;
use alloc::vec::Vec;

use super::mask::MASK;
use crate::jose::{Algorithm, HmacKey};
use crate::secret::Digest;

/// The secret of a Client. Its `Debug` shows nothing.
#[derive(Clone, Debug)]
pub enum ClientSecret {
    /// SHA-256 of the secret.
    Sha256(Digest),
    /// HMAC-SHA-256 under the pepper of `Client/<id>`, a zero byte and the secret.
    Hmac(Digest),
}

/// The key under which secrets are stored (`STS_SECRET_PEPPER`). There is no `Debug`.
pub struct Pepper(HmacKey);

const SHA256_PREFIX: &str = "__sha256:";
const HMAC_PREFIX: &str = "__hmac-sha256:";

impl Pepper {
    /// A pepper of at least 32 bytes.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        HmacKey::new(text.as_bytes(), Some(Algorithm::Hs256)).map(Self)
    }

    fn digest(&self, id: &str, secret: &[u8]) -> Option<Digest> {
        let mut message = Vec::with_capacity(id.len().saturating_add(secret.len()).saturating_add(8));
        for part in [b"Client/", id.as_bytes(), b"\0", secret] {
            message.extend_from_slice(part);
        }
        let digest = self.0.sign(Algorithm::Hs256, &message)?.try_into().ok()?;
        zeroize::Zeroize::zeroize(&mut message);
        Some(Digest::from_bytes(digest))
    }
}

impl ClientSecret {
    /// A secret as it was stored, or written plainly; `None` if it has the prefix of a digest and is none, or is that of the
    /// empty secret, which is refused when it is written plainly too. A mask is no secret: whoever stored what GET shows,
    /// past the administrator's interface, would have let in everybody who reads it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text == MASK {
            return None;
        }
        if let Some(hex) = text.strip_prefix(HMAC_PREFIX) {
            return from_hex(hex).map(Self::Hmac);
        }
        if text.starts_with(SHA256_PREFIX) { sha256_digest(text) } else { Some(Digest::of(text.as_bytes())) }
            .map(Self::Sha256)
    }

    /// The text to store for a secret that was written: a digest as it is, in lower case.
    pub(super) fn to_store(text: &str, id: &str, pepper: Option<&Pepper>) -> Option<String> {
        let plain = !is_digest(text);
        let secret = match pepper.filter(|_| plain) {
            Some(pepper) => Self::Hmac(pepper.digest(id, text.as_bytes())?),
            None => Self::read(text)?,
        };
        let (prefix, digest) = match &secret {
            Self::Sha256(digest) => (SHA256_PREFIX, digest),
            Self::Hmac(digest) => (HMAC_PREFIX, digest),
        };
        let mut stored = String::from(prefix);
        for byte in digest.as_bytes() {
            for nibble in [byte >> 4, byte & 15] {
                stored.extend(char::from_digit(u32::from(nibble), 16));
            }
        }
        Some(stored)
    }

    /// Whether one of these is the secret of the Client. Everything is computed whatever it is, and for no Client as well,
    /// so that the time does not tell.
    #[must_use]
    pub fn is_one_of<'s>(
        secret: Option<&Self>,
        presented: impl Iterator<Item = &'s [u8]>,
        id: &str,
        pepper: Option<&Pepper>,
    ) -> bool {
        let nobody = Digest::from_bytes([0; 32]);
        let (sha256, hmac) = match secret {
            Some(Self::Sha256(digest)) => (digest, &nobody),
            Some(Self::Hmac(digest)) => (&nobody, digest),
            None => (&nobody, &nobody),
        };
        presented.fold(false, |right, presented| {
            let peppered = pepper.and_then(|pepper| pepper.digest(id, presented));
            sha256.matches(presented) | peppered.is_some_and(|digest| hmac.is(&digest)) | right
        })
    }
}

/// Whether a secret as it was written is a digest already.
pub(super) fn is_digest(text: &str) -> bool {
    text.starts_with(SHA256_PREFIX) || text.starts_with(HMAC_PREFIX)
}

/// The digest behind `__sha256:`; `None` for what is none, and for that of the empty text.
#[must_use]
pub fn sha256_digest(text: &str) -> Option<Digest> {
    from_hex(text.strip_prefix(SHA256_PREFIX)?).filter(|digest| !digest.matches(b""))
}

fn from_hex(hex: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    let mut digits = hex.chars().map(|digit| digit.to_digit(16));
    for byte in &mut bytes {
        let (high, low) = (digits.next()??, digits.next()??);
        *byte = u8::try_from(high << 4 | low).ok()?;
    }
    digits.next().is_none().then(|| Digest::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: &str = "__sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    // Python: hmac.new(b"0123456789abcdef0123456789abcdef", b"Client/c\0test", "sha256").hexdigest()
    const PEPPERED: &str = "__hmac-sha256:0807f016ccac39230878b754d4af916999142459b87f095df8829424a727d07d";

    fn is(stored: &str, presented: &str, id: &str, pepper: Option<&Pepper>) -> bool {
        let secret = ClientSecret::read(stored);
        ClientSecret::is_one_of(secret.as_ref(), [b"other", presented.as_bytes()].into_iter(), id, pepper)
    }

    #[test]
    fn without_a_pepper_it_is_aidboxs_digest() {
        assert_eq!(ClientSecret::to_store("test", "c", None).as_deref(), Some(TEST));
        assert_eq!(ClientSecret::to_store(&TEST.replace("9f", "9F"), "c", None).as_deref(), Some(TEST));
        assert!(is(TEST, "test", "c", None) && !is(TEST, "tests", "c", None) && !is(TEST, TEST, "c", None));
        for bad in ["***", "__sha256:", "__sha256:9f", "__hmac-sha256:9f"] {
            assert!(ClientSecret::read(bad).is_none(), "{bad}");
        }
        let empty = "__sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(ClientSecret::read(empty).is_none());
    }

    #[test]
    fn with_a_pepper_it_is_salted() {
        let pepper = Pepper::new("0123456789abcdef0123456789abcdef");
        let pepper = pepper.as_ref();
        assert_eq!(ClientSecret::to_store("test", "c", pepper).as_deref(), Some(PEPPERED));
        assert!(is(PEPPERED, "test", "c", pepper));
        assert!(!is(PEPPERED, "test", "d", pepper) && !is(PEPPERED, "test", "c", None));
        assert!(!is(PEPPERED, "test", "c", Pepper::new(&"x".repeat(32)).as_ref()));
        // What was stored before there was a pepper goes on.
        assert!(is(TEST, "test", "c", pepper));
        assert_eq!(ClientSecret::to_store(TEST, "c", pepper).as_deref(), Some(TEST));
        assert_eq!(ClientSecret::to_store(PEPPERED, "c", None).as_deref(), Some(PEPPERED));
        assert!(Pepper::new("too short").is_none());
        assert!(!ClientSecret::is_one_of(None, [&b""[..]].into_iter(), "c", pepper));
    }

    #[test]
    fn digests_as_aidbox_writes_them() {
        let of_test = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        for good in ["test", &[SHA256_PREFIX, of_test].concat(), &[SHA256_PREFIX, &of_test.to_uppercase()].concat()] {
            assert!(is(good, "test", "c", None));
        }
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let longer = [of_test, "0"].concat();
        for bad in [
            "",
            &of_test.replace('9', "g"),
            &of_test.replace('9', "+"),
            &of_test.replace("9f", "f"),
            &longer,
            of_nothing,
        ] {
            assert!(ClientSecret::read(&[SHA256_PREFIX, bad].concat()).is_none(), "{bad}");
        }
    }
}
