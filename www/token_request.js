// The request that the app sends: a form, with the client's credentials in Basic authentication (RFC 8693 section 2.1).

export const TOKEN_PATH = "/auth/token";
export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const TYPE = "urn:ietf:params:oauth:token-type:";

/**
 * @typedef {object} Asked
 * @property {string} id  of the client
 * @property {string} secret  of the client
 * @property {string} subjectToken
 * @property {"jwt" | "access_token"} subjectType
 * @property {string} [actorToken]
 * @property {string} [proof]  of a key (DPoP)
 * @property {string} scope  left out when empty
 * @property {string} audience  several with spaces between them; left out when empty
 */

/**
 * @typedef {object} TokenRequest
 * @property {string} path
 * @property {string} id
 * @property {string} secret
 * @property {[string, string][]} parameters
 * @property {string} [proof]  the header `DPoP` (RFC 9449)
 */

/**
 * @param {Asked} asked
 * @returns {TokenRequest}
 */
export function tokenRequest({ id, secret, subjectToken, subjectType, actorToken, proof, scope, audience }) {
  /** @type {[string, string][]} */
  const parameters = [
    ["grant_type", TOKEN_EXCHANGE],
    ...audience.split(" ").map((one) => /** @type {[string, string]} */ (["audience", one])),
    ["scope", scope],
    ["subject_token_type", TYPE + subjectType],
    ["subject_token", subjectToken],
  ];
  if (actorToken !== undefined) parameters.push(["actor_token_type", `${TYPE}jwt`], ["actor_token", actorToken]);
  return { path: TOKEN_PATH, id, secret, proof, parameters: parameters.filter(([, value]) => value !== "") };
}

/**
 * Asks what an opaque token means (RFC 7662).
 * @param {Pick<Asked, "id" | "secret">} client
 * @param {string} token
 * @returns {TokenRequest}
 */
export function introspectionRequest({ id, secret }, token) {
  return { path: "/auth/introspect", id, secret, parameters: [["token", token]] };
}

/**
 * As `fetch` wants it.
 * @param {TokenRequest} request
 */
export function asFetch({ id, secret, proof, parameters }) {
  // RFC 6749 section 2.3.1: both are form-encoded first.
  const credentials = btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`);
  const headers = { Authorization: `Basic ${credentials}`, ...(proof === undefined ? {} : { DPoP: proof }) };
  return { method: "POST", headers, body: new URLSearchParams(parameters) };
}
