// The example in the documentation of durableGrants(), as it is printed, in the Workers runtime.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { install } from "../suites/fixture.mjs";
import refresh from "../suites/refresh.mjs";
import { folder, startWorker } from "./worker.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join("target", "durable_example.mjs");
const place = folder();
let sts;
after(async () => {
  await sts?.stop();
  place.remove();
});

// The example reads KV alone and exports no class for it.
const withoutDirectory = (text) =>
  text
    .replace(/\[\[durable_objects\.bindings\]\]\nname = "DIRECTORY"\nclass_name = "Directory"\n/, "")
    .replace(/\[\[migrations\]\]\ntag = "v2"\nnew_sqlite_classes = \["Directory"\]\n/, "");

test("the example of durableGrants() keeps grants", async (t) => {
  const documentation = readFileSync(join(ROOT, "dist", "grants", "durable.d.ts"), "utf8");
  const [, example] = /```js\n([^]*?)```/.exec(documentation);
  mkdirSync(join(ROOT, "target"), { recursive: true });
  writeFileSync(join(ROOT, MAIN), example.replaceAll(/^ *\* ?/gm, ""));
  // It has no administrator: the resources were stored before, by the Worker itself.
  const before = await startWorker({ path: place.path });
  await install(before);
  await before.stop();
  sts = await startWorker({ path: place.path, main: MAIN, change: withoutDirectory });
  assert.equal((await sts.fetch("/User/alice")).status, 404);
  for (const { name, run } of refresh.slice(0, 8)) await t.test(name, () => run(sts));
});
