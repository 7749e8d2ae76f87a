// The service of this page: a user of the npm package like any other.
import { asFetch } from "./token_request.js";
import { serviceKey } from "./tokens.js";

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

/** @typedef {(request: TokenRequest) => Promise<Answer>} Send */

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
    resources,
    onEvent: (/** @type {Record<string, unknown>} */ given) => (event = given),
  });
  return async (request) => {
    event = undefined;
    const response = await sts.fetch(new Request(issuer + request.path, asFetch(request)));
    const body = JSON.parse(await response.text());
    const headers = [...response.headers].filter(([name]) => name !== "content-length");
    return { status: response.status, headers, body, event };
  };
}

const BATCHES = 7;
const RUNS = 10;

/**
 * How long one exchange takes: the median over batches of runs, since browsers measure no finer than 0.1 ms (0.005 ms
 * where the page is isolated). The caller has sent it before, so that nothing is measured that happens only once.
 * @param {Send} send
 * @param {TokenRequest} request
 * @param {() => boolean} isWanted  asked between batches
 * @returns {Promise<{ milliseconds: number, runs: number } | undefined>} undefined if it is no longer wanted
 */
export async function measure(send, request, isWanted) {
  const times = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    // The browser draws, and takes what is typed, before the next one.
    await new Promise((resolve) => setTimeout(resolve));
    if (!isWanted()) return undefined;
    const start = performance.now();
    for (let run = 0; run < RUNS; run++) await send(request);
    times.push((performance.now() - start) / RUNS);
  }
  times.sort((a, b) => a - b);
  return { milliseconds: times[(BATCHES - 1) / 2] ?? 0, runs: BATCHES * RUNS };
}
