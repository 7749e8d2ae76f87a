// Resources as a form, made of the schema. The JSON text stays the truth: each change is made in it, and nothing else of it is
// touched. What a form does not know is named below it, and edited as JSON.
import { make } from "../elements.js";
import { put, rename } from "../json_edit.js";
import { valueOf } from "../json_text.js";
import { focusIn } from "./focus.js";
import { keyOf, showMarks } from "./marks.js";
import { resourceParts } from "./resource.js";
import { iconButton, textButton } from "./row.js";
import { isObject, valueAt } from "./shape.js";

/** @import { Names } from "../expression_names.js" */
/** @import { Place } from "../json_places.js" */
/** @import { ResourceType, Schema } from "../schema.js" */
/** @import { Mark, Placed } from "./marks.js" */
/** @import { Form } from "./row.js" */

/**
 * @typedef {object} ResourceForm
 * @property {HTMLElement} element
 * @property {(text: string) => void} fill  without a call of `changed`
 * @property {(marks: readonly Mark[]) => void} mark  replaces earlier marks
 * @property {() => void} focus  gives the focus to what is at fault, else to the first control
 */

/**
 * @typedef {object} Options
 * @property {ResourceType} type
 * @property {Schema} schema  of the resource, without references
 * @property {string} labelledBy  the id of what the form is called by
 * @property {(text: string) => void} changed  gets the JSON after a change by the reader
 * @property {(place: Place | undefined) => void} showJson  shows the JSON, and what stands there at a place
 * @property {() => Names} names  that expressions may read
 * @property {readonly string[]} [elsewhere]  members of the resource that the page shows and decides itself
 */

let forms = 0;

/** @param {Options} options @returns {ResourceForm} */
export function makeForm({ type, schema, labelledBy, changed, showJson, names, elsewhere = [] }) {
  const element = make("div", { class: "form", role: "group", "aria-labelledby": labelledBy });
  const prefix = `form-${++forms}`;
  const kind = { type, schema, elsewhere };
  let ids = 0;
  let text = "";
  /** @type {any} the resource or the list of them; undefined while the text is not JSON */
  let value;
  /** @type {readonly Mark[]} */
  let marks = [];
  /** @type {Placed[]} */
  let spots = [];
  /** @type {Set<string>} what is shown although the JSON has it not yet: members, and one more row of a list */
  const added = new Set();

  /** @type {Form} */
  const form = {
    put(place, now) {
      for (let length = place.length; length > 0; length--) {
        const part = place.slice(0, length);
        if (valueAt(value, part) === undefined) added.delete(rowsOf(part.slice(0, -1)));
      }
      edit(put(text, place, now));
    },
    rename: (place, name) => edit(rename(text, place, name)),
    draw,
    add(place, isRow) {
      added.add(isRow ? rowsOf(place) : keyOf(place));
      draw(place);
    },
    forget: (place) => void added.delete(keyOf(place)),
    hasAdded: (place) => added.has(keyOf(place)),
    hasMore: (place) => added.has(rowsOf(place)),
    showJson,
    names,
    newId: () => `${prefix}-${++ids}`,
    spot: (place, spot) => void spots.push({ place, ...spot }),
  };

  return {
    element,
    fill(given) {
      if (given === text) return;
      text = given;
      value = valueOf(text);
      marks = [];
      added.clear();
      draw();
    },
    mark(given) {
      marks = given;
      if (isObject(value) || Array.isArray(value)) showMarks(spots, marks);
      else draw();
    },
    focus: () => focusIn(element),
  };

  /** @param {string} now */
  function edit(now) {
    text = now;
    value = valueOf(now);
    changed(now);
  }

  /** @param {Place} [focus] */
  function draw(focus) {
    [spots, ids] = [[], 0];
    element.replaceChildren(...content());
    showMarks(spots, marks);
    if (focus !== undefined) focusIn(element, keyOf(focus));
  }

  function content() {
    if (isObject(value)) return resourceParts(form, kind, [], value);
    if (!Array.isArray(value)) return [broken()];
    const add = textButton(`+ Add a ${type}`, () => {
      form.put([value.length], { resourceType: type, id: "new" });
      draw([value.length - 1, "id"]);
    });
    return [...value.map(several), add];
  }

  /** One of several resources. @param {unknown} one @param {number} index */
  function several(one, index) {
    const name = isObject(one) && typeof one.id === "string" ? one.id : `number ${index + 1}`;
    const remove = () => {
      form.put([index], undefined);
      draw([]);
    };
    const head = make("div", { class: "member-head" }, make("h3", {}, name));
    head.append(iconButton("×", `Remove the ${type} ${name}`, remove, "remove"));
    const parts = isObject(one) ? resourceParts(form, kind, [index], one) : [broken()];
    return make("div", { class: "one" }, head, ...parts);
  }

  function broken() {
    const why =
      value === undefined ? "This is not JSON yet: a form shows what is." : "This is no resource: write { … }.";
    const [mark] = marks;
    const said = mark !== undefined && "at" in mark ? mark.message : "";
    const go = textButton("Mend it in the JSON", () => showJson(undefined));
    const finding = make("p", { class: "finding", "data-severity": "error" }, said);
    return make("div", { class: "broken" }, make("p", {}, why), finding, go);
  }
}

/** The key of a list that has one more row than the JSON. @param {Place} place */
function rowsOf(place) {
  return `${keyOf(place)}[]`;
}
