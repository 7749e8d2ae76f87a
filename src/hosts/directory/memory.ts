/**
 * Resources in memory: for tests, for a page, and where a restart may forget what the administrator changed. Each call
 * is one step of JavaScript, so that no other comes in between: that is its transaction.
 */
import {
  type Change,
  type Changed,
  type Directory,
  type History,
  type HistoryQuery,
  type Page,
  type Query,
  type ResourceName,
  type Stored,
  type Version,
  VERSIONS,
} from "./directory.js";
import { insert, remove } from "./sorted.js";
import { checkTransaction, keyOf, refusal, sharedOf, uniqueOf } from "./transaction.js";

/** An empty directory in memory. */
export function memoryStore(): Directory {
  const store = new MemoryStore();
  return {
    writable: true,
    replicated: false,
    read: async (keys) => keys.map((key) => store.read(key)),
    look: async (names) => names.map((name) => store.look(name)),
    change: async (changes, by, at) => store.change(changes, by, at),
    list: async (query) => store.list(query),
    history: async (query) => store.history(query),
  };
}

interface Resource {
  id: string;
  document: string;
  name: string | null;
  unique: readonly string[];
  shared: readonly string[];
}

/** The ids of one type, in order: all, and those of each name. */
interface Ids {
  all: string[];
  named: Map<string, string[]>;
}

class MemoryStore {
  readonly #resources = new Map<string, Resource>();
  readonly #ids = new Map<string, Ids>();
  // The key of the resource that has a unique look-up; the keys, in order, of those that have a shared one.
  readonly #unique = new Map<string, string>();
  readonly #shared = new Map<string, string[]>();
  // Oldest first. The last version of a deleted resource stays, so that none is ever given twice.
  readonly #versions = new Map<string, Version[]>();

  read(key: string): string | null {
    const resource = this.#resources.get(key) ?? this.#resources.get(this.#unique.get(key) ?? "");
    if (resource !== undefined) return resource.document;
    const keys = this.#shared.get(key);
    return keys === undefined ? null : JSON.stringify(keys);
  }

  look(name: ResourceName): Stored {
    return { version: this.#versionOf(name), document: this.#resources.get(keyOf(name))?.document ?? null };
  }

  change(changes: readonly Change[], by: string, at: number): Changed {
    checkTransaction(changes);
    const refused = refusal(changes, {
      versionOf: (name) => this.#versionOf(name),
      holderOf: (key) => this.#unique.get(key),
    });
    if (refused !== undefined) return refused;
    for (const change of changes) this.#takeOut(change);
    for (const change of changes) {
      this.#putIn(change);
      const versions = entry(this.#versions, keyOf(change), () => []);
      versions.push({ version: change.version, at: Math.floor(at), by, document: change.shown });
      if (versions.length > VERSIONS) versions.shift();
    }
    return { done: true };
  }

  list({ type, id, name, lookups = [], offset, count }: Query): Page {
    const { all, named } = this.#ids.get(type) ?? { all: [], named: new Map<string, string[]>() };
    let ids = name === undefined ? all : (named.get(name) ?? []);
    // An id, or look-ups that one resource at most can have, leave one at most.
    const [one, ...others] = [...(id === undefined ? [] : [keyOf({ type, id })]), ...lookups.map(this.#holderOf)];
    if (id !== undefined || lookups.length > 0) {
      const resource = one === undefined || others.some((key) => key !== one) ? undefined : this.#resources.get(one);
      const met = resource !== undefined && one === keyOf({ type, id: resource.id });
      ids = met && (name === undefined || resource.name === name) ? [resource.id] : [];
    }
    const page = ids.slice(offset, offset + count);
    return {
      total: ids.length,
      documents: page.map((id) => (this.#resources.get(keyOf({ type, id })) as Resource).document),
    };
  }

  history({ offset, count, ...name }: HistoryQuery): History {
    const versions = this.#versions.get(keyOf(name)) ?? [];
    return { total: versions.length, versions: versions.toReversed().slice(offset, offset + count) };
  }

  readonly #holderOf = (key: string): string | undefined => this.#unique.get(key);

  #versionOf(name: ResourceName): number {
    return this.#versions.get(keyOf(name))?.at(-1)?.version ?? 0;
  }

  #takeOut({ type, id }: ResourceName): void {
    const key = keyOf({ type, id });
    const resource = this.#resources.get(key);
    if (resource === undefined) return;
    this.#resources.delete(key);
    const { all, named } = this.#ids.get(type) as Ids;
    remove(all, id);
    if (resource.name !== null) removeFrom(named, resource.name, id);
    for (const lookup of resource.unique) this.#unique.delete(lookup);
    for (const lookup of resource.shared) removeFrom(this.#shared, lookup, key);
  }

  #putIn(change: Change): void {
    const { type, id, document, name } = change;
    if (document === null) return;
    const key = keyOf(change);
    const [unique, shared] = [uniqueOf(change), sharedOf(change)];
    this.#resources.set(key, { id, document, name, unique, shared });
    const { all, named } = entry(this.#ids, type, () => ({ all: [], named: new Map() }));
    insert(all, id);
    if (name !== null) insert(entry(named, name, listOf), id);
    for (const lookup of unique) this.#unique.set(lookup, key);
    for (const lookup of shared) insert(entry(this.#shared, lookup, listOf), key);
  }
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function removeFrom(map: Map<string, string[]>, key: string, text: string): void {
  const list = map.get(key);
  if (list === undefined) return;
  remove(list, text);
  if (list.length === 0) map.delete(key);
}

function listOf(): string[] {
  return [];
}
