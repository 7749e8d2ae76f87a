//! What the targets compare with. As far as it decides about a token it is written anew, or by others, and shares no code
//! with the core.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::common::{ADMIN, Fixture, OCT_KEYS, Reply, SECRET};

/// What the fixture plants and nobody may see: secrets of clients and of the issuer, the administrator's token, the key
/// that signs. A program that prints one of them by chance is less likely than that the sun goes out.
pub const PLANTED: [&str; 6] = [
    SECRET,
    ADMIN,
    "p@ss:w+rd %1",
    "secret-of-c2",
    "secret-of-opaque",
    "c3RzLXNpZ25pbmcta2V5LW9mLXRoZS10ZXN0cy0wMTIzNDU",
];

/// The bytes of base64url without padding, bit by bit; `None` for whatever is not the one text of its bytes.
pub fn base64url(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for character in text.bytes() {
        let six = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    (count < 6 && bits & ((1 << count) - 1) == 0).then_some(bytes)
}

/// Whether a text is a JWS whose tag was made with the issuer's secret, or with the key of the service.
pub fn is_signed(token: &str) -> bool {
    let keys: Value = serde_json::from_str(OCT_KEYS).unwrap();
    let own = base64url(keys["keys"][0]["k"].as_str().unwrap()).unwrap();
    let Some((input, tag)) = token.rsplit_once('.') else { return false };
    let Some(tag) = base64url(tag) else { return false };
    [SECRET.as_bytes(), &own].iter().any(|key| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(input.as_bytes());
        mac.verify_slice(&tag).is_ok()
    })
}

/// Makes sure that an answer and the events so far show none of `secrets`, nor what is planted, unless it stands in
/// `shown`, which whoever asked has written for all to see.
pub fn hides(fixture: &Fixture, reply: &Reply, secrets: &[&str], shown: &str) {
    let text = [reply.0.head(), reply.0.body.clone()].join("\n\n");
    let events = fixture.host.events.borrow();
    for secret in PLANTED.iter().chain(secrets).filter(|secret| secret.len() >= 10 && !shown.contains(**secret)) {
        assert!(!text.contains(secret), "an answer shows a secret");
        assert!(!events.iter().any(|event| event.contains(secret)), "an event shows a secret");
    }
}

/// Makes sure of the form of an answer under `/auth/`: a status that the contract knows, JSON of a bounded length, a
/// refusal with an error and a sentence in printable ASCII, nothing for a cache.
pub fn well_formed(reply: &Reply) -> Option<Value> {
    assert!([200, 400, 401, 403, 413, 429].contains(&reply.status()), "status {}", reply.status());
    assert!(reply.0.body.len() <= 64 * 1024, "a body of {} bytes", reply.0.body.len());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    if reply.status() == 200 {
        return if reply.0.body.is_empty() { None } else { Some(reply.json()) };
    }
    let body = reply.json();
    for name in ["error", "error_description"] {
        let text = body[name].as_str().unwrap();
        let printable = text.bytes().all(|byte| matches!(byte, 0x20..0x7f) && byte != b'"' && byte != b'\\');
        assert!(!text.is_empty() && printable, "{name} is not printable ASCII");
    }
    assert_eq!(body.as_object().unwrap().len(), 2);
    Some(body)
}

/// Makes sure that the good exchange works.
pub fn still_works(fixture: &Fixture) {
    fixture.exchange().ok();
}

/// Makes sure that what stands under a look-up is what stands under the id of the same resource.
pub fn look_ups_agree(fixture: &Fixture) {
    let resources = fixture.host.resources.borrow();
    for (key, value) in resources.iter() {
        // what several resources share leads to the keys of them all
        if let Ok(owners) = serde_json::from_str::<Vec<String>>(value) {
            assert!(!owners.is_empty() && owners.iter().all(|owner| resources.contains_key(owner)), "{key}");
            continue;
        }
        let document = edge_sts::jose::json::parse_object(value).unwrap_or_else(|fault| panic!("{key}: {fault:?}"));
        let text = |name| document.get(name).and_then(|value| value.as_str()).unwrap();
        assert_eq!(resources.get(&format!("{}/{}", text("resourceType"), text("id"))), Some(value));
    }
}
