// The demo page as it is deployed, for the tests.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { launch, serve } from "./chromium.mjs";

/** The headers that the page is deployed with: its Content-Security-Policy holds here too. */
export const HEADERS = Object.fromEntries(
  readFileSync(new URL("../../www/_headers", import.meta.url), "utf8")
    .split(/^(?=\/)/m)
    .find((rule) => rule.startsWith("/*"))
    .split("\n")
    .filter((line) => /^\s+[\w-]+: /.test(line))
    .map((line) => line.trim().split(/: (.*)/, 2))
    .filter(([name]) => name !== "Strict-Transport-Security"),
);

/**
 * A browser and the page's server. `open(fragment, options)` opens the page in a new context, and in it the rules, as a reader does
 * who changes them; `close()` ends both.
 */
export async function demo() {
  const server = await serve({ "/": "target/site/" }, HEADERS);
  const browser = await launch();
  return {
    server,
    browser,
    /** Gives the page; `page.faults` are its errors, `page.asked` the addresses that it asked for. */
    async open(fragment = "", options = {}) {
      const context = await browser.newContext({ acceptDownloads: true, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      [page.faults, page.asked] = [[], []];
      page.on("pageerror", (error) => page.faults.push(String(error)));
      page.on(
        "console",
        (message) => ["error", "warning"].includes(message.type()) && page.faults.push(message.text()),
      );
      page.on("request", (request) => page.asked.push(request.url()));
      await page.goto(`${server.origin}/${fragment}`);
      await opened(page);
      await openRules(page);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Waits for the first answer, and for the editors, which come after it. */
export async function opened(page) {
  await page.waitForFunction(() => document.querySelector("#brief").dataset.status !== "idle");
  await page.waitForFunction(() => document.querySelector("#exchange textarea") === null);
}

/** Does something, and waits for the exchange that comes of it. */
export async function afterwards(page, action) {
  await page.getByTestId("event").evaluate((element) => (element.textContent = ""));
  await action();
  await page.waitForFunction(() => document.querySelector('[data-testid="event"]').textContent !== "");
}

/** The text in a field with JSON. */
export function textIn(page, name) {
  return page.getByTestId(name).evaluate(async (one) => {
    const { EditorView } = await import("/packages/codemirror.js");
    return EditorView.findFromDOM(one).state.doc.toString();
  });
}

/** Opens the part of the page that has the rules. */
export function openRules(page) {
  return page.locator("#rules-of").evaluate((rules) => (rules.open = true));
}

/** Shows the rules as `form` or as `json`. */
export async function show(page, view) {
  await openRules(page);
  await page.locator(`[data-view="${view}"]`).click();
}

/** Writes a text into a field with JSON, in place of what is there, as a reader does who pastes it. Rules are then shown as JSON. */
export async function write(page, name, text) {
  if (["client", "introspector", "user"].includes(name)) await show(page, "json");
  await page.getByTestId(name).focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
}

/** Waits until nothing in the page changes any more. */
export function settled(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        let timer = setTimeout(resolve, 250);
        new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(resolve, 250);
        }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      }),
  );
}

/** axe finds nothing. The page must have been opened with `bypassCSP`. */
export async function clean(page, axe, what) {
  await page.evaluate(axe);
  await settled(page);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message}`)}`);
  });
  assert.deepEqual(found, [], what);
}
