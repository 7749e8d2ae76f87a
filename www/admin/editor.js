// JSON as text, with numbered lines and what is wrong with it at its place.
import { make } from "../elements.js";
import { lineOf, placeOf, stepsOf } from "./json_place.js";
import { button, labelled } from "./pieces.js";

/** @typedef {import("./session.js").Fault} Fault */

/**
 * @param {{ label: string, text: string, changed: (text: string) => void }} options
 */
export function makeEditor({ label, text, changed }) {
  const attributes = {
    spellcheck: "false",
    autocapitalize: "none",
    autocomplete: "off",
    wrap: "off",
    "data-testid": "json",
  };
  const area = /** @type {HTMLTextAreaElement} */ (make("textarea", attributes));
  const numbers = make("div", { class: "numbers", "aria-hidden": "true" });
  const list = make("ul", { class: "faults" });
  const frame = make("div", { class: "editor" }, numbers, area);
  const field = labelled(label, frame);
  // The label is the text's, not the frame's.
  area.id = frame.id;
  frame.removeAttribute("id");
  /** @type {Set<number>} */
  let faulty = new Set();

  const number = () => {
    const count = area.value.split("\n").length;
    const line = (/** @type {number} */ one) => make("span", faulty.has(one) ? { class: "faulty" } : {}, String(one));
    numbers.replaceChildren(...Array.from({ length: count }, (_, index) => line(index + 1)));
    area.rows = Math.min(Math.max(count + 1, 8), 40);
  };
  area.addEventListener("input", () => {
    number();
    changed(area.value);
  });
  area.addEventListener("scroll", () => (numbers.scrollTop = area.scrollTop));

  const set = (/** @type {string} */ value) => {
    area.value = value;
    number();
  };
  set(text);

  return {
    element: make("div", {}, field, make("div", { role: "alert" }, list)),
    set,
    get text() {
      return area.value;
    },

    /** Shows faults at their places. @param {readonly Fault[]} faults */
    show(faults) {
      const placed = faults.map((fault) => {
        const { from, to } = fault.path === "" ? { from: 0, to: 0 } : placeOf(area.value, stepsOf(fault.path));
        return { ...fault, from, to, line: lineOf(area.value, from) };
      });
      placed.sort((one, other) => one.from - other.from);
      faulty = new Set(placed.filter(({ path }) => path !== "").map(({ line }) => line));
      area.toggleAttribute("aria-invalid", faults.length > 0);
      number();
      list.replaceChildren(
        ...placed.map(({ path, sentence, from, to, line }) => {
          if (path === "") return make("li", {}, sentence);
          const go = () => {
            area.focus();
            area.setSelectionRange(from, to);
            area.scrollTop = (line - 3) * (area.scrollHeight / Math.max(area.value.split("\n").length, 1));
          };
          return make(
            "li",
            {},
            button(`Line ${line}`, go, { class: "link" }),
            " ",
            make("code", {}, path),
            `: ${sentence}`,
          );
        }),
      );
    },
  };
}
