// Every suite against the Worker that is deployed, in the real Workers runtime with real KV and Durable Objects.
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { install, SECRETS, SIGNING_SECRET, TRUSTED } from "../suites/fixture.mjs";
import { suites } from "../suites/index.mjs";
import { minted } from "../suites/jwt.mjs";
import { ownWorker } from "./own_worker.mjs";

const sts = await ownWorker();
await install(sts);

for (const [suite, cases] of Object.entries(suites)) {
  describe(suite, () => {
    for (const { name, run } of cases) test(name, () => run(sts));
  });
}

describe("the log of the Worker", () => {
  test("is one line of JSON for each decision, and holds no secret", () => {
    assert.ok(sts.lines.length > 500);
    const text = sts.lines.join("\n");
    for (const line of sts.lines) {
      assert.ok(!line.includes("\n"));
      assert.equal(typeof JSON.parse(line).event, "string");
    }
    const secrets = [
      ...Object.values(SECRETS).filter((secret) => secret !== "test"),
      ...Object.values(TRUSTED).map(({ secret }) => secret),
      SIGNING_SECRET,
    ];
    for (const secret of secrets) assert.ok(!text.includes(secret), "a secret");
    const signatures = minted.map((token) => token.split(".").at(-1)).filter((part) => part.length >= 16);
    const words = new Set(text.match(/[\w-]{16,}/g));
    for (const signature of signatures) assert.ok(!words.has(signature), "a token's signature");
    assert.ok(!/sts_[ar]t_[\w-]{8}/.test(text), "an issued token");
  });
});

describe("static files", () => {
  test("the demo page on /, and the module that it needs", async () => {
    const page = await sts.fetch("/");
    assert.equal(page.status, 200);
    assert.match(page.headers.get("content-type"), /^text\/html/);
    assert.match(await page.text(), /data-testid="run"/);
    for (const path of ["/page.js", "/edge-sts/browser.js", "/edge-sts/wasm/edge_sts_bg.wasm"]) {
      const response = await sts.fetch(path);
      await response.arrayBuffer();
      assert.equal(response.status, 200, path);
    }
    assert.equal((await sts.fetch("/nowhere.html")).status, 404);
  });
});
