import { load } from "../engine.js";
import { changesOf } from "../resources.js";
import { memoryStore } from "./memory.js";
/**
 * A directory in memory, filled with resources. What an administrator changes ends with the process. `createSts` makes one
 * when `resources` is an array; make it yourself to use one for several services.
 *
 * @param resources Clients, TokenIntrospectors and Users
 *
 * @example
 * ```js
 * import { memoryDirectory } from "edge-sts";
 *
 * const directory = memoryDirectory([{ resourceType: "User", id: "alice" }]);
 * const { total } = await directory.list({ type: "User", offset: 0, count: 10 });
 * console.log(total); // 1
 * ```
 */
export function memoryDirectory(resources = []) {
  if (!Array.isArray(resources)) throw new TypeError("memoryDirectory needs an array of resources");
  const store = memoryStore();
  let filling;
  async function fillOnce(now) {
    await load();
    const changes = changesOf(JSON.stringify(resources), now);
    const changed = await store.change(changes, "resources", Math.floor(now));
    if (!("done" in changed)) throw new TypeError("resources: two of them have the same id, jwt.iss or identifier");
  }
  const fill = (now = Date.now() / 1000) => (filling ??= fillOnce(now));
  const filled = async () => {
    await fill();
    return store;
  };
  return {
    writable: store.writable,
    replicated: store.replicated,
    fill,
    read: async (keys) => (await filled()).read(keys),
    look: async (names) => (await filled()).look(names),
    change: async (changes, by, at) => (await filled()).change(changes, by, at),
    list: async (query) => (await filled()).list(query),
    history: async (query) => (await filled()).history(query),
  };
}
