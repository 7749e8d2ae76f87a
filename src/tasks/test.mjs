// npm test: everything that can be checked, in the order of how quickly it tells.
import fs from "node:fs";
import { build, compileEarly } from "./build.mjs";
import { chromium, NO_CHROMIUM } from "./chromium.mjs";
import { lint } from "./lint.mjs";
import { must, QUIET_WRANGLER } from "./run.mjs";
import { Failure, task } from "./setup.mjs";

const RUNTIMES = {
  node: "Node",
  postgres: "PostgreSQL",
  workerd: "Workers runtime",
  documentation: "documentation",
  browser: "browser",
  clients: "clients and resource servers of others",
  package: "packed tarball",
};

async function test() {
  const failed = [];
  await section("lint", lint, failed);
  await section("Rust", () => must("cargo", ["test", "--locked", "--workspace", "--all-targets"]), failed);
  await section("Rust, examples in the documentation", () => must("cargo", ["test", "--locked", "--doc"]), failed);
  await section("build", build, failed);
  for (const [folder, title] of Object.entries(RUNTIMES)) {
    await section(title, () => testFiles(folder), failed);
  }
  if (failed.length > 0) throw new Failure(`Tests: failed: ${failed.join(", ")}.`);
  console.error("\nTests: all passed.");
}

async function section(title, work, failed) {
  console.error(`\n=== ${title} ===`);
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    failed.push(title);
  }
}

async function testFiles(folder) {
  const files = fs.globSync(`tests/${folder}/**/*.test.mjs`);
  if (files.length === 0) throw new Failure(`There are no tests in tests/${folder}.`);
  if (folder === "browser" && (await chromium()) === undefined) return console.error(NO_CHROMIUM);
  const env = { ...process.env, ...QUIET_WRANGLER };
  await must(process.execPath, ["--test", ...files.sort()], { env });
}

await task(import.meta, test, compileEarly);
