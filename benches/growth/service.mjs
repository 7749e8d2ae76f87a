// One scenario in a process of its own, since all services of a process share one module and one heap. It says how long the
// making of the service took, then answers each message: after `count` exchanges, with the memory of the module, bytes.
import { createSts } from "edge-sts";
import { initSync } from "../../dist/wasm/edge_sts.js";
import { ISSUER, SIGNING_KEY } from "../scenario/exchange.mjs";
import { SCENARIOS } from "./scenarios.mjs";

const { requests, ...options } = SCENARIOS[process.argv[2]]();
const begin = performance.now();
const sts = await createSts({
  issuer: ISSUER,
  signingKeys: { keys: [SIGNING_KEY] },
  onEvent: () => undefined,
  ...options,
});
const made = performance.now() - begin;
const { memory } = initSync(); // it is loaded: gives the instance's exports
if ((await sts.exchange(requests[0])).token_type !== "Bearer") throw new Error("no token");
globalThis.gc?.();

let next = 0;
process.on("message", async (count) => {
  for (let done = 0; done < count; done++) await sts.exchange(requests[next++ % requests.length]);
  process.send(memory.buffer.byteLength);
});
process.send({ made, memory: memory.buffer.byteLength });
