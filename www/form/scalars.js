// Controls for one value. What is emptied is taken out of the JSON, unless the resource needs it.
import { lengthText } from "../duration.js";
import { make } from "../elements.js";
import { expressionControl } from "./expression.js";
import { kindOf } from "./shape.js";

/** @import { Names } from "../expression_names.js" */
/** @import { Place } from "../json_places.js" */
/** @import { Schema } from "../schema.js" */
/** @import { Control } from "./row.js" */

/**
 * @typedef {object} About
 * @property {string} id
 * @property {string} [label]  where no other element is the label
 * @property {Schema} schema
 * @property {unknown} value
 * @property {boolean} isNeeded
 * @property {(value: unknown) => void} put
 * @property {Place} place  of the value, or of what it is in
 * @property {() => Names} names  that expressions may read
 */

const PLAIN = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };

/** @param {About} about @returns {Control} */
export function scalarControl(about) {
  switch (kindOf(about.schema)) {
    case "flag":
      return flag(about);
    case "choice":
      return choice(about);
    case "number":
      return number(about);
    case "secret":
      return secret(about);
    case "expression":
      return expressionControl(about);
    default:
      return text(about);
  }
}

/** @param {About} about */
function attributes({ id, label }) {
  return { id, ...(label === undefined ? {} : { "aria-label": label }) };
}

/** @param {About} about @returns {Control} */
function text(about) {
  const { schema, value, isNeeded, put } = about;
  const input = /** @type {HTMLInputElement} */ (make("input", { ...attributes(about), ...PLAIN, type: "text" }));
  input.value = textOf(value);
  input.addEventListener("input", () => put(input.value === "" && !isNeeded ? undefined : input.value));
  if (schema.examples === undefined) return { element: input, target: input, isWide: true };
  const list = make("datalist", { id: `${about.id}-examples` });
  list.append(...schema.examples.map((/** @type {string} */ one) => make("option", { value: one })));
  input.setAttribute("list", list.id);
  return { element: make("div", { class: "with-list" }, input, list), target: input, isWide: true };
}

/** Masked, until one asks to see it. `***` is what the service shows in place of a stored one. @param {About} about @returns {Control} */
function secret(about) {
  const { element: input, target } = text(about);
  const isMask = () => /** @type {HTMLInputElement} */ (target).value === "***";
  const button = make("button", { type: "button", class: "more", "aria-pressed": "false" }, "Show");
  const show = (/** @type {boolean} */ isShown) => {
    target.setAttribute("type", isShown || isMask() ? "text" : "password");
    button.setAttribute("aria-pressed", String(isShown));
  };
  button.setAttribute("aria-label", "Show the secret");
  button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
  target.addEventListener("input", () => show(button.getAttribute("aria-pressed") === "true"));
  show(false);
  return { element: make("div", { class: "with-button" }, input, button), target, isWide: true };
}

/** All numbers of resources are seconds. @param {About} about @returns {Control} */
function number(about) {
  const { schema, value, put } = about;
  const placeholder = schema.default === undefined ? {} : { placeholder: String(schema.default) };
  const input = /** @type {HTMLInputElement} */ (
    make("input", { ...attributes(about), ...PLAIN, type: "text", inputmode: "numeric", ...placeholder })
  );
  input.value = textOf(value);
  const words = make("span", { class: "unit" });
  const say = () => {
    const length = lengthText(Number(input.value || schema.default));
    const isSame = length === "" || /^\d+ seconds?$/.test(length);
    words.replaceChildren(make("span", {}, "seconds"), ...(isSame ? [] : [make("span", {}, `= ${length}`)]));
  };
  input.addEventListener("input", () => {
    say();
    const given = input.value.trim();
    // What is no number is the module's to refuse.
    put(given === "" ? undefined : /^\d{1,15}$/.test(given) ? Number(given) : given);
  });
  say();
  return { element: make("div", { class: "with-unit" }, input, words), target: input };
}

/** @param {About} about @returns {Control} */
function flag(about) {
  const { schema, value, put } = about;
  const input = /** @type {HTMLInputElement} */ (
    make("input", { ...attributes(about), type: "checkbox", role: "switch" })
  );
  input.checked = typeof value === "boolean" ? value : schema.default === true;
  input.addEventListener("input", () => put(input.checked));
  return { element: input, target: input };
}

/** @param {About} about @returns {Control} */
function choice(about) {
  const { schema, value, isNeeded, put } = about;
  const select = /** @type {HTMLSelectElement} */ (make("select", attributes(about)));
  const values = schema.enum ?? [schema.const];
  const usual = schema.default === undefined ? "not set" : `not set: ${schema.default}`;
  if (!isNeeded || value === undefined) select.append(make("option", { value: "" }, usual));
  const unknown = typeof value === "string" && !values.includes(value) ? [value] : [];
  select.append(...[...values, ...unknown].map((one) => make("option", { value: one }, one)));
  select.value = textOf(value);
  select.addEventListener("input", () => put(select.value === "" ? undefined : select.value));
  return { element: select, target: select };
}

/** @param {unknown} value */
function textOf(value) {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}
