/**
 * Resources in PostgreSQL, for several Node processes. A change holds the one row of `schema_version` from its beginning to
 * its end, so that changes come one after another, as in the other directories: none deadlocks, and what one has read is
 * still true when it writes. Requests only read and wait for nobody. However many resources a change names, it is the same
 * few statements.
 */
import {
  type Change,
  type Changed,
  type Directory,
  type History,
  type HistoryQuery,
  type Page,
  type Query,
  type ResourceName,
  type Stored,
  type Version,
  VERSIONS,
} from "../directory/directory.js";
import { checkTransaction, keyOf, refusal, sharedOf, uniqueOf } from "../directory/transaction.js";
import {
  checkPool,
  type PostgresClient,
  type PostgresOptions,
  type PostgresPool,
  schemaOf,
  statement,
  transaction,
} from "./pool.js";
import { NEWER, OLDER, VERSION } from "./schema.js";

/**
 * Resources in PostgreSQL: several processes may share them. Call `migrate(pool)` first.
 *
 * @param pool a pool of the package `pg`
 * @param options `schema`, as for `migrate`
 *
 * @example
 * ```js
 * import pg from "pg";
 * import { createSts } from "edge-sts";
 * import { migrate, postgresDirectory, postgresGrants } from "edge-sts/postgres";
 *
 * const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
 * await migrate(pool);
 * const sts = await createSts({
 *   issuer: "https://sts.example",
 *   signingKeys: process.env.STS_SIGNING_KEYS,
 *   resources: postgresDirectory(pool),
 *   grants: postgresGrants(pool),
 *   adminToken: process.env.STS_ADMIN_TOKEN,
 * });
 * ```
 */
export function postgresDirectory(pool: PostgresPool, options: PostgresOptions = {}): Directory {
  checkPool("postgresDirectory", pool);
  const tables = new PostgresTables(pool, schemaOf(options));
  return {
    writable: true,
    replicated: false,
    read: (keys) => tables.read(keys),
    look: (names) => tables.look(pool, names),
    change: (changes, by, at) => tables.change(changes, by, at),
    list: (query) => tables.list(query),
    history: (query) => tables.history(query),
  };
}

class PostgresTables {
  readonly #pool: PostgresPool;
  readonly #schema: string;

  constructor(pool: PostgresPool, schema: string) {
    this.#pool = pool;
    this.#schema = schema;
  }

  async read(keys: readonly string[]): Promise<(string | null)[]> {
    if (keys.length === 0) return [];
    const names = keys.map(nameIn);
    const { rows } = await statement(
      this.#pool,
      `SELECT coalesce(
         (SELECT document FROM ${this.#schema}.resources r WHERE r.type = k.type AND r.id = k.id),
         (SELECT document FROM ${this.#schema}.unique_lookups u JOIN ${this.#schema}.resources r
            ON r.type = u.type AND r.id = u.id WHERE u.key = k.key)
       ) AS document,
       array_to_json(ARRAY(
         SELECT type || '/' || id FROM ${this.#schema}.shared_lookups s WHERE s.key = k.key
       ))::text AS owners
       FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS k (key, type, id, place) ORDER BY place`,
      [keys.map(storable), names.map(({ type }) => storable(type)), names.map(({ id }) => storable(id))],
    );
    return rows.map(({ document, owners }) => {
      if (document !== null) return String(document);
      const keys = JSON.parse(String(owners)) as string[];
      return keys.length === 0 ? null : JSON.stringify(keys.sort());
    });
  }

  async look(by: Pick<PostgresPool, "query">, names: readonly ResourceName[]): Promise<Stored[]> {
    if (names.length === 0) return [];
    const { rows } = await by.query(
      `SELECT r.document, coalesce(
         (SELECT max(version) FROM ${this.#schema}.history h WHERE h.type = n.type AND h.id = n.id), 0
       ) AS version
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS n (type, id, place)
       LEFT JOIN ${this.#schema}.resources r ON r.type = n.type AND r.id = n.id ORDER BY place`,
      columns(names, ["type", "id"]),
    );
    return rows.map(({ document, version }) => ({ version: Number(version), document: textOf(document) }));
  }

  async change(changes: readonly Change[], by: string, at: number): Promise<Changed> {
    checkTransaction(changes);
    if (changes.length === 0) return { done: true };
    return transaction(this.#pool, async (client) => {
      await this.#lock(client);
      const refused = await this.#refusal(client, changes);
      if (refused !== undefined) return refused;
      const before = await this.#takeOut(client, changes);
      await this.#putIn(client, changes);
      await this.#count(client, changes, before);
      await this.#remember(client, changes, by, at);
      return { done: true };
    });
  }

  async list(query: Query): Promise<Page> {
    const { where, values } = conditions(query, this.#schema);
    const filtered = [query.id, query.name, query.lookups?.[0]].some((filter) => filter !== undefined);
    const total = filtered
      ? `SELECT count(*) FROM ${this.#schema}.resources WHERE ${where}`
      : `SELECT total FROM ${this.#schema}.totals WHERE type = $1`;
    const [offset, count] = [values.push(query.offset), values.push(query.count)];
    // One statement, so that all is of one moment. The rows that are passed over are only counted, in the index.
    const { rows } = await statement(
      this.#pool,
      `SELECT (${total}) AS total, array_to_json(ARRAY(
         SELECT document FROM ${this.#schema}.resources WHERE ${where} AND id >= (
           SELECT id FROM ${this.#schema}.resources WHERE ${where} ORDER BY id LIMIT 1 OFFSET $${offset}
         ) ORDER BY id LIMIT $${count}
       ))::text AS documents`,
      values,
    );
    const [row] = rows;
    return { total: Number(row?.["total"] ?? 0), documents: JSON.parse(String(row?.["documents"])) as string[] };
  }

  async history({ type, id, offset, count }: HistoryQuery): Promise<History> {
    const { rows } = await statement(
      this.#pool,
      `SELECT (SELECT count(*) FROM ${this.#schema}.history WHERE type = $1 AND id = $2) AS total,
         array_to_json(ARRAY(
           SELECT json_build_object('version', version, 'at', at, 'by', by, 'document', document)
           FROM ${this.#schema}.history WHERE type = $1 AND id = $2 ORDER BY version DESC OFFSET $3 LIMIT $4
         ))::text AS versions`,
      [type, id, offset, count],
    );
    const [row] = rows;
    return { total: Number(row?.["total"]), versions: JSON.parse(String(row?.["versions"])) as Version[] };
  }

  // The lock of all changes, and whether the tables are those that this program knows.
  async #lock(client: PostgresClient): Promise<void> {
    const { rows } = await client.query(`SELECT version FROM ${this.#schema}.schema_version FOR UPDATE`);
    const version = Number(rows[0]?.["version"] ?? 0);
    if (version > VERSION) throw new Error(NEWER);
    if (version < VERSION) throw new Error(OLDER);
  }

  async #refusal(client: PostgresClient, changes: readonly Change[]): Promise<Changed | undefined> {
    const stored = await this.look(client, changes);
    const versions = new Map(changes.map((change, place) => [keyOf(change), stored[place]?.version ?? 0]));
    const keys = new Map(changes.flatMap(uniqueOf).map((key) => [storable(key), key]));
    const { rows } = await client.query(
      `SELECT key, type || '/' || id AS holder FROM ${this.#schema}.unique_lookups WHERE key = ANY ($1)`,
      [[...keys.keys()]],
    );
    const holders = new Map(rows.map(({ key, holder }) => [keys.get(String(key)), String(holder)]));
    return refusal(changes, {
      versionOf: (name) => versions.get(keyOf(name)) ?? 0,
      holderOf: (key) => holders.get(key),
    });
  }

  // Gives the type of each resource that was there.
  async #takeOut(client: PostgresClient, changes: readonly Change[]): Promise<string[]> {
    const named = "(type, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))";
    const names = columns(changes, ["type", "id"]);
    for (const table of ["unique_lookups", "shared_lookups"]) {
      await client.query(`DELETE FROM ${this.#schema}.${table} WHERE ${named}`, names);
    }
    const { rows } = await client.query(`DELETE FROM ${this.#schema}.resources WHERE ${named} RETURNING type`, names);
    return rows.map(({ type }) => String(type));
  }

  async #putIn(client: PostgresClient, changes: readonly Change[]): Promise<void> {
    const present = changes.filter(({ document }) => document !== null);
    if (present.length === 0) return;
    await client.query(
      `INSERT INTO ${this.#schema}.resources (type, id, name, document)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
      columns(
        present.map((change) => ({ ...change, name: change.name === null ? null : storable(change.name) })),
        ["type", "id", "name", "document"],
      ),
    );
    for (const [table, lookupsOf] of [
      ["unique_lookups", uniqueOf],
      ["shared_lookups", sharedOf],
    ] as const) {
      const lookups = present.flatMap((change) =>
        lookupsOf(change).map((key) => ({ key: storable(key), type: change.type, id: change.id })),
      );
      if (lookups.length === 0) continue;
      await client.query(
        `INSERT INTO ${this.#schema}.${table} (key, type, id)
           SELECT * FROM unnest($1::text[], $2::text[], $3::text[])`,
        columns(lookups, ["key", "type", "id"]),
      );
    }
  }

  async #count(client: PostgresClient, changes: readonly Change[], before: readonly string[]): Promise<void> {
    const added = new Map<string, number>();
    const add = (type: string, count: number) => added.set(type, (added.get(type) ?? 0) + count);
    for (const type of before) add(type, -1);
    for (const { type, document } of changes) if (document !== null) add(type, 1);
    const totals = [...added].filter(([, total]) => total !== 0).map(([type, total]) => ({ type, total }));
    if (totals.length === 0) return;
    await client.query(
      `INSERT INTO ${this.#schema}.totals AS t (type, total) SELECT * FROM unnest($1::text[], $2::bigint[])
         ON CONFLICT (type) DO UPDATE SET total = t.total + excluded.total`,
      columns(totals, ["type", "total"]),
    );
  }

  async #remember(client: PostgresClient, changes: readonly Change[], by: string, at: number): Promise<void> {
    await client.query(
      `INSERT INTO ${this.#schema}.history (type, id, version, document, at, by)
         SELECT n.*, $5::bigint, $6 FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) AS n`,
      [...columns(changes, ["type", "id", "version", "shown"]), Math.floor(at), by],
    );
    await client.query(
      `DELETE FROM ${this.#schema}.history h USING unnest($1::text[], $2::text[]) AS n (type, id)
         WHERE h.type = n.type AND h.id = n.id AND h.version <= (
           SELECT version FROM ${this.#schema}.history o WHERE o.type = n.type AND o.id = n.id
           ORDER BY version DESC OFFSET ${VERSIONS} LIMIT 1
         )`,
      columns(changes, ["type", "id"]),
    );
  }
}

// What a listed resource must meet, and the values in it. A look-up that nobody has gives NULL, which nothing equals.
function conditions(query: Query, schema: string): { where: string; values: unknown[] } {
  const { type, id, name, lookups = [] } = query;
  const values: unknown[] = [type];
  const parts = ["type = $1"];
  if (id !== undefined) parts.push(`id = $${values.push(storable(id))}`);
  if (name !== undefined) {
    const place = values.push(storable(name));
    // The first condition is the one that the index knows.
    parts.push(`left(name, 200) = left($${place}, 200)`, `name = $${place}`);
  }
  for (const key of lookups) {
    const place = values.push(storable(key));
    parts.push(`id = (SELECT id FROM ${schema}.unique_lookups WHERE key = $${place} AND type = $1)`);
  }
  return { where: parts.join(" AND "), values };
}

// Rows as columns, for unnest: so many rows, one statement.
function columns<Name extends string>(rows: readonly Readonly<Record<Name, unknown>>[], names: readonly Name[]) {
  return names.map((name) => rows.map((row) => row[name]));
}

// `Type/id` in its two parts; a look-up too may have a slash, and then leads to no resource as its name.
function nameIn(key: string): ResourceName {
  const slash = key.indexOf("/");
  return { type: key.slice(0, Math.max(slash, 0)), id: key.slice(slash + 1) };
}

// PostgreSQL has no texts with the character U+0000. Different texts stay different.
function storable(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\0", "\\0");
}

function textOf(value: unknown): string | null {
  return value === null ? null : String(value);
}
