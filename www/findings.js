// What the module says of resources: faults, which refuse them, and doubts, which `edge-sts check` prints as warnings.

/** @typedef {{ path: string, message: string }} Finding  `path` such as `[0].Client.secret` */

/** @typedef {Finding & { code: string }} Doubt */

/** @typedef {{ line: number, column: number, at: number, message: string }} JsonFault  `at`: its place in the text */

/** The module's functions on resources. A service of this page, which the caller started, has loaded it. */
const module = async () => {
  await import("./edge-sts/browser.js"); // says where the module lies
  const [{ load }, resources] = await Promise.all([import("./edge-sts/engine.js"), import("./edge-sts/resources.js")]);
  await load();
  return resources;
};

/**
 * @param {readonly unknown[]} resources
 * @returns {Promise<{ faults: Finding[], doubts: Doubt[] }>}
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
 * @returns {Promise<JsonFault | undefined>}
 */
export async function jsonFaultOf(text) {
  const message = (await module()).jsonFault(text);
  const [, line, column] = /^line (\d+), column (\d+): /.exec(message ?? "")?.map(Number) ?? [];
  if (message === undefined || line === undefined || column === undefined) return undefined;
  const lines = text.split("\n").slice(0, line);
  // The module counts characters, and an editor the halves of those beyond 16 bits.
  const before = [...(lines.pop() ?? "")].slice(0, column - 1).join("");
  return { line, column, at: [...lines, before].join("\n").length, message };
}

/**
 * A line of a message, `[0].Client.secret: sentence`.
 * @param {string} line
 */
function placed(line) {
  const [, path = "", message = line] = /^(\S+?): ([A-Z][^]*)$/.exec(line) ?? [];
  return { path, message };
}
