// Data points of Workers Analytics Engine: one for each decision, in columns that keep their meaning. Locally the dataset
// is one that throws away what it is given, so that what is written is caught by another binding with the same call.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { issuedBy } from "../suites/answers.mjs";
import { ADMIN_TOKEN, install } from "../suites/fixture.mjs";
import { goodExchange, refreshRequest } from "../suites/token_request.mjs";
import { folder, startWorker } from "./worker.mjs";

const place = folder();
after(() => place.remove());

const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
const dataset = '\n[[analytics_engine_datasets]]\nbinding = "METRICS"\ndataset = "edge_sts"\n';
const caught = '\n[[services]]\nbinding = "METRICS"\nservice = "edge-sts"\nentrypoint = "Dataset"\n';

async function eventually(points, wanted) {
  const found = [];
  for (let look = 0; look < 100 && found.length < wanted; look++) {
    found.push(...(await points()));
    if (found.length < wanted) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return found;
}

describe("data points", () => {
  test("what is written for what was decided", async () => {
    const main = "tests/workerd/metrics_worker.mjs";
    const sts = await startWorker({ path: place.path, main, change: (text) => text + caught });
    const points = async () => (await sts.fetch("/points")).json();
    try {
      await install(sts);
      const installed = await eventually(points, 2);
      assert.ok(installed.length > 1);
      for (const { indexes, blobs, doubles } of installed) {
        assert.deepEqual([indexes, blobs], [[blobs[0]], [blobs[0], "success", "", ""]]);
        assert.match(blobs[0], /^admin\.(put|post)$/);
        assert.equal(doubles[0], 1);
      }
      await points();

      const { answer } = await issuedBy(await (await goodExchange(sts)).send(sts));
      await issuedBy(await refreshRequest("c1", answer.refresh_token).send(sts));
      await (await (await goodExchange(sts)).set("scope", "planted-by-a-client").send(sts)).text();
      const written = await eventually(points, 3);
      assert.deepEqual(
        written.map(({ indexes, blobs, doubles }) => [indexes, blobs, doubles.length, doubles[0]]),
        [
          [["token.exchange"], ["token.exchange", "success", "", "access_token"], 2, 1],
          [["token.refresh"], ["token.refresh", "success", "", "access_token"], 2, 1],
          [["token.exchange"], ["token.exchange", "refused", "scope_not_allowed", ""], 2, 1],
        ],
      );
      for (const { doubles } of written) assert.ok(doubles[1] >= 0 && doubles[1] < 60, String(doubles[1]));

      const entry = (id) => ({
        request: { method: "PUT", url: `User/${id}` },
        resource: { resourceType: "User", id },
      });
      const body = JSON.stringify({
        resourceType: "Bundle",
        type: "transaction",
        entry: ["planted-1", "planted-2"].map(entry),
      });
      const changed = await sts.fetch("/", { method: "POST", headers, body });
      assert.equal(changed.status, 200, await changed.text());
      const bundle = await eventually(points, 2);
      assert.deepEqual(
        bundle.map(({ blobs, doubles }) => [blobs[0], doubles[0]]),
        [
          ["admin.put", 1],
          ["admin.put", 0],
        ],
      );
      assert.ok(!JSON.stringify([...written, ...bundle]).includes("planted"));
      // An isolate of many has no counters to read.
      assert.equal((await sts.fetch("/metrics", { headers })).status, 404);
    } finally {
      await sts.stop();
    }
  });

  test("a dataset of the runtime itself is taken, and serves", async () => {
    const own = folder();
    const sts = await startWorker({ path: own.path, change: (text) => text + dataset });
    try {
      assert.deepEqual(await (await sts.fetch("/health")).json(), { status: "ok" });
      await install(sts);
      await issuedBy(await (await goodExchange(sts)).send(sts));
    } finally {
      await sts.stop();
      own.remove();
    }
    assert.deepEqual(
      sts.lines.filter((line) => line.includes("METRICS")),
      [],
    );
  });

  test("a binding that is no dataset is named by /health", async () => {
    const change = (text) =>
      text.replace('binding = "CONFIG"', 'binding = "CONFIG"\n\n[[kv_namespaces]]\nbinding = "METRICS"');
    const sts = await startWorker({ path: place.path, change });
    try {
      const health = await sts.fetch("/health");
      assert.equal(health.status, 503);
      assert.match(await health.text(), /METRICS/);
    } finally {
      await sts.stop();
    }
  });
});
