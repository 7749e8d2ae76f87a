// The packed tarball bundled for Node, as people who deploy one file do, and started far from any node_modules.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build as vite } from "vite";
import { npmClients } from "../../src/tasks/npm_clients.mjs";
import { install } from "./install.mjs";
import { printedBy } from "./npm.mjs";
import { DONE, printing } from "./program.mjs";

const load = await npmClients();
const skip = load === undefined && "not installed, see above";
const project = mkdtempSync(join(tmpdir(), "edge-sts-bundles-"));
const elsewhere = mkdtempSync(join(tmpdir(), "edge-sts-bundled-"));
const entry = join(project, "main.js");
const inlineEntry = join(project, "inline.js");
after(() => {
  for (const folder of [project, elsewhere]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

before(async () => {
  await install(project);
  writeFileSync(entry, printing("edge-sts"));
  writeFileSync(inlineEntry, printing("edge-sts/inline"));
});

/** What a program prints to both of its streams, all of it. */
async function printed(file, cwd = elsewhere, flags = []) {
  const { stdout, stderr } = await printedBy(process.execPath, [...flags, file], { cwd });
  assert.equal(stderr, "");
  return stdout.trimEnd();
}

function folder(name) {
  const path = join(elsewhere, name);
  mkdirSync(path);
  return path;
}

async function esbuild(format, dir, platform = "node", input = entry) {
  const { build } = await load("esbuild");
  const outfile = join(dir, `main.${format === "esm" ? "mjs" : "cjs"}`);
  await build({
    entryPoints: [input],
    bundle: true,
    platform,
    format,
    external: ["node:*"],
    outfile,
    logLevel: "error",
  });
  return outfile;
}

async function rollup(format, exportConditions, dir, input = entry) {
  const [{ rollup }, { nodeResolve }] = [await load("rollup"), await load("@rollup/plugin-node-resolve")];
  const bundle = await rollup({ input, plugins: [nodeResolve({ exportConditions })], external: /^node:/ });
  const names = format === "es" ? "[name].mjs" : "[name].cjs";
  await bundle.write({ dir, format, entryFileNames: names, chunkFileNames: names });
  await bundle.close();
  return join(dir, names.replace("[name]", basename(input, ".js")));
}

async function webpack(dir) {
  const { default: webpack } = await load("webpack");
  const output = { path: dir, filename: "main.cjs" };
  const compiler = webpack({ mode: "production", target: "node", context: project, entry, output });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, stats) => (error ? reject(error) : resolve(stats)));
  });
  assert.ok(!stats.hasErrors(), stats.toString());
  await new Promise((resolve) => compiler.close(resolve));
  return join(dir, "main.cjs");
}

async function viteForServers(dir) {
  const build = {
    ssr: entry,
    outDir: dir,
    emptyOutDir: false,
    rollupOptions: { output: { entryFileNames: "main.mjs" } },
  };
  await vite({ root: project, configFile: false, logLevel: "error", build, ssr: { noExternal: true } });
  return join(dir, "main.mjs");
}

describe("bundled for Node it starts", { skip }, () => {
  for (const [title, bundle] of Object.entries({
    "esbuild, ESM": (dir) => esbuild("esm", dir),
    "esbuild, CommonJS": (dir) => esbuild("cjs", dir),
    "rollup, ESM": (dir) => rollup("es", ["node"], dir),
    "rollup, CommonJS": (dir) => rollup("cjs", ["node"], dir),
    webpack,
    "Vite for servers": viteForServers,
    // As they come, they take what is for browsers.
    "rollup as it comes, ESM, edge-sts/inline": (dir) => rollup("es", [], dir, inlineEntry),
    "rollup as it comes, CommonJS, edge-sts/inline": (dir) => rollup("cjs", [], dir, inlineEntry),
    "esbuild as it comes, ESM, edge-sts/inline": (dir) => esbuild("esm", dir, "browser", inlineEntry),
    "esbuild as it comes, CommonJS, edge-sts/inline": (dir) => esbuild("cjs", dir, "browser", inlineEntry),
    "esbuild, CommonJS, edge-sts/inline": (dir) => esbuild("cjs", dir, "node", inlineEntry),
  })) {
    test(title, async () => {
      assert.equal(await printed(await bundle(folder(title.replace(/\W+/g, "-")))), DONE);
    });
  }
});

describe("where it cannot start, an error says what to write", () => {
  test("the condition node, to rollup", { skip }, async () => {
    const file = await rollup("es", [], folder("browser"));
    assert.match(
      await printed(file),
      /^TypeError: edge_sts_bg\.wasm cannot be fetched from a file: .*exportConditions.*, or import edge-sts\/inline/,
    );
  });

  test("what keeps it out of a bundle, where its files were left behind", async () => {
    const copy = folder("left-behind");
    cpSync(join(project, "node_modules"), join(copy, "node_modules"), { recursive: true });
    const wasm = join(copy, "node_modules", "edge-sts", "dist", "wasm");
    for (const file of ["edge_sts_bg.wasm", "edge_sts_bundled.js"]) rmSync(join(wasm, file));
    writeFileSync(join(copy, "main.mjs"), printing("edge-sts"));
    assert.match(
      await printed(join(copy, "main.mjs")),
      /^TypeError: edge_sts_bg\.wasm was not found beside the module: import edge-sts\/inline, .*createSts\(\{ wasm \}\), .*serverExternalPackages/,
    );
  });
});

describe("CommonJS, as is documented", () => {
  const program = (how) => {
    const file = join(project, "program.cjs");
    writeFileSync(
      file,
      printing("edge-sts")
        .replace(/import \{ createSts \} from "edge-sts";/, "")
        .replace(/import \{ createHmac \} from "node:crypto";/, 'const { createHmac } = require("node:crypto");')
        .replace("async function main() {", `async function main() {\n  const { createSts } = ${how};`),
    );
    return file;
  };

  for (const name of ["edge-sts", "edge-sts/inline"]) {
    test(`require("${name}"), where Node can require ES modules`, async () => {
      assert.equal(await printed(program(`require("${name}")`), project), DONE);
    });
  }

  test("import(), everywhere", async () => {
    const flags = ["--no-experimental-require-module"];
    assert.match(await printed(program('require("edge-sts")'), project, flags), /to a dynamic import\(\)/);
    assert.equal(await printed(program('await import("edge-sts")'), project, flags), DONE);
  });
});

describe("ES modules, as they are", () => {
  for (const file of [entry, inlineEntry]) {
    test(basename(file), async () => assert.equal(await printed(file, project), DONE));
  }
});
