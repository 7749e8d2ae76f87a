// What every task needs first: the npm packages, and the Node that wrangler runs on. It runs on any Node from 20 on
// and before anything is installed, so that it uses nothing but Node's own modules, and prints to stderr only.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmCommand } from "./npm.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const NODE_MAJOR = "24";

/**
 * Runs `work` if the module with this `import.meta` is the program, in the repository's root and in the right Node.
 * `meanwhile` runs beside the installation of the npm packages; `work` must do again what fails in it.
 */
export async function task(meta, work, meanwhile = async () => undefined) {
  if (realpathSync(process.argv[1]) !== fileURLToPath(meta.url)) return;
  process.chdir(ROOT);
  if (!packagesInstalled()) await Promise.all([installPackages(), meanwhile().catch(() => undefined)]);
  if (process.versions.node.split(".")[0] !== NODE_MAJOR) {
    process.exitCode = await again();
    return;
  }
  try {
    await work(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

/** A failure that is told in one sentence, without a stack. */
export class Failure extends Error {}

/** Whether node_modules holds what package-lock.json asks for. */
function packagesInstalled() {
  const installed = join("node_modules", ".package-lock.json");
  if (!existsSync(installed) || !existsSync(node24())) return false;
  const there = JSON.parse(readFileSync(installed, "utf8")).packages;
  const wanted = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || there[path]?.version === version || (optional && !there[path]),
  );
}

async function installPackages() {
  const begin = performance.now();
  if (process.platform === "win32" && process.execPath.includes("node_modules")) {
    console.error("The npm packages have changed. Run `npm ci`, then this again.");
    process.exit(1);
  }
  console.error("npm packages: installing (npm ci)");
  const { program, parameters, shell } = npmCommand(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  const code = await finished(spawn(program, parameters, { stdio: ["inherit", 2, 2], shell }));
  if (code !== 0) {
    console.error("The npm packages could not be installed: see above.");
    process.exit(1);
  }
  console.error(`npm packages: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
}

// The same program again, in Node 24. The channel lets it notice when this process is gone.
function again() {
  const child = spawn(node24(), process.argv.slice(1), { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  // Ctrl-C reaches the whole group of processes; this one only waits for the other.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  whenOrphaned(() => child.kill("SIGTERM"));
  return finished(child);
}

/**
 * Calls `stop` when npm is gone. A signal to npm ends npm and the shell in between, which does not pass it on: without
 * this, what was started would run on unseen.
 */
export function whenOrphaned(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}

function finished(child) {
  return new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

function node24() {
  return join(ROOT, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}
