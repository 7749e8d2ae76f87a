// What the service would say of a resource, said by the same module in this browser while it is written. Nothing is sent.
import { findingsOf, jsonFaultOf } from "../findings.js";
import { placeIn } from "../json_places.js";
import { valueOf } from "../json_text.js";

/** @typedef {import("./session.js").Fault} Fault */

/** @typedef {Fault & { at?: number, isDoubt?: boolean }} Finding  `at`: its place in a text that is not JSON */

/** In the place of a secret that is stored and not shown: long enough for every rule, and not weak. */
const MASKED = "0123456789abcdef".repeat(8);

/** Doubts about what is not there beside a resource. This page has only the one. */
const BESIDE = ["issuer_unknown", "issuer_unused", "no_user"];

/**
 * What is wrong with a resource, or else what is doubtful about it; nothing where the module cannot be loaded: the service
 * will tell.
 * @param {string} text  JSON
 * @param {string} type
 * @param {string} id
 * @returns {Promise<readonly Finding[]>}
 */
export async function findingsIn(text, type, id) {
  try {
    const fault = await jsonFaultOf(text);
    if (fault !== undefined) return [{ path: "", sentence: withoutPlace(fault.message), at: fault.at }];
    const resource = JSON.parse(text, (_, value) => (value === "***" ? MASKED : value));
    if (typeof resource !== "object" || resource === null || Array.isArray(resource)) {
      return [{ path: "", sentence: "A resource is one JSON object.", at: 0 }];
    }
    const { faults, doubts } = await findingsOf([{ ...resource, resourceType: type, id }]);
    const placed = (/** @type {import("../findings.js").Finding} */ { path, message }) => ({
      path: path.replace(/^\[0\]\.?/, ""),
      sentence: message,
    });
    const own = doubts.filter(({ code }) => !BESIDE.includes(code));
    return [...faults.map(placed), ...own.map((doubt) => ({ ...placed(doubt), isDoubt: true }))];
  } catch {
    return valueOf(text) === undefined ? [{ path: "", sentence: "This is not JSON." }] : [];
  }
}

/** Whether a finding is about a place, and not about the whole. @param {Finding} finding */
export function hasPlace({ path, at }) {
  return path !== "" || at !== undefined;
}

/**
 * Those of the findings that have a place, as an editor and a form mark them.
 * @param {readonly Finding[]} findings
 * @returns {import("../editor.js").Mark[]}
 */
export function marksOf(findings) {
  return findings.filter(hasPlace).map(({ path, sentence, at, isDoubt }) => {
    if (at !== undefined) return { at, message: sentence, severity: "error" };
    return { place: placeIn(path), message: sentence, severity: isDoubt === true ? "warning" : "error" };
  });
}

/** @param {string} message  `line 3, column 5: This is not JSON.` */
function withoutPlace(message) {
  return message.replace(/^line \d+, column \d+: /, "");
}
