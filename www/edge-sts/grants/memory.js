/**
 * Grants in memory: for tests, for a page, and where a restart may end all opaque tokens and refresh tokens. Those that were
 * issued before it are refused, since nobody knows which of them were used or revoked. `now` (seconds) is the clock by which
 * ended grants are swept out; give it the service's, if that has one of its own.
 *
 * @example
 * ```js
 * import { memoryGrants } from "edge-sts";
 *
 * const grants = memoryGrants();
 * await grants.write("g1", null, "{}", Math.floor(Date.now() / 1000) + 60); // true
 * await grants.read("g1"); // { version: 1, value: "{}" }
 * ```
 */
export function memoryGrants({ now = () => Date.now() / 1000 } = {}) {
  const grants = new Map();
  let swept = now();
  function sweep() {
    if (now() < swept + SWEEP_INTERVAL) return;
    swept = now();
    for (const [grant, { expires }] of grants) if (expires <= swept) grants.delete(grant);
  }
  return {
    since: swept,
    async read(grant) {
      const stored = grants.get(grant);
      return stored === undefined ? null : { version: stored.version, value: stored.value };
    },
    async write(grant, expected, value, expires) {
      sweep();
      const version = grants.get(grant)?.version ?? null;
      if (version !== expected) return false;
      grants.set(grant, { version: (version ?? 0) + 1, value, expires });
      return true;
    },
  };
}
// Seconds. A sweep looks at every grant, so that it must not happen at every write.
const SWEEP_INTERVAL = 60;
