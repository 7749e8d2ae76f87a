// The documentation in a real browser, under the policy that it is deployed with: search, colours, a phone, and axe.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { SIDEBAR } from "../../src/tasks/docs/sidebar.mjs";
import { buildDocs, POLICY } from "../../src/tasks/docs.mjs";
import { launch, serve } from "./chromium.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PAGES = SIDEBAR.flatMap(({ items }) => items.map(({ link }) => (link === "/" ? "/" : `${link}.html`)));

// One of each kind: axe takes a second for a page.
const KINDS = [
  "/",
  "/tutorial/first-exchange.html",
  "/how-to/github-actions.html",
  "/how-to/costs.html",
  "/reference/client.html",
  "/reference/errors.html",
  "/reference/rules.html",
  "/explanation/token-exchange.html",
];

let server;
let browser;
before(async () => {
  await buildDocs();
  server = await serve({ "/docs/": "target/docs/" }, { "content-security-policy": POLICY });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Runs `work` with a page of its own, in which nothing may fail and nothing may be asked of another host. */
async function inPage(options, work) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  page.on("request", (request) => request.url().startsWith(server.origin) || faults.push(request.url()));
  const open = async (path) => {
    await page.goto(`${server.origin}/docs${path}`);
    await page.waitForFunction(() => document.querySelector("#app").__vue_app__ !== undefined);
  };
  try {
    await work(page, open);
    assert.deepEqual([...new Set(faults)], []);
  } finally {
    await context.close();
  }
}

const dark = (page) => page.evaluate(() => document.documentElement.classList.contains("dark"));

describe("the documentation", () => {
  test("finds a reason, and leads to it", () =>
    inPage({}, async (page, open) => {
      await open("/");
      await page.keyboard.press("Control+k");
      await page.locator(".VPLocalSearchBox input").fill("refresh_token_reused");
      await page.locator(".VPLocalSearchBox .result").first().waitFor();
      const found = page.locator(".VPLocalSearchBox .result", { hasText: "Errors and reasons" }).first();
      await found.click();
      await page.waitForURL("**/reference/errors.html*");
      await page.locator("h1", { hasText: "Errors and reasons" }).waitFor();
    }));

  test("is light or dark as the reader has it, and as he wants it", () =>
    inPage({ colorScheme: "dark", viewport: { width: 1366, height: 768 } }, async (page, open) => {
      await open("/explanation/token-exchange.html");
      assert.equal(await dark(page), true);
      assert.equal(await page.locator("img.in-dark").isVisible(), true);
      await page.locator(".VPNavBarAppearance button").click();
      assert.equal(await dark(page), false);
      assert.equal(await page.locator("img.in-light").isVisible(), true);
      await page.reload();
      assert.equal(await dark(page), false);
    }));

  test("leads from page to page without loading anew", () =>
    inPage({ viewport: { width: 1366, height: 768 } }, async (page, open) => {
      await open("/");
      await page.evaluate(() => (globalThis.stays = true));
      await page.locator(".VPSidebar a", { hasText: "Rotate signing keys" }).click();
      await page.locator("h1", { hasText: "Rotate signing keys" }).waitFor();
      assert.equal(await page.evaluate(() => globalThis.stays), true);
    }));

  test("every page fits a phone, with its menu", () =>
    inPage({ viewport: { width: 390, height: 844 } }, async (page, open) => {
      for (const path of PAGES) {
        await open(path);
        const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(wide <= seen, `${path} is ${wide} wide`);
      }
      await page.locator(".VPLocalNav button.menu").click();
      await page.locator(".VPSidebar.open").waitFor();
    }));

  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing, ${colorScheme}`, () =>
      inPage({ colorScheme, viewport: { width: 1366, height: 768 }, reducedMotion: "reduce" }, async (page, open) => {
        for (const path of KINDS) {
          await open(path);
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => globalThis.axe.run());
          const found = violations.map(({ id, nodes }) => `${path}: ${id}: ${nodes[0].html}`);
          assert.deepEqual(found, []);
        }
      }));
  }

  test("without its headers it is under the same policy", () =>
    inPage({}, async (page) => {
      const plain = await serve({ "/docs/": "target/docs/" });
      try {
        await page.goto(`${plain.origin}/docs/`);
        const ran = await page
          .evaluate(() => {
            const script = document.createElement("script");
            script.textContent = "globalThis.planted = true";
            return new Promise((resolve) => {
              addEventListener("securitypolicyviolation", () => resolve(globalThis.planted === true));
              try {
                document.head.append(script);
              } catch {
                resolve(false);
              }
            });
          })
          .catch(() => false);
        assert.equal(ran, false);
      } finally {
        await plain.close();
      }
    }).catch((error) => {
      // What is refused is told on the console.
      if (!/violates|TrustedScript|http:\/\/127/.test(error.message)) throw error;
    }));
});
