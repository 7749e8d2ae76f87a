// An expression of the policy language, in an editor of one or few lines that marks where the module stumbles.
import { codeField } from "../code_field.js";
import { EditorView, setDiagnostics } from "../packages/codemirror.js";

/** @import { About } from "./scalars.js" */
/** @import { Control } from "./row.js" */

/** @param {About} about @returns {Control} */
export function expressionControl({ id, label, value, isNeeded, put }) {
  const { view } = codeField({
    text: typeof value === "string" ? value : "",
    attributes: { id, ...(label === undefined ? { "aria-labelledby": `${id}-label` } : { "aria-label": label }) },
    extensions: [EditorView.lineWrapping],
    changed() {
      const text = view.state.doc.toString();
      put(text === "" && !isNeeded ? undefined : text);
    },
  });
  return {
    element: view.dom,
    target: view.contentDOM,
    isWide: true,
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
