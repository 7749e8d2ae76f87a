// Where the time of the Worker goes: the constant Worker with one more of the things that ours does in each step, and ours.
// Processor time of the runtime for one request stands beside the time that passes, since it holds on a busy machine, too.
import assert from "node:assert/strict";
import { Client } from "./measure/client.mjs";
import { machine } from "./measure/machine.mjs";
import { child, processorTime } from "./measure/processor.mjs";
import { inTurns, median } from "./measure/slices.mjs";
import { ISSUER, REQUESTS, RESOURCES, SIGNING_KEY } from "./scenario/exchange.mjs";
import { tokenRequest } from "./scenario/over_http.mjs";
import { storedEntries } from "./scenario/stored.mjs";
import { edgeSts, startWorkers, worker } from "./workers/runtime.mjs";

// No more than five: the seventh Worker of one runtime answered nothing.
const STEPS = [
  "a constant",
  "+ method, URL and headers are read",
  "+ `waitUntil`, which only a request that waits needs",
  "+ a new line on the console",
  "+ a new body, and kept headers with a new value in one of them",
];
// As long as those of an exchange; the headers are its own.
const constant = {
  LINE: JSON.stringify({ event: "token.exchange", outcome: "success", filling: "x".repeat(355) }),
  BODY: JSON.stringify({ access_token: "x".repeat(400), filling: "y".repeat(140) }),
  HEADERS: {
    "content-type": "application/json",
    "cache-control": "no-store",
    pragma: "no-cache",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
  },
};
const ours = await edgeSts("edge-sts", {
  STS_ISSUER: ISSUER,
  STS_SIGNING_KEYS: JSON.stringify({ keys: [SIGNING_KEY] }),
});
const steps = await Promise.all(
  STEPS.map((_, STEP) => worker(`step-${STEP}`, "steps.mjs", { ...constant, STEP: String(STEP) })),
);
// Without a directory: what stands in KV is read.
delete ours.durableObjects.DIRECTORY;
const runtime = await startWorkers([ours, ...steps], () => undefined);
try {
  const { urls } = runtime;
  const store = await runtime.kv(ours.name, "CONFIG");
  for (const { key, value } of await storedEntries(RESOURCES)) await store.put(key, value);
  const pid = child("workerd");
  const clients = await Promise.all(urls.map((url) => Client.connected(url, 8)));
  const requests = urls.map((url) => REQUESTS.map((parameters) => tokenRequest(url, parameters)));
  const { status } = await clients[0].one(requests[0][0]);
  assert.equal(status, 200);
  const used = urls.map(() => ({ milliseconds: 0, requests: 0 }));
  const contenders = ["edge-sts", ...STEPS].map((name, index) => ({
    name,
    run: async (count) => {
      const before = processorTime(pid);
      await clients[index].send(requests[index], count);
      used[index].milliseconds += processorTime(pid) - before;
      used[index].requests += count;
    },
  }));
  const results = await inTurns(contenders, { rounds: 30, slice: 150, warmUp: 2500 });
  console.log(`${machine()}; 8 connections`);
  console.log("| one request, microseconds | median | processor |");
  console.log("|---|--:|--:|");
  const inOrder = results.map((result, index) => ({ ...result, ...used[index] }));
  for (const { name, nanoseconds, milliseconds, requests: count } of [...inOrder.slice(1), inOrder[0]]) {
    const processor = (milliseconds * 1000) / count;
    console.log(`| ${name} | ${(median(nanoseconds) / 1000).toFixed(0)} | ${processor.toFixed(0)} |`);
  }
  for (const client of clients) client.close();
} finally {
  await runtime.stop();
}
