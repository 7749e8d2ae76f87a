// npm run mutants -- --quick: all mutants are compiled once, in one copy of the source, and each runs with the tests that
// reach it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { step } from "../run.mjs";
import { Failure, ROOT } from "../setup.mjs";
import { compiled } from "./compile.mjs";
import { coverage } from "./coverage.mjs";
import { listed } from "./list.mjs";
import { tried } from "./tried.mjs";

/** `since`: a commit; then only the mutants on lines that differ from it. */
export async function quick(parts, since) {
  const folder = join(ROOT, "target", "mutants", "quick");
  mkdirSync(join(folder, "source"), { recursive: true });
  let mutants, programs, left, tests, results;
  await step("mutants", async () => {
    mutants = await listed(parts, since, folder);
    return String(mutants.length);
  });
  if (mutants.length === 0) return;
  await step("compiling", async () => {
    ({ programs, left } = await compiled(folder, mutants));
    return `${left.length} left out`;
  });
  await step("tests", async () => {
    tests = await coverage(folder, programs);
    return String(tests.length);
  });
  const numbers = new Set(left.map(({ number }) => number));
  const running = mutants.filter(({ number }) => !numbers.has(number));
  await step("running", async () => {
    results = await tried(folder, running, tests);
  });
  report(folder, [...results, ...left.map(({ reason, ...mutant }) => ({ ...mutant, result: reason }))]);
}

function report(folder, results) {
  const file = join(folder, "results.json");
  const kept = results
    .map(({ name, result, error }) => ({ name, result, error }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`);
  const unnoticed = kept.filter(({ result }) => result === "lived" || result === "not reached");
  for (const { name, error } of kept.filter(({ result }) => result === "not run"))
    console.log(`not run: ${name} (${error})`);
  for (const { name, result } of unnoticed) console.log(`${result}: ${name}`);
  const counts = Map.groupBy(kept, ({ result }) => result);
  console.log([...counts].map(([result, { length }]) => `${result}: ${length}`).join(", "));
  console.log(`All results: ${file}`);
  if (unnoticed.length > 0) throw new Failure(`No test notices ${unnoticed.length} mutants.`);
}
