// The package inside a Worker of the user's own: createSts() with durableDirectory() and durableGrants().
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { install, SECRETS, subjectToken, TYPE } from "../suites/fixture.mjs";
import how_to from "../suites/how_to.mjs";
import refresh from "../suites/refresh.mjs";
import { ownWorker } from "./own_worker.mjs";

const sts = await ownWorker({ main: "tests/workerd/package_worker.mjs" });
await install(sts);

for (const [suite, cases] of Object.entries({ how_to, refresh })) {
  describe(suite, () => {
    for (const { name, run } of cases) test(name, () => run(sts));
  });
}

describe("calls without HTTP", () => {
  const client = { client_id: "c1", client_secret: SECRETS.c1 };
  const call = async (name, parameters) =>
    (await sts.fetch(`/call/${name}`, { method: "POST", body: JSON.stringify({ ...client, ...parameters }) })).json();

  test("exchange, introspect, revoke", async () => {
    const subject = { subject_token: await subjectToken(sts), subject_token_type: TYPE.jwt };
    const { answer: issued } = await call("exchange", subject);
    const { answer: told } = await call("introspect", { token: issued.access_token });
    assert.deepEqual([told.active, told.sub, told.client_id], [true, "alice", "c1"]);
    assert.deepEqual(await call("revoke", { token: issued.refresh_token }), {});
    assert.deepEqual(await call("introspect", { token: issued.access_token }), { answer: { active: false } });
    for (const name of ["introspect", "revoke"]) {
      const refused = await call(name, { token: issued.access_token, client_secret: "wrong" });
      assert.deepEqual(refused, { name: "OAuthError", status: 401, reason: "client_secret_wrong" });
    }
  });
});
