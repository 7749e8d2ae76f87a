//! The successful response (RFC 8693 section 2.2.1, RFC 6749 section 5.1).

use alloc::string::String;

use crate::jose::json::Object;

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
        let mut body = Object::new();
        body.set("access_token", self.access_token.as_str());
        body.set("issued_token_type", self.issued_token_type);
        body.set("token_type", self.token_type);
        body.set("expires_in", self.expires_in);
        if let Some(scope) = &self.scope {
            body.set("scope", scope.as_str());
        }
        if let Some(refresh_token) = &self.refresh_token {
            body.set("refresh_token", refresh_token.as_str());
        }
        body.to_json()
    }
}
