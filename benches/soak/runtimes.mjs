// What is loaded: the Worker in the Workers runtime with KV and Durable Objects, and `edge-sts serve` with files of SQLite.
// Each gives `url`, `pid` (the process whose memory counts), `prepare(sts)` (what must be there before), `load` (who loads it),
// `stop()`.
import { execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ADMIN_TOKEN, install, ISSUER, RESOURCES, SIGNING_KEYS } from "../../tests/suites/fixture.mjs";
import { edgeSts, startWorkers, worker } from "../workers/runtime.mjs";
import { loadControl } from "./control.mjs";
import { administer, userOf } from "./good.mjs";
import { load, NUMBERS } from "./load.mjs";

const COMMAND = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
// Identity assertions are signed by a public key.
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PUBLIC = { ...privateKey.export({ format: "jwk" }), alg: "ES256", kid: "soak" };
const VARIABLES = {
  STS_ISSUER: ISSUER,
  STS_SIGNING_KEYS: JSON.stringify({ keys: [...SIGNING_KEYS.keys, PUBLIC] }),
  STS_ADMIN_TOKEN: ADMIN_TOKEN,
};

// MiB. Node lets the space for young objects double again and again, from 1 to 128 MiB, whenever many of them outlive a
// collection by chance: memory would rise in steps over the first minutes, and nothing be kept.
const YOUNG = 4;

export const RUNTIMES = {
  async workerd() {
    const prepare = async (sts) => {
      await install(sts);
      await addUsers(sts);
    };
    return { ...(await workerd(await edgeSts("edge-sts", VARIABLES))), prepare, load };
  },

  async node() {
    const folder = mkdtempSync(join(tmpdir(), "edge-sts-soak-"));
    writeFileSync(join(folder, "resources.json"), JSON.stringify(RESOURCES));
    const files = ["--store", "resources.sqlite", "--grants", "grants.sqlite", "--resources", "resources.json"];
    const child = spawn(
      process.execPath,
      [
        `--max-semi-space-size=${YOUNG}`,
        "--no-warnings",
        COMMAND,
        "serve",
        "--port",
        "0",
        "--host",
        "127.0.0.1",
        ...files,
      ],
      { cwd: folder, env: { PATH: process.env.PATH, ...VARIABLES }, stdio: ["ignore", "pipe", "pipe"] },
    );
    child.stdout.resume(); // audit events, which somebody must take
    const ended = new Promise((resolve) => child.on("close", resolve));
    const url = await new Promise((resolve, reject) => {
      let text = "";
      child.stderr.setEncoding("utf8").on("data", (part) => {
        text = (text + part).slice(-4000);
        const [, found] = /listens on (http:\S+),/.exec(text) ?? [];
        if (found !== undefined) resolve(new URL(found));
      });
      ended.then(() => reject(new Error(`edge-sts serve ended\n${text}`)));
    });
    return {
      url,
      pid: child.pid,
      prepare: addUsers,
      load,
      async stop() {
        child.kill("SIGTERM");
        await ended;
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

/** What says how much of what is seen is the runtime's own: asked for by name only. */
export const CONTROLS = {
  async control() {
    const constant = { BODY: "x".repeat(540), LINE: JSON.stringify({ filling: "x".repeat(400) }) };
    const control = await worker("control", "soak_control.mjs", constant);
    const durableObjects = { GRANTS: { className: "Grant", useSQLite: true } };
    return { ...(await workerd({ ...control, durableObjects })), prepare: () => undefined, load: loadControl };
  },
};

async function addUsers(sts) {
  for (const number of NUMBERS) await administer("PUT", `/User/soak-${number}`, userOf(number)).send(sts);
}

// MiB for each isolate. Where V8 has room it lets garbage lie, in a Worker that does nothing, too: it would be taken for what is kept.
const HEAP = 32;

async function workerd(only) {
  process.env.MINIFLARE_WORKERD_V8_FLAGS ??= `--max-heap-size=${HEAP}`;
  const runtime = await startWorkers([only], () => undefined);
  const processes = (await table("-A", "-o", "pid=,ppid=,comm=")).filter(
    ([, parent, command]) => Number(parent) === process.pid && command.endsWith("workerd"),
  );
  if (processes.length !== 1) throw new Error(`${processes.length} processes of workerd, where one was started`);
  return { url: runtime.urls[0], pid: processes[0][0], stop: () => runtime.stop() };
}

/** Bytes of memory that a process holds now; `undefined` when it has ended. */
export async function memoryOf(pid) {
  try {
    const [[kibibytes]] = await table("-o", "rss=", "-p", String(pid));
    return Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

// It must not hold up the lanes: a pause once a second would be seen in p99.
async function table(...parameters) {
  const { stdout } = await promisify(execFile)("ps", parameters);
  const lines = stdout.trim().split("\n");
  return lines.map((line) => line.trim().split(/\s+/));
}
