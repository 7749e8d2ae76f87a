// The fields that the reader edits: JSON in text areas, words in inputs. What is said about a field stands in the line
// below it, which is always there, so that nothing moves while one types.
import { element, make } from "./elements.js";
import { jsonText } from "./json_text.js";

/** @import { Editor, Mark } from "./editor.js" */
/** @import { ResourceForm } from "./form/form.js" */
/** @import { Place } from "./json_places.js" */
/** @import { Example } from "./presets.js" */
/** @import { Prover } from "./proof.js" */

/** @typedef {"subject" | "actor" | "client" | "introspector" | "user"} JsonName */
/** @typedef {"scope" | "audience" | "secret"} TextName */
/** @typedef {"signer" | "prover"} ChoiceName */
/** @typedef {JsonName | TextName | ChoiceName} FieldName */
/** @typedef {"json" | "text" | readonly [value: string, label: string][]} Kind  of a field; a list is a choice */

// `short`: what a place in it begins with.
/** @type {Record<FieldName, { panel: "in" | "rules", label: string, hint: string, kind: Kind, short: string }>} */
export const FIELDS = {
  subject: { short: "subject token", panel: "in", kind: "json", label: "What it says (its claims)", hint: "" },
  signer: {
    short: "subject token",
    panel: "in",
    kind: [
      ["issuer", "Its issuer"],
      ["forger", "A forger, with another key"],
    ],
    label: "Who signs it",
    hint: "The key was made in this page, and stays in it.",
  },
  prover: {
    short: "request",
    panel: "in",
    kind: [
      ["app", "The app that it is bound to"],
      ["thief", "A thief, with a key of his own"],
      ["nobody", "Nobody"],
    ],
    label: "Who proves the key (DPoP)",
    hint: "The proof is signed for this one request.",
  },
  scope: {
    short: "request",
    panel: "in",
    kind: "text",
    label: "Asked for: to do what (scope)",
    hint: "Names with a space between them.",
  },
  audience: {
    short: "request",
    panel: "in",
    kind: "text",
    label: "Asked for: at which API (audience)",
    hint: "The only one that should take the new token.",
  },
  secret: {
    short: "request",
    panel: "in",
    kind: "text",
    label: "The app’s own secret",
    hint: "Sent along to prove which app asks.",
  },
  actor: { short: "actor token", panel: "in", kind: "json", label: "Who acts: claims of a second token", hint: "" },
  client: { short: "Client", panel: "rules", kind: "json", label: "Client", hint: "Which app may ask, and for what." },
  introspector: {
    short: "TokenIntrospector",
    panel: "rules",
    kind: "json",
    label: "TokenIntrospector",
    hint: "Whose tokens are trusted, and by which key.",
  },
  user: { short: "User", panel: "rules", kind: "json", label: "User", hint: "Who is known here." },
};

/** @type {Map<FieldName, Editor>} of the fields with JSON; without one a field is a text area */
const editors = new Map();

/**
 * Gives the fields with JSON an editor.
 * @param {(area: HTMLTextAreaElement, name: JsonName) => Editor} make
 */
export function useEditors(make) {
  for (const name of JSON_NAMES) editors.set(name, make(/** @type {HTMLTextAreaElement} */ (element(name)), name));
}

/** @type {Map<FieldName, ResourceForm>} of the fields with rules; shown in place of the JSON, or behind it */
const forms = new Map();
let asForms = false;
/** @type {ReadonlyMap<FieldName, readonly Mark[]>} what is marked now */
let marked = new Map();

/**
 * Gives the fields with rules a form beside the editor that they have.
 * @param {(name: RuleName, how: { changed: (text: string) => void, showJson: (place?: Place) => void }) => Promise<ResourceForm>} make
 * @param {() => void} changed  called when the reader changes one
 * @param {() => void} toJson  shows the JSON in place of the forms
 */
export async function useForms(make, changed, toJson) {
  for (const name of RULE_NAMES) {
    const editor = editors.get(name);
    if (editor === undefined) return;
    const form = await make(name, {
      changed(text) {
        editor.fill(text);
        changed();
      },
      showJson(place) {
        toJson();
        if (place === undefined) element(name).focus();
        else editor.show(place);
      },
    });
    forms.set(name, form);
    element(`${name}-line`).before(form.element);
  }
}

/** Shows the rules as forms, or as JSON. @param {boolean} isOn */
export function showForms(isOn) {
  asForms = isOn;
  for (const [name, form] of forms) {
    form.element.hidden = !isOn;
    /** @type {HTMLElement} */ (element(name).closest(".cm-editor")).hidden = isOn;
    if (isOn) fillForm(name);
  }
}

/** @param {FieldName} name */
function fillForm(name) {
  forms.get(name)?.fill(textOf(/** @type {JsonName} */ (name)));
  forms.get(name)?.mark(marked.get(name) ?? []);
}

/** @param {FieldName} name */
export function focusField(name) {
  const form = asForms ? forms.get(name) : undefined;
  if (form === undefined) element(name).focus();
  else form.focus();
  element(`${name}-field`).scrollIntoView({ block: "nearest" });
}

/**
 * Marks places in the fields with JSON, and takes back what was marked before.
 * @param {ReadonlyMap<FieldName, readonly Mark[]>} marks
 */
export function markPlaces(marks) {
  marked = marks;
  for (const [name, editor] of editors) editor.mark(marks.get(name) ?? []);
  for (const [name, form] of forms) form.mark(marks.get(name) ?? []);
}

const NAMES = /** @type {FieldName[]} */ (Object.keys(FIELDS));
/** @type {JsonName[]} */
export const JSON_NAMES = ["subject", "actor", "client", "introspector", "user"];
const RULE_NAMES = /** @type {const} */ (["client", "introspector", "user"]);
/** @typedef {(typeof RULE_NAMES)[number]} RuleName */
const TEXT_NAMES = /** @type {TextName[]} */ (["scope", "audience", "secret"]);

/**
 * What stands in the fields; a fault for each one that is not JSON.
 * @typedef {object} Given
 * @property {Record<JsonName, any>} json  `actor` is undefined when nobody acts
 * @property {Record<TextName, string>} text
 * @property {boolean} forged
 * @property {Prover | undefined} prover
 * @property {Map<FieldName, string>} faults
 */

/**
 * Makes the fields, and calls `changed` when the reader changes one.
 * @param {() => void} changed
 */
export function makeFields(changed) {
  for (const name of NAMES) {
    const { panel, label, hint, kind } = FIELDS[name];
    const line = make("p", { class: "line", id: `${name}-line` }, hint);
    const field = make(
      "div",
      { class: `field ${typeof kind === "string" ? kind : "choice"}`, id: `${name}-field` },
      make("label", { for: name }, label),
      control(name, kind),
      line,
    );
    element(`${panel}-fields`).append(field);
  }
  for (const name of NAMES) {
    element(name).addEventListener("input", () => {
      fit(name);
      changed();
    });
  }
  const acts = /** @type {HTMLInputElement} */ (element("acts"));
  // With the fields of the token that comes in; the actor's follows it.
  element("actor-field").before(element("acts-field"));
  acts.addEventListener("input", () => {
    showActor();
    changed();
  });
  // Lines wrap differently in another width.
  addEventListener("resize", () => JSON_NAMES.forEach(fit));
}

/**
 * @param {FieldName} name
 * @param {Kind} kind
 */
function control(name, kind) {
  const common = { id: name, "data-testid": name, "aria-describedby": `${name}-line` };
  if (typeof kind !== "string") {
    return make("select", common, ...kind.map(([value, title]) => make("option", { value }, title)));
  }
  const plain = { ...common, autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
  return kind === "json" ? make("textarea", plain) : make("input", { ...plain, type: "text" });
}

/** @param {Example} example */
export function fillFields(example) {
  const acts = /** @type {HTMLInputElement} */ (element("acts"));
  acts.checked = example.actor !== undefined;
  showActor();
  for (const name of JSON_NAMES) {
    const value = example[name] ?? { ...example.subject, sub: "helper", scope: undefined };
    setText(name, jsonText(value));
  }
  valued("scope").value = example.scope;
  valued("audience").value = example.audience;
  valued("secret").value = example.secret ?? example.client.secret;
  valued("signer").value = example.forged ? "forger" : "issuer";
  valued("prover").value = example.prover ?? "nobody";
  element("prover-field").hidden = example.prover === undefined;
}

/**
 * What stands in the fields, as the example that would fill them so. Undefined while one of them is not JSON.
 * @param {Example} filled  what they were filled with
 * @returns {Example | undefined}
 */
export function currentExample(filled) {
  const { json, text, forged, prover, faults } = readFields();
  if (faults.size > 0) return undefined;
  const { secret, ...asked } = text;
  const own = filled.secret === undefined && secret === String(filled.client?.secret) ? {} : { secret };
  const actor = json.actor === undefined ? {} : { actor: json.actor };
  const { subject, client, introspector, user } = json;
  const example = { subject, client, introspector, user, ...actor, ...asked, ...own };
  return { ...example, ...(forged ? { forged } : {}), ...(prover === undefined ? {} : { prover }) };
}

function showActor() {
  const acts = /** @type {HTMLInputElement} */ (element("acts"));
  element("actor-field").hidden = !acts.checked;
  fit("actor");
}

/** @returns {Given} */
export function readFields() {
  /** @type {Given["faults"]} */
  const faults = new Map();
  const json = JSON_NAMES.map((name) => {
    if (name === "actor" && element("actor-field").hidden) return [name, undefined];
    try {
      return [name, JSON.parse(textOf(name))];
    } catch (error) {
      faults.set(name, notJson(error));
      return [name, undefined];
    }
  });
  const text = TEXT_NAMES.map((name) => [name, valued(name).value.trim()]);
  const forged = valued("signer").value === "forger";
  const prover = isShown("prover") ? /** @type {Prover} */ (valued("prover").value) : undefined;
  return { json: Object.fromEntries(json), text: Object.fromEntries(text), forged, prover, faults };
}

/**
 * Whether the situation has this field.
 * @param {FieldName} name
 */
export function isShown(name) {
  return !element(`${name}-field`).hidden;
}

// Every engine has its own words for it; the place is what helps.
/** @param {unknown} error */
function notJson(error) {
  const place = error instanceof Error ? /line (\d+) column (\d+)/.exec(error.message) : null;
  return place === null ? "Not JSON yet." : `Not JSON yet: see line ${place[1]}, character ${place[2]}.`;
}

/**
 * Says below a field what is wrong with it, and takes back what was said before.
 * @param {ReadonlyMap<FieldName, string>} faults
 * @param {ReadonlyMap<FieldName, string>} [hints]  in place of the usual ones
 */
export function markFields(faults, hints = new Map()) {
  for (const name of NAMES) {
    const fault = faults.get(name);
    const field = element(name);
    if (fault === undefined) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
    const line = element(`${name}-line`);
    line.textContent = fault ?? hints.get(name) ?? FIELDS[name].hint;
    line.classList.toggle("fault", fault !== undefined);
    element(`${name}-field`).toggleAttribute("data-fault", fault !== undefined);
  }
}

/** @param {FieldName} name */
function valued(name) {
  return /** @type {HTMLTextAreaElement | HTMLInputElement | HTMLSelectElement} */ (element(name));
}

/** @param {JsonName} name */
export function textOf(name) {
  return editors.get(name)?.text() ?? valued(name).value;
}

/**
 * @param {JsonName} name
 * @param {string} text
 */
function setText(name, text) {
  const editor = editors.get(name);
  if (editor !== undefined) {
    editor.fill(text);
    if (asForms) fillForm(name);
    return;
  }
  valued(name).value = text;
  fit(name);
}

// As high as its text.
/** @param {FieldName} name */
function fit(name) {
  const area = element(name);
  if (!(area instanceof HTMLTextAreaElement)) return;
  area.rows = 1;
  const { paddingTop, paddingBottom, lineHeight } = getComputedStyle(area);
  const text = area.scrollHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
  area.rows = Math.max(2, Math.round(text / parseFloat(lineHeight)));
}
