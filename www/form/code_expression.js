// The editor of an expression, which marks where the module stumbles.
import { codeField } from "../code_field.js";
import { EditorView, setDiagnostics } from "../packages/codemirror.js";

/** @import { Said } from "./row.js" */

/**
 * Takes the text, the id and the name of a text area, and what describes it.
 * @param {HTMLTextAreaElement} area
 * @param {(text: string) => void} changed
 */
export function expressionEditor(area, changed) {
  const names = ["id", "aria-label", "aria-labelledby", "aria-describedby", "aria-invalid"];
  const given = names.map((name) => /** @type {const} */ ([name, area.getAttribute(name)]));
  const { view } = codeField({
    text: area.value,
    attributes: Object.fromEntries(given.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
    extensions: [EditorView.lineWrapping],
    changed: () => changed(view.state.doc.toString()),
  });
  // Somebody may be writing.
  view.dispatch({ selection: { anchor: area.selectionStart, head: area.selectionEnd } });
  return {
    element: view.dom,
    target: view.contentDOM,
    /** @param {readonly Said[]} said */
    say(said) {
      const end = view.state.doc.length;
      const marks = said.map(({ message, severity }) => {
        // The module counts from 1: "at 13: …". What is said of the whole expression is marked nowhere.
        const [, at] = /\bat (\d+): /.exec(message) ?? [];
        const from = at === undefined ? end : Math.min(Number(at) - 1, Math.max(0, end - 1));
        return { from, to: end, message, severity };
      });
      view.dispatch(setDiagnostics(view.state, marks));
    },
  };
}
