// Which members and values a resource may have.
import { schemas } from "./schema.js";

/** @import { Names } from "./expression_names.js" */
/** @import { Offer, Offers } from "./json_completion.js" */
/** @import { Place } from "./json_places.js" */
/** @import { ResourceType } from "./schema.js" */

/**
 * What an editor offers in a resource, or in a list of resources.
 * @param {ResourceType} type
 * @param {() => Names} names  that expressions may read
 * @returns {Offers}
 */
export function offersOf(type, names) {
  return {
    async at(place, isName) {
      const all = await schemas();
      const found = schemasAt(type, place, all);
      return isName ? namesOf(found, all) : values(found);
    },
    isExpression: async (place) =>
      schemasAt(type, place, await schemas()).some(({ contentMediaType }) => contentMediaType !== undefined),
    names,
  };
}

/**
 * The schemas for a place of a resource.
 * @param {ResourceType} type
 * @param {Place} place
 * @param {any} all
 */
function schemasAt(type, place, all) {
  const steps = typeof place[0] === "number" ? place.slice(1) : place;
  return steps.reduce(
    (at, step) => at.flatMap((schema) => resolved(below(schema, step), all)),
    resolved([{ $ref: `#/components/schemas/${type}` }], all),
  );
}

/** @param {any} schema @param {string | number} step @returns {any[]} */
function below(schema, step) {
  if (typeof step === "number") return schema.items === undefined ? [] : [schema.items];
  const property = schema.properties?.[step] ?? schema.additionalProperties;
  return typeof property === "object" ? [property] : [];
}

/**
 * The schemas behind references and alternatives.
 * @param {any[]} list
 * @param {any} schemas
 * @returns {any[]}
 */
function resolved(list, schemas) {
  return list.flatMap((schema) => {
    const more = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
    const name = schema.$ref?.split("/").at(-1);
    return [schema, ...resolved(name === undefined ? more : [schemas[name], ...more], schemas)];
  });
}

/** @param {any[]} found @param {any} schemas @returns {Offer[]} */
function namesOf(found, schemas) {
  const properties = found.flatMap(({ properties = {} }) => Object.entries(properties));
  return [...new Map(properties)].map(([label, property]) => {
    const all = resolved([property], schemas);
    const type = all.map((one) => one.type).find((one) => one !== undefined);
    const info = all.map(({ description, title }) => description ?? title).find((one) => one !== undefined);
    const template = /** @type {Record<string, string>} */ ({ string: '""', array: "[]", object: "{}" })[type] ?? "";
    return { label, template, ...(type ? { detail: type } : {}), ...(info ? { info } : {}) };
  });
}

/** @param {any[]} found @returns {Offer[]} */
function values(found) {
  const all = found.flatMap((schema) => [...(schema.enum ?? []), ...("const" in schema ? [schema.const] : [])]);
  return [...new Set(all)].filter((one) => typeof one === "string").map((label) => ({ label }));
}
