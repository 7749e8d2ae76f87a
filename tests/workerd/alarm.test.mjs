// cases.md K08: the alarm that deletes a grant comes early, or twice.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { active, inactive, issuedBy } from "../suites/answers.mjs";
import { install } from "../suites/fixture.mjs";
import { goodExchangeOf } from "../suites/token_request.mjs";
import { folder, startWorker } from "./worker.mjs";

const place = folder();
const sts = await startWorker({ path: place.path, main: "tests/workerd/alarm_worker.mjs" });
after(async () => {
  await sts.stop();
  place.remove();
});

// sts_at_, the 22 letters of the grant's id, the secret
const grantOf = (token) => token.slice(7, 29);

async function alarm(token) {
  assert.equal(await (await sts.fetch(`/alarm/${grantOf(token)}`)).text(), "done");
}

test("K08 an alarm that comes too early takes nothing, and one that comes twice does no harm", async () => {
  await install(sts);
  const issue = async (client) => (await issuedBy(await (await goodExchangeOf(sts, client)).send(sts))).answer;
  const long = (await issue("c2")).access_token;
  const short = (await issue("ch")).access_token; // lives for two seconds
  await alarm(long);
  await active(sts, "c2", long);
  await sts.advance(3);
  await alarm(short);
  await inactive(sts, "ch", short);
  await alarm(short);
  await alarm(long);
  await active(sts, "c2", long);
});
