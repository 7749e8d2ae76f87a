// The repository as somebody has just cloned it, with what is built, and `npm start` in it: what a tutorial begins with.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { ROOT } from "../../src/tasks/setup.mjs";

const LEFT = [".git", ".dev.vars", ".wrangler", "node_modules", "resources.json", "target", "tests"];

export function clone() {
  const place = mkdtempSync(join(tmpdir(), "edge-sts-documentation-"));
  const folder = join(place, "edge-sts");
  const home = join(place, "home");
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (source) => !LEFT.includes(relative(ROOT, source)) && !basename(source).endsWith(".tgz"),
  });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  mkdirSync(home);
  const { CARGO_HOME = join(homedir(), ".cargo"), RUSTUP_HOME = join(homedir(), ".rustup") } = process.env;
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, CARGO_HOME, RUSTUP_HOME };
  return { folder, env, remove: () => rmSync(place, { recursive: true, force: true, maxRetries: 5 }) };
}

/** `npm start` on a port; ready when it has printed its curl command. Without parameters it builds the documentation, too. */
export async function started({ folder, env }, port, parameters = ["--", "--no-docs"]) {
  // A group of its own, all of which ends with it.
  const child = spawn("npm", ["start", ...parameters], {
    cwd: folder,
    env: { ...env, PORT: String(port) },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const ended = new Promise((resolve) => child.on("close", resolve));
  const curl = await new Promise((resolve, reject) => {
    const look = (text) => {
      printed += text;
      const [line] = /^curl .*$/m.exec(printed) ?? [];
      if (line !== undefined) resolve(line);
    };
    child.stdout.setEncoding("utf8").on("data", look);
    child.stderr.setEncoding("utf8").on("data", look);
    child.on("error", reject);
    void ended.then((code) => reject(new Error(`npm start ended with ${code}:\n${printed}`)));
  });
  return {
    curl,
    /** Everything that it has printed. */
    printed: () => printed,
    async stop() {
      try {
        process.kill(-child.pid, "SIGINT");
      } catch {
        // It has ended by itself.
      }
      await ended;
    },
  };
}

/** Runs a script with bash; gives what it printed. Fails when the script does. */
export function bash(script, { cwd, env = process.env }) {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve({ stdout, stderr });
      else reject(new Error(`exit code ${code}\n${script}\n${stderr}\n${stdout}`));
    });
  });
}
