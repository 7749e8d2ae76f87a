// Issuers that are slow, for as long as their report says: 30 s each, in Node and in the Workers runtime.
//
//   node benches/slow_issuers.mjs      (after npm run build)
import { createSts } from "edge-sts";
import { loopback } from "../tests/issuer/server.mjs";
import { forged, slow } from "../tests/issuer/slow.mjs";
import { ADMIN_TOKEN, install, ISSUER, RESOURCES, SIGNING_KEYS } from "../tests/suites/fixture.mjs";
import { folder, startWorker } from "../tests/workerd/worker.mjs";

const print = console.log.bind(console);
console.log = () => undefined; // audit events
const server = await loopback();
const place = folder();
const worker = await startWorker({ path: place.path });
await install(worker);
const service = await createSts({
  issuer: ISSUER,
  signingKeys: SIGNING_KEYS,
  resources: RESOURCES,
  adminToken: ADMIN_TOKEN,
});
const node = {
  now: () => Math.floor(Date.now() / 1000),
  fetch: (path, init) => service.fetch(new Request(`${ISSUER}${path}`, init)),
};
let failed = 0;
const run = async (runtime, sts, { name, run }) => {
  try {
    print(`${runtime}: ${name}: ${await run({ sts, server })}`);
  } catch (error) {
    failed += 1;
    print(`${runtime}: ${name}: FAILED: ${error.message}`);
  }
};
const runtimes = Object.entries({ Node: node, workerd: worker });
await Promise.all(runtimes.flatMap(([name, sts]) => [slow(30), forged(4000)].map((one) => run(name, sts, one))));
await worker.stop();
await server.close();
place.remove();
process.exit(failed === 0 ? 0 : 1);
