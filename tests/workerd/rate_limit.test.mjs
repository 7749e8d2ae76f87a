// Failed authentications are counted by the rate-limit binding where there is one, in memory elsewhere.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { install } from "../suites/fixture.mjs";
import { servesGood } from "../suites/answers.mjs";
import { basic, goodExchange } from "../suites/token_request.mjs";
import { folder, startWorker } from "./worker.mjs";

const places = [folder(), folder()];
after(() => places.forEach((place) => place.remove()));

const cases = [
  ["the binding's limit", (text) => text.replace("limit = 100", "limit = 3"), 3],
  ["without the binding: in memory", (text) => text.replace(/\[\[ratelimits\]\][^[]*/, ""), 100],
];

describe("rate limit", () => {
  for (const [index, [title, change, limit]] of cases.entries()) {
    test(title, async () => {
      const sts = await startWorker({ path: places[index].path, change });
      try {
        await install(sts);
        const wrong = async () =>
          (await goodExchange(sts)).header("authorization", basic("c1", "wrong-secret")).send(sts);
        const statuses = [];
        for (let attempt = 0; attempt <= limit; attempt++) statuses.push((await wrong()).status);
        // A window may end in between: then the count begins anew, once.
        while (statuses.at(-1) !== 429 && statuses.length < 3 * (limit + 1)) statuses.push((await wrong()).status);
        assert.equal(statuses.at(-1), 429, statuses.join());
        assert.ok(
          statuses.slice(0, limit).every((status) => status === 401),
          statuses.join(),
        );
        assert.match((await wrong()).headers.get("retry-after"), /^[1-9][0-9]*$/);
        await servesGood(sts);
      } finally {
        await sts.stop();
      }
    });
  }
});
