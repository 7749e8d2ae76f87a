function document(operationId: string, summary: string, description: string, schema: object): object {
  const headers = {
    "Cache-Control": { required: true, schema: { type: "string", pattern: "^public, max-age=[0-9]+$" } },
    "Access-Control-Allow-Origin": { required: true, schema: { const: "*" } },
  };
  return {
    get: {
      tags: ["metadata"],
      operationId,
      summary,
      security: [],
      responses: {
        "200": { description, headers, content: { "application/json": { schema } } },
        "405": methodNotAllowed,
        "503": { $ref: "#/components/responses/Unavailable" },
      },
    },
  };
}

// Of this path, with another method.
const methodNotAllowed = { $ref: "#/components/responses/MethodNotAllowed" };

const metadata = { $ref: "#/components/schemas/Metadata" };
const health = { "application/json": { schema: { $ref: "#/components/schemas/Health" } } };
const noStore = { "Cache-Control": { $ref: "#/components/headers/NoStore" } };

/** What anyone may read. */
export const publicPaths = {
  "/auth/authorize": {
    get: {
      tags: ["metadata"],
      operationId: "authorize",
      summary: "Nobody logs in here: it is there for clients that take no metadata without it",
      security: [],
      responses: {
        "400": {
          description: "A page of one sentence.",
          headers: noStore,
          content: { "text/html": { schema: { type: "string" } } },
        },
        default: { $ref: "#/components/responses/Unavailable" },
      },
    },
  },
  "/.well-known/oauth-authorization-server": document(
    "metadata",
    "Authorization server metadata (RFC 8414)",
    "Where everything is.",
    metadata,
  ),
  "/.well-known/openid-configuration": document(
    "openidConfiguration",
    "The same, where clients of OpenID Connect look for it",
    "Where everything is.",
    metadata,
  ),
  "/.well-known/jwks.json": document("jwks", "The public keys of this service (RFC 7517)", "The keys.", {
    $ref: "#/components/schemas/PublicKeys",
  }),
  "/openapi.json": document("openapi", "This description", "OpenAPI 3.1.", {
    type: "object",
    required: ["openapi", "info", "paths"],
    properties: { openapi: { type: "string" }, info: { type: "object" }, paths: { type: "object" } },
  }),
  "/health": {
    get: {
      tags: ["metadata"],
      operationId: "health",
      summary: "Whether the service can serve",
      security: [],
      responses: {
        "200": { description: "It can.", headers: noStore, content: health },
        "405": methodNotAllowed,
        "503": {
          description: "It cannot: `faults` says why.",
          headers: { ...noStore, "Retry-After": { $ref: "#/components/headers/RetryAfter" } },
          content: health,
        },
      },
    },
  },
};
