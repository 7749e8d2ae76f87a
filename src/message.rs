//! An HTTP request and a response as plain values.

use alloc::string::String;

use crate::error::WireError;
use crate::jose::ObjectWriter;
use crate::jose::json::write_integer;

/// The request headers that the core reads of every request, in lower case. A host need not pass others.
pub const REQUEST_HEADERS: [&str; 7] =
    ["authorization", "dpop", "content-type", "content-encoding", "origin", "cf-ray", "traceparent"];

/// The request headers that it reads besides, but never of a POST: a host need not look them up for a token request.
pub const REQUEST_HEADERS_UNLESS_POST: [&str; 4] =
    ["if-match", "if-none-match", "access-control-request-method", "access-control-request-headers"];

/// The line of a head in which a host says from which address the request came: among the headers, under a name that no
/// header can have (RFC 9110 section 5.6.2), so that nobody can send it.
pub const SOURCE_ADDRESS: &str = "@address";

/// An HTTP request. There is no `Debug`: it holds credentials.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// In upper case.
    pub method: &'a str,
    /// As it was sent, not decoded, without the query.
    pub path: &'a str,
    /// The path of the issuer, which stood before `path`; empty if it has none.
    pub base: &'a str,
    /// What stands behind the first `?`; empty if nothing.
    pub query: &'a str,
    /// Lines `name: value`, names in lower case, without line ends in values.
    headers: &'a str,
    /// At most one byte more than [`crate::limits::BODY`].
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A request from its head, `METHOD SP path[?query]` and then lines `name: value`, and its body.
    #[must_use]
    pub fn new(head: &'a str, body: &'a [u8]) -> Self {
        let (first, headers) = head.split_once('\n').unwrap_or((head, ""));
        let (method, target) = first.split_once(' ').unwrap_or((first, ""));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { method, path, base: "", query, headers, body }
    }

    /// The same request with its path as seen from `base`, if it lies under it.
    #[must_use]
    pub fn under(self, base: &'a str) -> Option<Self> {
        let path = self.path.strip_prefix(base).filter(|path| path.starts_with('/'))?;
        Some(Self { path, base, ..self })
    }

    /// The value of a header; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        header(self.headers, name)
    }

    /// The value of a header that a request has once; a list in it, or another line, is refused. The name in lower case.
    ///
    /// # Errors
    /// [`Repeated`]
    #[must_use]
    pub fn only_header(&self, name: &str) -> Option<Result<&'a str, Repeated>> {
        let value = self.header(name)?;
        let lines = self.headers.split('\n').filter(|line| line.split_once(':').is_some_and(|(key, _)| key == name));
        Some(if lines.count() == 1 && !value.contains(',') { Ok(value) } else { Err(Repeated) })
    }
}

/// A header is there more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated;

fn header<'a>(lines: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = lines.split('\n');
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    value.map(|value| value.trim_matches([' ', '\t']))
}

/// Bytes that the headers of most responses need.
const HEADERS: usize = 512;

/// An HTTP response. There is no `Debug`: it may hold a token.
#[derive(Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Lines `name: value`, each behind a line end, names in lower case.
    headers: String,
    /// Empty, or of the type that the headers say.
    pub body: String,
    /// The name of a document that the host keeps and that takes the place of `body`; empty if there is none.
    pub document: &'static str,
}

impl Response {
    /// A response without a body.
    #[must_use]
    pub const fn empty(status: u16) -> Self {
        Self { status, headers: String::new(), body: String::new(), document: "" }
    }

    /// A JSON response.
    #[must_use]
    pub fn json(status: u16, body: String) -> Self {
        let mut headers = String::with_capacity(HEADERS);
        headers.push_str("\ncontent-type: application/json");
        Self { status, headers, body, document: "" }
    }

    /// A page. Its policy, in the headers of every answer, lets nothing run and nothing load.
    #[must_use]
    pub(crate) fn html(status: u16, page: &str) -> Self {
        let headers = String::from("\ncontent-type: text/html; charset=utf-8");
        Self { status, headers, body: String::from(page), document: "" }
    }

    /// A document that says nothing that the core decides: the host has it.
    #[must_use]
    pub(crate) fn kept_by_host(document: &'static str, media_type: &str) -> Self {
        Self { document, ..Self::empty(200) }.with("content-type", media_type)
    }

    /// The same, as HEAD is answered.
    #[must_use]
    pub(crate) fn without_body(self) -> Self {
        Self { body: String::new(), document: "", ..self }
    }

    /// The value of a header; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The same with one more header. A value has no line ends: those that come from a request are checked before.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.push(name, value);
        self
    }

    /// The same with the headers of every answer: it is data, to be shown in no page and framed by none. Who may read
    /// it across origins is said by CORS, which `Cross-Origin-Resource-Policy` does not stand in the way of.
    #[must_use]
    pub(crate) fn secured(mut self) -> Self {
        self.headers.push_str(concat!(
            "\nx-content-type-options: nosniff",
            "\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'",
            "\nreferrer-policy: no-referrer",
            "\ncross-origin-resource-policy: same-origin",
        ));
        self
    }

    /// The same for nobody's cache (RFC 6749 section 5.1).
    #[must_use]
    pub fn no_store(self) -> Self {
        self.with("cache-control", "no-store").with("pragma", "no-cache")
    }

    /// The body and headers of an OAuth error.
    #[must_use]
    pub fn error(error: &WireError) -> Self {
        let mut body = ObjectWriter::new();
        body.text("error", error.error);
        body.text("error_description", &error.description);
        let mut response = Self::json(error.status, body.finish()).no_store();
        if error.challenge {
            response.push("www-authenticate", r#"Basic realm="sts", charset="UTF-8""#);
        }
        if let Some(seconds) = error.retry_after {
            let mut text = String::new();
            write_integer(u64::from(seconds), &mut text);
            response.push("retry-after", &text);
        }
        response
    }

    /// Status and headers as text: the status, and the name of a document if there is one behind a space; then lines
    /// `name: value`.
    #[must_use]
    pub fn head(&self) -> String {
        let mut text = String::with_capacity(self.headers.len().saturating_add(24));
        write_integer(u64::from(self.status), &mut text);
        if !self.document.is_empty() {
            text.push(' ');
            text.push_str(self.document);
        }
        text.push_str(&self.headers);
        text
    }

    #[inline(never)]
    fn push(&mut self, name: &str, value: &str) {
        for part in ["\n", name, ": "] {
            self.headers.push_str(part);
        }
        for part in value.split(char::is_control) {
            self.headers.push_str(part);
        }
    }
}
