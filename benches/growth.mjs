// What grows with the configuration: the time of an exchange in Node, the memory of the module. Fails when memory goes on
// growing: `--exchanges N` (default 100,000) are made to see that, the first tenth of them to fill what is kept. The name of a
// scenario as a parameter looks at its memory alone: node benches/growth.mjs "10 Users" --exchanges 1000000
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machine } from "./measure/machine.mjs";
import { note } from "./measure/rows.mjs";
import { inTurns, median, minimum } from "./measure/slices.mjs";
import { SCENARIOS } from "./growth/scenarios.mjs";

const { values, positionals } = parseArgs({
  options: { exchanges: { type: "string", default: "100000" } },
  allowPositionals: true,
});
const names = positionals.length > 0 ? positionals : Object.keys(SCENARIOS);
for (const name of names) {
  if (!Object.hasOwn(SCENARIOS, name)) throw new TypeError(`There are: ${Object.keys(SCENARIOS).join("; ")}`);
}

const services = [];
for (const name of names) services.push(await service(name));
try {
  if (positionals.length === 0) time(await inTurns(services, { rounds: 40, slice: 30, warmUp: 400 }));
  await memory(Number(values.exchanges));
} finally {
  for (const { stop } of services) stop();
}

// Each in a process of its own, which waits while it is not its turn.
async function service(name) {
  const file = fileURLToPath(new URL("growth/service.mjs", import.meta.url));
  const child = fork(file, [name], { execArgv: ["--expose-gc"] });
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`${name}: the process ended: ${code}`)));
  ended.catch(() => undefined);
  const answer = () => Promise.race([once(child, "message"), ended]).then(([message]) => message);
  const start = await answer();
  const run = (count) => {
    child.send(count);
    return answer();
  };
  return { name, ...start, run, stop: () => child.kill() };
}

function time(results) {
  const middle = (name) => median(results.find((result) => result.name === name).nanoseconds);
  const beside = (name) => {
    if (name.startsWith("cold")) return "cold, 10 Users";
    return name.includes("ES256") ? "one key (ES256)" : "10 Users";
  };
  console.log(machine());
  console.log("| exchange in Node, ns | minimum | median | times | of |");
  console.log("|---|--:|--:|--:|---|");
  for (const { name, nanoseconds } of results) {
    const ratio = (middle(name) / middle(beside(name))).toFixed(2);
    const figures = [minimum(nanoseconds).toFixed(0), middle(name).toFixed(0), ratio, beside(name)];
    console.log(`| ${[name, ...figures].join(" | ")} |`);
  }
  const ratio = middle("100,000 Users") / middle("10 Users");
  note("growth", `${ratio.toFixed(2)} times`, ratio <= 1.1);
}

async function memory(exchanges) {
  const grouped = exchanges.toLocaleString("en-US");
  console.log(
    `\n| memory of the module, MiB; ${grouped} exchanges | service made in, ms | then | after a tenth | at the end |`,
  );
  console.log("|---|--:|--:|--:|--:|");
  for (const { name, made, memory, run } of services) {
    if (name.includes("ES256")) continue; // the same, and slow
    const tenth = Math.ceil(exchanges / 10);
    const after = await run(tenth);
    const end = await run(exchanges - tenth);
    const mebibytes = [memory, after, end].map((bytes) => (bytes / 1024 / 1024).toFixed(2));
    console.log(`| ${[name, made.toFixed(0), ...mebibytes].join(" | ")} |`);
    if (end > after) {
      console.error(`${name}: the memory of the module goes on growing.`);
      process.exitCode = 1;
    }
  }
}
