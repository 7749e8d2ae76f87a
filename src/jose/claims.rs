//! The claims of a JWT (RFC 7519 section 4, RFC 8693 section 4), each of the one type that it may have.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::ObjectWriter;
use super::json::{self, Object, Value};
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
    /// `scope`, its names in their order
    pub scope: Vec<String>,
    /// `client_id` (RFC 8693 section 4.3)
    pub client_id: Option<String>,
    /// `box_user`, Aidbox's name for the id of a User
    pub box_user: Option<String>,
    /// `act` (RFC 8693 section 4.1)
    pub act: Option<Actor>,
    /// Whether `may_act` is there (RFC 8693 section 4.4)
    pub has_may_act: bool,
    /// Whether `cnf` is there (RFC 7800): the token is bound to a key.
    pub has_cnf: bool,
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
        let claims = json::parse_object(&payload).map_err(|_| TokenFault::Malformed)?;
        let required = |name, limit| match text(&claims, name)? {
            Some(text) if !text.is_empty() && text.len() <= limit => Ok(text),
            Some(_) => Err(TokenFault::ClaimMalformed),
            None => Err(TokenFault::ClaimMissing),
        };
        let may_act = claims.get("may_act");
        if may_act.is_some_and(|may_act| !is_may_act(may_act)) {
            return Err(TokenFault::Delegation);
        }
        let cnf = claims.get("cnf");
        if cnf.is_some_and(|cnf| cnf.as_object().is_none()) {
            return Err(TokenFault::ClaimMalformed);
        }
        Ok(Self {
            iss: required("iss", limits::ISS)?,
            sub: required("sub", limits::SUB)?,
            aud: audience(&claims)?,
            exp: date(&claims, "exp")?.ok_or(TokenFault::ClaimMissing)?,
            nbf: date(&claims, "nbf")?,
            iat: date(&claims, "iat")?,
            jti: text(&claims, "jti")?,
            scope: scope(&claims)?,
            client_id: text(&claims, "client_id")?,
            box_user: text(&claims, "box_user")?,
            act: claims.get("act").map(|act| Actor::read(act, 1)).transpose()?,
            has_may_act: may_act.is_some(),
            has_cnf: cnf.is_some(),
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
        let object = value.as_object().filter(|_| depth <= limits::ACTORS).ok_or(TokenFault::Delegation)?;
        let name = |name, limit| match object.get(name).map(Value::as_str) {
            None => Ok(None),
            Some(Some(text)) if !text.is_empty() && text.len() <= limit => Ok(Some(String::from(text))),
            Some(_) => Err(TokenFault::Delegation),
        };
        let former = object.get("act").map(|act| Self::read(act, depth.saturating_add(1))).transpose()?;
        Ok(Self {
            iss: name("iss", limits::ISS)?,
            sub: name("sub", limits::SUB)?.ok_or(TokenFault::Delegation)?,
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

/// The whole seconds of a NumericDate (RFC 7519 section 2), a fraction being cut off. There is none for a negative
/// number, an exponent, or a year after 9999.
///
/// ```
/// use edge_sts::jose::{json::parse, numeric_date};
/// assert_eq!(numeric_date(&parse("1700000000.9").ok().unwrap()), Some(1_700_000_000));
/// assert_eq!(numeric_date(&parse("1e999").ok().unwrap()), None);
/// ```
#[must_use]
pub fn numeric_date(value: &Value<'_>) -> Option<u64> {
    let Value::Number(text) = value else { return None };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    whole.parse().ok().filter(|seconds| *seconds <= limits::NUMERIC_DATE)
}

fn text(claims: &Object<'_>, name: &str) -> Result<Option<String>, TokenFault> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(String::from(text.as_ref()))),
        Some(_) => Err(TokenFault::ClaimMalformed),
    }
}

fn date(claims: &Object<'_>, name: &str) -> Result<Option<u64>, TokenFault> {
    claims.get(name).map(|value| numeric_date(value).ok_or(TokenFault::ClaimMalformed)).transpose()
}

fn audience(claims: &Object<'_>) -> Result<Option<Vec<String>>, TokenFault> {
    let strings = |values: &[Value<'_>]| {
        let strings = values.iter().map(|value| value.as_str().map(String::from));
        strings.collect::<Option<Vec<_>>>().ok_or(TokenFault::ClaimMalformed)
    };
    match claims.get("aud") {
        None => Ok(None),
        Some(Value::Array(values)) => strings(values).map(Some),
        Some(value) => strings(core::slice::from_ref(value)).map(Some),
    }
}

fn scope(claims: &Object<'_>) -> Result<Vec<String>, TokenFault> {
    let Some(scope) = text(claims, "scope")? else { return Ok(Vec::new()) };
    if scope.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = scope.split(' ').map(String::from).collect();
    if names.len() > limits::SCOPES || !names.iter().all(|name| crate::jose::is_scope_token(name)) {
        return Err(TokenFault::ClaimMalformed);
    }
    Ok(names)
}

/// An object that names somebody, in strings (RFC 8693 section 4.4). `exp` and the like have no meaning in it.
fn is_may_act(value: &Value<'_>) -> bool {
    let Some(object) = value.as_object() else { return false };
    object.iter().count() > 0 && object.iter().all(|(_, value)| value.as_str().is_some_and(|text| !text.is_empty()))
}
