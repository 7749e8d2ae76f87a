// Workers in the Workers runtime, each on a port of its own that leads straight to it: the proxy that `npm start` puts
// in front (wrangler's) would cost more than any of them.
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

// The Miniflare that wrangler itself uses.
const require = createRequire(createRequire(import.meta.url).resolve("wrangler"));
const { convertV4MiniflareOptions, Miniflare } = require("miniflare");

/**
 * Starts Workers; gives `urls` in their order, `stop()`, and KV namespaces by `kv(worker, binding)`. `folder`: where they
 * keep what they store, which else ends with them.
 */
export async function startWorkers(workers, onLog, folder) {
  const options = convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    handleStructuredLogs: onLog,
    workers: workers.map((worker) => ({
      compatibilityDate: compatibilityDate(),
      modules: true,
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      ...worker,
    })),
  });
  const runtime = new Miniflare(folder === undefined ? options : { ...options, resourcePersistencePath: folder });
  await runtime.ready;
  return {
    urls: await Promise.all(workers.map(({ name }) => runtime.unsafeGetDirectURL(name))),
    kv: (worker, binding) => runtime.getKVNamespace(binding, worker),
    stop: () => runtime.dispose(),
  };
}

/** The Worker as it is built: `dist/worker.js` and what it imports, with KV and Durable Objects. */
export function edgeSts(name, bindings) {
  const elsewhere = ["node.js", "node_module.js", "browser.js", "workerd.js", "sqlite.js", "postgres.js"];
  const files = globSync("**/*.js", { cwd: join(ROOT, "dist") }).map((file) => file.replaceAll("\\", "/"));
  const inner = files.filter((file) => file !== "worker.js" && !elsewhere.includes(file));
  const path = (file) => join(ROOT, "dist", file);
  return {
    name,
    modulesRoot: join(ROOT, "dist"),
    modules: [
      ...["worker.js", ...inner].map((file) => ({ type: "ESModule", path: path(file) })),
      { type: "CompiledWasm", path: path("wasm/edge_sts_bg.wasm") },
    ],
    kvNamespaces: ["CONFIG"],
    durableObjects: {
      DIRECTORY: { className: "Directory", useSQLite: true },
      GRANTS: { className: "Grant", useSQLite: true },
    },
    bindings,
  };
}

/** A Worker of one file. */
export function worker(name, file, bindings) {
  const path = join(ROOT, "benches", "workers", file);
  return { name, modulesRoot: join(ROOT, "benches"), modules: [{ type: "ESModule", path }], bindings };
}

function compatibilityDate() {
  return /^compatibility_date = "(.+)"$/m.exec(readFileSync(join(ROOT, "wrangler.toml"), "utf8"))[1];
}
