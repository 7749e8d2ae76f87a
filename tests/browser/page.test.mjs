// The demo page: exchanges in the reader's browser, with the network cut off after loading.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, describe, test } from "node:test";
import { launch, serve } from "./chromium.mjs";
import { clean, HEADERS, opened, textIn, write } from "./demo.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PRESETS = ["how-to", "services", "delegation", "ci", "agent", "stolen"];

// The reason for each trial; the error that the app is told.
const TRIALS = {
  client: ["client_secret_wrong", "invalid_client"],
  expired: ["subject_token.expired", "invalid_request"],
  forged: ["subject_token.signature_invalid", "invalid_request"],
  issuer: ["subject_token.issuer_unknown", "invalid_request"],
  user: ["subject_token.user_unknown", "invalid_request"],
  branch: ["subject_token.claims_condition_failed", "invalid_request"],
  actor: ["delegation_not_allowed", "invalid_request"],
  delegation: ["delegation_not_allowed", "invalid_request"],
  audience: ["target_not_allowed", "invalid_target"],
  scope: ["scope_not_allowed", "invalid_scope"],
  thief: ["subject_token.key_not_proved", "invalid_request"],
  nobody: ["subject_token.key_not_proved", "invalid_request"],
};

// The same for the situation of two services: which of them refuses, why, what the app is told, and the sentence.
const COMPANY = "assertion";
const MCP_SERVER = "access";
const MCP_TRIALS = {
  "mcp-replayed": [MCP_SERVER, "assertion.replayed", "invalid_grant", /^The assertion was redeemed before/],
  "mcp-client": [MCP_SERVER, "assertion.client_mismatch", "invalid_grant", /^The assertion names another client\.$/],
  "mcp-audience": [COMPANY, "subject_token.audience_mismatch", "invalid_request", /^It was meant for somebody else/],
  "mcp-resource": [COMPANY, "target_not_allowed", "invalid_target", /^The app may not have tokens for this API/],
  "mcp-subject": [
    MCP_SERVER,
    "subject_token.typ_of_another_use",
    "invalid_request",
    /type says that it is for something/,
  ],
  "mcp-access": [
    MCP_SERVER,
    "subject_token.jwt_of_another_issuer",
    "invalid_request",
    /^A JWT of another issuer was sent/,
  ],
};

const server = await serve({ "/": "target/site/" }, HEADERS);
const browser = await launch();
after(async () => {
  await browser.close();
  await server.close();
});

let page;
let faults;

/** Opens the page in a new context. */
async function open(options = {}, address = server.origin) {
  const context = await browser.newContext(options);
  page = await context.newPage();
  faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  await page.goto(`${address}/`);
  await opened(page);
}

afterEach(() => page?.context().close());

const text = (name) => page.getByTestId(name).textContent();
const status = () => page.getByTestId("answer").getAttribute("data-status");

/** It can be seen without scrolling. */
async function inSight(locator) {
  const { y, height } = await locator.boundingBox();
  assert.ok(y >= 0 && y + height <= page.viewportSize().height, `in sight: ${locator}, from ${y} to ${y + height}`);
}

async function waitForTime() {
  // It is measured when it is in sight.
  await page.getByTestId("time").evaluate((one) => one.scrollIntoView({ block: "nearest" }));
  await page.waitForFunction(() => document.querySelector('[data-testid="time"]').textContent !== "");
}

/** Does something, and waits for the exchange that comes of it. */
async function afterwards(action) {
  await page.getByTestId("event").evaluate((element) => (element.textContent = ""));
  await action();
  await page.waitForFunction(() => document.querySelector('[data-testid="event"]').textContent !== "");
}

const choose = (preset) => afterwards(() => page.locator(`#preset-${preset}`).check({ force: true }));
const tryOut = (trial) => afterwards(() => page.locator(`[data-trial="${trial}"]`).click());

async function marks() {
  const rows = await page
    .locator("[data-claim]")
    .evaluateAll((all) => all.map((row) => [row.dataset.claim, row.dataset.mark]));
  return Object.fromEntries(rows);
}

/** Does something in the situation of two services, and waits for both. */
async function overBoth(action) {
  const mcp = page.getByTestId("mcp");
  await mcp.evaluate((element) => (element.dataset.outcome = "idle"));
  await action();
  await page.waitForFunction(() => document.querySelector("#mcp").dataset.outcome !== "idle");
  return mcp.getAttribute("data-outcome");
}

const chooseMcp = () => overBoth(() => page.locator("#preset-mcp").check({ force: true }));
const tryOutMcp = (trial) => overBoth(() => page.locator(`[data-trial="${trial}"]`).click());

async function issued(name = "issued-token") {
  const [header, payload] = (await text(name)).split(".");
  const decoded = (part) => JSON.parse(Buffer.from(part, "base64url"));
  return { header: decoded(header), claims: decoded(payload) };
}

describe("the demo page", () => {
  test("shows an exchange when it is opened, on a laptop without scrolling", async () => {
    await open({ viewport: { width: 1366, height: 768 } });
    assert.equal(await status(), "ok");
    for (const element of [
      page.getByTestId("scope"),
      page.getByTestId("audience"),
      page.locator("#checks"),
      page.getByTestId("why"),
      page.locator('[data-claim="exp"]'),
    ]) {
      await inSight(element);
    }
    assert.deepEqual(await marks(), {
      sub: "kept",
      aud: "replaced",
      scope: "narrowed",
      exp: "narrowed",
      iss: "replaced",
      client_id: "added",
      iat: (await marks()).iat, // the same second, or the next one
      jti: "added",
    });
    await waitForTime();
    const [, inside, whole] =
      /^([\d.]+ (?:µs|ms)) in the module, ([\d.]+ (?:µs|ms)) with the new token’s signature$/.exec(
        await text("time"),
      ) ?? [];
    const microseconds = (time) => Number.parseFloat(time) * (time.endsWith("ms") ? 1000 : 1);
    assert.ok(microseconds(inside) > 1 && microseconds(inside) < microseconds(whole), await text("time"));
    assert.deepEqual(faults, []);
  });

  test("without scrolling: on a laptop who acts for whom and what would allow a refusal, on a phone that it was refused", async () => {
    await open({ viewport: { width: 1366, height: 768 } });
    await choose("delegation");
    await inSight(page.getByTestId("chain"));
    await choose("how-to");
    await tryOut("scope");
    await inSight(page.getByTestId("apply"));
    assert.equal(await page.locator("#out-what").textContent(), "Nothing goes out.");
    const failed = await page.locator("#checks .failed small").textContent();
    assert.equal(failed, "The app asked to do something that it, or its token, may not do.");
    assert.ok((await text("why")).startsWith(failed), "the check says what the answer begins with");
    await page.context().close();

    await open({ viewport: { width: 390, height: 844 } });
    const brief = page.locator("#brief");
    await inSight(brief);
    assert.equal(await brief.textContent(), "Exchanged");
    await tryOut("scope");
    await inSight(brief);
    assert.equal(await brief.textContent(), "Refused: what is asked for");
    assert.equal(await page.evaluate(() => scrollY), 0);
  });

  test("the rules are closed until one reads them; what leads to one of them opens them", async () => {
    await open();
    const rules = page.locator("#client-field");
    assert.ok(!(await rules.isVisible()));
    await tryOut("scope");
    await page.locator("#verdict-more").getByRole("link", { name: "Client", exact: true }).click();
    assert.ok(await rules.isVisible());
    assert.ok(await page.evaluate(() => document.activeElement.closest("#client-field") !== null));
    await choose("delegation");
    assert.ok(await rules.isVisible(), "they stay open");
  });

  test("the way of each claim is drawn: into the new token, or to the check that ended it", async () => {
    await open();
    const flow = page.getByTestId("flow");
    const all = Object.entries(await marks());
    assert.equal(await flow.locator(".way").count(), all.length);
    for (const mark of ["kept", "narrowed", "replaced", "added"]) {
      const names = all.filter(([, one]) => one === mark).map(([name]) => name);
      assert.equal(await flow.locator(`.way.${mark}`).count(), names.length, mark);
      assert.match(await text("flow-what"), new RegExp(`${mark}: ${names.join(", ")}`, "i"));
    }
    assert.ok(await page.getByRole("img", { name: await text("flow-what"), exact: true }).isVisible());
    await tryOut("user");
    assert.equal(await text("flow-what"), "Nothing got further than check 3: Whom is it about?");
    assert.deepEqual(await flow.locator(".gate").evaluateAll((gates) => gates.map((gate) => gate.classList[1])), [
      "good",
      "good",
      "failed",
      "open",
      "open",
    ]);
    const stops = await flow
      .locator(".way")
      .evaluateAll((ways) => ways.map((way) => way.getBoundingClientRect().right));
    const gate = await flow.locator(".gate.failed path").evaluate((one) => one.getBoundingClientRect());
    for (const stop of stops) assert.ok(Math.abs(stop - gate.x) < 3, "each way ends there");
    assert.equal(await flow.locator(".head").count(), 0);
  });

  test("nothing is loaded from elsewhere", async () => {
    await open();
    const addresses = await page.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => new URL(name).origin),
    );
    assert.deepEqual([...new Set(addresses)], [server.origin]);
  });

  test("as static files, without the headers of the Worker, the policy holds", async () => {
    const plain = await serve({ "/": "target/site/" });
    try {
      await open({}, plain.origin);
      assert.equal(await status(), "ok");
      assert.deepEqual(faults, []);
      const reached = await page.evaluate(() => fetch("http://127.0.0.1:9/").catch((error) => error.name));
      assert.equal(reached, "TypeError");
      assert.match(faults.join(), /Content Security Policy/);
    } finally {
      await plain.close();
    }
  });

  test("with the network cut off: every situation, and each one refused in each way", async () => {
    const own = await serve({ "/": "target/site/" }, HEADERS);
    await open({}, own.origin);
    await page.context().setOffline(true);
    await own.close();
    const reached = await page.evaluate(() =>
      fetch("/", { cache: "no-store" }).then(
        () => true,
        () => false,
      ),
    );
    assert.equal(reached, false, "the network is cut off");
    faults.length = 0; // the browser tells of the fetch that just failed

    const tried = new Set();
    for (const preset of PRESETS) {
      await (preset === "how-to" ? afterwards(() => page.getByTestId("run").click()) : choose(preset));
      assert.equal(await status(), "ok", preset);
      const { header, claims } = await issued();
      assert.equal(header.typ, "at+jwt");
      assert.equal(claims.iss, "https://sts.example");
      const trials = await page.locator("[data-trial]").evaluateAll((all) => all.map(({ dataset }) => dataset.trial));
      assert.ok(trials.length >= 6);
      for (const trial of trials) {
        tried.add(trial);
        await tryOut(trial);
        const what = `${preset}: ${trial}`;
        assert.equal(await status(), "refused", what);
        const own = preset === "services" && ["expired", "forged"].includes(trial);
        const [reason, error] = own ? ["subject_token.not_active", "invalid_request"] : TRIALS[trial];
        assert.deepEqual([await text("reason"), await text("error")], [reason, error], what);
        assert.ok(!(await page.getByTestId("issued-token").isVisible()), "no token is shown");
        assert.equal(await page.locator("#checks .failed").count(), 1, what);
        const blamed = page.locator("[data-fault]");
        assert.equal(await blamed.count(), 1, what);
        assert.equal(await blamed.locator(".line").textContent(), await text("why"));
        assert.match(
          await text("member"),
          /^(Client|TokenIntrospector|User|request|subject token|actor token)\.\w/,
          what,
        );
        assert.match(await text("risk"), /^What it opens: .{20}/, what);
        await afterwards(() => page.getByTestId("apply").click());
        assert.equal(await status(), "ok", `${what}: the smallest change allows it`);
      }
      await afterwards(() => page.locator("#start-over").click());
      assert.equal(await status(), "ok");
      assert.equal(await page.locator("[data-fault], [aria-invalid]").count(), 0);
    }
    assert.deepEqual(tried, new Set(Object.keys(TRIALS)));
    assert.deepEqual(faults, []);
  });

  test("each run issues another token", async () => {
    await open();
    const before = await text("issued-token");
    await afterwards(() => page.getByTestId("run").click());
    assert.notEqual(await text("issued-token"), before);
  });

  test("the actors stand in the token and in a picture with a text", async () => {
    await open();
    assert.ok(!(await page.getByTestId("chain").isVisible()));
    await choose("delegation");
    const { claims } = await issued();
    assert.deepEqual(claims.act, {
      iss: "https://services.example",
      sub: "orders-service",
      act: { iss: "https://login.example", sub: "web-shop" },
    });
    const picture = page.getByRole("img", {
      name: "orders-service acts for alice; before, web-shop did.",
      exact: true,
    });
    assert.ok(await picture.isVisible());
    assert.deepEqual(await picture.locator(".chain-name").allTextContents(), ["alice", "orders-service", "web-shop"]);
    assert.equal(await text("step"), "3 of 3: orders-service acts for alice, after web-shop.");
    const back = page.getByRole("button", { name: "Earlier step" });
    for (const [said, reached] of [
      ["2 of 3: web-shop acts for alice.", ["alice", "web-shop"]],
      ["1 of 3: alice has a token.", ["alice"]],
    ]) {
      await back.click();
      assert.equal(await text("step"), said);
      assert.deepEqual(await picture.locator(".link:not(.later) .chain-name").allTextContents(), reached);
    }
  });

  test("a stolen token: its app proves the key, and the new token is bound to it; a thief gets nothing", async () => {
    await open();
    const prover = page.getByLabel("Who proves the key (DPoP)");
    assert.ok(!(await prover.isVisible()), "it is shown only where it matters");
    await choose("stolen");
    assert.equal(await status(), "ok");
    assert.equal(await prover.inputValue(), "app");
    const [header, payload] = (await text("proof-token")).split(".").map((part) => Buffer.from(part, "base64url"));
    const { typ, jwk } = JSON.parse(header);
    const { htm, htu, iat } = JSON.parse(payload);
    assert.deepEqual([typ, htm, htu], ["dpop+jwt", "POST", "https://sts.example/auth/token"]);
    assert.ok(Math.abs(iat - Date.now() / 1000) < 60);
    assert.ok(!("d" in jwk), "the private half is not shown");
    const jkt = createHash("sha256")
      .update(JSON.stringify(jwk, ["crv", "kty", "x", "y"]))
      .digest("base64url");
    assert.deepEqual((await issued()).claims.cnf, { jkt });
    assert.equal((await marks()).cnf, "kept");
    assert.match(await text("response"), /"token_type": "DPoP"/);
    assert.match(await text("why"), /bound to the key/);

    for (const chosen of ["thief", "nobody"]) {
      await afterwards(() => prover.selectOption(chosen));
      assert.equal(await text("reason"), "subject_token.key_not_proved");
      assert.match(await text("why"), /a stolen token is worthless/);
      assert.match(
        await page.locator("#verdict-more").textContent(),
        /The smallest change: Let the app that has the key/,
      );
      await page.getByRole("link", { name: "Who proves the key (DPoP)" }).click();
      assert.ok(await prover.evaluate((one) => one === document.activeElement));
      assert.equal(await page.locator("#proof-of").getAttribute("hidden"), chosen === "nobody" ? "" : null);
    }
    await afterwards(() => prover.selectOption("app"));
    assert.equal(await status(), "ok");

    // In another situation a bound token is refused, too, and nothing leads to a field that is not there.
    const claims = JSON.parse(await textIn(page, "subject"));
    await choose("how-to");
    assert.ok(!(await prover.isVisible()));
    assert.ok(!(await page.locator("#proof-of").evaluate((one) => one.checkVisibility())));
    await afterwards(() => write(page, "subject", JSON.stringify(claims)));
    assert.equal(await text("reason"), "subject_token.key_not_proved");
    assert.equal(await page.locator("[aria-invalid]").getAttribute("id"), "subject");
    assert.deepEqual(faults, []);
  });

  test("an enterprise app and an MCP server: one service makes the assertion, the other one redeems it", async () => {
    await open();
    await page.context().setOffline(true);
    assert.equal(await chooseMcp(), "ok");
    const [idToken, assertion, access] = await Promise.all(["id-token", "assertion-token", "access-token"].map(issued));
    const { iss, sub, aud } = idToken.claims;
    assert.deepEqual([iss, sub, aud], ["https://login.acme.example", "alice", "desktop-app"]);

    assert.equal(assertion.header.typ, "oauth-id-jag+jwt");
    const { jti, iat, exp, ...said } = assertion.claims;
    assert.deepEqual(said, {
      iss: "https://sts.acme.example",
      sub: "alice",
      aud: "https://as.mcp.example",
      client_id: "acme-desktop",
      resource: "https://mcp.example/",
      scope: "tools:read",
    });
    assert.equal(exp - iat, 300);

    assert.equal(access.header.typ, "at+jwt");
    assert.deepEqual(
      [access.claims.iss, access.claims.sub, access.claims.aud, access.claims.scope],
      ["https://as.mcp.example", "alice", "https://mcp.example/", "tools:read"],
    );

    const events = [JSON.parse(await text("company-event")), JSON.parse(await text("server-event"))];
    assert.deepEqual(
      events.map(({ event, outcome }) => [event, outcome]),
      [
        ["token.id_jag", "success"],
        ["token.jwt_bearer", "success"],
      ],
    );
    assert.deepEqual([events[0].jti, events[1].assertion_jti], [jti, jti], "one number in both logs");
    assert.deepEqual(await page.locator("mark").allTextContents(), [jti, jti]);
    const sentence = `desktop-app asked for alice, by the assertion ${jti}: sts.acme.example issued it and as.mcp.example redeemed it.`;
    assert.equal(await text("mcp-sentence"), sentence);
    const picture = page.getByRole("img", { name: sentence, exact: true });
    assert.deepEqual(await picture.locator(".chain-name").allTextContents(), [
      "alice",
      "desktop-app",
      "sts.acme.example",
      "as.mcp.example",
      "mcp.example",
    ]);
    const step = page.locator("#mcp-chain").getByTestId("step");
    assert.equal(await step.textContent(), "5 of 5: mcp.example takes the token of as.mcp.example.");
    await page.locator("#mcp-chain").getByRole("button", { name: "Earlier step" }).click();
    assert.equal(await step.textContent(), "4 of 5: as.mcp.example redeemed the assertion of sts.acme.example.");
    assert.equal(await picture.locator(".link.later").count(), 1);
    assert.deepEqual(faults, []);
  });

  test("an enterprise app and an MCP server: each refusal, and the good way works again", async () => {
    await open();
    await chooseMcp();
    const trials = await page.locator("[data-trial]").evaluateAll((all) => all.map(({ dataset }) => dataset.trial));
    assert.deepEqual(trials, Object.keys(MCP_TRIALS));
    for (const [trial, [refuser, reason, error, sentence]] of Object.entries(MCP_TRIALS)) {
      assert.equal(await tryOutMcp(trial), "refused", trial);
      assert.deepEqual([await text("mcp-reason"), await text("mcp-error")], [reason, error], trial);
      assert.match(await text(`${refuser}-why`), sentence);
      const statuses = ["assertion", "access"].map((one) =>
        page.getByTestId(`${one}-answer`).getAttribute("data-status"),
      );
      const expected = refuser === COMPANY ? ["refused", "idle"] : ["ok", "refused"];
      assert.deepEqual(await Promise.all(statuses), expected, trial);
      assert.ok(!(await page.getByTestId("access-claims").isVisible()), "no access token is shown");
      assert.ok(!(await page.getByTestId("mcp-chain").isVisible()), "nothing was reached");
      assert.equal(await page.locator("#brief").getAttribute("href"), `#${refuser}`, "the bar leads to who refused");
      const log = refuser === COMPANY ? "company-event" : "server-event";
      assert.equal(JSON.parse(await text(log)).reason, reason);
      assert.equal(await overBoth(() => page.locator("#start-over").click()), "ok", trial);
    }
    await choose("how-to");
    assert.ok(await page.getByTestId("answer").isVisible());
    assert.ok(!(await page.getByTestId("mcp").isVisible()));
    assert.equal(await status(), "ok");
    assert.deepEqual(faults, []);
  });

  test("answers as one types; while it is not JSON the last result stays, and nothing moves", async () => {
    await open({ viewport: { width: 1366, height: 900 } });
    await waitForTime();
    const places = () =>
      page
        .locator(".cm-editor, input, select, .panel")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ x, y, height }) => [x, y, height]));
    const before = await textIn(page, "subject");
    const places1 = await places();
    await write(page, "subject", before.slice(0, -1) + " ");
    await page.waitForFunction(
      () =>
        document.querySelector("#subject").ariaInvalid === "true" &&
        /line/.test(document.querySelector("#subject-line").textContent),
    );
    assert.equal(await status(), "idle");
    assert.match(await page.locator("#subject-line").textContent(), /^Not JSON yet: line \d+, column \d+\.$/);
    assert.deepEqual(await places(), places1);
    await afterwards(() => write(page, "subject", before.replace("alice", "bobby")));
    assert.equal(await text("reason"), "subject_token.user_unknown");
    await afterwards(() => write(page, "user", '{ "id": "bobby" }'));
    assert.equal((await issued()).claims.sub, "bobby");
    await write(page, "client", '{ "id": "tokenexchange", "colour": "red" }');
    await page.waitForFunction(() => document.querySelector("#client").ariaInvalid === "true");
    assert.match(await page.locator("#client-line").textContent(), /colour/);
    assert.deepEqual(faults, []);
  });

  test("by keyboard: situations with the arrow keys, languages with the arrow keys, copy", async () => {
    await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.locator("#preset-how-to").focus();
    await afterwards(() => page.keyboard.press("ArrowRight"));
    assert.equal((await issued()).claims.client_id, "orders-service");
    await afterwards(() => page.keyboard.press("ArrowLeft"));
    await page.keyboard.press("ArrowLeft");
    assert.ok(await page.getByTestId("own").isVisible(), "the last one");
    assert.equal(await overBoth(() => page.keyboard.press("ArrowLeft")), "ok", "the one before it");
    assert.ok(await page.locator("#preset-mcp").evaluate((one) => one === document.activeElement));
    for (const title of ["Used twice", "Another app"]) {
      await page.keyboard.press("Tab");
      assert.ok(
        await page.getByRole("button", { name: title, exact: true }).evaluate((one) => one === document.activeElement),
      );
      assert.equal(await overBoth(() => page.keyboard.press("Enter")), "refused");
    }
    await afterwards(() => page.locator("#preset-how-to").check({ force: true }));
    await page.getByRole("tab", { name: "curl" }).focus();
    for (const [key, name] of [
      ["ArrowRight", "fetch"],
      ["End", "Rust"],
      ["ArrowRight", "curl"],
      ["ArrowLeft", "Rust"],
    ]) {
      await page.keyboard.press(key);
      const tab = page.getByRole("tab", { name });
      assert.equal(await tab.getAttribute("aria-selected"), "true");
      assert.ok(await tab.evaluate((one) => one === document.activeElement));
      assert.equal(await page.locator('[role="tab"][tabindex="0"]').count(), 1);
    }
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#copy-status").textContent === "Rust: Copied");
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await text("rust"));
    // no trap: the focus leaves the page at its end
    await page.keyboard.press("Tab");
    assert.ok(await page.getByTestId("rust").evaluate((one) => one === document.activeElement));
  });

  test("a refusal leads to the field that it is about", async () => {
    await open();
    await tryOut("scope");
    await page.getByRole("link", { name: /scope/ }).first().click();
    assert.ok(await page.getByTestId("scope").evaluate((one) => one === document.activeElement));
  });

  for (const width of [320, 360, 768, 1024, 1366, 1920]) {
    test(`no sideways scrolling at ${width} pixels`, async () => {
      await open({ viewport: { width, height: 780 } });
      for (const preset of PRESETS) {
        if (preset !== "how-to") await choose(preset);
        await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, preset);
      }
      await chooseMcp();
      await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, "mcp");
    });
  }
});

describe("axe finds no violation", () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [
      { width: 1366, height: 768 },
      { width: 360, height: 780 },
    ]) {
      test(`${colorScheme}, ${viewport.width} pixels: each situation, exchanged and refused`, async () => {
        await open({ colorScheme, viewport, reducedMotion: "reduce", bypassCSP: true });
        await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
        for (const preset of PRESETS) {
          if (preset !== "how-to") await choose(preset);
          await clean(page, axe, `${preset}, exchanged`);
          await tryOut({ agent: "actor", stolen: "thief" }[preset] ?? "scope");
          await clean(page, axe, `${preset}, refused`);
        }
        await chooseMcp();
        await clean(page, axe, "mcp, redeemed");
        for (const trial of ["mcp-replayed", "mcp-resource"]) {
          await tryOutMcp(trial);
          await clean(page, axe, trial);
        }
      });
    }
  }
});
