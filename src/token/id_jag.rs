//! Identity assertions (ID-JAG) that this service issues for other authorization servers: a JWT of its own `typ`
//! (draft-ietf-oauth-identity-assertion-authz-grant section 3.1).

use alloc::string::String;

use crate::jose::json::Value;
use crate::jose::{Actor, Claims, Confirmation, ObjectWriter};
use crate::policy::Scope;
use crate::resource::IdJagTarget;

/// What an identity assertion says.
pub struct IdJag<'a> {
    /// `iss`
    pub iss: &'a str,
    /// `sub`
    pub sub: &'a str,
    /// For whom it is, and as whom the client is known there.
    pub target: &'a IdJagTarget,
    /// `iat`, seconds
    pub iat: u64,
    /// `exp`, seconds
    pub exp: u64,
    /// `jti`; none in an assertion that is only described.
    pub jti: Option<&'a str>,
    /// `resource`: a string when one, an array when more.
    pub resource: &'a [String],
    /// `scope`, if any
    pub scope: &'a Scope,
    /// `act`, if any
    pub act: Option<&'a Actor>,
    /// The key that whoever redeems it must prove.
    pub jkt: Option<&'a str>,
    /// The ID token that it is issued for.
    pub id_token: &'a Claims,
}

impl IdJag<'_> {
    /// The claims, in JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut claims = ObjectWriter::new();
        claims.text("iss", self.iss);
        claims.text("sub", self.sub);
        claims.text("aud", &self.target.audience);
        claims.text("client_id", &self.target.client_id);
        claims.integer("iat", self.iat);
        claims.integer("exp", self.exp);
        claims.optional("jti", self.jti);
        match self.resource {
            [] => {}
            [one] => claims.text("resource", one),
            more => claims.texts("resource", more),
        }
        claims.optional("scope", self.scope.to_text().as_deref());
        if let Some(act) = self.act {
            claims.json("act", &act.to_json());
        }
        if let Some(jkt) = self.jkt {
            claims.json("cnf", &Confirmation::to_json(jkt));
        }
        claims.optional("tenant", self.target.tenant.as_deref());
        claims.optional("aud_tenant", self.target.aud_tenant.as_deref());
        let said = self.id_token.all();
        let is_verified = said.get("email_verified").and_then(Value::as_bool) == Some(true);
        if let Some(email) = said.get("email").and_then(Value::as_str).filter(|_| self.target.email && is_verified) {
            claims.text("email", email);
        }
        // How the user authenticated is the identity provider's word, handed on as it is (section 3.1).
        for name in ["auth_time", "acr", "amr"] {
            if let Some(value) = said.get(name) {
                claims.json(name, &value.to_json());
            }
        }
        claims.finish()
    }
}
