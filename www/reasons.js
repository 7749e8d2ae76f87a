// Where each refusal comes from, what it means, and what to do. For the reader only: what is decided is decided inside
// the module.

/** @typedef {import("./fields.js").FieldName} FieldName */

/** The checks in the order in which the service makes them. */
export const CHECKS = [
  { title: "Who is asking?", good: "A known app, with the right secret." },
  { title: "Is the token genuine?", good: "Known issuer, right signature, in time, for us." },
  { title: "Whom is it about?", good: "Somebody who may be spoken of here." },
  { title: "Does somebody act for them?", good: "Nobody, or one who is allowed to." },
  { title: "For which API, to do what?", good: "All of what was asked for is allowed." },
];

const [CLIENT, TOKEN, USER, ACTOR, TARGET] = [0, 1, 2, 3, 4];

/**
 * @typedef {object} Explanation
 * @property {string} origin  where it came from
 * @property {number | undefined} check  index in CHECKS; undefined where none of them was reached
 * @property {readonly FieldName[]} fields  to look at, the likeliest first
 * @property {string} why
 * @property {string} todo
 */

/**
 * What a reason means on this page.
 * @param {string} reason
 * @returns {Explanation}
 */
export function explain(reason) {
  const [, role, fault] = /^(subject_token|actor_token|assertion)\.(.*)$/.exec(reason) ?? [];
  const [rows, name] = fault === undefined ? [REASONS, reason] : [TOKEN_FAULTS, fault];
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (row === undefined) {
    const why = "The service refused the request.";
    return { origin: "The request", check: undefined, fields: [], why, todo: "Look at the answer and the log below." };
  }
  const [origin, check, fields, why, todo] = row;
  if (role === "assertion") return { origin: "The assertion", check, fields, why, todo };
  if (role !== "actor_token") return { origin, check, fields, why, todo };
  const own = fields.map((field) => (field === "subject" || field === "signer" ? "actor" : field));
  return { origin: "The actor’s token", check: ACTOR, fields: [...new Set(own)], why, todo };
}

/** @typedef {[origin: string, check: number | undefined, fields: FieldName[], why: string, todo: string]} Row */

const INCOMING = "The token that comes in";

/** @type {Record<string, Row>} the part of a reason after `subject_token.` or `actor_token.` */
export const TOKEN_FAULTS = {
  too_large: [INCOMING, TOKEN, ["subject"], "The token is larger than 16 KiB.", "Leave claims out."],
  malformed: [INCOMING, TOKEN, ["subject"], "The claims are not one JSON object.", "Write one object, { … }."],
  json_member_repeated: [
    INCOMING,
    TOKEN,
    ["subject"],
    "A name appears twice in one object, and readers differ about which one counts.",
    "Take one of them out.",
  ],
  json_too_deep: [INCOMING, TOKEN, ["subject"], "The claims are nested deeper than 32 levels.", "Make them flatter."],
  json_members_too_many: [
    INCOMING,
    TOKEN,
    ["subject"],
    "An object has more than 256 members.",
    "Leave some of them out.",
  ],
  json_number_malformed: [
    INCOMING,
    TOKEN,
    ["subject"],
    "A number is not valid JSON, such as 01 or NaN.",
    "Write it as JSON does.",
  ],
  json_surrogate_alone: [
    INCOMING,
    TOKEN,
    ["subject"],
    "A text has half of an emoji, which is not a character.",
    "Write the whole character.",
  ],
  header_unsupported: [
    INCOMING,
    TOKEN,
    ["introspector"],
    "The token’s header has a parameter that is not understood.",
    "Leave it out.",
  ],
  typ_of_another_use: [
    INCOMING,
    TOKEN,
    ["subject"],
    "The token’s type says that it is for something else.",
    "Send an access token or a plain JWT.",
  ],
  alg_not_allowed: [
    INCOMING,
    TOKEN,
    ["introspector"],
    "The issuer’s key is for another way of signing than the token’s header says.",
    "Set alg of the key to that of the token.",
  ],
  key_unknown: [
    INCOMING,
    TOKEN,
    ["introspector", "signer"],
    "The issuer has no key here that fits the token’s header.",
    "Add its key to jwt.keys, with the same kid.",
  ],
  signature_invalid: [
    INCOMING,
    TOKEN,
    ["signer", "introspector"],
    "The signature does not fit the issuer’s key: the token was forged, or changed on its way.",
    "Let the issuer sign it.",
  ],
  claim_missing: [
    INCOMING,
    TOKEN,
    ["subject"],
    "A token must say who issued it (iss), about whom (sub) and until when it is good (exp).",
    "Add the one that is missing.",
  ],
  claim_malformed: [
    INCOMING,
    TOKEN,
    ["subject"],
    "A claim has the wrong form, such as a date that is text.",
    "Dates are numbers: seconds since 1970.",
  ],
  expired: [
    INCOMING,
    TOKEN,
    ["subject"],
    "It has expired (exp). Tokens expire soon, so that a stolen one is soon worthless.",
    "Move exp into the future.",
  ],
  not_yet_valid: [
    INCOMING,
    TOKEN,
    ["subject"],
    "It is not valid yet (nbf or iat), by more than clocks may differ.",
    "Move nbf and iat back.",
  ],
  lives_too_long: [
    INCOMING,
    TOKEN,
    ["subject", "introspector"],
    "It would be good for more than a day.",
    "Use an earlier exp, or raise max_lifetime of the TokenIntrospector.",
  ],
  issuer_unknown: [
    INCOMING,
    TOKEN,
    ["subject", "introspector"],
    "Nobody here knows this issuer (iss). Anybody can write a token; only those of known issuers count.",
    "Use the jwt.iss of a TokenIntrospector, letter by letter.",
  ],
  issuer_ambiguous: [
    INCOMING,
    TOKEN,
    ["introspector"],
    "More than one TokenIntrospector could vouch for this token, and they may not agree.",
    "Leave one TokenIntrospector for it.",
  ],
  issuer_unavailable: [
    INCOMING,
    TOKEN,
    ["introspector"],
    "The issuer’s keys or its answer could not be fetched. This page fetches nothing from elsewhere.",
    "Write the keys out, in jwt.keys.",
  ],
  issuer_not_allowed: [
    INCOMING,
    TOKEN,
    ["client", "subject"],
    "The issuer is known, but this app may not exchange its tokens.",
    "Add it to allowedIssuers of the Client.",
  ],
  audience_mismatch: [
    INCOMING,
    TOKEN,
    ["subject", "introspector"],
    "It was meant for somebody else (aud). A token for another service must not work here.",
    "Let aud name this service, https://sts.example.",
  ],
  claims_condition_failed: [
    INCOMING,
    TOKEN,
    ["subject", "introspector"],
    "A claim is not what the rules for this issuer require, such as another repository or branch.",
    "Compare the token with claims of the TokenIntrospector.",
  ],
  condition_failed: [
    INCOMING,
    TOKEN,
    ["subject", "client", "introspector"],
    "A condition of the issuer or of the client is not true for this token.",
    "Compare the token with condition of the TokenIntrospector and of the Client.",
  ],
  federation_needs_conditions: [
    INCOMING,
    TOKEN,
    ["subject", "client", "introspector"],
    "This app is public: it proves nothing itself, so the issuer’s tokens must say whose they are and for whom.",
    "Give the TokenIntrospector audience, and claims or condition; send a JWT of that issuer.",
  ],
  subject_malformed: [
    INCOMING,
    TOKEN,
    ["subject", "introspector"],
    "The rule for the subject gives nothing for this token's claims.",
    "Compare the token with subject of the TokenIntrospector.",
  ],
  claims_to_copy_too_large: [
    INCOMING,
    TOKEN,
    ["subject", "introspector"],
    "The claims to copy are too large.",
    "Name fewer of them in copy_claims.",
  ],
  not_active: [
    INCOMING,
    TOKEN,
    ["subject", "signer"],
    "This service did not issue this token, or it has ended or was revoked.",
    "Bring one that is good: exp in the future, signed by this service.",
  ],
  ended_by_not_before: [
    INCOMING,
    TOKEN,
    ["subject", "introspector"],
    "The token is older than not_before of its TokenIntrospector, which ended what was issued before.",
    "Get a new token from the issuer.",
  ],
  not_for_this_client: [
    INCOMING,
    TOKEN,
    ["subject", "client"],
    "The token was issued to another app, and is not meant for this one.",
    "Let aud name one of the Client’s resource values.",
  ],
  sender_constrained: [
    INCOMING,
    TOKEN,
    ["subject"],
    "The token is bound to something else than a key that DPoP can prove, such as a certificate.",
    "Leave cnf out, or put the thumbprint of a key into it (jkt).",
  ],
  key_not_proved: [
    INCOMING,
    TOKEN,
    ["prover", "subject"],
    "The token is bound to a key (cnf), and the request does not prove that key: it has no proof, or one by another key. So a stolen token is worthless.",
    "Let the app that has the key make the proof.",
  ],
  client_mismatch: [
    INCOMING,
    TOKEN,
    ["subject"],
    "The assertion names another client.",
    "Ask for one for this client.",
  ],
  tenant_mismatch: [
    INCOMING,
    TOKEN,
    ["subject"],
    "The assertion is of, or for, another tenant.",
    "Name its tenant in the TokenIntrospector’s id_jag.",
  ],
  authorization_details_unsupported: [
    INCOMING,
    TOKEN,
    ["subject"],
    "The assertion has authorization_details, which are not handled here.",
    "Leave authorization_details out.",
  ],
  resource_not_allowed: [
    INCOMING,
    TOKEN,
    ["client"],
    "The assertion is for a resource that this client does not get.",
    "Add the resource to the Client’s auth.jwt_bearer.audience.",
  ],
  issued_here: [
    INCOMING,
    TOKEN,
    ["subject"],
    "This service issued the assertion itself, for another one.",
    "Redeem it at the service that its aud names.",
  ],
  replayed: [
    INCOMING,
    TOKEN,
    ["subject"],
    "The assertion was redeemed before. It can be used only once.",
    "Get a new one.",
  ],
  jwt_of_another_issuer: [
    INCOMING,
    TOKEN,
    ["subject"],
    "A JWT of another issuer was sent as an access token of this service.",
    "Send it as a JWT.",
  ],
  actor_of_another_issuer: [
    INCOMING,
    ACTOR,
    ["subject"],
    "act names an actor of another issuer, or of this service. The token’s issuer can speak for its own only.",
    "Write the issuer itself as iss of act, or leave iss out.",
  ],
  delegation_claims_malformed: [
    INCOMING,
    TOKEN,
    ["subject"],
    "act or may_act has not the form that it must have.",
    'Each is an object such as { "sub": "name" }.',
  ],
  user_unknown: [
    INCOMING,
    USER,
    ["subject", "user"],
    "The issuer vouches for this name (sub), but nobody here is called so.",
    "Add a User with this id, or with an identifier that has the issuer and this sub.",
  ],
  user_inactive: [INCOMING, USER, ["user"], "The user is turned off.", "Remove inactive, or set it to false."],
  sub_is_a_user: [
    INCOMING,
    USER,
    ["subject", "user"],
    "Tokens of this issuer speak of programs. One with the name of a person is not believed.",
    "Use another sub, or remove that User.",
  ],
};

/** @type {Record<string, Row>} every other reason */
export const REASONS = {
  client_credentials_missing: [
    "The app",
    CLIENT,
    ["client"],
    "The app did not say who it is.",
    "Give the Client an id.",
  ],
  client_credentials_malformed: [
    "The app",
    CLIENT,
    ["client", "secret"],
    "The app’s name or secret cannot be read.",
    "Use plain text in both.",
  ],
  client_unknown: ["The app", CLIENT, ["client"], "No app of this name is known.", "Give the Client an id."],
  client_secret_wrong: [
    "The app",
    CLIENT,
    ["secret", "client"],
    "The app’s secret is wrong. It is told only that it failed, so that nobody learns which part to guess.",
    "Send the secret of the Client.",
  ],
  client_inactive: ["The app", CLIENT, ["client"], "The app is turned off.", "Remove active: false."],
  authentication_failures_too_many: [
    "The app",
    CLIENT,
    ["secret"],
    "There were too many wrong secrets within a minute.",
    "Wait a minute.",
  ],
  grant_type_not_allowed: [
    "The app",
    CLIENT,
    ["client"],
    "The app may not exchange tokens.",
    "Add token exchange to grant_types of the Client.",
  ],
  actor_is_subject: [
    "The actor’s token",
    ACTOR,
    ["actor", "subject"],
    "Both tokens are about the same person or program, and nobody acts on their own behalf.",
    "Give the actor another sub, or leave it out.",
  ],
  actors_too_many: ["The actor’s token", ACTOR, ["subject"], "The chain has more than 8 actors.", "Shorten act."],
  delegation_not_allowed: [
    "The actor",
    ACTOR,
    ["actor", "subject", "client"],
    "Neither may_act in the subject’s token nor the Client allows this actor to act for the subject.",
    "Name the actor (iss and sub) in may_act, or set delegation of the Client to any.",
  ],
  target_not_allowed: [
    "What is asked for",
    TARGET,
    ["audience", "client"],
    "The app may not have tokens for this API. Names are compared letter by letter.",
    "Add it to auth.token_exchange.audience of the Client, or ask for one that is there.",
  ],
  scope_not_allowed: [
    "What is asked for",
    TARGET,
    ["scope", "client"],
    "The app asked to do something that it, or its token, may not do. The service refuses all of it: it never grants less than was asked for.",
    "Ask for less, or add it to scope of the Client.",
  ],
  scope_malformed: [
    "What is asked for",
    TARGET,
    ["scope"],
    "These are not names with one space between them.",
    "Remove what is no name.",
  ],
  parameter_malformed: [
    "What is asked for",
    undefined,
    ["scope", "audience"],
    "A value has characters that are not allowed.",
    "Use plain letters.",
  ],
  body_too_large: [
    INCOMING,
    undefined,
    ["subject", "actor"],
    "The request is larger than 64 KiB.",
    "Leave claims out.",
  ],
  "dpop.missing": [
    "The app",
    CLIENT,
    ["prover", "client"],
    "This app must prove a key with each request, and this one has no proof.",
    "Let the app make a proof, or remove dpop from the Client.",
  ],
  "dpop.not_allowed": [
    "The app",
    CLIENT,
    ["client", "prover"],
    "A proof was sent, and this app must send none.",
    "Remove dpop: off from the Client, or send no proof.",
  ],
  store_unavailable: [
    "The service",
    undefined,
    ["introspector"],
    "Something that the service needs did not answer.",
    "Try again.",
  ],
};
