// Every manifest has a lock file that agrees with it, so that what is tested is what is installed everywhere. The
// package managers themselves compare: nothing is installed, and nothing is fetched while they agree.
import fs, { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { npmCommand } from "./npm.mjs";
import { run } from "./run.mjs";
import { Failure, ROOT } from "./setup.mjs";

const PLACES = ["", "src/tasks/*/", "tests/*/*/"];

/** Fails, naming the folders, where a lock file is missing or stale. */
export async function checkLocks(root = ROOT) {
  const find = (name) =>
    fs
      .globSync(
        PLACES.map((place) => place + name),
        { cwd: root },
      )
      .map((file) => join(root, file));
  const stale = [];
  for (const manifest of find("package.json")) if (!(await npmAgrees(dirname(manifest)))) stale.push(manifest);
  for (const manifest of find("Cargo.toml")) if (!(await cargoAgrees(manifest))) stale.push(manifest);
  if (stale.length > 0) throw new Failure(`The lock file is missing or stale beside: ${stale.join(", ")}`);
}

async function npmAgrees(folder) {
  if (!existsSync(join(folder, "package-lock.json"))) return false;
  const flags = ["--dry-run", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { program, parameters, shell } = npmCommand(["ci", ...flags]);
  return (await run(program, parameters, { cwd: folder, shell, stdio: ["ignore", "ignore", "inherit"] })) === 0;
}

async function cargoAgrees(manifest) {
  // `--workspace`: it would add and remove what the manifests ask for, and leaves every other version as it is.
  const update = ["update", "--workspace", "--locked", "--quiet", "--manifest-path", manifest];
  return (await run("cargo", update)) === 0;
}
