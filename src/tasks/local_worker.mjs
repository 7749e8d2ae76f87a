// The Worker in the real Workers runtime on this machine, with what it stores kept on disk.
import { QUIET_WRANGLER } from "./run.mjs";

const STATE = ".wrangler/state";

/** Starts the Worker; gives it when it is ready. Port 0: any that is free. */
export async function startWorker(port, issuer = `http://localhost:${port}`) {
  // wrangler reads its environment when it is loaded.
  Object.assign(process.env, QUIET_WRANGLER, { WRANGLER_LOG: "error" });
  const { unstable_startWorker } = await import("wrangler");
  const worker = await unstable_startWorker({
    config: "wrangler.toml",
    bindings: { STS_ISSUER: { type: "plain_text", value: issuer } },
    dev: {
      server: { hostname: "localhost", port },
      persist: STATE,
      remote: false,
      watch: false,
      inspector: false,
      logLevel: "error",
      // What the Worker prints: one line of JSON for each decision.
      structuredLogsHandler: ({ level, message }) => (level === "error" ? console.error : console.log)(message),
    },
  });
  await worker.ready;
  return worker;
}
