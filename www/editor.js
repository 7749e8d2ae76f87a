// JSON in CodeMirror 6: colours, completion of members, and what the module finds, at its place. The editor takes the place of a
// text area, and with it its id, its name and its description, so that the page finds it as before.
import { codeField } from "./code_field.js";
import {
  autocompletion,
  EditorView,
  ensureSyntaxTree,
  HighlightStyle,
  json,
  setDiagnostics,
  syntaxHighlighting,
  syntaxTree,
  tags,
} from "./packages/codemirror.js";
import { rangeOf } from "./json_places.js";

/** @typedef {import("./json_places.js").Place} Place */

/**
 * @typedef {object} Editor
 * @property {() => string} text
 * @property {(text: string) => void} fill  without a call of `changed`
 * @property {(text: string) => void} begin  as `fill`, and nothing that stood there before comes back with "undo"
 * @property {(marks: readonly Mark[]) => readonly Marked[]} mark  replaces earlier marks; gives the same ones with their lines
 * @property {(place: Place) => void} show  selects a place
 * @property {() => HTMLElement} content  what has the focus and the id
 */

/** @typedef {{ line: number, show: () => void }} Marked  `show` selects the place of a mark */

/** @typedef {{ place: Place, message: string, severity: "error" | "warning" } | { at: number, message: string, severity: "error" }} Mark */

/** Milliseconds for reading a long text to its end before its places are marked. */
const PARSING = 100;

/** @typedef {{ label: string, detail?: string, info?: string, template?: string }} Offer */

// As in base.css.
const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--new)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--narrowed)" },
]);

/**
 * Puts an editor in the place of a text area, which has a label.
 * @param {HTMLTextAreaElement} area
 * @param {(place: Place, isName: boolean) => Promise<readonly Offer[]>} offers  what may stand at a place
 * @param {() => void} changed  by the reader
 * @param {any[]} [more]  extensions of CodeMirror that only one page has
 * @returns {Editor}
 */
export function makeEditor(area, offers, changed, more = []) {
  const { id } = area;
  // The text area may be in no document yet.
  const root = /** @type {ParentNode} */ (/** @type {unknown} */ (area.getRootNode()));
  const label = /** @type {HTMLElement} */ (root.querySelector(`label[for="${id}"]`));
  label.id ||= `${id}-label`;
  label.removeAttribute("for");
  const described = area.getAttribute("aria-describedby");
  const { view, fill, begin } = codeField({
    text: area.value,
    changed,
    attributes: {
      id,
      "data-testid": area.dataset.testid ?? id,
      "aria-labelledby": label.id,
      ...(described === null ? {} : { "aria-describedby": described }),
    },
    extensions: [
      json(),
      syntaxHighlighting(COLOURS),
      autocompletion({ override: [(/** @type {any} */ context) => completions(context, offers)], icons: false }),
      ...more,
    ],
  });
  area.replaceWith(view.dom);
  label.addEventListener("click", () => view.focus());
  return {
    text: () => view.state.doc.toString(),
    content: () => view.contentDOM,
    fill,
    begin,
    show(place) {
      const { from, to } = rangeOf(tree(), view.state.doc, place);
      select(from, to);
    },
    mark(marks) {
      const { doc } = view.state;
      const found = marks.map(({ message, severity, ...where }) => {
        const range = "at" in where ? around(where.at) : rangeOf(tree(), doc, where.place);
        return { ...range, message, severity };
      });
      view.dispatch(setDiagnostics(view.state, found));
      return found.map(({ from, to }) => ({ line: doc.lineAt(from).number, show: () => select(from, to) }));
    },
  };

  function tree() {
    return ensureSyntaxTree(view.state, view.state.doc.length, PARSING) ?? syntaxTree(view.state);
  }

  /** @param {number} from @param {number} to */
  function select(from, to) {
    // The text may have become shorter since.
    const [anchor, head] = [Math.min(from, view.state.doc.length), Math.min(to, view.state.doc.length)];
    view.focus();
    view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  }

  /** @param {number} at */
  function around(at) {
    const from = Math.min(at, Math.max(0, view.state.doc.length - 1));
    return { from, to: Math.min(from + 1, view.state.doc.length) };
  }
}

/**
 * @param {any} context
 * @param {(place: Place, isName: boolean) => Promise<readonly Offer[]>} offers
 */
async function completions(context, offers) {
  const { state, pos, explicit } = context;
  const node = syntaxTree(state).resolveInner(pos, -1);
  const isName = node.name === "PropertyName";
  if (isName || node.name === "String") {
    const place = placeOf(state.doc, node);
    if (isName) place.pop();
    const options = await offers(place, isName);
    return { from: node.from + 1, options: options.map((offer) => option(offer, node.from, node.to, isName)) };
  }
  // Behind `{` or `,` it is that sign, and what it stands in.
  const object = node.name === "Object" ? node : ["{", ",", "⚠"].includes(node.name) ? node.parent : undefined;
  const before = state.sliceDoc(0, pos).trimEnd().at(-1);
  if (object?.name !== "Object" || !explicit || !["{", ","].includes(before)) return null;
  const options = await offers(placeOf(state.doc, object), true);
  return { from: pos, options: options.map((offer) => option(offer, pos, pos, true)) };
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
    ...(info === undefined ? {} : { info }),
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
