// The Worker beside one that reads the body and answers a constant, in the Workers runtime, over loopback.
import assert from "node:assert/strict";
import { Client, post } from "./measure/client.mjs";
import { machine } from "./measure/machine.mjs";
import { inTurns, median, minimum } from "./measure/slices.mjs";
import { ISSUER, REQUESTS, RESOURCES, SIGNING_KEY } from "./scenario/exchange.mjs";
import { prove } from "./scenario/proof.mjs";
import { edgeSts, startWorkers, worker } from "./workers/runtime.mjs";

const CONNECTIONS = 16;
const ADMIN_TOKEN = "the administrator of the benchmark";

// What an exchange leaves on the console and answers; asked of the first Worker, given to the others.
const sample = await oneExchange();
const constant = { BODY: sample.body, HEADERS: sample.headers, LINE: sample.line };
const runtime = await startWorkers(
  [
    ours(),
    worker("constant", "constant.mjs", constant),
    worker("constant-with-log", "constant_with_log.mjs", constant),
  ],
  () => undefined,
);
try {
  await install(runtime.urls[0]);
  const clients = await Promise.all(runtime.urls.map((url) => Client.connected(url, CONNECTIONS)));
  const requests = runtime.urls.map((url) => REQUESTS.map((parameters) => tokenRequest(url, parameters)));
  await prove("the Worker", (parameters) => exchange(clients[0], runtime.urls[0], parameters));
  for (const index of [1, 2]) {
    const { status, body } = await clients[index].one(requests[index][0]);
    assert.deepEqual([status, body.toString()], [200, sample.body]);
  }

  const names = ["edge-sts", "a constant", "a constant, and a line on the console"];
  const contenders = names.map((name, index) => ({
    name,
    run: (count) => clients[index].send(requests[index], count),
  }));
  const results = await inTurns(contenders, { rounds: 40, slice: 150, warmUp: 4000 });
  report(results);
  for (const client of clients) client.close();
} finally {
  await runtime.stop();
}

function report(results) {
  const perSecond = results.map(({ name, nanoseconds }) => ({ name, rates: nanoseconds.map((each) => 1e9 / each) }));
  const all = median(perSecond[1].rates);
  console.log(`${machine()}; ${CONNECTIONS} connections`);
  console.log("| requests per second | minimum | median | of the constant Worker's median |");
  console.log("|---|--:|--:|--:|");
  for (const { name, rates } of perSecond) {
    const figures = [minimum(rates).toFixed(0), median(rates).toFixed(0), (median(rates) / all).toFixed(2)];
    console.log(`| ${[name, ...figures].join(" | ")} |`);
  }
}

function ours() {
  return edgeSts("edge-sts", {
    STS_ISSUER: ISSUER,
    STS_SIGNING_KEYS: JSON.stringify({ keys: [SIGNING_KEY] }),
    STS_ADMIN_TOKEN: ADMIN_TOKEN,
  });
}

// As an administrator stores them.
async function install(url) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  for (const resource of RESOURCES) {
    const target = new URL(`/${resource.resourceType}/${resource.id}`, url);
    const response = await fetch(target, { method: "PUT", headers, body: JSON.stringify(resource) });
    assert.equal(response.status, 201, await response.text());
  }
}

async function oneExchange() {
  const lines = [];
  const { urls, stop } = await startWorkers([ours()], ({ message }) => lines.push(message));
  try {
    await install(urls[0]);
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

// The client authenticates with Basic, as most do.
function tokenRequest(url, { client_id, client_secret, ...form }) {
  const credentials = [client_id, client_secret].map(encodeURIComponent).join(":");
  return post(url, "/auth/token", { Authorization: `Basic ${btoa(credentials)}` }, form);
}
