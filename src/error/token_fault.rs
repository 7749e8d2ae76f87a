//! Why a token is not accepted: one code for the operator, and one sentence for the client.

use crate::jose::json::JsonFault;

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
    /// Of an issuer whose older tokens `not_before` of its TokenIntrospector has ended.
    EndedByNotBefore,
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
            Self::EndedByNotBefore => "ended_by_not_before",
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
            | Self::EndedByNotBefore
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

    pub(super) const fn sentence(self) -> &'static str {
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
            Self::EndedByNotBefore => "tokens that its issuer issued at that time are no longer accepted.",
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
