// An issuer with a path, in Node.
import "./quiet.mjs";
import { test } from "node:test";
import { createSts } from "edge-sts";
import { ADMIN_TOKEN, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";
import { inProcess } from "../suites/in_process.mjs";
import { PATH_ISSUER, underAPath } from "../suites/under_a_path.mjs";

test("an issuer with a path", async () => {
  const options = { issuer: PATH_ISSUER, signingKeys: SIGNING_KEYS, resources: RESOURCES, adminToken: ADMIN_TOKEN };
  await underAPath(await inProcess(({ now }) => createSts({ ...options, now })));
});
