// Markup in what others wrote (claims, tokens, resources, events) stays text, on the demo page and on the operator's. The
// Content-Security-Policy is taken out of the way: what is tested is the pages' own code.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ADMIN_TOKEN, install } from "../suites/fixture.mjs";
import { folder, startWorker } from "../workerd/worker.mjs";
import { afterwards, demo, settled, write } from "./demo.mjs";

const MARKUP = `"><img data-planted src=x onerror="window.planted=1"><a data-planted href="javascript:window.planted=1">x</a>`;
const OPEN = { bypassCSP: true };

const site = await demo();
const place = folder();
const sts = await startWorker({ path: place.path });
await install(sts);
after(async () => {
  await site.close();
  await sts.stop();
  place.remove();
});

async function isText(page, shown) {
  await settled(page);
  const { found, ran, text } = await page.evaluate(() => ({
    found: document.querySelectorAll('[data-planted], [href^="javascript:" i], [onerror]').length,
    ran: "planted" in window,
    text: document.body.textContent,
  }));
  assert.deepEqual({ found, ran }, { found: 0, ran: false });
  assert.ok(text.includes(shown), "what was planted is shown, as text");
}

describe("on the demo page", () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "https://login.example", sub: MARKUP, scope: "openid", exp: now + 600, [MARKUP]: [MARKUP] };

  test("in claims", async () => {
    const page = await site.open("", OPEN);
    await afterwards(page, () => write(page, "subject", JSON.stringify(claims)));
    await isText(page, MARKUP);
    await page.context().close();
  });

  test("in a token of the reader's own, and in its header", async () => {
    const page = await site.open("", OPEN);
    await page.locator("#preset-own").check({ force: true });
    for (const iss of ["https://token.actions.githubusercontent.com", `https://${MARKUP}`, MARKUP]) {
      const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const header = { alg: "RS256", kid: MARKUP, typ: MARKUP };
      const token = `${encoded(header)}.${encoded({ ...claims, iss, aud: MARKUP })}.${"A".repeat(342)}`;
      await page.getByTestId("own-token").fill(token);
      await isText(page, MARKUP);
    }
    await page.context().close();
  });

  test("in a link", async () => {
    const { fragmentOf } = await import("../../www/link.js");
    const changes = [
      [["subject", "sub"], MARKUP],
      [["client", "id"], MARKUP],
    ];
    for (const state of [
      { preset: "how-to", changes },
      { preset: MARKUP, trial: MARKUP, own: { claims, header: { kid: MARKUP } } },
      {
        preset: "constructor",
        trial: "__proto__",
        changes: [
          [["__proto__", "planted"], 1],
          [["client", "__proto__"], 1],
        ],
      },
      { preset: "own", own: { claims, header: { kid: MARKUP } } },
    ]) {
      const page = await site.open(await fragmentOf(state), OPEN);
      await isText(page, "");
      await page.context().close();
    }
  });
});

test("on the operator's page: in resources, their history, a dry run and events", async () => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  const user = {
    resourceType: "User",
    id: "marked",
    userName: MARKUP,
    displayName: MARKUP,
    name: { formatted: MARKUP },
  };
  for (const displayName of [MARKUP, `${MARKUP} twice`]) {
    const body = JSON.stringify({ ...user, displayName });
    const response = await sts.fetch("/User/marked", { method: "PUT", headers, body });
    assert.ok(response.ok, await response.text());
  }
  // An event that repeats what a client sent.
  await sts.fetch("/auth/token", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ client_id: MARKUP, grant_type: MARKUP }).toString(),
  });
  const page = await (await site.browser.newContext(OPEN)).newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(new URL("/admin/#/User/marked", sts.url).href);
  await page.getByTestId("token").fill(ADMIN_TOKEN);
  await page.getByRole("button", { name: "Sign in" }).click();
  // Not that of the form to sign in, which stays until the service has answered.
  await page.locator("main h1", { hasNotText: "Sign in" }).waitFor();
  await isText(page, "data-planted");
  for (const hash of [
    "#/User/marked/history",
    "#/User",
    "#/events",
    `#/User/${encodeURIComponent(MARKUP)}`,
    `#/${MARKUP}`,
  ]) {
    await page.evaluate((to) => (location.hash = to), hash);
    await page.locator("main h1", { hasNotText: "Sign in" }).waitFor();
    await isText(page, "");
  }
  await page.context().close();
});
