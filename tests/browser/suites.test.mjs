// Every suite inside a page of a real browser, against the package's entry point for browsers.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { launch, serve } from "./chromium.mjs";

const server = await serve({
  "/dist/": "dist/",
  "/suites/": "tests/suites/",
  "/data/": "tests/data/",
  "/documents.mjs": "tests/documents.mjs",
  "/www/docs/": "www/docs/",
  "/": "tests/browser/",
});
const browser = await launch();
after(async () => {
  await browser.close();
  await server.close();
});

const page = await browser.newPage();
const faults = [];
page.on("pageerror", (error) => faults.push(String(error)));
await page.goto(`${server.origin}/suites.html`);
const names = await page.evaluate(() => globalThis.ready);

for (const [suite, cases] of Object.entries(names)) {
  describe(suite, () => {
    cases.forEach((name, index) => {
      test(name, async () => {
        const failure = await page.evaluate(([suite, index]) => globalThis.runCase(suite, index), [suite, index]);
        assert.equal(failure, null);
      });
    });
  });
}

test("the page met no fault outside of the cases", () => assert.deepEqual(faults, []));
