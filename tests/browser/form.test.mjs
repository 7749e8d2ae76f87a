// The rules as a form: made of the schema, with the JSON one click away, and what the module finds at its field.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, describe, test } from "node:test";
import { afterwards, clean, demo, settled, show, textIn, write } from "./demo.mjs";
import { addMember, memberIn } from "./resource_form.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const schema = JSON.parse(readFileSync(new URL("../../dist/schema.json", import.meta.url), "utf8")).definitions;
const site = await demo();
after(() => site.close());

const FIELDS = { client: "Client", introspector: "TokenIntrospector", user: "User" };

const member = (page, field, name) => memberIn(page.locator(`#${field}-field`), name);
const status = (page) => page.getByTestId("answer").getAttribute("data-status");
const jsonOf = async (page, field) => JSON.parse(await textIn(page, field));
const focused = (page) =>
  page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.id);
const issued = async (page) =>
  JSON.parse(Buffer.from((await page.getByTestId("issued-token").textContent()).split(".")[1], "base64url"));

const add = (page, field, name) => addMember(page.locator(`#${field}-field`), name);

/** Waits until the rules are refused, and gives what is said at a member. */
async function said(page, field, name, text) {
  const finding = member(page, field, name).locator(".finding", { hasText: text });
  await finding.first().waitFor({ state: "attached" });
  return finding.first().getAttribute("data-severity");
}

// A rule has its own members only where there are several.
const withoutAlternatives = (name, value) => (name === "oneOf" ? undefined : value);

describe("the rules as a form", () => {
  test("a change in it changes the exchange at once, and nothing else of the JSON", async () => {
    const page = await site.open();
    assert.equal(await page.locator('[data-view="form"]').getAttribute("aria-pressed"), "true");
    assert.equal(await page.getByTestId("client").isVisible(), false);
    const before = await textIn(page, "client");
    const lifetime = member(page, "client", "auth.token_exchange.access_token_expiration");
    await afterwards(page, () => lifetime.getByLabel("Access token lifetime", { exact: true }).fill("90"));
    const { iat, exp } = await issued(page);
    assert.equal(exp - iat, 90);
    assert.equal(await textIn(page, "client"), before.replace("360", "90"));
    assert.equal(await lifetime.locator(".unit").textContent(), "seconds= 1 minute 30 seconds");
    await afterwards(page, () =>
      member(page, "client", "auth.token_exchange.token_format").getByRole("combobox").selectOption(""),
    );
    assert.equal("token_format" in (await jsonOf(page, "client")).auth.token_exchange, false);
    await afterwards(page, () => member(page, "user", "id").getByRole("textbox").fill("bob"));
    assert.equal(await page.getByTestId("reason").textContent(), "subject_token.user_unknown");
    // and there is the same as JSON
    await show(page, "json");
    assert.equal(await page.getByTestId("user").isVisible(), true);
    assert.equal(await page.locator("#user-field .form").isVisible(), false);
    assert.equal((await jsonOf(page, "user")).id, "bob");
    await afterwards(page, () => write(page, "user", '{"id": "alice", "displayName": "Alice"}'));
    await show(page, "form");
    assert.equal(await member(page, "user", "displayName").getByRole("textbox").inputValue(), "Alice");
    assert.equal(await status(page), "ok");
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("a short control beside its label reaches the edge where nothing stands behind it", async () => {
    const page = await site.open();
    const { control, whole, head } = await member(page, "introspector", "type").evaluate((one) => {
      const box = (name) => one.querySelector(`:scope > .member-${name}`).getBoundingClientRect();
      return { control: box("control"), head: box("head"), whole: one.getBoundingClientRect() };
    });
    assert.ok(head.right <= control.left && head.top < control.bottom, "beside");
    assert.ok(Math.abs(control.right - whole.right) < 1, `${whole.right - control.right} pixels from the edge`);
  });

  test("what the form does not know stays as it is, and is named", async () => {
    const page = await site.open();
    const { secret, ...rest } = await jsonOf(page, "client");
    const details = '"details": {"10": 12345678901234567890.10, "2":  [ ]}';
    const text = `{${details},\n\t"secret" : ${JSON.stringify(secret)}, ${JSON.stringify(rest).slice(1)}`;
    await afterwards(page, () => write(page, "client", text));
    await show(page, "form");
    await afterwards(page, () => member(page, "client", "id").getByRole("textbox").fill("tokenexchange2"));
    await afterwards(page, () => member(page, "client", "scope").getByRole("textbox").nth(1).fill("openid"));
    const changed = text
      .replace('"tokenexchange"', '"tokenexchange2"')
      .replace('"scope":["openid","orders:read"]', '"scope":["openid","openid"]');
    assert.equal(await textIn(page, "client"), changed);
    const more = page.locator("#client-field .left-over button");
    assert.deepEqual(await more.allTextContents(), ["details"]);
    await more.click();
    assert.equal(await page.getByTestId("client").isVisible(), true);
    assert.equal(await page.evaluate(() => getSelection().toString()), '"details"');
    assert.equal(await textIn(page, "client"), changed);
    await page.context().close();
  });

  test("text that is not JSON is kept, and the form says where it stumbles", async () => {
    const page = await site.open();
    const broken = '{\n  "id": "a"\n  "secret": "b"\n}';
    await write(page, "client", broken);
    await page.locator("#client-field .cm-lintRange-error").waitFor();
    await show(page, "form");
    const box = page.locator("#client-field .broken");
    assert.match(await box.textContent(), /not JSON yet.*line 3, column 3/);
    assert.equal(await member(page, "introspector", "id").isVisible(), true, "the others are forms as before");
    await box.getByRole("button").click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "client");
    assert.equal(await textIn(page, "client"), broken);
    await show(page, "form");
    await write(page, "client", "[1]");
    await show(page, "form");
    assert.match(await box.textContent(), /This is no resource/);
    await page.context().close();
  });

  test("what the module finds stands at its field: faults, warnings, and what a refusal is about", async () => {
    const page = await site.open();
    const lifetime = "auth.token_exchange.access_token_expiration";
    await member(page, "client", lifetime).getByRole("textbox").fill("soon");
    assert.equal(await said(page, "client", lifetime, /whole number of seconds/), "error");
    const input = member(page, "client", lifetime).getByRole("textbox");
    assert.equal(await input.getAttribute("aria-invalid"), "true");
    const described = (await input.getAttribute("aria-describedby")).split(" ");
    assert.match(await page.locator(`#${described[1]}`).textContent(), /whole number of seconds/);
    assert.match(await page.locator(`#${described[0]}`).textContent(), /How long an access token lives.*Default: 300/);
    await afterwards(page, () => input.fill("300"));
    await page.locator("#client-field .form:not(:has([aria-invalid]))").waitFor();
    await member(page, "client", "scope").getByRole("textbox").nth(1).fill("a b");
    await said(page, "client", "scope", /It must be one scope/);
    assert.equal(await member(page, "client", "scope").locator('[aria-invalid="true"]').inputValue(), "a b");
    await afterwards(page, () => page.locator("#start-over").click());
    await add(page, "client", "outlive_subject");
    await afterwards(page, () =>
      member(page, "client", "auth.token_exchange.outlive_subject").getByRole("switch").check(),
    );
    assert.equal(await said(page, "client", "auth.token_exchange.outlive_subject", /./), "warning");
    const doubtful = member(page, "client", "auth.token_exchange.outlive_subject");
    assert.equal(await doubtful.locator(".finding").isVisible(), false, "it moves nothing");
    assert.equal(await doubtful.locator(".help").textContent(), "!");
    await doubtful.locator(".help").click();
    assert.equal(await doubtful.locator(".finding").isVisible(), true);
    await afterwards(page, () => page.locator("#start-over").click());
    await afterwards(page, () => page.locator('[data-trial="audience"]').click());
    assert.equal(await said(page, "client", "auth.token_exchange.audience", /./), "error");
    await page
      .getByTestId("verdict-more")
      .or(page.locator("#verdict-more"))
      .getByRole("link", { name: "Client" })
      .click();
    assert.ok(await page.evaluate(() => document.activeElement.closest("#client-field") !== null));
    // a fault of something that no form knows
    await show(page, "json");
    await write(page, "user", '{"id": "alice", "colour": "red"}');
    await page.locator("#user-field .cm-lintRange-error").waitFor();
    await show(page, "form");
    assert.match(await page.locator("#user-field .left-over").textContent(), /colour.*not known/);
    await page.context().close();
  });

  test("an expression is an editor, and marks where it is wrong", async () => {
    const page = await site.open();
    await add(page, "client", "condition");
    const field = member(page, "client", "condition");
    assert.equal(await focused(page), await field.getByRole("textbox").getAttribute("id"));
    await page.keyboard.type("claims.sub == bob");
    await said(page, "client", "condition", /at 15: This name is not known/);
    assert.equal(await field.locator(".cm-lintRange-error").textContent(), "bob");
    assert.equal((await jsonOf(page, "client")).condition, "claims.sub == bob");
    for (let letter = 0; letter < 3; letter++) await page.keyboard.press("Backspace");
    await afterwards(page, () => page.keyboard.type("'bob'"));
    assert.equal(await page.getByTestId("reason").textContent(), "subject_token.condition_failed");
    assert.equal(await field.locator(".cm-lintRange-error").count(), 0);
    // one more: then they are a list, each with a sentence for the log
    await field.getByRole("button", { name: /^Add another/ }).click();
    await page.keyboard.type("claims.sub == 'alice'");
    await page.waitForTimeout(400);
    assert.deepEqual((await jsonOf(page, "client")).condition, [
      { expression: "claims.sub == 'bob'" },
      { expression: "claims.sub == 'alice'" },
    ]);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("rows: scopes, names of a user at issuers, claims and their values", async () => {
    const page = await site.open();
    const scopes = member(page, "client", "scope");
    await scopes.getByRole("button", { name: /^Add: / }).click();
    assert.deepEqual(
      (await jsonOf(page, "client")).scope,
      ["openid", "orders:read"],
      "an empty row is not in the JSON",
    );
    await afterwards(page, () => page.keyboard.type("orders:write"));
    assert.deepEqual((await jsonOf(page, "client")).scope, ["openid", "orders:read", "orders:write"]);
    await afterwards(page, () => scopes.getByRole("button", { name: "Remove Scopes it may request, 2" }).click());
    assert.deepEqual((await jsonOf(page, "client")).scope, ["openid", "orders:write"]);
    assert.equal(await page.getByTestId("reason").textContent(), "scope_not_allowed");
    assert.equal(await focused(page), "Add: Scopes it may request");

    await add(page, "user", "identifier");
    await member(page, "user", "identifier")
      .getByRole("button", { name: /^Add: / })
      .click();
    await page.keyboard.type("https://login.example");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("alice");
    assert.deepEqual((await jsonOf(page, "user")).identifier, [{ system: "https://login.example", value: "alice" }]);
    await member(page, "user", "identifier")
      .getByRole("button", { name: /^Remove: / })
      .click();
    assert.equal("identifier" in (await jsonOf(page, "user")), false);

    await afterwards(page, () => page.locator("#preset-ci").check({ force: true }));
    const claims = member(page, "introspector", "claims");
    assert.deepEqual(await claims.locator(".entry-name").evaluateAll((all) => all.map(({ value }) => value)), [
      "repository",
      "ref",
      "event_name",
    ]);
    await afterwards(page, () => claims.getByLabel("Required claim values, 2: text").fill("refs/heads/try"));
    assert.equal(await page.getByTestId("reason").textContent(), "subject_token.claims_condition_failed");
    await claims.getByRole("button", { name: "Or another value: Required claim values, 2" }).click();
    await afterwards(page, () => page.keyboard.type("refs/heads/main"));
    assert.equal(await status(page), "ok");
    await claims.getByRole("button", { name: "Add: Required claim values" }).click();
    await page.keyboard.type("kubernetes.io");
    await afterwards(page, () =>
      claims.getByLabel("Required claim values, 4: how it is compared").selectOption("true"),
    );
    assert.deepEqual((await jsonOf(page, "introspector")).claims, {
      repository: "acme/shop",
      ref: ["refs/heads/try", "refs/heads/main"],
      event_name: ["push", "workflow_dispatch"],
      "kubernetes.io": true,
    });
    const name = claims.getByLabel("Required claim values, 4: name");
    await name.fill("ref");
    assert.match(await claims.locator(".finding:not(:empty)").textContent(), /one of this name/);
    await afterwards(page, () => claims.getByRole("button", { name: "Remove Required claim values, 4" }).click());
    assert.deepEqual(Object.keys((await jsonOf(page, "introspector")).claims), ["repository", "ref", "event_name"]);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("several resources of one type: each is a form, and one can add and remove them", async () => {
    const page = await site.open();
    await afterwards(page, () => page.locator("#preset-delegation").check({ force: true }));
    const field = page.locator("#introspector-field");
    assert.deepEqual(await field.locator("h3").allTextContents(), ["people", "services"]);
    await afterwards(page, () => field.getByRole("button", { name: "Remove the TokenIntrospector services" }).click());
    assert.equal(await page.getByTestId("reason").textContent(), "actor_token.issuer_unknown");
    await field.getByRole("button", { name: "Add a TokenIntrospector" }).click();
    assert.deepEqual((await jsonOf(page, "introspector"))[1], { resourceType: "TokenIntrospector", id: "new" });
    assert.equal(await member(page, "introspector", "1.type").isVisible(), true, "what it needs is shown");
    await page.context().close();
  });

  test("every member with a label in the schema can be added, and is taken out again", async () => {
    const page = await site.open();
    for (const [field, type] of Object.entries(FIELDS)) {
      await write(page, field, `{"resourceType": "${type}", "id": "a"}`);
      await show(page, "form");
      const menu = page.locator(`#${field}-field .add-member`);
      const labels = [
        ...JSON.stringify(schema[type].properties, withoutAlternatives).matchAll(/"title":"(\w+[^"\w][^"]*)"/g),
      ].map(([, label]) => label);
      assert.ok(labels.length >= 5);
      let rounds = 0;
      for (; (await menu.count()) > 0; rounds++) {
        await menu.locator("select").selectOption({ index: 1 });
        await menu.getByRole("button").click();
        assert.ok(rounds < 60);
      }
      const shown = await page.locator(`#${field}-field .member`).allTextContents();
      // Those within a list are there when it has a row.
      const lists = page.locator(`#${field}-field .member .more[aria-label^="Add: "]`);
      for (const name of await lists.evaluateAll((all) => all.map(({ ariaLabel }) => ariaLabel)))
        await lists
          .and(page.getByRole("button", { name, exact: true }))
          .first()
          .click();
      const all = await page.locator(`#${field}-field .form`).textContent();
      for (const label of labels) assert.ok(all.includes(label), `${type}: ${label}`);
      assert.equal(
        await textIn(page, field),
        `{"resourceType": "${type}", "id": "a"}`,
        "what is empty is not in the JSON",
      );
      const remove = page.locator(`#${field}-field .member > .remove`);
      for (let left = await remove.count(); left > 0; left = await remove.count()) await remove.last().click();
      assert.ok((await page.locator(`#${field}-field .member`).count()) < shown.length);
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("secrets are masked, and what is typed as one is in no link", async () => {
    const page = await site.open();
    const secret = member(page, "client", "secret");
    const input = secret.getByLabel("Client secret", { exact: true });
    assert.equal(await input.getAttribute("type"), "password");
    await secret.getByRole("button", { name: "Show the secret" }).click();
    assert.equal(await input.getAttribute("type"), "text");
    await afterwards(page, () => input.fill("planted-secret-0123456789"));
    await afterwards(page, () => page.getByTestId("secret").fill("planted-secret-0123456789"));
    await add(page, "user", "email");
    await afterwards(page, () => page.keyboard.type("alice@example.com"));
    assert.equal(await status(page), "ok");
    const fragment = await page.evaluate(() => location.hash);
    const state = await page.evaluate(
      async (hash) => JSON.stringify(await (await import("./link.js")).stateOf(hash)),
      fragment,
    );
    assert.ok(state.includes("alice@example.com") && !state.includes("planted"), state);
    const elsewhere = await site.open(fragment);
    assert.equal(await status(elsewhere), "ok");
    assert.equal(await member(elsewhere, "user", "email").getByRole("textbox").inputValue(), "alice@example.com");
    await Promise.all([page, elsewhere].map((one) => one.context().close()));
  });

  test("by keyboard alone: from the choice of views through a form, and out of it", async () => {
    const page = await site.open();
    await page.locator('[data-view="json"]').focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.getByTestId("client").isVisible(), true);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Space");
    assert.equal(await page.getByTestId("client").isVisible(), false);
    const reached = [];
    for (let step = 0; step < 80; step++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const { activeElement: one } = document;
        return one.closest(".form") === null ? "" : (one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.tagName);
      });
      if (
        reached.length > 0 &&
        at === "" &&
        !(await page.evaluate(() => document.activeElement.closest("#rules-fields")))
      )
        break;
      if (at !== "") reached.push(at);
      if (at === "Also issue a refresh token") {
        await afterwards(page, () => page.keyboard.press("Space"));
        assert.equal((await jsonOf(page, "client")).auth.token_exchange.refresh_token, false);
      }
      if (at === "Add: Grant types it may use") {
        await page.keyboard.press("Enter");
        assert.equal(await focused(page), "Grant types it may use, 2");
        await page.keyboard.type("refresh_token");
        await page.keyboard.press("Tab");
        assert.equal(await focused(page), "Remove Grant types it may use, 2");
        await page.keyboard.press("Enter");
        assert.equal(await focused(page), "Add: Grant types it may use");
      }
    }
    for (const control of ["Client ID", "Show the secret", "About: Scopes it may request", "Add to the User"])
      assert.ok(reached.includes(control), `${control} of ${reached.join("; ")}`);
    assert.ok(reached.length < 70, "it ends");
    await page.context().close();
  });

  for (const width of [320, 390, 820, 1366]) {
    test(`at ${width} pixels, no sideways scrolling and nothing cut off`, async () => {
      const page = await site.open("", { viewport: { width, height: 800 } });
      for (const preset of ["how-to", "ci", "delegation"]) {
        if (preset !== "how-to") await afterwards(page, () => page.locator(`#preset-${preset}`).check({ force: true }));
        for (const help of await page.locator(".form .help").all()) await help.click();
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, preset);
        const out = await page.locator(".form").evaluateAll((forms) =>
          forms.flatMap((form) => {
            const { right } = form.getBoundingClientRect();
            return [...form.querySelectorAll("*")]
              .filter((one) => one.getBoundingClientRect().right > right + 1 && !one.closest(".cm-editor"))
              .map(({ outerHTML }) => outerHTML.slice(0, 120));
          }),
        );
        assert.deepEqual(out, [], preset);
        const small = await page
          .locator(".form button:visible")
          .evaluateAll((all) =>
            all.filter((one) => Math.min(one.offsetWidth, one.offsetHeight) < 24).map(({ ariaLabel }) => ariaLabel),
          );
        assert.deepEqual(small, [], "large enough to touch (WCAG 2.5.8)");
      }
      await page.context().close();
    });
  }

  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1366, 390]) {
      test(`axe finds no violation: ${colorScheme}, ${width} pixels, with faults, warnings and help`, async () => {
        const page = await site.open("", {
          colorScheme,
          viewport: { width, height: 800 },
          reducedMotion: "reduce",
          bypassCSP: true,
        });
        for (const help of await page.locator(".form .help").all()) await help.click();
        await clean(page, axe, "with help");
        await add(page, "client", "condition");
        await page.keyboard.type("claims.sub ==");
        await said(page, "client", "condition", /too soon/);
        await clean(page, axe, "with a fault");
        await afterwards(page, () => page.locator("#preset-ci").check({ force: true }));
        await clean(page, axe, "with claims");
        await write(page, "user", "{");
        await page.locator("#user-field .cm-lintRange-error").waitFor();
        await show(page, "form");
        await settled(page);
        await clean(page, axe, "with text that is not JSON");
        await page.context().close();
      });
    }
  }
});
