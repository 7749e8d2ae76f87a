// What became of each claim between the token that came in and the one that goes out.

/** @typedef {"kept" | "narrowed" | "replaced" | "added" | "removed"} Mark */
/** @typedef {{ name: string, before: unknown, after: unknown, mark: Mark }} Change */

// In the order in which they tell the story; others follow as they come.
const ORDER = ["sub", "act", "cnf", "aud", "resource", "scope", "exp", "iss", "client_id", "iat", "nbf", "jti"];

/**
 * @param {Record<string, unknown>} before
 * @param {Record<string, unknown>} after
 * @returns {Change[]} what goes out first, what was left out last
 */
export function changes(before, after) {
  const names = [...new Set([...ORDER, ...Object.keys(after), ...Object.keys(before)])];
  const all = names
    .filter((name) => Object.hasOwn(before, name) || Object.hasOwn(after, name))
    .map((name) => ({ name, before: before[name], after: after[name], mark: markOf(name, before, after) }));
  return [...all.filter(({ mark }) => mark !== "removed"), ...all.filter(({ mark }) => mark === "removed")];
}

/**
 * @param {string} name
 * @param {Record<string, unknown>} before
 * @param {Record<string, unknown>} after
 * @returns {Mark}
 */
function markOf(name, before, after) {
  if (!Object.hasOwn(before, name)) return "added";
  if (!Object.hasOwn(after, name)) return "removed";
  if (JSON.stringify(before[name]) === JSON.stringify(after[name])) return "kept";
  return isNarrower(name, before[name], after[name]) ? "narrowed" : "replaced";
}

/**
 * @param {string} name
 * @param {unknown} before
 * @param {unknown} after
 */
function isNarrower(name, before, after) {
  if (name === "exp") return Number(after) < Number(before);
  if (name !== "scope" && name !== "aud") return false;
  const had = new Set(members(before));
  return members(after).every((member) => had.has(member));
}

/** @param {unknown} value of `scope` (names with spaces between them) or `aud` (one string or several) */
function members(value) {
  return Array.isArray(value) ? value.map(String) : String(value).split(" ");
}
