// The request as curl, fetch and Python: what the page shows is run, against a service with the page's rules.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { createSts } from "../../dist/node.js";
import { launch, serve } from "./chromium.mjs";

const run = promisify(execFile);
const ISSUER = "https://sts.example";
const KEY = { kty: "oct", alg: "HS256", kid: "1", k: "c2lnbmluZy1rZXktb2YtYXQtbGVhc3QtMzItYnl0ZXM" };

let service;
let origin;
const snippets = {};

before(async () => {
  const files = await serve({ "/": "www/" });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(`${files.origin}/`);
    await page.waitForFunction(() => document.querySelector('[data-testid="answer"]').dataset.status === "ok");
    // What a shell, JavaScript and Python would each trip over; with an actor, so that every parameter is there.
    await page.locator("#preset-agent").check({ force: true });
    await page.getByTestId("event").filter({ hasText: "agent-platform" }).waitFor({ state: "attached" });
    const secret = `it's "a" $HOME \\n sécret`;
    const client = JSON.parse(await page.getByTestId("client").inputValue());
    await page.getByTestId("client").fill(JSON.stringify({ ...client, secret }));
    await page.getByTestId("secret").fill(secret);
    await page.waitForFunction(() => document.querySelector('[data-testid="fetch"]').textContent.includes("sécret"));
    assert.equal(await page.getByTestId("answer").getAttribute("data-status"), "ok");
    for (const id of ["curl", "fetch", "python", "rust"]) snippets[id] = await page.getByTestId(id).textContent();
    const fields = ["client", "introspector", "user"].map((id) => page.getByTestId(id).inputValue());
    const resources = (await Promise.all(fields)).flatMap((json) => JSON.parse(json));
    const sts = await createSts({ issuer: ISSUER, signingKeys: { keys: [KEY] }, resources, onEvent() {} });
    service = createServer(async (request, response) => {
      const { method, headers } = request;
      const body = await new Response(request).text();
      const answer = await sts.fetch(new Request(ISSUER + request.url, { method, headers, body }));
      response.writeHead(answer.status, [...answer.headers].flat()).end(await answer.text());
    });
    await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${service.address().port}`;
  } finally {
    await browser.close();
    await files.close();
  }
});
after(() => service?.close());

const missing = (program) => spawnSync(program, ["--version"]).error !== undefined && `there is no ${program}`;
const here = (id) => snippets[id].replaceAll(ISSUER, origin);

describe("what the page gives to copy", () => {
  test("curl", { skip: missing("curl") || missing("sh") }, async () => {
    const { stdout } = await run("sh", ["-c", here("curl")]);
    assert.equal(JSON.parse(stdout).expires_in, 120, stdout);
  });

  test("fetch", async () => {
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", here("fetch")]);
    assert.match(stdout, /expires_in: 120/);
  });

  test("Python", { skip: missing("python3") }, async () => {
    const { stdout } = await run("python3", ["-c", here("python")]);
    assert.match(stdout, /'expires_in': 120/);
  });

  test("Rust is well formed", { skip: missing("rustfmt") }, () => {
    const { status, stderr } = spawnSync("rustfmt", ["--emit", "stdout"], { input: snippets.rust });
    assert.equal(status, 0, String(stderr));
    assert.ok(snippets.rust.includes(`Some("it's \\"a\\" $HOME \\\\n sécret")`));
  });
});
