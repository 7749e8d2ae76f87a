// A process that changes resources in PostgreSQL, for postgres.test.mjs. Its tasks:
//   climb    changes one resource again and again, each time the version that it finds, until it has done so often
//   die      changes many resources at once, and kills itself before the statement of that number
import { writeSync } from "node:fs";
import pg from "pg";
import { postgresDirectory } from "edge-sts/postgres";
import { change } from "../directory/changes.mjs";

const [, , connection, task, type, number] = process.argv;
const pool = new pg.Pool(JSON.parse(connection));

const TASKS = {
  async climb() {
    const directory = postgresDirectory(pool);
    const done = [];
    while (done.length < Number(number)) {
      const [{ version }] = await directory.look([{ type, id: "a" }]);
      // the second resource takes part in the same transaction, with a look-up that both processes want
      const other = change(type, `of-${process.pid}-${version}`, 0, { name: "N", unique: [`${type}?${version}`] });
      const answer = await directory.change([change(type, "a", version), other], String(process.pid), 1000);
      if (answer.done) done.push(version + 1);
    }
    writeSync(1, JSON.stringify(done));
  },
  async die() {
    const ids = Array.from({ length: 50 }, (_, n) => `id-${n}`);
    const stored = await postgresDirectory(pool).look(ids.map((id) => ({ type, id })));
    const changes = ids.map((id, n) =>
      change(type, id, stored[n].version, { unique: [`${type}?${id}`], shared: [`${type}?s`] }),
    );
    let statements = 0;
    const dying = {
      query: (...parameters) => pool.query(...parameters),
      async connect() {
        const client = await pool.connect();
        return {
          query(...parameters) {
            statements += 1;
            if (statements === Number(number)) process.kill(process.pid, "SIGKILL");
            return client.query(...parameters);
          },
          release: (broken) => client.release(broken),
        };
      },
    };
    const answer = await postgresDirectory(dying).change(changes, "anna", 1000);
    writeSync(1, JSON.stringify({ ...answer, statements }));
  },
};

await TASKS[task]();
await pool.end();
