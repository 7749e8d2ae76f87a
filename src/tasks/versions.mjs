// npm run versions: an earlier state of this repository and this one, over the same stores, in both directions. It builds
// the earlier one in a worktree of git below target/, which takes some minutes the first time.
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { parametersOf } from "./parameters.mjs";
import { must, output, QUIET_WRANGLER, step } from "./run.mjs";
import { Failure, ROOT, task } from "./setup.mjs";

const usage = `Usage: npm run versions -- [COMMIT] [--fixture]

COMMIT: the earlier state, HEAD^ when left out. --fixture: what it writes is put into tests/versions/data as well, where
npm test reads it.`;

async function versions(args) {
  const { values, positionals } = parametersOf(args, usage, { fixture: { type: "boolean", default: false } });
  if (positionals.length > 1) throw new Failure(usage);
  const name = positionals[0] ?? "HEAD^";
  const commit = await output("git", ["rev-parse", "--verify", "--quiet", "--short=7", `${name}^{commit}`]);
  if (commit === undefined)
    throw new Failure(`There is no commit ${name}. A clone of depth 1 has no history: git fetch --unshallow`);
  await build();
  const earlier = await built(commit);
  if (values.fixture) await step(`tests/versions/data/${commit}`, () => fixture(earlier, commit));
  for (const [first, second] of [
    [earlier, "dist"],
    ["dist", earlier],
  ]) {
    const title = `${first === "dist" ? "this state" : commit} writes, ${second === "dist" ? "this state" : commit} serves it, and back`;
    await step(`${title}: Node, SQLite and entries of a KV`, () => inNode(first, second));
    await step(`${title}: workerd, KV and Durable Objects`, () =>
      must(process.execPath, ["tests/versions/workerd.mjs", first, second], {
        env: { ...process.env, ...QUIET_WRANGLER },
      }),
    );
    await step(`${title}: PostgreSQL`, () => inPostgres(first, second));
  }
}

/** The built package of a commit: its folder, from the root. */
async function built(commit) {
  const folder = join("target", "versions", commit);
  const dist = `${folder}/dist`;
  if (existsSync(join(ROOT, dist, "worker.js")) && existsSync(join(ROOT, dist, "node.js"))) return dist;
  await step(`the package of ${commit}`, async () => {
    rmSync(join(ROOT, folder), { recursive: true, force: true });
    await must("git", ["worktree", "prune"]);
    await must("git", ["worktree", "add", "--detach", "--force", folder, commit], { stdio: "ignore" });
    symlinkSync(join(ROOT, "node_modules"), join(ROOT, folder, "node_modules"), "junction");
    await must(process.execPath, ["src/tasks/build.mjs"], { cwd: join(ROOT, folder), stdio: "ignore" });
  });
  return dist;
}

const node = (...parameters) => must(process.execPath, ["--no-warnings", "tests/versions/node.mjs", ...parameters]);

async function inNode(first, second) {
  const folder = mkdtempSync(join(tmpdir(), "edge-sts-versions-"));
  try {
    const notes = join(folder, "notes.json");
    await node(first, "write", folder, notes);
    await node(second, "check", folder, notes);
    await node(first, "again", folder, notes);
    await node(second, "again", folder, notes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inPostgres(first, second) {
  const { findPostgres, startPostgres } = await import("../../tests/postgres/server.mjs");
  const programs = findPostgres();
  if (programs === undefined) return "SKIPPED: there is no PostgreSQL";
  const server = await startPostgres(programs);
  const folder = mkdtempSync(join(tmpdir(), "edge-sts-versions-"));
  try {
    const [connection, notes] = [JSON.stringify(server.connection), join(folder, "notes.json")];
    await node(first, "write", connection, notes);
    await node(second, "check", connection, notes);
    await node(first, "again", connection, notes);
    await node(second, "again", connection, notes);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return "done";
}

// Files of SQLite compressed: they are mostly empty.
async function fixture(dist, commit) {
  const folder = mkdtempSync(join(tmpdir(), "edge-sts-versions-"));
  const data = join(ROOT, "tests", "versions", "data", commit);
  try {
    await node(dist, "write", folder, join(folder, "notes.json"));
    mkdirSync(data, { recursive: true });
    for (const file of globSync(join(folder, "*"))) {
      if (file.endsWith(".sqlite"))
        writeFileSync(join(data, `${basename(file)}.gz`), gzipSync(readFileSync(file), { level: 9 }));
      else cpSync(file, join(data, basename(file)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await task(import.meta, versions);
