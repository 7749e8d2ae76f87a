// The operator's page in Chromium against the Worker: signing in, resources, dry runs, events; by keyboard, and by axe. Its
// editor and its grants have files of their own.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SITE } from "../../src/tasks/site.mjs";
import { ADMIN_TOKEN, SECRETS, subjectToken, TRUSTED } from "../suites/fixture.mjs";
import { goodExchangeOf } from "../suites/token_request.mjs";
import { folder, startWorker } from "../workerd/worker.mjs";
import { textIn, write } from "./demo.mjs";
import { heading, input, LAPTOP, operator, PHONE, resource, save, signIn, told } from "./operator.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const site = await operator();
const { sts, administer } = site;
after(() => site.close());
afterEach(() => site.closePages());

async function answered(request) {
  const response = await request.send(sts);
  return { status: response.status, body: await response.json() };
}

async function violations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

describe("signing in", () => {
  test("a wrong token is refused with a sentence, and the right one opens the lists", async () => {
    const page = await site.open();
    await signIn(page, "wrong-token-of-nobody");
    await told(page, "The service does not take this token.");
    assert.equal(await page.getByTestId("token").inputValue(), "", "the field is emptied");
    await signIn(page);
    await heading(page, "Clients");
    assert.equal(await page.locator("#told").isVisible(), false);
    assert.deepEqual(page.faults, []);
  });

  test("the token is in no storage, no URL, no document, and gone after a reload", async () => {
    const page = await site.at("#/User/alice");
    const kept = await page.evaluate(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookie: document.cookie,
      caches: await caches.keys(),
      databases: (await indexedDB.databases()).map(({ name }) => name),
      document: document.documentElement.outerHTML + [...document.querySelectorAll("input")].map(({ value }) => value),
      history: JSON.stringify(history.state) + location.href,
    }));
    assert.ok(!JSON.stringify(kept).includes(ADMIN_TOKEN));
    assert.deepEqual([kept.local, kept.session, kept.cookie, kept.caches, kept.databases], [{}, {}, "", [], []]);
    for (const request of page.requests) {
      assert.ok(!request.url().includes(ADMIN_TOKEN));
      assert.equal(new URL(request.url()).origin, sts.url.origin, "no request to anybody else");
    }
    await page.reload();
    await page.getByTestId("token").waitFor();
    await signIn(page);
    await page.locator("#nav").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await told(page, "the token is forgotten");
    assert.equal(await page.locator("main table").count(), 0, "nothing is left to be read");
    assert.deepEqual(page.faults, []);
  });

  test("no other page may frame it, and it loads nothing from elsewhere", async () => {
    const response = await sts.fetch("/admin/");
    await response.text();
    assert.equal(response.status, 200);
    const policy = response.headers.get("content-security-policy");
    for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "connect-src 'self'", "trusted-types 'none'"]) {
      assert.ok(policy.includes(rule), rule);
    }
    assert.equal(response.headers.get("x-frame-options"), "DENY");
    assert.equal(response.headers.get("referrer-policy"), "no-referrer");
  });
});

describe("a deployment", () => {
  test("has the page on /admin, too", async () => {
    const response = await sts.fetch("/admin");
    await response.text();
    assert.deepEqual([response.status, response.headers.get("location")], [307, "/admin/"]);
  });

  test("can leave the page out, and has the rest", async () => {
    const other = folder();
    const www = join(other.path, "www");
    cpSync(fileURLToPath(new URL(`../../${SITE}`, import.meta.url)), www, { recursive: true });
    writeFileSync(join(www, ".assetsignore"), "admin\n");
    const change = (text) => text.replace(/^directory = .*$/m, `directory = ${JSON.stringify(www)}`);
    const without = await startWorker({ path: other.path, change });
    try {
      const statusOf = async (path) => {
        const response = await without.fetch(path);
        await response.text();
        return response.status;
      };
      const statuses = [];
      for (const path of ["/admin/", "/admin/page.js", "/", "/health"]) statuses.push(await statusOf(path));
      assert.deepEqual(statuses, [404, 404, 200, 200]);
    } finally {
      await without.stop();
      other.remove();
    }
  });
});

describe("resources", () => {
  test("lists are searched and lead to a resource", async () => {
    const page = await site.at("#/User");
    await page.getByTestId("search").fill("nobody");
    await page.getByRole("button", { name: "Search" }).click();
    await told(page, "identifier"); // the service says what is missing
    await page.getByLabel("Search by").selectOption("_id");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByTestId("count").filter({ hasText: "None found" }).waitFor();
    await page.getByTestId("search").fill("alice");
    await page.getByTestId("search").press("Enter");
    await page.getByTestId("count").filter({ hasText: "1 to 1 of 1" }).waitFor();
    await page.getByRole("link", { name: "alice" }).click();
    await heading(page, "alice");
    assert.equal((await resource(page)).id, "alice");
    assert.deepEqual(page.faults, []);
  });

  test("pages of a long list", async () => {
    const entry = Array.from({ length: 60 }, (_, index) => ({
      request: { method: "PUT", url: `User/many-${String(index).padStart(2, "0")}` },
      resource: { resourceType: "User", userName: "many" },
    }));
    assert.equal((await administer("POST", "/", { resourceType: "Bundle", type: "transaction", entry })).status, 200);
    const page = await site.at("#/User");
    await page.getByLabel("Search by").selectOption("name");
    await page.getByTestId("search").fill("many");
    await page.getByTestId("search").press("Enter");
    await page.getByTestId("count").filter({ hasText: "1 to 50 of 60" }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByTestId("count").filter({ hasText: "51 to 60 of 60" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Next" }).isDisabled(), true);
    await page.getByRole("link", { name: "many-59" }).waitFor();
  });

  test("one is made, changed in the form and as JSON, and its history tells of it", async () => {
    const page = await site.at("#/Client");
    await page.getByRole("link", { name: "New" }).click();
    await heading(page, "New Client");
    await page.getByTestId("id").fill("made-here");
    await (await input(page, "name")).fill("Made here");
    await (await input(page, "secret")).fill("planted-secret-of-made-here");
    await (await input(page, "scope")).fill("read");
    await page.getByRole("button", { name: /^Add: Scopes/ }).click();
    await page.keyboard.type("write");
    assert.deepEqual((await resource(page)).scope, ["read", "write"], "the form writes the JSON");
    await save(page);
    await told(page, "Client/made-here is saved");
    await heading(page, "made-here");
    assert.equal((await resource(page)).secret, "***", "the secret is not shown again");
    const changed = { ...(await resource(page)), description: "by hand" };
    await write(page, "json", JSON.stringify(changed, null, 2));
    await (await input(page, "active")).uncheck();
    await save(page);
    await page.locator('[data-version="2"]').waitFor();
    const text = await page.locator('[data-version="2"]').textContent();
    for (const part of ["description", '"by hand"', "active", "false", "administrator"])
      assert.ok(text.includes(part), part);
    const stored = (await administer("GET", "/Client/made-here")).body;
    assert.deepEqual([stored.description, stored.active, stored.name], ["by hand", false, "Made here"]);
    assert.ok(!(await page.content()).includes("planted-secret-of-made-here"), "the secret is nowhere on the page");
    await page.getByTestId("json").focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("ControlOrMeta+Z");
    assert.ok(!(await textIn(page, "json")).includes("planted-secret"), "nor does undo bring it back");
    // Back to the first version.
    await page.locator('[data-version="1"]').getByRole("button", { name: "Edit this version" }).click();
    assert.equal("description" in (await resource(page)), false);
    await save(page);
    await page.locator('[data-version="3"]').waitFor();
    assert.equal((await administer("GET", "/Client/made-here")).body.active, undefined);
    assert.deepEqual(page.faults, []);
  });

  test("somebody else's change is shown and not overwritten unseen", async () => {
    await administer("PUT", "/User/contended", { userName: "first" });
    const page = await site.at("#/User/contended");
    await (await input(page, "email")).fill("mine@example.com");
    await administer("PUT", "/User/contended", { userName: "theirs" });
    await save(page);
    await page.getByRole("heading", { name: "Somebody else changed it meanwhile" }).waitFor();
    const problem = await page.getByTestId("problem").textContent();
    for (const part of ['"theirs"', '"first"', "mine@example.com"]) assert.ok(problem.includes(part), part);
    assert.equal((await administer("GET", "/User/contended")).body.email, undefined, "nothing was saved");
    await page.getByRole("button", { name: "Take theirs" }).click();
    assert.equal((await resource(page)).userName, "theirs");
    await (await input(page, "email")).fill("mine@example.com");
    await administer("PUT", "/User/contended", { userName: "theirs again" });
    await save(page);
    await page.getByRole("button", { name: "Save mine over it" }).click();
    await told(page, "User/contended is saved");
    const { userName, email } = (await administer("GET", "/User/contended")).body;
    assert.deepEqual([userName, email], ["theirs", "mine@example.com"]);
    assert.deepEqual(page.faults, []);
  });

  test("nor where something on the way takes the ETag out or changes it", async () => {
    await administer("PUT", "/User/no-tag", { userName: "first" });
    const page = await site.open(undefined, "#/User/no-tag");
    let isChanged = false;
    await page.route("**/User/no-tag", async (route) => {
      const response = await route.fetch();
      const { etag, ...headers } = response.headers();
      // As Apache's mod_deflate does.
      const changed = isChanged && etag !== undefined ? { etag: etag.replace(/"$/, '-gzip"') } : {};
      await route.fulfill({ response, headers: { ...headers, ...changed } });
    });
    await signIn(page);
    await (await input(page, "email")).fill("mine@example.com");
    await administer("PUT", "/User/no-tag", { userName: "theirs" });
    await save(page);
    await page.getByRole("heading", { name: "Somebody else changed it meanwhile" }).waitFor();
    assert.deepEqual((await administer("GET", "/User/no-tag")).body.userName, "theirs", "nothing was saved");
    isChanged = true;
    await page.getByRole("button", { name: "Save mine over it" }).click();
    await told(page, "User/no-tag is saved");
    await (await input(page, "email")).fill("again@example.com");
    await save(page);
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="version"]').textContent.startsWith("Version 4"),
    );
    assert.equal((await administer("GET", "/User/no-tag")).body.email, "again@example.com");
  });

  test("an address names a resource and no other path", async () => {
    await administer("PUT", "/User/elsewhere", {});
    for (const id of ["../User/elsewhere", "../$events", "../../outside", "elsewhere?_count=1", "/outside.example/a"]) {
      const page = await site.open(undefined, `#/Client/${encodeURIComponent(id)}`);
      await signIn(page);
      await page.locator("main .notice").waitFor();
      const asked = page.requests.filter((request) => "authorization" in request.headers()).map((one) => one.url());
      const paths = asked.map((url) => new URL(url).pathname);
      assert.ok(
        paths.every((path) => path.startsWith("/Client")),
        `${id}: ${paths}`,
      );
    }
  });

  test("one is deleted only when its name is typed", async () => {
    await administer("PUT", "/User/to-go", {});
    const page = await site.at("#/User/to-go");
    await page.getByTestId("delete").click();
    assert.equal(await page.getByTestId("go").isDisabled(), true);
    await page.getByTestId("confirm").fill("to-g");
    assert.equal(await page.getByTestId("go").isDisabled(), true);
    await page.keyboard.press("Escape");
    assert.equal((await administer("GET", "/User/to-go")).status, 200, "it is still there");
    await page.getByTestId("delete").click();
    await page.getByTestId("confirm").fill("to-go");
    await page.getByTestId("go").click();
    await told(page, "User/to-go is deleted.");
    await heading(page, "Users");
    assert.equal((await administer("GET", "/User/to-go")).status, 404);
  });

  test("what is not saved is not left without a question", async () => {
    const page = await site.at("#/User/alice");
    await (await input(page, "displayName")).fill("not saved");
    await page.getByRole("link", { name: "Events" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    assert.equal((await resource(page)).displayName, "not saved");
    await page.getByRole("link", { name: "Events" }).click();
    await page.getByTestId("go").click();
    await heading(page, "Events");
  });
});

describe("a dry run", () => {
  const parameter = (page, name) => page.locator(`[data-parameter="${name}"]`);

  test("says what a token would get, and nothing is issued", async () => {
    const page = await site.at("#/dry-run");
    const token = await subjectToken(sts);
    await parameter(page, "client_id").fill("c1");
    await parameter(page, "subject_token").fill(token);
    await parameter(page, "scope").fill("read");
    await page.getByTestId("try").click();
    await page.getByRole("heading", { name: "It would be issued" }).waitFor();
    const claims = JSON.parse(await page.getByTestId("claims").textContent());
    assert.deepEqual([claims.sub, claims.aud, claims.client_id, claims.jti], ["alice", "orders", "c1", undefined]);
    const result = await page.getByTestId("result").textContent();
    assert.ok(result.includes("yes, for 86400 s") && !result.includes(token), result);
    await page.getByRole("link", { name: "TokenIntrospector/" }).first().waitFor();
    await page.getByRole("button", { name: "Clear the tokens" }).click();
    assert.equal(await parameter(page, "subject_token").inputValue(), "");
    assert.deepEqual(page.faults, []);
  });

  test("a refusal leads to its rule, and who acts is seen", async () => {
    const page = await site.at("#/dry-run");
    await parameter(page, "client_id").fill("c1");
    await parameter(page, "subject_token").fill(await subjectToken(sts));
    await parameter(page, "scope").fill("admin");
    await page.getByTestId("try").click();
    await page.getByRole("heading", { name: "It would be refused" }).waitFor();
    const text = await page.getByTestId("result").textContent();
    for (const part of ["scope_not_allowed", "Client.scope", "400 invalid_scope"]) assert.ok(text.includes(part), part);
    await page.getByText("Somebody acts for the subject").click();
    await parameter(page, "client_id").fill("cy");
    await parameter(page, "scope").fill("read");
    await parameter(page, "actor_token").fill(await subjectToken(sts, { sub: "bob" }));
    await page.getByTestId("try").click();
    await page.getByRole("heading", { name: "It would be issued" }).waitFor();
    assert.match(await page.getByTestId("result").textContent(), /Actorsbob/);
    await parameter(page, "client_id").fill("c1");
    await page.getByTestId("try").click();
    await page.getByRole("link", { name: "Client/c1" }).click();
    await heading(page, "c1");
    assert.deepEqual(page.faults, []);
  });

  test("what cannot be tried is said", async () => {
    const page = await site.at("#/dry-run");
    await page.getByTestId("try").click();
    await page
      .getByTestId("result")
      .filter({ hasText: "client_id: Name the client that would send the request." })
      .waitFor();
  });
});

describe("the last events", () => {
  test("are listed, searched, and hold no token", async () => {
    const { body } = await answered(await goodExchangeOf(sts, "c1", "read"));
    await answered(await goodExchangeOf(sts, "c1", "no-such-scope"));
    const page = await site.at("#/events");
    await page.getByLabel("Outcome").selectOption("refused");
    await page.getByLabel("With the words").fill("no-such-scope");
    const row = page.getByTestId("events").locator("li");
    await row.first().waitFor();
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="events"] li').length === 1);
    await row.locator("summary").click();
    const event = JSON.parse(await row.locator("pre").textContent());
    assert.deepEqual([event.event, event.reason, event.client_id], ["token.exchange", "scope_not_allowed", "c1"]);
    await page.getByLabel("Outcome").selectOption("");
    await page.getByLabel("With the words").fill("");
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="events"] li').length > 1);
    const all = await page.content();
    assert.ok(!all.includes(body.access_token) && !all.includes(body.refresh_token) && !all.includes(SECRETS.c2));
    assert.ok((await page.getByRole("heading", { name: "Events" }).count()) === 1);
    assert.deepEqual(page.faults, []);
  });
});

describe("everybody can use it", () => {
  const PLACES = ["#/Client", "#/Client/c1", "#/new/TokenIntrospector", "#/User/alice", "#/dry-run", "#/events"];

  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [LAPTOP, PHONE]) {
      test(`axe finds nothing, and nothing is wider than the screen: ${colorScheme}, ${viewport.width} px`, async () => {
        const page = await site.open({ colorScheme, viewport });
        assert.deepEqual(await violations(page), [], "sign-in");
        await signIn(page);
        await page.locator("#nav").waitFor();
        for (const hash of PLACES) {
          await page.evaluate((wanted) => (location.hash = wanted), hash);
          await page.waitForFunction(
            (wanted) => location.hash === wanted && !document.querySelector("main").hasAttribute("aria-busy"),
            hash,
          );
          await page.locator("main h1").waitFor();
          assert.deepEqual(await violations(page), [], hash);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${hash}: ${wide} px too wide`);
          if (process.env.SHOTS) {
            const name = hash.replaceAll(/\W+/g, "-");
            await page.screenshot({
              path: `${process.env.SHOTS}/${colorScheme}-${viewport.width}${name}.png`,
              fullPage: true,
            });
          }
        }
        assert.deepEqual(page.faults, []);
      });
    }
  }

  test("by keyboard alone: sign in, open a resource, change it, save it", async () => {
    await administer("PUT", "/User/by-keys", { userName: "keys" });
    const page = await site.open();
    await page.keyboard.type(ADMIN_TOKEN);
    await page.keyboard.press("Enter");
    await heading(page, "Clients");
    /** Tabs until an element has the focus. */
    const tabTo = async (selector) => {
      for (let steps = 0; steps < 200; steps += 1) {
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`${selector} is not reached`);
    };
    await page.keyboard.press("Home");
    await page.evaluate(() => document.activeElement.blur());
    await tabTo('nav a[href="#/User"]');
    await page.keyboard.press("Enter");
    await heading(page, "Users");
    await tabTo('a[href="#/User/by-keys"]');
    await page.keyboard.press("Enter");
    await heading(page, "by-keys");
    await tabTo(".add-member select");
    await page.keyboard.type("E-mail");
    await tabTo(".add-member button");
    await page.keyboard.press("Enter");
    const isEmail = () => document.activeElement.matches('[data-member="email"] input');
    assert.ok(await page.evaluate(isEmail), "what was added has the focus");
    await page.keyboard.type("keys@example.com");
    await tabTo('[data-testid="json"]');
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "save", "Tab leaves the editor");
    await tabTo('[data-testid="save"]');
    await page.keyboard.press("Enter");
    await told(page, "User/by-keys is saved");
    assert.equal((await administer("GET", "/User/by-keys")).body.email, "keys@example.com");
    assert.deepEqual(page.faults, []);
  });
});

test("the fixture's issuer is listed with its issuer", async () => {
  const page = await site.at("#/TokenIntrospector");
  await page.getByRole("cell", { name: TRUSTED.main.iss, exact: true }).waitFor();
});
