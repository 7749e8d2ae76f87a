/**
 * The headers of a request to a server of `node:http`. Not its `headers`: there, of two Authorization headers the second is gone
 * without a trace.
 */
export class IncomingHeaders {
  readonly #raw: readonly string[];

  /** `raw`: names and values in turn. */
  constructor(raw: readonly string[]) {
    this.#raw = raw;
  }

  /** The value of a header, its name in lower case; of several lines all, with ", " between them. */
  get(name: string): string | null {
    let found: string | null = null;
    for (let at = 0; at + 1 < this.#raw.length; at += 2) {
      const [key = "", value = ""] = [this.#raw[at], this.#raw[at + 1]];
      if (key.length !== name.length || key.toLowerCase() !== name) continue;
      found = found === null ? value : `${found}, ${value}`;
    }
    return found;
  }
}
