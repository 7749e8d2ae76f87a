//! The successful response (RFC 8693 section 2.2.1, RFC 6749 section 5.1).

use alloc::string::String;

use crate::jose::ObjectWriter;

/// `token_type` of an access token: whether it is bound to a key (RFC 9449 section 5).
#[must_use]
pub(super) const fn token_type(jkt: Option<&str>) -> &'static str {
    if jkt.is_some() { "DPoP" } else { "Bearer" }
}

/// What the client gets. There is no `Debug`: it holds tokens.
pub struct Answer {
    /// `access_token`: whatever was issued.
    pub access_token: String,
    /// `issued_token_type`: what was issued.
    pub issued_token_type: &'static str,
    /// `token_type`
    pub token_type: &'static str,
    /// `expires_in`, seconds
    pub expires_in: u64,
    /// `scope`, if any was granted
    pub scope: Option<String>,
    /// `refresh_token`, if one was issued beside it
    pub refresh_token: Option<String>,
}

impl Answer {
    /// The body; there are no `null` members.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut body = ObjectWriter::behind(String::with_capacity(self.access_token.len().saturating_add(512)));
        body.text("access_token", &self.access_token);
        body.text("issued_token_type", self.issued_token_type);
        body.text("token_type", self.token_type);
        body.integer("expires_in", self.expires_in);
        body.optional("scope", self.scope.as_deref());
        body.optional("refresh_token", self.refresh_token.as_deref());
        body.finish()
    }
}
