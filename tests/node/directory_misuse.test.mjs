// What directories refuse, and the one that only reads what an operator put into a store of his own.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { durableDirectory, sqliteDirectory } from "edge-sts";
import { kvDirectory } from "../../dist/directory/kv.js";
import { change, documentOf } from "../directory/changes.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-directory-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("arguments of the wrong kind are TypeErrors", () => {
  const kv = { get: () => null };
  const namespace = { idFromName: (name) => name, get: () => ({}) };
  for (const [work, message] of [
    [() => sqliteDirectory(""), "sqliteDirectory needs the path of a file"],
    [() => durableDirectory({}, kv), "durableDirectory needs the binding of a Durable Object namespace"],
    [() => durableDirectory(namespace, {}), "durableDirectory needs the binding of a KV namespace"],
    [() => durableDirectory(namespace, kv, { consistency: "x" }), 'consistency must be "eventual" or "strong"'],
  ]) {
    assert.throws(work, { name: "TypeError", message });
  }
  assert.equal(durableDirectory(namespace, kv).replicated, true);
  assert.equal(durableDirectory(namespace, kv, { consistency: "strong" }).replicated, false);
});

test("a file keeps what was written, and one that a newer version made is refused", async () => {
  const file = join(folder, "resources.sqlite");
  const before = sqliteDirectory(file);
  assert.deepEqual(await before.change([change("User", "a", 0)], "anna", 1000), { done: true });
  before.close();
  const again = sqliteDirectory(file);
  assert.deepEqual(await again.read(["User/a"]), [documentOf("User", "a", 1)]);
  again.close();
  const database = new DatabaseSync(file);
  database.exec("UPDATE schema_versions SET version = 99");
  database.close();
  const message = "a newer version of edge-sts made the tables of this store; update this program";
  assert.throws(() => sqliteDirectory(file), { message });
});

describe("kvDirectory", () => {
  const filled = new Map();
  for (const id of ["b", "a", "c"]) filled.set(`User/${id}`, documentOf("User", id, 7));
  filled.set("User/plain", '{"resourceType":"User","id":"plain"}');
  filled.set("User?1", documentOf("User", "a", 7));
  filled.set("User?2", documentOf("User", "b", 7));
  filled.set("User?s", '["User/a"]');
  filled.set("Client/a", documentOf("Client", "a", 1));
  const got = [];
  // a KV namespace's own manners: two names a page
  const kv = {
    async get(key) {
      got.push(key);
      return filled.get(key) ?? null;
    },
    async list({ prefix, cursor = "0" }) {
      const names = [...filled.keys()].filter((key) => key.startsWith(prefix)).sort();
      const end = Number(cursor) + 2;
      const keys = names.slice(Number(cursor), end).map((name) => ({ name }));
      return { keys, list_complete: end >= names.length, cursor: String(end) };
    },
  };
  const directory = kvDirectory(kv);
  const list = (query) => directory.list({ type: "User", offset: 0, count: 100, ...query });
  const documents = (...ids) => ids.map((id) => filled.get(`User/${id}`));

  test("reads", async () => {
    assert.equal(directory.writable, false);
    assert.deepEqual(await directory.read(["User?1", "User/x", "User/b"]), [
      filled.get("User/a"),
      null,
      filled.get("User/b"),
    ]);
    assert.deepEqual(await directory.look(["a", "plain", "x"].map((id) => ({ type: "User", id }))), [
      { version: 7, document: filled.get("User/a") },
      { version: 1, document: filled.get("User/plain") },
      { version: 0, document: null },
    ]);
    for (const versionId of ["x", "0", "-1", "1.5", 1e300]) {
      const odd = kvDirectory({ get: () => JSON.stringify({ meta: { versionId } }) });
      assert.equal((await odd.look([{ type: "User", id: "a" }]))[0].version, 1);
    }
    const notText = kvDirectory({ get: () => ({}) });
    await assert.rejects(notText.read(["User/a"]), { name: "TypeError", message: "get must give a string or null" });
  });

  test("lists in pages, and reads only the documents of the page", async () => {
    got.length = 0;
    assert.deepEqual(await list({ offset: 1, count: 2 }), { total: 4, documents: documents("b", "c") });
    assert.deepEqual(got.sort(), ["User/b", "User/c"]);
    assert.deepEqual(await list(), { total: 4, documents: documents("a", "b", "c", "plain") });
    assert.deepEqual(await list({ offset: 9 }), { total: 4, documents: [] });
  });

  test("filters by id and look-ups without a list", async () => {
    const one = kvDirectory({ get: kv.get });
    const of = (query) => one.list({ type: "User", offset: 0, count: 100, ...query });
    for (const [query, ...ids] of [
      [{ id: "a" }, "a"],
      [{ id: "x" }],
      [{ lookups: ["User?1"] }, "a"],
      [{ lookups: ["User?1"], id: "a" }, "a"],
      [{ lookups: ["User?1"], id: "b" }],
      [{ lookups: ["User?1", "User?2"] }],
      [{ lookups: ["User?nobody"] }],
      [{ lookups: ["User?s"] }],
      [{ lookups: ["User?1"], type: "Client" }],
    ]) {
      assert.deepEqual(await of(query), { total: ids.length, documents: documents(...ids) }, JSON.stringify(query));
    }
    assert.deepEqual(await of({ id: "a", offset: 1 }), { total: 1, documents: [] });
    await assert.rejects(of(), { name: "TypeError", message: "not supported" });
  });

  test("supports neither names nor history nor changes", async () => {
    const refused = { name: "TypeError", message: "not supported" };
    await assert.rejects(list({ name: "N" }), refused);
    await assert.rejects(directory.history({ type: "User", id: "a", offset: 0, count: 1 }), refused);
    await assert.rejects(directory.change([change("User", "n", 0)], "anna", 1000), refused);
  });
});
