/** Resources in a file of Node's own SQLite. */
import { openSqlite } from "../sqlite.js";
import type { Directory } from "./directory.js";
import { sqlOf } from "./sqlite_sql.js";
import { Tables } from "./tables.js";

/** Resources in a file, with the means to close it. */
export interface SqliteDirectory extends Directory {
  /** Closes the file. */
  close(): void;
}

/**
 * Resources in a file of Node's own SQLite (Node 22.13 or newer). Several processes of one machine may share the file.
 * Only where Node's modules are: the browser's and the Workers' entry points do not export it.
 *
 * @param path the file, made when absent; `":memory:"` for none
 * @throws TypeError when this runtime has no `node:sqlite`
 * @throws Error when a newer version of edge-sts made the file
 *
 * @example
 * ```js
 * import { sqliteDirectory } from "edge-sts";
 *
 * const directory = sqliteDirectory(":memory:");
 * const { total } = await directory.list({ type: "Client", offset: 0, count: 100 });
 * console.log(total); // 0
 * directory.close();
 * ```
 */
export function sqliteDirectory(path: string): SqliteDirectory {
  const database = openSqlite("sqliteDirectory", path);
  const sql = sqlOf(database);
  const tables = new Tables(sql);
  return {
    writable: true,
    replicated: false,
    read: async (keys) => sql.snapshot(() => keys.map((key) => tables.read(key))),
    look: async (names) => sql.snapshot(() => names.map((name) => tables.look(name))),
    change: async (changes, by, at) => tables.change(changes, by, at),
    list: async (query) => tables.list(query),
    history: async (query) => tables.history(query),
    close: () => database.close(),
  };
}
