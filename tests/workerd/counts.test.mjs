// What a request costs in calls of stores, which is what is paid for and waited for: counted, not timed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { issuedBy } from "../suites/answers.mjs";
import { install } from "../suites/fixture.mjs";
import { configure, howToRequest } from "../suites/how_to.mjs";
import { goodExchange, refreshRequest } from "../suites/token_request.mjs";
import { workersInTurn } from "./own_worker.mjs";

const { started, stopped } = workersInTurn({ main: "tests/workerd/counting_worker.mjs" });

const counts = async (sts) => (await sts.fetch("/counts")).json();
const NOTHING = { reads: 0, rounds: 0, writes: 0, grants: 0, directory: 0 };

test("a cold exchange reads KV in one round, a warm one nothing; no Durable Object is called before a refresh token is used", async () => {
  const before = await started();
  await configure(before);
  await install(before);
  await stopped(before);

  const sts = await started();
  assert.deepEqual(await counts(sts), NOTHING, "nothing is read at the start");
  const exchanged = async () => issuedBy(await (await goodExchange(sts)).send(sts));
  await exchanged();
  const cold = await counts(sts);
  assert.deepEqual({ ...cold, reads: 0 }, { ...NOTHING, rounds: 1 }, "cold");
  assert.ok(cold.reads >= 3 && cold.reads <= 4, `${cold.reads} reads: the client, the issuer, the user by either name`);
  for (let repeated = 0; repeated < 3; repeated++) await exchanged();
  assert.deepEqual(await counts(sts), NOTHING, "warm");

  const { status, answer } = await answered(await howToRequest(sts));
  assert.equal(status, 200);
  assert.ok(answer.refresh_token, "with a refresh token");
  assert.equal((await counts(sts)).grants, 0, "a refresh token that is issued");
  const { answer: next } = await issuedBy(await refreshRequest("tokenexchange", answer.refresh_token).send(sts));
  const first = await counts(sts);
  assert.equal(first.grants, 2, "one that is used: its grant is read and written");
  assert.ok(first.rounds <= 1, "the user's resource may be cold");
  await issuedBy(await refreshRequest("tokenexchange", next.refresh_token).send(sts));
  assert.deepEqual(await counts(sts), { ...NOTHING, grants: 2 }, "used again, and everything warm");
  await stopped(sts);
});

async function answered(response) {
  return { status: response.status, answer: await response.json() };
}
