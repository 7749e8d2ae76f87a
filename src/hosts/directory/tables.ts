/**
 * The directory in tables of SQLite: for a file in Node and for the Durable Object. Every statement finds its rows by an
 * index, so that none takes longer because there are many resources.
 */
import {
  type Change,
  type Changed,
  type History,
  type HistoryQuery,
  type Page,
  type Query,
  type ResourceName,
  type Stored,
  VERSIONS,
} from "./directory.js";
import { migrate, type Row, type Sql, type Value } from "./sql.js";
import { checkTransaction, keyOf, refusal, sharedOf, uniqueOf } from "./transaction.js";

// Ids and keys compare byte by byte, which is SQLite's own way. A deleted resource leaves its history only: there its
// last version stands, so that none is ever given twice. `totals` saves counting.
const STEPS = [
  [
    `CREATE TABLE resources (
      type TEXT NOT NULL, id TEXT NOT NULL, name TEXT, document TEXT NOT NULL, PRIMARY KEY (type, id)
    ) STRICT`,
    "CREATE INDEX resources_by_name ON resources (type, name, id) WHERE name IS NOT NULL",
    `CREATE TABLE unique_lookups (
      key TEXT PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX unique_lookups_by_owner ON unique_lookups (type, id)",
    `CREATE TABLE shared_lookups (
      key TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (key, type, id)
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX shared_lookups_by_owner ON shared_lookups (type, id)",
    `CREATE TABLE history (
      type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL,
      document TEXT, PRIMARY KEY (type, id, version)
    ) STRICT`,
    "CREATE TABLE totals (type TEXT PRIMARY KEY, total INTEGER NOT NULL) STRICT, WITHOUT ROWID",
  ],
];

/** The tables of one database, made when they are absent. */
export class Tables {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    migrate(sql, "directory", STEPS);
    this.#sql = sql;
  }

  /** What a key leads to. */
  read(key: string): string | null {
    const slash = key.indexOf("/");
    const [row] = this.#sql.run(READ, key.slice(0, Math.max(slash, 0)), key.slice(slash + 1), key);
    if (row !== undefined) return textOf(row["document"]);
    const owners = this.#sql.run("SELECT type, id FROM shared_lookups WHERE key = ?", key);
    return owners.length === 0 ? null : JSON.stringify(owners.map(nameIn).map(keyOf).sort());
  }

  look(name: ResourceName): Stored {
    const [row] = this.#sql.run("SELECT document FROM resources WHERE type = ? AND id = ?", name.type, name.id);
    return { version: this.#versionOf(name), document: row === undefined ? null : textOf(row["document"]) };
  }

  /**
   * One transaction. `touched` is called within it with every key that may now lead elsewhere, some of them more than
   * once.
   */
  change(
    changes: readonly Change[],
    by: string,
    at: number,
    touched: (key: string) => void = () => undefined,
  ): Changed {
    checkTransaction(changes);
    return this.#sql.transaction(() => {
      const refused = refusal(changes, {
        versionOf: (name) => this.#versionOf(name),
        holderOf: (key) => this.#holderOf(key),
      });
      if (refused !== undefined) return refused;
      for (const change of changes) this.#takeOut(change, touched);
      for (const change of changes) {
        this.#putIn(change, touched);
        this.#remember(change, by, at);
      }
      return { done: true };
    });
  }

  list(query: Query): Page {
    const [where, values] = conditions(query);
    return this.#sql.snapshot(() => {
      const filtered = [query.id, query.name, query.lookups?.[0]].some((filter) => filter !== undefined);
      const [count] = filtered
        ? this.#sql.run(`SELECT count(*) AS total FROM resources WHERE ${where}`, ...values)
        : this.#sql.run("SELECT total FROM totals WHERE type = ?", query.type);
      // The rows that are passed over are only counted, in the index: the long documents lie elsewhere.
      const rows = this.#sql.run(
        `SELECT document FROM resources WHERE ${where}
           AND id >= (SELECT id FROM resources WHERE ${where} ORDER BY id LIMIT 1 OFFSET ?)
         ORDER BY id LIMIT ?`,
        ...[...values, ...values, query.offset, query.count],
      );
      return { total: Number(count?.["total"] ?? 0), documents: rows.map(({ document }) => String(document)) };
    });
  }

  history({ type, id, offset, count }: HistoryQuery): History {
    return this.#sql.snapshot(() => {
      const rows = this.#sql.run(
        `SELECT version, at, by, document FROM history WHERE type = ? AND id = ?
         ORDER BY version DESC LIMIT ? OFFSET ?`,
        ...[type, id, count, offset],
      );
      const [all] = this.#sql.run("SELECT count(*) AS total FROM history WHERE type = ? AND id = ?", type, id);
      const versions = rows.map(({ version, at, by, document }) => ({
        version: Number(version),
        at: Number(at),
        by: String(by),
        document: textOf(document),
      }));
      return { total: Number(all?.["total"]), versions };
    });
  }

  #versionOf({ type, id }: ResourceName): number {
    const [row] = this.#sql.run("SELECT max(version) AS version FROM history WHERE type = ? AND id = ?", type, id);
    return Number(row?.["version"] ?? 0);
  }

  #holderOf(key: string): string | undefined {
    const [row] = this.#sql.run("SELECT type, id FROM unique_lookups WHERE key = ?", key);
    return row === undefined ? undefined : keyOf(nameIn(row));
  }

  #takeOut({ type, id }: ResourceName, touched: (key: string) => void): void {
    for (const table of ["unique_lookups", "shared_lookups"]) {
      const rows = this.#sql.run(`DELETE FROM ${table} WHERE type = ? AND id = ? RETURNING key`, type, id);
      for (const { key } of rows) touched(String(key));
    }
    if (this.#sql.run("DELETE FROM resources WHERE type = ? AND id = ? RETURNING id", type, id).length > 0) {
      this.#sql.run("UPDATE totals SET total = total - 1 WHERE type = ?", type);
    }
  }

  #putIn(change: Change, touched: (key: string) => void): void {
    touched(keyOf(change));
    const { type, id, name, document } = change;
    if (document === null) return;
    this.#sql.run(
      "INSERT INTO resources (type, id, name, document) VALUES (?, ?, ?, ?)",
      ...[type, id, name, document],
    );
    this.#sql.run(
      "INSERT INTO totals (type, total) VALUES (?, 1) ON CONFLICT (type) DO UPDATE SET total = total + 1",
      type,
    );
    for (const key of uniqueOf(change)) {
      this.#sql.run("INSERT INTO unique_lookups (key, type, id) VALUES (?, ?, ?)", key, type, id);
      touched(key);
    }
    for (const key of sharedOf(change)) {
      this.#sql.run("INSERT INTO shared_lookups (key, type, id) VALUES (?, ?, ?)", key, type, id);
      touched(key);
    }
  }

  #remember({ type, id, version, shown }: Change, by: string, at: number): void {
    this.#sql.run(
      "INSERT INTO history (type, id, version, at, by, document) VALUES (?, ?, ?, ?, ?, ?)",
      ...[type, id, version, Math.floor(at), by, shown],
    );
    this.#sql.run(
      `DELETE FROM history WHERE type = ? AND id = ? AND version <= (
         SELECT version FROM history WHERE type = ? AND id = ? ORDER BY version DESC LIMIT 1 OFFSET ?
       )`,
      ...[type, id, type, id, VERSIONS],
    );
  }
}

const READ = `
  SELECT document FROM resources WHERE type = ? AND id = ?
  UNION ALL
  SELECT document FROM unique_lookups JOIN resources USING (type, id) WHERE key = ?
  LIMIT 1`;

// What a listed resource must meet, and the values in it. A look-up that nobody has gives NULL, which nothing equals.
function conditions({ type, id, name, lookups = [] }: Query): [string, Value[]] {
  const parts = ["type = ?"];
  const values: Value[] = [type];
  if (id !== undefined) {
    parts.push("id = ?");
    values.push(id);
  }
  if (name !== undefined) {
    parts.push("name = ?");
    values.push(name);
  }
  for (const key of lookups) {
    parts.push("id = (SELECT id FROM unique_lookups WHERE key = ? AND type = ?)");
    values.push(key, type);
  }
  return [parts.join(" AND "), values];
}

function nameIn({ type, id }: Row): ResourceName {
  return { type: String(type), id: String(id) };
}

function textOf(value: unknown): string | null {
  return value === null ? null : String(value);
}
