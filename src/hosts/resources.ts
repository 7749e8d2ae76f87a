import { call } from "./engine.js";
import { entries, findings, json_fault } from "./wasm/edge_sts.js";

/**
 * A store of resources: a Workers KV namespace, or any object with its `get`. The administrator's interface can write
 * only where `put`, `delete` and `list` are there too.
 */
export interface KeyValue {
  /** The text stored under a key; null or undefined when there is none. */
  get(key: string): string | null | undefined | Promise<string | null | undefined>;
  put?(key: string, value: string): unknown;
  delete?(key: string): unknown;
  /** One page of the keys with a prefix; the next one begins at `cursor`. */
  list?(options: { prefix: string; cursor?: string }): KeyPage | Promise<KeyPage>;
}

/** One page of keys, as Workers KV gives it. */
export interface KeyPage {
  keys: readonly { name: string }[];
  list_complete: boolean;
  cursor?: string;
}

/** What the effects use. */
export interface ResourceStore {
  readonly writable: boolean;
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  list(prefix: string): Promise<string[]>;
}

/** One entry of a store: a resource, or a look-up that leads to one. */
export interface Entry {
  key: string;
  value: string;
}

/**
 * What to store for the JSON text of an array of resources (Client, TokenIntrospector, User).
 * Throws a `TypeError` that names each fault with its path, one a line. `now`: seconds.
 */
export function entriesOf(text: string, now: number): Entry[] {
  return call(() => entries(text, now), true) as Entry[];
}

/** What is doubtful about a resource that keeps the rules. */
export interface Doubt {
  code: string;
  /** Such as `[2].Client.secret`. */
  path: string;
  message: string;
}

/** What is doubtful about the JSON text of an array of resources: nothing is refused for it. */
export function doubtsOf(text: string): Doubt[] {
  return call(() => findings(text)) as Doubt[];
}

/** Where and why a text cannot be read as JSON: `line 3, column 5: This is not JSON.` */
export function jsonFault(text: string): string | undefined {
  return call(() => json_fault(text));
}

/** A store in memory, filled with resources. Throws as `entriesOf` does. */
export function resourcesOf(resources: readonly object[], now: number): ResourceStore {
  const stored = new Map(entriesOf(JSON.stringify(resources), now).map(({ key, value }) => [key, value]));
  return {
    writable: true,
    get: async (key) => stored.get(key) ?? null,
    put: async (key, value) => void stored.set(key, value),
    delete: async (key) => void stored.delete(key),
    list: async (prefix) => [...stored.keys()].filter((key) => key.startsWith(prefix)).sort(),
  };
}

/** The user's own store. */
export function resourcesIn(store: KeyValue): ResourceStore {
  return {
    writable: [store.put, store.delete, store.list].every((method) => typeof method === "function"),
    async get(key) {
      const value = (await store.get(key)) ?? null;
      if (value !== null && typeof value !== "string") throw new TypeError("get must give a string or null");
      return value;
    },
    async put(key, value) {
      if (store.put === undefined) throw new TypeError("the store has no put");
      await store.put(key, value);
    },
    async delete(key) {
      if (store.delete === undefined) throw new TypeError("the store has no delete");
      await store.delete(key);
    },
    async list(prefix) {
      if (store.list === undefined) throw new TypeError("the store has no list");
      const names: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await store.list(cursor === undefined ? { prefix } : { prefix, cursor });
        names.push(...page.keys.map((key) => key.name));
        cursor = page.cursor;
        // A cursor that is not given, or given again, would be a loop without an end.
        if (page.list_complete || !cursor) return names.sort();
      }
    },
  };
}
