// What an administrator may ask that is about no single resource: a dry run, and the last events.
const response = (name: string): object => ({ $ref: `#/components/responses/${name}` });
const asAdministrator = { tags: ["administration"], security: [{ administrator: [] }] };
const noStore = { "Cache-Control": { $ref: "#/components/headers/NoStore" } };

// No NUL: it is refused in every parameter.
const text = (description: string): object => ({ type: "string", pattern: "^[^\\u0000]*$", description });
const texts = (description: string): object => ({
  description,
  oneOf: [text(description), { type: "array", items: text(description) }],
});

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT = "urn:ietf:params:oauth:token-type:jwt";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

const dryRunRequest = {
  title: "A token request, without the client's credentials",
  type: "object",
  required: ["client_id"],
  properties: {
    client_id: { ...text("The Client that would ask."), minLength: 1 },
    grant_type: {
      enum: [EXCHANGE, "urn:ietf:params:oauth:grant-type:jwt-bearer"],
      description: "By default a token exchange.",
    },
    subject_token: text("The token that would be exchanged."),
    subject_token_type: text("Its type."),
    actor_token: text("The token of who would act for the subject."),
    actor_token_type: text("Its type."),
    assertion: text("The identity assertion (ID-JAG) that would be redeemed; it is not spent."),
    requested_token_type: text("By default an access token."),
    audience: texts("For whom."),
    resource: texts("The same, as absolute URI."),
    scope: text("Scopes with a space between them."),
    dpop_jkt: {
      type: "string",
      pattern: "^([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])?$",
      description: "The thumbprint of the key that the request would prove (RFC 7638).",
    },
    client_secret: false,
    client_assertion: false,
    client_assertion_type: false,
  },
  additionalProperties: text("What the token endpoint does not know either."),
};

const wouldIssue = {
  title: "What would be issued",
  type: "object",
  required: ["form", "issued_token_type", "token_type", "expires_in", "refresh_token", "claims"],
  properties: {
    form: { enum: ["jwt", "opaque", "refresh_token"] },
    issued_token_type: { type: "string" },
    token_type: { enum: ["Bearer", "DPoP", "N_A"] },
    expires_in: { type: "integer", minimum: 0, description: "Seconds." },
    scope: { type: "string" },
    refresh_token: { type: "boolean", description: "Whether a refresh token would come with it." },
    refresh_expires_in: { type: "integer", minimum: 0, description: "Seconds." },
    ends_with: {
      type: "array",
      items: { type: "string" },
      description: "The resources that stand behind it, as `Type/id`: it ends with each of them.",
    },
    claims: {
      type: "object",
      description: "The claims without `jti`; of an opaque token what introspection would show.",
    },
  },
  additionalProperties: false,
};

const refused = {
  title: "Why it would be refused",
  type: "object",
  required: ["reason", "answer"],
  properties: {
    reason: { type: "string", description: "The stable code that the audit event has." },
    resource: { type: "string", description: "The resource whose rule refuses, as `Type/id`, where it is known." },
    member: { type: "string", description: "The path of that rule, such as `Client.allowedIssuers`." },
    answer: {
      type: "object",
      description: "What the client would be told.",
      required: ["status", "error", "error_description"],
      properties: {
        status: { type: "integer" },
        error: { type: "string" },
        error_description: { type: "string" },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

const event = {
  type: "object",
  required: ["time", "event", "outcome"],
  properties: {
    time: { type: "integer", description: "When the request arrived, in seconds since 1970." },
    event: { type: "string", description: "What was asked for." },
    outcome: { type: "string", enum: ["success", "refused"], description: "What was decided." },
  },
  description: "An audit event.",
};

const dryRunAnswer = {
  title: "What the request would get",
  type: "object",
  required: ["outcome", "event"],
  properties: { outcome: { enum: ["success", "refused"] }, would_issue: wouldIssue, refused, event },
  oneOf: [{ required: ["would_issue"] }, { required: ["refused"] }],
  additionalProperties: false,
};

const exampleEvent = {
  time: 1_800_000_000,
  request_id: "9a1b0c2d3e4f5061728394a5b6c7d8e9",
  event: "admin.dry_run",
  administrator: "ann",
  client_id: "tokenexchange",
  duration_ms: 1,
};

const examples = {
  issued: {
    summary: "It would be issued",
    value: {
      outcome: "success",
      would_issue: {
        form: "jwt",
        issued_token_type: ACCESS_TOKEN,
        token_type: "Bearer",
        expires_in: 300,
        scope: "read",
        refresh_token: false,
        ends_with: ["Client/tokenexchange", "User/alice", "TokenIntrospector/external-auth-server"],
        claims: {
          iss: "https://sts.example",
          sub: "alice",
          aud: "orders",
          client_id: "tokenexchange",
          iat: 1_800_000_000,
          exp: 1_800_000_300,
          scope: "read",
        },
      },
      event: { ...exampleEvent, outcome: "success", aud: ["orders"], scope: "read" },
    },
  },
  refused: {
    summary: "A rule refuses it",
    value: {
      outcome: "refused",
      refused: {
        reason: "scope_not_allowed",
        resource: "Client/tokenexchange",
        member: "Client.scope",
        answer: {
          status: 400,
          error: "invalid_scope",
          error_description: "A scope is not one that this client may ask for with this token.",
        },
      },
      event: { ...exampleEvent, outcome: "refused", reason: "scope_not_allowed" },
    },
  },
};

/** The administrator's operations. */
export const operations: object = {
  "/$dry-run": {
    post: {
      ...asAdministrator,
      operationId: "dryRun",
      summary: "Says what a token request would get, and issues nothing",
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: dryRunRequest,
            example: {
              client_id: "tokenexchange",
              subject_token: "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIn0.c2lnbmF0dXJl",
              subject_token_type: JWT,
              scope: "read",
            },
          },
        },
      },
      responses: {
        "200": {
          description: "The decision.",
          headers: noStore,
          content: { "application/json": { schema: dryRunAnswer, examples } },
        },
        "400": response("ResourceMalformed"),
        "401": response("AdministratorRefused"),
        "404": response("ResourceUnknown"),
        "413": response("ResourceTooLarge"),
        "415": response("NotJson"),
        "422": response("ResourceRefused"),
        "429": response("AdministratorThrottled"),
        "503": response("AdministrationUnavailable"),
      },
    },
  },
  "/$events": {
    get: {
      ...asAdministrator,
      operationId: "events",
      summary: "Lists the last audit events of the instance that answers, newest first",
      responses: {
        "200": {
          description: "The events. Another instance has others; the log has all of them.",
          headers: noStore,
          content: {
            "application/json": {
              schema: {
                title: "The last events of one instance",
                type: "object",
                required: ["seen", "kept_at_most", "events"],
                properties: {
                  seen: { type: "integer", minimum: 0, description: "How many there were since the instance began." },
                  kept_at_most: { type: "integer", minimum: 1 },
                  events: { type: "array", items: event },
                },
                additionalProperties: false,
              },
              example: {
                seen: 1,
                kept_at_most: 200,
                events: [{ ...exampleEvent, event: "token.exchange", administrator: undefined, outcome: "success" }],
              },
            },
          },
        },
        "400": response("QueryRefused"),
        "401": response("AdministratorRefused"),
        "404": response("ResourceUnknown"),
        "429": response("AdministratorThrottled"),
        "503": response("AdministrationUnavailable"),
      },
    },
  },
};
