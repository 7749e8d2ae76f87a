// The checks in the order in which the service makes them, and where each refusal belongs. For the reader only: what
// is decided is decided inside the module.

/** @typedef {"subject-claims" | "client" | "introspector" | "user" | "scope" | "audience" | "client-secret" | "signing-secret"} FieldName */

/**
 * @typedef {{ title: string, good: string, reasons: RegExp, field: FieldName }} Check
 */

/** @type {readonly Check[]} */
export const CHECKS = [
  {
    title: "Who is asking?",
    good: "The Client exists, its secret is right, and it may exchange tokens.",
    reasons: /^(client_|grant_type_|authentication_)/,
    field: "client",
  },
  {
    title: "Who issued the token?",
    good: "A TokenIntrospector knows the issuer, and the Client allows it.",
    reasons: /^subject_token(\.(too_large|malformed|header_|typ_|claim_|issuer_)|_)/,
    field: "subject-claims",
  },
  {
    title: "Is it genuine, and still good?",
    good: "It has not expired, its signature holds, and it is meant for this service.",
    reasons:
      /^subject_token\.(expired|not_yet|lives_|alg_|key_|signature_|audience_|sender_|claims_|not_active|not_for)/,
    field: "subject-claims",
  },
  {
    title: "Whom is it about?",
    good: "Somebody who is known here, and active.",
    reasons: /^subject_token\.(user_|sub_is_)/,
    field: "user",
  },
  {
    title: "May the app have what it asks for?",
    good: "The API and every scope are among those of the Client.",
    reasons: /^(target_|scope_|delegation_|actor|subject_token\.delegation_)/,
    field: "client",
  },
];

/**
 * Which check a reason belongs to; undefined if it is about none, such as a request that cannot be read.
 * @param {string} reason
 * @returns {number | undefined}
 */
export function checkOf(reason) {
  const index = CHECKS.findIndex(({ reasons }) => reasons.test(reason));
  return index < 0 ? undefined : index;
}

/**
 * @typedef {{ why: string, fields: readonly FieldName[] }} Explanation
 */

/**
 * What a reason means on this page, and which fields to look at.
 * @param {string} reason
 * @returns {Explanation | undefined}
 */
export function explain(reason) {
  return EXPLANATIONS.get(reason);
}

/** @type {Map<string, Explanation>} */
const EXPLANATIONS = new Map([
  [
    "client_unknown",
    { why: "The request names a client that is not there. The Client’s id is its name.", fields: ["client"] },
  ],
  [
    "client_secret_wrong",
    {
      why: "The secret in the request is not the one of the Client. The app is told only that it could not be authenticated, so that nobody learns which part was wrong.",
      fields: ["client-secret", "client"],
    },
  ],
  ["client_inactive", { why: "The Client has active: false. Turned off, it gets nothing.", fields: ["client"] }],
  ["grant_type_not_allowed", { why: "The Client’s grant_types do not contain token exchange.", fields: ["client"] }],
  [
    "subject_token.malformed",
    {
      why: "The claims must be one JSON object, without the same name twice.",
      fields: ["subject-claims"],
    },
  ],
  [
    "subject_token.claim_missing",
    { why: "The claims need iss, sub and exp: who says it, about whom, and until when.", fields: ["subject-claims"] },
  ],
  [
    "subject_token.claim_malformed",
    { why: "A claim has a type that it must not have, such as a date that is a text.", fields: ["subject-claims"] },
  ],
  [
    "subject_token.issuer_unknown",
    {
      why: "No TokenIntrospector has exactly this iss. Anybody can write a token; only those of known issuers count.",
      fields: ["subject-claims", "introspector"],
    },
  ],
  [
    "subject_token.issuer_not_allowed",
    {
      why: "The issuer is known, but the Client’s allowedIssuers does not name it. An empty list allows nobody.",
      fields: ["client", "subject-claims"],
    },
  ],
  [
    "subject_token.expired",
    {
      why: "exp lies in the past. A token is good for a while only; a stolen one soon is worth nothing.",
      fields: ["subject-claims"],
    },
  ],
  [
    "subject_token.not_yet_valid",
    { why: "nbf or iat lies in the future, by more than clocks may differ.", fields: ["subject-claims"] },
  ],
  [
    "subject_token.lives_too_long",
    {
      why: "It would be good for more than a day. The TokenIntrospector’s max_lifetime may allow more.",
      fields: ["subject-claims", "introspector"],
    },
  ],
  [
    "subject_token.signature_invalid",
    {
      why: "The token was signed with another secret than the TokenIntrospector’s, or was changed afterwards.",
      fields: ["signing-secret", "introspector"],
    },
  ],
  [
    "subject_token.key_unknown",
    { why: "The TokenIntrospector has no key with the kid of the token’s header.", fields: ["introspector"] },
  ],
  [
    "subject_token.alg_not_allowed",
    { why: "The TokenIntrospector’s key is not for the alg of the token’s header.", fields: ["introspector"] },
  ],
  [
    "subject_token.audience_mismatch",
    {
      why: "aud names somebody else. A token that was meant for another service must not work here.",
      fields: ["subject-claims", "introspector"],
    },
  ],
  [
    "subject_token.user_unknown",
    {
      why: "The login service vouches for this sub, but no User here has this id (or an identifier with this issuer and sub).",
      fields: ["subject-claims", "user"],
    },
  ],
  ["subject_token.user_inactive", { why: "The User has inactive: true.", fields: ["user"] }],
  [
    "subject_token.sub_is_a_user",
    {
      why: "With user: none the token speaks of a machine. One that has the name of a User is not believed.",
      fields: ["subject-claims", "introspector"],
    },
  ],
  [
    "subject_token.sender_constrained",
    {
      why: "cnf binds the token to a key of its holder, and nothing here proves that the app has that key.",
      fields: ["subject-claims"],
    },
  ],
  [
    "subject_token.delegation_claims_malformed",
    { why: "act or may_act is not an object with sub.", fields: ["subject-claims"] },
  ],
  [
    "delegation_not_allowed",
    {
      why: "may_act says who may act for the subject, and this client is not the one.",
      fields: ["subject-claims", "client"],
    },
  ],
  [
    "target_not_allowed",
    {
      why: "The Client’s auth.token_exchange.audience does not contain this API. They are compared letter by letter.",
      fields: ["audience", "client"],
    },
  ],
  [
    "scope_not_allowed",
    {
      why: "A scope that is asked for is not in the Client’s scope. The request is refused whole; the service never hands out less in silence.",
      fields: ["scope", "client"],
    },
  ],
  ["scope_malformed", { why: "Scopes are names with one space between them.", fields: ["scope"] }],
]);
