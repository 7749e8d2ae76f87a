import "../../node.js";
import { load } from "../../engine.js";
import { changesOf } from "../../resources.js";

/** A text in an expression. */
export function quote(text: string): string {
  const escaped = text.replaceAll(/[\\'\p{Cc}]/gu, (character) => {
    if (character === "\\" || character === "'") return `\\${character}`;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `'${escaped}'`;
}

/** A list of texts in an expression. */
export function quoteAll(texts: readonly string[]): string {
  return `[${texts.map(quote).join(", ")}]`;
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
// https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
const RESERVED = new Set(
  "as break const continue else false for function if import in let loop namespace null package return true var void while".split(
    " ",
  ),
);

/** A claim by its name, or by the names that lead into it. */
export function claim(...names: string[]): string {
  return names.reduce((path, name) => path + (isPlain(name) ? `.${name}` : `[${quote(name)}]`), "claims");
}

/** Whether a claim is there. */
export function isThere(...names: string[]): string {
  const name = names.at(-1) ?? "";
  return isPlain(name) ? `has(${claim(...names)})` : `${quote(name)} in ${claim(...names.slice(0, -1))}`;
}

function isPlain(name: string): boolean {
  return IDENTIFIER.test(name) && !RESERVED.has(name);
}

/** The claim is this text or one of these, or a list that holds one. A number or an object meets it never. */
export function isOrHolds(path: string, values: readonly string[]): string {
  const [value] = values;
  // `+ []` fails for an object, of which `in` would look at the names.
  const holds = values.map((one) => `${quote(one)} in ${path} + []`);
  const is =
    values.length === 1 && value !== undefined ? `${path} == ${quote(value)}` : `${path} in ${quoteAll(values)}`;
  return `(${[is, ...holds].join(" || ")})`;
}

/** All of them; brackets where there are several. */
export function all(parts: readonly string[]): string {
  return joined(parts, " && ", "true");
}

/** Any of them. */
export function any(parts: readonly string[]): string {
  return joined(parts, " || ", "false");
}

function joined(parts: readonly string[], operator: string, none: string): string {
  const [first, ...others] = parts;
  if (first === undefined) return none;
  return others.length === 0 ? first : `(${parts.join(operator)})`;
}

/** A pattern of others: `*` is anything. Undefined where it cannot be said here. */
export function pattern(path: string, text: string, { question }: { question: boolean }): string | undefined {
  if (!text.includes("*") && !(question && text.includes("?"))) return `${path} == ${quote(text)}`;
  // Here `*` ends at a /, and `?` is always one character.
  if (question || !text.includes("?")) return `glob(${path}, ${quote(text.replaceAll(/\*+/g, "**"))})`;
  const [before, after, more] = text.split(/\*+/);
  if (before === undefined || after === undefined || more !== undefined) return undefined;
  const [least] = [[...before].length + [...after].length];
  return `(${path}.startsWith(${quote(before)}) && ${path}.endsWith(${quote(after)}) && size(${path}) >= ${least})`;
}

/** Another name for a variable, wherever it stands outside of texts: `google.subject` becomes `attribute.google_subject`. */
export function renamed(text: string, names: Readonly<Record<string, string>>): string {
  return parts(text)
    .map(({ code, part }) =>
      code
        ? part.replaceAll(/(?<![\w.])([A-Za-z_]\w*)\s*\.\s*([A-Za-z_]\w*)/g, (whole, root: string, member: string) => {
            const path = `${root}.${member}`;
            return Object.hasOwn(names, path) ? (names[path] ?? whole) : whole;
          })
        : part,
    )
    .join("");
}

/** Whether a variable's member is read, such as `attribute.branch`. */
export function reads(text: string, path: string): boolean {
  return renamed(text, { [path]: "\0" }).includes("\0");
}

/** Whether a variable stands in the text at all. */
export function names(text: string, variable: string): boolean {
  return parts(text).some(({ code, part }) => code && new RegExp(`(?<![\\w.])${variable}(?!\\w)`).test(part));
}

// Texts, raw ones too, and comments apart from the rest.
function parts(text: string): { code: boolean; part: string }[] {
  const found: { code: boolean; part: string }[] = [];
  const literal = /(?<!\w)[rR]"[^"]*"|(?<!\w)[rR]'[^']*'|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\/\/[^\n]*/g;
  let at = 0;
  for (const match of text.matchAll(literal)) {
    found.push({ code: true, part: text.slice(at, match.index) }, { code: false, part: match[0] });
    at = match.index + match[0].length;
  }
  return [...found, { code: true, part: text.slice(at) }];
}

/** What the core says to an expression, with its place; undefined where it is good. */
export function expressionFault(text: string, attributes: readonly string[] = []): string | undefined {
  return fault({ condition: text, attributes: Object.fromEntries(attributes.map((name) => [name, "'text'"])) });
}

/** What the core says to a claim that is emitted. */
export function emitFault(name: string, text: string, attributes: readonly string[] = []): string | undefined {
  const known = Object.fromEntries(attributes.map((attribute) => [attribute, "'text'"]));
  return fault({ emit: { [name]: text }, attributes: known });
}

function fault(members: object): string | undefined {
  const jwt = { iss: "https://issuer.invalid", secret: "0123456789".repeat(4) };
  const introspector = { resourceType: "TokenIntrospector", id: "probe", type: "jwt", jwt, user: "none", ...members };
  void load();
  try {
    changesOf(JSON.stringify([introspector]), 0);
    return undefined;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return error.message.split("\n")[0]?.replace(/^[^ ]*: /, "");
  }
}
