/** Resources in a file of Node's own SQLite. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openSqlite } from "../sqlite.js";
import type { Directory } from "./directory.js";
import type { Row, Sql } from "./sql.js";
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

/** A database of Node as both stores use it. */
export function sqlOf(database: DatabaseSync): Sql {
  const statements = new Map<string, StatementSync>();

  function prepared(text: string): StatementSync {
    let statement = statements.get(text);
    if (statement === undefined) statements.set(text, (statement = database.prepare(text)));
    return statement;
  }

  function between<Result>(begin: string, work: () => Result): Result {
    database.exec(begin);
    try {
      const result = work();
      database.exec("COMMIT");
      return result;
    } catch (error) {
      try {
        database.exec("ROLLBACK");
      } catch {
        // After some errors SQLite has already rolled back by itself.
      }
      throw error;
    }
  }

  return {
    run: (statement, ...values) => prepared(statement).all(...values) as Row[],
    // IMMEDIATE: whoever reads and then writes must be the only writer from the beginning.
    transaction: (work) => between("BEGIN IMMEDIATE", work),
    snapshot: (work) => between("BEGIN", work),
  };
}
