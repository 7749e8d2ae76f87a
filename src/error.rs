//! Why a request was refused: one [`Reason`] for the operator, and one `match` that makes of it what the client sees.
//!
//! The wire says little and always the same: an error code of the standard and a fixed sentence. The reason, which
//! may say more, goes into the audit event and into `OAuthError.reason`.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::host::HostFault;
use crate::issuers::FetchFault;
use crate::jose::json::JsonFault;

/// Which token of a request is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `subject_token`
    Subject,
    /// `actor_token`
    Actor,
    /// `assertion`
    Assertion,
}

/// Why a token was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenFault {
    /// Longer than [`crate::limits::TOKEN`].
    TooLarge,
    /// Not a compact JWS of a JSON header and a JSON object.
    Malformed,
    /// Its JSON is refused for more than its form: see [`JsonFault`].
    Json(JsonFault),
    /// This header is not understood and would change meaning: `crit`, `b64`, `zip`, or a wrong type.
    Header(&'static str),
    /// `typ` says that the token is for another use.
    Type,
    /// `alg` is unknown, `none`, or not the one of the key.
    Algorithm,
    /// No key of the issuer fits the header.
    Key,
    /// The signature does not hold.
    Signature,
    /// This claim is required, and is not there.
    ClaimMissing(&'static str),
    /// This claim has a type or a form that it must not have.
    ClaimMalformed(&'static str),
    /// `exp` has passed.
    Expired,
    /// `nbf` or `iat` lies ahead.
    NotYetValid,
    /// It lives longer than is accepted.
    LivesTooLong,
    /// `iss` is that of no TokenIntrospector.
    IssuerUnknown,
    /// `iss` is not in the client's `allowedIssuers`.
    IssuerNotAllowed,
    /// `aud` names neither this service nor what the introspector wants.
    Audience,
    /// A claim does not meet the introspector's `claims`.
    Condition,
    /// A `condition` of the introspector or of the client is not met.
    ConditionFailed,
    /// It comes from a public client, and is no JWT of an issuer whose introspector has `audience`, and `claims` or
    /// `condition`.
    FederationNeedsConditions,
    /// The introspector's `subject` gives no string of 1 to [`crate::limits::SUB`] bytes.
    SubjectMalformed,
    /// The claims that the introspector's `copy_claims` and `emit` name are over
    /// [`crate::limits::COPIED_CLAIMS`], or nested too deep.
    CopiedClaims,
    /// No User belongs to it.
    UserUnknown,
    /// Its User is inactive.
    UserInactive,
    /// With `user: none`, its `sub` is the id of a User.
    UserCollision,
    /// Not a token of this service, or one that has ended or was revoked.
    NotActive,
    /// A JWT of another issuer, sent as an access token of this service.
    ForeignJwt,
    /// It was issued to another client and for another audience.
    NotForThisClient,
    /// `cnf` binds it to a key, and possession of that key cannot be proven here.
    SenderConstrained,
    /// `cnf` binds it to a key, and the request does not prove that key.
    KeyNotProved,
    /// An identity assertion for another client.
    ClientMismatch,
    /// An identity assertion of, or for, another tenant.
    Tenant,
    /// An identity assertion with `authorization_details`, which are not handled.
    AuthorizationDetails,
    /// An identity assertion for a resource that is not this service's.
    ResourceNotAllowed,
    /// An identity assertion that this service issued itself.
    IssuedHere,
    /// An identity assertion that was redeemed before.
    Replayed,
    /// This claim, `act` or `may_act`, is malformed or too deep.
    Delegation(&'static str),
    /// `act` names an actor of another issuer or of this service, for whom the token's issuer cannot speak.
    ActorOfAnother,
    /// Its issuer's keys, or its word on an opaque token, cannot be had at the moment.
    IssuerUnavailable,
    /// More than one of the client's issuers might have issued the opaque token.
    IssuerAmbiguous,
}

/// What is wrong with the proof of a key (RFC 9449).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DpopFault {
    /// Not one compact JWS with a JSON object in it, longer than [`crate::limits::DPOP_PROOF`], or more than one of them.
    Malformed,
    /// `typ` is not `dpop+jwt`.
    Typ,
    /// `alg` is unknown, `none`, a MAC, or not one of the key.
    Alg,
    /// `jwk` is missing, private, weak, or no public key that can be used.
    Jwk,
    /// The key did not make the signature.
    Signature,
    /// `htm` is another method.
    Htm,
    /// `htu` is another URL.
    Htu,
    /// `iat` is too long ago or lies ahead.
    Iat,
    /// This claim is missing, or is not what it must be.
    ClaimMissing(&'static str),
    /// `ath` is missing, or that of another access token.
    Ath,
    /// It was made with another key than the one that the access token is bound to.
    Key,
    /// It was used before.
    Replayed,
    /// `nonce` is missing, is not one of this service, or too old.
    Nonce,
    /// There is none, and there must be one.
    Missing,
    /// There is one, and the client must not send any.
    NotAllowed,
}

/// Why a request was refused. Every refusal has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The path is there, the method is not.
    Method,
    /// No such path.
    Path,
    /// Neither a form nor JSON.
    ContentType,
    /// A charset other than UTF-8.
    Charset,
    /// A `Content-Encoding`.
    ContentEncoding,
    /// Over [`crate::limits::BODY`].
    BodyTooLarge,
    /// The form or the JSON cannot be decoded.
    Body,
    /// Over [`crate::limits::PARAMETERS`].
    TooManyParameters,
    /// A parameter is there more than once.
    ParameterRepeated,
    /// A parameter has the wrong type or holds a control character.
    ParameterMalformed,
    /// A parameter that would change meaning and is not supported.
    ParameterUnsupported,

    /// No credentials of a client.
    NoCredentials {
        /// Whether to answer with a challenge.
        challenge: bool,
    },
    /// The credentials cannot be read, or are of a method that is not supported.
    CredentialsMalformed {
        /// Whether to answer with a challenge.
        challenge: bool,
    },
    /// More than one method of authentication at once.
    CredentialsRepeated,
    /// Credentials of a client in the query, where logs and histories keep them.
    CredentialsInQuery,
    /// No such client.
    ClientUnknown {
        /// Whether to answer with a challenge.
        challenge: bool,
    },
    /// The secret is wrong, or the client has none.
    ClientSecret {
        /// Whether to answer with a challenge.
        challenge: bool,
    },
    /// The client is not active.
    ClientInactive {
        /// Whether to answer with a challenge.
        challenge: bool,
    },
    /// The client's assertion is not accepted.
    ClientAssertion(TokenFault),
    /// The client's assertion was used before.
    ClientAssertionReplayed,
    /// The body names another client than the credentials.
    ClientMismatch,
    /// Too many failed authentications.
    TooManyFailures {
        /// Seconds until it may be tried again.
        retry_after: u32,
    },

    /// The request does not prove a key as it should.
    Dpop(DpopFault),
    /// The same at userinfo.
    DpopOfBearer(DpopFault),

    /// `grant_type` is absent.
    GrantTypeMissing,
    /// `grant_type` is one that is not served.
    GrantTypeUnsupported,
    /// `grant_type` is not among the client's.
    GrantTypeNotAllowed,

    /// `subject_token` is absent.
    SubjectTokenMissing,
    /// `subject_token_type` is absent.
    SubjectTokenTypeMissing,
    /// `subject_token_type` or `actor_token_type` is not supported.
    TokenTypeUnsupported(Role),
    /// The user did not authenticate as the client's `require` says (RFC 9470).
    AuthenticationInsufficient,
    /// No key of this service can be verified by others, so that it cannot issue identity assertions.
    IdJagKeyMissing,
    /// No `assertion` in a request of the grant jwt-bearer.
    AssertionMissing,
    /// `actor_token` without `actor_token_type`.
    ActorTokenTypeMissing,
    /// `actor_token_type` without `actor_token`.
    ActorTokenMissing,
    /// `requested_token_type` is not supported.
    RequestedTokenTypeUnsupported,
    /// `requested_token_type` asks for a refresh token that this client does not get.
    RefreshTokenNotAllowed,
    /// A token is not accepted.
    Token(Role, TokenFault),
    /// The delegation is not allowed by `may_act` and the client's policy.
    DelegationNotAllowed,
    /// The chain of actors would grow too long.
    TooManyActors,
    /// The actor is the subject.
    ActorIsSubject,

    /// A target is unknown, malformed, not allowed, or there are too many.
    Target,
    /// `scope` is malformed.
    ScopeMalformed,
    /// A scope is not allowed.
    ScopeNotAllowed,

    /// The claims that a refresh would read again are over [`crate::limits::KEPT_CLAIMS`], or nested too deep.
    ClaimsToKeep,

    /// `refresh_token` is absent.
    RefreshTokenMissing,
    /// The refresh token is not one, or its grant has ended.
    RefreshTokenUnknown,
    /// The refresh token's time is over.
    RefreshTokenExpired,
    /// The grant was revoked.
    RefreshTokenRevoked,
    /// The refresh token was used before: the whole grant is revoked.
    RefreshTokenReused,
    /// The refresh token is another client's.
    RefreshTokenOfAnotherClient,
    /// The user, the client's rights or the issuer are no longer what they were at issue.
    RefreshNoLongerAllowed,
    /// Too many rotations.
    RefreshTokenWornOut,

    /// `token` is absent.
    TokenMissing,
    /// The token to revoke is another client's.
    TokenOfAnotherClient,
    /// The bearer token at userinfo is missing or not active.
    BearerToken {
        /// Whether a token was presented.
        presented: bool,
    },
    /// The bearer token at userinfo is in the header and in the body, or in two headers.
    BearerTokenRepeated,
    /// The token at userinfo is bound to a key, and came as a bearer token.
    BearerTokenBound,
    /// The token that came to userinfo with a proof is not active, or is not bound to a key.
    DpopToken {
        /// Whether it is an active token that is not bound.
        unbound: bool,
    },

    /// The bearer token at userinfo is for another service and has not the scope `openid`.
    InsufficientScope,

    /// The administrator's token is missing or wrong.
    AdminToken,
    /// What the administrator asked for cannot be done; the OperationOutcome says why.
    Administration,

    /// A store or a binding did not answer.
    Unavailable,
    /// A resource in the store breaks the rules; the event names its key.
    ResourceInvalid,
    /// What an issuer was asked for did not come. Only in the event of that fetch.
    Fetch(FetchFault),
}

/// What the client sees of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError {
    /// HTTP status.
    pub status: u16,
    /// `error`
    pub error: &'static str,
    /// `error_description`: a fixed sentence in printable ASCII.
    pub description: Cow<'static, str>,
    /// Whether `WWW-Authenticate` asks for Basic credentials.
    pub challenge: bool,
    /// Seconds for `Retry-After`, if any.
    pub retry_after: Option<u32>,
}

const INVALID_CLIENT: &str = "Client authentication failed.";
// Nothing was sent, so that there is nothing to give away.
const NO_CREDENTIALS: &str = "There are no client credentials: send HTTP Basic, or client_id with client_secret or a \
                              client_assertion in the body.";
const TOKEN_TYPES: &str = "it is urn:ietf:params:oauth:token-type: with jwt, id_token or access_token behind it.";
const INVALID_REFRESH_TOKEN: &str = "The refresh token is not valid: it is unknown, has expired, was used, was revoked or \
                                     belongs to another client. Exchange a subject token again.";
const UNAVAILABLE: &str = "The service is not available at the moment. Try again later.";

impl From<HostFault> for Reason {
    fn from(_: HostFault) -> Self {
        Self::Unavailable
    }
}

impl Reason {
    /// The stable code for the operator: audit events and `OAuthError.reason` carry it.
    #[must_use]
    pub fn code(self) -> Cow<'static, str> {
        let of_a_token = match self {
            Self::Token(Role::Subject, fault) => Some(("subject_token.", fault)),
            Self::Token(Role::Actor, fault) => Some(("actor_token.", fault)),
            Self::Token(Role::Assertion, fault) => Some(("assertion.", fault)),
            Self::ClientAssertion(fault) => Some(("client_assertion.", fault)),
            _ => None,
        };
        if let Some((token, fault)) = of_a_token {
            return Cow::Owned([token, fault.code()].concat());
        }
        Cow::Borrowed(match self {
            Self::Method => "method_not_allowed",
            Self::Path => "path_unknown",
            Self::ContentType => "content_type_unsupported",
            Self::Charset => "charset_unsupported",
            Self::ContentEncoding => "content_encoding_unsupported",
            Self::BodyTooLarge => "body_too_large",
            Self::Body => "body_malformed",
            Self::TooManyParameters => "parameters_too_many",
            Self::ParameterRepeated => "parameter_repeated",
            Self::ParameterMalformed => "parameter_malformed",
            Self::ParameterUnsupported => "parameter_unsupported",
            Self::NoCredentials { .. } => "client_credentials_missing",
            Self::CredentialsMalformed { .. } => "client_credentials_malformed",
            Self::CredentialsRepeated => "client_credentials_repeated",
            Self::CredentialsInQuery => "client_credentials_in_query",
            Self::ClientUnknown { .. } => "client_unknown",
            Self::ClientSecret { .. } => "client_secret_wrong",
            Self::ClientInactive { .. } => "client_inactive",
            Self::ClientMismatch => "client_id_mismatch",
            Self::TooManyFailures { .. } => "authentication_failures_too_many",
            Self::Dpop(fault) | Self::DpopOfBearer(fault) => fault.reason(),
            Self::GrantTypeMissing => "grant_type_missing",
            Self::GrantTypeUnsupported => "grant_type_unsupported",
            Self::GrantTypeNotAllowed => "grant_type_not_allowed",
            Self::SubjectTokenMissing => "subject_token_missing",
            Self::SubjectTokenTypeMissing => "subject_token_type_missing",
            Self::AssertionMissing => "assertion_missing",
            Self::AuthenticationInsufficient => "user_authentication_insufficient",
            Self::IdJagKeyMissing => "id_jag_key_missing",
            Self::TokenTypeUnsupported(Role::Assertion) => "assertion_missing",
            Self::TokenTypeUnsupported(Role::Subject) => "subject_token_type_unsupported",
            Self::TokenTypeUnsupported(Role::Actor) => "actor_token_type_unsupported",
            Self::ActorTokenTypeMissing => "actor_token_type_missing",
            Self::ActorTokenMissing => "actor_token_missing",
            Self::RequestedTokenTypeUnsupported => "requested_token_type_unsupported",
            Self::RefreshTokenNotAllowed => "refresh_token_not_allowed",
            Self::Token(..) | Self::ClientAssertion(_) => "token",
            Self::Fetch(fault) => fault.code(),
            Self::ClientAssertionReplayed => "client_assertion_replayed",
            Self::DelegationNotAllowed => "delegation_not_allowed",
            Self::TooManyActors => "actors_too_many",
            Self::ActorIsSubject => "actor_is_subject",
            Self::Target => "target_not_allowed",
            Self::ScopeMalformed => "scope_malformed",
            Self::ScopeNotAllowed => "scope_not_allowed",
            Self::ClaimsToKeep => "claims_to_keep_too_large",
            Self::RefreshTokenMissing => "refresh_token_missing",
            Self::RefreshTokenUnknown => "refresh_token_unknown",
            Self::RefreshTokenExpired => "refresh_token_expired",
            Self::RefreshTokenRevoked => "refresh_token_revoked",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::RefreshTokenOfAnotherClient => "refresh_token_of_another_client",
            Self::RefreshNoLongerAllowed => "refresh_no_longer_allowed",
            Self::RefreshTokenWornOut => "refresh_token_worn_out",
            Self::TokenMissing => "token_missing",
            Self::TokenOfAnotherClient => "token_of_another_client",
            Self::BearerToken { presented: false } => "bearer_token_missing",
            Self::BearerToken { presented: true } => "bearer_token_not_active",
            Self::BearerTokenRepeated => "bearer_token_repeated",
            Self::BearerTokenBound => "bearer_token_bound",
            Self::DpopToken { unbound: false } => "dpop_token_not_active",
            Self::DpopToken { unbound: true } => "dpop_token_not_bound",
            Self::InsufficientScope => "bearer_token_scope_insufficient",
            Self::AdminToken => "admin_token_wrong",
            Self::Administration => "administration_refused",
            Self::Unavailable => "store_unavailable",
            Self::ResourceInvalid => "stored_resource_invalid",
        })
    }

    /// The claim of a token, or member of its header, that is at fault. Its name only.
    #[must_use]
    pub const fn claim(self) -> Option<&'static str> {
        match self {
            Self::Token(_, fault) | Self::ClientAssertion(fault) => fault.claim(),
            Self::Dpop(DpopFault::ClaimMissing(name)) | Self::DpopOfBearer(DpopFault::ClaimMissing(name)) => Some(name),
            _ => None,
        }
    }

    /// What the client sees.
    #[must_use]
    pub fn wire(self) -> WireError {
        use Reason as R;
        let invalid_request = |description| WireError::new(400, "invalid_request", description);
        let invalid_grant = || WireError::new(400, "invalid_grant", INVALID_REFRESH_TOKEN);
        match self {
            R::Method => {
                WireError::new(405, "invalid_request", "This method is not allowed here; see the Allow header.")
            }
            R::Path => WireError::new(404, "not_found", "There is nothing at this path."),
            R::ContentType => {
                invalid_request("The content type must be application/x-www-form-urlencoded or application/json.")
            }
            R::Charset => WireError::new(415, "invalid_request", "The charset of the body must be UTF-8."),
            R::ContentEncoding => WireError::new(
                415,
                "invalid_request",
                "The body must not be compressed or encoded; leave Content-Encoding out.",
            ),
            R::BodyTooLarge => WireError::new(413, "invalid_request", "The body is larger than 64 KiB."),
            R::Body => invalid_request("The body cannot be decoded: it must be UTF-8, a form or one JSON object."),
            R::TooManyParameters => invalid_request("There are more than 100 parameters."),
            R::ParameterRepeated => {
                invalid_request("A parameter is there more than once; only audience and resource may be repeated.")
            }
            R::ParameterMalformed => {
                invalid_request("A parameter is not a string, or holds characters that it must not hold.")
            }
            R::ParameterUnsupported => invalid_request("A parameter is not supported here; leave it out."),
            R::NoCredentials { challenge } => {
                WireError { challenge, ..WireError::new(401, "invalid_client", NO_CREDENTIALS) }
            }
            R::CredentialsMalformed { challenge }
            | R::ClientUnknown { challenge }
            | R::ClientSecret { challenge }
            | R::ClientInactive { challenge } => {
                WireError { challenge, ..WireError::new(401, "invalid_client", INVALID_CLIENT) }
            }
            R::ClientAssertion(_) | R::ClientAssertionReplayed => WireError::new(401, "invalid_client", INVALID_CLIENT),
            R::CredentialsRepeated => {
                invalid_request("The client authenticates in more than one way; use one (RFC 6749 section 2.3).")
            }
            R::CredentialsInQuery => invalid_request(
                "Client credentials must not be in the URL; send them in the header or the body (RFC 6749 section 2.3.1).",
            ),
            R::ClientMismatch => invalid_request("The client_id in the body is not the client of the credentials."),
            R::TooManyFailures { retry_after } => WireError {
                retry_after: Some(retry_after),
                ..WireError::new(
                    429,
                    "temporarily_unavailable",
                    "There were too many failed authentications. Try again later.",
                )
            },
            R::Dpop(fault) => fault.wire(400),
            R::DpopOfBearer(fault) => fault.wire(401),
            R::GrantTypeMissing => invalid_request("grant_type is missing."),
            R::GrantTypeUnsupported => {
                WireError::new(400, "unsupported_grant_type", "This grant_type is not supported.")
            }
            R::GrantTypeNotAllowed => {
                WireError::new(400, "unauthorized_client", "This grant_type is not among the client's grant_types.")
            }
            R::SubjectTokenMissing => invalid_request("subject_token is missing."),
            R::SubjectTokenTypeMissing => invalid_request("subject_token_type is missing."),
            R::TokenTypeUnsupported(role) => {
                let name = match role {
                    Role::Subject | Role::Assertion => "This subject_token_type is not supported; ",
                    Role::Actor => "This actor_token_type is not supported; ",
                };
                WireError::new(400, "invalid_request", [name, TOKEN_TYPES].concat())
            }
            R::ActorTokenTypeMissing => invalid_request("actor_token_type is missing; it goes with actor_token."),
            R::ActorTokenMissing => invalid_request("actor_token is missing; actor_token_type goes with it."),
            R::RequestedTokenTypeUnsupported => invalid_request(
                "This requested_token_type is not supported; it is urn:ietf:params:oauth:token-type: with access_token, jwt, \
                 refresh_token or id-jag behind it.",
            ),
            R::RefreshTokenNotAllowed => invalid_request("This client does not get refresh tokens."),
            R::AuthenticationInsufficient => WireError::new(
                400,
                "insufficient_user_authentication",
                "The user must authenticate anew, or in another way, at the issuer of the token.",
            ),
            R::IdJagKeyMissing => WireError {
                retry_after: Some(60),
                ..WireError::new(
                    503,
                    "temporarily_unavailable",
                    "This service has no public key to sign an identity assertion with.",
                )
            },
            R::AssertionMissing => invalid_request("assertion is missing."),
            // One sentence for all, as for every grant that is not good (RFC 7523 section 3.1).
            R::Token(Role::Assertion, _) => {
                WireError::new(400, "invalid_grant", "The assertion is not accepted for this client.")
            }
            R::Token(role, fault) => {
                let mut description = String::from(match role {
                    Role::Subject | Role::Assertion => "The subject_token is not accepted: ",
                    Role::Actor => "The actor_token is not accepted: ",
                });
                description.push_str(fault.sentence());
                WireError::new(400, "invalid_request", description)
            }
            R::DelegationNotAllowed => invalid_request(
                "The actor may not act for this subject: neither may_act nor the client's policy allows it.",
            ),
            R::TooManyActors => invalid_request("The chain of actors would be longer than 8."),
            R::ActorIsSubject => invalid_request("The actor is the subject; leave actor_token out."),
            R::Target => WireError::new(
                400,
                "invalid_target",
                "An audience or resource is not one that this client may ask for; they are compared exactly.",
            ),
            R::ScopeMalformed => WireError::new(
                400,
                "invalid_scope",
                "The scope is malformed: at most 100 names of printable ASCII, with one space between them.",
            ),
            R::ScopeNotAllowed => {
                WireError::new(400, "invalid_scope", "A scope is not one that this client may ask for with this token.")
            }
            R::ClaimsToKeep => invalid_request(
                "The claims to keep for a refresh are larger than 8 KiB or nested too deep; this client gets refresh tokens.",
            ),
            R::RefreshTokenMissing => invalid_request("refresh_token is missing."),
            R::RefreshTokenUnknown
            | R::RefreshTokenExpired
            | R::RefreshTokenRevoked
            | R::RefreshTokenReused
            | R::RefreshTokenOfAnotherClient
            | R::RefreshNoLongerAllowed
            | R::RefreshTokenWornOut => invalid_grant(),
            R::TokenMissing => invalid_request("token is missing."),
            R::TokenOfAnotherClient => WireError::new(
                400,
                "invalid_grant",
                "The token was not issued to this client; only its own client may revoke it.",
            ),
            R::BearerToken { .. } => WireError::new(
                401,
                "invalid_token",
                "The access token is missing, has expired or is not of this service.",
            ),
            R::BearerTokenRepeated => invalid_request(
                "The access token is there more than once; send it in one header or in the body (RFC 6750 section 2).",
            ),
            R::BearerTokenBound => WireError::new(
                401,
                "invalid_token",
                "The access token is bound to a key: send it with the scheme DPoP and a proof (RFC 9449 section 7.1).",
            ),
            R::DpopToken { .. } => WireError::new(
                401,
                "invalid_token",
                "The access token has expired, is not of this service or is not bound to a key.",
            ),
            R::InsufficientScope => WireError::new(
                403,
                "insufficient_scope",
                "The access token needs the scope openid, or this service as audience.",
            ),
            R::AdminToken => WireError::new(401, "invalid_token", "The administrator's token is missing or wrong."),
            R::Administration => invalid_request("What was asked for cannot be done."),
            R::Unavailable | R::ResourceInvalid | R::Fetch(_) => {
                WireError { retry_after: Some(5), ..WireError::new(503, "temporarily_unavailable", UNAVAILABLE) }
            }
        }
    }
}

impl DpopFault {
    const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "dpop.malformed",
            Self::Typ => "dpop.typ",
            Self::Alg => "dpop.alg",
            Self::Jwk => "dpop.jwk",
            Self::Signature => "dpop.signature",
            Self::Htm => "dpop.htm",
            Self::Htu => "dpop.htu",
            Self::Iat => "dpop.iat",
            Self::ClaimMissing(_) => "dpop.claim_missing",
            Self::Ath => "dpop.ath",
            Self::Key => "dpop.key",
            Self::Replayed => "dpop.replayed",
            Self::Nonce => "dpop.nonce",
            Self::Missing => "dpop.missing",
            Self::NotAllowed => "dpop.not_allowed",
        }
    }

    /// `status`: of a proof that is at fault; 400 at the token endpoint, 401 where it comes with an access token.
    fn wire(self, status: u16) -> WireError {
        let (error, description) = match self {
            Self::Malformed => {
                (PROOF, "The DPoP header must be there once, with one signed JWT of at most 4 KiB in compact form.")
            }
            Self::Typ => (PROOF, "The typ of the DPoP proof must be dpop+jwt."),
            Self::Alg => (
                PROOF,
                "The alg of the DPoP proof must be one of dpop_signing_alg_values_supported, and one of its key.",
            ),
            Self::Jwk => (PROOF, "The jwk of the DPoP proof must be a public key of a supported kind and size."),
            Self::Signature => (PROOF, "The signature of the DPoP proof is not that of its jwk."),
            Self::Htm => (PROOF, "The htm of the DPoP proof must be the method of this request."),
            Self::Htu => (PROOF, "The htu of the DPoP proof must be the URL of this endpoint, as the metadata has it."),
            Self::Iat => (PROOF, "The DPoP proof was made too long ago, or its time lies ahead."),
            Self::ClaimMissing(_) => (PROOF, "The DPoP proof must have jti (at most 256 bytes), htm, htu and iat."),
            Self::Ath => (PROOF, "The DPoP proof must have the ath of this access token."),
            Self::Key => (PROOF, "The DPoP proof must be made with the key that the access token is bound to."),
            Self::Replayed => (PROOF, "The DPoP proof was used before; make one for each request."),
            Self::Nonce => {
                ("use_dpop_nonce", "The DPoP proof needs the nonce of the DPoP-Nonce header of this answer.")
            }
            Self::Missing => (PROOF, "A DPoP proof is required."),
            Self::NotAllowed => {
                ("invalid_request", "This client must not send a DPoP proof; leave the DPoP header out.")
            }
        };
        WireError::new(status, error, description)
    }
}

const PROOF: &str = "invalid_dpop_proof";

impl From<JsonFault> for TokenFault {
    fn from(fault: JsonFault) -> Self {
        match fault {
            JsonFault::Malformed => Self::Malformed,
            fault => Self::Json(fault),
        }
    }
}

impl TokenFault {
    /// The stable code, without the token's role.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed | Self::Json(JsonFault::Malformed) => "malformed",
            Self::Json(JsonFault::DuplicateMember) => "json_member_repeated",
            Self::Json(JsonFault::TooDeep) => "json_too_deep",
            Self::Json(JsonFault::TooManyMembers) => "json_members_too_many",
            Self::Json(JsonFault::Number) => "json_number_malformed",
            Self::Json(JsonFault::Surrogate) => "json_surrogate_alone",
            Self::Header(_) => "header_unsupported",
            Self::Type => "typ_of_another_use",
            Self::Algorithm => "alg_not_allowed",
            Self::Key => "key_unknown",
            Self::Signature => "signature_invalid",
            Self::ClaimMissing(_) => "claim_missing",
            Self::ClaimMalformed(_) => "claim_malformed",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::LivesTooLong => "lives_too_long",
            Self::IssuerUnknown => "issuer_unknown",
            Self::IssuerNotAllowed => "issuer_not_allowed",
            Self::Audience => "audience_mismatch",
            Self::Condition => "claims_condition_failed",
            Self::ConditionFailed => "condition_failed",
            Self::FederationNeedsConditions => "federation_needs_conditions",
            Self::SubjectMalformed => "subject_malformed",
            Self::CopiedClaims => "claims_to_copy_too_large",
            Self::UserUnknown => "user_unknown",
            Self::UserInactive => "user_inactive",
            Self::UserCollision => "sub_is_a_user",
            Self::NotActive => "not_active",
            Self::ForeignJwt => "jwt_of_another_issuer",
            Self::NotForThisClient => "not_for_this_client",
            Self::SenderConstrained => "sender_constrained",
            Self::KeyNotProved => "key_not_proved",
            Self::ClientMismatch => "client_mismatch",
            Self::Tenant => "tenant_mismatch",
            Self::AuthorizationDetails => "authorization_details_unsupported",
            Self::ResourceNotAllowed => "resource_not_allowed",
            Self::IssuedHere => "issued_here",
            Self::Replayed => "replayed",
            Self::Delegation(_) => "delegation_claims_malformed",
            Self::ActorOfAnother => "actor_of_another_issuer",
            Self::IssuerUnavailable => "issuer_unavailable",
            Self::IssuerAmbiguous => "issuer_ambiguous",
        }
    }

    /// The claim, or member of the header, that refused the token, where one did.
    #[must_use]
    pub const fn claim(self) -> Option<&'static str> {
        match self {
            Self::Header(name) | Self::ClaimMissing(name) | Self::ClaimMalformed(name) | Self::Delegation(name) => {
                Some(name)
            }
            Self::ActorOfAnother => Some("act"),
            _ => None,
        }
    }

    /// Whether the token is what its issuer wrote: its signature held, or its issuer vouched for it, and it was refused
    /// for what it says.
    #[must_use]
    pub const fn is_of_a_verified_token(self) -> bool {
        match self {
            Self::Audience
            | Self::Condition
            | Self::ConditionFailed
            | Self::SubjectMalformed
            | Self::ActorOfAnother
            | Self::CopiedClaims
            | Self::UserUnknown
            | Self::UserInactive
            | Self::UserCollision
            | Self::NotForThisClient
            | Self::SenderConstrained
            | Self::KeyNotProved
            | Self::ClientMismatch
            | Self::Tenant
            | Self::AuthorizationDetails
            | Self::ResourceNotAllowed
            | Self::Replayed => true,
            Self::TooLarge
            | Self::Malformed
            | Self::Header(_)
            | Self::Json(_)
            | Self::Type
            | Self::Algorithm
            | Self::Key
            | Self::Signature
            | Self::ClaimMissing(_)
            | Self::ClaimMalformed(_)
            | Self::Expired
            | Self::NotYetValid
            | Self::LivesTooLong
            | Self::IssuerUnknown
            | Self::IssuerNotAllowed
            | Self::FederationNeedsConditions
            | Self::IssuedHere
            | Self::NotActive
            | Self::Delegation(_)
            | Self::ForeignJwt
            | Self::IssuerUnavailable
            | Self::IssuerAmbiguous => false,
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::TooLarge => "it is larger than 16 KiB.",
            Self::Malformed | Self::Json(JsonFault::Malformed) => {
                "it is not a signed JWT in compact form. Send the token alone, without Bearer before it."
            }
            Self::Json(JsonFault::DuplicateMember) => "its JSON has a member twice.",
            Self::Json(JsonFault::TooDeep) => "its JSON is nested deeper than 32 levels.",
            Self::Json(JsonFault::TooManyMembers) => "its JSON has an object of more than 256 members.",
            Self::Json(JsonFault::Number) => "its JSON has a number that is not written as JSON wants it.",
            Self::Json(JsonFault::Surrogate) => "its JSON has half of a surrogate pair, which is no character.",
            Self::Header(_) => "its header has a parameter that is not supported.",
            Self::Type => "its typ says that it is for another use.",
            Self::Algorithm | Self::Key | Self::Signature => "no key of its issuer verifies its signature.",
            Self::ClaimMissing(_) => "it must contain iss, sub and exp.",
            Self::ClaimMalformed(_) => "one of its claims is malformed.",
            Self::Expired => "it has expired.",
            Self::NotYetValid => "it is not yet valid.",
            Self::LivesTooLong => "it lives longer than is accepted.",
            Self::IssuerUnknown | Self::IssuerNotAllowed => "its issuer is not one that this client may use.",
            Self::Audience => "its audience does not include this service.",
            Self::Condition => "its claims do not meet the conditions for its issuer.",
            Self::ConditionFailed => "its claims do not meet a condition.",
            Self::FederationNeedsConditions => {
                "a public client needs a JWT of an issuer for which an audience and conditions are configured."
            }
            Self::SubjectMalformed => "the rule for its subject gives none from its claims.",
            Self::CopiedClaims => "its claims to copy are larger than 4 KiB or nested too deep.",
            Self::UserUnknown => "its user is not known here.",
            Self::UserInactive => "its user is inactive.",
            Self::UserCollision => "its sub is reserved here.",
            Self::NotActive => "it is not an active token of this service. A JWT of another issuer has the type jwt.",
            Self::ForeignJwt => "it is a JWT of another issuer: its token type is jwt.",
            Self::NotForThisClient => "it was not issued to or for this client.",
            Self::SenderConstrained => "it is bound to a key in a way that is not supported here.",
            Self::KeyNotProved => {
                "it is bound to a key that this request does not prove; send a DPoP proof by that key."
            }
            // Of an identity assertion, whose refusals have one sentence.
            Self::ClientMismatch
            | Self::Tenant
            | Self::AuthorizationDetails
            | Self::ResourceNotAllowed
            | Self::IssuedHere
            | Self::Replayed => "it is not good here.",
            Self::Delegation(_) => "its act or may_act is malformed or too deep.",
            Self::ActorOfAnother => "its act names an actor for whom its issuer cannot speak.",
            Self::IssuerUnavailable => "its issuer cannot be asked at the moment. Try again later.",
            Self::IssuerAmbiguous => "more than one issuer of opaque tokens is allowed to this client.",
        }
    }
}

impl WireError {
    fn new(status: u16, error: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self { status, error, description: description.into(), challenge: false, retry_after: None }
    }
}
