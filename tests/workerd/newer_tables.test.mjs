// The tables of the Directory object were made by a newer version, before this one was set back: nothing is read out of
// them and nothing is written, and the operator is told why. What is published serves on.
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { ADMIN_TOKEN, install } from "../suites/fixture.mjs";
import { goodExchange } from "../suites/token_request.mjs";
import { workersInTurn } from "./own_worker.mjs";

const { path, started, stopped } = workersInTurn();

/** Does something with the tables of the Directory object while nobody else does. */
function tables(work) {
  const files = globSync(join(path, "state/**/edge-sts-Directory/*.sqlite"));
  const [file] = files.filter((name) => !name.endsWith("metadata.sqlite"));
  const database = new DatabaseSync(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const STORED = "SELECT type, id, document FROM resources ORDER BY type, id";

test("tables of a newer version are named and left alone", async () => {
  const before = await started();
  await install(before);
  await stopped(before);
  const stored = tables((database) => {
    const { changes } = database.prepare("UPDATE schema_versions SET version = 99 WHERE part = 'directory'").run();
    assert.equal(Number(changes), 1);
    return database.prepare(STORED).all();
  });

  const sts = await started();
  const ask = (method, path, body) =>
    sts.fetch(path, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  for (const [method, path, body] of [
    ["GET", "/Client/c1"],
    ["GET", "/User"],
    ["GET", "/User/alice/_history"],
    ["PUT", "/User/alice", { resourceType: "User", id: "alice" }],
    ["DELETE", "/User/alice"],
  ]) {
    const response = await ask(method, path, body);
    const { issue } = await response.json();
    assert.deepEqual([response.status, issue[0].code], [503, "not-supported"], `${method} ${path}`);
    assert.match(issue[0].diagnostics, /^A later version of this service made the tables/);
  }
  assert.equal((await (await goodExchange(sts)).send(sts)).status, 200, "what is published serves on");
  const { directory } = await (await sts.fetch("/health", { method: "GET", headers: {} })).json();
  assert.deepEqual(directory, { status: "unavailable" });
  const told = sts.lines.filter((line) => line.includes('"reason":"stored_by_later_version"'));
  assert.ok(told.length >= 5, sts.lines.join("\n"));
  const why = "failed: a newer version of edge-sts made the tables";
  assert.ok(
    sts.lines.some((line) => line.includes(why)),
    sts.lines.join("\n"),
  );
  await stopped(sts);

  const after = tables((database) => {
    database.exec("UPDATE schema_versions SET version = 1 WHERE part = 'directory'");
    return database.prepare(STORED).all();
  });
  assert.deepEqual(after, stored);
  const again = await started();
  assert.equal(
    (await again.fetch("/Client/c1", { method: "GET", headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })).status,
    200,
  );
});
