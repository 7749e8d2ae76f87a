// Lists: a row for each value, which one can take away, and a button for one more. A new row is in the JSON as soon as something
// is written into it.
import { make } from "../elements.js";
import { mapControl } from "./maps.js";
import { findingLine, grouped, iconButton, row, textButton } from "./row.js";
import { scalarControl } from "./scalars.js";
import { itemsOf, kindOf, membersOf } from "./shape.js";

/** @import { Schema } from "../schema.js" */
/** @import { Place } from "../json_places.js" */
/** @import { Control, Form } from "./row.js" */

/**
 * @typedef {object} About
 * @property {string} id
 * @property {string} label
 * @property {Schema} schema
 * @property {Place} place
 * @property {any} value
 */

/** @param {Form} form @param {About} about @returns {Control} */
export function listControl(form, about) {
  const { schema, place, value, label } = about;
  // Where one value may stand without a list, it does, until there is another one.
  if (schema.oneOf !== undefined && !Array.isArray(value) && !form.hasMore(place)) return single(form, about);
  const items = itemsOf(schema);
  const values = Array.isArray(value) ? value : [];
  const count = values.length + (form.hasMore(place) ? 1 : 0);
  const rows = Array.from({ length: count }, (_, index) => {
    const one = { schema: items, place: [...place, index], value: values[index], label: `${label}, ${index + 1}` };
    const remove = () => {
      form.put(one.place, undefined);
      form.draw(place);
    };
    const made = kindOf(items) === "object" ? objectRow(form, one, remove) : valueRow(form, one, remove);
    if (index === values.length) made.dataset.isNew = "";
    return made;
  });
  const add = textButton("+ Add", () => form.add(place, true), { "aria-label": `Add: ${label}` });
  return grouped(about, make("ul", { role: "list", class: "rows" }, ...rows), add);
}

/** @param {Form} form @param {About} about @returns {Control} */
function single(form, { id, label, schema, place, value }) {
  const items = itemsOf(schema);
  const [only = { type: "string" }] = schema.oneOf;
  let now = value;
  const put = (/** @type {unknown} */ given) => {
    now = given;
    add.hidden = now === undefined;
    form.put(place, now);
  };
  const made = scalarControl({ id, schema: only, value, isNeeded: false, put, place, names: form.names });
  const addOne = () => {
    const [name] = items.required ?? [];
    form.put(place, [name === undefined ? now : { [name]: now }]);
    form.add(place, true);
  };
  const add = textButton("+ Add another", addOne, { "aria-label": `Add another: ${label}` });
  add.hidden = now === undefined;
  made.element = make("div", { class: "single" }, made.element, add);
  return made;
}

/**
 * @param {Form} form
 * @param {{ schema: Schema, place: Place, value: unknown, label: string }} one
 * @param {() => void} remove
 */
function valueRow(form, { schema, place, value, label }, remove) {
  const made = scalarControl({
    id: form.newId(),
    label,
    schema,
    value,
    // Emptied, it stays: those after it keep their numbers.
    isNeeded: value !== undefined,
    put: (now) => form.put(place, now),
    place,
    names: form.names,
  });
  const line = findingLine(form, () => place, made);
  const bar = make("div", { class: "row-bar" }, made.element, iconButton("−", `Remove ${label}`, remove, "row-remove"));
  return make("li", {}, bar, line);
}

/**
 * @param {Form} form
 * @param {{ schema: Schema, place: Place, value: any, label: string }} one
 * @param {() => void} remove
 */
function objectRow(form, { schema, place, value, label }, remove) {
  const members = membersOf(schema).map(([name, member]) =>
    memberRow(form, {
      schema: member,
      place: [...place, name],
      value: value?.[name],
      isNeeded: value?.[name] !== undefined && (schema.required ?? []).includes(name),
    }),
  );
  const item = make("div", { class: "item", role: "group", "aria-label": label, tabindex: "-1" });
  const line = findingLine(form, () => place, { target: item });
  item.append(iconButton("−", `Remove ${label}`, remove, "row-remove"), ...members, line);
  return make("li", {}, item);
}

/**
 * A member with its control.
 * @param {Form} form
 * @param {{ schema: Schema, place: Place, value: any, isNeeded: boolean, remove?: () => void }} about
 */
export function memberRow(form, { schema, place, value, isNeeded, remove }) {
  return row(form, {
    place,
    schema,
    ...(remove === undefined ? {} : { remove }),
    control: (id, label) => {
      const kind = kindOf(schema);
      if (kind === "list") return listControl(form, { id, label, schema, place, value });
      if (kind === "map") return mapControl(form, { id, label, schema, place, value });
      const put = (/** @type {unknown} */ now) => form.put(place, now);
      return scalarControl({ id, schema, value, isNeeded, put, place, names: form.names });
    },
  });
}
