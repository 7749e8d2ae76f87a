// Writes grants without end, and says each version only when it is written. For sqlite_killed.test.mjs.
import { writeSync } from "node:fs";
import { sqliteGrants } from "edge-sts";
import { valueOf } from "./killed_value.mjs";

const [, , file, ...names] = process.argv;
const grants = sqliteGrants(file);
const far = Math.floor(Date.now() / 1000) + 86_400;
for (;;) {
  for (const name of names) {
    const stored = await grants.read(name);
    const version = stored?.version ?? null;
    const next = (version ?? 0) + 1;
    if (await grants.write(name, version, valueOf(name, next), far)) writeSync(1, `${name} ${next}\n`);
  }
}
