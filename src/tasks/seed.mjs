// npm run seed [-- FILE] [-- --remote]: stores the resources of a file in the Worker's KV namespace, local or deployed.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { entriesOf, readResources, RESOURCES } from "./resources.mjs";
import { must, QUIET_WRANGLER, tool } from "./run.mjs";
import { task } from "./setup.mjs";

async function seed(parameters) {
  const { values, positionals } = parseArgs({
    args: parameters,
    options: { remote: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const file = positionals[0] ?? RESOURCES;
  const resources = readResources(file);
  await build();
  const entries = await entriesOf(resources);
  // wrangler reads a file. Secrets in it are digests; it is removed all the same.
  const list = `.wrangler/seed-${process.pid}.json`;
  mkdirSync(".wrangler", { recursive: true });
  writeFileSync(list, JSON.stringify(entries.map(([key, value]) => ({ key, value }))), { mode: 0o600 });
  try {
    const where = values.remote ? ["--remote"] : ["--local"];
    const command = ["kv", "bulk", "put", list, "--binding", "CONFIG", ...where];
    await must(process.execPath, [tool("wrangler", "bin", "wrangler.js"), ...command], {
      env: { ...process.env, ...QUIET_WRANGLER },
    });
  } finally {
    rmSync(list, { force: true });
  }
  console.error(`${resources.length} resources of ${file} are stored.`);
}

await task(import.meta, seed);
