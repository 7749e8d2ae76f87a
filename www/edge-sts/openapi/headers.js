/** Headers of answers. */
export const headers = {
  NoStore: { description: "RFC 6749 section 5.1", required: true, schema: { const: "no-store" } },
  NoCache: { description: "RFC 6749 section 5.1", required: true, schema: { const: "no-cache" } },
  ClientChallenge: {
    description: "If an Authorization header or no credential at all was sent.",
    schema: { const: 'Basic realm="sts", charset="UTF-8"' },
  },
  BearerChallenge: {
    description: "RFC 6750 section 3",
    required: true,
    schema: { type: "string", pattern: "^Bearer realm=" },
  },
  PossessionChallenge: {
    description: "RFC 6750 section 3, RFC 9449 section 7.1",
    required: true,
    schema: { type: "string", pattern: "^(Bearer realm=|DPoP error=)" },
  },
  DpopNonce: {
    description: "RFC 9449 section 8: for the next proof; where nonces are on and the client has none, or an old one.",
    schema: { type: "string", pattern: "^[0-9A-Za-z_-]{32}$" },
  },
  RetryAfter: { description: "Seconds.", required: true, schema: { type: "string", pattern: "^[0-9]+$" } },
  ETag: {
    description: "The version of the resource, for `If-Match`.",
    required: true,
    schema: { type: "string", pattern: '^W/"[0-9A-Za-z_-]+"$' },
  },
  Location: { description: "The path of the new resource.", required: true, schema: { type: "string", pattern: "^/" } },
};
/** What every answer of a client's endpoint has. */
export const uncached = {
  "Cache-Control": { $ref: "#/components/headers/NoStore" },
  Pragma: { $ref: "#/components/headers/NoCache" },
};
