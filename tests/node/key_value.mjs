/** A store with the interface of Workers KV, whose list comes in small pages. */
export function keyValue() {
  const stored = new Map();
  return {
    async get(key) {
      if (new TextEncoder().encode(key).length > 512) throw new Error("a key of KV has at most 512 bytes");
      return stored.get(key) ?? null;
    },
    async put(key, value) {
      if (new TextEncoder().encode(key).length > 512) throw new Error("a key of KV has at most 512 bytes");
      stored.set(key, value);
    },
    async delete(key) {
      stored.delete(key);
    },
    async list({ prefix, cursor = "0" }) {
      const names = [...stored.keys()].filter((key) => key.startsWith(prefix)).sort();
      const [begin, end] = [Number(cursor), Number(cursor) + 3];
      const keys = names.slice(begin, end).map((name) => ({ name }));
      return end >= names.length ? { keys, list_complete: true } : { keys, list_complete: false, cursor: String(end) };
    },
  };
}
