// What can be written next in an expression: the words of the language, by the package's own table, and names that are known.
import { prose } from "./prose.js";
import { make } from "./elements.js";
import { insertBracket } from "./packages/codemirror.js";

/** @import { Names } from "./expression_names.js" */
/** @import { Place } from "./json_places.js" */
/** @typedef {{ name: string, arguments?: string, description: string }} Word */

/**
 * @typedef {object} Asked
 * @property {string} before  the expression, up to where something is written
 * @property {boolean} isExplicit  whether the reader asked for offers
 * @property {Place} place  of the expression
 * @property {Names} names
 */

/** Texts that are closed, and comments that have ended. */
const CLOSED = /\b[rR]'[^'\n]*'|\b[rR]"[^"\n]*"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\/[^\n]*\n/g;

/** Where the site was not built, this fails. @returns {Promise<Record<"VARIABLES" | "KEYWORDS" | "FUNCTIONS" | "METHODS", readonly Word[]> & { UNKNOWN_IN: Readonly<Record<string, readonly string[]>> }>} */
const language = () => import("./edge-sts/schema/expression_words.js");

/**
 * What CodeMirror offers at the end of a text; `null` where there is nothing, as within a text or a comment.
 * @param {Asked} asked
 * @param {number} pos  of that end in the document
 */
export async function wordsAt({ before, isExplicit, place, names }, pos) {
  const code = before.replace(CLOSED, (part) => (part.startsWith("//") ? " " : "''"));
  if (/['"]|\/\//.test(code.replaceAll("''", ""))) return null;
  const [word = ""] = /\w*$/.exec(code) ?? [];
  const ahead = code.slice(0, code.length - word.length);
  if (/^\d/.test(word)) return null;
  const { VARIABLES, KEYWORDS, FUNCTIONS, METHODS, UNKNOWN_IN } = await language();
  const member = place.find((step) => typeof step === "string") ?? "";
  const unknown = UNKNOWN_IN[member] ?? [];
  const from = pos - word.length;
  const found = { from, validFor: /^\w*$/ };

  const dot = /\.\s*$/.exec(ahead);
  if (dot !== null) {
    if (/(?<![\w.])\d+\.$/.test(ahead)) return null; // a number
    const [, above, name = ""] = /(\S?)\s*\b([A-Za-z_]\w*)\s*\.\s*$/.exec(ahead) ?? [];
    const root = above === "." ? "" : name === "assertion" ? "claims" : name;
    if (unknown.includes(root)) return null;
    if (root === "client")
      return { ...found, options: VARIABLES.filter(isOfClient).map(withoutClient).map(wordOption) };
    if (root !== "claims" && root !== "actor" && root !== "attribute")
      return { ...found, options: METHODS.map(wordOption) };
    const begin = from - dot[0].length;
    return { ...found, options: names[root].flatMap((one) => nameOption(one, begin)) };
  }

  if (word === "" && !isExplicit) return null;
  const isBehindValue = /[\w'\])]\s*$/.test(ahead) && !/\bin\s*$/.test(ahead);
  const words = isBehindValue
    ? KEYWORDS.filter(({ name }) => name === "in")
    : [
        ...VARIABLES.filter(({ name }) => !unknown.includes(name)),
        ...FUNCTIONS,
        ...KEYWORDS.filter(({ name }) => name !== "in"),
      ];
  return { ...found, options: words.map(wordOption) };
}

/** @param {Word} word */
function isOfClient({ name }) {
  return name.startsWith("client.");
}

/** @param {Word} word @returns {Word} */
function withoutClient(word) {
  return { ...word, name: word.name.replace("client.", "") };
}

/** @param {Word} word */
function wordOption({ name, arguments: given, description }) {
  const info = () => make("p", {}, ...prose(description));
  if (given === undefined) return { label: name, info };
  return {
    label: name,
    detail: `(${given})`,
    info,
    apply(
      /** @type {any} */ view,
      /** @type {unknown} */ _option,
      /** @type {number} */ from,
      /** @type {number} */ to,
    ) {
      view.dispatch(changed(from, to, name));
      if (view.state.sliceDoc(from + name.length).startsWith("(")) return;
      const bracket = given === "" ? null : insertBracket(view.state, "(");
      const at = from + name.length;
      view.dispatch(bracket ?? { ...changed(at, at, "()"), selection: { anchor: at + (given === "" ? 2 : 1) } });
    },
  };
}

/** @param {string} name @param {number} begin  of the dot before it */
function nameOption(name, begin) {
  if (/^[A-Za-z_]\w*$/.test(name)) return [{ label: name }];
  if (/['"\\\p{Cc}]/u.test(name)) return [];
  return [
    {
      label: name,
      apply: (
        /** @type {any} */ view,
        /** @type {unknown} */ _option,
        /** @type {number} */ _from,
        /** @type {number} */ to,
      ) => view.dispatch(changed(begin, to, `['${name}']`)),
    },
  ];
}

/** @param {number} from @param {number} to @param {string} insert */
function changed(from, to, insert) {
  return { changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.complete" };
}
