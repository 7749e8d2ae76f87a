// What a claim must be equal to: a text, true or false, or one of several of them.
import { make } from "../elements.js";
import { iconButton, textButton } from "./row.js";

/** @import { About } from "./scalars.js" */
/** @import { Control } from "./row.js" */

const KINDS = /** @type {const} */ ([
  ["text", "is"],
  ["true", "is true"],
  ["false", "is false"],
]);

/**
 * @param {Omit<About, "isNeeded"> & { label: string }} about
 * @returns {Control}
 */
export function conditionControl({ id, label, value, put }) {
  const element = make("div", { id, role: "group", "aria-label": `${label}: value` });
  const isList = Array.isArray(value);
  /** @type {(string | boolean | undefined)[]} */
  let values = isList ? [...value] : [/** @type {string | boolean | undefined} */ (value)];
  const changed = () => {
    const given = values.filter((one) => one !== undefined);
    put(isList || given.length > 1 ? given : given[0]);
  };
  const draw = () => {
    const rows = values.map((one, index) => {
      const what = values.length === 1 ? label : `${label}, value ${index + 1}`;
      const made = alternative(one, what, index, (now) => {
        values[index] = now;
        changed();
      });
      if (values.length === 1) return made;
      const remove = () => {
        values = values.filter((_, other) => other !== index);
        changed();
        draw();
        element.querySelector("select")?.focus();
      };
      made.append(iconButton("−", `Remove ${what}`, remove, "row-remove"));
      return made;
    });
    const add = textButton(
      "+ or another value",
      () => {
        values = [...values, undefined];
        draw();
        /** @type {HTMLElement | undefined} */ ([...element.querySelectorAll("input")].at(-1))?.focus();
      },
      { "aria-label": `Or another value: ${label}` },
    );
    element.replaceChildren(...rows, add);
  };
  draw();
  return { element, target: element };
}

/**
 * @param {string | boolean | undefined} value
 * @param {string} what
 * @param {number} index
 * @param {(value: string | boolean) => void} put
 */
function alternative(value, what, index, put) {
  const select = /** @type {HTMLSelectElement} */ (make("select", { "aria-label": `${what}: how it is compared` }));
  select.append(...KINDS.map(([kind, title]) => make("option", { value: kind }, index === 0 ? title : `or ${title}`)));
  const input = /** @type {HTMLInputElement} */ (
    make("input", {
      type: "text",
      "aria-label": `${what}: text`,
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
    })
  );
  input.value = typeof value === "string" ? value : "";
  select.value = typeof value === "boolean" ? String(value) : "text";
  input.hidden = typeof value === "boolean";
  select.addEventListener("input", () => {
    input.hidden = select.value !== "text";
    put(input.hidden ? select.value === "true" : input.value);
  });
  input.addEventListener("input", () => put(input.value));
  return make("div", { class: "row-bar" }, select, input);
}
