// The request as curl, fetch and Python: what the page shows is run, against a service with the page's rules.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { createSts } from "../../dist/node.js";
import { launch, serve } from "./chromium.mjs";
import { opened, textIn, write } from "./demo.mjs";

const run = promisify(execFile);
const ISSUER = "https://sts.example";
const KEY = { kty: "oct", alg: "HS256", kid: "1", k: "c2lnbmluZy1rZXktb2YtYXQtbGVhc3QtMzItYnl0ZXM" };

// What a shell, JavaScript and Python would each trip over.
const SECRET = `it's "a" $HOME \\n sécret`;
const LANGUAGES = ["curl", "fetch", "python", "rust"];

const services = [];
const snippets = {};

before(async () => {
  const files = await serve({ "/": "target/site/" });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(`${files.origin}/`);
    await opened(page);
    assert.equal(await page.getByTestId("answer").getAttribute("data-status"), "ok");
    // With an actor, so that every parameter is there; and with the proof of a key.
    snippets.agent = await snippetsOf(page, "agent", "agent-platform");
    snippets.stolen = await snippetsOf(page, "stolen", "shop-app");
    snippets.public = await publicSnippets(page);
  } finally {
    await browser.close();
    await files.close();
  }
});
after(() => services.forEach((service) => service.close()));

/** What the page shows for a situation, and where a service with its rules listens. */
async function snippetsOf(page, preset, id) {
  await page.locator(`#preset-${preset}`).check({ force: true });
  await page.getByTestId("event").filter({ hasText: id }).waitFor({ state: "attached" });
  const client = JSON.parse(await textIn(page, "client"));
  await write(page, "client", JSON.stringify({ ...client, secret: SECRET }));
  await page.getByTestId("secret").fill(SECRET);
  await page.waitForFunction(() => document.querySelector('[data-testid="fetch"]').textContent.includes("sécret"));
  assert.equal(await page.getByTestId("answer").getAttribute("data-status"), "ok");
  return shownIn(page);
}

/** The same for a Client that is made a public one: the page proposes to send what it has for a secret, which is none. */
async function publicSnippets(page) {
  await page.locator("#preset-ci").check({ force: true });
  await page.getByTestId("event").filter({ hasText: '"client_id": "ci"' }).waitFor({ state: "attached" });
  const { secret: _secret, ...client } = JSON.parse(await textIn(page, "client"));
  await write(page, "client", JSON.stringify({ ...client, public: true }));
  await page.getByTestId("event").filter({ hasText: "client_secret_wrong" }).waitFor({ state: "attached" });
  await page.getByTestId("apply").click();
  await page.getByTestId("event").filter({ hasText: "success" }).waitFor({ state: "attached" });
  assert.equal(await page.getByTestId("secret").inputValue(), "");
  return shownIn(page);
}

/** The request in each language, and where a service with the rules in the page listens. */
async function shownIn(page) {
  const shown = await Promise.all(LANGUAGES.map(async (name) => [name, await page.getByTestId(name).textContent()]));
  const fields = ["client", "introspector", "user"].map((name) => textIn(page, name));
  const resources = (await Promise.all(fields)).flatMap((json) => JSON.parse(json));
  return { ...Object.fromEntries(shown), origin: await listen(resources) };
}

async function listen(resources) {
  const sts = await createSts({ issuer: ISSUER, signingKeys: { keys: [KEY] }, resources, onEvent() {} });
  const service = createServer(async (request, response) => {
    const { method, headers } = request;
    const body = await new Response(request).text();
    const answer = await sts.fetch(new Request(ISSUER + request.url, { method, headers, body }));
    response.writeHead(answer.status, [...answer.headers].flat()).end(await answer.text());
  });
  await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));
  services.push(service);
  return `http://127.0.0.1:${service.address().port}`;
}

const missing = (program) => spawnSync(program, ["--version"]).error !== undefined && `there is no ${program}`;

for (const [preset, seconds, type] of [
  ["agent", 120, "Bearer"],
  ["stolen", 300, "DPoP"],
  ["public", 120, "Bearer"],
]) {
  const here = (id) => snippets[preset][id].replaceAll(ISSUER, snippets[preset].origin);

  describe(`what the page gives to copy: ${preset}`, () => {
    test("curl", { skip: missing("curl") || missing("sh") }, async () => {
      const { stdout } = await run("sh", ["-c", here("curl")]);
      const { expires_in, token_type } = JSON.parse(stdout);
      assert.deepEqual([expires_in, token_type], [seconds, type], stdout);
    });

    test("fetch", async () => {
      const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", here("fetch")]);
      assert.match(stdout, new RegExp(`expires_in: ${seconds}`));
      assert.match(stdout, new RegExp(`token_type: '${type}'`));
    });

    test("Python", { skip: missing("python3") }, async () => {
      const { stdout } = await run("python3", ["-c", here("python")]);
      assert.match(stdout, new RegExp(`'expires_in': ${seconds}`));
      assert.match(stdout, new RegExp(`'token_type': '${type}'`));
    });

    test("Rust is well formed", { skip: missing("rustfmt") }, () => {
      const { rust } = snippets[preset];
      const { status, stderr } = spawnSync("rustfmt", ["--emit", "stdout"], { input: rust });
      assert.equal(status, 0, String(stderr));
      assert.equal(rust.includes(`Some("it's \\"a\\" $HOME \\\\n sécret")`), preset !== "public");
      assert.equal(rust.includes('.header("DPoP", "'), type === "DPoP");
    });

    test("a proof is said to be good for some minutes", () => {
      for (const id of LANGUAGES) {
        assert.equal(/^(#|\/\/) The proof .* 5 minutes/.test(snippets[preset][id]), type === "DPoP", id);
      }
    });
  });
}
