// Where a text is no JSON, for people: the line, a mark below the place, and what is probably meant. A line of resources
// may hold a secret, so that only its punctuation is shown.

import { load } from "../engine.js";
import "../node.js";
import { jsonFault } from "../resources.js";
import { Failure } from "./failure.js";

/** The core's `line 3, column 5: This is not JSON.`, with the line and the next step. */
export function placed(text: string, fault: string): string {
  const [, number, column] = /^line ([0-9]+), column ([0-9]+): This is not JSON/.exec(fault) ?? [];
  const line = text.split("\n")[Number(number) - 1]?.replace(/\r$/, "");
  if (number === undefined || line === undefined) return fault;
  const at = Number(column) - 1;
  const { shown, mark } = around(veiled([...line], at));
  const margin = `  ${number} | `;
  const step = nextStep(text, Number(number) - 1, at);
  return [
    step === undefined ? fault : `${fault} ${step}`,
    `${margin}${shown}`,
    `${" ".repeat(margin.length + mark)}^`,
  ].join("\n");
}

// A file without line breaks is one line.
const BEFORE = 60;
const BEHIND = 30;

function around({ shown, mark }: { shown: string; mark: number }): { shown: string; mark: number } {
  const from = Math.max(0, mark - BEFORE);
  return { shown: shown.slice(from, mark + BEHIND), mark: mark - from };
}

/** A line with each text and each other value as …, and where in it the character `at` is. */
function veiled(characters: readonly string[], at: number): { shown: string; mark: number } {
  let shown = "";
  let mark: number | undefined;
  let inText = false;
  for (let index = 0; index < characters.length; index += 1) {
    if (index === at) mark = shown.length;
    const character = characters[index] ?? "";
    if (inText && character === "\\") index += 1;
    const isQuote = character === '"';
    const isOpen = !inText && /[\s{}[\],:]/.test(character);
    if (isQuote) inText = !inText;
    if (isQuote || isOpen) shown += character === "\t" ? " " : character;
    else if (!shown.endsWith("…")) shown += "…";
  }
  return { shown, mark: mark ?? shown.length };
}

function nextStep(text: string, line: number, at: number): string | undefined {
  const lines = text.split("\n");
  const offset = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0);
  const inLine = [...(lines[line] ?? "")].slice(0, at).join("").length;
  const before = text.slice(0, offset + inLine).trimEnd();
  const after = text.slice(offset + inLine).trimStart();
  const [last = "", next = ""] = [before.at(-1), after.at(0)];
  if (after === "")
    return before === "" ? "The file is empty." : "Something is not closed: a quote, ] or } is missing.";
  if (after.startsWith("//") || after.startsWith("/*") || next === "#") return "JSON has no comments: remove it.";
  if (last === "," && (next === "]" || next === "}")) return "Remove the comma before it.";
  if (next === "'") return "Texts stand in double quotes.";
  if (/["\]}\w]/.test(last) && /["[{]/.test(next)) return "A comma is missing before it.";
  if (last === "," && next === ",") return "Remove one of the two commas.";
  if (/[{,]/.test(last) && /[A-Za-z_$]/.test(next)) return "Names and texts stand in double quotes.";
  return undefined;
}

/** The value of a JSON text from a file; `Failure` with the place where it is none. */
export function jsonOf(file: string, text: string): unknown {
  void load();
  const fault = jsonFault(text);
  if (fault !== undefined) throw new Failure(`${file}: ${placed(text, fault)}`);
  return JSON.parse(text);
}

/** The JWK Set of a file; `what` says what it must be. */
export function keySetOf<T extends object>(file: string, text: string, what: string): { keys: T[] } {
  let set: unknown;
  try {
    set = jsonOf(file, text);
  } catch (error) {
    throw error instanceof Failure ? new Failure(`${what}\n${error.message}`) : error;
  }
  if (typeof set === "object" && set !== null && "keys" in set && Array.isArray(set.keys)) return set as { keys: T[] };
  throw new Failure(what);
}
