// One resource of a form: the members that it has, those that one can add, and those that stand only in the JSON.
import { make } from "../elements.js";
import { prose } from "../prose.js";
import { memberRow } from "./lists.js";
import { textButton } from "./row.js";
import { fits, isObject, leavesOf, leftOver, valueAt } from "./shape.js";

/** @import { Place } from "../json_places.js" */
/** @import { ResourceType, Schema } from "../schema.js" */
/** @import { Form } from "./row.js" */
/** @typedef {ReturnType<typeof leavesOf>[number]} Leaf */

/**
 * @param {Form} form
 * @param {{ type: ResourceType, schema: Schema, elsewhere: readonly string[] }} kind  `elsewhere`: members that it does not show
 * @param {Place} above  the place of the resource
 * @param {Record<string, any>} one
 */
export function resourceParts(form, { type, schema, elsewhere }, above, one) {
  const isHere = (/** @type {Place} */ [name]) => !elsewhere.includes(String(name));
  const leaves = leavesOf(schema).filter(({ place }) => isHere(place));
  const shown = leaves.filter((leaf) => isShown(form, above, one, leaf, leaves));
  const absent = leaves.filter((leaf) => !shown.includes(leaf) && valueAt(one, leaf.place) === undefined);
  return [
    ...grouped(shown, (leaf) => leafRow(form, above, one, leaf)),
    ...addMenu(form, type, above, absent),
    ...leftOverList(form, above, leftOver(one, schema).filter(isHere)),
  ];
}

/**
 * Whether a member has a row: it is there, somebody adds it, or what is there needs it.
 * @param {Form} form
 * @param {Place} above
 * @param {Record<string, any>} one
 * @param {Leaf} leaf
 * @param {readonly Leaf[]} leaves
 */
function isShown(form, above, one, leaf, leaves) {
  const { place, schema, isNeeded } = leaf;
  const value = valueAt(one, place);
  if (value !== undefined) return fits(schema, value);
  const isAdded = (/** @type {Leaf} */ { place: own }) => form.hasAdded([...above, ...own]);
  if (isAdded(leaf) || isId(place)) return true;
  const parent = place.slice(0, -1);
  return (
    isNeeded && (isObject(valueAt(one, parent)) || leaves.some((other) => other.group === leaf.group && isAdded(other)))
  );
}

/** @param {Form} form @param {Place} above @param {Record<string, any>} one @param {Leaf} leaf */
function leafRow(form, above, one, { place: own, schema, isNeeded }) {
  const place = [...above, ...own];
  const about = { schema, place, value: valueAt(one, own), isNeeded: isNeeded || isId(own) };
  if (about.isNeeded) return memberRow(form, about);
  const remove = () => {
    form.forget(place);
    form.put(place, undefined);
    form.draw(above);
  };
  return memberRow(form, { ...about, remove });
}

/** The path names the resource, too. @param {Place} place */
function isId(place) {
  return place.join() === "id";
}

/**
 * The rows, those of one object in a box with its description.
 * @param {readonly Leaf[]} leaves
 * @param {(leaf: Leaf) => HTMLElement} rowOf
 */
function grouped(leaves, rowOf) {
  /** @type {HTMLElement[]} */
  const all = [];
  /** @type {Schema | undefined} */
  let group;
  for (const leaf of leaves) {
    if (leaf.group !== undefined && leaf.group !== group) {
      const path = make("code", { class: "member-name" }, leaf.place.slice(0, -1).join("."));
      const legend = make("legend", {}, ...prose(titleOf(leaf.group)), " ", path);
      all.push(make("fieldset", { class: "member-group" }, legend));
    }
    group = leaf.group;
    if (group === undefined) all.push(rowOf(leaf));
    else all.at(-1)?.append(rowOf(leaf));
  }
  return all;
}

/** @param {Schema} group */
function titleOf({ description }) {
  return String(description).replace(/\.( .*)?$/, "");
}

/**
 * @param {Form} form
 * @param {ResourceType} type
 * @param {Place} above
 * @param {readonly Leaf[]} absent
 */
function addMenu(form, type, above, absent) {
  if (absent.length === 0) return [];
  const id = form.newId();
  const select = /** @type {HTMLSelectElement} */ (make("select", { id, "data-add": above.join(".") }));
  select.append(make("option", { value: "" }, "Choose what to add"));
  for (const [index, { schema, place, group }] of absent.entries()) {
    if (group !== undefined && group !== absent[index - 1]?.group)
      select.append(make("optgroup", { label: titleOf(group).replaceAll("`", "") }));
    const into = group === undefined ? select : (select.lastElementChild ?? select);
    into.append(make("option", { value: String(index) }, `${schema.title} (${place.at(-1)})`));
  }
  const button = textButton("Add", () => {
    const leaf = select.value === "" ? undefined : absent[Number(select.value)];
    if (leaf === undefined) select.focus();
    else form.add([...above, ...leaf.place], false);
  });
  button.setAttribute("aria-label", `Add it to the ${type}`);
  const label = make("label", { for: id, class: "unseen" }, `Add to the ${type}`);
  return [make("div", { class: "add-member" }, label, select, button)];
}

/**
 * @param {Form} form
 * @param {Place} above
 * @param {readonly Place[]} places
 */
function leftOverList(form, above, places) {
  if (places.length === 0) return [];
  const rows = places.map((own) => {
    const place = [...above, ...own];
    const name = own
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
      .join("")
      .slice(1);
    const button = textButton(name, () => form.showJson(place), { "data-member": place.join(".") });
    const line = make("p", { class: "finding", id: form.newId() });
    button.setAttribute("aria-describedby", line.id);
    form.spot(() => place, { control: { target: button }, line });
    return make("li", {}, button, line);
  });
  const title = make("p", { class: "label", id: form.newId() }, "More in JSON");
  const list = make("ul", { role: "list", "aria-labelledby": title.id }, ...rows);
  return [make("div", { class: "left-over" }, title, list)];
}
