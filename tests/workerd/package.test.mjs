// The package inside a Worker of the user's own: createSts() with durableDirectory() and durableGrants().
import { after, describe, test } from "node:test";
import { install } from "../suites/fixture.mjs";
import how_to from "../suites/how_to.mjs";
import refresh from "../suites/refresh.mjs";
import { folder, startWorker } from "./worker.mjs";

const place = folder();
const sts = await startWorker({ path: place.path, main: "tests/workerd/package_worker.mjs" });
after(async () => {
  await sts.stop();
  place.remove();
});
await install(sts);

for (const [suite, cases] of Object.entries({ how_to, refresh })) {
  describe(suite, () => {
    for (const { name, run } of cases) test(name, () => run(sts));
  });
}
