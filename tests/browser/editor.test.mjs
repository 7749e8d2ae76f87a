// The rules in CodeMirror: completion of members and values, and faults at their place, from the module itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, describe, test } from "node:test";
import { afterwards, clean, demo, show, textIn, write } from "./demo.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const site = await demo();
after(() => site.close());

const marked = (page, severity) => page.locator(`#client-field .cm-lintRange-${severity}`);

describe("the editor of rules", () => {
  test("its styles hold under the page’s policy, and Tab leaves it", async () => {
    const page = await site.open();
    await show(page, "json");
    const family = await page.getByTestId("client").evaluate((one) => getComputedStyle(one.parentElement).display);
    assert.equal(family, "flex", "CodeMirror’s own style sheet is there");
    await page.getByTestId("client").focus();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "introspector");
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("completes members and values from the module’s description of its interface", async () => {
    const page = await site.open();
    await write(page, "client", '{ "id": "tokenexchange", }');
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type('"allowedI');
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "allowedIssuers" }).waitFor();
    await page.waitForTimeout(100); // CodeMirror takes no key before: it could be meant for the text
    await page.keyboard.press("Enter");
    assert.match(await textIn(page, "client"), /"allowedIssuers": \[\]\}$/);
    await write(page, "client", '{ "id": "tokenexchange", "auth": { "token_exchange": { "delegation": "ma" } } }');
    for (let step = 0; step < 7; step++) await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Control+Space");
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "may_act" }).waitFor();
    await page.waitForTimeout(100);
    await page.keyboard.press("Enter");
    assert.equal(
      JSON.parse(await textIn(page, "client")).auth.token_exchange.delegation,
      "may_act",
      "a value that the module knows",
    );
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("a fault of the rules is marked at its member, and said in a tooltip", async () => {
    const page = await site.open();
    const client = JSON.parse(await textIn(page, "client"));
    const { allowedIssuers, ...rest } = client;
    await write(page, "client", JSON.stringify({ ...rest, alowedIssuers: allowedIssuers }, null, 2));
    await marked(page, "error").waitFor();
    assert.equal(await marked(page, "error").textContent(), '"alowedIssuers"');
    assert.match(await page.locator("#client-line").textContent(), /alowedIssuers/);
    await marked(page, "error").hover();
    await page.locator(".cm-tooltip-lint", { hasText: /not known/ }).waitFor();
    await afterwards(page, () => write(page, "client", JSON.stringify(client, null, 2)));
    await page.waitForFunction(() => document.querySelectorAll("#client-field .cm-lintRange-error").length === 0);
    await page.context().close();
  });

  test("a comma that is missing is marked where the module stumbles", async () => {
    const page = await site.open();
    await write(page, "client", '{\n  "id": "a"\n  "secret": "b"\n}');
    await marked(page, "error").waitFor();
    assert.match(await page.locator("#client-line").textContent(), /^Not JSON yet: line 3, column 3\.$/);
    assert.equal(await marked(page, "error").textContent(), '"');
    await page.context().close();
  });

  test("what is doubtful is marked as a warning; a refusal marks the member that it is about", async () => {
    const page = await site.open();
    const client = JSON.parse(await textIn(page, "client"));
    client.auth.token_exchange.outlive_subject = true;
    await afterwards(page, () => write(page, "client", JSON.stringify(client, null, 2)));
    await page.locator("#client-field .cm-lintRange-warning", { hasText: "outlive_subject" }).waitFor();
    await afterwards(page, () => page.locator("#start-over").click());
    await afterwards(page, () => page.locator('[data-trial="audience"]').click());
    await marked(page, "error").waitFor();
    assert.equal(await marked(page, "error").textContent(), '"audience"');
    await page.context().close();
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds no violation with a fault and its tooltip: ${colorScheme}`, async () => {
      const page = await site.open("", { bypassCSP: true, reducedMotion: "reduce", colorScheme });
      await write(page, "client", '{ "id": "tokenexchange", "colour": "red" }');
      await marked(page, "error").waitFor();
      await marked(page, "error").hover();
      await page.locator(".cm-tooltip-lint").waitFor();
      await clean(page, axe, "a fault");
      await page.context().close();
    });
  }
});
