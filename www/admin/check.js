// What the service would say of a resource, said by the same module in this browser while it is written. Nothing is sent.
import { findingsOf } from "../findings.js";

/** @typedef {import("./session.js").Fault} Fault */

/** In the place of a secret that is stored and not shown: long enough for every rule. */
const MASKED = "0123456789abcdef".repeat(8);

/**
 * The faults of a resource; none where the module cannot be loaded: the service will tell.
 * @param {string} text  JSON
 * @param {string} type
 * @param {string} id
 * @returns {Promise<readonly Fault[]>}
 */
export async function faultsOf(text, type, id) {
  /** @type {unknown} */
  let resource;
  try {
    resource = JSON.parse(text, (_, value) => (value === "***" ? MASKED : value));
  } catch {
    return [{ path: "", sentence: "This is not JSON yet." }];
  }
  if (typeof resource !== "object" || resource === null || Array.isArray(resource)) {
    return [{ path: "", sentence: "A resource is one JSON object." }];
  }
  try {
    const { faults } = await findingsOf([{ ...resource, resourceType: type, id }]);
    return faults.map(({ path, message }) => ({ path: path.replace(/^\[0\]\.?/, ""), sentence: message }));
  } catch {
    return [];
  }
}
