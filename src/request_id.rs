//! The name of one request: it is in the answer and in each event, so that one leads to the other.

use alloc::string::String;

use crate::host::Host;

/// The header of the answer that carries it.
pub const HEADER: &str = "x-request-id";

/// The name that the platform gave the request (`cf-ray`), else that of the caller's trace (`traceparent`), else a random
/// one; empty where the host has no randomness. The first two are taken only in their own form, so that they are short
/// and cannot be mistaken for anything else.
pub fn request_id<H: Host>(host: &H, ray: Option<&str>, traceparent: Option<&str>) -> String {
    ray.filter(|ray| is_ray(ray)).or_else(|| traceparent.and_then(trace_id)).map_or_else(|| random(host), String::from)
}

/// Sixteen hexadecimal digits, and mostly the airport of the data centre behind a hyphen.
fn is_ray(text: &str) -> bool {
    let (ray, place) = text.split_once('-').unwrap_or((text, "XXX"));
    ray.len() == 16 && is_hex(ray) && place.len() == 3 && place.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `trace-id` of W3C Trace Context, level 1: version, trace-id, parent-id and flags.
fn trace_id(text: &str) -> Option<&str> {
    let mut parts = text.split('-');
    let mut part = |length| parts.next().filter(|part| part.len() == length && is_hex(part));
    let (version, trace_id, _parent_id, _flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
    let is_zero = trace_id.bytes().all(|byte| byte == b'0');
    // A later version may have more parts; this one has none.
    (version != "ff" && !is_zero && (version != "00" || parts.next().is_none())).then_some(trace_id)
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn random<H: Host>(host: &H) -> String {
    let mut bytes = [0; 16];
    if host.random(&mut bytes).is_err() {
        return String::new();
    }
    let mut id = [0; 32];
    for (digits, byte) in id.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *digits = [digit(byte >> 4), digit(byte & 15)];
    }
    core::str::from_utf8(&id).map(String::from).unwrap_or_default()
}

/// The hexadecimal digit of a number below 16.
const fn digit(number: u8) -> u8 {
    if number < 10 { b'0'.wrapping_add(number) } else { b'a'.wrapping_add(number.wrapping_sub(10)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_the_form_is_taken() {
        for ray in ["8f2b6c0d1e3a4f5b-FRA", "8f2b6c0d1e3a4f5b"] {
            assert!(is_ray(ray), "{ray}");
        }
        for ray in
            ["", "8f2b6c0d1e3a4f5b-", "8f2b6c0d1e3a4f5b-fra", "8F2B6C0D1E3A4F5B-FRA", "8f2b6c0d1e3a4f5-FRA", "x\ny"]
        {
            assert!(!is_ray(ray), "{ray}");
        }
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        for rest in ["00f067aa0ba902b7-01", "00f067aa0ba902b7-00"] {
            assert_eq!(trace_id(&["00-", id, "-", rest].concat()), Some(id));
        }
        assert_eq!(trace_id(&["01-", id, "-00f067aa0ba902b7-01-more"].concat()), Some(id));
        for text in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736\r\n-00f067aa0ba902b7-01",
        ] {
            assert_eq!(trace_id(text), None, "{text}");
        }
    }
}
