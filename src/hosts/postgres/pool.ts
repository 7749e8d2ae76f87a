/**
 * PostgreSQL as the user's own pool gives it. `pg` is never imported: what its `Pool` has in common with others is enough.
 */

/** A pool of connections, such as `new Pool()` of the package `pg`. */
export interface PostgresPool {
  /** Runs one statement on any connection. */
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  /** Takes a connection, for a transaction. */
  connect(): Promise<PostgresClient>;
}

/** One connection of the pool. */
export interface PostgresClient {
  /** Runs one statement. */
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  /** Gives it back; `true` when it must not be used any more. */
  release(destroy?: boolean): void;
  /** Listens for the end of the connection. */
  on?(event: "error", listener: () => void): unknown;
  /** Listens no longer. */
  off?(event: "error", listener: () => void): unknown;
}

/** What a statement answered. */
export interface PostgresResult {
  /** The rows, objects with a member for each column. */
  rows: Record<string, unknown>[];
  /** How many rows it touched. */
  rowCount: number | null;
}

/** Where the tables are. */
export interface PostgresOptions {
  /** The PostgreSQL schema: lower-case letters, digits and `_`; `edge_sts` when left out. */
  schema?: string;
}

/** Throws a `TypeError` for what is not a pool. */
export function checkPool(caller: string, pool: PostgresPool): void {
  if (typeof pool?.connect !== "function" || typeof pool.query !== "function") {
    throw new TypeError(`${caller} needs a pool of the package pg`);
  }
}

/** The name of the schema, which stands in statements as it is. */
export function schemaOf({ schema = "edge_sts" }: PostgresOptions): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new TypeError("schema must be lower-case letters, digits and underscores, and begin with no digit");
  }
  return `"${schema}"`;
}

/**
 * Does everything that `work` writes, or nothing if it throws. When the database says that others were in the way, it is
 * done again from the beginning.
 */
export function transaction<Result>(
  pool: PostgresPool,
  work: (client: PostgresClient) => Promise<Result>,
): Promise<Result> {
  return retried(() => once(pool, work));
}

/** Runs one statement, and again when the database says that others were in the way. */
export function statement(pool: PostgresPool, text: string, values: unknown[]): Promise<PostgresResult> {
  return retried(() => pool.query(text, values));
}

async function once<Result>(pool: PostgresPool, work: (client: PostgresClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  // Without a listener a connection that breaks would end the whole process. The statement that is under way rejects.
  client.on?.("error", ignore);
  let broken = false;
  try {
    await client.query(BEGIN);
    try {
      const result = await work(client);
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK");
      throw error;
    }
  } catch (error) {
    // What the server refused leaves a connection that can be used; after everything else it is not known.
    broken = codeOf(error) === undefined;
    throw error;
  } finally {
    client.off?.("error", ignore);
    client.release(broken);
  }
}

async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !IN_THE_WAY.has(codeOf(error) ?? "")) throw error;
    }
  }
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function ignore(): void {}

// Whoever reads after a lock must see what its last holder wrote, whatever the database's default is. A process that
// stands still in the middle must not hold the lock for ever. Milliseconds.
const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL idle_in_transaction_session_timeout = 10000`;

const ATTEMPTS = 10;

// serialization_failure, deadlock_detected, unique_violation: the server has undone everything.
const IN_THE_WAY = new Set(["40001", "40P01", "23505"]);
