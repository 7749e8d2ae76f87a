//! What is stored of a grant once it is used: the grant itself, and digests of its tokens; never a token.
//!
//! The store knows nothing of it: it compares versions and swaps one text for another. So every rule about rotation,
//! reuse and revocation stands here and in `grants`, and three stores cannot differ about it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::grant::{BOUND_VERSION, Grant, VERSION, jkt, known_version, optional};
use super::unreadable::Unreadable;
use crate::jose::json::{self, Object, Value, write_integer};
use crate::jose::{ObjectWriter, array, base64url};
use crate::limits;
use crate::policy::Scope;
use crate::secret::Digest;

/// What the store holds under the id of a grant, or of a token without one. There is no `Debug`: it holds digests.
#[derive(Clone)]
pub enum GrantRecord {
    /// Everything of it has ended.
    Revoked {
        /// When the last of its tokens would have ended by itself, seconds.
        expires: u64,
    },
    /// It lives.
    Live(Box<LiveGrant>),
}

/// A stored grant that lives.
#[derive(Clone)]
pub struct LiveGrant {
    /// What was granted.
    pub grant: Grant,
    /// The refresh token, if there is one.
    pub refresh: Option<RefreshState>,
    /// Opaque access tokens whose digests are kept, the oldest first.
    pub access: Vec<OpaqueToken>,
    /// When the last of its tokens ends, seconds.
    pub expires: u64,
}

/// The refresh token of a grant.
#[derive(Clone)]
pub struct RefreshState {
    /// Digest of the one token that is valid.
    pub digest: Digest,
    /// Digest of the token on which that one follows, and when it was used, seconds.
    pub previous: Option<(Digest, u64)>,
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
    /// The key that it is bound to, by its thumbprint: that of its own request, which may be another than the grant's.
    pub jkt: Option<String>,
    /// The places of its scope in that of the grant; `None` for the whole.
    scope: Option<Vec<usize>>,
    /// The places of its audience in that of the grant; `None` for the whole.
    aud: Option<Vec<usize>>,
}

const USED_BYTES: usize = 12;
const USED_LENGTH: usize = 16;

impl RefreshState {
    const fn new(digest: Digest) -> Self {
        Self { digest, previous: None, rotations: 0, used: String::new() }
    }

    /// Whether `digest` is that of a token that was rotated away.
    #[must_use]
    pub fn was_used(&self, digest: &Digest) -> bool {
        let mark = mark(digest);
        self.used.as_bytes().chunks(USED_LENGTH).any(|used| used == mark.as_bytes())
    }

    /// Whether `digest` is that of the token that was used last, within `grace` seconds: its successor was not used. A
    /// clock that stands before that use does not make the time longer.
    #[must_use]
    pub fn may_be_repeated(&self, digest: &Digest, grace: u64, now: u64) -> bool {
        let within = |used: u64| used <= now.saturating_add(limits::LEEWAY) && now < used.saturating_add(grace);
        self.previous.as_ref().is_some_and(|(own, used)| own.is(digest) && within(*used))
    }

    /// Puts the next token in the place of the present one; `false` if it was rotated too often.
    #[must_use]
    pub fn rotate(&mut self, next: Digest, now: u64) -> bool {
        if self.rotations >= limits::ROTATIONS as u64 {
            return false;
        }
        self.used.push_str(&mark(&self.digest));
        self.previous = Some((core::mem::replace(&mut self.digest, next), now));
        self.rotations = self.rotations.saturating_add(1);
        true
    }
}

fn mark(digest: &Digest) -> String {
    base64url::encode(digest.as_bytes().get(..USED_BYTES).unwrap_or_default())
}

impl OpaqueToken {
    /// The scope: that of its grant, or a part.
    #[must_use]
    pub fn scope(&self, grant: &Grant) -> Scope {
        Scope::from(chosen(self.scope.as_deref(), grant.scope.names()))
    }

    /// The audience: that of its grant, or a part.
    #[must_use]
    pub fn aud(&self, grant: &Grant) -> Vec<String> {
        chosen(self.aud.as_deref(), &grant.aud)
    }
}

impl LiveGrant {
    /// A grant of which nothing was used yet. `refresh`: the digest of its refresh token, if it has one.
    #[must_use]
    pub fn new(grant: Grant, refresh: Option<Digest>) -> Self {
        let expires = grant.end();
        Self { grant, refresh: refresh.map(RefreshState::new), access: Vec::new(), expires }
    }

    /// Enters an opaque access token with this scope and audience, which are those of the grant or a part of them, and the
    /// key that it is bound to. What has ended goes, and the oldest where there are too many.
    pub fn enter(&mut self, digest: Digest, (iat, exp): (u64, u64), scope: &Scope, aud: &[String], jkt: Option<&str>) {
        self.access.retain(|token| iat < token.exp);
        let (scope, aud) = (places(scope.names(), self.grant.scope.names()), places(aud, &self.grant.aud));
        if self.access.len() >= limits::ACCESS_TOKENS {
            self.access.remove(0);
        }
        let jkt = jkt.map(String::from);
        self.access.push(OpaqueToken { digest, iat, exp, jkt, scope, aud });
        self.expires = self.expires.max(exp);
    }

    fn is_bound(&self) -> bool {
        self.grant.jkt.is_some() || self.access.iter().any(|token| token.jkt.is_some())
    }
}

/// Where some texts stand among all; `None` if they are all of them, in their order.
fn places(some: &[String], all: &[String]) -> Option<Vec<usize>> {
    let place = |text: &String| all.iter().position(|own| own == text);
    (some != all).then(|| some.iter().filter_map(place).collect())
}

fn chosen(places: Option<&[usize]>, all: &[String]) -> Vec<String> {
    let Some(places) = places else { return Vec::from(all) };
    places.iter().filter_map(|place| all.get(*place).cloned()).collect()
}

impl GrantRecord {
    /// When the last of its tokens ends, seconds. The store keeps it for some time longer (`store.rs`).
    #[must_use]
    pub fn expires(&self) -> u64 {
        match self {
            Self::Revoked { expires } => *expires,
            Self::Live(live) => live.expires,
        }
    }

    /// For the store. `nonce`: tells this text from every other one that is written, the same record included.
    #[must_use]
    pub fn to_json(&self, nonce: &str) -> String {
        let mut record = ObjectWriter::new();
        let is_bound = matches!(self, Self::Live(live) if live.is_bound());
        record.integer("v", if is_bound { BOUND_VERSION } else { VERSION });
        record.text("w", nonce);
        record.integer("expires", self.expires());
        match self {
            Self::Revoked { .. } => record.boolean("revoked", true),
            Self::Live(live) => {
                let LiveGrant { grant, refresh, access, .. } = &**live;
                grant.write(&mut record);
                if let Some(refresh) = refresh {
                    record.json("refresh", &refresh.to_json());
                }
                let access: Vec<String> = access.iter().map(OpaqueToken::to_json).collect();
                record.json("access", &array(&access));
            }
        }
        record.finish()
    }

    /// From the store. One of the first version has ended: it does not say who stands behind it.
    ///
    /// # Errors
    /// [`Unreadable`]
    pub fn from_json(text: &str) -> Result<Self, Unreadable> {
        let record = json::parse_object(text).map_err(|_| Unreadable::Malformed)?;
        let integer = |name| record.get(name).and_then(Value::as_integer).ok_or(Unreadable::Malformed);
        let version = known_version(&record)?;
        let expires = integer("expires")?;
        match (version, record.get("revoked")) {
            (1, _) | (VERSION, Some(Value::Bool(true))) => Ok(Self::Revoked { expires }),
            (VERSION | BOUND_VERSION, None) => {
                live(&record, expires).map(|live| Self::Live(Box::new(live))).ok_or(Unreadable::Malformed)
            }
            _ => Err(Unreadable::Malformed),
        }
    }
}

impl RefreshState {
    fn to_json(&self) -> String {
        let mut member = ObjectWriter::new();
        member.text("digest", &base64url::encode(self.digest.as_bytes()));
        if let Some((previous, used)) = &self.previous {
            member.text("previous", &base64url::encode(previous.as_bytes()));
            member.integer("at", *used);
        }
        member.integer("rotations", self.rotations);
        member.text("used", &self.used);
        member.finish()
    }

    fn read(value: &Value<'_>) -> Option<Self> {
        let object = value.as_object()?;
        let previous = optional(object, "previous", digest)?;
        let at = optional(object, "at", Value::as_integer)?;
        if previous.is_some() != at.is_some() {
            return None;
        }
        Some(Self {
            digest: digest(object.get("digest")?)?,
            previous: previous.zip(at),
            rotations: object.get("rotations")?.as_integer()?,
            used: String::from(object.get("used")?.as_str()?),
        })
    }
}

impl OpaqueToken {
    fn to_json(&self) -> String {
        let mut member = ObjectWriter::new();
        member.text("digest", &base64url::encode(self.digest.as_bytes()));
        member.integer("iat", self.iat);
        member.integer("exp", self.exp);
        member.optional("jkt", self.jkt.as_deref());
        for (name, places) in [("scope", &self.scope), ("aud", &self.aud)] {
            let Some(places) = places else { continue };
            let numbers = places.iter().map(|place| {
                let mut number = String::new();
                write_integer(*place as u64, &mut number);
                number
            });
            member.json(name, &array(&numbers.collect::<Vec<_>>()));
        }
        member.finish()
    }

    fn read(value: &Value<'_>, grant: &Grant) -> Option<Self> {
        let object = value.as_object()?;
        let places = |name, all: &[String]| {
            optional(object, name, |places| {
                let places = places.as_array()?.iter().map(|place| usize::try_from(place.as_integer()?).ok());
                places.collect::<Option<Vec<usize>>>().filter(|places| places.iter().all(|place| *place < all.len()))
            })
        };
        Some(Self {
            digest: digest(object.get("digest")?)?,
            iat: object.get("iat")?.as_integer()?,
            exp: object.get("exp")?.as_integer()?,
            jkt: optional(object, "jkt", jkt)?,
            scope: places("scope", grant.scope.names())?,
            aud: places("aud", &grant.aud)?,
        })
    }
}

fn live(record: &Object<'_>, expires: u64) -> Option<LiveGrant> {
    let grant = Grant::read(record)?;
    let access = record.get("access")?.as_array()?.iter().map(|token| OpaqueToken::read(token, &grant));
    let (access, refresh) = (access.collect::<Option<_>>()?, optional(record, "refresh", RefreshState::read)?);
    Some(LiveGrant { grant, refresh, access, expires })
}

fn digest(value: &Value<'_>) -> Option<Digest> {
    Some(Digest::from_bytes(base64url::decode(value.as_str()?)?.try_into().ok()?))
}
