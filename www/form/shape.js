// What a form shows of a schema: which control each member has, and which members it leaves to the JSON.

/** @import { Schema } from "../schema.js" */
/** @import { Place } from "../json_places.js" */

/** @typedef {"text" | "secret" | "expression" | "number" | "flag" | "choice" | "condition" | "list" | "map" | "object"} Kind */

/**
 * The kind of control for a schema; `undefined` where there is none.
 * @param {Schema | false} schema
 * @returns {Kind | undefined}
 */
export function kindOf(schema) {
  if (schema === false) return undefined;
  if (schema.oneOf !== undefined) return kindOfAlternatives(schema);
  if (schema.enum !== undefined || "const" in schema) return "choice";
  switch (schema.type) {
    case "boolean":
      return "flag";
    case "integer":
      return "number";
    case "string":
      return schema.contentMediaType !== undefined ? "expression" : schema.writeOnly ? "secret" : "text";
    case "array":
      return schema.items === undefined || kindOf(schema.items) === undefined ? undefined : "list";
    case "object":
      if (membersOf(schema).length > 0) return "object";
      return typeof schema.additionalProperties === "object" ? "map" : undefined;
    default:
      return undefined;
  }
}

/** @param {Schema} schema @returns {Kind | undefined} */
function kindOfAlternatives({ oneOf }) {
  const types = oneOf.map((/** @type {Schema} */ { type }) => type);
  // A text, or a list of them; a text, a boolean, or a list of both.
  if (types.join() === "string,array") return "list";
  return types[0] === "string" && types[1] === "boolean" ? "condition" : undefined;
}

/** What a list is of. @param {Schema} schema @returns {Schema} */
export function itemsOf(schema) {
  return schema.items ?? schema.oneOf.find((/** @type {Schema} */ { type }) => type === "array").items;
}

/**
 * The members that a form shows: those with a label, and the objects that have such members.
 * @param {Schema} schema
 * @returns {[name: string, schema: Schema][]}
 */
export function membersOf({ properties = {} }) {
  return Object.entries(properties).filter(([, one]) => {
    if (one === false) return false;
    return kindOf(one) === "object" || (isLabel(one.title) && kindOf(one) !== undefined);
  });
}

/**
 * The label of a member. A title of one word is the name of a type.
 * @param {string | undefined} title
 */
export function isLabel(title) {
  return title !== undefined && !/^\w+$/.test(title);
}

/**
 * The members of a resource, without the objects around them.
 * @param {Schema} schema
 * @param {Place} [above]
 * @returns {{ place: Place, schema: Schema, isNeeded: boolean, group: Schema | undefined }[]}  `group`: the object that it is in
 */
export function leavesOf(schema, above = []) {
  const group = above.length === 0 ? undefined : schema;
  return membersOf(schema).flatMap(([name, one]) => {
    const place = [...above, name];
    if (kindOf(one) === "object") return leavesOf(one, place);
    return [{ place, schema: one, isNeeded: (schema.required ?? []).includes(name), group }];
  });
}

/**
 * Whether a control can show a value.
 * @param {Schema} schema
 * @param {unknown} value
 * @returns {boolean}
 */
export function fits(schema, value) {
  switch (kindOf(schema)) {
    case "flag":
      return typeof value === "boolean";
    case "list":
      return isListFor(schema, value);
    case "map":
    case "object":
      return isObject(value);
    case "condition":
      return [value].flat().every((one) => typeof one === "string" || typeof one === "boolean");
    case "number":
      return typeof value === "string" || typeof value === "number";
    default:
      return typeof value === "string";
  }
}

/** @param {Schema} schema @param {unknown} value @returns {boolean} */
function isListFor(schema, value) {
  if (!Array.isArray(value)) return schema.oneOf !== undefined && typeof value === "string";
  const items = itemsOf(schema);
  return value.every((one) => fits(items, one));
}

/**
 * The places of what stands in a resource and not in its form.
 * @param {unknown} value
 * @param {Schema} schema
 * @param {Place} [above]
 * @returns {Place[]}
 */
export function leftOver(value, schema, above = []) {
  if (!isObject(value)) return [];
  const shown = new Map(membersOf(schema));
  return Object.entries(value).flatMap(([name, one]) => {
    const place = [...above, name];
    const known = shown.get(name);
    if (known === undefined) return name === "resourceType" ? [] : [place];
    if (kindOf(known) === "object") return isObject(one) ? leftOver(one, known, place) : [place];
    if (!fits(known, one)) return [place];
    const items = kindOf(known) === "list" ? itemsOf(known) : undefined;
    if (items === undefined || !Array.isArray(one) || kindOf(items) !== "object") return [];
    return one.flatMap((item, index) => leftOver(item, items, [...place, index]));
  });
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a place. @param {any} value @param {Place} place @returns {any} */
export function valueAt(value, place) {
  return place.reduce(
    (at, step) => (typeof at === "object" && at !== null && Object.hasOwn(at, step) ? at[step] : undefined),
    value,
  );
}
