// @cloudflare/workers-oauth-provider in the Workers runtime, from cloudflare_worker.mjs.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { QUIET_WRANGLER } from "../../src/tasks/run.mjs";

const WORKER = fileURLToPath(new URL("cloudflare_worker.mjs", import.meta.url));

/**
 * Starts it: `place` is a folder for its configuration, `module` the file of the package, `certificate` a file with what it
 * trusts besides what it trusts anyway, `issuers` the addresses of keys by issuer. Gives { client, stop }.
 */
export async function startProvider({ place, port, module, certificate, resource, issuers }) {
  const config = join(place, "wrangler.json");
  writeFileSync(
    config,
    JSON.stringify({
      name: "provider",
      main: WORKER,
      compatibility_date: "2026-08-22",
      compatibility_flags: ["global_fetch_strictly_public"],
      alias: { ["@cloudflare/workers-oauth-provider"]: module },
      kv_namespaces: [{ binding: "OAUTH_KV", id: "oauth" }],
      vars: { RESOURCE: resource, ISSUERS: JSON.stringify(issuers) },
    }),
  );
  // Read when wrangler is loaded: it asks, reports and looks up nothing.
  Object.assign(process.env, QUIET_WRANGLER, { WRANGLER_LOG: "error", NODE_EXTRA_CA_CERTS: certificate });
  const { unstable_startWorker } = await import("wrangler");
  const server = { hostname: "127.0.0.1", port };
  const worker = await unstable_startWorker({
    config,
    dev: { server, remote: false, watch: false, inspector: false, logLevel: "error", persist: false },
  });
  await worker.ready;
  const response = await fetch(`http://127.0.0.1:${port}/setup`);
  return { client: await response.json(), stop: () => worker.dispose() };
}
