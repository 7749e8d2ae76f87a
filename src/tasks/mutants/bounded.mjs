// Runs tests of the copy in a process of their own, with bounds of time and memory.
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { ROOT } from "../setup.mjs";
import { VARIABLES } from "./chosen.mjs";

/** kB of memory, which a mutant that never ends fills otherwise. */
const MEMORY = 4_194_304;
/** Seconds of the processor, beside four times what the tests took; and of the clock, for a mutant that waits for ever. */
const SECONDS = { processor: 3, clock: 120 };
/** As many processes run at once. */
export const AT_ONCE = 2;

/** Whether these tests of one program pass with this mutant (0: none); `seconds`: what they took without it. */
export function pass({ program, names, seconds, number, reached, folder }) {
  const processor = Math.ceil(SECONDS.processor + 4 * seconds);
  const bounds = `ulimit -v ${MEMORY}; ulimit -t ${processor}; ulimit -c 0; exec "$0" "$@"`;
  // To end at the first failure is an option of Rust's test program that is not stable.
  const options = ["--test-threads=1", "-Z", "unstable-options", "--fail-fast", "--exact"];
  const env = { ...process.env, RUSTC_BOOTSTRAP: "1", [VARIABLES.number]: String(number) };
  env.STS_VECTORS = resolve(ROOT, process.env.STS_VECTORS ?? "../shared/vectors"); // as without the copy
  if (reached !== undefined) env[VARIABLES.reached] = reached;
  const timeout = (SECONDS.clock + 10 * processor) * 1000;
  return new Promise((settle, reject) => {
    const words = ["-c", bounds, program, ...options, ...names];
    const child = spawn("sh", words, { cwd: folder, env, stdio: "ignore", timeout, killSignal: "SIGKILL" });
    child.on("error", reject).on("close", (code) => settle(code === 0));
  });
}

/** Does `work` for each of these, `AT_ONCE` at once, until one fails. */
export async function each(items, work) {
  const waiting = [...items];
  const one = async () => {
    while (waiting.length > 0) await work(waiting.shift());
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  } finally {
    waiting.length = 0;
  }
}
