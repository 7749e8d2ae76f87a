import { call } from "./engine.js";
import { entries, findings, json_fault, listed } from "./wasm/edge_sts.js";
/**
 * What to store in a key-value store for the JSON text of an array of resources (Client, TokenIntrospector, User).
 * Throws a `TypeError` that names each fault with its path, one a line. `now`: seconds. After `load`.
 */
export function entriesOf(text, now) {
  return call(() => entries(text, now), true);
}
/** The changes that put the same resources into an empty directory. Throws as `entriesOf` does. After `load`. */
export function changesOf(text, now) {
  return JSON.parse(call(() => listed(text, now), true));
}
/** What is doubtful about the JSON text of an array of resources: nothing is refused for it. */
export function doubtsOf(text) {
  return call(() => findings(text));
}
/** Where and why a text cannot be read as JSON: `line 3, column 5: This is not JSON.` */
export function jsonFault(text) {
  return call(() => json_fault(text));
}
