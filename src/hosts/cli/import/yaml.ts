// The part of YAML 1.2 that people write configuration in: block and flow collections, plain and quoted scalars, `|` and
// `>`, comments. Anchors, tags, merge keys, a second document and whatever YAML 1.1 reads in another way (yes, 0123, 1:30)
// are refused with the line: what is read here decides who gets in. The package has no dependency at run time.

/** What is wrong, and in which line; nothing of the text is repeated. */
export class YamlFault extends Error {
  readonly line: number;
  constructor(line: number, sentence: string) {
    super(sentence);
    this.line = line;
  }
}

/** The value of a YAML text, as JSON would have it. Throws `YamlFault`. */
export function parseYaml(text: string): unknown {
  return new Reader(text).document();
}

interface Line {
  indent: number;
  text: string;
}

const DEPTH = 32; // as for JSON (src/limits.rs)

class Reader {
  readonly #lines: string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
    if (this.#lines.at(-1) === "") this.#lines.pop();
  }

  document(): unknown {
    if (this.#peek()?.text.startsWith("%")) throw this.#fault("Directives are not read. Take the line out.");
    if (/^---(\s+#.*)?\s*$/.test(this.#current())) this.#at += 1;
    const value = this.#block(0);
    if (/^\.\.\.\s*$/.test(this.#current())) this.#at += 1;
    const rest = this.#peek();
    if (rest === undefined) return value;
    if (rest.text.startsWith("---")) throw this.#fault("A second document is not read. Give it a file of its own.");
    throw this.#fault("This line stands further to the left or right than it can mean anything.");
  }

  #block(least: number): unknown {
    const line = this.#peek();
    if (line === undefined || line.indent < least || /^(---|\.\.\.)(\s|$)/.test(line.text)) return null;
    this.#depth += 1;
    if (this.#depth > DEPTH) throw this.#fault("It is nested too deep.");
    const value = this.#node(line, line.indent - 1);
    this.#depth -= 1;
    return value;
  }

  // The value that begins in this line. `parent`: how far the collection that it is in stands to the right.
  #node(line: Line, parent: number): unknown {
    if (isItem(line.text)) return this.#sequence(line.indent);
    if (this.#keyOf(line.text) !== undefined) return this.#mapping(line.indent);
    return this.#inline(line.text, parent);
  }

  #sequence(indent: number): unknown[] {
    const items: unknown[] = [];
    for (;;) {
      const line = this.#peek();
      if (line === undefined || line.indent < indent || !isItem(line.text)) break;
      if (line.indent > indent) throw this.#fault("This item stands further to the right than those before it.");
      const inside = line.text.slice(1).trimStart();
      if (/^- *\t/.test(line.text)) throw this.#fault("Tabs cannot indent a line in YAML. Use spaces.");
      if (inside === "" || inside.startsWith("#")) {
        this.#at += 1;
        items.push(this.#block(indent + 1));
        continue;
      }
      // The item's own collection begins where its first character stands.
      const start = indent + line.text.length - inside.length;
      this.#lines[this.#at] = " ".repeat(start) + inside;
      items.push(
        isItem(inside) || this.#keyOf(inside) !== undefined ? this.#block(indent + 1) : this.#inline(inside, indent),
      );
    }
    return items;
  }

  #mapping(indent: number): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    for (;;) {
      const line = this.#peek();
      if (line === undefined || line.indent < indent || /^(---|\.\.\.)(\s|$)/.test(line.text)) break;
      const found = isItem(line.text) ? undefined : this.#keyOf(line.text);
      if (line.indent > indent || found === undefined) throw this.#fault("A line `name: value` was expected here.");
      const { key, rest } = found;
      this.#add(members, key, () => {
        if (rest !== "" && !rest.startsWith("#")) return this.#inline(rest, indent);
        this.#at += 1;
        const next = this.#peek();
        // The items of a sequence may stand below the name itself.
        if (next !== undefined && next.indent === indent && isItem(next.text)) return this.#sequence(indent);
        return this.#block(indent + 1);
      });
    }
    return members;
  }

  #add(members: Record<string, unknown>, key: string, read: () => unknown): void {
    if (Object.hasOwn(members, key)) throw this.#fault("This name is there twice.");
    if (key === "<<" || key === "__proto__") throw this.#fault("Merge keys are not read. Write the members out.");
    members[key] = read();
  }

  #inline(text: string, parent: number): unknown {
    const [first] = text;
    if (isItem(text)) throw this.#fault("A list begins in a line of its own.");
    if (first === "|" || first === ">") return this.#blockScalar(text, parent);
    if (first === '"' || first === "'" || first === "[" || first === "{") return this.#flow(text, parent);
    if (first !== undefined && "&*!%@`?]},".includes(first) && !/^\?\S/.test(text)) {
      throw this.#fault(
        "Anchors, aliases, tags and complex keys are not read. Write the value out, or quote the text.",
      );
    }
    let whole = withoutComment(text);
    const commented = whole !== text.trimEnd();
    for (;;) {
      this.#at += 1;
      const next = this.#lines[this.#at];
      if (next === undefined || next.trim() === "" || indentOf(next) <= parent || next.trimStart().startsWith("#"))
        break;
      const more = withoutComment(next.trim());
      if (commented || this.#keyOf(more) !== undefined) throw this.#fault("This line does not belong to a value.");
      whole += ` ${more}`;
    }
    if (/:(\s|$)/.test(whole)) throw this.#fault("A text with `: ` must be quoted.", -1);
    return scalar(whole, (sentence) => this.#fault(sentence, -1));
  }

  #blockScalar(header: string, parent: number): string {
    const [, kind, before = "", digit = "", after = ""] =
      /^([|>])([-+]?)([1-9]?)([-+]?)\s*(?:\s#.*)?$/.exec(header) ?? [];
    if (kind === undefined || (before !== "" && after !== ""))
      throw this.#fault("Only - + and a digit may stand behind | and >.");
    if (digit !== "" && parent < 0) throw this.#fault("A digit has no meaning here.");
    const chomp = before + after;
    this.#at += 1;
    let indent = digit === "" ? undefined : parent + Number(digit);
    const lines: string[] = [];
    let longest = 0; // of the empty lines in front
    for (; this.#at < this.#lines.length; this.#at += 1) {
      const line = this.#lines[this.#at] ?? "";
      if (/^ *$/.test(line)) {
        if (indent === undefined) longest = Math.max(longest, line.length);
        lines.push(indent === undefined ? "" : line.slice(indent));
        continue;
      }
      if (indent === undefined && longest > indentOf(line))
        throw this.#fault("The lines before are further to the right.");
      indent ??= indentOf(line);
      if (indentOf(line) < indent || indent <= parent || /^(---|\.\.\.)(\s|$)/.test(line)) break;
      lines.push(line.slice(indent));
    }
    let last = lines.length;
    while (last > 0 && lines[last - 1] === "") last -= 1;
    const content = lines.slice(0, last);
    const text = kind === "|" ? content.join("\n") : folded(content);
    if (chomp === "-" || (text === "" && chomp !== "+")) return text;
    return text + (chomp === "+" ? "\n".repeat(lines.length - last + (text === "" ? 0 : 1)) : "\n");
  }

  // A value in quotes or brackets, which may go on in lines further to the right.
  #flow(text: string, parent: number): unknown {
    let whole = text;
    for (;;) {
      const flow = new Flow(whole, (sentence) => this.#fault(sentence));
      const value = flow.value();
      if (value === UNFINISHED) {
        const next = this.#lines[this.#at + 1];
        if (next === undefined || (next.trim() !== "" && indentOf(next) <= parent)) {
          throw this.#fault("A quote or bracket is not closed.");
        }
        this.#at += 1;
        whole += `\n${next}`;
        continue;
      }
      if (!/^(\s*|\s+#.*)$/.test(flow.rest())) throw this.#fault("Something stands behind the value.");
      this.#at += 1;
      return value;
    }
  }

  // `name: value`: the name and what stands behind it. A quoted name, too.
  #keyOf(text: string): { key: string; rest: string } | undefined {
    const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*:(?:\s+|$)/.exec(text);
    if (quoted?.[1] !== undefined) {
      const key = new Flow(quoted[1], (sentence) => this.#fault(sentence)).value();
      return { key: String(key), rest: text.slice(quoted[0].length) };
    }
    if (/^["'[{|>&*!%@`#,\]}]/.test(text)) return undefined;
    const end = /:(?:\s+|$)/.exec(withoutComment(text));
    if (end === null) return undefined;
    if (text.startsWith("? ")) throw this.#fault("Complex keys are not read.");
    return { key: text.slice(0, end.index).trimEnd(), rest: text.slice(end.index + end[0].length) };
  }

  /** The next line with something in it. */
  #peek(): Line | undefined {
    for (; this.#at < this.#lines.length; this.#at += 1) {
      const line = this.#current();
      if (/^\s*(#|$)/.test(line)) continue;
      if (/^ *\t/.test(line)) throw this.#fault("Tabs cannot indent a line in YAML. Use spaces.");
      const indent = indentOf(line);
      return { indent, text: line.slice(indent).trimEnd() };
    }
    return undefined;
  }

  #current(): string {
    return this.#lines[this.#at] ?? "";
  }

  #fault(sentence: string, before = 0): YamlFault {
    return new YamlFault(this.#at + 1 + before, sentence);
  }
}

/** A text without quotes. `fault`: in its line. */
function scalar(text: string, fault: (sentence: string) => YamlFault): unknown {
  if (/^(null|Null|NULL|~|)$/.test(text)) return null;
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  if (/^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(text)) {
    const number = Number(text);
    if (Number.isInteger(number) && !Number.isSafeInteger(number)) throw fault("Quote this number.");
    return number;
  }
  // What YAML 1.1, which Kubernetes reads, and YAML 1.2 understand differently, and numbers that JSON does not have.
  const other = /^([-+]?[.0-9][-+.0-9_a-fox:]*|[-+]?\.(inf|nan)|y|n|yes|no|on|off|=)$/i;
  if (other.test(text) && !/^[0-9]+(\.[0-9]+){2,}$/.test(text) && !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) {
    throw fault("Quote this value: YAML reads it in more than one way.");
  }
  return text;
}

const UNFINISHED = Symbol("unfinished");
class Unfinished extends Error {}

/** A value in quotes or brackets. */
class Flow {
  readonly #text: string;
  readonly #fault: (sentence: string) => YamlFault;
  #at = 0;

  constructor(text: string, fault: (sentence: string) => YamlFault) {
    this.#text = text;
    this.#fault = fault;
  }

  value(): unknown {
    try {
      return this.#value(0);
    } catch (error) {
      if (error instanceof Unfinished) return UNFINISHED;
      throw error;
    }
  }

  rest(): string {
    return this.#text.slice(this.#at);
  }

  #value(depth: number): unknown {
    if (depth > DEPTH) throw this.#fault("It is nested too deep.");
    this.#space();
    const first = this.#text[this.#at];
    if (first === undefined) throw new Unfinished();
    if (first === '"') return this.#double();
    if (first === "'") return this.#single();
    if (first === "[") {
      const items: unknown[] = [];
      this.#each("]", () => void items.push(this.#value(depth + 1)));
      return items;
    }
    if (first === "{") {
      const members: Record<string, unknown> = {};
      this.#each("}", () => {
        const key = this.#value(depth + 1);
        this.#space();
        if (this.#text[this.#at] === undefined) throw new Unfinished();
        if (typeof key !== "string" || this.#text[this.#at] !== ":")
          throw this.#fault("`name: value` was expected here.");
        if (Object.hasOwn(members, key)) throw this.#fault("This name is there twice.");
        if (key === "__proto__" || key === "<<") throw this.#fault("Merge keys are not read. Write the members out.");
        this.#at += 1;
        members[key] = this.#value(depth + 1);
      });
      return members;
    }
    const plain = /^(?:[^,[\]{}:#"'&*!|>%@`?\s]|:(?=[^\s,[\]{}]))(?:[^,[\]{}:#\n]|:(?=[^\s,[\]{}])|(?<=\S)#)*/.exec(
      this.rest(),
    );
    if (plain === null || /^-(\s|$)/.test(plain[0]))
      throw this.#fault("This is no value that is read here. Quote the text.");
    this.#at += plain[0].length;
    return scalar(plain[0].trim(), this.#fault);
  }

  #each(close: string, read: () => void): void {
    this.#at += 1;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] === close) break;
      read();
      this.#space();
      if (this.#text[this.#at] === undefined) throw new Unfinished();
      if (this.#text[this.#at] === ",") this.#at += 1;
      else if (this.#text[this.#at] !== close) throw this.#fault("A comma or the closing bracket was expected here.");
    }
    this.#at += 1;
  }

  #space(): void {
    const space = /(?:\s+(?:#[^\n]*)?)*/y;
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#text)?.[0].length ?? 0;
  }

  #single(): string {
    const found = /^'((?:[^']|'')*)'(?!')/.exec(this.rest());
    if (found?.[1] === undefined) throw new Unfinished();
    this.#at += found[0].length;
    return unwrapped(found[1]).replaceAll("''", "'");
  }

  #double(): string {
    const found = /^"((?:[^"\\]|\\[^])*)"/.exec(this.rest());
    if (found?.[1] === undefined) throw new Unfinished();
    this.#at += found[0].length;
    const wrapped = found[1].replaceAll(/((?:^|[^\\])(?:\\\\)*)\\\n[ \t]*/g, "$1");
    return unwrapped(wrapped).replaceAll(
      /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/g,
      (_, two?: string, four?: string, eight?: string, letter = "") => {
        const code = two ?? four ?? eight;
        if (code !== undefined) {
          const point = Number.parseInt(code, 16);
          if (point > 0x10ffff) throw this.#fault("There is no such character.");
          return String.fromCodePoint(point);
        }
        const meant = ESCAPES[letter];
        if (meant === undefined) throw this.#fault("There is no such escape.");
        return meant;
      },
    );
  }
}

const ESCAPES: Record<string, string> = {
  ...{ "0": "\0", a: "\x07", b: "\b", t: "\t", "\t": "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b", " ": " " },
  ...{ '"': '"', "/": "/", "\\": "\\", N: "\u0085", _: "\u00a0", L: "\u2028", P: "\u2029" },
};

function isItem(text: string): boolean {
  return /^-(\s|$)/.test(text);
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

function withoutComment(text: string): string {
  return text.replace(/(^|\s)#.*$/, "").trimEnd();
}

// Lines of a quoted text: one break is a space, each further one a line.
function unwrapped(text: string): string {
  return text.replaceAll(/[ \t]*\n([ \t]*\n)*[ \t]*/g, (breaks) => {
    const lines = breaks.split("\n").length - 1;
    return lines === 1 ? " " : "\n".repeat(lines - 1);
  });
}

// Lines behind `>`: those that stand further to the right keep their breaks.
function folded(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line !== "");
  if (first < 0) return "";
  let text = "\n".repeat(first) + (lines[first] ?? "");
  let blank = 0;
  let kept = /^\s/.test(lines[first] ?? "");
  for (const line of lines.slice(first + 1)) {
    if (line === "") {
      blank += 1;
      continue;
    }
    const keeps = /^\s/.test(line);
    text += kept || keeps ? "\n".repeat(blank + 1) : blank > 0 ? "\n".repeat(blank) : " ";
    text += line;
    blank = 0;
    kept = keeps;
  }
  return text;
}
