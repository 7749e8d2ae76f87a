import { existsSync } from "node:fs";
import { join } from "node:path";
import { must, step } from "./run.mjs";
import { ROOT } from "./setup.mjs";

/**
 * The path of a program from crates.io, in this version, with the dependencies of its own lock file. It is compiled once,
 * below target/, which takes minutes.
 */
export async function crateTool(name, version) {
  const { folder, program } = place(name, version);
  if (existsSync(program)) return program;
  // Without optimisation: compiling takes longer than running ever will.
  const install = ["install", name, "--version", version, "--locked", "--debug", "--quiet", "--root", folder];
  console.error(`${name}: compiles, which takes minutes`);
  await step(name, () => must("cargo", install));
  return program;
}

/** Whether it is compiled already. */
export function hasCrateTool(name, version) {
  return existsSync(place(name, version).program);
}

function place(name, version) {
  const folder = join(ROOT, "target", "tools", `${name}-${version}`);
  return { folder, program: join(folder, "bin", process.platform === "win32" ? `${name}.exe` : name) };
}
