/**
 * The keys whose value in KV may be older than the directory. A key is entered in the transaction that changed what it
 * leads to, and struck when its present value was published and nothing changed meanwhile. Times are milliseconds.
 */
import type { Waiting } from "./directory.js";
import { migrate, type Sql } from "./sql.js";

/** A key that waits, with the number of the change that entered it last. */
export interface Entry {
  key: string;
  sequence: number;
}

// `due`: not before then is the key tried. `since`: when it began to wait. `tries`: that failed since it was entered.
const STEPS = [
  [
    `CREATE TABLE outbox (
      key TEXT PRIMARY KEY, sequence INTEGER NOT NULL, due INTEGER NOT NULL, since INTEGER NOT NULL,
      tries INTEGER NOT NULL
    ) STRICT`,
    "CREATE INDEX outbox_by_turn ON outbox (due, sequence)",
    "CREATE INDEX outbox_by_sequence ON outbox (sequence)",
    "CREATE INDEX outbox_by_age ON outbox (since)",
  ],
];

export class Outbox {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    migrate(sql, "outbox", STEPS);
    this.#sql = sql;
  }

  /** Enters a key. One that waits already goes on waiting, and is tried at once. */
  enter(key: string, now: number): void {
    // The number is greater than that of every row there is, this key's old one included.
    this.#sql.run(
      `INSERT INTO outbox (key, sequence, due, since, tries)
         VALUES (?, (SELECT 1 + coalesce(max(sequence), 0) FROM outbox), ?, ?, 0)
       ON CONFLICT (key) DO UPDATE SET sequence = excluded.sequence, due = excluded.due, tries = 0`,
      ...[key, now, now],
    );
  }

  /** The next keys whose turn it is, in order. */
  due(now: number, count: number): Entry[] {
    const rows = this.#sql.run(
      "SELECT key, sequence FROM outbox WHERE due <= ? ORDER BY due, sequence LIMIT ?",
      now,
      count,
    );
    return rows.map(({ key, sequence }) => ({ key: String(key), sequence: Number(sequence) }));
  }

  /** Strikes a key out, unless it was entered again. */
  strike({ key, sequence }: Entry): void {
    this.#sql.run("DELETE FROM outbox WHERE key = ? AND sequence = ?", key, sequence);
  }

  /** Postpones a key that could not be published, each time for twice as long, unless it was entered again. */
  postpone({ key, sequence }: Entry, now: number): void {
    this.#sql.run(
      "UPDATE outbox SET due = ? + min(?, ? << min(tries, 20)), tries = tries + 1 WHERE key = ? AND sequence = ?",
      ...[now, LONGEST_PAUSE, FIRST_PAUSE, key, sequence],
    );
  }

  /** The number of the change that entered this key last; undefined when it does not wait. */
  sequenceOf(key: string): number | undefined {
    const [row] = this.#sql.run("SELECT sequence FROM outbox WHERE key = ?", key);
    return row === undefined ? undefined : Number(row["sequence"]);
  }

  /** When the next key's turn comes; undefined when none waits. */
  next(): number | undefined {
    const due = this.#sql.run("SELECT min(due) AS due FROM outbox")[0]?.["due"] ?? null;
    return due === null ? undefined : Number(due);
  }

  /** How many keys wait, and since when: in seconds. */
  waiting(): Waiting {
    const [row] = this.#sql.run("SELECT count(*) AS waiting, min(since) AS since FROM outbox");
    const since = row?.["since"] ?? null;
    return { waiting: Number(row?.["waiting"]), since: since === null ? null : Math.floor(Number(since) / 1000) };
  }
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 300_000;
