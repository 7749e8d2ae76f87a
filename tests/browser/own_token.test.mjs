// A token of the reader's own: the page writes the rules that accept it, and says what is dangerous about them.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { edgeSts, serving } from "../node/command.mjs";
import { ISSUERS } from "../suites/issuers.mjs";
import { clean, demo } from "./demo.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "edge-sts-own-"));
const site = await demo();
after(async () => {
  await site.close();
  rmSync(folder, { recursive: true, force: true });
});

const NOW = Math.floor(Date.now() / 1000);
const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token with a signature that no key of the page fits. */
function tokenOf(claims, header = { typ: "JWT", alg: "RS256", kid: "kid-1" }) {
  const input = `${base64url(header)}.${base64url(claims)}`;
  return `${input}.${createHmac("sha256", "somebody's key").update(input).digest("base64url")}`;
}

const tokenFrom = (heading, change = {}) =>
  tokenOf({ ...ISSUERS[heading].claims(NOW), ...change }, ISSUERS[heading].header);

/** Opens the page with a token pasted into it. */
async function withToken(token, options) {
  const page = await site.open("", options);
  await page.locator("#preset-own").check({ force: true });
  await paste(page, token);
  return page;
}

async function paste(page, token) {
  await page.getByTestId("own-answer").evaluate((one) => (one.dataset.status = "waiting"));
  await page.getByTestId("own-token").fill(token);
  await page.waitForFunction(() => document.querySelector("#own-answer").dataset.status !== "waiting");
}

const title = (page) => page.getByTestId("own-title").textContent();
const dangers = (page) => page.getByTestId("own-dangers").locator("li").allTextContents();
const NONE = ["Nothing that the module or the recipe warns of."];

/** Does something, and waits until its rules were tried. */
async function retried(page, action) {
  await page.getByTestId("own-answer").evaluate((one) => (one.dataset.status = "waiting"));
  await action();
  await page.waitForFunction(() => document.querySelector("#own-answer").dataset.status !== "waiting");
}

/** What `edge-sts check` says of the file that the page gives. */
async function checked(page, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("own-download").click()]);
  assert.equal(download.suggestedFilename(), "resources.json");
  const file = join(folder, `${name}.json`);
  await download.saveAs(file);
  const { code, stdout, stderr } = await edgeSts(["check", file, "--json"]);
  return { code, ...JSON.parse(stdout), stderr, resources: JSON.parse(readFileSync(file, "utf8")) };
}

describe("a token that is pasted", () => {
  for (const heading of Object.keys(ISSUERS)) {
    test(`${heading}: the issuer is recognised, the rules accept it, and pass edge-sts check`, async () => {
      const page = await withToken(tokenFrom(heading));
      try {
        assert.equal(await title(page), "These rules accept it", await page.getByTestId("own-why").textContent());
        assert.equal(await page.getByTestId("own-issuer").textContent(), heading);
        const { code, faults, warnings, resources } = await checked(page, heading.replaceAll(" ", "-"));
        assert.deepEqual([code, faults, warnings], [0, [], []]);
        const { claims, iss } = { ...resources[1], iss: resources[1].jwt.iss };
        assert.equal(iss, ISSUERS[heading].claims(NOW).iss);
        assert.ok(Object.keys(claims).length > 0, "it says whose tokens are meant");
        assert.deepEqual(page.faults, []);
      } finally {
        await page.context().close();
      }
    });
  }

  test("in two clicks: paste anywhere, copy", async () => {
    const page = await site.open("", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.evaluate((token) => navigator.clipboard.writeText(token), tokenFrom("GitHub Actions"));
    await page.locator("h1").click();
    await page.keyboard.press("ControlOrMeta+V");
    await page.locator("#own-title", { hasText: "These rules accept it" }).waitFor();
    await page.getByTestId("own-copy").click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const [client, introspector] = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    assert.deepEqual([client.public, client.allowedIssuers], [true, [introspector.jwt.iss]]);
    assert.deepEqual(introspector.claims, {
      repository: "acme/shop",
      repository_id: "74",
      ref: "refs/heads/main",
      environment: "production",
    });
    await page.context().close();
  });

  test("into the claims of another situation: it is taken as the reader's own", async () => {
    const page = await site.open("", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.evaluate((token) => navigator.clipboard.writeText(token), `Bearer ${tokenFrom("Keycloak")}\n`);
    await page.getByTestId("subject").focus();
    await page.keyboard.press("ControlOrMeta+V");
    await page.locator("#own-title", { hasText: "These rules accept it" }).waitFor();
    assert.equal(await page.getByTestId("own-issuer").textContent(), "Keycloak");
    await page.context().close();
  });

  test("what is dangerous is said, by the recipe and by the module", async () => {
    const page = await withToken(tokenFrom("GitHub Actions"));
    assert.deepEqual(await dangers(page), NONE);
    const box = (path) => page.locator(`[data-condition="${path}"]`);
    await retried(page, () => box("repository_owner").check());
    for (const path of ["repository", "repository_id"]) await retried(page, () => box(path).uncheck());
    assert.match(
      (await dangers(page)).join("\n"),
      /^No condition names the repository: every repository of this owner gets in/,
    );
    for (const path of ["repository_owner", "ref", "environment"]) await retried(page, () => box(path).uncheck());
    const all = (await dangers(page)).join("\n");
    assert.match(all, /every branch gets in/);
    assert.match(
      all,
      /TokenIntrospector\.claims: Anybody can get a token from this public issuer/,
      "the module’s own finding",
    );
    assert.equal(await title(page), "These rules accept it", "the Client is not public then, and has a secret");
    const { code, warnings } = await checked(page, "dangerous");
    assert.equal(code, 0);
    assert.match(warnings[0].message, /Anybody can get a token/);

    const { aud: _aud, ...bare } = ISSUERS["GitHub Actions"].claims(NOW);
    await paste(page, tokenOf(bare));
    assert.match((await dangers(page)).join("\n"), /It has no aud/);
    await paste(page, tokenFrom("GitHub Actions", { aud: "https://github.com/acme" }));
    assert.match((await dangers(page)).join("\n"), /what GitHub writes when the job does not ask for one/);
    await page.context().close();
  });

  test("one that has expired is tried as if it were new; what is no JWT is told apart", async () => {
    const page = await withToken(tokenFrom("Keycloak", { iat: NOW - 90_000, nbf: undefined, exp: NOW - 86_400 }));
    assert.equal(await title(page), "These rules accept it");
    assert.match(await page.getByTestId("own-why").textContent(), /It has expired/);
    for (const [text, expected] of [
      ["ya29.opaque", "This is no JWT"],
      ["just-a-word", "This is no JWT"],
      ["a.b.c.d.e", "This token is encrypted"],
      ["", "Waiting for a token"],
    ]) {
      await paste(page, text);
      assert.equal(await title(page), expected);
      assert.ok(!(await page.getByTestId("own-resources").isVisible()));
    }
    await page.context().close();
  });

  test("before one is pasted, nothing is said to be exchanged; afterwards the rules come before all that it says", async () => {
    const phone = await site.open("", { viewport: { width: 390, height: 844 } });
    const brief = phone.locator("#brief");
    assert.equal(await brief.textContent(), "Exchanged");
    await phone.locator("#preset-own").check({ force: true });
    await brief.getByText("Waiting for a token", { exact: true }).waitFor();
    await paste(phone, tokenFrom("GitHub Actions"));
    assert.equal(await brief.textContent(), "These rules accept it");
    assert.ok(!(await phone.getByTestId("own-claims").isVisible()));
    await phone.locator("#own-claims-title").click();
    assert.ok(await phone.getByTestId("own-claims").isVisible());
    await phone.context().close();
  });

  test("the commands beside the file run with it", async () => {
    const page = await withToken(tokenFrom("GitHub Actions"));
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("own-download").click()]);
    await download.saveAs(join(folder, "resources.json"));
    const [check, keys, serve] = (await page.getByTestId("own-commands").textContent())
      .trim()
      .split("\n")
      .map((line) => line.split(" ").slice(2));
    await page.context().close();
    for (const command of [check, keys]) {
      const { code, stderr } = await edgeSts(command, { cwd: folder });
      assert.equal(code, 0, stderr);
    }
    assert.equal(serve[0], "serve");
    const service = await serving([...serve.slice(1), "--grants", "memory"], { cwd: folder });
    try {
      const body = new URLSearchParams({
        client_id: "github-actions",
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        subject_token: "not.a.token",
      });
      const answer = await fetch(new URL("/auth/token", service.url), { method: "POST", body });
      assert.equal((await answer.json()).error, "invalid_request", "the Client of the file is known to it");
    } finally {
      await service.stop();
    }
  });

  test("it is sent nowhere, also without a network, and its signature is in no link", async () => {
    const page = await site.open("", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.locator("#preset-own").check({ force: true });
    const asked = page.asked.length;
    await page.context().setOffline(true);
    const token = tokenFrom("Entra ID");
    await paste(page, token);
    assert.equal(await title(page), "These rules accept it");
    assert.deepEqual(
      page.asked.slice(asked).filter((url) => !url.startsWith("blob:")),
      [],
    );
    await page.getByTestId("link").click();
    await page.getByRole("button", { name: "Link copied" }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const own = await page.evaluate(() => sessionStorage.getItem("own"));
    const [, payload, signature] = token.split(".");
    const address = page.url();
    await page.context().close();

    const elsewhere = await site.open(new URL(link).hash);
    await elsewhere.locator("#own-title", { hasText: "These rules accept it" }).waitFor();
    const [, payloadThere, signatureThere] = (await elsewhere.getByTestId("own-token").inputValue()).split(".");
    assert.deepEqual(JSON.parse(Buffer.from(payloadThere, "base64url")), JSON.parse(Buffer.from(payload, "base64url")));
    assert.notEqual(signatureThere, signature);
    for (const text of [link, own, address]) assert.ok(!text.includes(signature));
    const state = await elsewhere.evaluate(
      async (hash) => JSON.stringify(await (await import("./link.js")).stateOf(hash)),
      new URL(link).hash,
    );
    assert.ok(state.includes("11112222-bbbb-3333-cccc-4444dddd5555") && !state.includes(signature));
    const kept = await elsewhere.evaluate(
      async (hash) => (await import("./link.js")).stateOf(hash),
      new URL(address).hash,
    );
    assert.deepEqual(kept, { preset: "own" }, "the address by itself has no claim");
    await elsewhere.context().close();
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds no violation: ${colorScheme}`, async () => {
      const page = await withToken(tokenFrom("GitHub Actions"), {
        colorScheme,
        bypassCSP: true,
        reducedMotion: "reduce",
      });
      await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
      await clean(page, axe, "accepted");
      for (const path of ["repository", "repository_id"])
        await retried(page, () => page.locator(`[data-condition="${path}"]`).uncheck());
      await clean(page, axe, "with dangers");
      await page.context().close();
    });
  }
});
