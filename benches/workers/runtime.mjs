// Workers in the Workers runtime, each on a port of its own that leads straight to it: the proxy that `npm start` puts
// in front (wrangler's) would cost more than any of them.
import { createRequire } from "node:module";
import { bundled, COMPATIBILITY_DATE } from "./bundled.mjs";

// The Miniflare that wrangler itself uses.
const require = createRequire(createRequire(import.meta.url).resolve("wrangler"));
const { convertV4MiniflareOptions, Miniflare } = require("miniflare");

/** The stores that our Worker is bound to. */
export const STORES = {
  kvNamespaces: ["CONFIG"],
  durableObjects: {
    DIRECTORY: { className: "Directory", useSQLite: true },
    GRANTS: { className: "Grant", useSQLite: true },
  },
};

/** Starts Workers; gives `urls` in their order, `stop()`, and KV namespaces by `kv(worker, binding)`. */
export async function startWorkers(workers, onLog, options = {}) {
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      host: "127.0.0.1",
      port: 0,
      cf: false,
      handleStructuredLogs: onLog,
      workers: workers.map((worker) => ({
        compatibilityDate: COMPATIBILITY_DATE,
        modules: true,
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        ...worker,
      })),
    }),
  );
  await runtime.ready;
  return {
    urls: await Promise.all(workers.map(({ name }) => runtime.unsafeGetDirectURL(name))),
    kv: (worker, binding) => runtime.getKVNamespace(binding, worker),
    stop: () => runtime.dispose(),
  };
}

/** Our Worker as wrangler bundles it, with KV and Durable Objects. */
export async function edgeSts(name, bindings) {
  return { name, modules: await bundled("dist/worker.js", { objects: true }), ...STORES, bindings };
}

/** A Worker of the folder `benches/workers`, bundled in the same way. */
export async function worker(name, file, bindings) {
  return { name, modules: await bundled(`benches/workers/${file}`), bindings };
}
