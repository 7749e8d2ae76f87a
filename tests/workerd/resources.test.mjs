// Where the resources of the Worker come from: the directory published to KV, the directory itself, KV alone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ADMIN_TOKEN, install, ISSUER, SIGNING_KEYS } from "../suites/fixture.mjs";
import { issuedBy } from "../suites/answers.mjs";
import { goodExchange } from "../suites/token_request.mjs";
import { folder, startWorker } from "./worker.mjs";

const place = folder();
after(() => place.remove());

const good = { STS_ISSUER: ISSUER, STS_SIGNING_KEYS: JSON.stringify(SIGNING_KEYS), STS_ADMIN_TOKEN: ADMIN_TOKEN };
const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };

async function withWorker(options, work) {
  const sts = await startWorker({ path: place.path, bindings: good, ...options });
  try {
    await work(sts);
  } finally {
    await sts.stop();
  }
}

async function exchanges(sts) {
  await issuedBy(await (await goodExchange(sts)).send(sts));
}

async function administer(sts, method, path, body) {
  const response = await sts.fetch(path, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

const withoutDirectory = (text) =>
  text.replace(/\[\[durable_objects\.bindings\]\]\nname = "DIRECTORY"\nclass_name = "Directory"\n/, "");

describe("the resources of the Worker", () => {
  before(() => withWorker({}, (sts) => install(sts)));

  test("the directory publishes to KV, where requests read them", () =>
    withWorker({}, async (sts) => {
      await exchanges(sts);
      assert.equal((await administer(sts, "PUT", "/User/published", "{}")).status, 201);
    }));

  test("without DIRECTORY KV alone serves, and the administrator's interface only reads", () =>
    withWorker({ change: withoutDirectory }, async (sts) => {
      await exchanges(sts);
      assert.equal((await administer(sts, "GET", "/User/published")).status, 200);
      const { body } = await administer(sts, "GET", "/User?_count=1000");
      assert.ok(body.entry.some(({ resource }) => resource.id === "published"));
      for (const [method, path, text] of [
        ["PUT", "/User/published", "{}"],
        ["DELETE", "/User/published"],
        ["POST", "/User", "{}"],
      ]) {
        assert.equal((await administer(sts, method, path, text)).status, 405, `${method} ${path}`);
      }
      await exchanges(sts);
    }));

  test("with STS_CONSISTENCY strong the directory itself is read", () =>
    withWorker({ bindings: { ...good, STS_CONSISTENCY: "strong" } }, async (sts) => {
      await exchanges(sts);
      assert.equal((await administer(sts, "DELETE", "/User/published")).status, 200);
      assert.equal((await administer(sts, "GET", "/User/published")).status, 404);
    }));

  test("what cannot be is named by /health", async () => {
    for (const [options, name] of [
      [{ bindings: { ...good, STS_CONSISTENCY: "planted-value" } }, "STS_CONSISTENCY"],
      [{ bindings: { ...good, STS_CONSISTENCY: "strong" }, change: withoutDirectory }, "DIRECTORY"],
      [{ bindings: { ...good, STS_ADMIN_TOKEN: "planted-value-with-a-newline\n" } }, "STS_ADMIN_TOKEN"],
      [{ bindings: { ...good, STS_ADMIN_TOKENS: "planted-value" } }, "STS_ADMIN_TOKENS"],
      [{ bindings: { ...good, STS_SECRET_PEPPER: "planted-value" } }, "STS_SECRET_PEPPER"],
    ]) {
      await withWorker(options, async (sts) => {
        const health = await sts.fetch("/health");
        const text = await health.text();
        assert.equal(health.status, 503, text);
        assert.ok(text.includes(name) && !text.includes("planted-value"), text);
      });
    }
  });
});
