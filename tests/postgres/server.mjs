// A PostgreSQL of the test's own, in a temporary folder, reached by a Unix socket in it.
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import pg from "pg";

/** The folder of PostgreSQL's programs; undefined where there is none, which is said loudly. */
export function findPostgres() {
  const folders = [
    ...(process.env.PATH ?? "").split(delimiter),
    ...globSync("/usr/lib/postgresql/*/bin").sort().reverse(),
    ...globSync("/opt/homebrew/opt/postgresql@*/bin").sort().reverse(),
  ];
  const found = folders.find((folder) => ["initdb", "postgres"].every((name) => existsSync(join(folder, name))));
  if (found === undefined || process.platform === "win32") {
    console.error(
      "\n*** PostgreSQL IS NOT TESTED: there is no initdb on this machine (Debian: apt install postgresql).\n",
    );
    return undefined;
  }
  return found;
}

/**
 * Starts it. `connection`: the options of a connection, `pool(options)`: a pool of them; `data`: the folder of its files;
 * `kill()` and `revive()`: what its own crash is; `stop()`: stops it and removes all that it stored.
 */
export async function startPostgres(programs) {
  const folder = mkdtempSync(join(tmpdir(), "edge-sts-pg-"));
  const user = ordinaryUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const as = { ...user, cwd: folder, env: { ...process.env, LC_ALL: "C.UTF-8" } };
  // A database that sorts as people do, so that an order by code units is the tables' own doing.
  const order = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"];
  const flags = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", ...order];
  execFileSync(join(programs, "initdb"), flags, { ...as, stdio: ["ignore", "ignore", "inherit"] });

  const settings = ["listen_addresses=", "fsync=off", "log_min_messages=fatal", "max_connections=60"];
  const words = ["-D", data, "-k", folder, ...settings.flatMap((setting) => ["-c", setting])];
  let server;
  let ended;
  function launch() {
    server = spawn(join(programs, "postgres"), words, { ...as, stdio: "ignore" });
    ended = new Promise((resolve) => server.on("close", resolve));
  }
  const kill = () => server.kill("SIGKILL");
  process.on("exit", kill);

  const connection = { host: folder, user: "postgres", database: "postgres" };
  const pools = [];
  function pool(options = {}) {
    const made = new pg.Pool({ ...connection, ...options });
    // a connection that waits in the pool and is ended by the server
    made.on("error", () => undefined);
    pools.push(made);
    return made;
  }
  const first = pool({ max: 1 });
  async function ready() {
    for (const begin = Date.now(); ;) {
      // It ends at once as long as processes of one that was killed are there.
      if (server.exitCode !== null) launch();
      try {
        await first.query("SELECT 1");
        return;
      } catch (error) {
        if (Date.now() - begin > 60_000) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }
  launch();
  await ready();
  return {
    connection,
    pool,
    data,
    async kill() {
      kill();
      await ended;
    },
    /** Starts it again after it was killed. */
    async revive() {
      launch();
      await ready();
    },
    async stop() {
      await Promise.all(pools.map((made) => made.end()));
      server.kill("SIGINT");
      await ended;
      process.off("exit", kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// PostgreSQL does not run as root.
function ordinaryUser() {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, name], { stdio: "pipe" })));
      return { uid, gid };
    } catch {
      continue;
    }
  }
  throw new Error("PostgreSQL needs a user that is not root");
}
