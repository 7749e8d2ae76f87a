// The names that a resource gives to what its expressions read. They are offered while one writes an expression; which others
// there may be only a token knows.

/**
 * Names behind `claims.`, `actor.` and `attribute.`.
 * @typedef {Record<"claims" | "actor" | "attribute", readonly string[]>} Names
 */

/** @param {any} resource @returns {Names} */
export function namesIn(resource) {
  const { claims, copy_claims, attributes } = resource ?? {};
  const copied = Array.isArray(copy_claims) ? copy_claims.filter((one) => typeof one === "string") : [];
  // With dots it is a path as well as a name.
  return {
    claims: [...namesOf(claims), ...copied].filter((name) => !name.includes(".")),
    actor: [],
    attribute: namesOf(attributes),
  };
}

/** @param {unknown} object */
export function namesOf(object) {
  return typeof object === "object" && object !== null && !Array.isArray(object) ? Object.keys(object) : [];
}

/** @param {readonly Names[]} all @returns {Names} */
export function together(all) {
  const of = (/** @type {keyof Names} */ variable) => [...new Set(all.flatMap((names) => names[variable]))];
  return { claims: of("claims"), actor: of("actor"), attribute: of("attribute") };
}
