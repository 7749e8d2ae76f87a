import { call } from "../engine.js";
import { rule_doubts } from "../wasm/edge_sts.js";
import type { Finding, Placed } from "./resource_files.js";

/** What is probably not meant in expressions. The core looks into them. */
export function ruleDoubts(resources: readonly Placed[]): Finding[] {
  return resources.flatMap(({ resource, at }) => {
    const found = JSON.parse(call(() => rule_doubts(JSON.stringify(resource)))) as Finding[];
    return found.map(({ path, message }) => ({ path: at(path), message }));
  });
}
