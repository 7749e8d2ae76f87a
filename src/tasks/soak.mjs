// npm run soak: both runtimes at full speed for ten minutes each, with good and bad requests on every route. It fails for
// an answer that is wrong, for memory that grows and for latency that grows. benches/README.md says what the bounds are.
import { build } from "./build.mjs";
import { parametersOf } from "./parameters.mjs";
import { must, QUIET_WRANGLER } from "./run.mjs";
import { Failure, task } from "./setup.mjs";

const usage = `Usage: npm run soak -- [workerd] [node] [control] [--minutes N]

Without a name workerd and node run, one after the other. control: a Worker that does nothing, in workerd, for what memory
of workerd's is the runtime's own. N: minutes for each, at least 2; 10 when left out.`;

async function soak(args) {
  const { values, positionals } = parametersOf(args, usage, { minutes: { type: "string", default: "10" } });
  const minutes = Number(values.minutes);
  if (!(minutes >= 2)) throw new Failure(`--minutes needs a number, at least 2.\n\n${usage}`);
  if (positionals.some((name) => !["workerd", "node", "control"].includes(name))) throw new Failure(usage);
  if (process.platform === "win32") throw new Failure("It reads memory with `ps`, which Windows has not.");
  await build();
  await must(process.execPath, ["benches/soak/main.mjs", String(minutes), ...positionals], {
    env: { ...process.env, ...QUIET_WRANGLER },
  });
}

await task(import.meta, soak);
