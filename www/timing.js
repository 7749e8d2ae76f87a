// How long the exchange takes that stands in the fields.
import { measure, timeText } from "./duration.js";
import { resourcesOf } from "./rules.js";
import { startService } from "./service.js";

/** @import { Given } from "./fields.js" */
/** @import { Send } from "./service.js" */
/** @import { TokenRequest } from "./token_request.js" */

/**
 * Measures the exchange as it is, and by the same rules without the signature of the new token.
 * @param {Send} send
 * @param {TokenRequest} request
 * @param {Given["json"]} json
 * @param {() => boolean} isWanted
 * @returns {Promise<string | undefined>} in words; undefined when it is no longer wanted
 */
export async function durationOf(send, request, json, isWanted) {
  if (request.proof !== undefined) {
    const times = await measure([() => send(request)], isWanted);
    if (times === undefined || !isWanted()) return undefined;
    return `${timeText(times[0] ?? 0)} with the proof and the new token’s signature`;
  }
  const unsigned = await startService(resourcesOf({ ...json, client: asOpaque(json.client) }));
  await unsigned.exchange(request);
  const times = await measure([() => unsigned.exchange(request), () => send.exchange(request)], isWanted);
  if (times === undefined || !isWanted()) return undefined;
  const [inside = 0, whole = 0] = times;
  return `${timeText(inside)} in the module, ${timeText(whole)} with the new token’s signature`;
}

/**
 * The same Client, for whom nothing is signed: its access tokens are opaque.
 * @param {any} client
 */
function asOpaque(client) {
  const { token_format: _format, ...policy } = client?.auth?.token_exchange ?? {};
  return { ...client, auth: { ...client?.auth, token_exchange: policy } };
}
