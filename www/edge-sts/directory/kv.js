import { keyOf } from "./transaction.js";
/** A directory that reads what is in the user's own store. */
export function kvDirectory(store) {
  return {
    writable: false,
    replicated: true,
    read: (keys) => Promise.all(keys.map((key) => textIn(store, key))),
    look: (names) => Promise.all(names.map((name) => look(store, name))),
    change: async () => notSupported(),
    list: (query) => list(store, query),
    history: async () => notSupported(),
  };
}
/** The text under a key of a KV namespace or of an object of the user's own. */
export async function textIn(store, key) {
  const value = (await store.get(key)) ?? null;
  if (value !== null && typeof value !== "string") throw new TypeError("get must give a string or null");
  return value;
}
async function look(store, name) {
  const document = await textIn(store, keyOf(name));
  return { version: document === null ? 0 : versionIn(document), document };
}
// An operator need not write one.
function versionIn(document) {
  const version = Number(parsed(document)["meta"]?.versionId ?? 1);
  return Number.isSafeInteger(version) && version > 0 ? version : 1;
}
async function list(store, { type, id, name, lookups = [], offset, count }) {
  if (name !== undefined) return notSupported();
  if (id !== undefined || lookups.length > 0) {
    const keys = [...(id === undefined ? [] : [keyOf({ type, id })]), ...lookups];
    const found = await theOne(store, type, keys);
    const documents = found === null ? [] : [found];
    return { total: documents.length, documents: documents.slice(offset, offset + count) };
  }
  const names = await namesOf(store, `${type}/`);
  const page = await Promise.all(names.slice(offset, offset + count).map((key) => textIn(store, key)));
  // One may have been deleted since its name was read.
  return { total: names.length, documents: page.filter((document) => document !== null) };
}
// The resource of this type to which every one of these keys leads.
async function theOne(store, type, keys) {
  const documents = await Promise.all(keys.map((key) => textIn(store, key)));
  const [first] = documents;
  if (first === null || first === undefined) return null;
  const { id } = parsed(first);
  const same = documents.every((document) => {
    const resource = document === null ? {} : parsed(document);
    return resource["resourceType"] === type && resource["id"] === id;
  });
  return same ? first : null;
}
// All names: a KV namespace cannot count them. No document is read.
async function namesOf(store, prefix) {
  if (store.list === undefined) return notSupported();
  const names = [];
  for (let cursor; ;) {
    const page = await store.list(cursor === undefined ? { prefix } : { prefix, cursor });
    names.push(...page.keys.map((key) => key.name));
    cursor = page.cursor;
    // A cursor that is not given, or given again, would be a loop without an end.
    if (page.list_complete || !cursor) return names.sort();
  }
}
// A shared look-up's value is an array, and what cannot be read has no members either.
function parsed(document) {
  try {
    const value = JSON.parse(document);
    return value !== null && typeof value === "object" ? value : {};
  } catch {
    return {};
  }
}
function notSupported() {
  throw new TypeError("not supported");
}
