// cases.md K08: the alarm that deletes a grant comes early, or twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { active, issuedBy } from "../suites/answers.mjs";
import { install } from "../suites/fixture.mjs";
import { goodExchangeOf, refreshRequest } from "../suites/token_request.mjs";
import { ownWorker } from "./own_worker.mjs";

const sts = await ownWorker({ main: "tests/workerd/alarm_worker.mjs" });

// sts_at_, the 22 letters of the grant's id, the secret
const grantOf = (token) => token.slice(7, 29);

async function alarm(token) {
  assert.equal(await (await sts.fetch(`/alarm/${grantOf(token)}`)).text(), "done");
}

test("K08 an alarm that comes too early takes nothing, and one that comes twice does no harm", async () => {
  await install(sts);
  // A grant is stored when it is refreshed.
  const issue = async (client) => {
    const { refresh_token } = (await issuedBy(await (await goodExchangeOf(sts, client, "read")).send(sts))).answer;
    return (await issuedBy(await refreshRequest(client, refresh_token).send(sts))).answer;
  };
  const { access_token, refresh_token } = await issue("co");
  await alarm(access_token);
  await alarm(access_token);
  await active(sts, "co", access_token);
  await issuedBy(await refreshRequest("co", refresh_token).send(sts));
});
