// npm packages that only some tests need. They are too large for the repository's own list, so they are installed below
// target/ when a test asks for them, and kept there.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { npmCommand } from "./npm.mjs";
import { must, step } from "./run.mjs";
import { ROOT } from "./setup.mjs";

/**
 * Installs the packages of a folder's package.json, in the versions of its package-lock.json. Gives the folder that
 * holds their node_modules. `prepare(folder)` finishes the work. Installs once for each state of the files.
 */
export async function packagesOf(source, prepare = () => undefined) {
  const files = ["package.json", "package-lock.json"];
  // The code of `prepare` counts, too: what it makes is kept with the packages.
  const hash = createHash("sha256").update(prepare.toString());
  for (const name of files) hash.update(readFileSync(join(ROOT, source, name)));
  const folder = join(ROOT, "target", "packages", `${basename(source)}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(join(ROOT, "target", "packages"), { recursive: true });
  await alone(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const making = `${folder}.making`;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making);
    for (const name of files) copyFileSync(join(ROOT, source, name), join(making, name));
    await step(`npm packages of ${source}`, async () => {
      await install(making);
      await prepare(making);
    });
    renameSync(making, folder); // now it is complete
  });
  return folder;
}

async function install(folder) {
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  const { program, parameters, shell } = npmCommand(["ci", ...flags]);
  await must(program, parameters, { cwd: folder, shell, stdio: ["ignore", 2, 2] });
}

/** Does `work` while no other process does work under this lock: test files run side by side. */
async function alone(lock, work) {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (ownerIsGone(lock)) rmSync(lock, { force: true });
    else await setTimeout(200);
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function ownerIsGone(lock) {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    if (pid > 0) process.kill(pid, 0); // sends nothing
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}
