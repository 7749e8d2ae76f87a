//! The parts of URLs.

/// The scheme of a URL and what stands behind `://`.
#[must_use]
pub fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// Whether the host of a URL is this machine: `localhost`, `[::1]`, or `127.0.0.0/8` as four numbers.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let v4 = || {
        host.split('.').count() == 4
            && host.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse::<u8>().is_ok())
    };
    host == "localhost" || host == "[::1]" || (host.starts_with("127.") && v4())
}
