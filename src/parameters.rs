//! The parameters of a request: a form (RFC 6749 appendix B) or one JSON object, decoded once and strictly.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Reason;
use crate::jose::json::{self, Value};
use crate::limits;

/// Parameters by name. Those without a value are not there (RFC 6749 section 3.2); only `audience` and `resource` are
/// there more than once (RFC 8693 section 2.1). There is no `Debug`: they hold credentials.
pub struct Parameters<'a> {
    entries: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

const REPEATABLE: [&str; 2] = ["audience", "resource"];

/// Tokens that clients read from files, which end with a line end. No token has white space at its ends.
const TRIMMED: [&str; 3] = ["subject_token", "actor_token", "assertion"];

/// What a client authenticates with in the body (RFC 6749 section 2.3.1, RFC 7521 section 4.2).
const CREDENTIALS: [&str; 4] = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];

/// What has a meaning that this service does not give it, and so must not be ignored (RFC 9396, RFC 9101; the last three
/// are Keycloak's, and say for whom and of whom a token is).
const UNSUPPORTED: [&str; 6] =
    ["authorization_details", "request", "request_uri", "requested_subject", "requested_issuer", "subject_issuer"];

impl<'a> Parameters<'a> {
    /// Reads a body. `content_encoding`: the value of that header.
    ///
    /// # Errors
    /// [`Reason`]: content type, size, decoding and repeats, in this order.
    pub fn read(content_type: Option<&str>, content_encoding: Option<&str>, body: &'a [u8]) -> Result<Self, Reason> {
        let (media_type, parameters) = split_content_type(content_type);
        let form = is_form(content_type);
        if !form && !media_type.eq_ignore_ascii_case("application/json") {
            return Err(if content_type.is_none() && body.is_empty() { Reason::Body } else { Reason::ContentType });
        }
        if !is_utf8(parameters) {
            return Err(Reason::Charset);
        }
        if content_encoding.is_some_and(|coding| !coding.is_empty()) {
            return Err(Reason::ContentEncoding);
        }
        if body.len() > limits::BODY {
            return Err(Reason::BodyTooLarge);
        }
        let text = core::str::from_utf8(body).map_err(|_| Reason::Body)?;
        if form { Self::from_form(text) } else { Self::from_json(text) }
    }

    /// Reads one JSON object of strings.
    ///
    /// # Errors
    /// [`Reason`]: decoding and repeats.
    pub fn from_json(text: &'a str) -> Result<Self, Reason> {
        let Value::Object(object) = json::parse(text).map_err(|fault| match fault {
            json::JsonFault::DuplicateMember => Reason::ParameterRepeated,
            json::JsonFault::TooManyMembers => Reason::TooManyParameters,
            _ => Reason::Body,
        })?
        else {
            return Err(Reason::Body);
        };
        let mut entries = Vec::with_capacity(object.len());
        for (name, value) in object {
            match value {
                Value::String(text) => entries.push((name, text)),
                Value::Array(values) if REPEATABLE.contains(&name.as_ref()) => {
                    for value in values {
                        let Value::String(text) = value else { return Err(Reason::ParameterMalformed) };
                        entries.push((name.clone(), text));
                    }
                }
                _ => return Err(Reason::ParameterMalformed),
            }
        }
        Self::checked(entries)
    }

    fn from_form(text: &'a str) -> Result<Self, Reason> {
        if text.contains(';') {
            return Err(Reason::Body); // some readers take it for a separator; every writer escapes it
        }
        let mut entries = Vec::with_capacity(8); // as many as most requests have
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            if entries.len() >= limits::PARAMETERS {
                return Err(Reason::TooManyParameters);
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            entries.push((form_decode(name).ok_or(Reason::Body)?, form_decode(value).ok_or(Reason::Body)?));
        }
        Self::checked(entries)
    }

    fn checked(mut entries: Vec<(Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, Reason> {
        if entries.len() > limits::PARAMETERS {
            return Err(Reason::TooManyParameters);
        }
        for (_, value) in entries.iter_mut().filter(|(name, _)| TRIMMED.contains(&name.as_ref())) {
            if value.trim_ascii().len() < value.len() {
                *value = Cow::Owned(String::from(value.trim_ascii()));
            }
        }
        entries.retain(|(_, value)| !value.is_empty());
        let mut rest = entries.as_slice();
        while let Some(((name, value), after)) = rest.split_first() {
            if !REPEATABLE.contains(&name.as_ref()) && after.iter().any(|(other, _)| other == name) {
                return Err(Reason::ParameterRepeated);
            }
            if value.contains('\0') || name.contains('\0') {
                return Err(Reason::ParameterMalformed);
            }
            rest = after;
        }
        Ok(Self { entries })
    }

    /// The value of a parameter that is there once.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref())
    }

    /// All values of a parameter.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.entries.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_ref())
    }

    /// Whether nothing is there that would change meaning and is not handled.
    ///
    /// # Errors
    /// [`Reason::ParameterUnsupported`]
    pub fn refuse_unsupported(&self) -> Result<(), Reason> {
        let unsupported = UNSUPPORTED.iter().any(|name| self.get(name).is_some());
        if unsupported { Err(Reason::ParameterUnsupported) } else { Ok(()) }
    }
}

/// Whether the body is a form.
#[must_use]
pub fn is_form(content_type: Option<&str>) -> bool {
    split_content_type(content_type).0.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The media type, and its parameters (RFC 9110 section 8.3.1).
fn split_content_type(content_type: Option<&str>) -> (&str, &str) {
    let content_type = content_type.unwrap_or_default();
    let (media_type, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    (media_type.trim_matches([' ', '\t']), parameters)
}

/// Whether no charset but UTF-8 is named: what another one means is not known here.
fn is_utf8(parameters: &str) -> bool {
    parameters.split(';').all(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim_matches([' ', '\t', '"']);
        let is_charset = name.trim_matches([' ', '\t']).eq_ignore_ascii_case("charset");
        !is_charset || ["utf-8", "utf8"].iter().any(|known| value.eq_ignore_ascii_case(known))
    })
}

/// Makes sure that a query has no credentials of a client: URLs are kept in logs (RFC 6749 section 2.3.1).
///
/// # Errors
/// [`Reason::CredentialsInQuery`]
pub fn refuse_credentials_in_query(query: &str) -> Result<(), Reason> {
    let is_credential = |pair: &str| {
        let name = form_decode(pair.split('=').next().unwrap_or_default());
        name.is_some_and(|name| CREDENTIALS.contains(&name.as_ref()))
    };
    if query.split('&').any(is_credential) { Err(Reason::CredentialsInQuery) } else { Ok(()) }
}

/// One name or value of `application/x-www-form-urlencoded`: `None` for a broken escape or what is not UTF-8.
#[must_use]
pub fn form_decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high << 4 | low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// Appends a value to a form (RFC 6749 appendix B).
pub fn form_encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => {
                out.push('%');
                for nibble in [other >> 4, other & 15] {
                    out.extend(char::from_digit(u32::from(nibble), 16).map(|digit| digit.to_ascii_uppercase()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn form(body: &[u8]) -> Result<Parameters<'_>, Reason> {
        Parameters::read(Some("application/x-www-form-urlencoded"), None, body)
    }

    #[test]
    fn rfc6749_appendix_b() {
        let body = b"a=+%25%26%2B%C2%A3%E2%82%AC&b=plain&c=";
        let parameters = form(body).ok().unwrap();
        assert_eq!(parameters.get("a"), Some(" %&+\u{a3}\u{20ac}"));
        assert_eq!(parameters.get("b"), Some("plain"));
        assert_eq!(parameters.get("c"), None);
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        for body in
            [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff", b"a=%ed%a0%80", b"a=%c0%af", b"a=\xff", b"a=%+1", b"a=1;b=2"]
        {
            assert_eq!(form(body).err(), Some(Reason::Body), "{body:?}");
        }
        assert_eq!(form(b"a=%00").err(), Some(Reason::ParameterMalformed));
    }

    #[test]
    fn repeats() {
        for body in [&b"scope=a&scope=a"[..], b"scope=a&%73cope=b", b"x=1&y=2&x=3"] {
            assert_eq!(form(body).err(), Some(Reason::ParameterRepeated), "{body:?}");
        }
        let parameters = form(b"audience=a&audience=b&audience=&resource=c&scope=&scope=d").ok().unwrap();
        assert_eq!(parameters.all("audience").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(parameters.get("scope"), Some("d"));
    }

    #[test]
    fn json_takes_strings_and_lists_of_targets() {
        let parameters = Parameters::from_json(r#"{"scope":"a","audience":["x","y"],"resource":"z"}"#).ok().unwrap();
        assert_eq!(parameters.all("audience").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(parameters.get("resource"), Some("z"));
        for (body, reason) in [
            (r#"{"scope":1}"#, Reason::ParameterMalformed),
            (r#"{"scope":null}"#, Reason::ParameterMalformed),
            (r#"{"scope":["a"]}"#, Reason::ParameterMalformed),
            (r#"{"audience":[1]}"#, Reason::ParameterMalformed),
            (r#"{"scope":"a","scope":"a"}"#, Reason::ParameterRepeated),
            (r#"["scope"]"#, Reason::Body),
            ("", Reason::Body),
        ] {
            assert_eq!(Parameters::from_json(body).err(), Some(reason), "{body}");
        }
    }

    #[test]
    fn limits_and_types() {
        let many: Vec<_> = (0..=limits::PARAMETERS).map(|index| format!("p{index}=1")).collect();
        assert_eq!(form(many.join("&").as_bytes()).err(), Some(Reason::TooManyParameters));
        let big = alloc::vec![b'a'; limits::BODY + 1];
        assert_eq!(form(&big).err(), Some(Reason::BodyTooLarge));
        for content_type in [None, Some("multipart/form-data"), Some("text/plain"), Some("application/jsonx")] {
            assert_eq!(Parameters::read(content_type, None, b"a=1").err(), Some(Reason::ContentType));
        }
    }

    #[test]
    fn utf8_and_nothing_around_it() {
        let read = |parameters: &str, content_encoding| {
            let content_type = ["APPLICATION/X-WWW-FORM-URLENCODED", parameters].concat();
            Parameters::read(Some(&content_type), content_encoding, b"a=1").err()
        };
        for good in ["", ";", "; charset=UTF-8", ";charset=utf8", "; Charset=\"utf-8\"", "; boundary=x; charset=utf-8"]
        {
            assert_eq!(read(good, None), None, "{good}");
            assert_eq!(read(good, Some("gzip")), Some(Reason::ContentEncoding), "{good}");
        }
        for bad in
            ["; charset=iso-8859-1", ";charset=UTF-16", "; charset", "; charset=", "; charset=utf-8; charset=utf-7"]
        {
            assert_eq!(read(bad, None), Some(Reason::Charset), "{bad}");
        }
        for coding in ["gzip", "br", "identity", "zstd, gzip"] {
            assert_eq!(read("", Some(coding)), Some(Reason::ContentEncoding), "{coding}");
        }
        assert_eq!(read("", Some("")), None);
    }

    #[test]
    fn tokens_lose_white_space_at_their_ends() {
        let body = b"subject_token=+a.b%0D%0A&actor_token=%09c+d%0C&assertion=%0A+&scope=+e+&subject_token_type=f%0A";
        let parameters = form(body).ok().unwrap();
        assert_eq!(parameters.get("subject_token"), Some("a.b"));
        assert_eq!(parameters.get("actor_token"), Some("c d"));
        assert_eq!(parameters.get("assertion"), None);
        assert_eq!(parameters.get("scope"), Some(" e "));
        assert_eq!(parameters.get("subject_token_type"), Some("f\n"));
        let parameters = Parameters::from_json(r#"{"subject_token":"\u00a0a\n"}"#).ok().unwrap();
        assert_eq!(parameters.get("subject_token"), Some("\u{a0}a"));
    }

    #[test]
    fn rfc6749_2_3_1_no_credentials_in_the_query() {
        for good in ["", "a=b", "x=client_secret", "client_secrets=1", "Client_Secret=1", "%zz=client_secret"] {
            assert_eq!(refuse_credentials_in_query(good), Ok(()), "{good}");
        }
        for bad in ["client_id=c1", "client_secret=x", "a=b&client_secret", "client_assertion=x", "%63lient_secret=x"] {
            assert_eq!(refuse_credentials_in_query(bad), Err(Reason::CredentialsInQuery), "{bad}");
        }
    }
}
