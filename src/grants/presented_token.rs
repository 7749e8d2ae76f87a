//! From the text of a subject or actor token to a [`Presented`] one: who vouches for it, and whether it may be used here.

use alloc::borrow::Cow;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::OnceCell;

use super::owner::Subject;
use crate::audit::{Event, RefusedToken};
use crate::call::Call;
use crate::client_auth::Credentials;
use crate::directory::{Directory, Found, Wanted};
use crate::error::{Reason, Role, TokenFault};
use crate::host::{Host, HostFault};
use crate::issuers::{Asked, FetchedKeys, vouched};
use crate::jose::{Claims, Unverified, base64url};
use crate::limits;
use crate::parameters::Parameters;
use crate::policy::{
    KeptClaims, Presented, Scope, UserKey, audience_accepted, conditions_met, issuer_trusted, subject_user, user_keys,
};
use crate::resource::{Client, TokenIntrospector, User};
use crate::token::{Active, Kind, token_type};
use crate::verification::{Failure, Verified, verify};

/// A token type that can be presented (RFC 8693 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresentedType {
    /// `…:jwt`
    Jwt,
    /// `…:id_token`
    IdToken,
    /// `…:access_token`
    AccessToken,
}

impl PresentedType {
    /// The type with this identifier.
    #[must_use]
    pub fn from_identifier(identifier: &str) -> Option<Self> {
        match identifier {
            token_type::JWT => Some(Self::Jwt),
            token_type::ID_TOKEN => Some(Self::IdToken),
            token_type::ACCESS_TOKEN => Some(Self::AccessToken),
            _ => None,
        }
    }
}

/// The tokens of a request, taken apart before anything is believed, so that all resources can be asked for at once.
pub struct Tokens<'a> {
    /// `subject_token`
    pub subject: Option<Result<Unverified<'a>, TokenFault>>,
    /// `actor_token`
    pub actor: Option<Result<Unverified<'a>, TokenFault>>,
    /// What their issuers say of opaque ones.
    vouched: [OnceCell<Rc<Claims>>; 2],
}

impl<'a> Tokens<'a> {
    /// Takes apart what is there.
    #[must_use]
    pub fn peek(parameters: &'a Parameters<'_>) -> Self {
        let parse = |name| parameters.get(name).map(Unverified::parse);
        Self { subject: parse("subject_token"), actor: parse("actor_token"), vouched: Default::default() }
    }

    /// Notes what an issuer said of the opaque token that is refused: the token itself says nothing.
    pub fn note_vouched(&self, reason: Reason, event: &mut Event) {
        let [subject, actor] = &self.vouched;
        let said = |slot: &OnceCell<Rc<Claims>>| slot.get().map(|claims| RefusedToken::vouched(claims));
        match reason {
            Reason::Token(Role::Subject, _) => event.claimed.subject = said(subject),
            Reason::Token(Role::Actor, _) => event.claimed.actor = said(actor),
            _ => {}
        }
    }

    /// The resources that the request can need.
    #[must_use]
    pub fn wanted<'w>(&'w self, credentials: &'w Credentials<'_>, directory: &Directory, now: u64) -> Vec<Wanted<'w>> {
        let mut wanted: Vec<Wanted<'w>> = credentials.client_id.as_deref().map(Wanted::Client).into_iter().collect();
        for token in [&self.subject, &self.actor].into_iter().flatten().flatten() {
            let rule = directory.remembered_user_rule(token.iss(), now);
            wanted.push(Wanted::Introspector(token.iss()));
            wanted.extend(user_keys(token.claims(), rule).into_iter().map(Wanted::User));
        }
        wanted
    }
}

/// What is needed to verify a token that was presented.
pub struct Presentation<'a, H: Host> {
    pub(super) call: Call<'a, H>,
    pub(super) client: &'a Client,
    pub(super) found: &'a Found<'a>,
    pub(super) tokens: &'a Tokens<'a>,
}

impl<'a, H: Host> Presentation<'a, H> {
    /// Verifies a token by the rules of its type.
    ///
    /// # Errors
    /// [`Reason::Token`] with the role, or [`Reason::Unavailable`].
    pub async fn verify(&self, role: Role, presented_type: PresentedType, text: &str) -> Result<Presented<'a>, Reason> {
        let (token, vouched) = match (role, &self.tokens.vouched) {
            (Role::Subject, [vouched, _]) => (&self.tokens.subject, vouched),
            (Role::Actor, [_, vouched]) => (&self.tokens.actor, vouched),
        };
        let presented = match (presented_type, token) {
            (PresentedType::AccessToken, Some(Err(TokenFault::TooLarge))) => Err(TokenFault::TooLarge.into()),
            (PresentedType::AccessToken, _) if self.may_be_of_an_issuer(text) => self.opaque(role, text, vouched).await,
            (PresentedType::AccessToken, _) => self.own(text).await,
            (_, Some(Ok(token))) => self.foreign(role, presented_type, token).await,
            (_, Some(Err(fault))) => Err((*fault).into()),
            (_, None) => Err(TokenFault::Malformed.into()),
        };
        presented.map_err(|failure| match failure {
            Failure::Token(fault) => Reason::Token(role, fault),
            Failure::Host(_) => Reason::Unavailable,
        })
    }

    /// Whether an opaque token may be shown to an issuer. The administrator's, offered by mistake, is not.
    fn may_be_of_an_issuer(&self, text: &str) -> bool {
        let administrator = self.call.sts.admin_token.as_ref();
        may_be_of_an_issuer(text) && !administrator.is_some_and(|token| token.is(text.as_bytes()))
    }

    /// A JWT of a trusted issuer.
    async fn foreign(
        &self,
        role: Role,
        presented_type: PresentedType,
        token: &'a Unverified<'a>,
    ) -> Result<Presented<'a>, Failure> {
        let Call { sts, host, now, .. } = self.call;
        check_typ(presented_type, token.jws.header.typ.as_deref())?;
        if token.iss() == sts.issuer {
            return Err(TokenFault::IssuerUnknown.into()); // own tokens have rules of their own, whoever vouches for them
        }
        let introspector = self.found.introspector(token.iss()).map_err(|_| HostFault)?;
        let introspector = issuer_trusted(self.client, introspector.as_deref(), token.iss())?;
        let verified = match &introspector.key_source {
            None => {
                let keys = introspector.keys.iter().map(|key| (key.kid.as_deref(), key.as_key()));
                verify(host, token, keys, introspector.max_lifetime, now).await?
            }
            Some(source) => {
                let (whose, ttl) = (Asked::Issuer(&introspector.iss), introspector.cache_ttl);
                FetchedKeys { source, whose, ttl }.verify(self.call, token, introspector.max_lifetime).await?
            }
        };
        let find = |key: UserKey<'_>| self.found.user(key);
        self.accepted(role, verified, introspector, find)
    }

    /// An opaque token, for which the one issuer of such tokens that the client may use vouches. It is shown to nobody
    /// else.
    async fn opaque(&self, role: Role, text: &str, slot: &'a OnceCell<Rc<Claims>>) -> Result<Presented<'a>, Failure> {
        let mut issuers: Vec<&str> = self.client.allowed_issuers.iter().map(String::as_str).collect();
        issuers.sort_unstable();
        issuers.dedup();
        if issuers.len() > limits::OPAQUE_ISSUERS {
            return Err(TokenFault::IssuerAmbiguous.into());
        }
        let wanted = issuers.iter().map(|iss| Wanted::Introspector(iss)).collect();
        let found = self.call.find(wanted).await.map_err(|_| HostFault)?;
        let mut candidate = None;
        for iss in issuers.into_iter().filter(|iss| *iss != self.call.sts.issuer) {
            let introspector = found.introspector(iss).map_err(|_| HostFault)?;
            let introspector = introspector.filter(|found| found.introspection_endpoint.is_some());
            if introspector.is_some() && candidate.replace(introspector).is_some() {
                return Err(TokenFault::IssuerAmbiguous.into());
            }
        }
        let introspector = candidate.flatten().ok_or(TokenFault::NotActive)?;
        let endpoint = introspector.introspection_endpoint.as_ref().ok_or(TokenFault::NotActive)?;
        let claims = vouched(self.call, &introspector, endpoint, text).await?;
        let claims = slot.get_or_init(|| claims);
        let verified = Verified::vouched(claims, introspector.max_lifetime, self.call.now)?;
        let wanted = user_keys(claims, Some(introspector.user)).into_iter().map(Wanted::User).collect();
        let users = self.call.find(wanted).await.map_err(|_| HostFault)?;
        self.accepted(role, verified, &introspector, |key| users.user(key))
    }

    /// What is asked of every token of an issuer, however it was verified.
    fn accepted(
        &self,
        role: Role,
        verified: Verified<'a>,
        introspector: &TokenIntrospector,
        find: impl Fn(UserKey<'_>) -> Result<Option<Rc<User>>, Reason>,
    ) -> Result<Presented<'a>, Failure> {
        let Call { sts, .. } = self.call;
        let claims = verified.claims();
        audience_accepted(claims.aud.as_deref(), introspector, &sts.issuer, &sts.token_endpoint)?;
        let kept = keep(role, claims, introspector)?;
        if claims.has_cnf {
            return Err(TokenFault::SenderConstrained.into());
        }
        let found = subject_user(claims, introspector.user, find)?;
        let by_identifier = found.as_ref().is_some_and(|found| found.by_identifier);
        Ok(Presented {
            iss: &claims.iss,
            sub: Cow::Borrowed(&claims.sub),
            scope: Scope::from(claims.scope.clone()),
            exp: claims.exp,
            act: claims.act.clone(),
            kept,
            claims: Some(claims),
            own: false,
            opaque: introspector.introspection_endpoint.is_some(),
            aud: claims.aud.clone(),
            user: found.map(|found| found.user),
            by_identifier,
        })
    }

    /// A token of this service, JWT or opaque: only from a client to which or for which it was issued.
    async fn own(&self, text: &str) -> Result<Presented<'a>, Failure> {
        let found = self.call.active(text).await?;
        let token = found.filter(|token| token.kind != Kind::Refresh).ok_or(TokenFault::NotActive)?;
        if !token.concerns(&self.client.id, &self.client.resource) {
            return Err(TokenFault::NotForThisClient.into());
        }
        let user = match self.call.subject_of(&token).await.map_err(|_| HostFault)? {
            Subject::User(user) => Some(user),
            Subject::Machine => None,
            Subject::Inactive => return Err(TokenFault::UserInactive.into()),
            Subject::Gone => return Err(TokenFault::UserUnknown.into()),
            Subject::NameTaken => return Err(TokenFault::UserCollision.into()),
        };
        let Active { sub, scope, exp, act, copied, .. } = token;
        Ok(Presented {
            iss: &self.call.sts.issuer,
            sub: Cow::Owned(sub),
            scope,
            exp,
            act,
            // What it says already goes on with it, as its sub does; nothing is added.
            kept: KeptClaims { copied, ..KeptClaims::default() },
            claims: None,
            own: true,
            opaque: false,
            aud: None,
            user,
            by_identifier: false,
        })
    }
}

/// Looks at the claims that only the introspector knows of. Of an actor nothing is copied.
fn keep(role: Role, claims: &Claims, introspector: &TokenIntrospector) -> Result<KeptClaims, TokenFault> {
    let TokenIntrospector { conditions, copy_claims, .. } = introspector;
    if conditions.is_empty() && copy_claims.is_empty() {
        return Ok(KeptClaims::default()); // all claims are not read a second time
    }
    match role {
        Role::Subject => KeptClaims::of(&claims.all(), introspector),
        Role::Actor => {
            let met = conditions_met(&claims.all(), conditions)?;
            Ok(KeptClaims { met, ..KeptClaims::default() })
        }
    }
}

/// Whether an opaque token may be shown to an issuer: not if it has the form of a token of this service, whole or
/// damaged, not if it is a JWS or a JWE, which is never opaque, and not with what no token has (RFC 6750 section 2.1), such
/// as the scheme before it.
fn may_be_of_an_issuer(text: &str) -> bool {
    let is_json = |part: &str| base64url::decode(part).is_some_and(|part| part.trim_ascii_start().starts_with(b"{"));
    let parts: Vec<&str> = text.split('.').collect();
    // The claims of a JWS show it, however its header is damaged.
    let jose = match parts.as_slice() {
        [header, claims, _] => is_json(header) || is_json(claims),
        [header, ..] => is_json(header),
        [] => false,
    };
    let lower = text.to_ascii_lowercase();
    let own = ["ts_at_", "ts_rt_"].iter().any(|prefix| lower.contains(prefix)) || lower.starts_with("sts_");
    let b64token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    text.bytes().all(b64token) && !own && !jose
}

/// Whether `typ` fits the type that was declared. What is for another use (`dpop+jwt`, `logout+jwt`, …) fits none.
fn check_typ(presented_type: PresentedType, typ: Option<&str>) -> Result<(), TokenFault> {
    let fits = match typ {
        None | Some("jwt") => true,
        Some("at+jwt") => presented_type == PresentedType::Jwt,
        Some(_) => false,
    };
    if fits { Ok(()) } else { Err(TokenFault::Type) }
}
