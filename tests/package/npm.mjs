import { spawn } from "node:child_process";
import { npmCommand } from "../../src/tasks/npm.mjs";

/** Runs npm, the one that runs these tests if npm does, and gives what it prints. */
export function npm(parameters, cwd, env) {
  const command = npmCommand(parameters);
  return output(command.program, command.parameters, { cwd, env, shell: command.shell });
}

/** What a program prints; its failure is one of the test. */
export async function output(program, parameters, options) {
  return (await printedBy(program, parameters, options)).stdout;
}

/** What a program prints to each of its streams; its failure is one of the test. */
export function printedBy(program, parameters, options) {
  const child = spawn(program, parameters, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"])
    child[name].setEncoding("utf8").on("data", (text) => (printed[name] += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(printed);
      else
        reject(
          new Error(`${program} ${parameters.join(" ")}: exit code ${code}\n${printed.stdout}\n${printed.stderr}`),
        );
    });
  });
}
