// The command `edge-sts` as a child process.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

// `input`: what it reads from standard input, of which there is none otherwise.
function start(parameters, { cwd, env = {}, input } = {}) {
  // Nothing of the environment but what a program needs: STS_*, PORT and NO_COLOR decide something here.
  const { PATH, HOME, SystemRoot } = process.env;
  const child = spawn(process.execPath, ["--no-warnings", COMMAND, ...parameters], {
    cwd,
    env: { PATH, HOME, SystemRoot, ...env },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  if (input !== undefined) child.stdin.on("error", () => undefined).end(input);
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"])
    child[name].setEncoding("utf8").on("data", (text) => (printed[name] += text));
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? signal, ...printed }));
  });
  return { child, printed, ended };
}

/** Runs it to its end: { code, stdout, stderr }. */
export function edgeSts(parameters, options) {
  return start(parameters, options).ended;
}

/** `edge-sts serve` on a free port; ready when it says where it listens. */
export async function serving(parameters, options) {
  const service = start(["serve", "--port", "0", "--host", "127.0.0.1", ...parameters], options);
  const url = await new Promise((resolve, reject) => {
    service.child.stderr.on("data", () => {
      const [, found] = /listens on (http:\S+),/.exec(service.printed.stderr) ?? [];
      if (found !== undefined) resolve(new URL(found));
    });
    service.ended.then(({ code, stderr }) => reject(new Error(`serve ended: ${code}\n${stderr}`)), reject);
  });
  return {
    ...service,
    url,
    async stop(signal = "SIGTERM") {
      service.child.kill(signal);
      return service.ended;
    },
  };
}
