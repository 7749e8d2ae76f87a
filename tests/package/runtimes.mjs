// Programs from the npm registry that the packed tarball is tried in: Deno, Bun, and other versions of Node.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packagesOf } from "../../src/tasks/packages.mjs";

/** Installs Deno and Bun once; gives the path of each program, or undefined when the registry has none. */
export async function otherRuntimes() {
  const folder = await packagesOf("tests/package/runtimes").catch(() => undefined);
  const program = (name) => {
    const file = process.platform === "win32" ? `${name}.exe` : name;
    const path = folder && join(folder, "node_modules", ".bin", file);
    return path && existsSync(path) ? path : undefined;
  };
  return { deno: program("deno"), bun: program("bun") };
}

/** The folder with the program `node` of a supported major version, to put in front of the PATH. */
export async function nodeFolder(major) {
  if (process.versions.node.startsWith(`${major}.`)) return join(process.execPath, "..");
  return join(await packagesOf("tests/package/nodes"), "node_modules", `node${major}`, "bin");
}

/** Skips a test loudly. */
export function skipped(t, name) {
  console.error(`\n*** SKIPPED: ${name} could not be installed from the npm registry. ***\n`);
  t.skip("not installed");
}
