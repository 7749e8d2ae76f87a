// The editor of the demo page, with numbered lines and a list of what is wrong or doubtful.
import { makeEditor as editorIn } from "../editor.js";
import { make } from "../elements.js";
import { offersOf } from "../members.js";
import {
  GutterMarker,
  gutterLineClass,
  lineNumbers,
  RangeSet,
  setDiagnosticsEffect,
  StateField,
} from "../packages/codemirror.js";
import { hasPlace, marksOf } from "./check.js";
import { button, labelled } from "./pieces.js";

/** @typedef {import("./check.js").Finding} Finding */

const FAULTY = new (class extends GutterMarker {
  elementClass = "faulty";
})();

/** The numbers of lines with faults. */
const faultyLines = StateField.define({
  create: () => RangeSet.empty,
  update: (/** @type {any} */ set, /** @type {any} */ change) =>
    change.effects.reduce(
      (/** @type {any} */ before, /** @type {any} */ effect) =>
        effect.is(setDiagnosticsEffect) ? linesOf(errorsOf(effect.value), change.state.doc) : before,
      set.map(change.changes),
    ),
  provide: (/** @type {any} */ field) => gutterLineClass.from(field),
});

/** @param {readonly { severity: string }[]} found @returns {any[]} */
function errorsOf(found) {
  return found.filter(({ severity }) => severity === "error");
}

/** @param {readonly { from: number }[]} found @param {any} doc */
function linesOf(found, doc) {
  const begins = new Set(found.map(({ from }) => doc.lineAt(from).from));
  return RangeSet.of(
    [...begins].map((from) => FAULTY.range(from)),
    true,
  );
}

/**
 * @param {object} options
 * @param {import("./kinds.js").ResourceType} options.type
 * @param {string} options.label
 * @param {string} options.text
 * @param {(text: string) => void} options.changed
 * @param {() => import("../expression_names.js").Names} options.names  that expressions may read
 * @param {() => void} options.reveal  called before a place in it gets the focus
 */
export function makeEditor({ type, label, text, changed, names, reveal }) {
  const area = /** @type {HTMLTextAreaElement} */ (make("textarea", { "data-testid": "json" }));
  area.value = text;
  const list = make("ul", { class: "faults" });
  const field = labelled(label, area);
  const editor = editorIn(area, offersOf(type, names), () => changed(editor.text()), [lineNumbers(), faultyLines]);

  return {
    element: make("div", { class: "json" }, field, make("div", { role: "alert" }, list)),
    set: editor.fill,
    begin: editor.begin,
    get text() {
      return editor.text();
    },

    /** Gives a place of the JSON the focus. @param {import("../json_places.js").Place} [place] */
    go(place) {
      reveal();
      if (place === undefined) editor.content().focus();
      else editor.show(place);
    },

    /** Shows faults and doubts at their places. @param {readonly Finding[]} findings */
    show(findings) {
      editor.content().setAttribute("aria-invalid", String(findings.some(({ isDoubt }) => isDoubt !== true)));
      const placed = findings.filter(hasPlace);
      const marked = editor.mark(marksOf(placed));
      const items = placed.map(({ path, sentence, isDoubt }, index) => {
        const { line = 1, show = () => undefined } = marked[index] ?? {};
        const go = () => {
          reveal();
          show();
        };
        const item = make("li", { class: isDoubt === true ? "doubt" : "fault" });
        item.append(...(isDoubt === true ? [make("strong", {}, "Warning"), " "] : []));
        item.append(button(`Line ${line}`, go, { class: "link" }));
        item.append(...(path === "" ? [] : [" ", make("code", {}, path)]), `: ${sentence}`);
        return { line, item };
      });
      items.sort((one, other) => one.line - other.line);
      const others = findings.filter((one) => !placed.includes(one)).map(({ sentence }) => make("li", {}, sentence));
      list.replaceChildren(...others, ...items.map(({ item }) => item));
    },
  };
}
