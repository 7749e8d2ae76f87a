// npm run seed: stores the resources of a file in the Worker, local or deployed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { administration, localToken } from "./administration.mjs";
import { build } from "./build.mjs";
import { DEV_VARS, makeDevVars } from "./dev_vars.mjs";
import { startWorker } from "./local_worker.mjs";
import { parametersOf } from "./parameters.mjs";
import { doubtsOf, entriesOf, readResources, RESOURCES, textOf } from "./resources.mjs";
import { must, output, QUIET_WRANGLER, tool } from "./run.mjs";
import { Failure, task } from "./setup.mjs";

const USAGE = `Usage: npm run seed -- [FILE] [OPTIONS]

Stores the resources of a file (resources.json when left out) through the administrator's interface: in the Worker
that runs here, or, if none does, in the state that \`npm start\` uses.

  --remote     in the deployed Worker, at the STS_ISSUER of wrangler.toml; with STS_ADMIN_TOKEN in the environment
  --url URL    in the service at this URL; with STS_ADMIN_TOKEN in the environment
  --prune      deletes what is there and not in the file
  --dry-run    says what it would do, and does nothing
  --kv         writes them into the KV namespace CONFIG itself: for a Worker without DIRECTORY. With --remote: the
               deployed one. What the file does not name is deleted
`;

const OPTIONS = {
  remote: { type: "boolean", default: false },
  url: { type: "string" },
  prune: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  kv: { type: "boolean", default: false },
};

async function seed(parameters) {
  const { values, positionals } = parametersOf(parameters, USAGE, OPTIONS);
  const file = positionals[0] ?? RESOURCES;
  const text = textOf(file);
  await build({ quick: true });
  const resources = await readResources(file, text);
  for (const { path, message } of await doubtsOf(resources)) console.error(`warning ${file} ${path}: ${message}`);
  if (values.kv) return seedNamespace(file, resources, values);
  const { url, token, stop } = await service(values);
  try {
    const there = administration(url, token);
    const before = new Set(await there.names());
    const wanted = resources.map(({ resourceType, id }) => `${resourceType}/${id}`);
    const gone = values.prune ? [...before].filter((name) => !wanted.includes(name)) : [];
    const would = values["dry-run"] ? "would be " : "";
    for (const name of wanted) console.error(`${name}: ${would}${before.has(name) ? "replaced" : "created"}`);
    for (const name of gone) console.error(`${name}: ${would}deleted`);
    if (!values["dry-run"]) await there.store(resources, gone);
    console.error(`${resources.length} resources of ${file} ${would === "" ? "are" : "would be"} stored at ${url}.`);
  } finally {
    await stop();
  }
}

/** Where the service is that is to be filled, and how to stop it if it was started for that. */
async function service({ remote, url }) {
  const stop = async () => undefined;
  if (remote || url !== undefined) {
    const token = process.env.STS_ADMIN_TOKEN;
    if (!token) throw new Failure("Set STS_ADMIN_TOKEN in the environment to an administrator's token of the service.");
    return { url: (url ?? deployed()).replace(/\/$/, ""), token, stop };
  }
  await makeDevVars();
  const token = localToken();
  if (token === undefined) throw new Failure(`${DEV_VARS} has no STS_ADMIN_TOKEN.`);
  const running = `http://localhost:${process.env.PORT ?? "8787"}`;
  if (await answers(running)) return { url: running, token, stop };
  const worker = await startWorker(0, running);
  return { url: new URL(await worker.url).origin, token, stop: () => worker.dispose() };
}

async function answers(url) {
  const response = await fetch(`${url}/.well-known/oauth-authorization-server`).catch(() => undefined);
  return response?.ok === true;
}

function deployed() {
  const issuer = /^STS_ISSUER = "(https:[^"]+)"/m.exec(readFileSync("wrangler.toml", "utf8"))?.[1];
  if (issuer === undefined) throw new Failure("wrangler.toml has no https STS_ISSUER yet. Set it, or name --url.");
  return issuer;
}

/**
 * Without a directory: straight into KV, by wrangler. The namespace then holds what the file says and nothing else: a
 * look-up that a resource had before would let in whom the file no longer names.
 */
async function seedNamespace(file, resources, { remote, prune, "dry-run": dry }) {
  if (prune || dry) throw new Failure("--prune and --dry-run do not go together with --kv.");
  const entries = (await entriesOf(resources)).map(([key, value]) => ({ key, value }));
  const where = ["--binding", "CONFIG", remote ? "--remote" : "--local"];
  const env = { ...process.env, ...QUIET_WRANGLER };
  const wrangler = [tool("wrangler", "bin", "wrangler.js"), "kv"];
  const listed = await output(process.execPath, [...wrangler, "key", "list", ...where], { env });
  if (listed === undefined) throw new Failure("wrangler could not list what is stored; nothing was changed.");
  const keys = new Set(entries.map(({ key }) => key));
  const names = JSON.parse(listed.slice(listed.indexOf("["))).map(({ name }) => name);
  const stale = names.filter((name) => /^(Client|TokenIntrospector|User)[/?]/.test(name) && !keys.has(name));
  // wrangler reads files. Secrets of issuers stand in them, so that they do not stay.
  const bulk = async (command, content, ...more) => {
    const list = `.wrangler/seed-${process.pid}.json`;
    mkdirSync(".wrangler", { recursive: true });
    writeFileSync(list, JSON.stringify(content), { mode: 0o600 });
    const parameters = [...wrangler, "bulk", command, list, ...where, ...more];
    await must(process.execPath, parameters, { env }).finally(() => rmSync(list, { force: true }));
  };
  if (stale.length > 0) await bulk("delete", stale, "--force");
  await bulk("put", entries);
  console.error(`${resources.length} resources of ${file} are stored in KV.`);
}

await task(import.meta, seed);
