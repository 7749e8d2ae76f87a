// What edge-sts/postgres leaves on disk, in tables, indexes and the log of PostgreSQL: the same as
// tests/node/secrets_on_disk.test.mjs.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createSts } from "edge-sts";
import { migrate, postgresDirectory, postgresGrants } from "edge-sts/postgres";
import { onlyTheseIn } from "../disk.mjs";
import { inProcess } from "../suites/in_process.mjs";
import { ISSUER } from "../suites/fixture.mjs";
import { PLANTED, useWithSecrets } from "../suites/stored_secrets.mjs";
import { findPostgres, startPostgres } from "./server.mjs";

const programs = findPostgres();

async function used(server, options = {}) {
  const pool = server.pool();
  await migrate(pool);
  await showLongValues(pool);
  const sts = await inProcess(({ now }) =>
    createSts({
      issuer: ISSUER,
      signingKeys: { keys: [PLANTED.signingKey] },
      adminToken: PLANTED.adminToken,
      resources: postgresDirectory(pool),
      grants: postgresGrants(pool, { now }),
      onEvent: () => undefined,
      now,
      ...options,
    }),
  );
  return { ...(await useWithSecrets(sts)), pool };
}

// PostgreSQL compresses a value of two kilobytes, and nothing would be found in it.
async function showLongValues(pool) {
  const { rows } = await pool.query(
    `SELECT format('ALTER TABLE edge_sts.%I ALTER COLUMN %I SET STORAGE EXTERNAL', table_name, column_name) AS text
       FROM information_schema.columns WHERE table_schema = 'edge_sts' AND data_type = 'text'`,
  );
  assert.ok(rows.length > 10, `${rows.length} columns`);
  for (const { text } of rows) await pool.query(text);
  const { rows: settings } = await pool.query("SHOW wal_compression");
  assert.deepEqual(settings, [{ wal_compression: "off" }]);
}

// Before a checkpoint the log holds what was written, and afterwards the files of the tables do, too.
async function searched({ data }, { pool }, absent, present) {
  const isIn = (folder, files) => [...files].some((file) => file.startsWith(`${folder}/`));
  for (const [name, files] of onlyTheseIn(data, absent, present)) assert.ok(isIn("pg_wal", files), `${name}: the log`);
  await pool.query("CHECKPOINT");
  for (const [name, files] of onlyTheseIn(data, absent, present)) assert.ok(isIn("base", files), `${name}: a table`);
}

describe("what PostgreSQL keeps on disk", { skip: programs === undefined }, () => {
  for (const [title, options, choose] of [
    ["no token and no Client's secret", {}, ({ absent, stored, digests }) => [absent, { ...stored, ...digests }]],
    [
      "with a pepper not even the digest of a Client's secret",
      { secretPepper: PLANTED.pepper },
      ({ absent, stored, digests }) => [{ ...absent, ...digests }, stored],
    ],
  ]) {
    test(title, async () => {
      const server = await startPostgres(programs);
      try {
        const run = await used(server, options);
        await searched(server, run, ...choose(run));
      } finally {
        await server.stop();
      }
    });
  }
});
