// Every suite in Node, against the built package as its users import it.
import "./quiet.mjs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createSts, memoryGrants, sqliteDirectory, sqliteGrants } from "edge-sts";
import { ADMIN_TOKEN, install, ISSUER, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";
import { inProcess } from "../suites/in_process.mjs";
import { suites } from "../suites/index.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-grants-"));
const open = [];
after(() => {
  for (const store of open) store.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = { issuer: ISSUER, signingKeys: SIGNING_KEYS, adminToken: ADMIN_TOKEN, onEvent: () => undefined };

const instances = {
  "resources as an array, grants in memory": ({ now }) =>
    createSts({ ...options, now, resources: RESOURCES, grants: memoryGrants({ now }) }),
  "resources and grants in SQLite": ({ now }) => {
    const resources = sqliteDirectory(join(folder, "resources.sqlite"));
    const grants = sqliteGrants(join(folder, "grants.sqlite"), { now });
    open.push(resources, grants);
    return createSts({ ...options, now, resources, grants, signingKeys: JSON.stringify(SIGNING_KEYS) });
  },
};

for (const [title, make] of Object.entries(instances)) {
  const sts = await inProcess(make);
  if (!title.includes("array")) await install(sts);
  describe(title, () => {
    for (const [suite, cases] of Object.entries(suites)) {
      describe(suite, () => {
        for (const { name, run } of cases) test(name, () => run(sts));
      });
    }
  });
}
