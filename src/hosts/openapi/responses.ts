import { uncached } from "./headers.js";

const retry = { "Retry-After": { $ref: "#/components/headers/RetryAfter" } };

function oauthError(description: string, codes: readonly string[], headers: object = {}): object {
  const schema = { $ref: "#/components/schemas/Error", properties: { error: { enum: codes } } };
  return { description, headers: { ...uncached, ...headers }, content: { "application/json": { schema } } };
}

const nonce = { "DPoP-Nonce": { $ref: "#/components/headers/DpopNonce" } };

const operationOutcome = { $ref: "#/components/schemas/OperationOutcome" };

function outcome(description: string, headers: object = {}, schema: object = operationOutcome): object {
  const noStore = { "Cache-Control": { $ref: "#/components/headers/NoStore" } };
  return { description, headers: { ...noStore, ...headers }, content: { "application/json": { schema } } };
}

/** Answers that several operations share; above all the refusals. */
export const responses = {
  TokenRefused: oauthError(
    "Malformed, or refused: the proof of a key, the token, the target, the scope, the grant.",
    [
      "invalid_request",
      "invalid_grant",
      "invalid_scope",
      "invalid_target",
      "invalid_dpop_proof",
      "use_dpop_nonce",
      "insufficient_user_authentication",
      "unauthorized_client",
      "unsupported_grant_type",
    ],
    nonce,
  ),
  RequestRefused: oauthError("Malformed.", ["invalid_request"]),
  RevocationRefused: oauthError("Malformed, or a token of another client.", ["invalid_request", "invalid_grant"]),
  ClientRefused: oauthError("Who asks did not prove to be an active client.", ["invalid_client"], {
    "WWW-Authenticate": { $ref: "#/components/headers/ClientChallenge" },
  }),
  BearerRefused: oauthError(
    "No access token of this service that is active; or one that is bound to a key which is not proved.",
    ["invalid_token", "invalid_dpop_proof", "use_dpop_nonce"],
    { "WWW-Authenticate": { $ref: "#/components/headers/PossessionChallenge" }, ...nonce },
  ),
  ScopeInsufficient: oauthError("Neither the scope `openid`, nor for this service.", ["insufficient_scope"], {
    "WWW-Authenticate": { $ref: "#/components/headers/BearerChallenge" },
  }),
  MethodNotAllowed: oauthError("Another method than this path has.", ["invalid_request"], {
    Allow: { description: "The methods that it has.", required: true, schema: { type: "string" } },
  }),
  BodyTooLarge: oauthError("The body is over 64 KiB.", ["invalid_request"]),
  EncodingUnsupported: oauthError("A charset other than UTF-8, or a `Content-Encoding`.", ["invalid_request"]),
  BearerFormRefused: oauthError("The form is malformed, or the token was sent more than once.", ["invalid_request"]),
  TooManyFailures: oauthError("Too many failed authentications.", ["temporarily_unavailable"], retry),
  Unavailable: oauthError("A binding is missing, or a store does not answer.", ["temporarily_unavailable"], retry),

  ResourceMalformed: outcome("Not one JSON object in UTF-8 with each member once."),
  QueryRefused: outcome("A parameter of the query is not known, or out of its range."),
  LookUpTaken: outcome("Another resource has this `jwt.iss` or identifier; the sentence says which."),
  AdministratorRefused: outcome("No administrator's token.", {
    "WWW-Authenticate": { $ref: "#/components/headers/BearerChallenge" },
  }),
  AdministratorThrottled: outcome("Too many wrong administrator's tokens.", retry),
  ResourceUnknown: outcome(
    "There is no such resource; or, as an OAuth error, what is no `id`, and every path where there is no administrator.",
    {},
    { oneOf: [operationOutcome, { $ref: "#/components/schemas/Error" }] },
  ),
  ResourceExists: outcome("There is a resource with this `id`."),
  OtherVersion: outcome("The resource is not the one that `If-Match` or `If-None-Match` says."),
  ResourceTooLarge: outcome("The body is over 64 KiB."),
  NotJson: outcome("The content type is not `application/json`."),
  ResourceRefused: outcome("It breaks a rule; `expression` names the member."),
  AdministrationUnavailable: outcome("The store does not answer, or holds what is no JSON.", retry),
};
