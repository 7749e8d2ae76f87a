// Exchanges that give a refresh token beside those that give none, at one Worker in the Workers runtime, over loopback.
// Nothing is written for a refresh token until it is used (issue 10), so both should be as many a second, within 15 per
// cent: fails past that.
import assert from "node:assert/strict";
import { Client } from "./measure/client.mjs";
import { machine } from "./measure/machine.mjs";
import { inTurns, median, minimum } from "./measure/slices.mjs";
import { ISSUER, REQUESTS, RESOURCES, SIGNING_KEY } from "./scenario/exchange.mjs";
import { REFRESHING } from "./scenario/refreshing.mjs";
import { tokenRequest } from "./scenario/over_http.mjs";
import { ADMIN_TOKEN, store } from "./workers/administrator.mjs";
import { edgeSts, startWorkers } from "./workers/runtime.mjs";

const CONNECTIONS = 16;
const WITHIN = 0.85;

const bindings = {
  STS_ISSUER: ISSUER,
  STS_SIGNING_KEYS: JSON.stringify({ keys: [SIGNING_KEY] }),
  STS_ADMIN_TOKEN: ADMIN_TOKEN,
};
const runtime = await startWorkers([await edgeSts("edge-sts", bindings)], () => undefined);
const [url] = runtime.urls;
let ratio;
try {
  await store(url, [...RESOURCES, REFRESHING]);
  const connections = await Client.connected(url, CONNECTIONS);
  const contenders = [
    ["without a refresh token", REQUESTS[0].client_id, false],
    ["with a refresh token", REFRESHING.id, true],
  ].map(([name, id, refreshes]) => ({
    name,
    refreshes,
    requests: REQUESTS.map((form) => tokenRequest(url, { ...form, client_id: id })),
  }));
  for (const { requests, refreshes } of contenders) {
    const { status, body } = await connections.one(requests[0]);
    assert.equal(status, 200, body.toString());
    assert.equal(JSON.parse(body).refresh_token !== undefined, refreshes);
  }
  const run = ({ name, requests }) => ({ name, run: (count) => connections.send(requests, count) });
  const results = await inTurns(contenders.map(run), { rounds: 40, slice: 150, warmUp: 4000 });
  const rates = results.map(({ nanoseconds }) => nanoseconds.map((each) => 1e9 / each));
  ratio = median(rates[1]) / median(rates[0]);
  console.log(`${machine()}; ${CONNECTIONS} connections`);
  console.log("| exchanges per second | minimum | median |\n|---|--:|--:|");
  for (const [index, { name }] of results.entries()) {
    console.log(`| ${name} | ${minimum(rates[index]).toFixed(0)} | ${median(rates[index]).toFixed(0)} |`);
  }
  console.log(`with / without: ${ratio.toFixed(2)}`);
  connections.close();
} finally {
  await runtime.stop();
}
if (ratio < WITHIN) {
  console.error(`Exchanges with a refresh token are fewer than ${WITHIN} of those without.`);
  process.exitCode = 1;
}
