//! The claims of a JWT (RFC 7519 section 4, RFC 8693 section 4), each of the types that it may have.
//!
//! They are read as leniently as cannot widen what the token allows: real issuers write lists where a standard has a text,
//! and `null` for what is absent. A fault names its claim, for the audit event.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::json::{self, Object, Value};
use super::{Confirmation, ObjectWriter, is_scope_token, numeric_date};
use crate::error::TokenFault;
use crate::limits;

/// The claims that this service acts on. `iss`, `sub` and `exp` are always there.
#[derive(Clone)]
pub struct Claims {
    /// `iss`
    pub iss: String,
    /// `sub`
    pub sub: String,
    /// `aud`: one or more; `None` when the claim is absent.
    pub aud: Option<Vec<String>>,
    /// `exp`, seconds
    pub exp: u64,
    /// `nbf`, seconds
    pub nbf: Option<u64>,
    /// `iat`, seconds
    pub iat: Option<u64>,
    /// `jti`
    pub jti: Option<String>,
    /// `scope`, or else `scp`: its names in their order
    pub scope: Vec<String>,
    /// `client_id` (RFC 8693 section 4.3)
    pub client_id: Option<String>,
    /// `box_user`, Aidbox's name for the id of a User
    pub box_user: Option<String>,
    /// `act` (RFC 8693 section 4.1)
    pub act: Option<Actor>,
    /// Whether `may_act` is there (RFC 8693 section 4.4)
    pub has_may_act: bool,
    /// `cnf` (RFC 7800): the key that the token is bound to.
    pub cnf: Confirmation,
    payload: String,
}

/// One actor and those who acted before (RFC 8693 section 4.1). Only `iss` and `sub` are carried on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `iss`
    pub iss: Option<String>,
    /// `sub`
    pub sub: String,
    /// The former actor.
    pub act: Option<Box<Actor>>,
}

impl Claims {
    /// Reads the claims of a JWT, or those that an introspection endpoint states, from their JSON text.
    ///
    /// # Errors
    /// [`TokenFault`]
    pub fn parse(payload: String) -> Result<Self, TokenFault> {
        let claims = json::parse_object(&payload)?;
        let required = |name, limit| match text(&claims, name)? {
            Some(text) if is_name(&text, limit) => Ok(text),
            Some(_) => Err(TokenFault::ClaimMalformed(name)),
            None => Err(TokenFault::ClaimMissing(name)),
        };
        let may_act = claims.get("may_act");
        if may_act.is_some_and(|may_act| !is_may_act(may_act)) {
            return Err(TokenFault::Delegation("may_act"));
        }
        let cnf = match claims.get("cnf") {
            None => Confirmation::None,
            Some(cnf) => cnf.as_object().map(Confirmation::read).ok_or(TokenFault::ClaimMalformed("cnf"))?,
        };
        Ok(Self {
            iss: required("iss", limits::ISS)?,
            sub: required("sub", limits::SUB)?,
            aud: audience(&claims)?,
            exp: date(claims.get("exp"), "exp")?.ok_or(TokenFault::ClaimMissing("exp"))?,
            nbf: date(not_null(&claims, "nbf"), "nbf")?,
            iat: date(not_null(&claims, "iat"), "iat")?,
            jti: not_null(&claims, "jti").map(|jti| as_text(jti, "jti")).transpose()?,
            scope: scope(&claims)?,
            client_id: text(&claims, "client_id")?,
            box_user: text(&claims, "box_user")?,
            act: claims.get("act").map(|act| Actor::read(act, 1)).transpose()?,
            has_may_act: may_act.is_some(),
            cnf,
            payload,
        })
    }

    /// All claims, for conditions on claims that the service knows nothing of.
    #[must_use]
    pub fn all(&self) -> Object<'_> {
        json::parse_object(&self.payload).unwrap_or_default() // it was parsed before
    }
}

impl Actor {
    /// Reads an `act` claim.
    ///
    /// # Errors
    /// [`TokenFault::Delegation`] for anything but an object with a `sub`, and for a chain of more than
    /// [`limits::ACTORS`].
    pub fn read(value: &Value<'_>, depth: usize) -> Result<Self, TokenFault> {
        const FAULT: TokenFault = TokenFault::Delegation("act");
        let object = value.as_object().filter(|_| depth <= limits::ACTORS).ok_or(FAULT)?;
        let name = |name, limit| match object.get(name).map(Value::as_str) {
            None => Ok(None),
            Some(Some(text)) if is_name(text, limit) => Ok(Some(String::from(text))),
            Some(_) => Err(FAULT),
        };
        let former = object.get("act").map(|act| Self::read(act, depth.saturating_add(1))).transpose()?;
        Ok(Self {
            iss: name("iss", limits::ISS)?,
            sub: name("sub", limits::SUB)?.ok_or(FAULT)?,
            act: former.map(Box::new),
        })
    }

    /// How many actors the chain has.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.act.as_ref().map_or(0, |act| act.depth()).saturating_add(1)
    }

    /// The chain as a claim, in JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut object = ObjectWriter::new();
        object.optional("iss", self.iss.as_deref());
        object.text("sub", &self.sub);
        if let Some(act) = &self.act {
            object.json("act", &act.to_json());
        }
        object.finish()
    }
}

/// Whether it can name an issuer, a subject or an audience. Readers differ about control characters: one that ends a text
/// at NUL takes `alice\0.evil` for `alice`.
fn is_name(text: &str, limit: usize) -> bool {
    !text.is_empty() && text.len() <= limit && !text.chars().any(char::is_control)
}

/// A claim that some issuers set to `null` where they mean that it is absent.
fn not_null<'o, 't>(claims: &'o Object<'t>, name: &str) -> Option<&'o Value<'t>> {
    claims.get(name).filter(|value| !matches!(value, Value::Null))
}

fn text(claims: &Object<'_>, name: &'static str) -> Result<Option<String>, TokenFault> {
    claims.get(name).map(|value| as_text(value, name)).transpose()
}

fn as_text(value: &Value<'_>, name: &'static str) -> Result<String, TokenFault> {
    value.as_str().map(String::from).ok_or(TokenFault::ClaimMalformed(name))
}

fn date(value: Option<&Value<'_>>, name: &'static str) -> Result<Option<u64>, TokenFault> {
    value.map(|value| numeric_date(value).ok_or(TokenFault::ClaimMalformed(name))).transpose()
}

fn audience(claims: &Object<'_>) -> Result<Option<Vec<String>>, TokenFault> {
    let Some(value) = claims.get("aud") else { return Ok(None) };
    let values = value.as_array().unwrap_or(core::slice::from_ref(value));
    let name = |value: &Value<'_>| value.as_str().filter(|text| !text.chars().any(char::is_control)).map(String::from);
    values.iter().map(name).collect::<Option<Vec<_>>>().map(Some).ok_or(TokenFault::ClaimMalformed("aud"))
}

/// A text (RFC 8693 section 4.2) or a list: `scope` of IdentityServer and Spring, `scp` of Okta. Where there is no `scope`,
/// `scp` counts.
fn scope(claims: &Object<'_>) -> Result<Vec<String>, TokenFault> {
    let found = ["scope", "scp"].into_iter().find_map(|name| Some((name, not_null(claims, name)?)));
    let Some((claim, value)) = found else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for text in value.as_array().unwrap_or(core::slice::from_ref(value)) {
        for name in text.as_str().ok_or(TokenFault::ClaimMalformed(claim))?.split(' ').filter(|name| !name.is_empty()) {
            if names.len() >= limits::SCOPES || !is_scope_token(name) {
                return Err(TokenFault::ClaimMalformed(claim));
            }
            names.push(String::from(name));
        }
    }
    Ok(names)
}

/// An object that names somebody, in strings (RFC 8693 section 4.4). `exp` and the like have no meaning in it.
fn is_may_act(value: &Value<'_>) -> bool {
    let Some(object) = value.as_object() else { return false };
    object.iter().count() > 0 && object.iter().all(|(_, value)| value.as_str().is_some_and(|text| !text.is_empty()))
}
