// npm run seed [-- FILE] [-- --remote]: stores the resources of a file in the Worker's KV namespace, local or deployed.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "./build.mjs";
import { parametersOf } from "./parameters.mjs";
import { entriesOf, readResources, RESOURCES } from "./resources.mjs";
import { must, output, QUIET_WRANGLER, tool } from "./run.mjs";
import { Failure, task } from "./setup.mjs";

const USAGE = `Usage: npm run seed -- [FILE] [--remote]

Stores the resources of a file, resources.json when left out, in the Worker's KV namespace.

  --remote   in the deployed Worker's, not in that of this machine`;

// As many keys as KV gives at once.
const KEYS_AT_ONCE = 100;

async function seed(parameters) {
  const { values, positionals } = parametersOf(parameters, USAGE, { remote: { type: "boolean", default: false } });
  const file = positionals[0] ?? RESOURCES;
  const resources = readResources(file);
  await build({ quick: true });
  const kv = bulk(values.remote ? "--remote" : "--local");
  const entries = await entriesOf(resources);
  // Look-ups of what a resource was before would outlive it: an issuer that it no longer names, an old secret.
  const keys = new Set(entries.map(([key]) => key));
  const before = await entriesOf(await kv.get([...keys].filter((key) => /^[A-Za-z]+\/[^/]+$/.test(key))));
  const stale = before.map(([key]) => key).filter((key) => !keys.has(key));
  if (stale.length > 0) await kv.delete(stale);
  await kv.put(entries.map(([key, value]) => ({ key, value })));
  console.error(`${resources.length} resources of ${file} are stored.`);
}

/** wrangler's commands for many keys. They read files; secrets of introspectors stand in them, so they do not stay. */
function bulk(where) {
  const wrangler = (command, list, more, use) => {
    const file = `.wrangler/seed-${process.pid}.json`;
    mkdirSync(".wrangler", { recursive: true });
    writeFileSync(file, JSON.stringify(list), { mode: 0o600 });
    const parameters = ["kv", "bulk", command, file, "--binding", "CONFIG", where, ...more];
    const env = { ...process.env, ...QUIET_WRANGLER };
    return use(process.execPath, [tool("wrangler", "bin", "wrangler.js"), ...parameters], { env }).finally(() =>
      rmSync(file, { force: true }),
    );
  };
  return {
    put: (pairs) => wrangler("put", pairs, [], must),
    delete: (keys) => wrangler("delete", keys, ["--force"], must),
    /** The documents of the keys that are there. */
    async get(keys) {
      const documents = [];
      for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
        const text = await wrangler("get", keys.slice(at, at + KEYS_AT_ONCE), [], output);
        if (text === undefined) throw new Failure("wrangler could not read what is stored; nothing was changed.");
        const found = JSON.parse(text.slice(text.search(/^\{/m)));
        const texts = Object.values(found).map((entry) => entry?.value ?? entry);
        documents.push(...texts.filter((value) => typeof value === "string").map((value) => JSON.parse(value)));
      }
      return documents;
    },
  };
}

await task(import.meta, seed);
