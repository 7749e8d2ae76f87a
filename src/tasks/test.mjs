// npm test: everything that can be checked. Compilers keep the processors busy, and the tests of the runtimes mostly wait: they
// run side by side. `npm test -- node browser` runs these sections alone, one after the other.
import fs from "node:fs";
import { build, compileEarly } from "./build.mjs";
import { chromium, NO_CHROMIUM } from "./chromium.mjs";
import { lint } from "./lint.mjs";
import { parametersOf } from "./parameters.mjs";
import { must, QUIET_WRANGLER, shownAfterwards } from "./run.mjs";
import { Failure, task } from "./setup.mjs";

const COMPILED = {
  lint: ["lint", lint],
  rust: ["Rust", () => must("cargo", ["test", "--locked", "--workspace", "--all-targets"])],
  examples: ["Rust, examples in the documentation", () => must("cargo", ["test", "--locked", "--doc"])],
};

// The number: how many files of tests run at the same time. One where they share what they build or install, or need the
// processors for themselves.
const RUN = {
  node: ["Node", () => testFiles("node", 2)],
  postgres: ["PostgreSQL", () => testFiles("postgres", 1)],
  workerd: ["Workers runtime", () => testFiles("workerd", 3)],
  documentation: ["documentation", () => testFiles("documentation", 1)],
  browser: ["browser", () => testFiles("browser", 1)],
  clients: ["clients and resource servers of others", () => testFiles("clients", 1)],
  package: ["packed tarball", () => testFiles("package", 1)],
};

const SECTIONS = { ...COMPILED, ...RUN };

const usage = `Usage: npm test [-- SECTION...]

Without a section all of them run: ${Object.keys(SECTIONS).join(", ")}.`;

async function test(args) {
  const { positionals: names } = parametersOf(args, usage, {});
  if (!names.every((name) => Object.hasOwn(SECTIONS, name))) throw new Failure(usage);
  const failed = [];
  if (names.length === 0 || names.some((name) => Object.hasOwn(RUN, name))) await section("build", build, failed);
  if (names.length > 0) {
    await sections(names, failed);
  } else {
    await Promise.all([sections(Object.keys(RUN), failed), aside(Object.keys(COMPILED), failed)]);
  }
  if (failed.length > 0) throw new Failure(`Tests: failed: ${failed.join(", ")}.`);
  console.error(`\nTests: all passed${names.length > 0 ? ` (${names.join(", ")})` : ""}.`);
}

async function sections(names, failed) {
  for (const name of names) await section(...SECTIONS[name], failed);
}

/** Sections in a process of their own, which tells what it found when it has ended. */
async function aside(names, failed) {
  const code = await shownAfterwards(process.execPath, ["src/tasks/test.mjs", ...names]);
  if (code !== 0) failed.push(names.join(" or "));
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

async function testFiles(folder, atOnce) {
  const files = fs.globSync(`tests/${folder}/**/*.test.mjs`);
  if (files.length === 0) throw new Failure(`There are no tests in tests/${folder}.`);
  if (folder === "browser" && (await chromium()) === undefined) return console.error(NO_CHROMIUM);
  const env = { ...process.env, ...QUIET_WRANGLER };
  await must(process.execPath, ["--test", `--test-concurrency=${atOnce}`, ...files.sort()], { env });
}

await task(import.meta, test, compileEarly);
