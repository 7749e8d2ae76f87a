// What is killed: the Worker in workerd with KV and Durable Objects, `edge-sts serve` with files of SQLite, two processes of
// Node with one PostgreSQL, which is killed like them. All that they store is on disk, and stays there when they are killed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { edgeSts } from "../../benches/workers/runtime.mjs";
import { serving } from "../node/command.mjs";
import { findPostgres, startPostgres } from "../postgres/server.mjs";
import { ADMIN_TOKEN, ISSUER, SIGNING_KEYS } from "../suites/fixture.mjs";

const VARIABLES = {
  STS_ISSUER: ISSUER,
  STS_SIGNING_KEYS: JSON.stringify(SIGNING_KEYS),
  STS_ADMIN_TOKEN: ADMIN_TOKEN,
  // Nothing is remembered that another process has changed.
  STS_CACHE_TTL: "0",
  // Each proof of a key serves once, and what remembers it is killed.
  STS_DPOP_REPLAY: "store",
};

/** Look-ups whose resource is not there, and resources that are there by half. */
const ORPHANS = ["unique_lookups", "shared_lookups"].map(
  (table) => `SELECT l.key FROM ${table} l LEFT JOIN resources r ON r.type = l.type AND r.id = l.id WHERE r.id IS NULL`,
);

/**
 * Each starts and gives `services`, which are asked; `mortal`, what is killed, revived and then opened to those who ask;
 * `check()`, which fails where a look-up has no resource, and is called before it is opened; `stop()`.
 */
export const RUNTIMES = {
  async node() {
    const folder = temporary();
    const files = ["--store", "resources.sqlite", "--grants", "grants.sqlite"];
    const service = new Service(async () => {
      const { url, child, ended } = await serving(files, { cwd: folder, env: VARIABLES });
      return { url, ended, kill: () => child.kill("SIGKILL") };
    });
    await service.start();
    return {
      services: [service],
      mortal: [service],
      check: async () => checkFiles([join(folder, "resources.sqlite"), join(folder, "grants.sqlite")]),
      async stop() {
        await service.end();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },

  async workerd() {
    const folder = temporary();
    // Bundled once, for all lives.
    const worker = join(folder, "worker");
    writeFileSync(worker, serialize(await edgeSts("edge-sts", VARIABLES)));
    let life;
    const service = new Service(async () => (life = await programOf("workerd_service.mjs", [folder, worker])));
    await service.start();
    return {
      services: [service],
      mortal: [service],
      check: () => checkPublication(folder, () => life.ask("kv")),
      async stop() {
        await service.end();
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  },

  async postgres() {
    const programs = findPostgres();
    if (programs === undefined) return undefined;
    const server = await startPostgres(programs);
    const pool = server.pool();
    const parameters = [JSON.stringify(server.connection), JSON.stringify(VARIABLES)];
    const services = [0, 1].map(() => new Service(() => programOf("postgres_service.mjs", parameters)));
    for (const service of services) await service.start();
    return {
      services,
      mortal: [...services, server],
      async check() {
        await pool.query("SET search_path TO edge_sts");
        for (const orphans of ORPHANS)
          assert.deepEqual((await pool.query(orphans)).rows, [], "look-ups without resource");
      },
      async stop() {
        for (const service of services) await service.end();
        await server.stop();
      },
    };
  },
};

/** One process that serves, over all its lives. */
class Service {
  #start;
  #life;
  #open;

  constructor(start) {
    this.#start = start;
  }

  /** The URL, as soon as it may be asked. */
  opened() {
    return this.#open.promise;
  }

  async start() {
    this.#open = Promise.withResolvers();
    await this.revive();
    this.open();
  }

  /** Kills it. Who asks now waits until it is opened again. */
  async kill() {
    this.#open = Promise.withResolvers();
    this.#life.kill();
    await this.#life.ended;
  }

  async revive() {
    this.#life = await this.#start();
  }

  open() {
    this.#open.resolve(this.#life.url);
  }

  async end() {
    this.#life.kill();
    await this.#life.ended;
  }
}

/** A program of this folder, in a process group of its own; it says its URL. `ask(what)` gives what it answers. */
async function programOf(program, parameters) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, ["--no-warnings", path, ...parameters], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  // Full of what it says of a database that was killed; told only when it does not serve.
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (part) => (text = (text + part).slice(-4000)));
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const message = () => new Promise((resolve) => child.once("message", resolve));
  const said = await Promise.race([message(), ended]);
  assert.equal(typeof said?.url, "string", `${program} has ended before it served\n${text}`);
  return {
    url: new URL(said.url),
    ended,
    // The group, so that workerd dies together with who started it.
    kill: () => process.kill(-child.pid, "SIGKILL"),
    ask(what) {
      child.send(what);
      return message();
    },
  };
}

function checkFiles(files) {
  for (const file of files) {
    const database = new DatabaseSync(file, { readOnly: true });
    assert.equal(database.prepare("PRAGMA integrity_check").get().integrity_check, "ok", file);
    if (file.endsWith("resources.sqlite")) {
      for (const orphans of ORPHANS) assert.deepEqual(database.prepare(orphans).all(), [], "look-ups without resource");
    }
    database.close();
  }
}

// Nobody asks the directory: its alarm alone brings to KV what it held when it was killed.
async function checkPublication(folder, kv) {
  const [file] = globSync(join(folder, "do/edge-sts-Directory/*.sqlite")).filter(
    (name) => !name.endsWith("metadata.sqlite"),
  );
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    for (const orphans of ORPHANS) assert.deepEqual(database.prepare(orphans).all(), [], "look-ups without resource");
    const expected = contentsOf(database);
    for (const begin = performance.now(); ;) {
      const published = new Map(await kv());
      if (isSame(published, expected)) return;
      if (performance.now() - begin > 60_000) assert.deepEqual(published, expected, "what is published");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    database.close();
  }
}

/** What a key must lead to in KV: each resource, by its name and its look-ups. */
function contentsOf(database) {
  const contents = new Map();
  const all = (text) => database.prepare(text).all();
  for (const { type, id, document } of all("SELECT type, id, document FROM resources"))
    contents.set(`${type}/${id}`, document);
  for (const { key, type, id } of all("SELECT key, type, id FROM unique_lookups"))
    contents.set(key, contents.get(`${type}/${id}`));
  const shared = Map.groupBy(all("SELECT key, type, id FROM shared_lookups"), ({ key }) => key);
  for (const [key, rows] of shared)
    contents.set(key, JSON.stringify(rows.map(({ type, id }) => `${type}/${id}`).sort()));
  return contents;
}

function isSame(found, expected) {
  return found.size === expected.size && [...expected].every(([key, value]) => found.get(key) === value);
}

function temporary() {
  return mkdtempSync(join(tmpdir(), "edge-sts-kills-"));
}
