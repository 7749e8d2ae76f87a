// npm run deploy [-- options of wrangler deploy]
import { readFileSync } from "node:fs";
import { build } from "./build.mjs";
import { buildDocs } from "./docs.mjs";
import { must, QUIET_WRANGLER, tool } from "./run.mjs";
import { Failure, task } from "./setup.mjs";

async function deploy(parameters) {
  const loopback = /^STS_ISSUER = "http:/m.test(readFileSync("wrangler.toml", "utf8"));
  if (loopback && !parameters.some((parameter) => parameter.includes("STS_ISSUER:") || parameter === "--dry-run")) {
    throw new Failure("Set STS_ISSUER in wrangler.toml to the https URL of your service first.");
  }
  await buildDocs();
  await build();
  await must(process.execPath, [tool("wrangler", "bin", "wrangler.js"), "deploy", ...parameters], {
    env: { ...process.env, ...QUIET_WRANGLER },
  });
}

await task(import.meta, deploy);
