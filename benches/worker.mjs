// The Worker in the Workers runtime, over loopback, beside one that answers a constant, the same exchange written by hand with
// `jose`, and what Cloudflare's own library does. A line on the console is part of an exchange: each has it, or not.
import assert from "node:assert/strict";
import { Client } from "./measure/client.mjs";
import { machine } from "./measure/machine.mjs";
import { note } from "./measure/rows.mjs";
import { inTurns, median, minimum } from "./measure/slices.mjs";
import { ISSUER, REQUESTS, RESOURCES, SIGNING_KEY, STORED_RESOURCES } from "./scenario/exchange.mjs";
import { tokenRequest } from "./scenario/over_http.mjs";
import { prove } from "./scenario/proof.mjs";
import { ADMIN_TOKEN, store } from "./workers/administrator.mjs";
import { cloudflareExchange, cloudflareProvider } from "./workers/cloudflare.mjs";
import { edgeSts, startWorkers, worker } from "./workers/runtime.mjs";

const CONNECTIONS = 16;

const ours = await edgeSts("edge-sts", {
  STS_ISSUER: ISSUER,
  STS_SIGNING_KEYS: JSON.stringify({ keys: [SIGNING_KEY] }),
  STS_ADMIN_TOKEN: ADMIN_TOKEN,
});

// What an exchange leaves on the console and answers; asked of the first Worker, given to the others.
const sample = await oneExchange();
const constant = { BODY: sample.body, HEADERS: sample.headers, LINE: sample.line };
const jose = { ISSUER, SIGNING_KEY: JSON.stringify(SIGNING_KEY), RESOURCES: JSON.stringify(STORED_RESOURCES) };
const workers = [
  ours,
  await worker("constant-with-log", "constant_with_log.mjs", constant),
  await worker("constant", "constant.mjs", constant),
  await worker("jose-with-log", "jose.mjs", { ...jose, LOG: "yes" }),
  await worker("jose", "jose.mjs", { ...jose, LOG: "no" }),
  await cloudflareProvider("cloudflare"),
].filter((each) => each !== undefined);
const runtime = await startWorkers(workers, () => undefined);
const NAMES = [
  "edge-sts, with its line on the console",
  "a constant, with the same line",
  "a constant",
  "`jose`, with a line",
  "`jose`",
  "`@cloudflare/workers-oauth-provider`, which reads and writes KV",
];
try {
  const { urls } = runtime;
  await store(urls[0], RESOURCES);
  const clients = await Promise.all(urls.map((url) => Client.connected(url, CONNECTIONS)));
  for (const index of [0, 3, 4]) {
    await prove(NAMES[index], (parameters) => exchange(clients[index], urls[index], parameters));
  }
  for (const index of [1, 2]) {
    const { status, body } = await clients[index].one(tokenRequest(urls[index], REQUESTS[0]));
    assert.deepEqual([status, body.toString()], [200, sample.body]);
  }
  const requests = urls.map((url) => REQUESTS.map((parameters) => tokenRequest(url, parameters)));
  if (urls[5] !== undefined) requests[5] = [await cloudflareExchange(urls[5])];

  const contenders = NAMES.slice(0, urls.length).map((name, index) => ({
    name,
    run: (count) => clients[index].send(requests[index], count),
  }));
  const results = await inTurns(contenders, { rounds: 40, slice: 150, warmUp: 2000 });
  report(results);
  for (const client of clients) client.close();
} finally {
  await runtime.stop();
}

function report(results) {
  const perSecond = results.map(({ name, nanoseconds }) => ({ name, rates: nanoseconds.map((each) => 1e9 / each) }));
  const [one, constantWithLine, , joseWithLine] = perSecond.map(({ rates }) => median(rates));
  console.log(`${machine()}; ${CONNECTIONS} connections`);
  console.log("| requests per second | minimum | median | microseconds, median | ours, times it |");
  console.log("|---|--:|--:|--:|--:|");
  for (const { name, rates } of perSecond) {
    const middle = median(rates);
    const figures = [
      minimum(rates).toFixed(0),
      middle.toFixed(0),
      (1e6 / middle).toFixed(0),
      (one / middle).toFixed(2),
    ];
    console.log(`| ${[name, ...figures].join(" | ")} |`);
  }
  note("constant", (one / constantWithLine).toFixed(2), one / constantWithLine >= 0.85);
  note("jose", (one / joseWithLine).toFixed(2), one / joseWithLine >= 1.8);
}

async function oneExchange() {
  const lines = [];
  const { urls, stop } = await startWorkers([ours], ({ message }) => lines.push(message));
  try {
    await store(urls[0], RESOURCES);
    const client = await Client.connected(urls[0], 1);
    const { status, head, body } = await client.one(tokenRequest(urls[0], REQUESTS[0]));
    client.close();
    assert.equal(status, 200);
    const headers = Object.fromEntries(
      head
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(": ", 2))
        .filter(([name]) => name.toLowerCase() !== "content-length"),
    );
    const exchanged = () => lines.find((line) => line.includes('"token.exchange"'));
    for (let waited = 0; exchanged() === undefined && waited < 50; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(exchanged(), "an audit event on the console");
    return { body: body.toString(), headers, line: exchanged() };
  } finally {
    await stop();
  }
}

async function exchange(client, url, parameters) {
  const { status, body } = await client.one(tokenRequest(url, parameters));
  const answer = JSON.parse(body);
  if (status === 200) return answer;
  throw Object.assign(new Error(answer.error_description), { name: "Refused" });
}
