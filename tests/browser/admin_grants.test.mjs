// "Grants and tokens" on the operator's page: what this instance issued lately for a resource, and the button that ends all of
// it, in Chromium against the Worker.
import assert from "node:assert/strict";
import { after, afterEach, describe, test } from "node:test";
import { EXCHANGE, subjectToken, TRUSTED } from "../suites/fixture.mjs";
import { basic, goodExchangeOf, introspectionRequest, refreshRequest } from "../suites/token_request.mjs";
import { write } from "./demo.mjs";
import { input, operator, resource, save, signIn, told } from "./operator.mjs";

const site = await operator();
const { sts } = site;
after(() => site.close());
afterEach(() => site.closePages());

async function answered(request) {
  const response = await request.send(sts);
  return { status: response.status, body: await response.json() };
}

const exchanged = async (client) => (await answered(await goodExchangeOf(sts, client, "read"))).body;
const isActive = async (token) => (await answered(introspectionRequest("co", token))).body.active;

/** The rows of the table: the texts of their cells, by the heads. */
function rowsOf(page) {
  return page.getByTestId("issued").evaluate((element) => {
    const heads = [...element.querySelectorAll("thead th")].map(({ textContent }) => textContent);
    const rows = [...element.querySelectorAll("tbody tr")];
    return rows.map((row) => Object.fromEntries([...row.children].map((cell, at) => [heads[at], cell.textContent])));
  });
}

const isEvery = (page, state, count) =>
  page.waitForFunction(
    ([wanted, least]) => {
      const tags = [...document.querySelectorAll('[data-testid="issued"] .tag')].map(({ textContent }) => textContent);
      return tags.length >= least && tags.every((text) => text === wanted);
    },
    [state, count],
  );

describe("what was issued lately", () => {
  test("is a row for each: when, to whom, for whom, until when, and whether a refresh token came with it", async () => {
    const { refresh_token } = await exchanged("co");
    await answered(refreshRequest("co", refresh_token));
    await answered(await goodExchangeOf(sts, "c1", "read"));
    const page = await site.at("#/Client/co");
    const [refreshed, first, ...others] = await rowsOf(page);
    assert.deepEqual(others, [], "nothing of another client");
    for (const [row, kind] of [
      [refreshed, "refresh"],
      [first, "exchange"],
    ]) {
      const { Issued, State, Client, For, Audience, Scope, Token, jti } = row;
      assert.ok(Issued.endsWith(` ${kind}`), Issued);
      assert.deepEqual(
        [State, Client, For, Audience, Scope, jti],
        ["may be in use", "co", "alice", "orders", "read", "not told"],
      );
      assert.match(Token, /^access token until .+/);
      assert.match(row["Refresh token"], /^until .+/);
    }
    const words = await page.getByRole("region", { name: "Grants and tokens" }).textContent();
    assert.match(words, /last tokens that this instance issued .* not a list of everything in use/);
    assert.ok(!words.includes(refresh_token), "no token is shown");
    // A JWT without a refresh token has a name.
    await page.evaluate(() => (location.hash = "#/Client/c2"));
    await page.getByTestId("issued").filter({ hasText: "None of the events" }).waitFor();
    assert.deepEqual(page.faults, []);
  });

  test("names a User whom an identifier led to, one who acted, and everything of an issuer", async () => {
    const request = await goodExchangeOf(sts, "cy", "read");
    request.set("subject_token", await subjectToken(sts, { sub: "sub-of-bob" }));
    request.set("actor_token", await subjectToken(sts, { sub: "carla" }));
    request.set("actor_token_type", "urn:ietf:params:oauth:token-type:jwt");
    await site.administer("PUT", "/User/carla", {});
    assert.equal((await answered(request)).status, 200);
    for (const hash of ["#/User/bob", "#/User/carla", "#/Client/cy"]) {
      const page = await site.at(hash);
      const [row] = await rowsOf(page);
      assert.equal(row.For, "bob (sub-of-bob), by carla", hash);
      assert.match(row.jti, /^[\w-]{22}/);
      assert.equal(row["Refresh token"], "none");
      await page.getByTestId("events").locator("li", { hasText: "token.exchange" }).first().waitFor();
    }
    const main = await site.administer("GET", `/TokenIntrospector?iss=${encodeURIComponent(TRUSTED.main.iss)}`);
    const page = await site.at(`#/TokenIntrospector/${main.body.entry[0].resource.id}`);
    const clients = new Set((await rowsOf(page)).map(({ Client }) => Client));
    assert.ok(clients.has("cy") && clients.has("co"), [...clients].join(" "));
    assert.deepEqual(page.faults, []);
  });

  test("what has expired is told apart, and ten rows come first", async () => {
    const secret = "secret-of-brief-0123456789-0123456789";
    const auth = { token_exchange: { token_format: "jwt", access_token_expiration: 1, audience: ["orders"] } };
    const client = { secret, grant_types: [EXCHANGE], allowedIssuers: [TRUSTED.main.iss], scope: ["read"], auth };
    assert.equal((await site.administer("PUT", "/Client/brief", client)).status, 201);
    for (let count = 0; count < 12; count += 1) {
      const request = await goodExchangeOf(sts, "c1", "read");
      request.header("authorization", basic("brief", secret));
      assert.equal((await answered(request)).status, 200);
    }
    await sts.advance(2);
    const page = await site.at("#/Client/brief");
    assert.equal((await rowsOf(page)).length, 10);
    await page.getByTestId("issued").getByRole("button", { name: "Show the rest" }).click();
    const rows = await rowsOf(page);
    assert.deepEqual([rows.length, new Set(rows.map(({ State }) => State))], [12, new Set(["expired"])]);
  });
});

describe("everything that was issued for somebody ends", () => {
  for (const [type, id] of [
    ["User", "alice"],
    ["Client", "co"],
  ]) {
    test(`of a ${type}: opaque tokens and refresh tokens, used or not, shown or not`, async () => {
      const [fresh, used] = [await exchanged("co"), await exchanged("co")];
      const next = (await answered(refreshRequest("co", used.refresh_token))).body;
      const tokens = [fresh.access_token, fresh.refresh_token, next.access_token, next.refresh_token];
      for (const token of tokens) assert.equal(await isActive(token), true, "before");
      const page = await site.at(`#/${type}/${id}`);
      await page.getByTestId("end").click();
      await page.getByTestId("confirm").fill(id);
      await page.getByTestId("go").click();
      await told(page, "has ended");
      for (const token of tokens) assert.equal(await isActive(token), false, "after");
      for (const token of [fresh.refresh_token, next.refresh_token]) {
        const { status, body } = await answered(refreshRequest("co", token));
        assert.deepEqual([status, body.error], [400, "invalid_grant"]);
      }
      await page.getByTestId("version").filter({ hasText: "has ended" }).waitFor();
      await isEvery(page, "ended", 3);
      // What is issued afterwards holds.
      await sts.advance(2);
      assert.equal(await isActive((await exchanged("co")).access_token), true, "a new one");
      const again = await site.at(`#/${type}/${id}`);
      const [newest, older] = await rowsOf(again);
      assert.deepEqual([newest.State, older.State], ["may be in use", "ended"]);
      assert.deepEqual(page.faults, []);
    });
  }

  test("and what has ended does not begin again by an older version, or by what was typed before", async () => {
    await site.administer("PUT", "/User/hugo", { displayName: "first" });
    const page = await site.at("#/User/hugo");
    await (await input(page, "email")).fill("typed@example.com");
    await page.getByTestId("end").click();
    await page.getByTestId("confirm").fill("hugo");
    await page.getByTestId("go").click();
    await told(page, "has ended");
    const { not_before } = (await site.administer("GET", "/User/hugo")).body;
    assert.ok(not_before !== undefined);
    const typed = await resource(page);
    assert.deepEqual(
      [typed.email, typed.not_before],
      ["typed@example.com", not_before],
      "what was typed is still there",
    );
    await save(page);
    await page.getByRole("heading", { name: "Somebody else changed it meanwhile" }).waitFor();
    await page.getByRole("button", { name: "Save mine over it" }).click();
    await told(page, "User/hugo is saved");
    assert.equal((await site.administer("GET", "/User/hugo")).body.not_before, not_before);
    // The version before the end.
    const [before] = await page
      .locator("[data-version]")
      .evaluateAll((all) => all.filter((one) => one.textContent.includes("first")).map((one) => one.dataset.version));
    await page.locator(`[data-version="${before}"]`).getByRole("button", { name: "Edit this version" }).click();
    await told(page, "not_before stay as they are stored now");
    await save(page);
    await told(page, "User/hugo is saved");
    const after = (await site.administer("GET", "/User/hugo")).body;
    assert.deepEqual([after.email, after.not_before], [undefined, not_before]);
    assert.deepEqual(page.faults, []);
  });

  test("nor by what was typed before somebody else ended it", async () => {
    for (const typed of ['{ "id": "ida", "displayName": "typed" }', "{"]) {
      await site.administer("PUT", "/User/ida", { displayName: "first" });
      const page = await site.at("#/User/ida");
      await write(page, "json", typed);
      const not_before = "2026-01-02T03:04:05Z";
      if (typed === "{") {
        await page.getByTestId("end").click();
        await page.getByTestId("confirm").fill("ida");
        await page.getByTestId("go").click();
        await told(page, "has ended");
        await write(page, "json", '{ "id": "ida", "displayName": "typed" }');
      } else {
        await site.administer("PUT", "/User/ida", { displayName: "theirs", not_before });
      }
      const ended = (await site.administer("GET", "/User/ida")).body.not_before;
      await save(page);
      await page.getByRole("heading", { name: "Somebody else changed it meanwhile" }).waitFor();
      await page.getByRole("button", { name: "Save mine over it" }).click();
      await told(page, "User/ida is saved");
      const after = (await site.administer("GET", "/User/ida")).body;
      assert.deepEqual([after.displayName, after.not_before], ["typed", ended]);
      assert.deepEqual(page.faults, []);
    }
  });

  test("also where what was issued cannot be shown", async () => {
    const { access_token } = await exchanged("co");
    const answers = { events: [{ event: "token.exchange", outcome: "success", client_id: "co", subject: null }] };
    for (const answer of [
      { status: 503, body: "" },
      { status: 200, body: JSON.stringify(answers) },
    ]) {
      const page = await site.open(undefined, "#/Client/co");
      await page.route("**/$events", (route) => route.fulfill({ contentType: "application/json", ...answer }));
      await signIn(page);
      await page.getByTestId("untold").filter({ hasText: "cannot be shown" }).waitFor();
      assert.equal((await resource(page)).id, "co");
      await page.getByTestId("end").click();
      await page.getByTestId("confirm").fill("co");
      await page.getByTestId("go").click();
      await told(page, "has ended");
      assert.equal(await isActive(access_token), false);
    }
    await sts.advance(2);
  });

  test("also while somebody else writes it", async () => {
    await site.administer("PUT", "/User/jonas", {});
    const page = await site.at("#/User/jonas");
    let writes = 0;
    await page.route("**/User/jonas", async (route) => {
      if (route.request().method() === "PUT" && (writes += 1) <= 2)
        await site.administer("PUT", "/User/jonas", { displayName: `write ${writes}` });
      await route.continue();
    });
    await page.getByTestId("end").click();
    await page.getByTestId("confirm").fill("jonas");
    await page.getByTestId("go").click();
    await told(page, "has ended");
    const { displayName, not_before } = (await site.administer("GET", "/User/jonas")).body;
    assert.deepEqual([displayName, typeof not_before], ["write 2", "string"], "their change is kept");
    assert.deepEqual(page.faults, []);
  });

  test("by a number of seconds, too", async () => {
    await exchanged("co");
    const stored = (await site.administer("GET", "/Client/co")).body;
    await site.administer("PUT", "/Client/co", { ...stored, not_before: sts.now() + 1 });
    const page = await site.at("#/Client/co");
    await isEvery(page, "ended", 1);
    await sts.advance(2);
  });

  test("only when its name is typed, after it was said what will happen, and when", async () => {
    const { access_token } = await exchanged("co");
    const page = await site.at("#/Client/co");
    await page.getByTestId("end").click();
    const words = await page.getByRole("dialog").textContent();
    for (const part of [
      "End everything issued for Client/co?",
      "Refresh tokens and opaque tokens are refused",
      "still accepts a JWT until its exp",
      "STS_CACHE_TTL, 30 seconds by default",
      "unless STS_CONSISTENCY is strong",
      "A token of an issuer that is still valid can be exchanged again.",
    ]) {
      assert.ok(words.includes(part), part);
    }
    await page.getByTestId("confirm").fill("c");
    assert.equal(await page.getByTestId("go").isDisabled(), true);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await isActive(access_token), true, "nothing has ended");
  });
});
