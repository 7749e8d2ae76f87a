// An expression of the policy language: a text area that becomes an editor of one or few lines, as soon as that is loaded.
import { make } from "../elements.js";

/** @import { Said } from "./row.js" */
/** @import { About } from "./scalars.js" */
/** @import { Control } from "./row.js" */

/** @param {About} about @returns {Control} */
export function expressionControl({ id, label, value, isNeeded, put, place, names }) {
  const name = label === undefined ? { "aria-labelledby": `${id}-label` } : { "aria-label": label };
  const area = /** @type {HTMLTextAreaElement} */ (
    make("textarea", { id, ...name, rows: "1", autocapitalize: "off", spellcheck: "false" })
  );
  area.value = typeof value === "string" ? value : "";
  const changed = (/** @type {string} */ text) => put(text === "" && !isNeeded ? undefined : text);
  area.addEventListener("input", () => changed(area.value));
  const element = make("div", { class: "expression" }, area);
  /** @type {readonly Said[]} */
  let last = [];
  /** @type {Control} */
  const control = { element, target: area, isWide: true, say: (said) => (last = said) };
  void upgrade();
  return control;

  async function upgrade() {
    const code = await import("./code_expression.js").catch(() => undefined);
    if (code === undefined) return;
    const editor = code.expressionEditor(area, { changed, place, names });
    const hadFocus = document.activeElement === area;
    area.replaceWith(editor.element);
    control.target = editor.target;
    control.say = editor.say;
    editor.say(last);
    if (hadFocus) editor.target.focus();
  }
}
