// An issuer with a path, in the Workers runtime.
import { after, test } from "node:test";
import { ADMIN_TOKEN, install, SIGNING_KEYS } from "../suites/fixture.mjs";
import { PATH_ISSUER, underAPath } from "../suites/under_a_path.mjs";
import { folder, startWorker } from "./worker.mjs";

const place = folder();
const bindings = {
  STS_ISSUER: PATH_ISSUER,
  STS_SIGNING_KEYS: JSON.stringify(SIGNING_KEYS),
  STS_ADMIN_TOKEN: ADMIN_TOKEN,
};
const sts = await startWorker({ path: place.path, bindings });
after(async () => {
  await sts.stop();
  place.remove();
});

test("an issuer with a path", async () => {
  await install({ fetch: (path, init) => sts.fetch(`/tenants/one${path}`, init) });
  await underAPath(sts);
});
