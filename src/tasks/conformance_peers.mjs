// npm run conformance:peers: the suite of tests/conformance against other people's servers, on loopback. They are installed
// under target/, pinned by tests/conformance/peers. Names of peers as parameters run only those.
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { junit, json, summary, table } from "../../tests/conformance/report.mjs";
import { conformance } from "../../tests/conformance/runner.mjs";
import { readTarget } from "../../tests/conformance/target.mjs";
import { must, output, step } from "./run.mjs";
import { Failure, ROOT, task } from "./setup.mjs";
import { unlessUpToDate } from "./up_to_date.mjs";

const FOLDER = join("target", "conformance-peers");
const PINNED = "tests/conformance/peers";
const PEERS = { "oidc-provider": npmPackages, cloudflare: npmPackages, authlib: pythonPackages };

async function peers(names) {
  const asked = names.length > 0 ? names : Object.keys(PEERS);
  if (!asked.every((name) => Object.hasOwn(PEERS, name))) {
    throw new Failure(`Peers are: ${Object.keys(PEERS).join(", ")}.`);
  }
  const lines = [];
  for (const name of asked) {
    await PEERS[name]();
    const { start } = await import(`../../tests/conformance/peers/${name.replace("-", "_")}.mjs`);
    const peer = await start(join(ROOT, FOLDER));
    try {
      for (const [index, target] of peer.targets.entries()) {
        const run = await conformance(readTarget(JSON.stringify(target)));
        const file = join(FOLDER, `${name}-${index + 1}`);
        for (const [ending, text] of [
          ["json", json(run)],
          ["xml", junit(run)],
          ["txt", table(run)],
        ]) {
          writeFileSync(`${file}.${ending}`, text);
        }
        lines.push(`\n${run.target}: ${summary(run.counts)} (${file}.txt)`);
        for (const { level, section, name, received } of run.results.filter(({ outcome }) => outcome === "failed")) {
          lines.push(`  ${level.padEnd(6)} ${section.padEnd(16)} ${name}: ${received}`);
        }
      }
    } finally {
      await peer.stop();
    }
  }
  // What a peer does otherwise is no failure of this task.
  console.log(lines.join("\n"));
}

/** Installs those of npm; gives their folder. */
export async function npmPackages() {
  await step("npm packages of the peers", () =>
    unlessUpToDate(
      {
        inputs: [`${PINNED}/package.json`, `${PINNED}/package-lock.json`],
        outputs: [join(FOLDER, "node_modules", "oidc-provider", "package.json")],
        stamp: join(FOLDER, "npm.inputs"),
      },
      async () => {
        mkdirSync(FOLDER, { recursive: true });
        for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(PINNED, file), join(FOLDER, file));
        const flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        const npm = process.env.npm_execpath;
        const [program, ...before] = npm?.endsWith("js") ? [process.execPath, npm] : ["npm"];
        await must(program, [...before, ...flags], {
          cwd: join(ROOT, FOLDER),
          shell: program === "npm" && process.platform === "win32",
        });
      },
    ),
  );
  return FOLDER;
}

async function pythonPackages() {
  const name = process.env.PYTHON || (process.platform === "win32" ? "python" : "python3");
  const fits = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
  if ((await output(name, ["-c", fits])) === undefined) {
    throw new Failure("Authlib needs Python 3.10 or newer with venv, or name one: PYTHON=/path/to/it");
  }
  const folder = join(FOLDER, "venv");
  const python = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  await step("Python packages of the peers", () =>
    unlessUpToDate(
      { inputs: [`${PINNED}/requirements.txt`], outputs: [python], stamp: join(FOLDER, "pip.inputs") },
      async () => {
        if (!existsSync(FOLDER)) mkdirSync(FOLDER, { recursive: true });
        await must(name, ["-m", "venv", "--clear", folder]);
        const flags = ["--quiet", "--disable-pip-version-check", "--requirement", `${PINNED}/requirements.txt`];
        await must(python, ["-m", "pip", "install", ...flags]);
      },
    ),
  );
}

await task(import.meta, peers);
