import type { GrantStore, StoredGrant } from "./store.js";

/** A Durable Object namespace whose objects are of the class `Grant` (from `edge-sts/worker`). */
export interface GrantNamespace<Id> {
  /** The id of the object of this name. */
  idFromName(name: string): Id;
  /** The object with this id. */
  get(id: Id): object;
}

/** What an object of the class `Grant` answers to. */
export interface GrantObject {
  read(): Promise<StoredGrant | null>;
  write(expected: number | null, value: string, expires: number): Promise<boolean>;
}

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
export function durableGrants<Id>(namespace: GrantNamespace<Id>): GrantStore {
  if (typeof namespace?.idFromName !== "function") {
    throw new TypeError("durableGrants needs the binding of a Durable Object namespace");
  }
  // The namespace's type says nothing of its class unless the caller's project generates types for its bindings.
  const object = (grant: string) => namespace.get(namespace.idFromName(grant)) as GrantObject;
  return {
    read: (grant) => object(grant).read(),
    write: (grant, expected, value, expires) => object(grant).write(expected, value, expires),
  };
}
