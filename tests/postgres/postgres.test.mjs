// edge-sts/postgres against a real PostgreSQL, which this file starts.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { migrate, postgresDirectory, postgresGrants, schemaSql } from "edge-sts/postgres";
import { change, deletion, documentOf } from "../directory/changes.mjs";
import { directorySuite } from "../directory/suite.mjs";
import { code, page } from "../documents.mjs";
import { ADMIN_TOKEN, ISSUER, SIGNING_KEYS } from "../suites/fixture.mjs";
import { findPostgres, startPostgres } from "./server.mjs";

const WRITER = fileURLToPath(new URL("writer.mjs", import.meta.url));
const programs = findPostgres();

describe("PostgreSQL", { skip: programs === undefined }, () => {
  let server;
  let pool;
  let directory;
  before(async () => {
    server = await startPostgres(programs);
    pool = server.pool();
    await migrate(pool);
    directory = postgresDirectory(pool);
  });
  after(() => server?.stop());

  directorySuite("directory", () => directory, { steps: 500, seed: 5 });

  describe("schema", () => {
    const tables = async (schema) => {
      const select = `SELECT table_name, column_name, data_type, collation_name FROM information_schema.columns
        WHERE table_schema = $1 ORDER BY table_name, column_name`;
      return (await pool.query(select, [schema])).rows;
    };

    test("many may migrate at once, and again", async () => {
      const pools = Array.from({ length: 8 }, () => server.pool({ max: 1 }));
      await Promise.all(pools.map((one) => migrate(one, { schema: "at_once" })));
      await migrate(pool, { schema: "at_once" });
      assert.deepEqual((await pool.query("SELECT version FROM at_once.schema_version")).rows, [{ version: 1 }]);
      const directory = postgresDirectory(pool, { schema: "at_once" });
      assert.deepEqual(await directory.change([change("T", "a", 0)], "anna", 1000), { done: true });
      await migrate(pool, { schema: "at_once" });
      assert.equal((await directory.list({ type: "T", offset: 0, count: 1 })).total, 1);
    });

    // `how-to/postgresql`, as it is printed
    test("the documented program shares a service", async () => {
      const [program] = code(await page("how-to/postgresql"), "js");
      const made = program
        .replace("new pg.Pool({ connectionString: process.env.DATABASE_URL })", "globalThis.pool")
        .replace(/^import pg.*$/m, "")
        .replaceAll(/process\.env\.(\w+)/g, (_, name) => `globalThis.env.${name}`)
        .replaceAll(/"edge-sts(\/postgres)?"/g, (name) => JSON.stringify(import.meta.resolve(JSON.parse(name))));
      assert.match(made, /globalThis\.pool/);
      const env = { STS_ISSUER: ISSUER, STS_SIGNING_KEYS: SIGNING_KEYS, STS_ADMIN_TOKEN: ADMIN_TOKEN };
      Object.assign(globalThis, { pool, env });
      const { sts } = await import(`data:text/javascript,${encodeURIComponent(made)}`);
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
      const request = new Request(`${ISSUER}/User/documented`, { method: "PUT", headers, body: "{}" });
      assert.equal((await sts.fetch(request)).status, 201);
      assert.equal((await postgresDirectory(pool).list({ type: "User", offset: 0, count: 1 })).total, 1);
    });

    test("the SQL as text makes the same tables, and migrate knows them", async () => {
      await pool.query(schemaSql({ schema: "by_hand" }));
      assert.deepEqual(await tables("by_hand"), await tables("edge_sts"));
      await migrate(pool, { schema: "by_hand" });
      const directory = postgresDirectory(pool, { schema: "by_hand" });
      assert.deepEqual(await directory.change([change("T", "a", 0)], "anna", 1000), { done: true });
    });

    test("a user who may not make a schema migrates one that an administrator made for him", async () => {
      await pool.query("CREATE ROLE modest LOGIN; CREATE SCHEMA modest AUTHORIZATION modest");
      await migrate(server.pool({ user: "modest" }), { schema: "modest" });
      await assert.rejects(migrate(server.pool({ user: "modest" }), { schema: "other" }), { code: "42501" });
    });

    test("a user who may only read and write works with tables that another one made", async () => {
      await pool.query(schemaSql({ schema: "granted" }));
      await pool.query(`CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA granted TO clerk;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA granted TO clerk`);
      const clerk = server.pool({ user: "clerk" });
      await migrate(clerk, { schema: "granted" });
      const directory = postgresDirectory(clerk, { schema: "granted" });
      const changes = [change("T", "a", 0, { unique: ["T?1"], shared: ["T?s"] })];
      assert.deepEqual(await directory.change(changes, "anna", 1000), { done: true });
      assert.deepEqual(await directory.change([deletion("T", "a", 1)], "anna", 1000), { done: true });
      assert.equal(await postgresGrants(clerk, { schema: "granted" }).write("g", null, "v", 1), true);
    });

    test("tables of a newer or older version are refused", async () => {
      await migrate(pool, { schema: "other_version" });
      const directory = postgresDirectory(pool, { schema: "other_version" });
      const change_ = () => directory.change([change("T", "a", 0)], "anna", 1000);
      await pool.query("UPDATE other_version.schema_version SET version = 99");
      const newer = { message: "a newer version of edge-sts made the tables of this database; update this program" };
      await assert.rejects(migrate(pool, { schema: "other_version" }), newer);
      await assert.rejects(change_(), newer);
      await pool.query("UPDATE other_version.schema_version SET version = 0");
      await assert.rejects(change_(), {
        message: "the tables of this database are older than this program; call migrate(pool)",
      });
      await pool.query("UPDATE other_version.schema_version SET version = 1");
      assert.deepEqual(await change_(), { done: true });
    });

    test("misuse is a TypeError", async () => {
      for (const schema of ["", "A", 'a"b', "1a", "a-b", "a".repeat(64)]) {
        const message = "schema must be lower-case letters, digits and underscores, and begin with no digit";
        assert.throws(() => schemaSql({ schema }), { name: "TypeError", message });
        assert.throws(() => postgresDirectory(pool, { schema }), { name: "TypeError", message });
        assert.throws(() => postgresGrants(pool, { schema }), { name: "TypeError", message });
      }
      const message = "postgresDirectory needs a pool of the package pg";
      assert.throws(() => postgresDirectory("postgres://localhost"), { name: "TypeError", message });
    });
  });

  describe("several processes", () => {
    function run(...parameters) {
      const child = spawn(process.execPath, [WRITER, JSON.stringify(server.connection), ...parameters.map(String)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (part) => (text += part));
      return new Promise((resolve) => child.on("close", (code, signal) => resolve({ text, code, signal })));
    }

    test("two write one resource at once: each version once, and nothing by half", async () => {
      const type = "Climb";
      const ended = await Promise.all([run("climb", type, 60), run("climb", type, 60)]);
      assert.deepEqual(
        ended.map(({ code }) => code),
        [0, 0],
      );
      const versions = ended.flatMap(({ text }) => JSON.parse(text)).sort((a, b) => a - b);
      assert.deepEqual(
        versions,
        Array.from({ length: 120 }, (_, n) => n + 1),
      );
      assert.equal((await directory.look([{ type, id: "a" }]))[0].version, 120);
      assert.equal((await directory.list({ type, offset: 0, count: 1 })).total, 121);
      assert.equal((await directory.list({ type, name: "N", offset: 0, count: 1 })).total, 120);
      const { versions: last } = await directory.history({ type, id: "a", offset: 0, count: 100 });
      assert.deepEqual(
        last.map(({ version }) => version),
        Array.from({ length: 100 }, (_, n) => 120 - n),
      );
    });

    test("killed before any statement of a change: all of it or nothing, and the next one waits for no dead", async () => {
      const type = "Killed";
      const ids = Array.from({ length: 50 }, (_, n) => `id-${n}`);
      // twice without a kill: a creation, and the change that is then killed at every place
      for (const version of [1, 2]) {
        const { text } = await run("die", type, 0);
        assert.equal(JSON.parse(text).done, true);
        assert.equal((await directory.look([{ type, id: "id-0" }]))[0].version, version);
      }
      const { statements } = JSON.parse((await run("die", type, 0)).text);
      assert.ok(statements > 10, `${statements}`);
      for (let place = 1; place <= statements; place += 1) {
        assert.equal((await run("die", type, place)).signal, "SIGKILL");
        const stored = await directory.look(ids.map((id) => ({ type, id })));
        for (const { version } of stored) assert.equal(version, 3, `killed before statement ${place}`);
        const read = await directory.read([`${type}?id-7`, `${type}/id-7`]);
        assert.deepEqual(read, [documentOf(type, "id-7", 3), documentOf(type, "id-7", 3)]);
        assert.equal((await directory.list({ type, offset: 0, count: 1 })).total, 50);
      }
      assert.equal(JSON.parse((await run("die", type, 0)).text).done, true);
      assert.equal((await directory.look([{ type, id: "id-0" }]))[0].version, 4);
    });
  });

  describe("faults", () => {
    /** A pool that calls `before` with each statement's text and its connection. */
    function watched(before) {
      return {
        query: (...parameters) => pool.query(...parameters),
        async connect() {
          const client = await pool.connect();
          return {
            async query(text, values) {
              await before(text, client);
              return client.query(text, values);
            },
            release: (broken) => client.release(broken),
            on: (...parameters) => client.on(...parameters),
            off: (...parameters) => client.off(...parameters),
          };
        },
      };
    }

    test("a change that others were in the way of is made again", async () => {
      for (const code of ["40001", "40P01", "23505"]) {
        let times = 0;
        const directory = postgresDirectory(
          watched(async (text) => {
            if (text === "COMMIT" && (times += 1) < 3) throw Object.assign(new Error("in the way"), { code });
          }),
        );
        const one = change("Again", `a${code}`, 0, { unique: [`Again?${code}`] });
        assert.deepEqual(await directory.change([one], "anna", 1000), { done: true });
        assert.equal(times, 3);
        assert.equal((await directory.history({ type: "Again", id: `a${code}`, offset: 0, count: 9 })).total, 1);
      }
    });

    test("another fault is told, nothing is changed, and the pool goes on", async () => {
      const one = change("Fault", "a", 0);
      const refusing = postgresDirectory(
        watched(async (text) => {
          if (text === "COMMIT") throw Object.assign(new Error("disk full"), { code: "53100" });
        }),
      );
      await assert.rejects(refusing.change([one], "anna", 1000), { code: "53100" });
      const cut = postgresDirectory(
        watched(async (text, client) => {
          if (text !== "COMMIT") return;
          await pool.query("SELECT pg_terminate_backend($1)", [client.processID]);
          await new Promise((resolve) => setTimeout(resolve, 200));
        }),
      );
      await assert.rejects(cut.change([one], "anna", 1000));
      for (let n = 0; n < 20; n += 1) {
        assert.deepEqual(await directory.look([one]), [{ version: 0, document: null }]);
      }
      assert.deepEqual(await directory.change([one], "anna", 1000), { done: true });
    });
  });

  describe("grants", () => {
    const far = Math.floor(Date.now() / 1000) + 86_400;

    test("30 writes of one version at once: one wins, each time", async () => {
      const pools = [pool, server.pool()];
      const stores = pools.map((one) => postgresGrants(one));
      assert.equal(await stores[0].read("g"), null);
      let expected = null;
      for (let round = 0; round < 10; round += 1) {
        const writes = Array.from({ length: 30 }, (_, n) => stores[n % 2].write("g", expected, `${round} ${n}`, far));
        const won = (await Promise.all(writes)).flatMap((written, n) => (written ? [n] : []));
        assert.equal(won.length, 1, `round ${round}`);
        expected = round + 1;
        assert.deepEqual(await stores[1].read("g"), { version: expected, value: `${round} ${won[0]}` });
      }
      assert.equal(await stores[0].write("g", 3, "old", far), false);
      assert.equal(await stores[0].write("other", 1, "none", far), false);
    });

    test("one winner too where the database is strict by default", async () => {
      const strict = server.pool({ options: "-c default_transaction_isolation=serializable" });
      const grants = postgresGrants(strict);
      for (const expected of [null, 1, 2, 3]) {
        const writes = Array.from({ length: 10 }, () => grants.write("strict", expected, "v", far));
        assert.equal((await Promise.all(writes)).filter(Boolean).length, 1);
      }
    });

    test("what has ended is deleted some time later, not at every write", async () => {
      let now = 1_000;
      const schema = "sweeps";
      await migrate(pool, { schema });
      const grants = postgresGrants(pool, { schema, now: () => now });
      const count = async () => Number((await pool.query(`SELECT count(*) FROM ${schema}.grants`)).rows[0].count);
      await grants.write("first", null, "v", 1_010);
      await pool.query(`INSERT INTO ${schema}.grants SELECT 'old' || n, 1, 'v', 1010 FROM generate_series(1, 2500) n`);
      now = 1_020;
      await grants.write("second", null, "v", 2_000);
      assert.equal(await count(), 2_502);
      now = 1_070;
      for (const [version, left] of [
        [1, 1_502],
        [2, 502],
        [3, 1],
      ]) {
        assert.equal(await grants.write("second", version, "v", 2_000), true);
        assert.equal(await count(), left === 1 ? 1 : left);
      }
      assert.equal(await grants.read("first"), null);
    });
  });

  test("a page of 100 reads no more rows among 100,000 resources than among 1,000", async () => {
    const schema = "large";
    await migrate(pool, { schema });
    const seen = [];
    const watching = {
      query(text, values) {
        seen.push([text, values]);
        return pool.query(text, values);
      },
      connect: () => pool.connect(),
    };
    const directory = postgresDirectory(watching, { schema });
    const read = {};
    for (const [from, to] of [
      [1, 1_000],
      [1_001, 100_000],
    ]) {
      await pool.query(
        `INSERT INTO ${schema}.resources SELECT 'User', 'id-' || to_char(n, 'FM000000'), 'name ' || n / 10, '{}'
           FROM generate_series(${from}, ${to}) n;
         INSERT INTO ${schema}.unique_lookups SELECT 'User?' || n, 'User', 'id-' || to_char(n, 'FM000000')
           FROM generate_series(${from}, ${to}) n;
         INSERT INTO ${schema}.totals VALUES ('User', ${to}) ON CONFLICT (type) DO UPDATE SET total = excluded.total;
         ANALYZE ${schema}.resources; ANALYZE ${schema}.unique_lookups`,
      );
      seen.length = 0;
      const page = { type: "User", offset: 0, count: 100 };
      assert.equal((await directory.list(page)).total, to);
      assert.equal((await directory.list({ ...page, name: "name 50" })).total, 10);
      assert.equal((await directory.list({ ...page, lookups: ["User?500"] })).total, 1);
      assert.equal((await directory.list({ ...page, id: "id-000500" })).total, 1);
      await directory.read(["User/id-000500", "User?500", "User?nobody"]);
      await directory.history({ ...page, id: "id-000500" });
      await directory.look([{ type: "User", id: "id-000500" }]);
      read[to] = [];
      for (const [text, values] of seen) {
        const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
        read[to].push(rowsOf(rows[0]["QUERY PLAN"][0].Plan));
      }
    }
    assert.equal(read[1_000].length, 7);
    assert.ok(read[100_000][0] >= 100, "rows are counted");
    for (const [n, rows] of read[100_000].entries()) {
      assert.ok(rows <= 250, `${rows} rows: ${seen[n][0]}`);
    }
  });

  test("a deletion of what never was has a version, too", async () => {
    assert.deepEqual(await directory.change([deletion("Never", "a", 0)], "anna", 1000), { done: true });
    assert.deepEqual(await directory.look([{ type: "Never", id: "a" }]), [{ version: 1, document: null }]);
    assert.equal((await directory.list({ type: "Never", offset: 0, count: 1 })).total, 0);
  });
});

// The rows that a plan read from tables and indexes, those that it threw away included.
function rowsOf(plan) {
  const scans = /Scan/.test(plan["Node Type"]) && plan["Node Type"] !== "Function Scan";
  const loops = plan["Actual Loops"];
  const removed = plan["Rows Removed by Filter"] ?? 0;
  const own = scans ? (plan["Actual Rows"] + removed) * loops : 0;
  return own + (plan.Plans ?? []).map(rowsOf).reduce((sum, rows) => sum + rows, 0);
}
