// Deno and Bun from the npm registry: not among the repository's own packages, since they are 200 MB.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "./npm.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Installs the other runtimes once; gives the path of each program, or undefined when the registry has none. */
export async function otherRuntimes() {
  // Without a lock file: not every registry has the builds for every system that one would have to name.
  const manifest = readFileSync(join(ROOT, "tests/package/runtimes/package.json"));
  // Kept between runs, one folder for each state of the manifest.
  const folder = join(ROOT, "target", `runtimes-${createHash("sha256").update(manifest).digest("hex").slice(0, 16)}`);
  if (!existsSync(join(folder, "node_modules", ".package-lock.json"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), manifest);
    const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
    await npm(["install", ...flags], folder).catch(() => undefined);
  }
  const program = (name) => {
    const path = join(folder, "node_modules", ".bin", process.platform === "win32" ? `${name}.exe` : name);
    return existsSync(path) ? path : undefined;
  };
  return { deno: program("deno"), bun: program("bun") };
}

/** Skips a test loudly. */
export function skipped(t, name) {
  console.error(`\n*** SKIPPED: ${name} could not be installed from the npm registry. ***\n`);
  t.skip("not installed");
}
