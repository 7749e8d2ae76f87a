// What earlier versions of the program stored and gave away is served by this one. The files in tests/versions/data were
// written by the package of the commit that the folder is named after (npm run versions -- COMMIT --fixture).
import assert from "node:assert/strict";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { createSts, memoryGrants, sqliteDirectory, sqliteGrants } from "edge-sts";
import { inProcess } from "../suites/in_process.mjs";
import { check, OPTIONS } from "../versions/scenario.mjs";
import { edgeSts } from "./command.mjs";
import "./quiet.mjs";

const DATA = fileURLToPath(new URL("../versions/data", import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "edge-sts-versions-"));
const open = [];
after(() => {
  for (const one of open) one.close();
  rmSync(temporary, { recursive: true, force: true });
});

/** A copy of what a commit wrote, to be changed by this version. */
function written(commit, copy) {
  const folder = mkdtempSync(join(temporary, `${commit}-${copy}-`));
  for (const file of globSync(join(DATA, commit, "*"))) {
    if (file.endsWith(".gz")) writeFileSync(join(folder, basename(file, ".gz")), gunzipSync(readFileSync(file)));
    else cpSync(file, join(folder, basename(file)));
  }
  const notes = JSON.parse(readFileSync(join(folder, "notes.json"), "utf8"));
  const file = (name) => join(folder, name);
  return { notes, file, kv: JSON.parse(readFileSync(file("kv.json"), "utf8")) };
}

const onEvent = () => undefined;
const serve = (stores) => inProcess(({ now }) => createSts({ ...OPTIONS, ...stores(now), now, onEvent }));

function opened(store) {
  open.push(store);
  return store;
}

const commits = globSync(join(DATA, "*")).map((folder) => basename(folder));

test("there are some", () => assert.ok(commits.length >= 1));

for (const commit of commits) {
  describe(`what ${commit} wrote`, () => {
    test("files of SQLite: resources, their history, grants", async () => {
      const { notes, file } = written(commit, "files");
      const resources = opened(sqliteDirectory(file("directory.sqlite")));
      const grants = (now) => opened(sqliteGrants(file("grants.sqlite"), { now }));
      await check(await serve((now) => ({ resources, grants: grants(now) })), notes.files);
    });

    test("the entries of a KV, and grants beside it", async () => {
      const { notes, file, kv } = written(commit, "kv");
      const resources = { get: (key) => kv[key] ?? null };
      const grants = (now) => opened(sqliteGrants(file("kv_grants.sqlite"), { now }));
      await check(await serve((now) => ({ resources, grants: grants(now) })), notes.kv, { history: false });
    });

    test("the tokens that carry their grants need no store of that time", async () => {
      const { notes, kv } = written(commit, "carried");
      const resources = { get: (key) => kv[key] ?? null };
      const grants = { ...memoryGrants(), since: 0 };
      const { unused, active } = notes.kv.c2;
      const sts = await serve(() => ({ resources, grants }));
      await check(
        sts,
        { c2: { unused, active: [active[0], active[0]], ended: [] } },
        { history: false, narrowed: "read write" },
      );
    });
  });
}

describe("what a later version wrote", () => {
  for (const [option, part] of [
    ["--store", "directory"],
    ["--grants", "grants"],
  ]) {
    test(`edge-sts serve ${option}: the file is refused by its name, and left as it is`, async () => {
      const path = join(temporary, `${part}.sqlite`);
      (part === "grants" ? sqliteGrants(path) : sqliteDirectory(path)).close();
      const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
      const database = new DatabaseSync(path);
      const { changes } = database.prepare("UPDATE schema_versions SET version = version + 1 WHERE part = ?").run(part);
      assert.equal(Number(changes), 1);
      database.close();
      const before = readFileSync(path);
      assert.throws(
        () => (part === "grants" ? sqliteGrants(path) : sqliteDirectory(path)),
        /newer version of edge-sts/,
      );
      const env = { STS_SIGNING_KEYS: JSON.stringify(OPTIONS.signingKeys) };
      const others = part === "grants" ? ["--store", join(temporary, "s.sqlite")] : ["--grants", "memory"];
      const { code, stderr } = await edgeSts(["serve", "--port", "0", option, path, ...others], { env });
      assert.notEqual(code, 0);
      assert.match(stderr, /a newer version of edge-sts made this file\. Update this program\./);
      assert.deepEqual(readFileSync(path), before);
    });
  }
});
