/** Resources in one Durable Object, which publishes them to the KV namespace that requests read. */
import type { GrantNamespace } from "../grants/durable.js";
import type { KeyValue } from "../resources.js";
import type { Directory, Waiting } from "./directory.js";
import { textIn } from "./kv.js";

/** A Durable Object namespace whose object is of the class `Directory` (from `edge-sts/worker`). */
export type DirectoryNamespace<Id> = GrantNamespace<Id>;

/** What an object of the class `Directory` answers to. */
export interface DirectoryObject extends Omit<Directory, "writable" | "replicated" | "strong"> {
  /** What is not published yet. */
  waiting(): Promise<Waiting>;
}

/**
 * Resources in one SQLite-backed Durable Object, published to a KV namespace.
 *
 * @param namespace the binding of a Durable Object namespace with the class `Directory`
 * @param kv the KV namespace that is bound as `CONFIG`: there the object publishes
 * @param options `consistency`: where requests read, `"eventual"` (the KV namespace, near and some time behind) or
 *   `"strong"` (the object: one place for the whole world)
 *
 * @example
 * ```js
 * import { createSts, durableDirectory, durableGrants } from "edge-sts";
 * export { Directory, Grant } from "edge-sts/worker"; // named in wrangler.toml under new_sqlite_classes
 *
 * let sts;
 * export default {
 *   async fetch(request, env) {
 *     sts ??= await createSts({
 *       issuer: env.STS_ISSUER,
 *       signingKeys: env.STS_SIGNING_KEYS,
 *       resources: durableDirectory(env.DIRECTORY, env.CONFIG),
 *       grants: durableGrants(env.GRANTS),
 *       adminToken: env.STS_ADMIN_TOKEN,
 *     });
 *     return sts.fetch(request);
 *   },
 * };
 * ```
 */
export function durableDirectory<Id>(
  namespace: DirectoryNamespace<Id>,
  kv: KeyValue,
  { consistency = "eventual" }: { consistency?: "eventual" | "strong" } = {},
): Directory & DirectoryObject {
  if (typeof namespace?.idFromName !== "function") {
    throw new TypeError("durableDirectory needs the binding of a Durable Object namespace");
  }
  if (typeof kv?.get !== "function") throw new TypeError("durableDirectory needs the binding of a KV namespace");
  if (consistency !== "eventual" && consistency !== "strong") {
    throw new TypeError('consistency must be "eventual" or "strong"');
  }
  // The namespace's type says nothing of its class unless the caller's project generates types for its bindings.
  const object = () => namespace.get(namespace.idFromName(NAME)) as DirectoryObject;
  const strong: Directory & DirectoryObject = {
    writable: true,
    replicated: false,
    read: (keys) => object().read(keys),
    look: (names) => object().look(names),
    change: (changes, by, at) => object().change(changes, by, at),
    list: (query) => object().list(query),
    history: (query) => object().history(query),
    waiting: () => object().waiting(),
  };
  if (consistency === "strong") return strong;
  return { ...strong, replicated: true, read: (keys) => Promise.all(keys.map((key) => textIn(kv, key))), strong };
}

// There is one.
const NAME = "directory";
