// Programs in Python, in the folder python/, with the clients of others that they try.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../../src/tasks/python.mjs";

const FOLDER = fileURLToPath(new URL("python/", import.meta.url));
const program = await pythonEnvironment("python-clients", join("tests", "clients", "python", "requirements.txt"));

/** Why tests of them are skipped; false where they can run. */
export const skipPython = program === undefined && "no Python, see above";

/** Runs a program of the folder, which is given JSON and prints JSON. */
export async function python(name, given) {
  const child = spawn(program("python"), [join(FOLDER, name)], { stdio: "pipe" });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (text) => (printed[stream] += text));
  }
  child.stdin.end(JSON.stringify(given));
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 0, printed.stderr);
  return JSON.parse(printed.stdout);
}
