// Fresh runtimes: how long the first request of each Worker takes, and how long it is from the start of the runtime to the
// first answer. Workers are bundled by wrangler as they are uploaded.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "../measure/client.mjs";
import { child, processorTime } from "../measure/processor.mjs";
import { median } from "../measure/slices.mjs";
import { tokenRequest } from "../scenario/over_http.mjs";
import { ISSUER, REQUESTS, RESOURCES, SIGNING_KEY, STORED_RESOURCES } from "../scenario/exchange.mjs";
import { bundled } from "../workers/bundled.mjs";
import { startWorkers, STORES } from "../workers/runtime.mjs";
import { storedEntries } from "../scenario/stored.mjs";

const CONSTANT = {
  BODY: "x".repeat(640),
  HEADERS: { "content-type": "application/json", "cache-control": "no-store" },
};
const JOSE = { ISSUER, SIGNING_KEY: JSON.stringify(SIGNING_KEY) };
const OURS = { STS_ISSUER: ISSUER, STS_SIGNING_KEYS: JSON.stringify({ keys: [SIGNING_KEY] }) };

/** Starts each Worker `starts` times, in an order that rotates. Gives for each name the medians of `first`,
 * `processor` (that of the runtime during the first request) and `start`, milliseconds. */
export async function workerdStarts(starts, worker = "dist/worker.js") {
  const contenders = [
    ["a constant", await bundled("benches/workers/constant.mjs"), { bindings: CONSTANT }],
    [
      "jose, resources in its environment",
      await bundled("benches/workers/jose.mjs"),
      { bindings: { ...JOSE, LOG: "yes", RESOURCES: JSON.stringify(STORED_RESOURCES) } },
    ],
    [
      "jose, resources in KV",
      await bundled("benches/workers/jose_kv.mjs"),
      { bindings: JOSE, kvNamespaces: STORES.kvNamespaces },
    ],
    ["edge-sts", await bundled(worker, { objects: true }), { bindings: OURS, ...STORES }],
  ].map(([name, modules, options]) => ({ name, worker: { name: "bench", modules, ...options }, taken: [] }));
  const folder = mkdtempSync(join(tmpdir(), "edge-sts-start-"));
  try {
    await seed(folder, contenders.at(-1).worker);
    for (let round = 0; round < starts; round++) {
      for (let turn = 0; turn < contenders.length; turn++) {
        const contender = contenders[(round + turn) % contenders.length];
        contender.taken.push(await started(contender.worker, folder));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return contenders.map(({ name, taken }) => ({
    name,
    first: median(taken.map(({ first }) => first)),
    processor: median(taken.map(({ processor }) => processor)),
    start: median(taken.map(({ start }) => start)),
  }));
}

async function seed(folder, worker) {
  const { kv, stop } = await startWorkers([worker], () => undefined, { resourcePersistencePath: folder });
  try {
    const store = await kv(worker.name, "CONFIG");
    for (const { key, value } of await storedEntries(RESOURCES)) await store.put(key, value);
  } finally {
    await stop();
  }
}

async function started(worker, folder) {
  const begin = performance.now();
  const { urls, stop } = await startWorkers([worker], () => undefined, { resourcePersistencePath: folder });
  try {
    const client = await Client.connected(urls[0], 1);
    const pid = child("workerd");
    const before = processorTime(pid);
    const asked = performance.now();
    const { status, body } = await client.one(tokenRequest(urls[0], REQUESTS[0]));
    const answered = performance.now();
    const processor = processorTime(pid) - before;
    client.close();
    assert.equal(status, 200, body.toString());
    return { first: answered - asked, processor, start: answered - begin };
  } finally {
    await stop();
  }
}
