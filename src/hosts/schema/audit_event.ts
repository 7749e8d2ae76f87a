// Audit events, for each of them its members. The core makes them (src/audit.rs); from this table come the TypeScript types
// (`npm run types`) and `AuditEvent` in `edge-sts/schema.json`. tests/node/events.test.mjs holds every event of every suite
// against it.
//
// `event` and `outcome` tell the kinds apart.
import { FETCH_FAULTS } from "../types/reasons.js";

const text = (description: string): object => ({ type: "string", description });
const texts = (description: string): object => ({ type: "array", items: { type: "string" }, description });
const number = (description: string): object => ({ type: "integer", minimum: 0, description });
const REASON = "Why it was refused: a stable code. The documentation says for each of them what to do.";

export const party = {
  title: "AuditParty",
  description: "Who a token speaks of.",
  type: "object",
  properties: {
    iss: text("The issuer of the token."),
    sub: text("The subject of the token."),
    user: text("The id of its User, where that is not `sub`."),
  },
  additionalProperties: false,
};

export const refusedToken = {
  title: "RefusedToken",
  description: "What a refused token says, each text cut to 256 bytes.",
  type: "object",
  properties: {
    prefix: { const: "Bearer", description: "Stood before the token and does not belong there." },
    ...party.properties,
    aud: texts("The audiences of the token."),
    jti: text("The name of an identity assertion. Of other tokens it is not told."),
    alg: text("The algorithm that its header names."),
    kid: text("The key that its header names."),
    typ: text("The type that its header names."),
    missed: {
      title: "MissedTime",
      description: "The time for which it was refused.",
      type: "object",
      required: ["claim", "seconds"],
      properties: {
        claim: { enum: ["exp", "nbf", "iat"], description: "The claim that holds the time." },
        seconds: number("By how many seconds it was missed."),
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

const sent = (name: string): object => text(`The \`${name}\` that was sent, where it is or may be the cause.`);
const asked = (name: string): object => ({
  oneOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
  description: `The \`${name}\` that was asked for and is not allowed.`,
});

const claimed = {
  title: "ClaimedMembers",
  description: "What a refused request said and did not prove, each text cut to 256 bytes. It may be a lie.",
  type: "object",
  properties: {
    client_id: text("The `client_id` that was sent, if it cannot be a secret."),
    subject: { ...refusedToken, description: "The subject token, which nobody vouched for." },
    actor: { ...refusedToken, description: "The actor token, which nobody vouched for." },
    assertion: { ...refusedToken, description: "The client assertion or identity assertion." },
    grant_type: sent("grant_type"),
    subject_token_type: sent("subject_token_type"),
    actor_token_type: sent("actor_token_type"),
    requested_token_type: sent("requested_token_type"),
    scope: text("The `scope` that was asked for and is not allowed."),
    audience: asked("audience"),
    resource: asked("resource"),
    body: text("Where the body is no JSON, such as `line 1, column 8: This is not JSON.`"),
  },
  additionalProperties: false,
};

const condition = {
  title: "UnmetCondition",
  description: "The condition that a token did not meet.",
  type: "object",
  required: ["path", "detail"],
  properties: {
    path: text("Where it stands, such as `TokenIntrospector.condition[0]`."),
    detail: {
      enum: ["false", "type", "error", "steps"],
      description: "It was false, no boolean, without a value, or took too many steps.",
    },
    at: number("The character of the expression at which it failed; the first is 1."),
    message: text("The `message` of the administrator."),
  },
  additionalProperties: false,
};

const finding = {
  title: "AuditFinding",
  description: "What is doubtful about a resource that was stored.",
  type: "object",
  required: ["code", "path", "message"],
  properties: {
    code: text("A stable code, such as `secret_weak`."),
    path: text("The path of the member, such as `Client.secret`."),
    message: text("What is doubtful, and what to do."),
  },
  additionalProperties: false,
};

const always = {
  time: number("When the request arrived, in seconds since 1970."),
  request_id: text(
    "The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of `traceparent`, else a random one.",
  ),
};
const ended = { duration_ms: number("From the request's arrival to the decision, in milliseconds.") };
const warning = { level: { const: "warning", description: "It was done, and somebody should look at it." } };

const who = {
  client_id: text("The client, once it is authenticated, or a public one by its name."),
  client_authentication: {
    enum: ["none", "federated"],
    description: "How the client is known, where it is by neither a secret nor a key of its own.",
  },
  client_assertion: { ...party, description: "The workload of another issuer that authenticated as the client." },
};
const proof = {
  dpop_jkt: text("The key of which the request proved possession (DPoP), by its thumbprint (RFC 7638)."),
};
const parties = {
  subject: {
    ...refusedToken,
    description: "The subject, verified. Of a token that was refused for what it says, more of what it says.",
  },
  actor: { ...refusedToken, description: "The actor, likewise." },
};
const whyRefused = {
  reason: { $ref: "#/definitions/Reason", description: REASON },
  claim: text("The claim of a token that is the cause."),
};
const assertion = { assertion_jti: text("The `jti` of the identity assertion (ID-JAG) that is redeemed.") };

function event(title: string, description: string, names: readonly string[], outcome: string, members: object): object {
  const [only] = names;
  const properties = {
    ...always,
    event: {
      ...(names.length === 1 ? { const: only } : { enum: names }),
      description: "What was asked for.",
    },
    outcome: { const: outcome, description: "What was decided." },
    ...members,
    ...ended,
  };
  const known = Object.keys(properties);
  const required = ["time", "event", "outcome", "reason", ...(REQUIRED[title] ?? []), "duration_ms"];
  return {
    title,
    description,
    type: "object",
    required: required.filter((name) => known.includes(name)),
    properties,
    additionalProperties: false,
  };
}

// Members that an event of a kind always has, beside those of every event.
const REQUIRED: Record<string, readonly string[]> = {
  TokenIssued: ["client_id", "subject", "aud", "issued_token_type", "exp"],
  TokenUsed: ["client_id"],
  AdministrationDone: ["administrator"],
};

const ISSUING = ["token.exchange", "token.id_jag", "token.jwt_bearer", "token.refresh"];
const USING = ["token.introspect", "token.revoke", "token.userinfo"];
const ADMINISTERING = [
  "put",
  "post",
  "delete",
  "get",
  "list",
  "history",
  "export",
  "import",
  "bundle",
  "events",
  "metrics",
].map((name) => `admin.${name}`);

const administered = {
  administrator: text("The name of the administrator."),
  resource: text("The resource that was read or changed, as `Type/id`, or the type alone of a list."),
};

// A dry run tells of the decision as the real request would.
const tried = { administrator: administered.administrator, ...who, ...parties, ...assertion, ...proof };

/** A JSON Schema of audit events. */
export const auditEvent = {
  title: "AuditEvent",
  description:
    "An audit event: what was decided, about whom, and why. It never holds a token or a secret. `event` and `outcome` tell the kinds apart.",
  oneOf: [
    event("TokenIssued", "A token was issued.", ISSUING, "success", {
      ...who,
      ...parties,
      aud: texts("The targets of what was issued."),
      scope: text("The scopes of what was issued, with a space between them."),
      act: { $ref: "#/definitions/Actor", description: "Who acts, and who acted before, in what was issued." },
      target_client_id: text("The client's name at the authorization server that an identity assertion is for."),
      target_resource: texts("The resources of an identity assertion that was issued."),
      jti: text("The name of what was issued."),
      issued_token_type: text("The type of what was issued (RFC 8693 section 3)."),
      exp: number("When what was issued ends, in seconds since 1970."),
      refresh_exp: number("When the refresh token that was issued beside it ends. Without it there is none."),
      ...assertion,
      ...proof,
    }),
    event("TokenRefused", "A token was asked for and refused.", ["token.request", ...ISSUING], "refused", {
      ...whyRefused,
      ...who,
      ...parties,
      condition,
      claimed,
      ...assertion,
      ...proof,
    }),
    event("TokenUsed", "A token was introspected, revoked, or shown at userinfo.", USING, "success", {
      ...who,
      ...parties,
      jti: text("The name of the token that was revoked."),
      ...proof,
    }),
    event("TokenUseRefused", "An introspection, a revocation or userinfo was refused.", USING, "refused", {
      ...whyRefused,
      ...who,
      ...parties,
      condition,
      claimed,
      jti: text("The name of the token that is not revoked."),
      ...proof,
    }),
    event("AdministrationDone", "An administrator read or changed resources.", ADMINISTERING, "success", {
      ...warning,
      ...administered,
      version_before: number("The version before the change; 0: there was none."),
      version: number("The version after the change; 0: there is none."),
      without_effect: texts("Paths of members of the resource that are kept and have no effect here."),
      findings: { type: "array", items: finding, description: "What is doubtful about the resource." },
    }),
    event(
      "AdministrationRefused",
      "What an administrator asked for was refused; the answer says why.",
      ["admin.request", ...ADMINISTERING],
      "refused",
      { ...whyRefused, ...administered, claimed },
    ),
    event("Tried", "An administrator asked what a request would get: something.", ["admin.dry_run"], "success", {
      ...tried,
      aud: texts("The targets of what would be issued."),
      scope: text("The scopes of what would be issued, with a space between them."),
      act: { $ref: "#/definitions/Actor", description: "Who would act, and who acted before." },
      target_client_id: text("The client's name at the authorization server that an identity assertion is for."),
      target_resource: texts("The resources of an identity assertion."),
      issued_token_type: text("The type of what would be issued (RFC 8693 section 3)."),
      exp: number("When what would be issued would end, in seconds since 1970."),
      refresh_exp: number("When the refresh token beside it would end."),
    }),
    event("TriedInVain", "An administrator asked what a request would get: nothing.", ["admin.dry_run"], "refused", {
      ...whyRefused,
      ...tried,
      condition,
      claimed,
    }),
    event("IssuerFetched", "Keys, metadata or the word on a token were fetched.", ["issuer.fetch"], "success", {
      ...warning,
      issuer: text("The issuer that was asked."),
      client_id: text("The client whose keys were asked for."),
      status: number("The HTTP status of the answer."),
      left_out: texts("Members for which fetched keys are not used."),
    }),
    event("IssuerFetchFailed", "Nothing that can be used came from an issuer.", ["issuer.fetch"], "refused", {
      reason: { title: "FetchFault", enum: FETCH_FAULTS, description: REASON },
      issuer: text("The issuer that was asked."),
      client_id: text("The client whose keys were asked for."),
      status: number("The HTTP status of the answer, if one came."),
    }),
  ],
};
