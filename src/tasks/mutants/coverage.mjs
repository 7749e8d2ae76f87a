// Which tests reach the place of which mutant, and how long each test takes: every test runs once, by itself.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { output } from "../run.mjs";
import { Failure } from "../setup.mjs";
import { each, pass } from "./bounded.mjs";

/** Seconds that the longest test may take on a busy machine: it bounds all of them here. */
const LONGEST = 60;

/** Each test with its `program`, `name`, `seconds`, and the `numbers` of the mutants that it reaches; the quickest first. */
export async function coverage(folder, programs) {
  const notes = join(folder, "reached");
  rmSync(notes, { recursive: true, force: true });
  mkdirSync(notes, { recursive: true });
  const tests = (await Promise.all(programs.map(({ path }) => testsOf(path)))).flat();
  const failed = [];
  await each(tests.entries(), async ([index, test]) => {
    const reached = join(notes, String(index));
    const begin = performance.now();
    const { program, name } = test;
    const bounds = { seconds: LONGEST, number: 0, reached, folder: join(folder, "source") };
    if (!(await pass({ program, names: [name], ...bounds }))) failed.push(name);
    test.seconds = (performance.now() - begin) / 1000;
    test.numbers = new Set(existsSync(reached) ? readFileSync(reached, "utf8").split("\n").map(Number) : []);
  });
  if (failed.length > 0) throw new Failure(`These tests fail in the copy without any mutant:\n${failed.join("\n")}`);
  return tests.sort((a, b) => a.seconds - b.seconds);
}

async function testsOf(program) {
  const text = await output(program, ["--list", "--format", "terse"]);
  if (text === undefined) throw new Failure(`${program} could not list its tests.`);
  const names = text.split("\n").filter((line) => line.endsWith(": test"));
  return names.map((line) => ({ program, name: line.slice(0, -": test".length) }));
}
