// A program at a real pseudo-terminal, which Python's pty makes: Node has none of its own.
import { spawn, spawnSync } from "node:child_process";

const PTY = `
import os, pty, sys
os.environ.setdefault("TERM", "xterm")
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
`;

/** Whether there can be one here; otherwise why not. */
export const noTerminal =
  process.platform !== "win32" && spawnSync("python3", ["-c", "import pty"]).status === 0
    ? false
    : "there is no python3 that could make a pseudo-terminal";

/** Starts a program at a terminal. `says` waits for what it prints, from where the last one ended. */
export function atTerminal(program, parameters, { cwd, env = {} } = {}) {
  const { PATH, HOME } = process.env;
  const child = spawn("python3", ["-c", PTY, program, ...parameters], {
    cwd,
    env: { PATH, HOME, TERM: "xterm", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let printed = "";
  let read = 0;
  let wake = () => undefined;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    printed += text;
    wake();
  });
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, printed });
      wake();
    });
  });
  child.stdin.on("error", () => undefined);
  return {
    ended,
    type: (text) => void child.stdin.write(text),
    kill: () => child.kill("SIGKILL"),
    async says(pattern) {
      for (let begin = Date.now(); Date.now() - begin < 60_000;) {
        const found = pattern.exec(printed.slice(read));
        if (found !== null) {
          read += found.index + found[0].length;
          return found;
        }
        await new Promise((resolve) => {
          wake = resolve;
          setTimeout(resolve, 500);
        });
      }
      throw new Error(`it never said ${pattern}: ${JSON.stringify(printed.slice(read))}`);
    },
  };
}
