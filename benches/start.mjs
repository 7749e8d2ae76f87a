// From nothing to the first exchange: in fresh runtimes of Workers, and in fresh processes of Node. `--starts N`: of each
// contender (default 20).
import { parseArgs } from "node:util";
import { machine } from "./measure/machine.mjs";
import { note } from "./measure/rows.mjs";
import { nodeStarts } from "./start/node.mjs";
import { workerdStarts } from "./start/workerd.mjs";

const { values } = parseArgs({ options: { starts: { type: "string", default: "20" } } });
const starts = Number(values.starts);

const workers = await workerdStarts(starts);
const find = (name) => workers.find((worker) => worker.name === name);
const [constant, kv, ours] = ["a constant", "jose, resources in KV", "edge-sts"].map(find);
const over = ({ first }) => first - constant.first;
console.log(`${machine()}; ${starts} fresh runtimes for each`);
const columns = [
  "first request of a fresh workerd, ms, median",
  "over the constant's",
  "processor",
  "from the start of the runtime",
];
console.log(`| | ${columns.join(" | ")} |`);
console.log("|---|--:|--:|--:|--:|");
for (const worker of workers) {
  const figures = [worker.first, over(worker), worker.processor, worker.start].map((figure) => figure.toFixed(1));
  console.log(`| ${[worker.name, ...figures].join(" | ")} |`);
}
const ratio = over(ours) / over(kv);
const spent = ({ processor }) => processor - constant.processor;
const ofProcessor = (spent(ours) / spent(kv)).toFixed(2);
console.log(
  `over the constant's, times jose with its resources in KV: ${ratio.toFixed(2)}; of the processor: ${ofProcessor}\n`,
);
note("workerdStart", `${ratio.toFixed(2)} times (of the processor: ${ofProcessor})`, ratio <= 1);

const processes = nodeStarts(starts);
const [one, jose] = processes;
console.log(`${machine()}; ${starts} fresh processes for each`);
console.log("| Node, ms, median | import | making of the service | first exchange | all | times jose |");
console.log("|---|--:|--:|--:|--:|--:|");
for (const { name, all, ...parts } of processes) {
  const figures = [parts.import, parts.make, parts.first, all].map((figure) => figure.toFixed(1));
  console.log(`| ${[name, ...figures, (all / jose.all).toFixed(2)].join(" | ")} |`);
}
const times = one.all / jose.all;
note("nodeStart", `${times.toFixed(2)} times`, times <= 1.5);
