// The packed tarball in the places where people use it: Node, Deno, Bun, and a bundler's output in a browser.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build, createServer, preview } from "vite";
import { chromium, NO_CHROMIUM } from "../../src/tasks/chromium.mjs";
import { launch } from "../browser/chromium.mjs";
import { install } from "./install.mjs";
import { output } from "./npm.mjs";
import { otherRuntimes, skipped } from "./runtimes.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "edge-sts-places-"));
after(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));

before(async () => {
  await install(project);
  cpSync(join(ROOT, "tests/package/portable.mjs"), join(project, "portable.mjs"));
  writeFileSync(
    join(project, "print.mjs"),
    'import { result } from "./portable.mjs";\nconsole.log(JSON.stringify(result));\n',
  );
});

const EXPECTED = {
  verified: true,
  sub: "alice",
  refreshed: 200,
  refused: [true, "invalid_client"],
  misused: true,
  published: ["1"],
};

/** The last line that a program prints; before it comes one for each decision. */
async function printed(program, parameters) {
  const lines = (await output(program, parameters, { cwd: project })).trimEnd().split("\n");
  return JSON.parse(lines.at(-1));
}

test("Node", async () => {
  assert.deepEqual(await printed(process.execPath, ["print.mjs"]), EXPECTED);
});

describe("other runtimes", () => {
  const parameters = { deno: ["run", "--no-lock", "--allow-read", "--allow-env", "print.mjs"], bun: ["print.mjs"] };
  let runtimes;
  before(async () => (runtimes = await otherRuntimes()));
  for (const [name, how] of Object.entries(parameters)) {
    test(name, async (t) => {
      if (runtimes[name] === undefined) return skipped(t, name);
      assert.deepEqual(await printed(runtimes[name], how), EXPECTED);
    });
  }
});

const noChromium = (await chromium()) === undefined && NO_CHROMIUM;
if (noChromium) console.error(noChromium);

describe("Vite, in Chromium", { skip: noChromium }, () => {
  const root = join(project, "site");
  const config = { root, configFile: false, logLevel: "error" };
  let browser;

  before(async () => {
    mkdirSync(root);
    cpSync(join(project, "portable.mjs"), join(root, "portable.mjs"));
    writeFileSync(join(root, "index.html"), '<title>waits</title><script type="module" src="/main.js"></script>');
    writeFileSync(
      join(root, "main.js"),
      'import("./portable.mjs").then(\n  ({ result }) => (document.title = JSON.stringify(result)),\n  (error) => (document.title = JSON.stringify(String(error))),\n);\n',
    );
    browser = await launch();
  });
  after(() => browser?.close());

  async function shows(url) {
    const page = await browser.newPage();
    try {
      await page.goto(url);
      await page.waitForFunction(() => document.title !== "waits");
      return JSON.parse(await page.title());
    } finally {
      await page.close();
    }
  }

  test("what vite build makes", async () => {
    const { output: made } = await build(config);
    assert.ok(
      made.some(({ fileName }) => fileName.endsWith(".wasm")),
      "the module is a file of its own",
    );
    const server = await preview({ ...config, preview: { host: "127.0.0.1", port: 0 } });
    try {
      assert.deepEqual(await shows(server.resolvedUrls.local[0]), EXPECTED);
    } finally {
      await server.close();
    }
  });

  test("what vite serves while one writes", async () => {
    const options = {
      ...config,
      server: { host: "127.0.0.1", port: 0, fs: { strict: false } },
    };
    const server = await (await createServer(options)).listen();
    try {
      assert.deepEqual(await shows(server.resolvedUrls.local[0]), EXPECTED);
    } finally {
      await server.close();
    }
  });
});
