import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./setup.mjs";
import { must, output, step } from "./run.mjs";

/** Makes sure that Rust can compile for a target. */
export async function rustTarget(name) {
  const sysroot = await output("rustc", ["--print", "sysroot"]);
  if (sysroot === undefined) throw new Failure("rustc was not found. Install Rust with rustup (rustup.rs).");
  if (existsSync(join(sysroot, "lib", "rustlib", name, "lib"))) return;
  await step(`Rust target ${name}`, () => must("rustup", ["target", "add", name]));
}

/** Makes sure that a part of the toolchain is there that a minimal installation lacks. */
export async function rustComponent(name, command) {
  if ((await output("cargo", [command, "--version"])) !== undefined) return;
  await step(`Rust component ${name}`, () => must("rustup", ["component", "add", name]));
}
