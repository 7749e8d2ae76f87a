/** Grants in PostgreSQL, for several Node processes. */
import type { GrantStore } from "../grants/store.js";
import { checkPool, type PostgresOptions, type PostgresPool, schemaOf, statement } from "./pool.js";

/**
 * Grants in PostgreSQL: several processes may share them. Call `migrate(pool)` first.
 *
 * @param pool a pool of the package `pg`
 * @param options `schema`, as for `migrate`; `now`: the clock (seconds) by which ended grants are deleted
 *
 * @example
 * ```js
 * import pg from "pg";
 * import { migrate, postgresGrants } from "edge-sts/postgres";
 *
 * const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
 * await migrate(pool);
 * const grants = postgresGrants(pool);
 * await grants.write("g1", null, "{}", Math.floor(Date.now() / 1000) + 60); // true
 * await grants.read("g1"); // { version: 1, value: "{}" }
 * ```
 */
export function postgresGrants(
  pool: PostgresPool,
  { now = () => Date.now() / 1000, ...options }: PostgresOptions & { now?: () => number } = {},
): GrantStore {
  checkPool("postgresGrants", pool);
  const table = `${schemaOf(options)}.grants`;
  const insert = `INSERT INTO ${table} (id, version, value, expires) VALUES ($1, 1, $2, $3) ON CONFLICT DO NOTHING`;
  const update = `UPDATE ${table} SET version = version + 1, value = $2, expires = $3 WHERE id = $1 AND version = $4`;
  // Several processes sweep beside each other: none waits for the other.
  const sweep = `DELETE FROM ${table} WHERE id IN (
    SELECT id FROM ${table} WHERE expires <= $1 LIMIT ${SWEPT_AT_MOST} FOR UPDATE SKIP LOCKED)`;
  let nextSweep = 0;

  async function sweepSometimes(): Promise<void> {
    if (now() < nextSweep) return;
    nextSweep = now() + SWEEP_INTERVAL;
    try {
      const { rowCount } = await pool.query(sweep, [Math.floor(now())]);
      if (rowCount === SWEPT_AT_MOST) nextSweep = 0;
    } catch {
      // The write before it is done. What has ended is deleted another time.
    }
  }

  return {
    async read(grant) {
      const { rows } = await statement(pool, `SELECT version, value FROM ${table} WHERE id = $1`, [grant]);
      const [row] = rows;
      return row === undefined ? null : { version: Number(row["version"]), value: String(row["value"]) };
    },
    async write(grant, expected, value, expires) {
      const { rowCount } = await (expected === null
        ? statement(pool, insert, [grant, value, expires])
        : statement(pool, update, [grant, value, expires, expected]));
      await sweepSometimes();
      return rowCount === 1;
    },
  };
}

// Seconds. A sweep costs a statement, so that it must not happen at every write.
const SWEEP_INTERVAL = 60;
// So that no write waits long for it.
const SWEPT_AT_MOST = 1_000;
