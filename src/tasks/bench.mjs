// npm run bench: the benchmarks in benches/, each a program of its own. A name runs that one: npm run bench -- exchange
// With --markdown those that measure a row of the table in benches/README.md; the table is printed, and written there when
// no row is missing.
import fs, { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, parse } from "node:path";
import { machine } from "../../benches/measure/machine.mjs";
import { PROGRAMS, table } from "../../benches/measure/rows.mjs";
import { build } from "./build.mjs";
import { must, QUIET_WRANGLER, tool } from "./run.mjs";
import { Failure, task } from "./setup.mjs";

const README = "benches/README.md";

async function bench(parameters) {
  const names = parameters.filter((parameter) => !parameter.startsWith("--"));
  const markdown = parameters.includes("--markdown");
  await build();
  const files = fs.globSync("benches/*.mjs").sort();
  const asked = names.length === 0 && markdown ? PROGRAMS : names;
  const chosen = asked.length === 0 ? files : files.filter((file) => asked.includes(parse(file).name));
  if (chosen.length === 0) throw new Failure(`There are: ${files.map((file) => parse(file).name).join(", ")}.`);
  const failed = markdown ? await tableOf(chosen) : await all(chosen);
  if (failed.length > 0) throw new Failure(`Failed: ${failed.join(", ")}.`);
}

async function tableOf(files) {
  const folder = mkdtempSync(join(tmpdir(), "edge-sts-bench-"));
  try {
    const rows = join(folder, "rows");
    writeFileSync(rows, "");
    const begin = machine();
    const failed = await all(files, { BENCH_ROWS: rows }, ["ignore", 2, "inherit"]);
    const { text, complete } = table(rows);
    const day = new Date().toISOString().slice(0, 10);
    const made = `${day}, ${begin} at the start and ${machine().replace(/.*load /, "")} at the end, one run:\n\n${text}\n`;
    console.log(made);
    if (complete) await write(made);
    return failed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function write(made) {
  const text = readFileSync(README, "utf8");
  const marked = /(<!-- npm run bench -- --markdown -->\n)[^]*?(\n<!-- to here -->)/;
  if (!marked.test(text)) throw new Failure(`${README} has no place for the table.`);
  writeFileSync(
    README,
    text.replace(marked, (_all, begin, end) => `${begin}\n${made}${end}`),
  );
  await must(process.execPath, [tool("prettier", "bin", "prettier.cjs"), "--log-level", "warn", "--write", README]);
  console.error(`${README}: the table is written.`);
}

// Gives the names of those that failed.
async function all(files, env = {}, stdio = "inherit") {
  const failed = [];
  for (const file of files) {
    console.error(`\n=== ${file} ===`);
    try {
      const options = { env: { ...process.env, ...QUIET_WRANGLER, ...env }, stdio };
      await must(process.execPath, ["--expose-gc", file], options);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed.push(parse(file).name);
    }
  }
  return failed;
}

await task(import.meta, bench);
