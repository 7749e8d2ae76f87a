//! Public keys in PEM (RFC 7468): SubjectPublicKeyInfo (RFC 5280 section 4.1) of RSA, EC and Ed25519, and PKCS #1's
//! RSAPublicKey (RFC 8017 appendix A.1.1), as JWKs.

use alloc::string::String;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::base64url;
use super::json::Object;

const NOT_DER: &str = "It is not a public key in DER, or of a kind that is not supported.";

/// The JWK of a PEM text; the error is a sentence.
pub(super) fn public_key(text: &str) -> Result<Object<'static>, &'static str> {
    const NOT_PEM: &str = "It must be PEM text: -----BEGIN PUBLIC KEY-----, lines of base64, -----END PUBLIC KEY-----.";
    let rest = text.trim().strip_prefix("-----BEGIN ").ok_or(NOT_PEM)?;
    let (label, rest) = rest.split_once("-----").ok_or(NOT_PEM)?;
    let (body, end) = rest.split_once("-----END ").ok_or(NOT_PEM)?;
    if end.strip_suffix("-----") != Some(label) {
        return Err(NOT_PEM);
    }
    let body: String = body.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    let der = STANDARD.decode(body).map_err(|_| NOT_PEM)?;
    match label {
        "PUBLIC KEY" => subject_public_key_info(&der).ok_or(NOT_DER),
        "RSA PUBLIC KEY" => rsa(&der).ok_or(NOT_DER),
        "CERTIFICATE" => Err("It is a certificate: give its public key (openssl x509 -pubkey -noout)."),
        label if label.ends_with("PRIVATE KEY") => Err("It is a private key: give the public key only."),
        _ => Err(NOT_PEM),
    }
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const NULL: u8 = 0x05;

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// Name, object identifier and bytes of a coordinate.
const CURVES: [(&str, &[u8], usize); 3] = [
    ("P-256", &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], 32),
    ("P-384", &[0x2b, 0x81, 0x04, 0x00, 0x22], 48),
    ("P-521", &[0x2b, 0x81, 0x04, 0x00, 0x23], 66),
];

fn subject_public_key_info(der: &[u8]) -> Option<Object<'static>> {
    let (info, after) = element(der, SEQUENCE)?;
    let (algorithm, rest) = element(info, SEQUENCE)?;
    let (bits, nothing) = element(rest, BIT_STRING)?;
    let key = bits.strip_prefix(&[0])?; // no unused bits
    let (kind, parameters) = element(algorithm, OBJECT_IDENTIFIER)?;
    if !after.is_empty() || !nothing.is_empty() {
        return None;
    }
    match kind {
        RSA_ENCRYPTION if element(parameters, NULL)? == (&[], &[]) => rsa(key),
        EC_PUBLIC_KEY => {
            let (curve, after) = element(parameters, OBJECT_IDENTIFIER)?;
            let (name, _, length) = CURVES.iter().find(|(_, identifier, _)| *identifier == curve)?;
            let (x, y) = key.strip_prefix(&[4])?.split_at_checked(*length)?; // uncompressed
            after.is_empty().then(|| jwk("EC", Some(name), &[("x", x), ("y", y)]))
        }
        ED25519 if parameters.is_empty() => Some(jwk("OKP", Some("Ed25519"), &[("x", key)])),
        _ => None,
    }
}

fn rsa(der: &[u8]) -> Option<Object<'static>> {
    let (numbers, after) = element(der, SEQUENCE)?;
    let (n, rest) = element(numbers, INTEGER)?;
    let (e, nothing) = element(rest, INTEGER)?;
    (after.is_empty() && nothing.is_empty()).then_some(())?;
    Some(jwk("RSA", None, &[("n", unsigned(n)?), ("e", unsigned(e)?)]))
}

/// The bytes of an INTEGER that is not negative, without the zero that says so.
fn unsigned(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        [0, 0x80..=0xff, ..] => integer.get(1..),
        [1..=0x7f, ..] => Some(integer),
        _ => None, // negative, or longer than DER allows (X.690 section 8.3.2)
    }
}

/// The contents of the first element, which must have this tag, and what follows it. Lengths are definite and as short
/// as they can be, as DER wants them.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.strip_prefix(&[tag])?.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81 => {
            let (length, rest) = rest.split_first()?;
            (usize::from((*length >= 0x80).then_some(*length)?), rest)
        }
        0x82 => {
            let (length, rest) = rest.split_first_chunk()?;
            let length = u16::from_be_bytes(*length);
            (usize::from((length >= 0x100).then_some(length)?), rest)
        }
        _ => return None, // no key is longer than 64 KiB
    };
    rest.split_at_checked(length)
}

fn jwk(kty: &'static str, crv: Option<&'static str>, numbers: &[(&'static str, &[u8])]) -> Object<'static> {
    let mut jwk = Object::new();
    jwk.set("kty", kty);
    if let Some(crv) = crv {
        jwk.set("crv", crv);
    }
    for (name, bytes) in numbers {
        jwk.set(name, base64url::encode(bytes));
    }
    jwk
}
