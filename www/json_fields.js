// The fields with JSON. Each is a text area at first, and an editor once that is loaded; rules are a form as well, which is shown
// in place of the JSON. The text is in the text area or the editor alone.
import { element } from "./elements.js";
import { nextTurn } from "./turns.js";

/** @import { Editor, Mark } from "./editor.js" */
/** @import { ResourceForm } from "./form/form.js" */
/** @import { Place } from "./json_places.js" */

/** @typedef {"subject" | "actor" | "client" | "introspector" | "user"} JsonName */
/** @typedef {"client" | "introspector" | "user"} RuleName */
/** @typedef {ReadonlyMap<string, readonly Mark[]>} Marks  by the name of the field */

/** @type {JsonName[]} */
export const JSON_NAMES = ["subject", "actor", "client", "introspector", "user"];
const RULE_NAMES = /** @type {RuleName[]} */ (["client", "introspector", "user"]);

/** @type {Map<string, Editor>} */
const editors = new Map();
/** @type {Map<string, ResourceForm>} */
const forms = new Map();
let asForms = false;
/** @type {Marks} what was marked last */
let marked = new Map();

/**
 * Gives the fields with JSON an editor, one after the other; the one in which the reader is, when he leaves it.
 * @param {(area: HTMLTextAreaElement, name: JsonName) => Editor} make
 */
export async function useEditors(make) {
  await Promise.all(
    JSON_NAMES.map(async (name, index) => {
      for (let turn = 0; turn <= index; turn++) await nextTurn();
      const area = areaOf(name);
      if (document.activeElement === area) {
        await new Promise((resolve) => area.addEventListener("blur", resolve, { once: true }));
      }
      const isInvalid = area.getAttribute("aria-invalid");
      const editor = make(area, name);
      editors.set(name, editor);
      hideJson(name);
      if (isInvalid !== null) editor.content().setAttribute("aria-invalid", isInvalid);
      const marks = marked.get(name) ?? [];
      if (marks.length > 0) editor.mark(marks);
    }),
  );
}

/**
 * Gives the fields with rules a form.
 * @param {(name: RuleName, how: { changed: (text: string) => void, showJson: (place?: Place) => void }) => ResourceForm} make
 * @param {() => void} changed  called when the reader changes one
 * @param {() => void} toJson  shows the JSON in place of the forms
 */
export function useForms(make, changed, toJson) {
  for (const name of RULE_NAMES) {
    const form = make(name, {
      changed(text) {
        setJson(name, text);
        changed();
      },
      showJson(place) {
        toJson();
        const editor = editors.get(name);
        if (place === undefined || editor === undefined) element(name).focus();
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
  for (const name of RULE_NAMES) {
    hideJson(name);
    if (isOn) fillForm(name);
  }
}

/** The JSON, where there is a form in its place. @param {JsonName} name */
function hideJson(name) {
  const form = forms.get(name);
  if (form === undefined) return;
  form.element.hidden = !asForms;
  const field = element(name);
  /** @type {HTMLElement} */ (field.closest(".cm-editor") ?? field).hidden = asForms;
}

/** @param {JsonName} name */
function fillForm(name) {
  forms.get(name)?.fill(textOf(name));
  forms.get(name)?.mark(marked.get(name) ?? []);
}

/** Gives a field the focus, whatever it is now. @param {string} name */
export function focusField(name) {
  const form = asForms ? forms.get(name) : undefined;
  const around = element(`${name}-field`).closest("details");
  if (around !== null) around.open = true;
  if (form === undefined) element(name).focus();
  else form.focus();
  element(`${name}-field`).scrollIntoView({ block: "nearest" });
}

/**
 * Marks places in the fields with JSON, and takes back what was marked before.
 * @param {Marks} marks
 */
export function markPlaces(marks) {
  marked = marks;
  for (const [name, editor] of editors) editor.mark(marks.get(name) ?? []);
  for (const [name, form] of forms) form.mark(marks.get(name) ?? []);
}

/** Marks places in some fields; in the others stays what was found there last. @param {Marks} marks */
export function markMore(marks) {
  markPlaces(new Map([...marked, ...marks]));
}

/** @param {JsonName} name */
export function textOf(name) {
  return editors.get(name)?.text() ?? areaOf(name).value;
}

/** @param {JsonName} name @param {string} text */
export function setText(name, text) {
  setJson(name, text);
  if (asForms) fillForm(name);
}

/** @param {JsonName} name @param {string} text */
function setJson(name, text) {
  const editor = editors.get(name);
  if (editor !== undefined) return editor.fill(text);
  areaOf(name).value = text;
  return fit(name);
}

/** As high as its text, whose lines do not wrap. @param {string} name */
export function fit(name) {
  const area = element(name);
  if (area instanceof HTMLTextAreaElement) area.rows = area.value.split("\n").length;
}

/** @param {JsonName} name */
function areaOf(name) {
  return /** @type {HTMLTextAreaElement} */ (element(name));
}
