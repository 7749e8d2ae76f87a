import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "./npm.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Packs what is built, and installs it into a folder without a network. Gives the path of the tarball. */
export async function install(project) {
  // prepack would build: `npm test` has done it, and test files that run side by side must not
  const pack = ["pack", "--json", "--silent", "--ignore-scripts", "--pack-destination", project];
  const [{ filename }] = JSON.parse(await npm(pack, ROOT));
  const manifest = join(project, "package.json");
  if (!existsSync(manifest)) {
    writeFileSync(manifest, JSON.stringify({ name: "empty", private: true, type: "module" }));
  }
  const tarball = join(project, filename);
  const flags = ["--offline", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
  await npm(["install", ...flags, tarball], project);
  return tarball;
}
