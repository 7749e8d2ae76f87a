// npm run kills: each runtime is killed again and again while clients refresh and administrators change resources, and
// starts again on what it had stored. tests/kills/README.md says what must hold.
import { build } from "./build.mjs";
import { parametersOf } from "./parameters.mjs";
import { must, QUIET_WRANGLER } from "./run.mjs";
import { Failure, task } from "./setup.mjs";

const NUMBERS = { refreshes: "1000", changes: "300", kills: "100" };
const usage = `Usage: npm run kills -- [workerd] [node] [postgres] [--refreshes N] [--changes N] [--kills N] [--seed N]

Without a name all run, one after the other. By default ${NUMBERS.refreshes} refreshes, ${NUMBERS.changes} changes and about ${NUMBERS.kills} kills of each.
The seed decides who does what and about when it is killed; it is drawn and printed when left out.`;

async function kills(args) {
  const options = { ...NUMBERS, seed: String(Math.floor(Math.random() * 2 ** 31)) };
  const described = Object.entries(options).map(([name, value]) => [name, { type: "string", default: value }]);
  const { values, positionals } = parametersOf(args, usage, Object.fromEntries(described));
  const numbers = Object.keys(options).map((name) => values[name]);
  if (!numbers.every((text) => /^[1-9][0-9]{0,9}$/.test(text))) throw new Failure(usage);
  if (positionals.some((name) => !["workerd", "node", "postgres"].includes(name))) throw new Failure(usage);
  if (process.platform === "win32") throw new Failure("It kills groups of processes, which Windows has not.");
  await build();
  const env = { ...process.env, ...QUIET_WRANGLER };
  await must(process.execPath, ["--no-warnings", "tests/kills/main.mjs", ...numbers, ...positionals], { env });
}

await task(import.meta, kills);
