// The Worker in workerd, for runtimes.mjs: what it stores is in a folder. It says its URL, and what is in KV when asked.
import { edgeSts, startWorkers } from "../../benches/workers/runtime.mjs";

const [, , folder, variables] = process.argv;
const worker = await edgeSts("edge-sts", JSON.parse(variables));
const runtime = await startWorkers([worker], () => undefined, { resourcePersistencePath: folder });
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
