// The fields that the reader edits: JSON in text areas, words in inputs.
import { element } from "./elements.js";
import { jsonText } from "./json_text.js";

/** @import { FieldName } from "./checks.js" */
/** @import { Example } from "./examples.js" */

const JSON_FIELDS = /** @type {const} */ (["subject-claims", "client", "introspector", "user"]);
const TEXT_FIELDS = /** @type {const} */ (["scope", "audience", "client-secret", "signing-secret"]);

/** @typedef {(typeof JSON_FIELDS)[number]} JsonField */

/**
 * What stands in the fields; a fault for each one that is not JSON.
 * @typedef {object} Given
 * @property {Record<JsonField, unknown>} json
 * @property {Record<(typeof TEXT_FIELDS)[number], string>} text
 * @property {Map<FieldName, string>} faults
 */

/**
 * Calls `changed` when the reader changes a field.
 * @param {() => void} changed
 */
export function watchFields(changed) {
  for (const name of JSON_FIELDS) {
    const area = areaOf(name);
    Object.assign(area, { spellcheck: false, autocomplete: "off" });
    area.setAttribute("autocapitalize", "off");
    area.addEventListener("input", () => {
      fit(area);
      changed();
    });
  }
  for (const name of TEXT_FIELDS) element(name, HTMLInputElement).addEventListener("input", changed);
  // Lines wrap differently in another width.
  addEventListener("resize", () => JSON_FIELDS.forEach((name) => fit(areaOf(name))));
}

/** @param {Example} example */
export function fillFields(example) {
  const json = {
    "subject-claims": example.subjectClaims,
    client: example.client,
    introspector: example.introspector,
    user: example.user,
  };
  for (const name of JSON_FIELDS) {
    const area = areaOf(name);
    area.value = jsonText(json[name]);
    fit(area);
  }
  const text = {
    scope: example.scope,
    audience: example.audience,
    "client-secret": example.clientSecret,
    "signing-secret": example.signingSecret,
  };
  for (const name of TEXT_FIELDS) element(name, HTMLInputElement).value = text[name];
}

/** @returns {Given} */
export function readFields() {
  /** @type {Given["faults"]} */
  const faults = new Map();
  const json = JSON_FIELDS.map((name) => {
    try {
      return [name, JSON.parse(areaOf(name).value)];
    } catch (error) {
      faults.set(name, notJson(error));
      return [name, undefined];
    }
  });
  const text = TEXT_FIELDS.map((name) => [name, element(name, HTMLInputElement).value.trim()]);
  return { json: Object.fromEntries(json), text: Object.fromEntries(text), faults };
}

// Every engine has its own words for it; the place is what helps.
/** @param {unknown} error */
function notJson(error) {
  const place = error instanceof Error ? /line (\d+) column (\d+)/.exec(error.message) : null;
  return place === null ? "This is not JSON." : `This is not JSON: see line ${place[1]}, character ${place[2]}.`;
}

/**
 * Marks fields, and says below those that have one what is wrong with them.
 * @param {readonly FieldName[]} marked
 * @param {ReadonlyMap<FieldName, string>} faults
 */
export function markFields(marked, faults) {
  for (const name of [...JSON_FIELDS, ...TEXT_FIELDS]) {
    const field = element(name, HTMLElement);
    if (faults.has(name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    field.classList.toggle("blamed", marked.includes(name) || faults.has(name));
  }
  for (const name of JSON_FIELDS) element(`${name}-fault`, HTMLElement).textContent = faults.get(name) ?? "";
}

/** @param {JsonField} name */
function areaOf(name) {
  return element(name, HTMLTextAreaElement);
}

// As high as its text.
/** @param {HTMLTextAreaElement} area */
function fit(area) {
  area.rows = 1;
  const { paddingTop, paddingBottom, lineHeight } = getComputedStyle(area);
  const text = area.scrollHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
  area.rows = Math.max(3, Math.round(text / parseFloat(lineHeight)));
}
