// The packed tarball in the places where people use it: Node, Deno, Bun, and a bundler's output in a browser.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  const portable = readFileSync(join(ROOT, "tests/package/portable.mjs"), "utf8");
  for (const [name, entry] of ENTRIES) {
    writeFileSync(join(project, `${name}.mjs`), portable.replace('from "edge-sts"', `from "${entry}"`));
    writeFileSync(
      join(project, `print-${name}.mjs`),
      `import { result } from "./${name}.mjs";\nconsole.log(JSON.stringify(result));\n`,
    );
  }
});

// The module as a file, and as JavaScript.
const ENTRIES = [
  ["file", "edge-sts"],
  ["inline", "edge-sts/inline"],
];

const EXPECTED = {
  verified: true,
  sub: "alice",
  refreshed: 200,
  introspected: [true, "alice"],
  ended: false,
  refused: [true, "invalid_client"],
  misused: true,
  published: ["1"],
};

/** The last line that a program prints; before it comes one for each decision. */
async function printed(program, parameters) {
  const lines = (await output(program, parameters, { cwd: project })).trimEnd().split("\n");
  return JSON.parse(lines.at(-1));
}

for (const [name, entry] of ENTRIES) {
  test(`Node, ${entry}`, async () => {
    assert.deepEqual(await printed(process.execPath, [`print-${name}.mjs`]), EXPECTED);
  });
}

describe("other runtimes", () => {
  const parameters = { deno: ["run", "--no-lock", "--allow-read", "--allow-env"], bun: [] };
  let runtimes;
  before(async () => (runtimes = await otherRuntimes()));
  for (const [name, how] of Object.entries(parameters)) {
    for (const [file, entry] of ENTRIES) {
      test(`${name}, ${entry}`, async (t) => {
        if (runtimes[name] === undefined) return skipped(t, name);
        assert.deepEqual(await printed(runtimes[name], [...how, `print-${file}.mjs`]), EXPECTED);
      });
    }
  }
});

const noChromium = (await chromium()) === undefined && NO_CHROMIUM;
if (noChromium) console.error(noChromium);

for (const [name, entry] of ENTRIES) {
  describe(`Vite, in Chromium, ${entry}`, { skip: noChromium }, () => {
    const root = join(project, `site-${name}`);
    const config = { root, configFile: false, logLevel: "error" };
    let browser;

    before(async () => {
      mkdirSync(root);
      cpSync(join(project, `${name}.mjs`), join(root, "portable.mjs"));
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
      assert.equal(
        made.some(({ fileName }) => fileName.endsWith(".wasm")),
        name === "file",
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
}
