// Where a request came from: failures of public clients are counted by address, which only the host can know.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSts } from "edge-sts";
import { EXCHANGE, ISSUER, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";

const MOST = 100;

async function service() {
  const sts = await createSts({
    issuer: ISSUER,
    signingKeys: SIGNING_KEYS,
    resources: RESOURCES,
    now: () => 1_800_000_000,
    onEvent: () => undefined,
  });
  let asked = 0;
  return async (from, headers = {}) => {
    asked += 1;
    const body = new URLSearchParams({ grant_type: EXCHANGE, client_id: `guess-${asked}` });
    return sts.fetch(new Request(`${ISSUER}/auth/token`, { method: "POST", body, headers }), from);
  };
}

async function fails(ask, from, headers) {
  for (let times = 0; times < MOST; times += 1) assert.equal((await ask(from, headers)).status, 401);
  return (await ask(from, headers)).status;
}

test("failures are counted by the address that the host names", async () => {
  const ask = await service();
  assert.equal(await fails(ask, { address: "2001:db8::1" }), 429);
  const refused = await ask({ address: "2001:db8::2" });
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "60"]);
  assert.equal((await ask({ address: "192.0.2.1" })).status, 401);
  assert.equal((await ask()).status, 401);
});

test("and not by one that a client sends", async () => {
  const ask = await service();
  assert.equal(await fails(ask, undefined, { "cf-connecting-ip": "192.0.2.1", "x-forwarded-for": "192.0.2.1" }), 401);
});

test("what is no address does not count, and adds no line", async () => {
  for (const from of [
    { address: "192.0.2.1\nauthorization: Basic eDp5" },
    { address: 7 },
    { address: "" },
    { address: "unknown" },
    null,
    "192.0.2.1",
  ]) {
    const ask = await service();
    assert.equal(await fails(ask, from), 401, JSON.stringify(from));
  }
});
