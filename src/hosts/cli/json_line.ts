// On which line of a file something stands: of a text that is JSON.

/** The line of a place such as `[2].Client.auth.token_exchange.audience[0]`; of what holds it, where it is not there. */
export function lineOf(text: string, place: string): number {
  const [, index = "", rest = ""] = /^(\[[0-9]+\])?(?:\.?[A-Za-z]+)?([^]*)$/.exec(place) ?? [];
  const at = new Scanner(text).find(0, index + rest);
  return text.slice(0, at).split("\n").length;
}

/** The text of a member of an object, on the lines on which it stands. */
export function memberOf(text: string, name: string): string {
  const [start, end] = new Scanner(text).member(name);
  return "\n".repeat(text.slice(0, start).split("\n").length - 1) + text.slice(start, end);
}

class Scanner {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the value at a path stands, or its name; the nearest one around it, if there is none. */
  find(from: number, path: string): number {
    const start = this.#space(from);
    const [element, number, behind = ""] = /^\[([0-9]+)\]([^]*)$/.exec(path) ?? [];
    if (element !== undefined && this.#text[start] === "[") {
      let at = this.#space(start + 1);
      for (let left = Number(number); left > 0; left -= 1) {
        at = this.#space(this.#value(at));
        if (this.#text[at] !== ",") return start;
        at = this.#space(at + 1);
      }
      return this.#text[at] === "]" ? start : this.find(at, behind);
    }
    const name = path.replace(/^\./, "");
    return name === "" || this.#text[start] !== "{" ? start : this.#member(start, name);
  }

  /** Where the value of a member of the outermost object begins and ends. */
  member(name: string): [start: number, end: number] {
    const at = this.find(0, name);
    const start = this.#space(this.#space(this.#value(at)) + 1);
    return [start, this.#value(start)];
  }

  // Names may hold dots and brackets themselves.
  #member(start: number, path: string): number {
    for (let at = this.#space(start + 1); this.#text[at] === '"';) {
      const end = this.#value(at);
      const name = JSON.parse(this.#text.slice(at, end)) as string;
      const value = this.#space(this.#space(end) + 1);
      const rest = path.slice(name.length);
      if (path.startsWith(name) && /^(?:$|[.[])/.test(rest)) return rest === "" ? at : this.find(value, rest);
      at = this.#space(this.#value(value));
      if (this.#text[at] === ",") at = this.#space(at + 1);
    }
    return start;
  }

  #space(from: number): number {
    let at = from;
    while (/\s/.test(this.#text[at] ?? "")) at += 1;
    return at;
  }

  /** The end of the value that begins here. */
  #value(from: number): number {
    let depth = 0;
    for (let at = from; at < this.#text.length; at += 1) {
      const sign = this.#text[at] ?? "";
      if (sign === '"') {
        for (at += 1; at < this.#text.length && this.#text[at] !== '"'; at += 1) if (this.#text[at] === "\\") at += 1;
      } else if (sign === "{" || sign === "[") depth += 1;
      else if (sign === "}" || sign === "]") depth -= 1;
      else if (depth > 0 || !/[\s,}\]]/.test(this.#text[at + 1] ?? ",")) continue;
      if (depth === 0) return at + 1;
      if (depth < 0) return at;
    }
    return this.#text.length;
  }
}
