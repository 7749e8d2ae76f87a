// Changes one value in a JSON text and leaves all other characters as they are: the order of members, what no form knows, numbers
// that JavaScript would round, and how the lines were broken. The text must be JSON.
import { jsonText } from "./json_text.js";
import { treeOf } from "./json_tree.js";

/** @import { Place } from "./json_places.js" */
/** @import { Member, Node } from "./json_tree.js" */

/**
 * The last value on the way to a place. `member`: whose value it is; `rest`: the steps that lead nowhere.
 * @typedef {{ node: Node, member: Member | undefined, rest: Place }} Found
 */

/**
 * The text with another value at a place. What is missing on the way there is made. `undefined` removes a value, and the
 * objects around it that are empty then.
 * @param {string} text
 * @param {Place} place
 * @param {unknown} value
 * @returns {string}
 */
export function put(text, place, value) {
  const found = foundAt(text, place);
  if (value === undefined) return found.rest.length > 0 || place.length === 0 ? text : removed(text, place);
  return found.rest.length > 0 ? inserted(text, found, value) : replaced(text, found, value);
}

/**
 * The text with another name for a member.
 * @param {string} text
 * @param {Place} place
 * @param {string} name
 */
export function rename(text, place, name) {
  const { member, rest } = foundAt(text, place);
  return member === undefined || rest.length > 0
    ? text
    : spliced(text, member.from, member.nameTo, JSON.stringify(name));
}

/** @param {string} text @param {Place} place @returns {Found} */
function foundAt(text, place) {
  /** @type {Found} */
  let found = { node: treeOf(text), member: undefined, rest: [] };
  for (const [index, step] of place.entries()) {
    const { members = [], values = [] } = found.node;
    const member = members.find(({ name }) => name === step);
    const node = member?.value ?? (typeof step === "number" ? values[step] : undefined);
    if (node === undefined) return { ...found, rest: place.slice(index) };
    found = { node, member, rest: [] };
  }
  return found;
}

/** @param {string} text @param {Found} found @param {unknown} value */
function replaced(text, { node, member }, value) {
  const indent = indentOf(text, (member ?? node).from);
  // As wide as it is behind its name.
  const written = member === undefined ? jsonText(value, indent) : jsonText(value, indent, member.name);
  const name = member === undefined ? "" : `${JSON.stringify(member.name)}: `;
  return spliced(text, node.from, node.to, written.slice(name.length));
}

/** @param {string} text @param {Found} found @param {unknown} value */
function inserted(text, found, value) {
  const { node, rest } = found;
  const [step, ...inner] = rest;
  const made = inner.reduceRight(
    (/** @type {unknown} */ held, name) => (typeof name === "number" ? [held] : { [name]: held }),
    value,
  );
  if (typeof step !== "number") {
    const last = node.members?.at(-1);
    const name = String(step);
    return last === undefined ? replaced(text, found, { [name]: made }) : appended(text, node, last, made, name);
  }
  const last = node.values?.at(-1);
  if (last === undefined) return replaced(text, found, [made]);
  if (typeof made !== "object" && isPlain(text, node)) return replaced(text, found, [...parsed(text, node), made]);
  return appended(text, node, last, made);
}

/**
 * @param {string} text
 * @param {Node} node  an object or an array
 * @param {{ from: number, to: number }} last  what stands last in it
 * @param {unknown} value
 * @param {string} [name]
 */
function appended(text, node, last, value, name) {
  const ownLine = text.slice(node.from, last.from).includes("\n");
  const indent = indentOf(text, last.from);
  return spliced(text, last.to, last.to, `${ownLine ? `,\n${indent}` : ", "}${jsonText(value, indent, name)}`);
}

/** @param {string} text @param {Place} place  of a value that is there */
function removed(text, place) {
  const above = place.slice(0, -1);
  const found = foundAt(text, above);
  const { node } = found;
  const step = place.at(-1);
  const all = node.members ?? node.values ?? [];
  if (node.values !== undefined && isPlain(text, node)) {
    const left = parsed(text, node).filter(
      (/** @type {unknown} */ _one, /** @type {number} */ index) => index !== step,
    );
    return replaced(text, found, left);
  }
  if (all.length === 1) {
    // A value of a list stays, so that those after it keep their numbers.
    if (node.members !== undefined && typeof above.at(-1) === "string") return removed(text, above);
    return spliced(text, node.from, node.to, node.members === undefined ? "[]" : "{}");
  }
  const index = node.members?.findIndex(({ name }) => name === step) ?? Number(step);
  const [before, one, after] = [all[index - 1], all[index], all[index + 1]];
  if (one === undefined) return text;
  return before === undefined
    ? spliced(text, one.from, after?.from ?? one.to, "")
    : spliced(text, before.to, one.to, "");
}

/** Whether a list can be written anew without a loss: no value in it has a form of its own. @param {string} text @param {Node} array */
function isPlain(text, { values = [] }) {
  return values.every(({ from }) => /["tfn]/.test(text.charAt(from)));
}

/** @param {string} text @param {Node} node */
function parsed(text, { from, to }) {
  return JSON.parse(text.slice(from, to));
}

/** What a line begins with. @param {string} text @param {number} at  a place in the line */
function indentOf(text, at) {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? "";
}

/** @param {string} text @param {number} from @param {number} to @param {string} insert */
function spliced(text, from, to, insert) {
  return text.slice(0, from) + insert + text.slice(to);
}
