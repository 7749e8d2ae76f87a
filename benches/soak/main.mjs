// npm run soak: MINUTES [RUNTIME...]
import { Agent } from "node:http";
import { send } from "../../tests/suites/over_http.mjs";
import { machine } from "../measure/machine.mjs";
import { LANES } from "./load.mjs";
import { Record } from "./record.mjs";
import { report } from "./report.mjs";
import { CONTROLS, memoryOf, RUNTIMES } from "./runtimes.mjs";

const [minutes, ...names] = process.argv.slice(2);
let failed = false;
for (const name of names.length === 0 ? Object.keys(RUNTIMES) : names) {
  const record = await soak(name, Number(minutes) * 60);
  console.log(`\n${name}, ${machine()}`);
  const faults = report(record);
  for (const fault of faults) console.log(`FAILED: ${fault}`);
  failed ||= faults.length > 0;
}
process.exitCode = failed ? 1 : 0;

async function soak(name, seconds) {
  const runtime = await { ...RUNTIMES, ...CONTROLS }[name]();
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  const sts = {
    now: () => Math.floor(Date.now() / 1000),
    fetch: (path, init) => send(runtime.url, agent, path, init),
  };
  let watch;
  try {
    await runtime.prepare(sts);
    const record = new Record(seconds);
    watch = setInterval(async () => record.memory(await memoryOf(runtime.pid)), 1000);
    await runtime.load(
      sts,
      () => record.over(),
      ({ name, row = name }, took, fault) => record.answer(row, took, fault && `${name}: ${fault}`),
    );
    record.end();
    return record;
  } finally {
    clearInterval(watch);
    agent.destroy();
    await runtime.stop();
  }
}
