// npm run supply-chain: what is used of others. Licences, sources and known weaknesses of the crates (cargo-deny, with
// .cargo/deny.toml), signatures and known weaknesses of the npm packages. What cannot be asked here is skipped loudly;
// in CI that is a failure.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { crateTool } from "./crate_tool.mjs";
import { npmCommand } from "./npm.mjs";
import { run, step } from "./run.mjs";
import { Failure, ROOT, task } from "./setup.mjs";

const CARGO_DENY = "0.20.2";
const CONFIG = ".cargo/deny.toml";
const MANIFESTS = { crates: "Cargo.toml", "crates of the build's own program": "src/tasks/wasm_bindgen/Cargo.toml" };

const SKIPPED = Symbol("skipped");

async function supplyChain() {
  const deny = await crateTool("cargo-deny", CARGO_DENY);
  const checks = {};
  for (const [title, manifest] of Object.entries(MANIFESTS)) {
    const at = ["--manifest-path", manifest, "--config", CONFIG, "--workspace", "--locked"];
    checks[`licences, sources and bans of the ${title}`] = () => denied(deny, at);
    checks[`known weaknesses of the ${title}`] = () => weaknesses(deny, at);
  }
  checks["signatures of the npm packages"] = () => npmAudit(["signatures"]);
  checks["known weaknesses of the npm packages"] = () => npmAudit([]);

  const found = { failed: [], skipped: [] };
  for (const [title, check] of Object.entries(checks)) {
    await step(title, async () => {
      const result = await check();
      if (result === true) return "good";
      found[result === SKIPPED ? "skipped" : "failed"].push(title);
      return result === SKIPPED ? "SKIPPED" : "FAILED";
    });
  }
  if (found.skipped.length > 0) console.error(`\n*** SKIPPED: ${found.skipped.join(", ")}: not to be had here. ***`);
  if (process.env.CI) found.failed.push(...found.skipped);
  if (found.failed.length > 0) throw new Failure(`Supply chain: failed: ${found.failed.join(", ")}.`);
}

async function denied(deny, at) {
  return (await run(deny, [...at, "check", "bans", "licenses", "sources"])) === 0;
}

async function weaknesses(deny, at) {
  // The database lies on GitHub. What cannot be fetched is no verdict.
  if ((await run(deny, [...at, "fetch", "db"])) !== 0) return SKIPPED;
  return (await run(deny, [...at, "check", "--disable-fetch", "advisories"])) === 0;
}

/** `npm audit` fails both for what it finds and where the registry has no answer: its JSON says which. */
async function npmAudit(words) {
  const flags = ["--json", "--loglevel=silent", "--fetch-retries=0"];
  const { program, parameters, shell } = npmCommand(["audit", ...words, ...flags]);
  const options = { cwd: ROOT, shell, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
  try {
    await promisify(execFile)(program, parameters, options);
    return true;
  } catch ({ stdout }) {
    const answer = read(stdout);
    const verdict = answer.invalid ?? answer.missing ?? answer.vulnerabilities;
    console.error(verdict === undefined ? (answer.message ?? answer.error?.summary ?? "") : stdout);
    return verdict === undefined ? SKIPPED : false;
  }
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

await task(import.meta, supplyChain);
