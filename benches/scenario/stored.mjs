// What stands in a KV namespace for the resources: `{ key, value }[]`.
import "edge-sts"; // says where the module is
import { load } from "../../dist/engine.js";
import { entriesOf } from "../../dist/resources.js";

export async function storedEntries(resources) {
  await load();
  return entriesOf(JSON.stringify(resources), Math.floor(Date.now() / 1000));
}
