import { migrate } from "../directory/sql.js";
import { sqlOf } from "../directory/sqlite_sql.js";
import { openSqlite } from "../sqlite.js";
import type { GrantStore } from "./store.js";

/** Grants in a file, with the means to close it. */
export interface SqliteGrants extends GrantStore {
  /** Closes the file. */
  close(): void;
}

/**
 * Grants in a file of Node's own SQLite (Node 22.13 or newer). Several processes of one machine may share the file.
 * Only where Node's modules are: the browser's and the Workers' entry points do not export it.
 *
 * @param path the file, made when absent; `":memory:"` for none
 * @param options `now`: the clock (seconds) by which ended grants are deleted
 * @throws TypeError when this runtime has no `node:sqlite`
 * @throws Error when a newer version of edge-sts made the file
 *
 * @example
 * ```js
 * import { sqliteGrants } from "edge-sts";
 *
 * const grants = sqliteGrants(":memory:");
 * await grants.write("g1", null, "{}", Math.floor(Date.now() / 1000) + 60); // true
 * await grants.read("g1"); // { version: 1, value: "{}" }
 * grants.close();
 * ```
 */
export function sqliteGrants(
  path: string,
  { now = () => Date.now() / 1000 }: { now?: () => number } = {},
): SqliteGrants {
  const database = openSqlite("sqliteGrants", path);
  migrate(sqlOf(database), "grants", STEPS);
  const select = database.prepare("SELECT version, value FROM grants WHERE id = ?");
  const insert = database.prepare(
    "INSERT INTO grants (id, version, value, expires) VALUES (?, 1, ?, ?) ON CONFLICT DO NOTHING",
  );
  const update = database.prepare(
    "UPDATE grants SET version = version + 1, value = ?, expires = ? WHERE id = ? AND version = ?",
  );
  const sweep = database.prepare("DELETE FROM grants WHERE expires <= ?");

  return {
    async read(grant) {
      const row = select.get(grant);
      return row === undefined ? null : { version: Number(row["version"]), value: String(row["value"]) };
    },
    async write(grant, expected, value, expires) {
      sweep.run(Math.floor(now()));
      const { changes } =
        expected === null ? insert.run(grant, value, expires) : update.run(value, expires, grant, expected);
      return Number(changes) === 1;
    },
    close: () => database.close(),
  };
}

// A rotation that a power cut undid would make a used refresh token good again: see openSqlite.
// The first step finds its tables where they were made before steps were counted.
const STEPS = [
  [
    `CREATE TABLE IF NOT EXISTS grants (
      id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX IF NOT EXISTS grants_by_end ON grants (expires)",
  ],
];
