import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "./npm.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Packs what is built. Gives the path of the tarball. */
export async function pack(folder) {
  // prepack would build: `npm test` has done it, and test files that run side by side must not
  const flags = ["--json", "--silent", "--ignore-scripts", "--pack-destination", folder];
  const [{ filename }] = JSON.parse(await npm(["pack", ...flags], ROOT));
  return join(folder, filename);
}

/** Packs what is built, and installs it into a folder without a network. Gives the path of the tarball. */
export async function install(project) {
  const tarball = await pack(project);
  const manifest = join(project, "package.json");
  if (!existsSync(manifest)) {
    writeFileSync(manifest, JSON.stringify({ name: "empty", private: true, type: "module" }));
  }
  // It has no dependencies, so that nothing is fetched and no cache is needed.
  const flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
  await npm(["install", ...flags, tarball], project);
  return tarball;
}
