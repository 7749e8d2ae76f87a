// What two versions of a resource differ in, member by member.
import { make } from "../elements.js";
import { table } from "./pieces.js";

/** @typedef {{ path: string, before: string | undefined, after: string | undefined }} Difference */

/**
 * @param {unknown} before
 * @param {unknown} after
 * @returns {Difference[]}  in the order of the members
 */
export function differences(before, after) {
  const [old, now] = [flat(before), flat(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])];
  return paths
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
    .filter((one) => one.before !== one.after);
}

/**
 * The leaves of a value by their paths, as JSON. `meta` is the service's own.
 * @param {unknown} value
 * @param {string} [path]
 * @param {Map<string, string>} [leaves]
 */
function flat(value, path = "", leaves = new Map()) {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (path !== "" || name !== "meta") flat(member, path === "" ? name : `${path}.${name}`, leaves);
    }
  } else if (value !== undefined) {
    leaves.set(path, JSON.stringify(value));
  }
  return leaves;
}

/**
 * @param {string} label
 * @param {readonly Difference[]} list
 * @param {readonly [string, string]} titles
 */
export function differencesTable(label, list, titles = ["before", "after"]) {
  const rows = list.map(({ path, before, after }) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, make("code", {}, path)),
      make("td", {}, before === undefined ? "" : make("del", {}, before)),
      make("td", {}, after === undefined ? "" : make("ins", {}, after)),
    ),
  );
  const made = table(label, ["Member", ...titles], rows);
  made.classList.add("differences");
  return made;
}
