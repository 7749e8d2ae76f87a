// The members that are changed most often, as a form beside the JSON.
import { make } from "../elements.js";
import { identifierText } from "./kinds.js";
import { checkbox, labelled, select } from "./pieces.js";

/** @typedef {import("./kinds.js").Field} Field */

/**
 * @param {readonly Field[]} fields
 * @param {(change: (resource: any) => void) => void} changed  gets what is to be done to the resource
 */
export function makeForm(fields, changed) {
  const rows = fields.map((field) => {
    const control = controlOf(field);
    control.dataset.member = field.path.join(".");
    control.addEventListener("input", () => changed((resource) => put(resource, field.path, valueOf(field, control))));
    const element =
      field.kind === "check"
        ? checkbox(field.label, /** @type {HTMLInputElement} */ (control))
        : labelled(field.label, control, field.help);
    return { field, control, element };
  });
  const set = make("fieldset", { class: "form" }, make("legend", { class: "unseen" }, "Members"));
  set.append(...rows.map(({ element }) => element));
  return {
    element: set,

    /** Shows a resource; `undefined` where the JSON is none. @param {any} resource */
    fill(resource) {
      set.toggleAttribute("disabled", resource === undefined);
      if (resource === undefined) return;
      for (const { field, control } of rows) {
        if (control !== document.activeElement) show(field, control, at(resource, field.path));
      }
    },
  };
}

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/** @param {Field} field @returns {Control} */
function controlOf({ kind, choices = [] }) {
  const plain = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };
  switch (kind) {
    case "check":
      return /** @type {HTMLInputElement} */ (make("input", { type: "checkbox" }));
    case "choice":
      return select(choices);
    case "lines":
    case "identifiers":
      return /** @type {HTMLTextAreaElement} */ (make("textarea", { ...plain, rows: "2", wrap: "off" }));
    case "number":
      return /** @type {HTMLInputElement} */ (make("input", { ...plain, inputmode: "numeric" }));
    default:
      return /** @type {HTMLInputElement} */ (make("input", plain));
  }
}

/** @param {Field} field @param {Control} control @param {any} value */
function show({ kind, otherwise }, control, value) {
  if (kind === "check") {
    /** @type {HTMLInputElement} */ (control).checked = typeof value === "boolean" ? value : otherwise === true;
  } else if (kind === "lines" || kind === "identifiers") {
    const lines = Array.isArray(value) ? value : [];
    control.value = lines.map((line) => (kind === "lines" ? String(line) : identifierText(line ?? {}))).join("\n");
    /** @type {HTMLTextAreaElement} */ (control).rows = Math.min(Math.max(lines.length, 1), 6) + 1;
  } else {
    control.value = value === undefined || value === null || typeof value === "object" ? "" : String(value);
  }
}

/** @param {Field} field @param {Control} control @returns {unknown} `undefined` for a member that is to go */
function valueOf({ kind, otherwise }, control) {
  if (kind === "check") {
    const { checked } = /** @type {HTMLInputElement} */ (control);
    return checked === otherwise ? undefined : checked;
  }
  const text = control.value.trim();
  const lines = control.value.split("\n").map((line) => line.trim());
  const filled = lines.filter((line) => line !== "");
  if (kind === "lines") return filled.length === 0 ? undefined : filled;
  if (kind === "identifiers") {
    const identifiers = filled.map((line) => {
      const at = line.lastIndexOf("|");
      return { system: line.slice(0, Math.max(at, 0)), value: line.slice(at + 1) };
    });
    return identifiers.length === 0 ? undefined : identifiers;
  }
  if (text === "") return undefined;
  // What is no number is the service's to refuse.
  return kind === "number" && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/** @param {any} object @param {readonly string[]} path */
function at(object, path) {
  return path.reduce(
    (place, name) => (isObject(place) && Object.hasOwn(place, name) ? place[name] : undefined),
    object,
  );
}

/** Puts a member at its place; one that goes takes objects with it that are empty then. */
function put(
  /** @type {any} */ object,
  /** @type {readonly string[]} */ [name, ...rest],
  /** @type {unknown} */ value,
) {
  if (name === undefined) return;
  if (rest.length === 0) {
    if (value === undefined) delete object[name];
    else object[name] = value;
    return;
  }
  if (!isObject(object[name])) {
    if (value === undefined) return;
    object[name] = {};
  }
  put(object[name], rest, value);
  if (Object.keys(object[name]).length === 0) delete object[name];
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
