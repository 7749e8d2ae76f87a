// Runs each mutant with the tests that reach it.
import { join } from "node:path";
import { Failure } from "../setup.mjs";
import { each, pass } from "./bounded.mjs";

/** Tests in one process: few at first, since most mutants are caught by the first of them. */
const BATCHES = [8, 64, 1024];
/** A test that takes longer has a process of its own. */
const SLOW_SECONDS = 1;

/** Gives each mutant its `result`: `caught`, `lived` or `not reached`. `tests`: the quickest first. */
export async function tried(folder, mutants, tests) {
  const needed = tests.filter(({ numbers }) => mutants.some(({ number }) => numbers.has(number)));
  await each(batchesOf(needed), async (batch) => {
    if (await passes(batch, 0, join(folder, "source"))) return;
    throw new Failure(`These tests fail together without any mutant:\n${batch.map(({ name }) => name).join("\n")}`);
  });
  const results = [];
  const begin = performance.now();
  let shown = begin;
  await each(mutants, async (mutant) => {
    const result = await resultOf(mutant, tests, join(folder, "source"));
    results.push({ ...mutant, result });
    if (result !== "caught") console.error(`${result}: ${mutant.name}`);
    if (performance.now() - shown < 30_000) return;
    shown = performance.now();
    console.error(`${results.length} of ${mutants.length} mutants (${((shown - begin) / 1000).toFixed(0)} s)`);
  });
  return results;
}

async function resultOf({ number }, tests, folder) {
  const reaching = tests.filter(({ numbers }) => numbers.has(number));
  if (reaching.length === 0) return "not reached";
  for (const batch of batchesOf(reaching)) if (!(await passes(batch, number, folder))) return "caught";
  return "lived";
}

function passes(batch, number, folder) {
  const seconds = batch.reduce((sum, test) => sum + test.seconds, 0);
  const names = batch.map(({ name }) => name);
  return pass({ program: batch[0].program, names, seconds, number, folder });
}

/** The quickest first; in one batch are tests of one program. */
function batchesOf(tests) {
  const batches = [];
  const quick = tests.filter(({ seconds }) => seconds < SLOW_SECONDS);
  const sizes = [...BATCHES];
  for (let at = 0; at < quick.length;) {
    const some = quick.slice(at, at + (sizes.length > 1 ? sizes.shift() : sizes[0]));
    batches.push(...Map.groupBy(some, ({ program }) => program).values());
    at += some.length;
  }
  return [...batches, ...tests.slice(quick.length).map((test) => [test])];
}
