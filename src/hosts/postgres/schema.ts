/** The tables in PostgreSQL, and how they come from one version to the next. */
import { NEWER_TABLES } from "../directory/newer_tables.js";
import {
  checkPool,
  type PostgresClient,
  type PostgresOptions,
  type PostgresPool,
  schemaOf,
  transaction,
} from "./pool.js";

// The steps that lead to version 1, to version 2, ...; one that was published is never changed. Ids and keys compare byte
// by byte (COLLATE "C"). A deleted resource leaves its history only: there its last version stands, so that none is ever
// given twice. `totals` saves counting. A name may be longer than an entry of an index can be.
const STEPS = [
  (schema: string) => `
CREATE TABLE ${schema}.resources (
  type text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C",
  document text NOT NULL,
  PRIMARY KEY (type, id)
);
CREATE INDEX resources_by_name ON ${schema}.resources (type, left(name, 200), id) WHERE name IS NOT NULL;
CREATE TABLE ${schema}.unique_lookups (
  key text COLLATE "C" PRIMARY KEY,
  type text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL
);
CREATE INDEX unique_lookups_by_owner ON ${schema}.unique_lookups (type, id);
CREATE TABLE ${schema}.shared_lookups (
  key text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  PRIMARY KEY (key, type, id)
);
CREATE INDEX shared_lookups_by_owner ON ${schema}.shared_lookups (type, id);
CREATE TABLE ${schema}.history (
  type text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  at bigint NOT NULL,
  by text NOT NULL,
  document text,
  PRIMARY KEY (type, id, version)
);
CREATE TABLE ${schema}.totals (
  type text COLLATE "C" PRIMARY KEY,
  total bigint NOT NULL
);
CREATE TABLE ${schema}.grants (
  id text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL,
  value text NOT NULL,
  expires bigint NOT NULL
);
CREATE INDEX grants_by_end ON ${schema}.grants (expires);
`,
];

/** The version that this program knows. */
export const VERSION = STEPS.length;

export const NEWER = `${NEWER_TABLES} of this database; update this program`;
export const OLDER = "the tables of this database are older than this program; call migrate(pool)";

/**
 * The SQL that makes the tables in a database that has none, for those who run such statements themselves. `migrate` knows
 * tables that were made so.
 *
 * @example
 * ```js
 * import { schemaSql } from "edge-sts/postgres";
 *
 * console.log(schemaSql().split("\n")[0]); // CREATE SCHEMA IF NOT EXISTS "edge_sts";
 * ```
 */
export function schemaSql(options: PostgresOptions = {}): string {
  const schema = schemaOf(options);
  const steps = STEPS.map((step) => step(schema)).join("");
  return `CREATE SCHEMA IF NOT EXISTS ${schema};
${versionTable(schema)}${steps}INSERT INTO ${schema}.schema_version (version) VALUES (${VERSION});
`;
}

/**
 * Makes the tables, or brings those of an older version to this one. Does nothing when there is nothing to do; several
 * processes may call it at once.
 *
 * @param pool a pool of the package `pg`; its user must be allowed to make tables
 * @throws Error when a newer version of edge-sts made the tables
 *
 * @example
 * ```js
 * import pg from "pg";
 * import { migrate } from "edge-sts/postgres";
 *
 * const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
 * await migrate(pool);
 * await pool.end();
 * ```
 */
export async function migrate(pool: PostgresPool, options: PostgresOptions = {}): Promise<void> {
  checkPool("migrate", pool);
  const schema = schemaOf(options);
  await transaction(pool, async (client) => {
    // One at a time: tables cannot be locked before they are there. The number is only ours.
    await client.query("SELECT pg_advisory_xact_lock(869300010)");
    const version = await versionIn(client, schema);
    if (version > VERSION) throw new Error(NEWER);
    if (version === VERSION) return;
    for (const step of STEPS.slice(version)) await client.query(step(schema));
    await client.query(`UPDATE ${schema}.schema_version SET version = ${VERSION}`);
  });
}

// The version of the tables; 0 in a schema that has nothing yet. What is there is not made again: who may only read and
// write is not asked for the right to make something.
async function versionIn(client: PostgresClient, schema: string): Promise<number> {
  const { rows } = await client.query("SELECT to_regnamespace($1) AS schema, to_regclass($2) AS versions", [
    schema,
    `${schema}.schema_version`,
  ]);
  const [there] = rows;
  if ((there?.["schema"] ?? null) === null) await client.query(`CREATE SCHEMA ${schema}`);
  if ((there?.["versions"] ?? null) === null) {
    await client.query(`${versionTable(schema)}INSERT INTO ${schema}.schema_version (version) VALUES (0)`);
  }
  const versions = await client.query(`SELECT version FROM ${schema}.schema_version`);
  return Number(versions.rows[0]?.["version"] ?? 0);
}

function versionTable(schema: string): string {
  return `CREATE TABLE IF NOT EXISTS ${schema}.schema_version (version integer NOT NULL);\n`;
}
