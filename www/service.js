// The service of this page: a user of the npm package like any other.

/** @import { TokenRequest } from "./token_request.js" */

/** The issuer that the page plays. It is a name and nothing more: nothing is ever fetched from it. */
export const ISSUER = "https://sts.example";

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {[string, string][]} headers
 * @property {Record<string, unknown>} body
 * @property {number} milliseconds  from the request to the answer
 * @property {Record<string, unknown> | undefined} event  the audit event
 */

/**
 * A service with a signing key of its own, made in this browser.
 * @param {readonly object[]} resources
 * @returns a function that answers requests. Rejects with an error whose message names each fault in the resources.
 */
export async function startService(resources) {
  // When the page is served without having been built, this fails, and the page can say so.
  const { createSts } = await import("./edge-sts/browser.js");
  /** @type {Record<string, unknown> | undefined} */
  let event;
  const sts = await createSts({
    issuer: ISSUER,
    signingKeys: await signingKeys(),
    resources,
    onEvent: (/** @type {Record<string, unknown>} */ given) => (event = given),
  });
  /**
   * @param {TokenRequest} request
   * @returns {Promise<Answer>}
   */
  return async ({ method, path, headers, body }) => {
    const request = new Request(`${ISSUER}${path}`, { method, headers, body });
    event = undefined;
    const start = performance.now();
    const response = await sts.fetch(request);
    const text = await response.text();
    const milliseconds = performance.now() - start;
    return {
      status: response.status,
      headers: [...response.headers].filter(([name]) => name !== "content-length"),
      body: JSON.parse(text),
      milliseconds,
      event,
    };
  };
}

/** @type {Promise<{ keys: object[] }> | undefined} */
let keys;

function signingKeys() {
  keys ??= newSigningKeys();
  return keys;
}

async function newSigningKeys() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return { keys: [{ kty, crv, x, y, d, alg: "ES256", use: "sig", kid: "this-page" }] };
}
