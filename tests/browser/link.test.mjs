// A link holds a situation: a reload keeps it, and somebody else sees the same refusal. Secrets are in it only if asked for.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { afterwards, demo, textIn, write } from "./demo.mjs";

const site = await demo();
after(() => site.close());

const reason = (page) => page.getByTestId("reason").textContent();
const inLink = (page, link) =>
  page.evaluate(async (hash) => (await import("./link.js")).stateOf(hash), new URL(link).hash);

async function linkOf(page) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByRole("button", { name: "Link copied" }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

const choose = (page, preset) => afterwards(page, () => page.locator(`#preset-${preset}`).check({ force: true }));

describe("a link", () => {
  for (const [preset, trial] of [
    ["how-to", "client"],
    ["how-to", "expired"],
    ["services", "scope"],
    ["delegation", "delegation"],
    ["ci", "branch"],
    ["ci", "forged"],
    ["agent", "actor"],
    ["stolen", "thief"],
  ]) {
    test(`${preset}, ${trial}: the same refusal here after a reload, and elsewhere`, async () => {
      const page = await site.open();
      if (preset !== "how-to") await choose(page, preset);
      await afterwards(page, () => page.locator(`[data-trial="${trial}"]`).click());
      const [expected, why] = [await reason(page), await page.getByTestId("why").textContent()];
      const link = await linkOf(page);
      await page.reload();
      await page.waitForFunction(() => document.querySelector("#brief").dataset.status !== "idle");
      assert.equal(await reason(page), expected);
      const elsewhere = await site.open(new URL(link).hash);
      assert.deepEqual([await reason(elsewhere), await elsewhere.getByTestId("why").textContent()], [expected, why]);
      assert.equal(await elsewhere.locator(`#preset-${preset}`).isChecked(), true);
      assert.equal(await elsewhere.locator(`[data-trial="${trial}"]`).getAttribute("aria-pressed"), "true");
      assert.ok(
        elsewhere.asked.every((url) => !url.includes("#")),
        "the fragment is sent to nobody",
      );
      // and the situation is alive there: begun anew, it is exchanged
      await afterwards(elsewhere, () => elsewhere.locator("#start-over").click());
      assert.equal(await elsewhere.getByTestId("answer").getAttribute("data-status"), "ok");
      await Promise.all([page, elsewhere].map((one) => one.context().close()));
    });
  }

  test("rules and claims that were edited are in it", async () => {
    const page = await site.open();
    const claims = JSON.parse(await textIn(page, "subject"));
    await afterwards(page, () => write(page, "subject", JSON.stringify({ ...claims, sub: "carol", dept: ["a", 1] })));
    assert.equal(await reason(page), "subject_token.user_unknown");
    await afterwards(page, () => write(page, "user", '{ "id": "carol" }'));
    const elsewhere = await site.open(new URL(await linkOf(page)).hash);
    assert.equal(await elsewhere.getByTestId("answer").getAttribute("data-status"), "ok");
    const there = JSON.parse(await textIn(elsewhere, "subject"));
    assert.deepEqual([there.sub, there.dept], ["carol", ["a", 1]]);
    assert.deepEqual(JSON.parse(await textIn(elsewhere, "user")), { id: "carol" });
    await Promise.all([page, elsewhere].map((one) => one.context().close()));
  });

  test("secrets are in it only if asked for", async () => {
    const page = await site.open();
    const secret = "a-secret-of-the-reader-0123456789";
    const client = JSON.parse(await textIn(page, "client"));
    await afterwards(page, () => write(page, "client", JSON.stringify({ ...client, secret })));
    assert.equal(await reason(page), "client_secret_wrong");
    await afterwards(page, () => page.getByTestId("secret").fill(secret));
    const without = await linkOf(page);
    assert.ok(!JSON.stringify(await inLink(page, without)).includes(secret));
    const elsewhere = await site.open(new URL(without).hash);
    assert.equal(await elsewhere.getByTestId("answer").getAttribute("data-status"), "ok", "equal secrets stay equal");
    assert.notEqual(await elsewhere.getByTestId("secret").inputValue(), secret);
    await page.locator("#with-secrets").check();
    const link = await linkOf(page);
    const third = await site.open(new URL(link).hash);
    assert.equal(await third.getByTestId("secret").inputValue(), secret);
    await Promise.all([page, elsewhere, third].map((one) => one.context().close()));
  });

  test("no secret of a resource is in it, wherever it stands", async () => {
    const { changesBetween } = await import("../../www/link.js");
    const planted = {
      user: { id: "u", password: "planted", twoFactor: { codes: ["planted"] } },
      key: { d: "planted" },
    };
    const changes = changesBetween({ user: { id: "u" } }, planted, { now: 0, withSecrets: false });
    assert.ok(!JSON.stringify(changes).includes("planted"), JSON.stringify(changes));
    assert.ok(JSON.stringify(changesBetween({}, planted, { now: 0, withSecrets: true })).includes("planted"));
    // One member of something that was there before, each alone.
    const there = {
      user: { twoFactor: { codes: ["old"], sms: { to: "old" } }, password: "old" },
      keys: [{ kty: "RSA", n: "n", p: "old", q: "old", dp: "old", dq: "old", qi: "old", oth: [{ r: "old" }] }],
    };
    const places = JSON.stringify(there).split('"old"').length - 1;
    for (let place = 0; place < places; place++) {
      let at = 0;
      const changed = JSON.parse(
        JSON.stringify(there).replaceAll('"old"', () => (at++ === place ? '"planted"' : '"old"')),
      );
      const hidden = JSON.stringify(changesBetween(there, changed, { now: 0, withSecrets: false }));
      assert.ok(!hidden.includes("planted") && hidden.includes("$secret"), hidden);
    }
    // By mistake, where none belongs.
    const jwk = { kty: "RSA", n: "n", d: "planted", p: "planted" };
    for (const mistake of [
      "-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----",
      "-----BEGIN PGP PRIVATE KEY BLOCK-----\nplanted",
      JSON.stringify({ keys: [jwk] }),
      JSON.stringify({ k: "planted", kty: "oct" }, null, 2),
      "Basic planted",
      "Bearer planted",
      "https://user:planted@issuer.example/jwks",
      "https://planted@issuer.example/jwks",
      { ...jwk, kty: undefined },
      { kty: "AKP", priv: "planted" },
      { client_secret: "planted" },
      { Authorization: "planted" },
    ]) {
      const before = { keys: [{ pub: "a" }] };
      const after = { keys: [{ pub: mistake }], more: [{ pub: mistake }] };
      const hidden = JSON.stringify(changesBetween(before, after, { now: 0, withSecrets: false }));
      assert.ok(!hidden.includes("planted") && hidden.includes("$secret"), hidden);
    }
    // What only looks like one is.
    for (const text of [
      "https://issuer.example/@user",
      "mailto:alice@example.com",
      "alice@example.com",
      "Basics",
      "-----BEGIN PUBLIC KEY-----\na",
    ]) {
      assert.deepEqual(changesBetween({ a: "" }, { a: text }, { now: 0, withSecrets: false }), [[["a"], text]]);
    }
    const claims = changesBetween({ claims: { p: "a" } }, { claims: { p: "b" } }, { now: 0, withSecrets: false });
    assert.deepEqual(claims, [[["claims", "p"], "b"]], "a claim of the name of a key's member");
  });

  test("over two services, and one that is damaged", async () => {
    const page = await site.open();
    await page.locator("#preset-mcp").check({ force: true });
    await page.locator('[data-trial="mcp-replayed"]').click();
    await page.getByTestId("mcp-reason").waitFor();
    const link = await linkOf(page);
    const elsewhere = await site.open(new URL(link).hash);
    assert.equal(await elsewhere.getByTestId("mcp-reason").textContent(), "assertion.replayed");
    const damaged = await site.open("#s=AAAA");
    assert.equal(await damaged.getByTestId("answer").getAttribute("data-status"), "ok");
    assert.deepEqual(damaged.faults, []);
    await Promise.all([page, elsewhere, damaged].map((one) => one.context().close()));
  });
});
