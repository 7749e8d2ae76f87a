//! Why a request was refused: one [`Reason`] for the operator, and one `match` that makes of it what the client sees.
//!
//! The wire says little and always the same: an error code of the standard and a fixed sentence. The reason, which
//! may say more, goes into the audit event and into `OAuthError.reason`.

mod dpop_fault;
mod token_fault;
mod wire_error;

use alloc::borrow::Cow;
use alloc::string::String;

pub use dpop_fault::DpopFault;
pub use token_fault::TokenFault;
pub use wire_error::WireError;

use crate::host::HostFault;
use crate::issuers::FetchFault;

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
    /// What is stored, or what a token of this service carries, was written by a later version of the program.
    LaterVersion,
    /// What an issuer was asked for did not come. Only in the event of that fetch.
    Fetch(FetchFault),
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
            Self::TokenTypeUnsupported(Role::Subject | Role::Assertion) => "subject_token_type_unsupported",
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
            Self::LaterVersion => "stored_by_later_version",
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
                invalid_request("A parameter was sent more than once; only audience and resource may be repeated.")
            }
            R::ParameterMalformed => {
                invalid_request("A parameter is not a string, or has characters that are not allowed.")
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
            R::ClientMismatch => invalid_request("The client_id in the body does not match the credentials."),
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
                "The user must authenticate again, or in another way, at the issuer of the token.",
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
            R::ClaimsToKeep => {
                invalid_request("The claims to keep for refreshes are larger than 8 KiB or nested too deep.")
            }
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
                "The access token is missing, has expired, or was not issued by this service.",
            ),
            R::BearerTokenRepeated => invalid_request(
                "The access token was sent more than once; send it in one header or in the body (RFC 6750 section 2).",
            ),
            R::BearerTokenBound => WireError::new(
                401,
                "invalid_token",
                "The access token is bound to a key: send it with the scheme DPoP and a proof (RFC 9449 section 7.1).",
            ),
            R::DpopToken { .. } => WireError::new(
                401,
                "invalid_token",
                "The access token has expired, was not issued by this service, or is not bound to a key.",
            ),
            R::InsufficientScope => WireError::new(
                403,
                "insufficient_scope",
                "The access token needs the scope openid, or this service as audience.",
            ),
            R::AdminToken => WireError::new(401, "invalid_token", "The administrator's token is missing or wrong."),
            R::Administration => invalid_request("The request cannot be carried out."),
            R::Unavailable | R::ResourceInvalid | R::LaterVersion | R::Fetch(_) => {
                WireError { retry_after: Some(5), ..WireError::new(503, "temporarily_unavailable", UNAVAILABLE) }
            }
        }
    }
}
