// The editor of the demo page, with numbered lines and a list of what is wrong.
import { makeEditor as editorIn } from "../editor.js";
import { make } from "../elements.js";
import { placeIn } from "../json_places.js";
import { offersAt } from "../members.js";
import {
  GutterMarker,
  gutterLineClass,
  lineNumbers,
  RangeSet,
  setDiagnosticsEffect,
  StateField,
} from "../packages/codemirror.js";
import { button, labelled } from "./pieces.js";

/** @typedef {import("./session.js").Fault} Fault */

const FAULTY = new (class extends GutterMarker {
  elementClass = "faulty";
})();

/** The numbers of lines with faults. */
const faultyLines = StateField.define({
  create: () => RangeSet.empty,
  update: (/** @type {any} */ set, /** @type {any} */ change) =>
    change.effects.reduce(
      (/** @type {any} */ before, /** @type {any} */ effect) =>
        effect.is(setDiagnosticsEffect) ? linesOf(effect.value, change.state.doc) : before,
      set.map(change.changes),
    ),
  provide: (/** @type {any} */ field) => gutterLineClass.from(field),
});

/** @param {readonly { from: number }[]} found @param {any} doc */
function linesOf(found, doc) {
  const begins = new Set(found.map(({ from }) => doc.lineAt(from).from));
  return RangeSet.of(
    [...begins].map((from) => FAULTY.range(from)),
    true,
  );
}

/**
 * @param {{ type: import("./kinds.js").ResourceType, label: string, text: string, changed: (text: string) => void }} options
 */
export function makeEditor({ type, label, text, changed }) {
  const area = /** @type {HTMLTextAreaElement} */ (make("textarea", { "data-testid": "json" }));
  area.value = text;
  const list = make("ul", { class: "faults" });
  const field = labelled(label, area);
  const editor = editorIn(
    area,
    (place, isName) => offersAt(type, place, isName),
    () => changed(editor.text()),
    [lineNumbers(), faultyLines],
  );

  return {
    element: make("div", { class: "json" }, field, make("div", { role: "alert" }, list)),
    set: editor.fill,
    begin: editor.begin,
    get text() {
      return editor.text();
    },

    /** Shows faults at their places. @param {readonly Fault[]} faults */
    show(faults) {
      editor.content().setAttribute("aria-invalid", String(faults.length > 0));
      const placed = faults.filter(({ path }) => path !== "");
      const marked = editor.mark(
        placed.map(({ path, sentence }) => ({ place: placeIn(path), message: sentence, severity: "error" })),
      );
      const items = placed.map(({ path, sentence }, index) => {
        const { line = 1, show = () => undefined } = marked[index] ?? {};
        const link = button(`Line ${line}`, show, { class: "link" });
        return { line, item: make("li", {}, link, " ", make("code", {}, path), `: ${sentence}`) };
      });
      items.sort((one, other) => one.line - other.line);
      const others = faults.filter(({ path }) => path === "").map(({ sentence }) => make("li", {}, sentence));
      list.replaceChildren(...others, ...items.map(({ item }) => item));
    },
  };
}
