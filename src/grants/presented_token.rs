//! From the text of a subject or actor token to a [`Presented`] one: who vouches for it, and whether it may be used here.

use alloc::borrow::Cow;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::OnceCell;

use super::alive::Alive;
use crate::apart::apart;
use crate::audit::{Event, RefusedToken};
use crate::call::Call;
use crate::client_auth::Credentials;
use crate::directory::{Directory, Found, Wanted};
use crate::error::{Reason, Role, TokenFault};
use crate::host::{Host, StoreFault};
use crate::issuers::{verify_by, vouched};
use crate::jose::json::{self, Object, Value};
use crate::jose::{Actor, Claims, Confirmation, Header, Unverified, base64url};
use crate::limits;
use crate::parameters::Parameters;
use crate::policy::{
    Admitted, Facts, FoundUser, ID_JAG_TYP, KeptClaims, NotAdmitted, Presented, ReadClaims, Scope, UserKey,
    act_of_issuer, audience_accepted, conditions_met, id_jag_accepted, id_token_is_of, issuer_trusted, subject_user,
    unmet, user_keys,
};
use crate::resource::{Client, ClientSecret, TokenIntrospector, User};
use crate::sorted;
use crate::token::{Active, HandleKind, Kind, token_type};
use crate::verification::{Failure, Verified};

/// A token type that can be presented (RFC 8693 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresentedType {
    /// `…:jwt`
    Jwt,
    /// `…:id_token`
    IdToken,
    /// `…:access_token`
    AccessToken,
    /// An identity assertion (ID-JAG), which is only redeemed.
    IdJag,
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
}

impl<'a> Tokens<'a> {
    /// Takes apart what is there.
    #[must_use]
    pub fn peek(parameters: &'a Parameters<'_>) -> Self {
        let parse = |name| parameters.get(name).map(Unverified::parse);
        Self { subject: parse("subject_token"), actor: parse("actor_token") }
    }

    /// Takes apart the assertion of the grant jwt-bearer.
    #[must_use]
    pub fn peek_assertion(parameters: &'a Parameters<'_>) -> Self {
        Self { subject: parameters.get("assertion").map(Unverified::parse), actor: None }
    }

    /// The resources that the request can need.
    #[must_use]
    pub fn wanted<'w>(&'w self, credentials: &'w Credentials<'_>, directory: &Directory, now: u64) -> Vec<Wanted<'w>> {
        let mut wanted: Vec<Wanted<'w>> = credentials.wanted();
        for token in [&self.subject, &self.actor].into_iter().flatten().flatten() {
            let rule = directory.remembered_user_rule(token.iss(), now);
            wanted.push(Wanted::Introspector(token.iss()));
            wanted.extend(user_keys(token.claims(), &token.claims().sub, rule).iter().map(Wanted::User));
        }
        wanted
    }
}

/// Notes what an issuer said of the opaque token that is refused: the token itself says nothing.
pub(super) fn note_vouched(vouched: &[OnceCell<Rc<Claims>>; 2], reason: Reason, event: &mut Event) {
    let [subject, actor] = vouched;
    let said = |slot: &OnceCell<Rc<Claims>>| slot.get().map(|claims| RefusedToken::vouched(claims));
    match reason {
        Reason::Token(Role::Subject, _) => event.claimed.subject = said(subject),
        Reason::Token(Role::Actor, _) => event.claimed.actor = said(actor),
        _ => {}
    }
}

/// What is needed to verify a token that was presented.
pub struct Presentation<'a, H: Host> {
    pub(super) call: Call<'a, H>,
    pub(super) client: &'a Client,
    pub(super) found: &'a Found<'a>,
    pub(super) tokens: &'a Tokens<'a>,
    /// What the issuers of opaque subject and actor tokens say of them: in this decision, and not in the next one.
    pub(super) vouched: &'a [OnceCell<Rc<Claims>>; 2],
    /// The targets asked for, for expressions.
    pub(super) targets: &'a [String],
    /// The names of which an ID token must be for one, where an identity assertion is issued for it.
    pub(super) id_token_of: Option<&'a [String]>,
}

/// A token that its introspector lets in.
struct LetIn<'a> {
    claims: &'a Claims,
    introspector: Rc<TokenIntrospector>,
    act: Option<Actor>,
    jkt: Option<String>,
    kept: KeptClaims,
    admitted: Admitted,
}

impl<'a> LetIn<'a> {
    /// The subject: `sub`, or what the introspector's `subject` puts in its place.
    fn sub(&self) -> &str {
        self.admitted.subject.as_deref().unwrap_or(&self.claims.sub)
    }

    fn user(
        &self,
        find: impl Fn(UserKey<'_>) -> Result<Option<Rc<User>>, Reason>,
    ) -> Result<Option<FoundUser>, Failure> {
        subject_user(self.claims, self.sub(), self.introspector.user, find)
    }

    fn presented(self, found: Option<FoundUser>) -> Presented<'a> {
        let Self { claims, introspector, act, jkt, kept, admitted } = self;
        let by_identifier = found.as_ref().is_some_and(|found| found.by_identifier);
        Presented {
            iss: &claims.iss,
            sub: admitted.subject.map_or(Cow::Borrowed(claims.sub.as_str()), Cow::Owned),
            scope: Scope::from(claims.scope.clone()),
            exp: claims.exp,
            act,
            jkt,
            kept,
            claims: Some(claims),
            own: false,
            opaque: introspector.introspection_endpoint.is_some(),
            aud: claims.aud.clone(),
            attributes: admitted.attributes,
            own_claims: ReadClaims::default(),
            introspector: Some(Rc::clone(&introspector)),
            introspectors: Vec::from([introspector]),
            actors: Vec::new(),
            user: found.map(|found| found.user),
            by_identifier,
        }
    }
}

impl<'a, H: Host> Presentation<'a, H> {
    /// Verifies a token by the rules of its type.
    ///
    /// # Errors
    /// [`Reason::Token`] with the role, or [`Reason::Unavailable`].
    pub async fn verify(
        &self,
        role: Role,
        presented_type: PresentedType,
        text: &str,
        event: &mut Event,
    ) -> Result<Presented<'a>, Reason> {
        let (token, vouched) = match (role, self.vouched) {
            (Role::Subject | Role::Assertion, [vouched, _]) => (&self.tokens.subject, vouched),
            (Role::Actor, [_, vouched]) => (&self.tokens.actor, vouched),
        };
        let presented = match (presented_type, token) {
            // Whoever has stolen a token of this service, or invents one, must not get another for it, nor have issuers asked
            // about it, without any proof.
            (PresentedType::AccessToken, _) if self.client.public => Err(TokenFault::FederationNeedsConditions.into()),
            (PresentedType::AccessToken, Some(Err(TokenFault::TooLarge))) => Err(TokenFault::TooLarge.into()),
            (PresentedType::AccessToken, Some(Ok(token))) if token.iss() != self.call.sts.issuer => {
                Err(TokenFault::ForeignJwt.into())
            }
            (PresentedType::AccessToken, _) if apart(self.may_be_shown(text)).await? => {
                apart(self.opaque(role, text, vouched, event)).await
            }
            (PresentedType::AccessToken, _) => apart(self.own(text)).await,
            (_, Some(Ok(token))) => self.foreign(role, presented_type, token, event).await,
            (_, Some(Err(fault))) => Err((*fault).into()),
            (_, None) => Err(TokenFault::Malformed.into()),
        };
        presented.map_err(|failure| match failure {
            Failure::Token(fault) => Reason::Token(role, fault),
            Failure::Host(_) => Reason::Unavailable,
            Failure::LaterVersion => Reason::LaterVersion,
        })
    }

    /// Whether an opaque token may be shown to an issuer. What is a secret here, offered by mistake, is not: an
    /// administrator's token, the client's secret, a token of this service with its prefix cut off or misspelt.
    async fn may_be_shown(&self, text: &str) -> Result<bool, StoreFault> {
        let Call { sts, .. } = self.call;
        let presented = core::iter::once(text.as_bytes());
        let is_secret = sts.administrators.who(text.as_bytes()).is_some()
            || ClientSecret::is_one_of(self.client.secret.as_ref(), presented, &self.client.id, sts.pepper.as_ref());
        if is_secret || !may_be_of_an_issuer(text) {
            return Ok(false);
        }
        for prefix in HandleKind::PREFIXES {
            let places = 0..=prefix.len().saturating_add(1);
            for rest in places.filter_map(|place| text.get(place..)) {
                if self.call.active(&[prefix, rest].concat()).await?.is_some() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// A JWT of a trusted issuer.
    async fn foreign(
        &self,
        role: Role,
        presented_type: PresentedType,
        token: &'a Unverified<'a>,
        event: &mut Event,
    ) -> Result<Presented<'a>, Failure> {
        let sts = self.call.sts;
        check_typ(presented_type, &token.jws.header)?;
        if presented_type == PresentedType::IdJag && token.iss() == sts.issuer {
            return Err(TokenFault::IssuedHere.into());
        }
        if token.iss() == sts.issuer {
            return Err(TokenFault::IssuerUnknown.into()); // own tokens have rules of their own, whoever vouches for them
        }
        let introspector = self.found.introspector(token.iss()).map_err(Failure::of_reading)?;
        let introspector = issuer_trusted(self.client, introspector, token.iss())?;
        if presented_type == PresentedType::IdJag && introspector.id_jag.is_none() {
            return Err(TokenFault::IssuerUnknown.into());
        }
        if self.client.public && !introspector.lets_public_clients_in() {
            return Err(TokenFault::FederationNeedsConditions.into());
        }
        let verified = verify_by(self.call, &introspector, token, !self.client.public).await?;
        let let_in = self.let_in(role, verified, Rc::clone(&introspector), event)?;
        match let_in.admitted.subject {
            None => {
                let user = let_in.user(|key| self.found.user(key))?;
                Ok(let_in.presented(user))
            }
            Some(_) => self.with_user(let_in).await,
        }
    }

    /// An opaque token, for which the one issuer of such tokens that the client may use vouches. It is shown to nobody
    /// else.
    async fn opaque(
        &self,
        role: Role,
        text: &str,
        slot: &'a OnceCell<Rc<Claims>>,
        event: &mut Event,
    ) -> Result<Presented<'a>, Failure> {
        let issuers: Vec<&str> = sorted::collect(self.client.allowed_issuers.iter().map(String::as_str));
        if issuers.len() > limits::OPAQUE_ISSUERS {
            return Err(TokenFault::IssuerAmbiguous.into());
        }
        let wanted = issuers.iter().map(|iss| Wanted::Introspector(iss)).collect();
        let found = self.call.find(wanted).await.map_err(Failure::of_reading)?;
        let mut candidate = None;
        for iss in issuers.into_iter().filter(|iss| *iss != self.call.sts.issuer) {
            let introspector = found.introspector(iss).map_err(Failure::of_reading)?;
            let introspector = introspector.filter(|found| found.introspection_endpoint.is_some());
            if introspector.is_some() && candidate.replace(introspector).is_some() {
                return Err(TokenFault::IssuerAmbiguous.into());
            }
        }
        let introspector: Rc<TokenIntrospector> = candidate.flatten().ok_or(TokenFault::NotActive)?;
        let endpoint = introspector.introspection_endpoint.as_ref().ok_or(TokenFault::NotActive)?;
        let claims = vouched(self.call, &introspector, endpoint, text).await?;
        let claims = slot.get_or_init(|| claims);
        let verified = Verified::vouched(claims, introspector.max_lifetime, self.call.now)?;
        self.with_user(self.let_in(role, verified, introspector, event)?).await
    }

    /// What is asked of every token of an issuer, however it was verified.
    fn let_in(
        &self,
        role: Role,
        verified: Verified<'a>,
        introspector: Rc<TokenIntrospector>,
        event: &mut Event,
    ) -> Result<LetIn<'a>, Failure> {
        let Call { sts, .. } = self.call;
        let claims = verified.claims();
        if claims.iss != introspector.iss {
            return Err(TokenFault::IssuerUnknown.into()); // what one issuer says is not held against another one's rules
        }
        // What an older token of this issuer was exchanged for has ended, so that nothing new may come of one.
        if claims.iat.is_some_and(|iat| introspector.instance.has_ended(iat)) {
            return Err(TokenFault::EndedByNotBefore.into());
        }
        match (role, self.id_token_of) {
            (Role::Assertion, _) => id_jag_accepted(claims, &introspector, self.client, &sts.issuer)?,
            (_, Some(names)) => id_token_is_of(claims, names)?,
            _ => audience_accepted(claims.aud.as_deref(), &introspector, &sts.issuer, &sts.token_endpoint)?,
        }
        let kept = keep(role, claims, &introspector).inspect_err(|_| {
            event.claim = unmet(&claims.all(), &introspector.conditions).map(String::from);
        })?;
        let admitted = self.admitted(role, claims, &introspector, event)?;
        let act = act_of_issuer(claims.act.as_ref(), &claims.iss, &sts.issuer)?;
        let jkt = match &claims.cnf {
            Confirmation::None => None,
            Confirmation::Key(jkt) if introspector.accepts_bound => Some(jkt.clone()),
            Confirmation::Key(_) | Confirmation::Other => return Err(TokenFault::SenderConstrained.into()),
        };
        Ok(LetIn { claims, introspector, act, jkt, kept, admitted })
    }

    /// By the introspector's expressions.
    fn admitted(
        &self,
        role: Role,
        claims: &Claims,
        introspector: &TokenIntrospector,
        event: &mut Event,
    ) -> Result<Admitted, TokenFault> {
        let rules = &introspector.rules;
        if rules.condition.is_empty() && rules.attributes.is_empty() && rules.subject.is_none() {
            return Ok(Admitted::default());
        }
        let facts = Facts::of_token(claims.all(), &self.client.id, self.targets);
        facts.admitted(rules, role == Role::Actor).map_err(|not| match not {
            NotAdmitted::Condition(unmet) => {
                event.condition = Some(unmet);
                TokenFault::ConditionFailed
            }
            NotAdmitted::Subject => TokenFault::SubjectMalformed,
        })
    }

    /// Looks for the User of a token that was let in.
    async fn with_user(&self, let_in: LetIn<'a>) -> Result<Presented<'a>, Failure> {
        let keys = user_keys(let_in.claims, let_in.sub(), Some(let_in.introspector.user));
        let users = self.call.find(keys.iter().map(Wanted::User).collect()).await.map_err(Failure::of_reading)?;
        let user = let_in.user(|key| users.user(key))?;
        Ok(let_in.presented(user))
    }

    /// A token of this service, JWT or opaque, that is alive: only from a client to which or for which it was issued.
    async fn own(&self, text: &str) -> Result<Presented<'a>, Failure> {
        let found = self.call.active(text).await?;
        let token = found.filter(|token| token.kind != Kind::Refresh).ok_or(TokenFault::NotActive)?;
        if !token.concerns(&self.client.id, &self.client.resource) {
            return Err(TokenFault::NotForThisClient.into());
        }
        let Alive { user, introspectors, actors } = self.call.alive(&token).await.map_err(Failure::of_reading)??;
        let own_claims = own_claims(&self.call.sts.issuer, &token);
        let Active { sub, scope, exp, act, copied, jkt, .. } = token;
        Ok(Presented {
            iss: &self.call.sts.issuer,
            sub: Cow::Owned(sub),
            scope,
            exp,
            act,
            jkt,
            // What it says already goes on with it, as its sub does; nothing is added.
            kept: KeptClaims { copied, ..KeptClaims::default() },
            claims: None,
            own: true,
            opaque: false,
            aud: None,
            introspector: None,
            attributes: Object::new(),
            own_claims,
            user,
            by_identifier: false,
            introspectors,
            actors,
        })
    }
}

/// What expressions read of a token of this service: the same of a JWT and of an opaque one. What else its subject's issuer
/// may have said is not known.
fn own_claims(issuer: &str, token: &Active) -> ReadClaims {
    let text = |text: &str| Value::from(String::from(text));
    let mut claims = token.copied.clone();
    claims.set("iss", text(issuer));
    claims.set("sub", text(&token.sub));
    claims.set("aud", token.aud.iter().map(|aud| text(aud)).collect::<Vec<_>>());
    claims.set("client_id", text(&token.client_id));
    claims.set("exp", token.exp);
    if let Some(scope) = token.scope.to_text() {
        claims.set("scope", Value::from(scope));
    }
    if let Some(jkt) = &token.jkt {
        let mut cnf = Object::new();
        cnf.set("jkt", text(jkt));
        claims.set("cnf", cnf);
    }
    let act = token.act.as_ref().map(Actor::to_json);
    if let Some(act) = act.as_deref().and_then(|act| json::parse(act).ok()) {
        claims.set("act", act.into_owned());
    }
    let absent =
        ["scope", "act", "cnf"].into_iter().filter(|name| claims.get(name).is_none()).map(String::from).collect();
    ReadClaims { claims, absent, all: false }
}

/// Looks at the claims that only the introspector knows of. Of an actor nothing is copied.
fn keep(role: Role, claims: &Claims, introspector: &TokenIntrospector) -> Result<KeptClaims, TokenFault> {
    let TokenIntrospector { conditions, copy_claims, .. } = introspector;
    if conditions.is_empty() && copy_claims.is_empty() {
        return Ok(KeptClaims::default()); // all claims are not read a second time
    }
    match role {
        Role::Subject | Role::Assertion => KeptClaims::of(&claims.all(), introspector),
        Role::Actor => {
            let met = conditions_met(&claims.all(), conditions)?;
            Ok(KeptClaims { met, ..KeptClaims::default() })
        }
    }
}

/// Whether an opaque token may be of an issuer: not if it has the form of a token of this service, whole or damaged, not if it is a JWS or a JWE, which is never opaque, and not with what no token has (RFC 6750 section 2.1), such
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
    // However it is separated, and wherever it is cut.
    let lower = text.to_ascii_lowercase();
    let separated = lower.replace(['-', '.', '~'], "_");
    let own = lower.starts_with("sts_")
        || ["ts_at_", "ts_rt_"].iter().any(|prefix| separated.contains(prefix))
        || ["_at_", "_rt_", "s_at_", "s_rt_", "stsat_", "stsrt_"].iter().any(|prefix| separated.starts_with(prefix));
    let b64token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    text.bytes().all(b64token) && !own && !jose
}

/// Whether `typ` fits the type that was declared. What is for another use (`dpop+jwt`, `logout+jwt`, …) fits none.
fn check_typ(presented_type: PresentedType, header: &Header) -> Result<(), TokenFault> {
    let fits = match presented_type {
        // Letter by letter: it is what tells an identity assertion from every other JWT of its issuer.
        PresentedType::IdJag => header.typ.as_deref() == Some(ID_JAG_TYP),
        // SPIFFE's JWT-SVIDs say JOSE (JWT-SVID section 2.3).
        _ if header.is_typ_or_none(&["jwt", "jose"]) => true,
        _ => presented_type == PresentedType::Jwt && header.is_typ(&["at+jwt"]),
    };
    if fits { Ok(()) } else { Err(TokenFault::Type) }
}
