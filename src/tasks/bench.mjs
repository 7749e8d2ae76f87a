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
  for (const file of chosen) {
    console.error(`\n=== ${file} ===`);
    await must(process.execPath, ["--expose-gc", file], { env: { ...process.env, ...QUIET_WRANGLER } });
  }
}

await task(import.meta, bench);
