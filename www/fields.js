// The fields that the reader edits: JSON in text areas, words in inputs. What is said about a field stands in the line
// below it, which is always there, so that nothing moves while one types.
import { element, make } from "./elements.js";
import { fit, JSON_NAMES, setText, textOf } from "./json_fields.js";
import { jsonText } from "./json_text.js";

/** @import { JsonName } from "./json_fields.js" */
/** @import { Example } from "./presets.js" */
/** @import { Prover } from "./proof.js" */

/** @typedef {"scope" | "audience" | "secret"} TextName */
/** @typedef {"signer" | "prover"} ChoiceName */
/** @typedef {JsonName | TextName | ChoiceName} FieldName */
/** @typedef {"json" | "text" | readonly [value: string, label: string][]} Kind  of a field; a list is a choice */

// In the order in which they stand: what comes in and what is asked for are in sight first. `short`: what a place in it begins with.
/** @type {Record<FieldName, { panel: "in" | "rules", label: string, hint: string, kind: Kind, short: string }>} */
export const FIELDS = {
  subject: { short: "subject token", panel: "in", kind: "json", label: "What it says (its claims)", hint: "" },
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

const NAMES = /** @type {FieldName[]} */ (Object.keys(FIELDS));
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
      make("label", { for: name, id: `${name}-label` }, label),
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
  valued("secret").value = example.secret ?? example.client.secret ?? "";
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
  const own = filled.secret === undefined && secret === String(filled.client?.secret ?? "") ? {} : { secret };
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
