// Ends everything that was issued for a resource, by its `not_before`. The service keeps no list of grants: each is an
// object of its own that only its token names. What ends a grant is one of those who stand behind it.
import { Refused, request } from "./session.js";

/** How often it is tried anew: where the clock of this machine is not the service's, or somebody else writes at the same time. */
const ROUNDS = 3;

/**
 * Ends what was issued before now, by the service's clock.
 * @param {string} path  of the resource
 * @returns {Promise<string>}  the time that `not_before` has now
 */
export async function endAll(path) {
  let { body: resource, etag, now } = await request("GET", path);
  for (let round = 0; ; round += 1) {
    // A token of this very second has ended, too: what is issued from the next one on holds. What has ended before stays so,
    // whatever the clocks say.
    const not_before = utc(Math.max(now + 1, secondsOf(resource.not_before)));
    const { meta: _, ...document } = { ...resource, not_before };
    /** @type {Record<string, string>} */
    const headers = etag === undefined ? {} : { "if-match": etag };
    const answer = await request("PUT", path, { body: document, headers }).catch((error) => {
      if (error instanceof Refused && error.status === 412 && round < ROUNDS) return undefined;
      throw error;
    });
    if (answer === undefined) {
      ({ body: resource, etag, now } = await request("GET", path));
      continue;
    }
    ({ body: resource, etag } = answer);
    const changed = Math.floor(Date.parse(resource.meta?.lastUpdated ?? "") / 1000);
    const isRight = Number.isNaN(changed) || (changed >= now && changed <= now + 1);
    if (isRight || round >= ROUNDS) return not_before;
    now = changed;
  }
}

/** The seconds of `not_before`, which may be a number of them; 0 where there is none. @param {unknown} time */
export function secondsOf(time) {
  return typeof time === "number" ? time : Date.parse(String(time)) / 1000 || 0;
}

/** @param {number} seconds */
function utc(seconds) {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
