// Completion in a JSON text: members and values, and within an expression the words of its language.
import { make } from "./elements.js";
import { wordsAt } from "./expression_words.js";
import { syntaxTree } from "./packages/codemirror.js";
import { prose } from "./prose.js";

/** @import { Names } from "./expression_names.js" */
/** @import { Place } from "./json_places.js" */

/** @typedef {{ label: string, detail?: string, info?: string, template?: string }} Offer */

/**
 * @typedef {object} Offers
 * @property {(place: Place, isName: boolean) => Promise<readonly Offer[]>} at  what may stand at a place
 * @property {(place: Place) => Promise<boolean>} isExpression
 * @property {() => Names} names  that expressions may read
 */

/**
 * What CodeMirror offers in a JSON text.
 * @param {any} context
 * @param {Offers} offers
 */
export async function completions(context, offers) {
  const { state, pos, explicit: isExplicit } = context;
  const node = syntaxTree(state).resolveInner(pos, -1);
  const isName = node.name === "PropertyName";
  if (isName || node.name === "String") {
    const place = placeOf(state.doc, node);
    if (isName) place.pop();
    else if (await offers.isExpression(place)) {
      const before = textOf(state.sliceDoc(node.from + 1, pos));
      return before === undefined ? null : wordsAt({ before, isExplicit, place, names: offers.names() }, pos);
    }
    const options = await offers.at(place, isName);
    return { from: node.from + 1, options: options.map((offer) => option(offer, node.from, node.to, isName)) };
  }
  // Behind `{` or `,` it is that sign, and what it stands in.
  const object = node.name === "Object" ? node : ["{", ",", "⚠"].includes(node.name) ? node.parent : undefined;
  const before = state.sliceDoc(0, pos).trimEnd().at(-1);
  if (object?.name !== "Object" || !isExplicit || !["{", ","].includes(before)) return null;
  const options = await offers.at(placeOf(state.doc, object), true);
  return { from: pos, options: options.map((offer) => option(offer, pos, pos, true)) };
}

/** The text that a string of JSON begins with. @param {string} begin  without its quote */
function textOf(begin) {
  try {
    return JSON.parse(`"${begin}"`);
  } catch {
    return undefined; // within an escape
  }
}

/**
 * @param {Offer} offer
 * @param {number} from
 * @param {number} to
 * @param {boolean} isName
 */
function option({ label, detail, info, template = "" }, from, to, isName) {
  return {
    label,
    ...(detail === undefined ? {} : { detail }),
    ...(info === undefined ? {} : { info: () => make("p", {}, ...prose(info)) }),
    apply(/** @type {any} */ view) {
      // The text may have grown since.
      const end = Math.max(to, view.state.selection.main.head);
      const closed = view.state.sliceDoc(end, end + 1) === '"' ? end + 1 : end;
      const hasValue = /^\s*:/.test(view.state.sliceDoc(closed, closed + 20));
      const insert = `"${label}"${isName && !hasValue ? `: ${template}` : ""}`;
      view.dispatch({ changes: { from, to: closed, insert }, selection: { anchor: from + insert.length } });
    },
  };
}

/**
 * The path to a node: names and numbers.
 * @param {any} doc
 * @param {any} node
 * @returns {Place}
 */
function placeOf(doc, node) {
  /** @type {Place} */
  const place = [];
  for (let at = node; at.parent !== null; at = at.parent) {
    if (at.parent.name === "Array") {
      let index = 0;
      for (let one = at.prevSibling; one !== null; one = one.prevSibling) if (/^[A-Z]/.test(one.name)) index++;
      place.unshift(index);
    }
    if (at.name === "Property") {
      const name = at.getChild("PropertyName");
      if (name !== null) place.unshift(doc.sliceString(name.from + 1, name.to - 1));
    }
  }
  return place;
}
