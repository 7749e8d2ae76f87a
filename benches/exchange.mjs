// sts.exchange() in Node beside the same exchange written by hand with jose, fast-jwt and node:crypto.
import { createSts } from "edge-sts";
import { inTurns, median, minimum } from "./measure/slices.mjs";
import { machine } from "./measure/machine.mjs";
import { note } from "./measure/rows.mjs";
import { fastJwtExchange } from "./peers/fast_jwt.mjs";
import { joseExchange } from "./peers/jose.mjs";
import { nodeCryptoExchange } from "./peers/node_crypto.mjs";
import { nodePlatform as platform } from "./peers/node_platform.mjs";
import { ISSUER, REQUESTS, RESOURCES, SIGNING_KEY, STORED_RESOURCES } from "./scenario/exchange.mjs";
import { prove } from "./scenario/proof.mjs";

// What the console costs is the terminal's matter, and the same for all: nobody prints here.
console.log = () => undefined;
let events = 0;
const onEvent = () => {
  events += 1;
};

const sts = await createSts({ issuer: ISSUER, signingKeys: { keys: [SIGNING_KEY] }, resources: RESOURCES, onEvent });
const options = { issuer: ISSUER, signingKey: SIGNING_KEY, resources: STORED_RESOURCES, platform, onEvent };
const ours = (parameters) => sts.exchange(parameters);
const jose = await joseExchange(options);
const fastJwt = fastJwtExchange(options);
const nodeCrypto = nodeCryptoExchange(options);

for (const [name, exchange] of Object.entries({ ours, jose, fastJwt, nodeCrypto })) {
  await prove(name, exchange);
  const before = events;
  await exchange(REQUESTS[0]);
  if (events !== before + 1) throw new Error(`${name}: one event for each exchange`);
}

const results = await inTurns(
  [
    { name: "edge-sts, one at a time", run: oneAtATime(ours) },
    { name: "edge-sts, 64 at once", run: atOnce(ours) },
    { name: "jose, 64 at once", run: atOnce(jose) },
    { name: "fast-jwt, one at a time", run: withoutPromise(fastJwt) },
    { name: "node:crypto, one at a time", run: withoutPromise(nodeCrypto) },
  ],
  { rounds: 40, slice: 50, warmUp: 1000 },
);

const one = median(results[0].nanoseconds);
console.info(machine());
console.info("| one exchange | minimum, ns | median, ns | median, times ours |");
console.info("|---|--:|--:|--:|");
for (const { name, nanoseconds } of results) {
  const middle = median(nanoseconds);
  const figures = [minimum(nanoseconds).toFixed(0), middle.toFixed(0), (middle / one).toFixed(2)];
  console.info(`| ${[name, ...figures].join(" | ")} |`);
}
const times = results.slice(2).map(({ nanoseconds }) => median(nanoseconds) / one);
note(
  "node",
  times.map((ratio) => ratio.toFixed(1)).join(" / "),
  times.every((ratio, index) => ratio >= [6, 2.5, 1.3][index]),
);

function oneAtATime(exchange) {
  return async (count) => {
    for (let index = 0; index < count; index++) await exchange(REQUESTS[index % REQUESTS.length]);
  };
}

// A function that needs no promise is not made to wait for one.
function withoutPromise(exchange) {
  return (count) => {
    for (let index = 0; index < count; index++) exchange(REQUESTS[index % REQUESTS.length]);
  };
}

function atOnce(exchange) {
  return async (count) => {
    for (let done = 0; done < count; done += REQUESTS.length) {
      const batch = REQUESTS.slice(0, Math.min(REQUESTS.length, count - done));
      await Promise.all(batch.map((request) => exchange(request)));
    }
  };
}
