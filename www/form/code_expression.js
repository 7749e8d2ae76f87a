// The editor of an expression, which offers the words of its language, and marks where the module stumbles.
import { codeField, completion } from "../code_field.js";
import { wordsAt } from "../expression_words.js";
import { EditorView, setDiagnostics } from "../packages/codemirror.js";

/** @import { Names } from "../expression_names.js" */
/** @import { Place } from "../json_places.js" */
/** @import { Said } from "./row.js" */

/**
 * Takes the text, the id and the name of a text area, and what describes it.
 * @param {HTMLTextAreaElement} area
 * @param {{ changed: (text: string) => void, place: Place, names: () => Names }} options
 */
export function expressionEditor(area, { changed, place, names }) {
  const kept = ["id", "aria-label", "aria-labelledby", "aria-describedby", "aria-invalid"];
  const given = kept.map((name) => /** @type {const} */ ([name, area.getAttribute(name)]));
  const { view } = codeField({
    text: area.value,
    attributes: Object.fromEntries(given.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
    extensions: [
      EditorView.lineWrapping,
      completion(({ state, pos, explicit: isExplicit }) =>
        wordsAt({ before: state.sliceDoc(0, pos), isExplicit, place, names: names() }, pos),
      ),
    ],
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
      const characters = [...view.state.doc.toString()];
      const marks = said.map(({ message, severity }) => {
        // The module counts characters from 1: "at 13: …". What is said of the whole expression is marked nowhere.
        const [, at] = /\bat (\d+): /.exec(message) ?? [];
        const before = characters.slice(0, Number(at) - 1).join("").length;
        const from = at === undefined ? end : Math.min(before, Math.max(0, end - 1));
        return { from, to: end, message, severity };
      });
      view.dispatch(setDiagnostics(view.state, marks));
    },
  };
}
