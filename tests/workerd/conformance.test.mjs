// The suite of tests/conformance against the Worker that is deployed, in the real Workers runtime.
import assert from "node:assert/strict";
import { test } from "node:test";
import { conformance } from "../conformance/runner.mjs";
import { readTarget } from "../conformance/target.mjs";
import { signingKeys, targetOf } from "../suites/conformance_target.mjs";
import { freePort } from "../free_port.mjs";
import { ADMIN_TOKEN, install } from "../suites/fixture.mjs";
import { ownWorker } from "./own_worker.mjs";

const port = await freePort();
const bindings = {
  STS_ISSUER: `http://127.0.0.1:${port}`,
  STS_SIGNING_KEYS: JSON.stringify(signingKeys()),
  STS_ADMIN_TOKEN: ADMIN_TOKEN,
};
const sts = await ownWorker({ port, bindings });

test("the Worker keeps every MUST and every SHOULD", async () => {
  await install(sts);
  const { results, counts } = await conformance(readTarget(JSON.stringify(targetOf(sts.url))));
  const failed = results.filter(({ outcome }) => outcome === "failed");
  assert.deepEqual(
    failed.map(({ level, name, received }) => `${level} ${name}: ${received}`),
    [],
  );
  assert.ok(counts.passed >= 395, `${counts.passed} passed`);
});
