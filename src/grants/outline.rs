//! What would be issued, for a dry run: everything about it but what makes it a token.

use alloc::string::String;
use alloc::vec::Vec;

use crate::jose::ObjectWriter;

/// What would be issued. There is no `jti`, no signature, no handle and no grant in it: nobody can use it as a token.
pub struct Outline {
    /// `jwt`, `opaque` or `refresh_token`.
    pub form: &'static str,
    /// `issued_token_type`
    pub issued_token_type: &'static str,
    /// `token_type`
    pub token_type: &'static str,
    /// `expires_in`, seconds
    pub expires_in: u64,
    /// `scope`, if any would be granted
    pub scope: Option<String>,
    /// For how many seconds the refresh token would be good, if one would be issued.
    pub refresh_expires_in: Option<u64>,
    /// The resources that it would end with, as `Type/id`: who stands behind it. None for an identity assertion, which
    /// another server believes until its `exp`.
    pub ends_with: Vec<String>,
    /// The claims, JSON text: of a JWT its own, of an opaque token those that introspection would show.
    pub claims: String,
}

impl Outline {
    /// The object of the answer.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut outline = ObjectWriter::new();
        outline.text("form", self.form);
        outline.text("issued_token_type", self.issued_token_type);
        outline.text("token_type", self.token_type);
        outline.integer("expires_in", self.expires_in);
        outline.optional("scope", self.scope.as_deref());
        outline.boolean("refresh_token", self.refresh_expires_in.is_some());
        if let Some(seconds) = self.refresh_expires_in {
            outline.integer("refresh_expires_in", seconds);
        }
        if !self.ends_with.is_empty() {
            outline.texts("ends_with", &self.ends_with);
        }
        outline.json("claims", &self.claims);
        outline.finish()
    }
}
