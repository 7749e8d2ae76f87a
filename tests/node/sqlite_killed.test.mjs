// sqliteGrants survives kill -9 at any moment: what was acknowledged is there, and nothing is there by half.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { sqliteGrants } from "edge-sts";
import { valueOf } from "./killed_value.mjs";

const WRITER = fileURLToPath(new URL("killed_writer.mjs", import.meta.url));
const NAMES = ["g1", "g2", "g3"];
const folder = mkdtempSync(join(tmpdir(), "edge-sts-killed-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Kills two writers of one file after so many acknowledgements; gives the last acknowledged version of each grant. */
async function killAfter(lines, file) {
  const acknowledged = new Map();
  let seen = 0;
  const writers = [0, 1].map(() => {
    const child = spawn(process.execPath, ["--no-warnings", WRITER, file, ...NAMES], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part) => {
      text += part;
      const whole = text.split("\n");
      text = whole.pop();
      for (const line of whole) {
        const [name, version] = line.split(" ");
        acknowledged.set(name, Math.max(acknowledged.get(name) ?? 0, Number(version)));
        seen += 1;
      }
      if (seen >= lines) for (const { child } of writers) child.kill("SIGKILL");
    });
    return { child, ended: new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code))) };
  });
  for (const { ended } of writers) assert.equal(await ended, "SIGKILL");
  return acknowledged;
}

test("killed again and again while two processes write", async () => {
  const file = join(folder, "grants.sqlite");
  const before = new Map();
  for (const lines of [1, 2, 5, 17, 60, 111, 240]) {
    const acknowledged = await killAfter(lines, file);
    const database = new DatabaseSync(file);
    assert.equal(database.prepare("PRAGMA integrity_check").get().integrity_check, "ok");
    database.close();
    const grants = sqliteGrants(file);
    for (const name of NAMES) {
      const stored = await grants.read(name);
      const least = Math.max(acknowledged.get(name) ?? 0, before.get(name) ?? 0);
      if (stored === null) {
        assert.equal(least, 0, "an acknowledged grant is gone");
        continue;
      }
      // each writer may have written one more version that nobody was told of
      assert.ok(stored.version >= least && stored.version <= least + 2, `${name}: ${stored.version}, not ${least}`);
      assert.equal(stored.value, valueOf(name, stored.version));
      before.set(name, stored.version);
      // it can be written at once: no lock of the dead is left
      const far = Math.floor(Date.now() / 1000) + 86_400;
      const next = stored.version + 1;
      assert.equal(await grants.write(name, stored.version, valueOf(name, next), far), true);
      before.set(name, next);
    }
    grants.close();
  }
  assert.ok([...before.values()].every((version) => version > 10));
});
