// The request that the app sends: a form, with the client's credentials in Basic authentication (RFC 8693 section 2.1).

export const TOKEN_PATH = "/auth/token";
export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TYPE = "urn:ietf:params:oauth:token-type:";

/**
 * @typedef {object} Asked
 * @property {string} id  of the client
 * @property {string | undefined} [secret]  of the client; a public one has none
 * @property {string} subjectToken
 * @property {"jwt" | "access_token"} subjectType
 * @property {string | undefined} [actorToken]
 * @property {string | undefined} [proof]  of a key (DPoP)
 * @property {string} scope  left out when empty
 * @property {string} audience  several with spaces between them; left out when empty
 */

/**
 * @typedef {object} TokenRequest
 * @property {string} path
 * @property {string} id
 * @property {string | undefined} [secret]
 * @property {[string, string][]} parameters
 * @property {string | undefined} [proof]  the header `DPoP` (RFC 9449)
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
 * Asks for an identity assertion (ID-JAG) for an ID token.
 * @param {Pick<Asked, "id" | "secret" | "scope" | "audience"> & { idToken: string, resource: string }} asked
 * @returns {TokenRequest}
 */
export function assertionRequest({ id, secret, idToken, audience, resource, scope }) {
  return {
    path: TOKEN_PATH,
    id,
    secret,
    parameters: [
      ["grant_type", TOKEN_EXCHANGE],
      ["requested_token_type", `${TYPE}id-jag`],
      ["audience", audience],
      ["resource", resource],
      ["scope", scope],
      ["subject_token_type", `${TYPE}id_token`],
      ["subject_token", idToken],
    ],
  };
}

/**
 * Redeems an identity assertion (RFC 7523 section 2.1).
 * @param {Pick<Asked, "id" | "secret">} client
 * @param {string} assertion
 * @returns {TokenRequest}
 */
export function redeemingRequest({ id, secret }, assertion) {
  const parameters = /** @type {[string, string][]} */ ([
    ["grant_type", JWT_BEARER],
    ["assertion", assertion],
  ]);
  return { path: TOKEN_PATH, id, secret, parameters };
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
  const headers = { ...basic(id, secret), ...(proof === undefined ? {} : { DPoP: proof }) };
  return { method: "POST", headers, body: new URLSearchParams(formOf({ id, secret, parameters })) };
}

/**
 * The parameters of its body.
 * @param {Pick<TokenRequest, "id" | "secret" | "parameters">} request
 * @returns {[string, string][]}
 */
export function formOf({ id, secret, parameters }) {
  // RFC 6749 section 3.2.1: a public client only says who it is.
  return secret === undefined ? [["client_id", id], ...parameters] : parameters;
}

/**
 * As `sts.exchange` wants it: an object, where `audience` may be a list.
 * @param {TokenRequest} request
 * @returns {Record<string, string | string[]>}
 */
export function asParameters({ id, secret, parameters }) {
  const audience = parameters.filter(([name]) => name === "audience").map(([, value]) => value);
  const credentials = secret === undefined ? { client_id: id } : { client_id: id, client_secret: secret };
  return { ...credentials, ...Object.fromEntries(parameters), ...(audience.length > 0 ? { audience } : {}) };
}

/**
 * @param {string} id
 * @param {string | undefined} secret
 */
function basic(id, secret) {
  if (secret === undefined) return {};
  // RFC 6749 section 2.3.1: both are form-encoded first.
  return { Authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}` };
}
