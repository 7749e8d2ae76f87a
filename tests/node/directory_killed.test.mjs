// sqliteDirectory survives kill -9 at any moment: what was acknowledged is there, and each change whole or not at all.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { sqliteDirectory } from "edge-sts";
import { change, documentOf } from "../directory/changes.mjs";

const WRITER = fileURLToPath(new URL("directory_writer.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "edge-sts-killed-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Kills two writers of one file after so many acknowledgements; gives those. */
async function killAfter(lines, file) {
  const acknowledged = [];
  const writers = [0, 1].map(() => {
    const child = spawn(process.execPath, ["--no-warnings", WRITER, file], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part) => {
      text += part;
      const whole = text.split("\n");
      text = whole.pop();
      acknowledged.push(...whole.map(Number));
      if (acknowledged.length >= lines) for (const { child } of writers) child.kill("SIGKILL");
    });
    return { child, ended: new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code))) };
  });
  for (const { ended } of writers) assert.equal(await ended, "SIGKILL");
  return acknowledged;
}

test("killed again and again while two processes change forty resources at once", async () => {
  const file = join(folder, "resources.sqlite");
  const names = Array.from({ length: 40 }, (_, n) => ({ type: "User", id: `id-${n}` }));
  const all = new Set();
  let last = 0;
  for (const lines of [1, 3, 10, 25, 60]) {
    for (const version of await killAfter(lines, file)) {
      assert.ok(!all.has(version), "two processes made one version");
      all.add(version);
    }
    const database = new DatabaseSync(file);
    assert.equal(database.prepare("PRAGMA integrity_check").get().integrity_check, "ok");
    database.close();
    const directory = sqliteDirectory(file);
    const [{ version }] = await directory.look(names);
    // each writer may have made one more version that nobody was told of
    const told = Math.max(last, ...all);
    assert.ok(version >= told && version <= told + 2, `${version}, not ${told}`);
    for (const [n, stored] of (await directory.look(names)).entries()) {
      assert.deepEqual(stored, { version, document: documentOf("User", `id-${n}`, version) });
    }
    assert.equal((await directory.read(["User?id-39"]))[0], documentOf("User", "id-39", version));
    assert.equal(JSON.parse((await directory.read(["User?s"]))[0]).length, 40);
    assert.equal((await directory.list({ type: "User", offset: 0, count: 1 })).total, 40);
    // it can be changed at once: no lock of the dead is left
    const changes = names.map(({ type, id }) =>
      change(type, id, version, { unique: [`User?${id}`], shared: ["User?s"] }),
    );
    assert.deepEqual(await directory.change(changes, "test", 1000), { done: true });
    all.add((last = version + 1));
    directory.close();
  }
});
