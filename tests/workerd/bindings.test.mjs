// A Worker that is not set up: 503, and /health says what is missing, without a value of anything.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ADMIN_TOKEN, CLIENT_KEY, ISSUER, OTHER_KEY, SIGNING_KEYS } from "../suites/fixture.mjs";
import { folder, startWorker } from "./worker.mjs";

const place = folder();
after(() => place.remove());

const good = { STS_ISSUER: ISSUER, STS_SIGNING_KEYS: JSON.stringify(SIGNING_KEYS), STS_ADMIN_TOKEN: ADMIN_TOKEN };
const without = (...names) => Object.fromEntries(Object.entries(good).filter(([name]) => !names.includes(name)));

const cases = [
  ["no KV namespace", { change: (text) => text.replace(/\[\[kv_namespaces\]\][^[]*/, "") }, ["CONFIG"]],
  [
    "no Durable Objects",
    {
      change: (text) =>
        text.replace(/\[\[durable_objects\.bindings\]\][^[]*/, "").replace(/\[\[migrations\]\][^[]*/, ""),
    },
    ["GRANTS"],
  ],
  [
    "no issuer and no keys",
    { bindings: without("STS_ISSUER", "STS_SIGNING_KEYS") },
    ["STS_ISSUER", "STS_SIGNING_KEYS"],
  ],
  ["keys that are none", { bindings: { ...good, STS_SIGNING_KEYS: "planted-value" } }, []],
  [
    "a key whose private part is another key's",
    { bindings: { ...good, STS_SIGNING_KEYS: JSON.stringify({ keys: [{ ...CLIENT_KEY, d: OTHER_KEY.d }] }) } },
    ["STS_SIGNING_KEYS"],
  ],
  ["a second set that is none", { bindings: { ...good, STS_SIGNING_KEYS_2: "planted-value" } }, []],
  ["a second set without a key", { bindings: { ...good, STS_SIGNING_KEYS_2: '{"keys":[]}' } }, ["STS_SIGNING_KEYS_2"]],
  [
    "the same key in both sets",
    { bindings: { ...good, STS_SIGNING_KEYS_2: good.STS_SIGNING_KEYS } },
    ["STS_SIGNING_KEYS_2"],
  ],
  ["a kid that no key has", { bindings: { ...good, STS_SIGN_WITH: "planted-value" } }, ["STS_SIGN_WITH"]],
  ["an issuer that is none", { bindings: { ...good, STS_ISSUER: "http://planted-value.example" } }, []],
  ["a cache time that is none", { bindings: { ...good, STS_CACHE_TTL: "planted-value" } }, ["STS_CACHE_TTL"]],
];

describe("a Worker that is not set up", () => {
  for (const [title, options, names] of cases) {
    test(title, async () => {
      const sts = await startWorker({ path: place.path, ...options });
      try {
        const health = await sts.fetch("/health");
        const text = await health.text();
        assert.equal(health.status, 503, text);
        for (const name of names) assert.ok(text.includes(name), text);
        assert.ok(!text.includes("planted-value"), text);
        for (const other of Object.keys(good))
          if (names.length > 0 && !names.some((name) => name.startsWith(other)) && !names.includes("STS_SIGN_WITH"))
            assert.ok(!text.includes(other), text);
        for (const [method, path] of [
          ["POST", "/auth/token"],
          ["POST", "/auth/introspect"],
          ["GET", "/Client"],
        ]) {
          const response = await sts.fetch(path, { method, ...(method === "POST" ? { body: "" } : {}) });
          assert.equal(response.status, 503, path);
          assert.match(response.headers.get("retry-after"), /^[1-9][0-9]*$/);
          assert.equal(response.headers.get("cache-control"), "no-store");
          const body = await response.text();
          if (path.startsWith("/auth")) assert.equal(JSON.parse(body).error, "temporarily_unavailable");
          assert.ok(!body.includes("planted-value"));
        }
      } finally {
        await sts.stop();
      }
    });
  }

  test("no administrator's token: no administrator's interface, and the rest serves", async () => {
    const sts = await startWorker({ path: place.path, bindings: without("STS_ADMIN_TOKEN") });
    try {
      assert.deepEqual(await (await sts.fetch("/health")).json(), { status: "ok" });
      for (const token of [ADMIN_TOKEN, "", "undefined"]) {
        const response = await sts.fetch("/Client", { headers: { authorization: `Bearer ${token}` } });
        assert.equal(response.status, 404);
        await response.text();
      }
    } finally {
      await sts.stop();
    }
  });
});
