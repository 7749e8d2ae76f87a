// npm run fuzz: the targets in fuzz/, 60 seconds each. `npm run fuzz -- request sequence --seconds 600` runs those two for
// ten minutes each; `--blind` does without coverage.
//
// libFuzzer guides by coverage on Rust's stable toolchain: the pass that counts edges is in every rustc, and what counts
// them is C++, which cargo compiles. Without a C++ compiler the same targets run on a mutated corpus, which finds less.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { must, output, step } from "./run.mjs";
import { Failure, task } from "./setup.mjs";

const CORPUS = join("fuzz", "corpus");
const DICTIONARY = join("fuzz", "dictionary.txt");
const TARGET_DIR = join("target", "fuzz");
const SECONDS = 60;
/** Bytes: what a request may have, and a little more. */
const LONGEST = 66_000;
/** Seconds for one input, which takes milliseconds when nothing is wrong; on a busy machine the clock counts for others. */
const TIMEOUT = 30;

// Those of cargo-fuzz. One unit of code: with more, counters and their table can differ in number.
const COVERAGE = [
  "-Cpasses=sancov-module",
  "-Cllvm-args=-sanitizer-coverage-level=4",
  "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
  "-Cllvm-args=-sanitizer-coverage-pc-table",
  "-Cllvm-args=-sanitizer-coverage-trace-compares",
  "-Ccodegen-units=1",
];

async function fuzz(words) {
  const { targets, seconds, blind } = read(words);
  const runner = await (blind ? blindRunner() : guidedRunner());
  const failed = [];
  for (const target of targets) {
    const places = {
      seeds: join(CORPUS, target),
      found: join(TARGET_DIR, "found", target),
      crashes: join(TARGET_DIR, "crashes", target),
      slowest: join(TARGET_DIR, "slowest", target),
    };
    mkdirSync(places.found, { recursive: true });
    mkdirSync(places.crashes, { recursive: true });
    rmSync(places.slowest, { recursive: true, force: true });
    await step(target.padEnd(12), async () => {
      const { code, text } = await run(runner, target, seconds, places);
      if (code === 0) return report(text, places);
      failed.push(target);
      return `FAILED\n${tail(text)}`;
    });
  }
  if (failed.length > 0) {
    throw new Failure(
      `Fuzz: failed: ${failed.join(", ")}. The input is named above. Put it into fuzz/corpus/<target>/ with a name that ` +
        "says what it is: there `npm test` repeats it.",
    );
  }
}

function read(words) {
  const all = readdirSync(CORPUS).sort();
  const targets = [];
  let seconds = SECONDS;
  let blind = false;
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === "--blind") blind = true;
    else if (word === "--seconds") seconds = Number(rest.shift());
    else targets.push(word);
  }
  const unknown = targets.filter((target) => !all.includes(target));
  if (unknown.length > 0) throw new Failure(`There is no target ${unknown.join(", ")}. There are: ${all.join(", ")}.`);
  if (!Number.isInteger(seconds) || seconds < 1) throw new Failure("--seconds needs a number of seconds, at least 1.");
  return { targets: targets.length > 0 ? targets : all, seconds, blind };
}

async function guidedRunner() {
  const missing = await whyNotGuided();
  if (missing !== undefined) {
    console.error(`Not guided by coverage: ${missing} The corpus is mutated at random instead, which finds less.`);
    return blindRunner();
  }
  const host = /^host: (.*)$/m.exec((await output("rustc", ["-vV"])) ?? "")?.[1];
  if (host === undefined) throw new Failure("rustc was not found. Install Rust with rustup (rustup.rs).");
  await step("libFuzzer and the targets", () =>
    // With --target the flags are for the targets alone, and not for what builds them.
    compile(["--bin", "guided", "--features", "libfuzzer", "--target", host], {
      RUSTFLAGS: COVERAGE.join(" "),
      CARGO_ENCODED_RUSTFLAGS: undefined,
    }),
  );
  const program = join(TARGET_DIR, host, "fuzz", "guided");
  return (target, seconds, { seeds, found, crashes }) => [
    program,
    [
      found,
      seeds,
      `-dict=${DICTIONARY}`,
      `-max_total_time=${seconds}`,
      `-max_len=${LONGEST}`,
      `-timeout=${TIMEOUT}`,
      `-report_slow_units=${TIMEOUT}`,
      `-artifact_prefix=${join(crashes, "/")}`,
      "-print_final_stats=1",
    ],
  ];
}

async function whyNotGuided() {
  if (process.platform === "win32") return "this is tried on Linux only, and Windows is too different.";
  // Those that the crate `cc` takes.
  for (const compiler of [process.env.CXX, "c++", "clang++", "g++"]) {
    if (compiler && (await output(compiler, ["--version"])) !== undefined) return undefined;
  }
  return "there is no C++ compiler (on Debian and Ubuntu: apt-get install g++).";
}

async function blindRunner() {
  await step("the targets", () => compile(["--bin", "blind"], {}));
  const program = join(TARGET_DIR, "fuzz", process.platform === "win32" ? "blind.exe" : "blind");
  return (target, seconds, { seeds, crashes }) => [program, [target, String(seconds), seeds, DICTIONARY, crashes]];
}

function compile(parameters, variables) {
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...variables }).filter(([, value]) => value !== undefined),
  );
  const common = [
    "build",
    "--locked",
    "--quiet",
    "--package",
    "edge-sts-fuzz",
    "--profile",
    "fuzz",
    "--target-dir",
    TARGET_DIR,
  ];
  return must("cargo", [...common, ...parameters], { env });
}

function run(runner, target, seconds, places) {
  const [program, parameters] = runner(target, seconds, places);
  const env = { ...process.env, FUZZ_TARGET: target, FUZZ_SLOWEST: places.slowest };
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { env, stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    // What a run of hours says is only of interest at its beginning and at its end.
    child.stderr.setEncoding("utf8").on("data", (part) => (text = shortened(text + part)));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, text }));
  });
}

function shortened(text) {
  return text.length > 200_000 ? text.slice(-100_000) : text;
}

function report(text, { slowest }) {
  const stat = (name) => new RegExp(`^stat::${name}:\\s*(\\d+)`, "m").exec(text)?.[1] ?? "?";
  const [, edges, features] = /^#\d+\s+DONE\s+cov: (\d+) ft: (\d+)/m.exec(text) ?? [];
  const time = join(slowest, "microseconds");
  const longest = existsSync(time) ? `slowest ${readFileSync(time, "utf8")} us (${join(slowest, "input")})` : "";
  return [
    `${stat("number_of_executed_units")} runs`,
    `${stat("average_exec_per_sec")}/s`,
    edges === undefined ? "not guided" : `${edges} edges, ${features} features`,
    longest,
  ].join(", ");
}

/** What says why it failed: the panic's message, and where the input is. */
function tail(text) {
  const lines = text.split("\n").filter((line) => !/^#\d/.test(line));
  const begin = lines.findIndex((line) => / panicked at |ERROR: libFuzzer/.test(line));
  const message = lines.slice(begin < 0 ? -20 : begin, begin < 0 ? undefined : begin + 5);
  return [...message, ...lines.filter((line) => line.includes("Test unit written"))].join("\n");
}

await task(import.meta, fuzz);
