// An issuer with a path, in the Workers runtime.
import { test } from "node:test";
import { ADMIN_TOKEN, install, SIGNING_KEYS } from "../suites/fixture.mjs";
import { PATH_ISSUER, underAPath } from "../suites/under_a_path.mjs";
import { ownWorker } from "./own_worker.mjs";

const bindings = {
  STS_ISSUER: PATH_ISSUER,
  STS_SIGNING_KEYS: JSON.stringify(SIGNING_KEYS),
  STS_ADMIN_TOKEN: ADMIN_TOKEN,
};
const sts = await ownWorker({ bindings });

test("an issuer with a path", async () => {
  await install({ fetch: (path, init) => sts.fetch(`/tenants/one${path}`, init) });
  await underAPath(sts);
});
