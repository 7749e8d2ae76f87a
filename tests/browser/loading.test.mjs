// How the pages load, on which their scores in Lighthouse depend (`npm run lighthouse`): what is painted first needs the document
// and its styles alone, nothing moves when more comes, and what is not needed yet is not loaded and not done. No clock decides.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { serveSite } from "../../src/tasks/lighthouse/site_server.mjs";
import { buildDocs } from "../../src/tasks/docs.mjs";
import { buildSite, SITE } from "../../src/tasks/site.mjs";
import { launch } from "./chromium.mjs";
import { show } from "./demo.mjs";

const PHONE = { viewport: { width: 412, height: 823 }, isMobile: true, hasTouch: true };
const DESKTOP = { viewport: { width: 1366, height: 768 } };

await buildDocs();
await buildSite();
const server = await serveSite(SITE);
const browser = await launch();
after(async () => {
  await browser.close();
  await server.close();
});

/** A page of its own, with what `prepare` routes. It notes what moves, and when the first answer is there. */
async function open(path, options, prepare = async () => undefined) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.moved = [];
    new PerformanceObserver((list) => {
      for (const { sources } of list.getEntries()) {
        globalThis.moved.push(...sources.map(({ node }) => node?.id || node?.className || node?.nodeName));
      }
    }).observe({ type: "layout-shift", buffered: true });
    new MutationObserver((_changes, observer) => {
      if (document.querySelector("main[data-answered]") === null) return;
      globalThis.answeredAt = performance.now();
      observer.disconnect();
    }).observe(document, { subtree: true, attributeFilter: ["data-answered"] });
  });
  await prepare(page);
  await page.goto(server.origin + path, { waitUntil: "commit" });
  return page;
}

const answer = (page) => page.waitForFunction(() => globalThis.answeredAt !== undefined);
const editors = (page) =>
  page.waitForFunction(
    () => globalThis.answeredAt !== undefined && document.querySelector("#exchange textarea") === null,
  );

/** Holds back what has this name until `release` is called. */
function held() {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const hold = async (route) => {
    await released;
    await route.continue();
  };
  return { hold, release };
}

describe("what is painted first needs the document and its styles alone", () => {
  // Bytes as they are sent. What fits into 14 KiB comes with the first answer of a connection.
  for (const [path, said, budget] of [
    ["/", "One token in, another token out", 14 * 1024],
    ["/admin/", "edge-sts operator", 14 * 1024],
    ["/docs/", "What edge-sts is", 40 * 1024],
    ["/docs/how-to/github-actions.html", "GitHub Actions", 40 * 1024],
  ]) {
    test(path, async () => {
      const done = [];
      const page = await open(path, PHONE, async (made) => {
        // Never answered; but the documentation must know first whether it is dark.
        await made.route(/\.(js|wasm)$/, (route) =>
          /\/assets\/inline-/.test(route.request().url()) ? route.continue() : undefined,
        );
        made.on("requestfinished", (request) => done.push(request));
      });
      await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length === 1);
      assert.ok(await page.getByText(said, { exact: true }).first().isVisible());
      const sizes = await Promise.all(done.map(async (request) => (await request.sizes()).responseBodySize));
      const sum = sizes.reduce((all, one) => all + one, 0);
      assert.ok(sum > 1024 && sum <= budget, `${sum} bytes: ${done.map((request) => request.url())}`);
      await page.context().close();
    });
  }
});

describe("the demo page", () => {
  for (const [device, options] of Object.entries({ PHONE, DESKTOP })) {
    test(`nothing moves from the first paint to the last editor, ${device}`, async () => {
      const [module, editor] = [held(), held()];
      const page = await open("/", options, async (made) => {
        await made.route("**/*.wasm", module.hold);
        await made.route("**/codemirror.js", editor.hold);
      });
      await page.locator("#client-field .form").waitFor({ state: "attached" });
      assert.equal(await page.locator("#verdict-title").textContent(), "Loading the service");
      module.release();
      await answer(page);
      assert.equal(await page.locator("#verdict-title").textContent(), "Exchanged");
      editor.release();
      await editors(page);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))));
      assert.deepEqual(await page.evaluate(() => globalThis.moved), []);
      await page.context().close();
    });
  }

  test("names in its head each module that the first answer needs, so that all are asked for at once", async () => {
    const page = await open("/", DESKTOP);
    await editors(page);
    const { needed, named, later } = await page.evaluate(() => {
      const loaded = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"));
      const heads = [...document.head.querySelectorAll("script[src], link[rel=modulepreload]")];
      return {
        needed: loaded.filter(({ startTime }) => startTime < globalThis.answeredAt).map(({ name }) => name),
        later: loaded.filter(({ startTime }) => startTime >= globalThis.answeredAt).map(({ name }) => name),
        named: heads.map((one) => one.src || one.href),
      };
    });
    assert.deepEqual(needed.sort(), named.sort());
    assert.ok(needed.some((name) => name.endsWith("/edge-sts/engine.js")));
    // The editor is larger than all of them.
    assert.deepEqual(
      later.map((name) => new URL(name).pathname).sort(),
      [
        "/code_field.js",
        "/editor.js",
        "/expression_words.js",
        "/json_completion.js",
        "/json_places.js",
        "/packages/codemirror.js",
      ].filter((name) => !needed.some((one) => one.endsWith(name))),
    );
    await page.context().close();
  });

  test("an editor does not take the field away in which one writes", async () => {
    const editor = held();
    const page = await open("/", DESKTOP, (made) => made.route("**/codemirror.js", editor.hold));
    await answer(page);
    await show(page, "json");
    const area = page.locator("textarea#user");
    await area.fill('{ "id": "bobby" }');
    editor.release();
    await page.locator("#client-field .cm-editor").waitFor();
    await page.keyboard.type(" ");
    assert.equal(await area.inputValue(), '{ "id": "bobby" } ');
    await page.waitForFunction(() => /bobby|user_unknown/.test(document.querySelector("#event").textContent));
    await page.locator("#scope").focus();
    await editors(page);
    assert.equal(await page.locator("#user-field .cm-content").textContent(), '{ "id": "bobby" } ');
    await page.context().close();
  });

  test("measures how long it takes only where one looks at it", async () => {
    const page = await open("/", PHONE);
    await editors(page);
    const time = page.getByTestId("time");
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
    assert.equal(await time.textContent(), "");
    await time.evaluate((one) => one.scrollIntoView());
    await page.waitForFunction(() => /in the module/.test(document.querySelector("#time").textContent));
    await page.context().close();
  });
});
