/** Node's own SQLite: how its files are opened for every store. */
import type * as NodeSqlite from "node:sqlite";

/**
 * Opens a file that several processes may share.
 *
 * @param caller the function that the user called, for the message
 * @throws TypeError when this runtime has no `node:sqlite`
 */
export function openSqlite(caller: string, path: string): NodeSqlite.DatabaseSync {
  if (typeof path !== "string" || path === "") throw new TypeError(`${caller} needs the path of a file`);
  const database = new (sqlite(caller).DatabaseSync)(path, { timeout: BUSY_TIMEOUT });
  // WAL: readers do not wait for the writer. `synchronous` stays FULL: what was answered survives a power cut.
  patiently(() => database.exec("PRAGMA journal_mode = WAL"));
  return database;
}

// Looked up when it is used: Node 20 has no node:sqlite and must still be able to import the package.
function sqlite(caller: string): typeof NodeSqlite {
  const module = globalThis.process?.getBuiltinModule?.("node:sqlite");
  if (module === undefined) {
    throw new TypeError(`${caller} needs node:sqlite (Node 22.13 or newer); use a store in memory or one of your own`);
  }
  return module;
}

// SQLite does not wait when another process is making the same file a WAL one, whatever its timeout says.
function patiently(work: () => void): void {
  for (const begin = Date.now(); ;) {
    try {
      work();
      return;
    } catch (error) {
      const code = (error as { errcode?: number }).errcode ?? 0;
      if ((code & PRIMARY_CODE) !== SQLITE_BUSY || Date.now() - begin > BUSY_TIMEOUT) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

const SQLITE_BUSY = 5;
const PRIMARY_CODE = 0xff; // of an extended one

// Milliseconds to wait for another process that is writing.
const BUSY_TIMEOUT = 5_000;
