// What the module says of resources: faults, which refuse them, and doubts, which `edge-sts check` prints as warnings.

/** @typedef {{ path: string, message: string }} Finding  `path` such as `[0].Client.secret` */

/** The module's functions on resources. A service of this page, which the caller started, has loaded it. */
const module = async () => {
  await import("./edge-sts/browser.js"); // says where the module lies
  const [{ load }, resources] = await Promise.all([import("./edge-sts/engine.js"), import("./edge-sts/resources.js")]);
  await load();
  return resources;
};

/**
 * @param {readonly unknown[]} resources
 * @returns {Promise<{ faults: Finding[], doubts: Finding[] }>}
 */
export async function findingsOf(resources) {
  const { changesOf, doubtsOf } = await module();
  const text = JSON.stringify(resources);
  try {
    changesOf(text, Date.now() / 1000);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { faults: error.message.split("\n").map(placed), doubts: [] };
  }
  return { faults: [], doubts: doubtsOf(text) };
}

/**
 * Where and why a text is not JSON, in the module's words; undefined where it is.
 * @param {string} text
 */
export async function jsonFaultOf(text) {
  return (await module()).jsonFault(text);
}

/**
 * The place that such a message names. Lines and columns count from 1.
 * @param {string} text
 * @param {string} fault
 */
export function placeOfFault(text, fault) {
  const [, line, column] = /^line (\d+), column (\d+): /.exec(fault) ?? [];
  if (line === undefined) return undefined;
  const before = text.split("\n").slice(0, Number(line) - 1);
  const at = before.reduce((sum, one) => sum + one.length + 1, 0) + Number(column) - 1;
  return { line: Number(line), column: Number(column), at };
}

/**
 * A line of a message, `[0].Client.secret: sentence`.
 * @param {string} line
 */
function placed(line) {
  const [, path = "", message = line] = /^(\S+?): ([A-Z][^]*)$/.exec(line) ?? [];
  return { path, message };
}
