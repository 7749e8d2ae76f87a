//! `id_jag` of a TokenIntrospector: whether and how identity assertions of this issuer are redeemed (Identity Assertion JWT
//! Authorization Grant, MCP's enterprise-managed authorization).

use alloc::string::String;

use super::fields::Fields;
use crate::jose::json::Value;
use crate::limits;

/// How identity assertions (ID-JAG) of an issuer are redeemed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdJag {
    /// `max_lifetime`: seconds between `iat` and `exp`, at most.
    pub max_lifetime: u64,
    /// `reuse`: whether an assertion may be redeemed again until it ends.
    pub reuse: bool,
    /// `tenant`: the only one whose assertions are taken; none: only those without.
    pub tenant: Option<String>,
    /// `aud_tenant`: likewise.
    pub aud_tenant: Option<String>,
}

impl IdJag {
    /// Reads the member: `true`, or an object.
    pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let mut rule = Self { max_lifetime: limits::ID_JAG_LIFETIME, reuse: false, tenant: None, aud_tenant: None };
        if let Some(Value::Bool(is_on)) = fields.value("id_jag") {
            return is_on.then_some(rule);
        }
        let mut own = fields.object("id_jag")?;
        if let Some(seconds) = own.seconds("max_lifetime", &(1..=limits::ASSERTION_LIFETIME)) {
            rule.max_lifetime = seconds;
        }
        rule.reuse = own.boolean("reuse") == Some(true);
        rule.tenant = own.text("tenant").map(String::from);
        rule.aud_tenant = own.text("aud_tenant").map(String::from);
        fields.absorb(own);
        Some(rule)
    }
}
