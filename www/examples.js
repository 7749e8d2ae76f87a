// What the page begins with, and one change each that makes the service refuse.
import { ISSUER } from "./service.js";
import { TOKEN_EXCHANGE } from "./token_request.js";

/**
 * What stands in the fields of the page.
 * @typedef {object} Example
 * @property {Record<string, unknown>} subjectClaims
 * @property {Record<string, unknown>} client
 * @property {Record<string, unknown>} introspector
 * @property {Record<string, unknown>} user
 * @property {string} scope
 * @property {string} audience
 * @property {string} clientSecret  empty: that of the Client
 * @property {string} signingSecret  empty: that of the TokenIntrospector
 */

/**
 * The how-to's configuration, with an audience and scopes to choose from.
 * @returns {Example}
 */
export function howTo() {
  const now = Math.floor(Date.now() / 1000);
  return {
    subjectClaims: {
      iss: "https://login.example",
      sub: "alice",
      aud: ISSUER,
      scope: "openid profile orders:read orders:write",
      iat: now,
      exp: now + 3600,
      jti: crypto.randomUUID().slice(0, 8),
    },
    client: {
      resourceType: "Client",
      id: "tokenexchange",
      secret: "test",
      grant_types: [TOKEN_EXCHANGE],
      allowedIssuers: ["https://login.example"],
      scope: ["openid", "orders:read"],
      auth: {
        token_exchange: {
          token_format: "jwt",
          refresh_token: true,
          access_token_expiration: 360,
          refresh_token_expiration: 864000,
          audience: ["https://orders.example"],
        },
      },
    },
    introspector: {
      resourceType: "TokenIntrospector",
      id: "external-auth-server",
      type: "jwt",
      jwt: { iss: "https://login.example", secret: "a secret that the two services share" },
    },
    user: { resourceType: "User", id: "alice" },
    scope: "openid orders:read",
    audience: "https://orders.example",
    clientSecret: "",
    signingSecret: "",
  };
}

/**
 * @typedef {{ id: string, title: string, of: () => Example }} Trial
 */

/** @type {readonly Trial[]} */
export const REFUSED = [
  trial("expired", "Expired token", (example) => {
    const exp = Number(example.subjectClaims.exp);
    Object.assign(example.subjectClaims, { iat: exp - 10800, exp: exp - 7200 });
  }),
  trial("forged", "Forged signature", (example) => {
    example.signingSecret = "mallory does not know the real secret";
  }),
  trial("issuer", "Unknown issuer", (example) => {
    example.subjectClaims.iss = "https://mallory.example";
  }),
  trial("user", "Unknown user", (example) => {
    example.subjectClaims.sub = "bob";
  }),
  trial("client", "Wrong client secret", (example) => {
    example.clientSecret = "guess";
  }),
  trial("scope", "Too much scope", (example) => {
    example.scope = "openid orders:write";
  }),
  trial("audience", "Another API", (example) => {
    example.audience = "https://payroll.example";
  }),
];

/**
 * @param {string} id
 * @param {string} title
 * @param {(example: Example) => void} change
 * @returns {Trial}
 */
function trial(id, title, change) {
  return {
    id,
    title,
    of() {
      const example = howTo();
      change(example);
      return example;
    },
  };
}
