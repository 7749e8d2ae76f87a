// Compiles the copy, and leaves out the mutants that do not compile: rustc says where its errors are.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { Failure } from "../setup.mjs";
import { writeCopy } from "./copy.mjs";
import { placesIn } from "./places.mjs";

/** Gives the test programs (name and path), and the mutants that are left out, with the reason. */
export async function compiled(folder, mutants) {
  const without = new Map();
  const named = new Map(mutants.map((mutant) => [mutant.number, mutant]));
  for (;;) {
    const { placed, left } = await writeCopy(join(folder, "source"), mutants, without);
    const { programs, errors } = await cargo(folder);
    if (errors.length === 0 && programs.length > 0) {
      const refused = [...without].map(([number, error]) => ({ ...named.get(number), reason: "not compiled", error }));
      return { programs, left: [...left, ...refused] };
    }
    const found = errors.map((error) => ({ error, ...mutantsAt(error, placed) }));
    // An error at the original beside a mutant may follow from one in the text of another mutant.
    const own = found.filter(({ isOwn }) => isOwn);
    const wrong = own.length > 0 ? own : found.filter(({ numbers }) => numbers.length > 0);
    if (wrong.length === 0) {
      const first = errors[0]?.rendered ?? "cargo failed without an error of rustc.";
      throw new Failure(`The copy with the mutants does not compile, and no mutant is at the place:\n${first}`);
    }
    for (const { numbers, error } of wrong) for (const number of numbers) without.set(number, error.message);
    console.error(`compiling: ${without.size} mutants left out`);
  }
}

/** The mutant whose own text has this error; if none has, all of the innermost site around it. */
function mutantsAt(error, placed) {
  for (const span of error.spans.toSorted((a, b) => b.is_primary - a.is_primary)) {
    const copy = placed.get(span.file_name);
    if (copy === undefined) continue;
    copy.at ??= placesIn(copy.text);
    const place = copy.at({ line: span.line_start, column: span.column_start });
    const around = copy.texts.filter(({ from, to }) => from <= place && place < to);
    const [innermost] = around.toSorted((a, b) => a.to - a.from - (b.to - b.from));
    if (innermost !== undefined) return innermost;
  }
  return { numbers: [], isOwn: false };
}

async function cargo(folder) {
  const words = ["test", "--locked", "--profile", "mutants", "--lib", "--test", "rust", "--no-run"];
  const env = { ...process.env, CARGO_TARGET_DIR: join(folder, "build") };
  const options = { cwd: join(folder, "source"), env, stdio: ["ignore", "pipe", "ignore"] };
  const child = spawn("cargo", [...words, "--message-format", "json"], options);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => (text += part));
  await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  const messages = text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const programs = messages
    .filter(({ reason, executable }) => reason === "compiler-artifact" && executable)
    .map(({ target, executable }) => ({ name: target.name, path: executable }));
  const errors = messages
    .filter(({ reason, message }) => reason === "compiler-message" && message.level === "error")
    .map(({ message }) => message);
  return { programs, errors };
}
