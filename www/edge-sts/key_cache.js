// Several issuers with some keys each; more than that is imported again.
const MOST_KEYS = 256;
/** Finished keys by name, never promises: in the Workers runtime a request must not wait for what another one has begun. */
export class KeyCache {
  #keys = new Map();
  get(name) {
    return this.#keys.get(name);
  }
  /** Remembers a key; the oldest one makes room. */
  set(name, key) {
    if (this.#keys.size >= MOST_KEYS) for (const oldest of this.#keys.keys()) return this.#replace(oldest, name, key);
    this.#keys.set(name, key);
    return key;
  }
  #replace(oldest, name, key) {
    this.#keys.delete(oldest);
    this.#keys.set(name, key);
    return key;
  }
}
