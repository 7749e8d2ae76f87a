// The service of this page: a user of the npm package like any other.
import { asFetch, asParameters } from "./token_request.js";
import { serviceKey } from "./tokens.js";
import { nextTurn } from "./turns.js";

/** @import { Resource } from "./edge-sts/browser.js" */
/** @import { TokenRequest } from "./token_request.js" */

/** The issuer that the page plays. It is a name and nothing more: nothing is ever fetched from it. */
export const ISSUER = "https://sts.example";

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {[string, string][]} headers
 * @property {Record<string, unknown>} body
 * @property {Record<string, unknown> | undefined} event  the audit event
 */

/** @typedef {((request: TokenRequest) => Promise<Answer>) & { exchange: (request: TokenRequest) => Promise<unknown> }} Send */

/** @type {ReturnType<typeof serviceKey> | undefined} */
let key;

/** What the service signs with: made in this browser, once for each visit. */
export function ownKey() {
  key ??= serviceKey();
  return key;
}

/**
 * A service with these resources.
 * @param {readonly unknown[]} resources
 * @param {string} [issuer]
 * @param {ReturnType<typeof serviceKey>} [signing]  what it signs with
 * @returns {Promise<Send>} Rejects with an error whose message names each fault in the resources.
 */
export async function startService(resources, issuer = ISSUER, signing = ownKey()) {
  // When the page is served without having been built, this fails, and the page can say so.
  const { createSts } = await import("./edge-sts/browser.js");
  /** @type {Record<string, unknown> | undefined} */
  let event;
  const sts = await createSts({
    issuer,
    signingKeys: { keys: [(await signing).jwk] },
    // What the reader wrote: the service says what is wrong with it.
    resources: /** @type {readonly Resource[]} */ (resources),
    onEvent: (given) => (event = { ...given }),
  });
  await nextTurn();
  /** @param {TokenRequest} request */
  const send = async (request) => {
    event = undefined;
    const response = await sts.fetch(new Request(issuer + request.path, asFetch(request)));
    const body = JSON.parse(await response.text());
    const headers = [...response.headers].filter(([name]) => name !== "content-length");
    return { status: response.status, headers, body, event };
  };
  // The same without HTTP around it. There is no place for the proof of a key.
  const exchange = (/** @type {TokenRequest} */ request) => sts.exchange(asParameters(request));
  return Object.assign(send, { exchange });
}
