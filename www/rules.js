// The rules that stand in the fields: as the module takes them, and what the module finds in them, by the field where it stands.
import { findingsOf } from "./findings.js";
import { placeIn } from "./json_places.js";

/** @import { FieldName, Given } from "./fields.js" */
/** @import { Mark } from "./editor.js" */
/** @import { Finding } from "./findings.js" */

/** The fields with resources, and the type of each. */
export const RESOURCES = /** @type {const} */ ([
  ["client", "Client"],
  ["introspector", "TokenIntrospector"],
  ["user", "User"],
]);

/** @param {Given["json"]} json */
export function resourcesOf(json) {
  return RESOURCES.flatMap(([field, resourceType]) => listOf(json[field]).map(withType(resourceType)));
}

/**
 * The how-to writes the type into the path; in one list each resource must name its own.
 * @param {string} resourceType
 * @returns {(resource: unknown) => unknown}
 */
function withType(resourceType) {
  return (resource) => (isObject(resource) ? { resourceType, ...resource } : resource);
}

/**
 * What the module found, by the field where it stands.
 * @param {readonly Finding[]} findings
 * @param {"error" | "warning"} severity
 * @param {Given["json"]} json
 */
export function marksOf(findings, severity, json) {
  // Of each resource in the list that the module was given: its field, and its number where the field holds several.
  const origins = RESOURCES.flatMap(([field]) =>
    listOf(json[field]).map((_one, index) => ({ field, at: Array.isArray(json[field]) ? [index] : [] })),
  );
  /** @type {Map<FieldName, (Mark & { path: string })[]>} */
  const marks = new Map();
  for (const { path: whole, message } of findings) {
    const [, index, path = ""] = /^\[(\d+)\]\.?(.*)$/.exec(whole) ?? [];
    const origin = origins[Number(index)];
    if (index === undefined || origin === undefined) continue;
    const place = [...origin.at, ...placeIn(path)];
    marks.set(origin.field, [...(marks.get(origin.field) ?? []), { place, path, message, severity }]);
  }
  return marks;
}

/**
 * What is doubtful about rules that are accepted, and the member that a refusal is about.
 * @param {Given["json"]} json
 * @param {{ field: FieldName, member: string, why: string }} [refused]
 */
export async function doubtsIn(json, refused) {
  const { doubts } = await findingsOf(resourcesOf(json));
  /** @type {Map<FieldName, Mark[]>} */
  const marks = marksOf(doubts, "warning", json);
  if (refused !== undefined) {
    const { field, member, why } = refused;
    const isList = field !== "subject" && field !== "actor" && Array.isArray(json[/** @type {"client"} */ (field)]);
    const place = [...(isList ? [0] : []), ...placeIn(`it.${member}`)];
    marks.set(field, [{ place, message: why, severity: "error" }, ...(marks.get(field) ?? [])]);
  }
  return marks;
}

/**
 * One resource or several, as a list.
 * @param {unknown} value
 * @returns {any[]}
 */
export function listOf(value) {
  return Array.isArray(value) ? value : [value];
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
