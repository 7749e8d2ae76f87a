// Clients, resource servers and bundlers that others wrote, from the npm registry: under target/ and not among the
// repository's own packages, so that `npm start` need not wait for them.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run, step } from "./run.mjs";
import { Failure, ROOT } from "./setup.mjs";

const SOURCE = join(ROOT, "tests", "clients", "npm");
const FILES = ["package.json", "package-lock.json"];

/**
 * A function that imports one of them: `load("simple-oauth2")`; `load.resolve("simple-oauth2")` is the URL of what is
 * imported, for a bundler. Undefined where they cannot be installed.
 */
export async function npmClients() {
  const folder = await npmClientsFolder();
  return folder && (await import(pathToFileURL(join(folder, "load.mjs")))).load;
}

/**
 * The folder that holds their node_modules, installed once for each state of the lock file. Undefined, and a sentence on the
 * console, where the registry does not answer.
 */
export async function npmClientsFolder() {
  const hash = createHash("sha256");
  for (const file of FILES) hash.update(readFileSync(join(SOURCE, file)));
  hash.update(LOAD);
  const folder = join(ROOT, "target", `clients-${hash.digest("hex").slice(0, 16)}`);
  const there = () => existsSync(join(folder, "load.mjs"));
  if (!there()) await step("clients, from npm", () => install(folder));
  if (there()) return folder;
  const sentence = "the packages of tests/clients/npm/package.json could not be installed from the npm registry.";
  if (process.env.CI) throw new Failure(sentence);
  console.error(`\n*** SKIPPED: ${sentence} ***\n`);
  return undefined;
}

const LOAD = `export const load = (name) => import(name);
load.resolve = (name) => import.meta.resolve(name);
`;

// Into a folder of this process, which then takes its place: test files that run side by side do not meet.
async function install(folder) {
  const own = `${folder}.${process.pid}`;
  mkdirSync(own, { recursive: true });
  for (const file of FILES) copyFileSync(join(SOURCE, file), join(own, file));
  // What is imported here is looked for beside this file.
  writeFileSync(join(own, "load.mjs"), LOAD);
  const flags = ["ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const code = npm?.endsWith("js")
    ? await run(process.execPath, [npm, ...flags], { cwd: own })
    : await run("npm", flags, { cwd: own, shell: process.platform === "win32" });
  try {
    if (code === 0) renameSync(own, folder);
  } catch {
    // Another process was quicker.
  }
  rmSync(own, { recursive: true, force: true });
}
