// A fault of the module itself, for real: its memory is destroyed from outside. Requests that meet it, or that were
// waiting in the lost instance, get temporarily_unavailable; those after it are served.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSts, memoryDirectory, OAuthError } from "edge-sts";
import { initSync } from "../../dist/wasm/edge_sts.js";
import { ISSUER, RESOURCES, SECRETS, SIGNING_KEYS, subjectToken, TYPE } from "../suites/fixture.mjs";

const clock = { now: () => 1_800_000_000 };
const options = { issuer: ISSUER, signingKeys: SIGNING_KEYS, now: clock.now, onEvent: () => undefined };

// The module is loaded already: this gives its exports.
function destroy() {
  const { memory } = initSync();
  new Uint8Array(memory.buffer).fill(0xff);
}

async function parameters(more = {}) {
  return {
    client_id: "c1",
    client_secret: SECRETS.c1,
    subject_token: await subjectToken(clock),
    subject_token_type: TYPE.jwt,
    scope: "read",
    ...more,
  };
}

function unavailable(error) {
  assert.ok(error instanceof OAuthError, String(error));
  assert.deepEqual([error.status, error.error, error.reason], [503, "temporarily_unavailable", "internal_error"]);
  return true;
}

test("exchange(): one request fails, the next ones are served, by every service", async () => {
  const sts = await createSts({ ...options, resources: RESOURCES });
  const other = await createSts({ ...options, resources: RESOURCES, issuer: "https://other-sts.example" });
  const { refresh_token } = await sts.exchange(await parameters());
  await other.exchange(await parameters());
  for (let n = 0; n < 3; n++) {
    destroy();
    await assert.rejects(sts.exchange(await parameters()), unavailable);
    await sts.exchange(await parameters());
    await other.exchange(await parameters());
  }
  const refreshed = await sts.exchange({
    client_id: "c1",
    client_secret: SECRETS.c1,
    grant_type: "refresh_token",
    refresh_token,
  });
  assert.equal(refreshed.scope, "read");
});

test("fetch(): 503, and then served", async () => {
  const sts = await createSts({ ...options, resources: RESOURCES });
  const health = () => sts.fetch(new Request(`${ISSUER}/health`));
  assert.equal((await health()).status, 200);
  destroy();
  const response = await health();
  assert.equal(response.status, 503);
  assert.match(response.headers.get("retry-after"), /^[1-9][0-9]*$/);
  await response.text();
  assert.equal((await health()).status, 200);
});

test("requests that wait when it happens", async () => {
  const directory = memoryDirectory(RESOURCES);
  const filled = await createSts({ ...options, resources: directory });
  let open;
  const gate = new Promise((resolve) => (open = resolve));
  const slow = { get: (key) => gate.then(async () => (await directory.read([key]))[0]) };
  const sts = await createSts({ ...options, resources: slow });
  const waiting = await Promise.all([1, 2, 3].map(async () => ({ answer: sts.exchange(await parameters()) })));
  const page = sts.fetch(
    new Request(`${ISSUER}/auth/introspect`, {
      method: "POST",
      body: new URLSearchParams({ client_id: "c1", client_secret: SECRETS.c1, token: "x" }),
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 10));
  destroy();
  await assert.rejects(filled.exchange(await parameters()), unavailable);
  await filled.exchange(await parameters());
  open();
  for (const { answer } of waiting) await assert.rejects(answer, unavailable);
  assert.equal((await page).status, 503);
  await sts.exchange(await parameters());
});
