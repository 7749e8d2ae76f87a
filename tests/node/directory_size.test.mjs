// 100,000 resources: a call takes as many steps as among 1,000. Steps are counted, not timed.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { memoryStore } from "../../dist/directory/memory.js";
import { Outbox } from "../../dist/directory/outbox.js";
import { Tables } from "../../dist/directory/tables.js";
import { change, deletion } from "../directory/changes.mjs";

const PAGE = { type: "User", offset: 0, count: 100 };

function users(from, to) {
  return Array.from({ length: to - from }, (_, n) => {
    const id = `id-${String(from + n).padStart(6, "0")}`;
    return change("User", id, 0, { name: `name ${Math.floor((from + n) / 10)}`, unique: [`User?${id}`] });
  });
}

test("memory: a page looks up its own resources only", async (t) => {
  const directory = memoryStore();
  const counted = {};
  for (const [from, to] of [
    [0, 1_000],
    [1_000, 100_000],
  ]) {
    await directory.change(users(from, to), "anna", 1000);
    const get = t.mock.method(Map.prototype, "get");
    const [all, named, one] = [{}, { name: "name 50" }, { lookups: ["User?id-000500"] }].map((filter) =>
      directory.list({ ...PAGE, ...filter }),
    );
    counted[to] = get.mock.callCount();
    get.mock.restore();
    assert.deepEqual([(await all).total, (await named).total, (await one).total], [to, 10, 1]);
    assert.equal((await all).documents.length, 100);
  }
  assert.ok(counted[1_000] > 100);
  assert.equal(counted[100_000], counted[1_000]);
});

test("SQLite: no statement goes through a table or sorts", () => {
  const database = new DatabaseSync(":memory:");
  const seen = new Map();
  const sql = {
    run(statement, ...values) {
      seen.set(statement, values);
      return database.prepare(statement).all(...values);
    },
    transaction: (work) => work(),
    snapshot: (work) => work(),
  };
  const tables = new Tables(sql);
  const outbox = new Outbox(sql);
  tables.change(users(0, 1_000), "anna", 1000, (key) => outbox.enter(key, 1));
  seen.clear();

  const shared = { shared: ["User?s"], name: "N" };
  tables.change([change("User", "id-000001", 1, shared), deletion("User", "id-000002", 1)], "anna", 1000, (key) =>
    outbox.enter(key, 1),
  );
  for (const key of ["User/id-000001", "User?s", "User?nobody"]) tables.read(key);
  tables.look({ type: "User", id: "id-000001" });
  tables.history({ ...PAGE, id: "id-000001" });
  const lookups = ["User?id-000005", "User?id-000006"];
  const filters = [{}, { id: "a" }, { name: "N" }, { lookups }, { id: "a", name: "N", lookups }];
  for (const filter of filters) tables.list({ ...PAGE, ...filter });
  const [entry] = outbox.due(2, 1);
  outbox.postpone(entry, 5);
  outbox.strike(entry);
  outbox.next();
  outbox.sequenceOf("User?s");

  assert.ok(seen.size >= 25, `${seen.size}`);
  for (const [statement, values] of seen) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all(...values);
    for (const { detail } of plan) {
      assert.ok(!/^SCAN (?!CONSTANT ROW)|TEMP B-TREE/.test(detail), `${statement}: ${detail}`);
    }
  }
});
