// npm run mutants: cargo-mutants changes one thing after another in the code that decides, and names each change that no
// test in Rust notices. .cargo/mutants.toml has those that no test can notice, with the argument for each; tests/mutants.md
// says what was found. With --quick all are compiled at once: see mutants/quick.mjs.
import { join } from "node:path";
import { cargoMutants, fileOptions, PARTS } from "./mutants/list.mjs";
import { quick } from "./mutants/quick.mjs";
import { parametersOf } from "./parameters.mjs";
import { run } from "./run.mjs";
import { Failure, ROOT, task } from "./setup.mjs";

// These take most of the time, and are alone in noticing few changes: they run for what the others let pass.
const SLOW = [
  ...["administration::", "chains::", "directory::changes", "faults::", "model::", "slow_issuers", "nobody_", "k01_"],
  ...["issuers::a_rotation", "issuers::f0", "an_outage_of_jwks", "a_grant_that_is_refreshed_often"],
];
/** Seconds for the tests of one mutant in each pass: one that never ends is noticed by that. A busy machine takes a minute. */
const SECONDS = { first: "60", second: "300" };
// The first failure ends the tests, for which Rust's test program wants a flag that is not stable. And a mutant that fills
// the memory shall not fill that of the machine.
const RUNNER = `target."cfg(all())".runner=["sh","-c","ulimit -v 4194304; RUSTC_BOOTSTRAP=1 exec \\"$0\\" \\"$@\\""]`;

const usage = `Usage: npm run mutants -- [${Object.keys(PARTS).join("] [")}] --quick [--since COMMIT]
       npm run mutants -- [PARTS] [--again] [-- OPTIONS OF CARGO-MUTANTS]

Without a name all parts run.

--quick: compiles all mutants once, in one copy of the source, and runs each with the tests that reach it.
--since COMMIT: only the mutants on lines that differ from this commit.

Without --quick cargo-mutants compiles the tests for each mutant, which takes hours.
--again: leaves out what was noticed in the last run, which lies in target/mutants.
An option of cargo-mutants, such as --re 'replace <' or --shard 1/4, chooses among the mutants.`;
const OPTIONS = {
  quick: { type: "boolean", default: false },
  since: { type: "string" },
  again: { type: "boolean", default: false },
};

async function mutants(args) {
  const [own, others] = split(args);
  const { values, positionals: parts } = parametersOf(own, usage, OPTIONS);
  const isOfOther = values.quick ? values.again || others.length > 0 : values.since !== undefined;
  if (isOfOther || !parts.every((name) => Object.hasOwn(PARTS, name))) throw new Failure(usage);
  if (process.platform === "win32")
    throw new Failure("It bounds the memory of each mutant with `sh`, which Windows has not.");
  await (values.quick ? quick(parts, values.since) : slow(parts, values.again, others));
}

async function slow(parts, again, others) {
  const program = await cargoMutants();
  const files = fileOptions(parts);
  const folder = join(ROOT, "target", "mutants");
  const env = { ...process.env, CARGO_TARGET_DIR: join(folder, "build") };
  const unshown = others.includes("--baseline") ? [] : ["--baseline", "skip"];
  const pass = (seconds, tests, ...more) => {
    const options = ["--output", folder, "--timeout", seconds, "--jobs", "1", "--cargo-arg=--config"];
    const cargo = ["--lib", "--test", "rust", "--", "-Z", "unstable-options", "--fail-fast", ...tests];
    const words = ["mutants", ...files, ...options, `--cargo-arg=${RUNNER}`, ...others, ...more, "--", ...cargo];
    return run(program, words, { env });
  };
  // 0: all were noticed; 2: some were not; 3: some took too long, which is noticed, too.
  const skipped = SLOW.map((name) => `--skip=${name}`);
  const first = await pass(SECONDS.first, skipped, ...(again ? ["--iterate"] : []));
  if (first !== 0 && first !== 2 && first !== 3) throw new Failure(`cargo-mutants: exit code ${first}`);
  const code = first === 2 ? await pass(SECONDS.second, [], "--iterate", ...unshown) : first;
  if (code === 2) throw new Failure("No test notices what target/mutants/mutants.out/missed.txt names.");
  if (code !== 0 && code !== 3) throw new Failure(`cargo-mutants: exit code ${code}`);
}

function split(args) {
  const at = args.indexOf("--");
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
}

await task(import.meta, mutants);
