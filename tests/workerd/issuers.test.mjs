// Issuers on loopback, and the Worker in the Workers runtime.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { cases } from "../issuer/cases.mjs";
import { loopback } from "../issuer/server.mjs";
import { install } from "../suites/fixture.mjs";
import { ownWorker } from "./own_worker.mjs";

const server = await loopback();
const sts = await ownWorker();
after(() => server.close());
await install(sts);

const events = () => sts.lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));

describe("issuers", { concurrency: 4 }, () => {
  for (const { name, run } of cases) test(name, () => run({ sts, server, events }));
});

test("the log holds no token and no credentials", () => {
  assert.ok(!sts.lines.join("\n").includes("planted"));
});
