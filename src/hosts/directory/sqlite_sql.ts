// Apart from what the package exports, whose declarations compile where `node:sqlite` is not known.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Row, Sql } from "./sql.js";

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
