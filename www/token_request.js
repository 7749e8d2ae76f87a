// The request that the app sends: a form, with the client's credentials in Basic authentication (RFC 8693 section 2.1).

export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const TYPE = "urn:ietf:params:oauth:token-type:";

/**
 * @typedef {object} Asked
 * @property {string} id  of the client
 * @property {string} secret  of the client
 * @property {string} subjectToken
 * @property {"jwt" | "access_token"} subjectType
 * @property {string | undefined} actorToken
 * @property {string} scope  left out when empty
 * @property {string} audience  several with spaces between them; left out when empty
 */

/** @typedef {{ path: string, id: string, secret: string, parameters: [string, string][] }} TokenRequest */

/**
 * @param {Asked} asked
 * @returns {TokenRequest}
 */
export function tokenRequest({ id, secret, subjectToken, subjectType, actorToken, scope, audience }) {
  /** @type {[string, string][]} */
  const parameters = [
    ["grant_type", TOKEN_EXCHANGE],
    ...audience.split(" ").map((one) => /** @type {[string, string]} */ (["audience", one])),
    ["scope", scope],
    ["subject_token_type", TYPE + subjectType],
    ["subject_token", subjectToken],
  ];
  if (actorToken !== undefined) parameters.push(["actor_token_type", `${TYPE}jwt`], ["actor_token", actorToken]);
  return { path: "/auth/token", id, secret, parameters: parameters.filter(([, value]) => value !== "") };
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
export function asFetch({ id, secret, parameters }) {
  // RFC 6749 section 2.3.1: both are form-encoded first.
  const credentials = btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`);
  return { method: "POST", headers: { Authorization: `Basic ${credentials}` }, body: new URLSearchParams(parameters) };
}
