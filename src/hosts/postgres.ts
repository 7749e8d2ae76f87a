/**
 * `edge-sts/postgres`: resources and grants in PostgreSQL, for several Node processes, over the user's own pool of the
 * package `pg`.
 */
export { postgresDirectory } from "./postgres/directory.js";
export { postgresGrants } from "./postgres/grants.js";
export { migrate, schemaSql } from "./postgres/schema.js";
export type { PostgresClient, PostgresOptions, PostgresPool, PostgresResult } from "./postgres/pool.js";
