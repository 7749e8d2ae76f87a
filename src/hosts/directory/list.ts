import { load } from "../engine.js";
import { changesOf } from "../resources.js";
import type { Change, Directory } from "./directory.js";
import type { Resource } from "../types/resources.js";
import { memoryStore } from "./memory.js";

// Resources: some hundred kB of text.
const PIECE = 500;

/** A directory that is filled from a list before it is used. */
export interface ListedDirectory extends Directory {
  /** Fills it; rejects with a `TypeError` that names each fault of the list. `now`: seconds. */
  fill(now: number): Promise<void>;
}

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
export function memoryDirectory(resources: readonly Resource[] = []): ListedDirectory {
  if (!Array.isArray(resources)) throw new TypeError("memoryDirectory needs an array of resources");
  const store = memoryStore();
  let filling: Promise<void> | undefined;

  async function fillOnce(now: number): Promise<void> {
    await load();
    if (resources.length > PIECE && (await filledPiecewise(now))) return;
    const changes = changesOf(JSON.stringify(resources), now);
    const changed = await store.change(changes, "resources", Math.floor(now));
    if (!("done" in changed)) throw new TypeError("resources: two of them have the same id, jwt.iss or identifier");
  }

  // The memory of the module never shrinks: a long list is read in pieces. Where one has a fault, or two resources have the
  // same name, it is read as a whole, so that each fault is named by its place.
  async function filledPiecewise(now: number): Promise<boolean> {
    const changes: Change[] = [];
    try {
      for (let start = 0; start < resources.length; start += PIECE) {
        changes.push(...changesOf(JSON.stringify(resources.slice(start, start + PIECE)), now));
      }
      return "done" in (await store.change(changes, "resources", Math.floor(now)));
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  }
  const fill = (now = Date.now() / 1000): Promise<void> => (filling ??= fillOnce(now));
  const filled = async (): Promise<Directory> => {
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
