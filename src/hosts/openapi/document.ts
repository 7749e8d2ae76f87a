// The OpenAPI description of the HTTP interface, one file for each part of it. It decides nothing: what it says is held
// against the running Worker by tests/workerd/openapi.test.mjs.
import { administration } from "./administration.js";
import { headers } from "./headers.js";
import { counters } from "./counters.js";
import { requests } from "./client_requests.js";
import { operations } from "./operations.js";
import { publicPaths } from "./public_paths.js";
import { resources } from "./resources.js";
import { responses } from "./responses.js";
import { tokens } from "./tokens.js";
import { withExamples } from "./with_examples.js";

/**
 * OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1), as JSON text. `issuer`: the URL of the service, under which all paths lie;
 * `counts`: whether it keeps counters, which `/metrics` shows.
 */
export function openapi(issuer: string, { counts }: { counts: boolean }): string {
  const document = {
    openapi: "3.1.1",
    info: {
      title: "edge-sts",
      version: "0.1.0",
      summary: "A security token service: OAuth 2.0 Token Exchange (RFC 8693)",
      description:
        "Takes a token that a trusted issuer signed and gives back one of its own, narrower and for another audience.",
      license: { name: "MIT OR Apache-2.0", identifier: "MIT OR Apache-2.0" },
    },
    servers: [{ url: issuer }],
    tags: [
      { name: "tokens", description: "For clients and for whoever holds a token of this service." },
      { name: "metadata", description: "For anyone." },
      { name: "page", description: "For people." },
      { name: "administration", description: "Clients, issuers and users. Without an administrator's token: 404." },
    ],
    paths: withExamples({ ...requests, ...publicPaths, ...administration, ...operations, ...(counts ? counters : {}) }),
    components: {
      securitySchemes: {
        client: {
          type: "http",
          scheme: "basic",
          description:
            "`client_secret_basic`. Or, in the body and not both: `client_secret_post`, or `private_key_jwt` (RFC 7523).",
        },
        accessToken: { type: "http", scheme: "bearer", description: "An access token of this service." },
        administrator: { type: "http", scheme: "bearer", description: "`STS_ADMIN_TOKEN`" },
      },
      headers,
      responses,
      schemas: { ...tokens, ...resources },
    },
  };
  return JSON.stringify(document, opened);
}

// JSON Schema lets other members stand where nothing is said of them. There are tools that need it said.
function opened(_name: string, value: unknown): unknown {
  if (!isOpen(value)) return value;
  return { ...value, additionalProperties: true };
}

function isOpen(value: unknown): value is object {
  if (typeof value !== "object" || value === null || "additionalProperties" in value) return false;
  return "properties" in value || ("type" in value && value.type === "object");
}
