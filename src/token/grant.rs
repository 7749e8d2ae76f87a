//! A grant: who got what, on whose word. It does not change while it lives.
//!
//! It stands as JSON in an opaque token that carries it, and in the record of a grant that is stored; the same text in
//! both, with short names, since the former travels with each request.

use alloc::string::String;
use alloc::vec::Vec;

use super::access_token::copied_claims;
use super::unreadable::Unreadable;
use crate::jose::json::{self, Object, Value};
use crate::jose::{Actor, ObjectWriter, is_thumbprint};
use crate::policy::{KeptClaims, Origin, Provenance, ReadClaims, Scope};
use crate::resource::Delegation;

/// A grant. There is no `Debug`: claims may be personal.
#[derive(Clone)]
pub struct Grant {
    /// To whom it was issued.
    pub client_id: String,
    /// The first subject token: what let it in is looked at again at each refresh.
    pub subject: Origin,
    /// The first actor token, too.
    pub actor: Option<Origin>,
    /// `sub` of what is issued.
    pub sub: String,
    /// `aud`
    pub aud: Vec<String>,
    /// `scope`
    pub scope: Scope,
    /// `act`
    pub act: Option<Actor>,
    /// The strictest policy of a client that allows the last actor; `None` where nobody was added.
    pub delegation: Option<Delegation>,
    /// Who stands behind it.
    pub provenance: Provenance,
    /// When it was issued, seconds.
    pub issued: u64,
    /// When its first access token ends, seconds.
    pub access_exp: u64,
    /// When its refresh token ends, seconds, if it has one.
    pub refresh_exp: Option<u64>,
    /// The key that its first access token is bound to, by its thumbprint (RFC 7638). A refresh needs a proof then, by
    /// whichever key.
    pub jkt: Option<String>,
}

/// Readers of another version refuse what they do not know.
pub(super) const VERSION: u64 = 2;

/// Of what is bound to a key: a reader that knows nothing of that must not take it for unbound.
pub(super) const BOUND_VERSION: u64 = 3;

impl Grant {
    /// Whether it holds something that its client has not seen: what an issuer said of an opaque token. A token must not
    /// carry it.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.subject.opaque || self.actor.as_ref().is_some_and(|actor| actor.opaque)
    }

    /// The same as an opaque access token carries it: without what only a refresh looks at, which those whom the token is
    /// for must not read. No record is ever made of it.
    #[must_use]
    pub fn for_access_token(&self) -> Self {
        let Origin { user, kept, .. } = &self.subject;
        let kept = KeptClaims { copied: kept.copied.clone(), ..KeptClaims::default() };
        let jkt = Some(String::from(Origin::UNKNOWN_KEY));
        let subject = Origin { user: user.clone(), jkt, kept, ..Origin::default() };
        Self { subject, actor: None, delegation: None, ..self.clone() }
    }

    /// When the last of its first tokens ends, seconds.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.refresh_exp.unwrap_or_default().max(self.access_exp)
    }

    /// What a token carries.
    #[must_use]
    pub fn to_payload(&self) -> String {
        let mut payload = ObjectWriter::new();
        payload.integer("v", if self.jkt.is_some() { BOUND_VERSION } else { VERSION });
        self.write(&mut payload);
        payload.finish()
    }

    /// Reads what a token carries. The caller has verified its tag. `since`: when the grant store began to remember; of what
    /// was issued before, nobody knows whether it was used or revoked. `None` for that, and for what is no grant.
    ///
    /// # Errors
    /// [`Unreadable::LaterVersion`]
    pub fn from_payload(text: &str, since: u64) -> Result<Option<Self>, Unreadable> {
        let Ok(payload) = json::parse_object(text) else { return Ok(None) };
        match known_version(&payload) {
            Ok(VERSION | BOUND_VERSION) => Ok(Self::read(&payload).filter(|grant| grant.issued >= since)),
            Err(Unreadable::LaterVersion) => Err(Unreadable::LaterVersion),
            Ok(_) | Err(Unreadable::Malformed) => Ok(None),
        }
    }

    pub(super) fn write(&self, object: &mut ObjectWriter) {
        object.text("cid", &self.client_id);
        object.text("sub", &self.sub);
        object.texts("aud", &self.aud);
        object.texts("scp", self.scope.names());
        object.integer("iat", self.issued);
        object.integer("exp", self.access_exp);
        if let Some(exp) = self.refresh_exp {
            object.integer("end", exp);
        }
        object.text("src", &self.provenance.to_text());
        let is_bound = self.jkt.is_some();
        object.json("for", &origin_to_json(&self.subject, is_bound));
        if let Some(actor) = &self.actor {
            object.json("by", &origin_to_json(actor, is_bound));
        }
        if let Some(act) = &self.act {
            object.json("act", &act.to_json());
        }
        object.optional("dlg", self.delegation.map(Delegation::name));
        object.optional("jkt", self.jkt.as_deref());
    }

    pub(super) fn read(object: &Object<'_>) -> Option<Self> {
        let text = |name| object.get(name)?.as_str();
        let jkt = optional(object, "jkt", jkt)?;
        let origin = |value| origin(value, jkt.is_some());
        Some(Self {
            client_id: String::from(text("cid")?),
            subject: origin(object.get("for")?)?,
            actor: optional(object, "by", origin)?,
            sub: String::from(text("sub")?),
            aud: texts(object.get("aud")?)?,
            scope: Scope::from(texts(object.get("scp")?)?),
            act: optional(object, "act", |act| Actor::read(act, 1).ok())?,
            delegation: optional(object, "dlg", |name| Delegation::from_name(name.as_str()?))?,
            provenance: Provenance::parse(text("src")?)?,
            issued: object.get("iat")?.as_integer()?,
            access_exp: object.get("exp")?.as_integer()?,
            refresh_exp: optional(object, "end", Value::as_integer)?,
            jkt,
        })
    }
}

/// `v` of something that this service wrote.
///
/// # Errors
/// [`Unreadable`]: there is none, or it is later than any that this version of the program knows.
pub(super) fn known_version(object: &Object<'_>) -> Result<u64, Unreadable> {
    let version = object.get("v").and_then(Value::as_integer).ok_or(Unreadable::Malformed)?;
    if version > BOUND_VERSION { Err(Unreadable::LaterVersion) } else { Ok(version) }
}

/// A member that may be absent: `None` is a fault, `Some(None)` is absence.
pub(super) fn optional<'o, 't, T>(
    object: &'o Object<'t>,
    name: &str,
    read: impl FnOnce(&'o Value<'t>) -> Option<T>,
) -> Option<Option<T>> {
    match object.get(name) {
        None => Some(None),
        Some(value) => read(value).map(Some),
    }
}

/// The thumbprint of a key.
pub(super) fn jkt(value: &Value<'_>) -> Option<String> {
    value.as_str().filter(|jkt| is_thumbprint(jkt)).map(String::from)
}

/// `is_bound`: whether its grant is bound to a key.
fn origin_to_json(origin: &Origin, is_bound: bool) -> String {
    let mut member = ObjectWriter::new();
    member.text("iss", &origin.iss);
    member.text("sub", &origin.sub);
    member.optional("usr", origin.user.as_deref());
    member.optional("ins", (!origin.instance.is_empty()).then_some(&*origin.instance));
    for (name, is_so) in [("idf", origin.by_identifier), ("own", origin.own), ("opq", origin.opaque)] {
        if is_so {
            member.boolean(name, true);
        }
    }
    if let Some(aud) = &origin.aud {
        member.texts("aud", aud);
    }
    if let Some(iat) = origin.iat {
        member.integer("iat", iat);
    }
    match origin.jkt.as_deref() {
        Some(Origin::UNKNOWN_KEY) => {} // and so it stays
        Some(jkt) => member.text("bnd", jkt),
        None if is_bound => member.boolean("bnd", false),
        None => {}
    }
    let KeptClaims { met, copied, emitted, read } = &origin.kept;
    for (name, claims) in [("met", met), ("cpy", copied), ("emt", emitted), ("rd", &read.claims)] {
        if claims.iter().next().is_some() {
            member.json(name, &claims.to_json());
        }
    }
    if !read.absent.is_empty() {
        member.texts("abs", &read.absent);
    }
    if read.all {
        member.boolean("all", true);
    }
    member.finish()
}

fn origin(value: &Value<'_>, is_bound: bool) -> Option<Origin> {
    let object = value.as_object()?;
    let text = |value: &Value<'_>| value.as_str().map(String::from);
    let boolean = |name| optional(object, name, Value::as_bool).map(Option::unwrap_or_default);
    let claims = |name| {
        let claims = optional(object, name, |claims| Some(claims.as_object()?.clone().into_owned()));
        claims.map(Option::unwrap_or_default)
    };
    let absent = optional(object, "abs", texts)?.unwrap_or_default();
    let read = ReadClaims { claims: claims("rd")?, absent, all: boolean("all")? };
    let (user, by_identifier) = (optional(object, "usr", text)?, boolean("idf")?);
    if by_identifier && user.is_none() {
        return None; // found by an identifier, and nobody was found
    }
    Some(Origin {
        iss: text(object.get("iss")?)?,
        sub: text(object.get("sub")?)?,
        user,
        instance: optional(object, "ins", text)?.unwrap_or_default(),
        by_identifier,
        own: boolean("own")?,
        opaque: boolean("opq")?,
        aud: optional(object, "aud", texts)?,
        iat: optional(object, "iat", Value::as_integer)?,
        jkt: origin_jkt(object.get("bnd"), is_bound)?,
        kept: KeptClaims { met: claims("met")?, copied: copied_claims(&claims("cpy")?), emitted: claims("emt")?, read },
    })
}

/// The key that a token was bound to, for which a grant was issued. Earlier versions did not keep it. Where the grant is not
/// bound its tokens were not either: no binding is taken away.
fn origin_jkt(value: Option<&Value<'_>>, is_bound: bool) -> Option<Option<String>> {
    match (value, is_bound) {
        (None, false) | (Some(Value::Bool(false)), true) => Some(None),
        (None, true) => Some(Some(String::from(Origin::UNKNOWN_KEY))),
        (Some(value), true) => jkt(value).map(Some),
        (Some(_), false) => None,
    }
}

fn texts(value: &Value<'_>) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(String::from)).collect()
}
