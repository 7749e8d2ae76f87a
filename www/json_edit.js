// Changes one value in a JSON text and leaves all other characters as they are: the order of members, what no form knows, numbers
// that JavaScript would round, and how the lines were broken. The text must be JSON.
import { values } from "./json_places.js";
import { jsonText } from "./json_text.js";
import { jsonLanguage } from "./packages/codemirror.js";

/** @import { Place } from "./json_places.js" */

/**
 * The text with another value at a place. What is missing on the way there is made. `undefined` removes a value, and the
 * objects around it that are empty then.
 * @param {string} text
 * @param {Place} place
 * @param {unknown} value
 * @returns {string}
 */
export function put(text, place, value) {
  const { node, holder, rest } = found(text, place);
  if (rest.length > 0) return value === undefined ? text : inserted(text, node, holder, rest, value);
  if (value !== undefined) return replaced(text, node, holder, value);
  return place.length === 0 ? text : removed(text, place);
}

/**
 * The text with another name for a member.
 * @param {string} text
 * @param {Place} place
 * @param {string} name
 */
export function rename(text, place, name) {
  const { holder, rest } = found(text, place);
  const old = rest.length > 0 ? null : holder?.getChild("PropertyName");
  return old == null ? text : spliced(text, old.from, old.to, JSON.stringify(name));
}

/**
 * The value at a place, or the last one on the way there. `holder` is what its container has: a member, or the value itself.
 * @param {string} text
 * @param {Place} place
 */
function found(text, place) {
  let node = jsonLanguage.parser.parse(text).topNode.firstChild;
  let holder = node;
  for (const [index, step] of place.entries()) {
    const next = typeof step === "number" ? element(node, step) : member(text, node, step);
    if (next === undefined) return { node, holder, rest: place.slice(index) };
    holder = next;
    node = next.name === "Property" ? next.lastChild : next;
  }
  return { node, holder, rest: [] };
}

/** @param {any} node @param {number} index */
function element(node, index) {
  return node.name === "Array" ? values(node)[index] : undefined;
}

/** @param {string} text @param {any} node @param {string} wanted */
function member(text, node, wanted) {
  if (node.name !== "Object") return undefined;
  return node.getChildren("Property").find((/** @type {any} */ property) => nameOf(text, property) === wanted);
}

/** @param {string} text @param {any} property */
function nameOf(text, property) {
  const { from, to } = property.getChild("PropertyName");
  return JSON.parse(text.slice(from, to));
}

/** @param {string} text @param {any} node @param {any} holder @param {unknown} value */
function replaced(text, node, holder, value) {
  return spliced(text, node.from, node.to, valueText(text, holder, value));
}

/** A value as it stands behind the name of its member. @param {string} text @param {any} holder @param {unknown} value */
function valueText(text, holder, value) {
  const indent = indentOf(text, holder.from);
  if (holder.name !== "Property") return jsonText(value, indent);
  const name = nameOf(text, holder);
  return jsonText(value, indent, name).slice(JSON.stringify(name).length + ": ".length);
}

/**
 * @param {string} text
 * @param {any} node  in which the first of the steps is missing
 * @param {any} holder  of the node
 * @param {Place} steps
 * @param {unknown} value
 */
function inserted(text, node, holder, [step, ...inner], value) {
  const made = inner.reduceRight(
    (/** @type {unknown} */ held, name) => (typeof name === "number" ? [held] : { [name]: held }),
    value,
  );
  const isList = typeof step === "number";
  const name = isList ? undefined : String(step);
  if (node.name !== (isList ? "Array" : "Object")) {
    return replaced(text, node, holder, isList ? [made] : { [String(step)]: made });
  }
  const last = (isList ? values(node) : node.getChildren("Property")).at(-1);
  const isShort = isList && typeof made !== "object" && isOfScalars(node);
  if (isShort) return replaced(text, node, holder, [...parsed(text, node), made]);
  if (last === undefined) return replaced(text, node, holder, isList ? [made] : { [String(step)]: made });
  const ownLine = text.slice(node.from, last.from).includes("\n");
  const indent = indentOf(text, last.from);
  const entry = jsonText(made, indent, name);
  return spliced(text, last.to, last.to, ownLine ? `,\n${indent}${entry}` : `, ${entry}`);
}

/** @param {string} text @param {Place} place  of a value that is there */
function removed(text, place) {
  const { holder } = found(text, place);
  const above = found(text, place.slice(0, -1));
  const { node: container } = above;
  const isList = container.name === "Array";
  const all = isList ? values(container) : container.getChildren("Property");
  if (isList && isOfScalars(container)) {
    const left = parsed(text, container).filter(
      (/** @type {unknown} */ _one, /** @type {number} */ index) => index !== place.at(-1),
    );
    return replaced(text, container, above.holder, left);
  }
  if (all.length === 1) {
    // A value of a list stays, so that those after it keep their numbers.
    if (!isList && place.length > 1 && typeof place.at(-2) === "string") return removed(text, place.slice(0, -1));
    return spliced(text, container.from, container.to, isList ? "[]" : "{}");
  }
  const index = all.findIndex((/** @type {any} */ one) => one.from === holder.from);
  const [before, after] = [all[index - 1], all[index + 1]];
  return before === undefined ? spliced(text, holder.from, after.from, "") : spliced(text, before.to, holder.to, "");
}

/** Whether a list can be written anew without a loss: no value in it has a form of its own. @param {any} array */
function isOfScalars(array) {
  return values(array).every(({ name }) => ["String", "True", "False", "Null"].includes(name));
}

/** @param {string} text @param {any} node */
function parsed(text, node) {
  return JSON.parse(text.slice(node.from, node.to));
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
