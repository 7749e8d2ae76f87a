// What public-key signatures cost in an exchange, in Node and in the Workers runtime: of subject tokens, which are verified, and
// of issued ones, which are signed. The exchange with HS256 on both sides, which the module computes, is what is no signature. In
// Node the bare calls of WebCrypto with imported keys stand beside it.
import { createSts } from "edge-sts";
import { Client } from "./measure/client.mjs";
import { machine } from "./measure/machine.mjs";
import { inTurns, median, minimum } from "./measure/slices.mjs";
import { ISSUER, request, SIGNING_KEY } from "./scenario/exchange.mjs";
import { tokenRequest } from "./scenario/over_http.mjs";
import { ISSUERS, WITH_ISSUERS } from "./scenario/public_keys.mjs";
import { storedEntries } from "./scenario/stored.mjs";
import { edgeSts, startWorkers } from "./workers/runtime.mjs";

const CONNECTIONS = 16;
const hmac = request();

await node();
await workerd();

async function node() {
  const service = (key) =>
    createSts({ issuer: ISSUER, signingKeys: { keys: [key] }, resources: WITH_ISSUERS, onEvent: () => undefined });
  const sts = await service(SIGNING_KEY);
  const contenders = [{ name: "HS256", work: () => sts.exchange(hmac) }];
  for (const { alg, request, bareVerify, bareSign, signingKey } of ISSUERS) {
    const signing = await service(signingKey);
    contenders.push(
      { name: `${alg}, verified`, work: () => sts.exchange(request) },
      { name: `${alg}, bare verify`, work: bareVerify },
      { name: `${alg}, signed`, work: () => signing.exchange(hmac) },
      { name: `${alg}, bare sign`, work: bareSign },
    );
  }
  for (const { name, work } of contenders) {
    const answer = await work();
    if (answer !== true && answer.token_type !== "Bearer" && !(answer instanceof ArrayBuffer)) throw new Error(name);
  }
  const repeated = ({ name, work }) => ({
    name,
    run: async (count) => {
      for (let index = 0; index < count; index++) await work();
    },
  });
  const results = await inTurns(contenders.map(repeated), { rounds: 40, slice: 30, warmUp: 300 });

  const of = (name, statistic = median) => statistic(results.find((each) => each.name === name).nanoseconds) / 1000;
  console.info(machine());
  console.info(
    "| Node, microseconds | exchange, minimum | median | over HS256 | bare call, median | over HS256 / bare |",
  );
  console.info("|---|--:|--:|--:|--:|--:|");
  console.info(`| HS256 | ${of("HS256", minimum).toFixed(1)} | ${of("HS256").toFixed(1)} | | | |`);
  for (const { alg } of ISSUERS) {
    for (const [what, call] of [
      ["verified", "bare verify"],
      ["signed", "bare sign"],
    ]) {
      const [name, bare] = [`${alg}, ${what}`, of(`${alg}, ${call}`)];
      const over = of(name) - of("HS256");
      const figures = [of(name, minimum), of(name), over, bare].map((figure) => figure.toFixed(1));
      console.info(`| ${[name, ...figures, (over / bare).toFixed(2)].join(" | ")} |`);
    }
  }
}

async function workerd() {
  const bound = (key) => ({ STS_ISSUER: ISSUER, STS_SIGNING_KEYS: JSON.stringify({ keys: [key] }) });
  const first = await edgeSts("HS256", bound(SIGNING_KEY));
  const others = ISSUERS.map(({ alg, signingKey }) => ({ ...first, name: alg, bindings: bound(signingKey) }));
  const { urls, kv, stop } = await startWorkers([first, ...others], () => undefined);
  try {
    const store = await kv(first.name, "CONFIG"); // all Workers are bound to the same namespace
    for (const { key, value } of await storedEntries(WITH_ISSUERS)) await store.put(key, value);
    const clients = await Promise.all(urls.map((url) => Client.connected(url, CONNECTIONS)));
    const contender = (name, index, parameters) => {
      const wire = tokenRequest(urls[index], parameters);
      return { name, run: (count) => clients[index].send([wire], count) };
    };
    const contenders = [
      contender("HS256", 0, hmac),
      ...ISSUERS.flatMap(({ alg, request }, index) => [
        contender(`${alg}, verified`, 0, request),
        contender(`${alg}, signed`, index + 1, hmac),
      ]),
    ];
    const results = await inTurns(contenders, { rounds: 30, slice: 80, warmUp: 600 });
    const [hs256] = results.map(({ nanoseconds }) => median(nanoseconds) / 1000);
    console.info(`\n${machine()}; ${CONNECTIONS} connections`);
    console.info("| Worker, microseconds for each request | minimum | median | over HS256 |");
    console.info("|---|--:|--:|--:|");
    for (const { name, nanoseconds } of results) {
      const middle = median(nanoseconds) / 1000;
      const figures = [minimum(nanoseconds) / 1000, middle, middle - hs256].map((figure) => figure.toFixed(1));
      console.info(`| ${[name, ...figures].join(" | ")} |`);
    }
    for (const client of clients) client.close();
  } finally {
    await stop();
  }
}
