// What must survive a restart does: resources in KV, grants in Durable Objects, both on disk.
import assert from "node:assert/strict";
import { test } from "node:test";
import { active, inactive, issuedBy, refusedBy } from "../suites/answers.mjs";
import { install } from "../suites/fixture.mjs";
import { configure, howToRequest, howToWorks } from "../suites/how_to.mjs";
import { goodExchangeOf, refreshRequest } from "../suites/token_request.mjs";
import { workersInTurn } from "./own_worker.mjs";

const { started, stopped } = workersInTurn();

test("stop, start again: resources, refresh tokens, opaque tokens and revocations are there", async () => {
  const before = await started();
  await configure(before);
  await install(before);
  const kept = await howToWorks(before);
  const reused = await howToWorks(before);
  const used = async (token) =>
    (await issuedBy(await refreshRequest("tokenexchange", token).send(before))).answer.refresh_token;
  const successor = await used(await used(reused.refresh_token));
  const { answer: opaque } = await issuedBy(await (await goodExchangeOf(before, "co", "read")).send(before));
  const ended = await howToWorks(before);
  await used(await used(ended.refresh_token));
  await refusedBy(await refreshRequest("tokenexchange", ended.refresh_token).send(before), { error: "invalid_grant" });
  await stopped(before);

  const sts = await started();
  await howToWorks(sts);
  await active(sts, "tokenexchange", kept.access_token);
  await active(sts, "co", opaque.access_token);
  await inactive(sts, "tokenexchange", ended.access_token, "token revoked before the restart");
  const next = (await issuedBy(await refreshRequest("tokenexchange", kept.refresh_token).send(sts))).answer;
  assert.notEqual(next.refresh_token, kept.refresh_token);
  // what was used before the restart is a reuse after it
  await refusedBy(await refreshRequest("tokenexchange", reused.refresh_token).send(sts), { error: "invalid_grant" });
  await refusedBy(await refreshRequest("tokenexchange", successor).send(sts), { error: "invalid_grant" });
  assert.equal((await howToRequest(sts)).status, 200);
  await stopped(sts);
});
