// The demo page: an exchange in the reader's browser, with the network cut off after loading.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, beforeEach, describe, test } from "node:test";
import { launch, serve } from "./chromium.mjs";

// The headers that the page is deployed with: its Content-Security-Policy holds here too.
const headers = Object.fromEntries(
  readFileSync(new URL("../../www/_headers", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => /^\s+[\w-]+: /.test(line))
    .map((line) => line.trim().split(/: (.*)/, 2))
    .filter(([name]) => name !== "Strict-Transport-Security"),
);

const server = await serve({ "/": "www/" }, headers);
const browser = await launch();
after(async () => {
  await browser.close();
  await server.close();
});

let page;
let faults;

beforeEach(async () => {
  await page?.context().close();
  const context = await browser.newContext();
  page = await context.newPage();
  faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`${server.origin}/`);
  await page.waitForFunction(() => document.querySelector('[data-testid="answer"]').dataset.status !== "idle");
});

async function cutOff() {
  await page.context().setOffline(true);
  await server.close();
  const reached = await page.evaluate(() =>
    fetch("/", { cache: "no-store" }).then(
      () => true,
      () => false,
    ),
  );
  assert.equal(reached, false, "the network is cut off");
  faults.length = 0; // the browser tells of the fetch that just failed
}

const text = (name) => page.getByTestId(name).textContent();
const status = () => page.getByTestId("answer").getAttribute("data-status");

async function run() {
  await page.getByTestId("event").evaluate((element) => (element.textContent = ""));
  await page.getByTestId("run").click();
  await page.waitForFunction(() => document.querySelector('[data-testid="event"]').textContent !== "");
}

describe("the demo page", () => {
  test("shows an exchange when it is opened", async () => {
    assert.equal(await status(), "ok");
    assert.deepEqual(faults, []);
  });

  test("nothing is loaded from elsewhere", async () => {
    const addresses = await page.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => new URL(name).origin),
    );
    assert.deepEqual([...new Set(addresses)], [server.origin]);
  });

  test("with the network cut off: an exchange, then one that is refused for each reason", async () => {
    await cutOff();
    await run();
    assert.equal(await status(), "ok");
    const token = (await text("issued-token")).replaceAll(/\s/g, "");
    const [header, payload, signature] = token.split(".");
    assert.ok(signature.length > 20);
    const decoded = (part) => JSON.parse(Buffer.from(part, "base64url"));
    assert.equal(decoded(header).typ, "at+jwt");
    const claims = decoded(payload);
    assert.deepEqual(
      [claims.iss, claims.sub, claims.aud, claims.scope],
      ["https://sts.example", "alice", "https://orders.example", "openid orders:read"],
    );
    const response = await text("response");
    for (const member of ["access_token", "issued_token_type", "token_type", "expires_in", "refresh_token"])
      assert.ok(response.includes(member), member);
    assert.match(await text("request"), /POST \/auth\/token/);
    // each run issues another token
    await run();
    assert.notEqual((await text("issued-token")).replaceAll(/\s/g, ""), token);

    const trials = {
      expired: "invalid_request",
      forged: "invalid_request",
      issuer: "invalid_request",
      user: "invalid_request",
      client: "invalid_client",
      scope: "invalid_scope",
      audience: "invalid_target",
    };
    for (const [trial, error] of Object.entries(trials)) {
      await page.locator(`[data-trial="${trial}"]`).click();
      await page.waitForFunction(
        (name) => document.querySelector('[data-testid="response"]').textContent.includes(name),
        error,
      );
      assert.equal(await status(), "refused", trial);
      assert.ok(!(await page.getByTestId("issued-token").isVisible()), "no token is shown");
    }
    await page.locator("#start-over").click();
    await page.waitForFunction(() => document.querySelector('[data-testid="answer"]').dataset.status === "ok");
    assert.deepEqual(faults, []);
  });
});
