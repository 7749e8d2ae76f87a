// The Worker as it is deployed, in the Workers runtime: bundled by wrangler from wrangler.toml, with KV and Durable
// Objects that are kept in a folder.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { QUIET_WRANGLER } from "../../src/tasks/run.mjs";
import { SITE } from "../../src/tasks/site.mjs";
import { ADMIN_TOKEN, ISSUER, SIGNING_KEYS } from "../suites/fixture.mjs";
import { send } from "../suites/over_http.mjs";

// wrangler reads its environment when it is loaded: nothing is asked, reported or looked up.
Object.assign(process.env, QUIET_WRANGLER, { WRANGLER_LOG: "error" });
const { unstable_startWorker } = await import("wrangler");

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const BINDINGS = {
  STS_ISSUER: ISSUER,
  STS_SIGNING_KEYS: JSON.stringify(SIGNING_KEYS),
  STS_ADMIN_TOKEN: ADMIN_TOKEN,
};

/** A folder for one test file: configuration and what the Worker stores. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "edge-sts-workerd-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/**
 * Starts the Worker on a free port. `change`: changes the text of wrangler.toml; `bindings`: variables and secrets;
 * `main`: another entry; `port`: another port, where the issuer must name it. The issuer's .dev.vars is never read: the configuration lies elsewhere.
 */
export async function startWorker({
  path,
  change = (text) => text,
  bindings = BINDINGS,
  main = "dist/worker.js",
  port = 0,
}) {
  const config = join(path, "wrangler.toml");
  const text = readFileSync(join(ROOT, "wrangler.toml"), "utf8")
    .replace(/^main = .*$/m, `main = ${JSON.stringify(join(ROOT, main))}`)
    .replace(/^directory = .*$/m, `directory = ${JSON.stringify(join(ROOT, SITE))}`)
    .replace(/^\[vars\][^[]*/m, "");
  writeFileSync(config, change(text));
  const lines = [];
  const worker = await unstable_startWorker({
    config,
    bindings: Object.fromEntries(
      Object.entries(bindings).map(([name, value]) => [name, { type: "plain_text", value }]),
    ),
    dev: {
      server: { hostname: "127.0.0.1", port },
      persist: join(path, "state"),
      remote: false,
      watch: false,
      inspector: false,
      logLevel: "error",
      structuredLogsHandler: ({ message }) => lines.push(message),
    },
  });
  await worker.ready;
  const url = await worker.url;
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    lines,
    url,
    now: () => Math.floor(Date.now() / 1000),
    advance: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    fetch: (path, init) => send(url, agent, path, init),
    async stop() {
      agent.destroy();
      await worker.dispose();
    },
  };
}
