// The documentation beside the Worker, as static files: its own policy in place of the page's.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { buildDocs, HEADERS, POLICY } from "../../src/tasks/docs.mjs";
import { ROOT } from "../../src/tasks/setup.mjs";
import { folder, startWorker } from "./worker.mjs";

const place = folder();
let sts;
before(async () => {
  await buildDocs();
  const site = join(place.path, "site");
  cpSync(join(ROOT, "target", "docs"), join(site, "docs"), { recursive: true });
  const headers = readFileSync(join(ROOT, "www", "_headers"), "utf8");
  assert.ok(
    headers.includes(HEADERS),
    "www/_headers has the rule of the documentation, as src/tasks/docs/policy.mjs has it",
  );
  writeFileSync(join(site, "_headers"), headers);
  writeFileSync(join(site, "index.html"), "<p>the page</p>");
  const change = (text) => text.replace(/^directory = .*$/m, () => `directory = ${JSON.stringify(site)}`);
  sts = await startWorker({ path: place.path, change });
});
after(async () => {
  await sts?.stop();
  place.remove();
});

const headersOf = async (path) => (await sts.fetch(path)).headers;

describe("the documentation beside the Worker", () => {
  test("has its own policy, and the other headers of the page", async () => {
    const page = await headersOf("/");
    for (const path of ["/docs/", "/docs/reference/errors", "/docs/icon.svg"]) {
      const headers = await headersOf(path);
      assert.equal(headers.get("content-security-policy"), POLICY, path);
      for (const name of ["x-content-type-options", "referrer-policy", "cross-origin-opener-policy"]) {
        assert.equal(headers.get(name), page.get(name), `${path} ${name}`);
      }
    }
    assert.match(page.get("content-security-policy"), /trusted-types/);
    assert.notEqual(page.get("content-security-policy"), POLICY);
  });

  test("a page that is not there is answered by the Worker", async () => {
    const response = await sts.fetch("/docs/nowhere");
    assert.deepEqual([response.status, response.headers.get("content-type")], [404, "application/json"]);
  });
});
