// Members with names of the reader's own: claims and what they must be equal to, or expressions that give them their values.
import { make } from "../elements.js";
import { conditionControl } from "./conditions.js";
import { findingLine, grouped, iconButton, textButton } from "./row.js";
import { scalarControl } from "./scalars.js";
import { isObject, kindOf } from "./shape.js";

/** @import { About } from "./lists.js" */
/** @import { Control, Form } from "./row.js" */

/** @param {Form} form @param {About} about @returns {Control} */
export function mapControl(form, about) {
  const { label, place, value } = about;
  const entries = isObject(value) ? Object.entries(value) : [];
  /** @type {[name: string, value: unknown][]} */
  const shown = form.hasMore(place) ? [...entries, ["", undefined]] : entries;
  const rows = shown.map((entry, index) => entryRow(form, about, entry, index));
  const add = textButton("+ Add", () => form.add(place, true), { "aria-label": `Add: ${label}` });
  return grouped(about, make("ul", { role: "list", class: "rows" }, ...rows), add);
}

/**
 * @param {Form} form
 * @param {About} about
 * @param {[name: string, value: unknown]} entry
 * @param {number} index
 */
function entryRow(form, { label, schema, place, value: all }, [first, value], index) {
  const values = schema.additionalProperties;
  const what = `${label}, ${index + 1}`;
  // The name in the JSON; empty while there is none. What is written waits until it has both, name and value.
  let name = first;
  let now = value;
  const here = () => [...place, name === "" ? input.value : name];
  const input = /** @type {HTMLInputElement} */ (
    make("input", {
      id: form.newId(),
      type: "text",
      class: "entry-name",
      "aria-label": `${what}: name`,
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
    })
  );
  input.value = first;
  const taken = () => isObject(all) && input.value !== name && Object.hasOwn(all, input.value);
  input.addEventListener("input", () => {
    line.textContent = taken() ? "There is one of this name already." : input.value === "" ? "Give it a name." : "";
    input.setAttribute("aria-invalid", String(line.textContent !== ""));
    if (line.textContent !== "") return;
    if (name !== "") form.rename([...place, name], input.value);
    else if (now !== undefined) form.put([...place, input.value], now);
    else return;
    name = input.value;
  });
  const put = (/** @type {unknown} */ given) => {
    now = given;
    if (name === "" && (input.value === "" || taken() || given === undefined)) return;
    if (name === "") name = input.value;
    form.put([...place, name], given ?? "");
  };
  const id = form.newId();
  const about = { id, label: what, schema: values, value, isNeeded: true, put, place, names: form.names };
  const made = kindOf(values) === "condition" ? conditionControl(about) : scalarControl(about);
  const line = findingLine(form, here, { target: input, say: (said) => made.say?.(said) });
  const remove = () => {
    form.put([...place, name], undefined);
    form.draw(place);
  };
  const bar = make("div", { class: "row-bar" }, input, iconButton("−", `Remove ${what}`, remove, "row-remove"));
  const isNew = first === "" ? { "data-is-new": "" } : {};
  return make("li", { class: "entry", ...isNew }, bar, make("div", { class: "entry-value" }, made.element), line);
}
