// The Worker in workerd, for runtimes.mjs: what it stores is in a folder. It says its URL, and what is in KV when asked.
import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import { startWorkers } from "../../benches/workers/runtime.mjs";

const [, , folder, worker] = process.argv;
const options = { resourcePersistencePath: folder };
const runtime = await startWorkers([deserialize(readFileSync(worker))], () => undefined, options);
const kv = await runtime.kv("edge-sts", "CONFIG");
process.on("message", async () => process.send(await everything()));
process.send({ url: runtime.urls[0].href });

async function everything() {
  const pairs = [];
  for (let cursor; ;) {
    const { keys, list_complete: whole, cursor: next } = await kv.list({ cursor });
    for (const { name } of keys) pairs.push([name, await kv.get(name)]);
    if (whole) return pairs;
    cursor = next;
  }
}
