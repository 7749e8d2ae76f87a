// Expressions in the forms and in the JSON: the words of the language and the names that are known are offered while one types,
// and what the module cannot read is marked where it stands.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, describe, test } from "node:test";
import { FUNCTIONS, METHODS, VARIABLES } from "../../dist/schema/expression_words.js";
import { afterwards, clean, demo, show, textIn, write } from "./demo.mjs";
import { addMember, memberIn } from "./resource_form.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const site = await demo();
after(() => site.close());

const names = (words) => words.map(({ name }) => name);
const field = (page, name) => page.locator(`#${name}-field`);
const jsonOf = async (page, name) => JSON.parse(await textIn(page, name));
const list = (page) => page.locator(".cm-tooltip-autocomplete");

/** Waits until this is offered, and gives all that is. */
async function offered(page, label) {
  const labels = list(page).locator(".cm-completionLabel");
  await labels.getByText(label, { exact: true }).first().waitFor();
  await page.waitForTimeout(100); // CodeMirror takes no key before: it could be meant for the text
  return labels.allTextContents();
}

/** Types, and takes the first offer, which must be this. */
async function typed(page, keys, label) {
  await page.keyboard.type(keys);
  assert.equal((await offered(page, label))[0], label);
  await page.keyboard.press("Enter");
  await list(page).waitFor({ state: "detached" });
}

/** The text of the editor that has the focus. */
const written = (page) =>
  page.evaluate(async () => {
    const { EditorView } = await import("/packages/codemirror.js");
    return EditorView.findFromDOM(document.activeElement).state.doc.toString();
  });

/** Adds the member to the rules in a field; its expression has the focus. */
async function begin(page, name, member) {
  await addMember(field(page, name), member);
  await memberIn(field(page, name), member).locator(".cm-content").first().waitFor();
}

describe("expressions", () => {
  test("are written by keyboard alone, with what is offered", async () => {
    const page = await site.open();
    await begin(page, "client", "condition");
    await page.keyboard.type("cl");
    assert.deepEqual((await offered(page, "claims")).slice(0, 2), ["claims", "client.id"]);
    const chosen = await page.evaluate(() => {
      const { activeElement: one } = document;
      const id = one.getAttribute("aria-activedescendant");
      return [
        one.getAttribute("aria-expanded") ?? one.getAttribute("aria-haspopup"),
        document.getElementById(id)?.textContent,
      ];
    });
    assert.deepEqual(chosen, ["listbox", "claims"], "a screen reader hears which one is chosen");
    assert.match(await page.locator(".cm-completionInfo").textContent(), /^The claims of the token/);
    await page.keyboard.press("Enter");
    await page.keyboard.type(".");
    assert.deepEqual(
      (await offered(page, "sub")).toSorted(),
      Object.keys(await jsonOf(page, "subject")).toSorted(),
      "the claims of the token on this page",
    );
    await typed(page, "su", "sub");
    await page.keyboard.type(".");
    assert.deepEqual((await offered(page, "startsWith")).toSorted(), names(METHODS).toSorted());
    await typed(page, "sta", "startsWith");
    await page.keyboard.type("'cl");
    assert.equal(await written(page), "claims.sub.startsWith('cl')");
    await page.waitForTimeout(200);
    assert.equal(await list(page).count(), 0, "nothing is offered within a text");
    await afterwards(page, () => page.keyboard.press("Backspace"));
    await afterwards(page, () => page.keyboard.press("Backspace"));
    await page.keyboard.type("')", { delay: 20 }); // over the quote and the bracket that are there
    assert.equal(await written(page), "claims.sub.startsWith('')");
    await page.keyboard.type(" ");
    await typed(page, "i", "in");
    await page.keyboard.type(" ");
    await page.keyboard.press("Control+Space");
    const all = await offered(page, "target");
    for (const name of names([...VARIABLES, ...FUNCTIONS])) assert.ok(all.includes(name), name);
    await page.keyboard.press("Escape");
    await list(page).waitFor({ state: "detached" });
    assert.equal(await written(page), "claims.sub.startsWith('') in ");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.matches(".cm-content")), false, "Tab leaves it");
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("offer what is known at their place, and nothing else", async () => {
    const page = await site.open();
    await write(
      page,
      "introspector",
      JSON.stringify({ ...(await jsonOf(page, "introspector")), attributes: { team: "" } }),
    );
    await show(page, "form");
    const attribute = memberIn(field(page, "introspector"), "attributes").locator(".cm-content");
    await attribute.waitFor();
    await attribute.focus();
    await page.keyboard.press("Control+Space");
    const known = await offered(page, "claims");
    assert.ok(!known.includes("actor") && !known.includes("attribute"), known.join());
    await page.keyboard.press("Escape");
    await page.keyboard.type("actor.");
    await page.waitForTimeout(200);
    assert.equal(await list(page).count(), 0);
    // a Client reads the attributes of the issuer
    await addMember(field(page, "client"), "scope_rules");
    const rules = memberIn(field(page, "client"), "scope_rules");
    await rules.getByRole("button", { name: "Add: " }).first().click();
    await rules.locator(".cm-content").first().focus();
    await typed(page, "attribute.", "team");
    assert.equal(await written(page), "attribute.team");
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("in the JSON are completed as well, as are claims whose names are no words", async () => {
    const page = await site.open();
    const subject = await jsonOf(page, "subject");
    await write(page, "subject", JSON.stringify({ ...subject, "https://a.example/groups": ["a"] }, null, 2));
    await write(page, "client", '{ "id": "a", "name": "" , "condition": [ { "expression": "" } ] }');
    for (let step = 0; step < '" } ] }'.length; step++) await page.keyboard.press("ArrowLeft");
    await typed(page, "'a' in clai", "claims");
    await typed(page, ".https", "https://a.example/groups");
    await typed(page, " && has", "has");
    await typed(page, "act", "actor");
    await page.keyboard.type(".x");
    assert.deepEqual(await jsonOf(page, "client"), {
      id: "a",
      name: "",
      condition: [{ expression: "'a' in claims['https://a.example/groups'] && has(actor.x)" }],
    });
    // another text is none
    await page.keyboard.press("Control+Home");
    for (let step = 0; step < '{ "id": "a", "name": "'.length; step++) await page.keyboard.press("ArrowRight");
    await page.keyboard.type("cla");
    await page.waitForTimeout(200);
    assert.equal(await list(page).count(), 0);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("offer names that a token made up as text, and none that would break out of the JSON", async () => {
    const page = await site.open();
    const markup = "<img src=x onerror=alert(1)>";
    const broken = ["a'b", 'a"b', "a\\b", "a\nb", "a\tb", "a\0b", "a\u007fb"];
    const claims = Object.fromEntries([markup, "__proto__", ...broken].map((name) => [name, "a"]));
    const subject = { ...(await jsonOf(page, "subject")), ...claims };
    await write(page, "subject", JSON.stringify(subject).replace("{", '{ "__proto__": "a",'));
    await write(page, "client", '{ "id": "a", "condition": [ { "expression": "" } ] }');
    for (let step = 0; step < '" } ] }'.length; step++) await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("claims.");
    const all = await offered(page, markup);
    assert.ok(all.includes("__proto__"), "it is a name like any other");
    assert.deepEqual(
      broken.filter((name) => all.includes(name)),
      [],
    );
    assert.equal(await page.locator("img[src=x]").count(), 0);
    await typed(page, "onerr", markup);
    assert.deepEqual((await jsonOf(page, "client")).condition, [{ expression: `claims['${markup}']` }]);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("are marked where the module stumbles, beyond an emoji, too", async () => {
    const page = await site.open();
    await begin(page, "client", "condition");
    const member = memberIn(field(page, "client"), "condition");
    for (const [text, at, mark] of [
      ["claims.sub == '\u{1f600}\u{1f600}' && nobody", 23, "nobody"],
      ["claims.sub.matches('a')", 12, "matches('a')"],
      ["'b' == claims.sub = 'a'", 19, "= 'a'"],
    ]) {
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.insertText(text);
      await member.locator(".finding", { hasText: `at ${at}: ` }).waitFor();
      assert.equal((await member.locator(".cm-lintRange-error").allTextContents()).join(""), mark);
      assert.equal(await member.locator(".cm-content").getAttribute("aria-invalid"), "true");
    }
    await page.keyboard.press("ControlOrMeta+A");
    await afterwards(page, () => page.keyboard.insertText("claims.sub == 'alice'"));
    await member.locator('.cm-content:not([aria-invalid="true"])').waitFor();
    assert.equal(await page.getByTestId("answer").getAttribute("data-status"), "ok");
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds no violation in the offers: ${colorScheme}`, async () => {
      const page = await site.open("", { bypassCSP: true, reducedMotion: "reduce", colorScheme });
      await begin(page, "client", "condition");
      // So few that the list does not scroll: arrow keys reach the rest of a longer one, which axe cannot know.
      await page.keyboard.type("cl");
      await offered(page, "client.id");
      await clean(page, axe, "offers");
      await page.context().close();
    });
  }
});
