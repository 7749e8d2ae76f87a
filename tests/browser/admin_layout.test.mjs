// Form and JSON of a resource on the operator's page: side by side where there is room, with the JSON in sight while a long form
// is scrolled; else one of them, and the other one a click away, at the place where one left it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, describe, test } from "node:test";
import { clean, write } from "./demo.mjs";
import { LAPTOP, operator, PHONE, resource } from "./operator.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TABLET = { width: 820, height: 1100 };

const site = await operator();
after(() => site.close());
afterEach(() => site.closePages());

before(() =>
  site.administer("PUT", "/Client/long", {
    secret: "a secret of some length",
    grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
    allowedIssuers: ["https://issuer.example"],
    scope: Array.from({ length: 40 }, (_, index) => `orders:${index}`),
    auth: { token_exchange: { outlive_subject: true } },
  }),
);

const open = async (viewport, more = {}) => {
  const page = await site.at("#/Client/long", { viewport, ...more });
  await page.locator(".edit .form").waitFor({ state: "attached" });
  await page.locator(".faults .doubt").waitFor();
  return page;
};
const view = (page, name) => page.getByRole("group", { name: "Show the resource as" }).getByRole("button", { name });
const form = (page) => page.locator(".edit .form");
const json = (page) => page.getByTestId("json");
const scrolled = (page) => page.evaluate(() => Math.round(scrollY));

describe("form and JSON of a resource", () => {
  test("side by side: the JSON stays in sight while the form is scrolled, and fits above the bar that saves", async () => {
    const page = await open(LAPTOP);
    assert.equal(await view(page, "JSON").count(), 0, "there is nothing to choose");
    await page.locator('.member[data-member="scope"] input').nth(30).scrollIntoViewIfNeeded();
    assert.ok((await scrolled(page)) > 500);
    const [editor, bar] = await Promise.all(
      [".json .cm-editor", ".save"].map((one) =>
        page.locator(one).evaluate((box) => box.getBoundingClientRect().toJSON()),
      ),
    );
    assert.ok(editor.top >= 0 && editor.top < 60, `it begins at ${editor.top}`);
    assert.ok(editor.height > 300 && editor.bottom <= bar.top, `${editor.bottom} above ${bar.top}`);
    // What is found stays in sight with it, and leads to its line.
    const before = await scrolled(page);
    await page.locator(".faults .link").click();
    assert.equal(await page.evaluate(() => String(getSelection())), '"outlive_subject"');
    assert.ok(Math.abs((await scrolled(page)) - before) < 5, "the form stays where it was");
    assert.deepEqual(page.faults, []);
  });

  for (const viewport of [TABLET, PHONE]) {
    test(`one of them at ${viewport.width} pixels: a click changes it, and each is found where it was left`, async () => {
      const page = await open(viewport);
      assert.deepEqual([await form(page).isVisible(), await json(page).isVisible()], [true, false]);
      assert.equal(await view(page, "Form").getAttribute("aria-pressed"), "true");
      await page.locator('.member[data-member="scope"] input').nth(35).scrollIntoViewIfNeeded();
      const inForm = await scrolled(page);
      assert.ok(inForm > 500 && (await view(page, "JSON").isVisible()), "the choice stays in sight");
      const { top } = await view(page, "JSON").evaluate((one) => one.getBoundingClientRect().toJSON());
      assert.ok(top >= 0 && top < 60, `at ${top}`);
      await view(page, "JSON").click();
      assert.deepEqual([await form(page).isVisible(), await json(page).isVisible()], [false, true]);
      assert.equal(await view(page, "JSON").getAttribute("aria-pressed"), "true");
      const begin = await page.locator(".json .cm-editor").evaluate((one) => one.getBoundingClientRect().top);
      assert.ok(begin >= 0 && begin < viewport.height / 2, `the JSON begins in sight: ${begin}`);
      await page.evaluate(() => scrollBy(0, 150));
      const inJson = await scrolled(page);
      await view(page, "Form").click();
      assert.equal(await scrolled(page), inForm);
      await view(page, "JSON").click();
      assert.equal(await scrolled(page), inJson);
      // Each follows the other, whichever is shown.
      await write(page, "json", JSON.stringify({ ...(await resource(page)), name: "By JSON" }));
      await view(page, "Form").click();
      assert.equal(await page.locator('.member[data-member="name"] input').inputValue(), "By JSON");
      assert.deepEqual(page.faults, []);
    });
  }

  test("narrow: what is found stands below the form, too, and leads into the JSON", async () => {
    const page = await open(PHONE);
    await page.locator(".faults .link").click();
    assert.equal(await view(page, "JSON").getAttribute("aria-pressed"), "true");
    assert.equal(await page.evaluate(() => String(getSelection())), '"outlive_subject"');
    await write(page, "json", JSON.stringify({ ...(await resource(page)), unknown: 1 }));
    await view(page, "Form").click();
    await page.locator(".left-over button", { hasText: "unknown" }).click();
    assert.equal(await page.evaluate(() => String(getSelection())), '"unknown"');
    assert.equal(await form(page).isVisible(), false);
    assert.deepEqual(page.faults, []);
  });

  test("narrow, by keyboard: the choice keeps the focus, and Tab goes on into what is shown", async () => {
    const page = await open(PHONE);
    await view(page, "JSON").focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "JSON");
    await page.keyboard.press("Tab");
    assert.equal(await json(page).evaluate((one) => one === document.activeElement), true);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Space");
    assert.equal(await form(page).isVisible(), true);
    // Nothing that has the focus is hidden behind what stays in sight (WCAG 2.4.11).
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press("Tab");
      const hidden = await page.evaluate(() => {
        const { activeElement: one } = document;
        if (one.closest(".form") === null) return "";
        const { left, top, width, height } = one.getBoundingClientRect();
        const seen = document.elementFromPoint(left + width / 2, top + height / 2);
        return one.contains(seen) || one.closest("label")?.contains(seen) ? "" : one.outerHTML;
      });
      assert.equal(hidden, "");
    }
  });

  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [LAPTOP, TABLET, PHONE]) {
      test(`axe finds nothing: ${colorScheme}, ${viewport.width} pixels`, async () => {
        const page = await open(viewport, { colorScheme, bypassCSP: true, reducedMotion: "reduce" });
        await clean(page, axe, "the form");
        if (viewport === LAPTOP) return;
        await view(page, "JSON").click();
        await clean(page, axe, "the JSON");
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
      });
    }
  }
});
