/**
 * SQLite as both runtimes have it, Node's and the Durable Object's: statements that are done when the call comes back.
 * And how a schema comes into being and from one version to the next.
 */
import { NEWER_TABLES } from "./newer_tables.js";

export type Value = string | number | null;
export type Row = Record<string, unknown>;

export interface Sql {
  /** Runs one statement; gives its rows. */
  run(statement: string, ...values: Value[]): Row[];
  /** Does everything that `work` writes, or nothing if it throws. Nobody writes in between. */
  transaction<Result>(work: () => Result): Result;
  /** Everything that `work` reads is of one moment. */
  snapshot<Result>(work: () => Result): Result;
}

/**
 * Brings a part of the schema to the version that this program knows. `steps`: the statements that lead to version 1, to
 * version 2, ...; a step that was published is never changed.
 *
 * @throws Error when a newer program made the schema
 */
export function migrate(sql: Sql, part: string, steps: readonly (readonly string[])[]): void {
  sql.transaction(() => {
    sql.run("CREATE TABLE IF NOT EXISTS schema_versions (part TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT");
    const version = Number(sql.run("SELECT version FROM schema_versions WHERE part = ?", part)[0]?.["version"] ?? 0);
    if (version > steps.length) throw new Error(NEWER);
    if (version === steps.length) return;
    for (const statement of steps.slice(version).flat()) sql.run(statement);
    sql.run("INSERT OR REPLACE INTO schema_versions (part, version) VALUES (?, ?)", part, steps.length);
  });
}

export const NEWER = `${NEWER_TABLES} of this store; update this program`;
