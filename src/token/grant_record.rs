//! What is stored of a grant: who, for what, until when, and digests of its tokens; never a token.
//!
//! The store knows nothing of it: it compares versions and swaps one text for another. So every rule about rotation,
//! reuse and revocation stands here and in `grants`, and three stores cannot differ about it.

use alloc::string::String;
use alloc::vec::Vec;

use super::access_token::copied_claims;
use crate::jose::json::{self, Object, Value};
use crate::jose::{Actor, ObjectWriter, array, base64url};
use crate::limits;
use crate::policy::{KeptClaims, Origin, ReadClaims, Scope};
use crate::resource::Delegation;
use crate::secret::Digest;

/// A grant, or the mark that a JWT without one was revoked. There is no `Debug`: it holds digests.
#[derive(Clone, Default)]
pub struct GrantRecord {
    /// Everything of it has ended.
    pub revoked: bool,
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
    /// The refresh token, if there is one.
    pub refresh: Option<RefreshState>,
    /// Opaque access tokens that have not ended.
    pub access: Vec<OpaqueToken>,
    /// When it was issued, seconds.
    pub issued: u64,
    /// Until when it is kept, seconds.
    pub expires: u64,
}

/// The refresh token of a grant.
#[derive(Clone)]
pub struct RefreshState {
    /// Digest of the one token that is valid.
    pub digest: Digest,
    /// Its absolute end, seconds.
    pub exp: u64,
    /// How often it was rotated.
    pub rotations: u64,
    /// The first 96 bits of the digests of those that were used, in base64url, one behind the other.
    pub used: String,
}

/// An opaque access token of a grant.
#[derive(Clone)]
pub struct OpaqueToken {
    /// Its digest.
    pub digest: Digest,
    /// `iat`, seconds
    pub iat: u64,
    /// `exp`, seconds
    pub exp: u64,
    /// Its scope: that of the grant, or a part.
    pub scope: Scope,
    /// Its audience: that of the grant, or a part.
    pub aud: Vec<String>,
}

/// Readers of another version refuse what they do not know.
const VERSION: u64 = 1;
const USED_BYTES: usize = 12;
const USED_LENGTH: usize = 16;

impl RefreshState {
    /// Whether `digest` is that of a token that was rotated away.
    #[must_use]
    pub fn was_used(&self, digest: &Digest) -> bool {
        let mark = mark(digest);
        self.used.as_bytes().chunks(USED_LENGTH).any(|used| used == mark.as_bytes())
    }

    /// Puts the next token in the place of the present one; `false` if it was rotated too often.
    #[must_use]
    pub fn rotate(&mut self, next: Digest) -> bool {
        if self.rotations >= limits::ROTATIONS as u64 {
            return false;
        }
        self.used.push_str(&mark(&self.digest));
        self.digest = next;
        self.rotations = self.rotations.saturating_add(1);
        true
    }
}

fn mark(digest: &Digest) -> String {
    base64url::encode(digest.as_bytes().get(..USED_BYTES).unwrap_or_default())
}

impl GrantRecord {
    /// The mark of a revoked token that belongs to no grant.
    #[must_use]
    pub fn revocation(expires: u64) -> Self {
        Self { revoked: true, expires, ..Self::default() }
    }

    /// The same grant, ended: nothing of it is valid any more, and nothing is kept of its tokens but what was used.
    #[must_use]
    pub fn revoke(mut self) -> Self {
        self.revoked = true;
        self.access.clear();
        self
    }

    /// For the store.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut record = ObjectWriter::new();
        record.integer("v", VERSION);
        record.boolean("revoked", self.revoked);
        record.text("client_id", &self.client_id);
        record.json("subject", &origin_to_json(&self.subject));
        if let Some(actor) = &self.actor {
            record.json("actor", &origin_to_json(actor));
        }
        record.text("sub", &self.sub);
        record.texts("aud", &self.aud);
        record.texts("scope", self.scope.names());
        record.integer("issued", self.issued);
        record.integer("expires", self.expires);
        if let Some(act) = &self.act {
            record.json("act", &act.to_json());
        }
        record.optional("delegation", self.delegation.map(Delegation::name));
        if let Some(refresh) = &self.refresh {
            let mut member = ObjectWriter::new();
            member.text("digest", &base64url::encode(refresh.digest.as_bytes()));
            member.integer("exp", refresh.exp);
            member.integer("rotations", refresh.rotations);
            member.text("used", &refresh.used);
            record.json("refresh", &member.finish());
        }
        let access = self.access.iter().map(|token| {
            let mut member = ObjectWriter::new();
            member.text("digest", &base64url::encode(token.digest.as_bytes()));
            member.integer("iat", token.iat);
            member.integer("exp", token.exp);
            // There may be many of them, and hardly ever is one narrower than the grant.
            if token.scope != self.scope {
                member.texts("scope", token.scope.names());
            }
            if token.aud != self.aud {
                member.texts("aud", &token.aud);
            }
            member.finish()
        });
        record.json("access", &array(&access.collect::<Vec<_>>()));
        record.finish()
    }

    /// From the store; `None` for what is no record, or one of another version.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        let record = json::parse_object(text).ok()?;
        if record.get("v")?.as_integer()? != VERSION {
            return None;
        }
        let text = |name| record.get(name)?.as_str().map(String::from);
        let refresh = match record.get("refresh") {
            None => None,
            Some(refresh) => Some(refresh_state(refresh.as_object()?)?),
        };
        let act = match record.get("act") {
            None => None,
            Some(act) => Some(Actor::read(act, 1).ok()?),
        };
        let delegation = match record.get("delegation") {
            None => None,
            Some(name) => Some(Delegation::from_name(name.as_str()?)?),
        };
        let actor = match record.get("actor") {
            None => None,
            Some(actor) => Some(origin(actor.as_object()?)?),
        };
        let (scope, aud) = (Scope::from(texts(record.get("scope")?)?), texts(record.get("aud")?)?);
        let access = record.get("access")?.as_array()?.iter();
        let access = access.map(|token| opaque_token(token.as_object()?, &scope, &aud)).collect::<Option<_>>()?;
        Some(Self {
            revoked: record.get("revoked")?.as_bool()?,
            client_id: text("client_id")?,
            subject: origin(record.get("subject")?.as_object()?)?,
            actor,
            sub: text("sub")?,
            aud,
            scope,
            act,
            delegation,
            refresh,
            access,
            // Absent in records from before it was there: then it counts as older than everybody.
            issued: record.get("issued").and_then(Value::as_integer).unwrap_or_default(),
            expires: record.get("expires")?.as_integer()?,
        })
    }
}

fn origin_to_json(origin: &Origin) -> String {
    let mut member = ObjectWriter::new();
    member.text("iss", &origin.iss);
    member.text("sub", &origin.sub);
    member.optional("user", origin.user.as_deref());
    member.boolean("by_identifier", origin.by_identifier);
    member.boolean("own", origin.own);
    member.boolean("opaque", origin.opaque);
    if let Some(aud) = &origin.aud {
        member.texts("aud", aud);
    }
    let KeptClaims { met, copied, read } = &origin.kept;
    for (name, claims) in [("met", met), ("copied", copied), ("read", &read.claims)] {
        if claims.iter().next().is_some() {
            member.json(name, &claims.to_json());
        }
    }
    if !read.absent.is_empty() {
        member.texts("absent", &read.absent);
    }
    if read.all {
        member.boolean("all", true);
    }
    member.finish()
}

fn origin(object: &Object<'_>) -> Option<Origin> {
    let text = |name| object.get(name).and_then(Value::as_str).map(String::from);
    let claims = |name| match object.get(name) {
        None => Some(Object::new()),
        Some(claims) => claims.as_object().map(|claims| claims.clone().into_owned()),
    };
    let aud = match object.get("aud") {
        None => None,
        Some(aud) => Some(texts(aud)?),
    };
    let read = ReadClaims {
        claims: claims("read")?,
        absent: object.get("absent").map_or(Some(Vec::new()), texts)?,
        all: object.get("all").and_then(Value::as_bool) == Some(true),
    };
    let user = match object.get("user") {
        None => None,
        Some(user) => Some(String::from(user.as_str()?)),
    };
    Some(Origin {
        iss: text("iss")?,
        sub: text("sub")?,
        user,
        by_identifier: object.get("by_identifier")?.as_bool()?,
        own: object.get("own").and_then(Value::as_bool) == Some(true),
        opaque: object.get("opaque")?.as_bool()?,
        aud,
        kept: KeptClaims { met: claims("met")?, copied: copied_claims(&claims("copied")?), read },
    })
}

fn refresh_state(object: &Object<'_>) -> Option<RefreshState> {
    Some(RefreshState {
        digest: digest(object)?,
        exp: object.get("exp")?.as_integer()?,
        rotations: object.get("rotations")?.as_integer()?,
        used: String::from(object.get("used")?.as_str()?),
    })
}

/// `scope`, `aud`: those of the grant.
fn opaque_token(object: &Object<'_>, scope: &Scope, aud: &[String]) -> Option<OpaqueToken> {
    let own = |name| object.get(name).map_or(Some(None), |value| texts(value).map(Some));
    Some(OpaqueToken {
        digest: digest(object)?,
        iat: object.get("iat")?.as_integer()?,
        exp: object.get("exp")?.as_integer()?,
        scope: own("scope")?.map_or_else(|| scope.clone(), Scope::from),
        aud: own("aud")?.unwrap_or_else(|| aud.to_vec()),
    })
}

fn digest(object: &Object<'_>) -> Option<Digest> {
    let bytes = base64url::decode(object.get("digest")?.as_str()?)?;
    Some(Digest::from_bytes(bytes.try_into().ok()?))
}

fn texts(value: &Value<'_>) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(String::from)).collect()
}
