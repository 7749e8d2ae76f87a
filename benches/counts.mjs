// What an exchange costs in calls of stores: counted, by the Worker of tests/workerd/counts.test.mjs.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "./measure/client.mjs";
import { note } from "./measure/rows.mjs";
import { ISSUER, REQUESTS, RESOURCES, SIGNING_KEY } from "./scenario/exchange.mjs";
import { tokenRequest } from "./scenario/over_http.mjs";
import { REFRESHING } from "./scenario/refreshing.mjs";
import { storedEntries } from "./scenario/stored.mjs";
import { bundled } from "./workers/bundled.mjs";
import { startWorkers, STORES } from "./workers/runtime.mjs";

const worker = {
  name: "counting",
  modules: await bundled("tests/workerd/counting_worker.mjs", { objects: true }),
  ...STORES,
  bindings: { STS_ISSUER: ISSUER, STS_SIGNING_KEYS: JSON.stringify({ keys: [SIGNING_KEY] }) },
};
const folder = mkdtempSync(join(tmpdir(), "edge-sts-counts-"));
try {
  const cold = await counted([REQUESTS[0]], { seed: true });
  const warm = await counted([REQUESTS[0], REQUESTS[0]]);
  const refreshing = { ...REQUESTS[0], client_id: REFRESHING.id };
  const issued = await counted([refreshing]);
  const used = await counted([refreshing, "refresh"]);
  console.log("| | reads of KV | rounds | calls of Durable Objects |");
  console.log("|---|--:|--:|--:|");
  const rows = { "a cold exchange": cold, "a warm one": warm, "one that gives a refresh token": issued };
  for (const [what, { reads, rounds, grants, directory }] of Object.entries({ ...rows, "a refresh": used })) {
    console.log(`| ${[what, reads, rounds, grants + directory].join(" | ")} |`);
  }
  const measured = `${cold.rounds} round / ${warm.reads}; ${cold.grants} / ${issued.grants} (a refresh: ${used.grants})`;
  note("counts", measured, cold.rounds === 1 && warm.reads === 0 && cold.grants === 0 && issued.grants <= 1);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// The calls of the last of these requests, in a runtime that is fresh.
async function counted(requests, { seed = false } = {}) {
  const { urls, kv, stop } = await startWorkers([worker], () => undefined, { resourcePersistencePath: folder });
  try {
    if (seed) {
      const store = await kv(worker.name, "CONFIG");
      for (const { key, value } of await storedEntries([...RESOURCES, REFRESHING])) await store.put(key, value);
    }
    const client = await Client.connected(urls[0], 1);
    let refresh_token;
    let counts;
    for (const request of requests) {
      await (await fetch(new URL("/counts", urls[0]))).json();
      const { client_secret } = REQUESTS[0];
      const refresh = { client_id: REFRESHING.id, client_secret, grant_type: "refresh_token", refresh_token };
      const parameters = request === "refresh" ? refresh : request;
      const { status, body } = await client.one(tokenRequest(urls[0], parameters));
      assert.equal(status, 200, body.toString());
      ({ refresh_token } = JSON.parse(body));
      counts = await (await fetch(new URL("/counts", urls[0]))).json();
    }
    client.close();
    return counts;
  } finally {
    await stop();
  }
}
