// JSON in CodeMirror 6: colours, completion of members, and what the module finds, at its place. The editor takes the place of a
// text area, and with it its id, its name and its description, so that the page finds it as before.
import { codeField, completion } from "./code_field.js";
import {
  EditorView,
  ensureSyntaxTree,
  HighlightStyle,
  json,
  setDiagnostics,
  syntaxHighlighting,
  syntaxTree,
  tags,
} from "./packages/codemirror.js";
import { completions } from "./json_completion.js";
import { rangeOf } from "./json_places.js";

/** @typedef {import("./json_places.js").Place} Place */
/** @typedef {import("./json_completion.js").Offers} Offers */

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

// As in base.css.
const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--new)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--narrowed)" },
]);

/**
 * Puts an editor in the place of a text area, which has a label.
 * @param {HTMLTextAreaElement} area
 * @param {Offers | undefined} offers  what may stand at a place, if anything is offered
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
      ...(offers === undefined ? [] : [completion((context) => completions(context, offers))]),
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
