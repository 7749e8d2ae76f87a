// The editor of the operator's page, in Chromium against the Worker: completion of members and values, faults, doubts and
// broken JSON at their places, from the module itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, describe, test } from "node:test";
import { clean, textIn, write } from "./demo.mjs";
import { input, operator, resource, save, signIn, told } from "./operator.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const site = await operator();
after(() => site.close());
afterEach(() => site.closePages());

const marked = (page, severity) => page.locator(`.json .cm-lintRange-${severity}`);
const faultyLines = (page) => page.locator(".cm-lineNumbers .faulty").allTextContents();

/** Waits for an offer, and takes it. */
async function take(page, label) {
  await page.locator(".cm-tooltip-autocomplete li", { hasText: label }).first().waitFor();
  await page.waitForTimeout(100); // CodeMirror takes no key before: it could be meant for the text
  await page.keyboard.press("Enter");
}

describe("completion", () => {
  for (const [type, id, begin, member] of [
    ["Client", "c1", "allowedI", /"allowedIssuers": \[\]\}$/],
    ["TokenIntrospector", "main", "jwks", /"jwks_uri": ""\}$/],
    ["User", "alice", "displ", /"displayName": ""\}$/],
  ]) {
    test(`of a member of a ${type}`, async () => {
      const page = await site.at(`#/${type}/${id}`);
      await write(page, "json", '{ "id": "x", }');
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.type(`"${begin}`);
      await take(page, begin);
      assert.match(await textIn(page, "json"), member);
      assert.deepEqual(page.faults, []);
    });
  }

  test("of a value that the module knows, which the form then shows; and what a member is for", async () => {
    const page = await site.at("#/Client/c2");
    await write(page, "json", '{ "auth": { "token_exchange": { "delegation": "ma" } } }');
    for (let step = 0; step < 7; step += 1) await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Control+Space");
    await take(page, "may_act");
    assert.equal((await resource(page)).auth.token_exchange.delegation, "may_act");
    await write(page, "json", "{ }");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Control+Space");
    await page.locator(".cm-tooltip-autocomplete li").first().waitFor();
    const offered = await page.locator(".cm-tooltip-autocomplete .cm-completionLabel").allTextContents();
    for (const name of ["secret", "scope", "auth", "allowedIssuers"]) assert.ok(offered.includes(name), name);
    assert.ok(!offered.includes("jwt"), "nothing of another type");
    await page.locator(".cm-completionInfo").waitFor();
    assert.deepEqual(page.faults, []);
  });

  test("of the words of an expression and of the resource's own names, in the form and in the JSON", async () => {
    const page = await site.at("#/TokenIntrospector/main");
    const before = await resource(page);
    const own = { attributes: { team: "claims.team" }, copy_claims: ["department"], emit: { unit: "" } };
    await write(page, "json", JSON.stringify({ ...before, ...own }, null, 2));
    await page.locator('.member[data-member="emit"] .cm-content').focus();
    await page.keyboard.type("att");
    await take(page, "attribute");
    await page.keyboard.type(".t");
    await take(page, "team");
    assert.equal((await resource(page)).emit.unit, "attribute.team");
    await write(page, "json", '{ "emit": { "unit": "" }, "copy_claims": ["department"] }');
    for (let step = 0; step < '" }, "copy_claims": ["department"] }'.length; step += 1)
      await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("claims.");
    await take(page, "department");
    await page.keyboard.type(".low");
    await take(page, "lowerAscii");
    assert.equal((await resource(page)).emit.unit, "claims.department.lowerAscii()");
    assert.deepEqual(page.faults, []);
  });

  test("the form and the JSON follow each other while something is completed", async () => {
    const page = await site.at("#/User/alice");
    await write(page, "json", '{ "id": "alice", }');
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type('"userN');
    await take(page, "userName");
    await page.keyboard.press("ArrowLeft"); // between the quotes
    await page.keyboard.type("al");
    assert.equal(await (await input(page, "userName")).inputValue(), "al");
    await (await input(page, "email")).fill("al@example.com");
    assert.deepEqual(await resource(page), { id: "alice", userName: "al", email: "al@example.com" });
  });
});

describe("what is wrong or doubtful", () => {
  test("what is wrong is shown at its line, by the module and by the service", async () => {
    const page = await site.at("#/Client/c2");
    const before = await resource(page);
    await write(page, "json", JSON.stringify({ ...before, grant_types: "no list", unknown: 1 }, null, 2));
    await page.locator(".faults li").nth(1).waitFor();
    const lines = (await textIn(page, "json")).split("\n");
    const line = lines.findIndex((text) => text.includes('"unknown"')) + 1;
    const fault = page.locator(".faults li", { hasText: "Client.unknown" });
    await fault.getByRole("button", { name: `Line ${line}` }).click();
    const selected = await page.evaluate(() => String(getSelection()));
    assert.equal(selected, '"unknown"');
    assert.equal(
      await page
        .locator(".cm-lineNumbers .faulty", { hasText: String(line) })
        .first()
        .textContent(),
      String(line),
    );
    await save(page);
    await page.getByTestId("problem").locator(".bad").waitFor();
    assert.equal((await site.administer("GET", "/Client/c2")).body.unknown, undefined, "nothing was saved");
    await write(page, "json", "{");
    await page.locator(".faults li", { hasText: "not JSON" }).waitFor();
    assert.match(await page.locator(".edit .broken").textContent(), /not JSON yet/);
    assert.equal(await page.locator(".edit .member").count(), 0, "nothing can be changed in the form");
    await page.getByRole("button", { name: "Discard changes" }).click();
    assert.deepEqual(await resource(page), before);
    assert.deepEqual(page.faults, []);
  });

  test("what is found stands in the form, too; what the form does not know leads to the JSON", async () => {
    const page = await site.at("#/Client/c2");
    await page.locator(".as-form", { hasText: "*** stands for a secret that is stored" }).waitFor();
    assert.equal(await page.locator('.edit [data-member="id"]').count(), 0, "the address has the id");
    const lifetime = "auth.token_exchange.access_token_expiration";
    await (await input(page, lifetime)).fill("soon");
    const row = page.locator(`.member[data-member="${lifetime}"]`);
    await row.locator(".finding", { hasText: "whole number of seconds" }).waitFor();
    assert.equal(await row.locator("input").getAttribute("aria-invalid"), "true");
    await write(page, "json", JSON.stringify({ ...(await resource(page)), unknown: 1 }, null, 2));
    await page.locator(".left-over button", { hasText: "unknown" }).click();
    assert.equal(await page.evaluate(() => String(getSelection())), '"unknown"');
    assert.deepEqual(page.faults, []);
  });

  test("where the schema cannot be loaded there is the JSON alone, and it is saved", async () => {
    const page = await site.open();
    await page.route("**/edge-sts/openapi/resources.js", (route) => route.abort());
    await signIn(page);
    await page.locator("#nav").waitFor();
    await page.evaluate(() => (location.hash = "#/User/alice"));
    await page.getByTestId("json").waitFor();
    assert.equal(await page.locator(".edit .form").count(), 0);
    await write(page, "json", JSON.stringify({ ...(await resource(page)), displayName: "By JSON" }));
    await save(page);
    await told(page, "is saved");
    assert.equal((await site.administer("GET", "/User/alice")).body.displayName, "By JSON");
  });

  test("broken JSON is marked where the module stumbles, beyond an emoji, too", async () => {
    const page = await site.at("#/User/alice");
    for (const [text, line, mark] of [
      ['{\n  "id": "a"\n  "email": "b"\n}', 3, '"'],
      ['{\n  "userName": "\u{1f600}" "email": "b"\n}', 2, '"'],
      ['{\n  "email": "a",\n  "email": "b"\n}', 3, ":"],
      ['{ "email": 01 }', 1, "1"],
    ]) {
      await write(page, "json", text);
      const item = page.locator(".faults .fault", { hasText: `Line ${line}: ` });
      await item.waitFor();
      await page.waitForFunction(
        ([wanted]) => document.querySelector(".json .cm-lintRange-error")?.textContent === wanted,
        [mark],
      );
      assert.deepEqual(await faultyLines(page), [String(line)], text);
      // Its button leads to the place.
      await page.locator('[data-testid="id"], main h1').first().focus();
      await item.getByRole("button").click();
      assert.equal(await page.evaluate(() => String(getSelection())), mark);
    }
    await page.locator(".faults", { hasText: "This is not JSON." }).waitFor();
    assert.equal(await page.getByTestId("json").getAttribute("aria-invalid"), "true");
    assert.deepEqual(page.faults, []);
  });

  test("a member that appears twice is not saved: nobody can say which one is meant", async () => {
    await site.administer("PUT", "/User/twice", { email: "first@example.com" });
    const page = await site.at("#/User/twice");
    await write(page, "json", '{ "id": "twice", "email": "a@example.com", "email": "b@example.com" }');
    await save(page);
    await page.locator(".faults .fault", { hasText: "appears twice" }).waitFor();
    assert.equal((await site.administer("GET", "/User/twice")).body.email, "first@example.com");
  });

  test("what is doubtful is a warning at its member, when the resource is opened and while it is changed; it is saved", async () => {
    await site.administer("PUT", "/Client/doubtful", {
      secret: "test",
      grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
      allowedIssuers: ["https://issuer.example"],
      auth: { token_exchange: { outlive_subject: true } },
    });
    const page = await site.at("#/Client/doubtful");
    await marked(page, "warning").waitFor();
    assert.equal(await marked(page, "warning").textContent(), '"outlive_subject"');
    const doubts = page.locator(".faults .doubt");
    assert.match(await doubts.textContent(), /^Warning Line \d+ Client\.auth\.token_exchange\.outlive_subject: ./);
    assert.deepEqual(await faultyLines(page), [], "no line is faulty");
    assert.equal(await page.getByTestId("json").getAttribute("aria-invalid"), "false");
    await write(page, "json", JSON.stringify({ ...(await resource(page)), secret: "weak" }, null, 2));
    await page.waitForFunction(() => document.querySelectorAll(".faults .doubt").length === 2);
    assert.deepEqual((await marked(page, "warning").allTextContents()).sort(), ['"outlive_subject"', '"secret"']);
    await page.locator(".json .cm-lintRange-warning", { hasText: "secret" }).hover();
    await page.locator(".cm-tooltip-lint", { hasText: "can be guessed" }).waitFor();
    await save(page);
    await told(page, "is saved");
    // Which issuers there are, one resource alone does not tell.
    assert.equal(await page.locator(".faults", { hasText: "No TokenIntrospector" }).count(), 0);
    assert.deepEqual(page.faults, []);
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing with doubts, faults and offers: ${colorScheme}`, async () => {
      await site.administer("PUT", "/Client/axe", {
        grant_types: [],
        auth: { token_exchange: { outlive_subject: true } },
      });
      const page = await site.at("#/Client/axe", { colorScheme, bypassCSP: true, reducedMotion: "reduce" });
      await marked(page, "warning").first().hover();
      await page.locator(".cm-tooltip-lint").waitFor();
      await clean(page, axe, "a doubt");
      await write(page, "json", '{ "auth": { "token_exchange": { "delegation": "ma" }, "colour": 1 } }');
      await marked(page, "error").first().hover();
      await page.locator(".cm-tooltip-lint").waitFor();
      await clean(page, axe, "faults");
      // So few that the list does not scroll: arrow keys reach the rest of a longer one, which axe cannot know.
      await write(page, "json", '{ "id": "x", }');
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.type('"allowedI');
      await page.locator(".cm-tooltip-autocomplete li").first().waitFor();
      await clean(page, axe, "offers");
    });
  }
});
