// A fault of the module itself: the request that meets it gets 503, the next ones are served by a new instance.
import assert from "node:assert/strict";
import { test } from "node:test";
import { active, issuedBy, servesGood } from "../suites/answers.mjs";
import { install } from "../suites/fixture.mjs";
import { goodExchange, refreshRequest } from "../suites/token_request.mjs";
import { ownWorker } from "./own_worker.mjs";

const sts = await ownWorker({ main: "tests/workerd/trapping_worker.mjs" });

test("a trap costs one request", async () => {
  await install(sts);
  const { answer } = await issuedBy(await (await goodExchange(sts)).send(sts));
  for (let n = 0; n < 3; n++) {
    assert.equal(await (await sts.fetch("/destroy")).text(), "destroyed");
    const response = await (await goodExchange(sts)).send(sts);
    const text = await response.text();
    assert.equal(response.status, 503, text);
    assert.equal(JSON.parse(text).error, "temporarily_unavailable");
    assert.match(response.headers.get("retry-after"), /^[1-9][0-9]*$/);
    assert.equal(response.headers.get("cache-control"), "no-store");
    await servesGood(sts);
    assert.equal((await sts.fetch("/health")).status, 200);
  }
  // nothing of what is stored was lost
  await active(sts, "c1", answer.access_token);
  await issuedBy(await refreshRequest("c1", answer.refresh_token).send(sts));
});
