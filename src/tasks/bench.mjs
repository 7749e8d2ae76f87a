// npm run bench: the benchmarks in benches/, each a program of its own. A name runs that one: npm run bench -- exchange
import fs from "node:fs";
import { parse } from "node:path";
import { build } from "./build.mjs";
import { must, QUIET_WRANGLER } from "./run.mjs";
import { Failure, task } from "./setup.mjs";

async function bench(names) {
  await build();
  const files = fs.globSync("benches/*.mjs").sort();
  const chosen = names.length === 0 ? files : files.filter((file) => names.includes(parse(file).name));
  if (chosen.length === 0) throw new Failure(`There are: ${files.map((file) => parse(file).name).join(", ")}.`);
  const failed = [];
  for (const file of chosen) {
    console.error(`\n=== ${file} ===`);
    try {
      await must(process.execPath, ["--expose-gc", file], { env: { ...process.env, ...QUIET_WRANGLER } });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed.push(parse(file).name);
    }
  }
  if (failed.length > 0) throw new Failure(`Failed: ${failed.join(", ")}.`);
}

await task(import.meta, bench);
