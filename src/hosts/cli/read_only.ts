import type { Entry, KeyValue } from "../resources.js";

/** A store that is filled once: it has no `put`, so that the administrator's interface is read-only. */
export function readOnly(entries: readonly Entry[]): KeyValue {
  const stored = new Map(entries.map(({ key, value }) => [key, value]));
  return {
    get: (key) => stored.get(key),
    list: ({ prefix }) => ({
      keys: [...stored.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name })),
      list_complete: true,
    }),
  };
}
