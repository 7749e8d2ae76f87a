/** A key as the core names it: `id` is the same for the same key only; empty for one that is not to be remembered. */
export interface Key {
  id: string;
  jwk: JsonWebKey;
}

// Several issuers with some keys each; more than that is imported again.
const MOST_KEYS = 256;

/** Finished keys by name, never promises: in the Workers runtime a request must not wait for what another one has begun. */
export class KeyCache<K> {
  readonly #keys = new Map<string, K>();

  get(name: string): K | undefined {
    return this.#keys.get(name);
  }

  /** Remembers a key; the oldest one makes room. */
  set(name: string, key: K): K {
    if (this.#keys.size >= MOST_KEYS) for (const oldest of this.#keys.keys()) return this.#replace(oldest, name, key);
    this.#keys.set(name, key);
    return key;
  }

  #replace(oldest: string, name: string, key: K): K {
    this.#keys.delete(oldest);
    this.#keys.set(name, key);
    return key;
  }
}
