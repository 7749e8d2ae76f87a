// Changes forty resources of a file at once, again and again, and says each version only when it is written. For
// directory_killed.test.mjs.
import { writeSync } from "node:fs";
import { sqliteDirectory } from "edge-sts";
import { change } from "../directory/changes.mjs";

const [, , file] = process.argv;
const directory = sqliteDirectory(file);
const names = Array.from({ length: 40 }, (_, n) => ({ type: "User", id: `id-${n}` }));
for (;;) {
  const [{ version }] = await directory.look([names[0]]);
  const changes = names.map(({ type, id }) =>
    change(type, id, version, { unique: [`User?${id}`], shared: ["User?s"] }),
  );
  const { done } = await directory.change(changes, String(process.pid), 1000);
  if (done) writeSync(1, `${version + 1}\n`);
}
