/**
 * Grants in Durable Objects, one object for each: no hot shard, no index, no scan.
 *
 * @param namespace the binding of a Durable Object namespace with the class `Grant`
 *
 * @example
 * ```js
 * import { createSts, durableGrants } from "edge-sts";
 * export { Grant } from "edge-sts/worker"; // named in wrangler.toml under new_sqlite_classes
 *
 * let sts;
 * export default {
 *   async fetch(request, env) {
 *     sts ??= await createSts({
 *       issuer: env.STS_ISSUER,
 *       signingKeys: env.STS_SIGNING_KEYS,
 *       resources: env.CONFIG,
 *       grants: durableGrants(env.GRANTS),
 *     });
 *     return sts.fetch(request);
 *   },
 * };
 * ```
 */
export function durableGrants(namespace) {
  if (typeof namespace?.idFromName !== "function") {
    throw new TypeError("durableGrants needs the binding of a Durable Object namespace");
  }
  // The namespace's type says nothing of its class unless the caller's project generates types for its bindings.
  const object = (grant) => namespace.get(namespace.idFromName(grant));
  return {
    read: (grant) => object(grant).read(),
    write: (grant, expected, value, expires) => object(grant).write(expected, value, expires),
  };
}
