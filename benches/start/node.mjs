// Fresh processes of Node: from `import` to the first exchange.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "../measure/slices.mjs";
import { ISSUER, REQUESTS, RESOURCES, SIGNING_KEY, STORED_RESOURCES } from "../scenario/exchange.mjs";

/**
 * Starts each contender `starts` times, in turn. `others`: more of ours, a name and the URL of its `node.js` each, to compare
 * two states of the package. Gives for each name the medians of `import`, `make`, `first` and `all`, milliseconds.
 */
export function nodeStarts(starts, others = []) {
  const ours = { issuer: ISSUER, signingKeys: { keys: [SIGNING_KEY] }, resources: RESOURCES };
  const peer = { issuer: ISSUER, signingKey: SIGNING_KEY, resources: STORED_RESOURCES };
  const contenders = [
    ["edge-sts", "node_ours.mjs", "edge-sts", ours],
    ["jose", "node_jose.mjs", "", peer],
    ...others.map(([name, module]) => [name, "node_ours.mjs", module, ours]),
  ].map(([name, ...rest]) => ({ name, rest, taken: [] }));
  for (let round = 0; round < starts; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const { rest, taken } = contenders[(round + turn) % contenders.length];
      taken.push(started(...rest));
    }
  }
  const of = (taken, part) => median(taken.map((one) => one[part]));
  return contenders.map(({ name, taken }) => ({
    name,
    ...Object.fromEntries(["import", "make", "first", "all"].map((part) => [part, of(taken, part)])),
  }));
}

function started(program, module, options) {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const parameters = [file, module, JSON.stringify(options), JSON.stringify(REQUESTS[0])];
  const taken = JSON.parse(execFileSync(process.execPath, parameters, { encoding: "utf8" }));
  return { ...taken, all: taken.import + taken.make + taken.first };
}
