/**
 * Resources in memory: for tests, for a page, and where a restart may forget what the administrator changed. Each call
 * is one step of JavaScript, so that no other comes in between: that is its transaction.
 */
import { VERSIONS } from "./directory.js";
import { insert, remove } from "./sorted.js";
import { checkTransaction, keyOf, refusal, sharedOf, uniqueOf } from "./transaction.js";
/** An empty directory in memory. */
export function memoryStore() {
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
class MemoryStore {
  #resources = new Map();
  #ids = new Map();
  // The key of the resource that has a unique look-up; the keys, in order, of those that have a shared one.
  #unique = new Map();
  #shared = new Map();
  // Oldest first. The last version of a deleted resource stays, so that none is ever given twice.
  #versions = new Map();
  read(key) {
    const resource = this.#resources.get(key) ?? this.#resources.get(this.#unique.get(key) ?? "");
    if (resource !== undefined) return resource.document;
    const keys = this.#shared.get(key);
    return keys === undefined ? null : JSON.stringify(keys);
  }
  look(name) {
    return { version: this.#versionOf(name), document: this.#resources.get(keyOf(name))?.document ?? null };
  }
  change(changes, by, at) {
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
  list({ type, id, name, lookups = [], offset, count }) {
    const { all, named } = this.#ids.get(type) ?? { all: [], named: new Map() };
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
      documents: page.map((id) => this.#resources.get(keyOf({ type, id })).document),
    };
  }
  history({ offset, count, ...name }) {
    const versions = this.#versions.get(keyOf(name)) ?? [];
    return { total: versions.length, versions: versions.toReversed().slice(offset, offset + count) };
  }
  #holderOf = (key) => this.#unique.get(key);
  #versionOf(name) {
    return this.#versions.get(keyOf(name))?.at(-1)?.version ?? 0;
  }
  #takeOut({ type, id }) {
    const key = keyOf({ type, id });
    const resource = this.#resources.get(key);
    if (resource === undefined) return;
    this.#resources.delete(key);
    const { all, named } = this.#ids.get(type);
    remove(all, id);
    if (resource.name !== null) removeFrom(named, resource.name, id);
    for (const lookup of resource.unique) this.#unique.delete(lookup);
    for (const lookup of resource.shared) removeFrom(this.#shared, lookup, key);
  }
  #putIn(change) {
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
function entry(map, key, make) {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
function removeFrom(map, key, text) {
  const list = map.get(key);
  if (list === undefined) return;
  remove(list, text);
  if (list.length === 0) map.delete(key);
}
function listOf() {
  return [];
}
