import { spawn } from "node:child_process";
import { join } from "node:path";
import { Failure, ROOT } from "./setup.mjs";

/** Runs a program to its end, its output shown; gives its exit code. */
export function run(program, parameters, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { cwd: ROOT, stdio: "inherit", ...options });
    child.on("error", (error) => {
      reject(error.code === "ENOENT" ? new Failure(`${program} was not found. ${HINTS[program] ?? ""}`) : error);
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** Runs a program that must succeed. */
export async function must(program, parameters, options) {
  const code = await run(program, parameters, options);
  if (code !== 0) throw new Failure(`${[program, ...parameters].join(" ")}: exit code ${code}`);
}

/** Runs a program to its end, and shows what it prints only if it fails; gives its exit code. */
export function quietly(program, parameters, options) {
  return shownAfterwards(program, parameters, { ...options, if: (code) => code !== 0 });
}

/** Runs a program beside others, and shows what it prints when it has ended, in one piece; gives its exit code. */
export function shownAfterwards(program, parameters, { if: isShown = () => true, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { cwd: ROOT, ...options, stdio: ["ignore", "pipe", "pipe"] });
    const parts = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => parts.push(part));
    child.on("error", reject);
    child.on("close", (code) => {
      if (isShown(code)) process.stderr.write(Buffer.concat(parts));
      resolve(code ?? 1);
    });
  });
}

/** What a program prints. */
export async function output(program, parameters, options = {}) {
  const child = spawn(program, parameters, { cwd: ROOT, stdio: ["ignore", "pipe", "ignore"], ...options });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => (text += part));
  const code = await new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", resolve);
  });
  return code === 0 ? text.trim() : undefined;
}

/** The file of a program that an npm package brings; to be run by this Node, which needs no shell on any system. */
export function tool(...path) {
  return join(ROOT, "node_modules", ...path);
}

/** Does one step, and says what it is and how long it took. */
export async function step(title, work) {
  const begin = performance.now();
  const note = await work();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.error(`${title}: ${note ?? "done"} (${seconds} s)`);
}

/** For wrangler: nothing is asked, nothing is reported to anybody, nothing is looked up. */
export const QUIET_WRANGLER = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

const HINTS = {
  cargo: "Install Rust with rustup (rustup.rs).",
  rustup: "Install Rust with rustup (rustup.rs).",
};
