// The request that the app sends, as in the how-to: JSON, with the client's credentials in Basic authentication.

import { jsonText } from "./json_text.js";

export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/**
 * @typedef {object} Asked
 * @property {string} clientId
 * @property {string} clientSecret
 * @property {string} subjectToken
 * @property {string} scope  left out when empty
 * @property {string} audience  several with spaces between them; left out when empty
 */

/**
 * @typedef {{ method: "POST", path: string, headers: [string, string][], body: string }} TokenRequest
 */

/**
 * @param {Asked} asked
 * @returns {TokenRequest}
 */
export function tokenRequest({ clientId, clientSecret, subjectToken, scope, audience }) {
  const audiences = audience.split(" ").filter(Boolean);
  const parameters = {
    grant_type: TOKEN_EXCHANGE,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    ...(scope === "" ? {} : { scope }),
    ...(audiences.length === 0 ? {} : { audience: audiences.length === 1 ? audiences[0] : audiences }),
    subject_token: subjectToken,
  };
  return {
    method: "POST",
    path: "/auth/token",
    headers: [
      ["Authorization", basic(clientId, clientSecret)],
      ["Content-Type", "application/json"],
    ],
    body: jsonText(parameters),
  };
}

/**
 * Asks what an opaque token means (RFC 7662).
 * @param {Pick<Asked, "clientId" | "clientSecret">} client
 * @param {string} token
 * @returns {TokenRequest}
 */
export function introspectionRequest({ clientId, clientSecret }, token) {
  return {
    method: "POST",
    path: "/auth/introspect",
    headers: [
      ["Authorization", basic(clientId, clientSecret)],
      ["Content-Type", "application/x-www-form-urlencoded"],
    ],
    body: new URLSearchParams({ token }).toString(),
  };
}

// RFC 6749 section 2.3.1: both are form-encoded first.
/**
 * @param {string} id
 * @param {string} secret
 */
function basic(id, secret) {
  return `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;
}

/**
 * The request as text.
 * @param {TokenRequest} request
 */
export function requestText({ method, path, headers, body }) {
  return `${method} ${path}\n${headers.map(([name, value]) => `${name}: ${value}\n`).join("")}\n${body}`;
}
