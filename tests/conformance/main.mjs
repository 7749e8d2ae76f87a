// The command: edge-sts conformance target.json, or node tests/conformance/main.mjs target.json.
// Exit codes: 0 every MUST is kept, 1 a MUST failed, 2 used wrongly or a server that cannot be tested.
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { json, junit, table } from "./report.mjs";
import { conformance, Unusable } from "./runner.mjs";
import { BadTarget, readTarget } from "./target.mjs";

export const usage = `Usage: edge-sts conformance TARGET [OPTIONS]

Tests a token endpoint against RFC 8693 and the standards that it builds on, from outside. TARGET is a JSON file that
says where the server is and what it is told to allow; the README of the suite (dist/conformance in
the package) describes it.

  --json FILE    writes the results as JSON
  --junit FILE   writes the results as JUnit XML
  --only NAME    runs one case or one part, also several times
  --verbose      shows what was sent and received for every case, not only for those that failed
  --list         prints the cases without a server

Secrets and signatures of tokens are masked. Exit codes: 0 every MUST is kept, 1 a MUST failed, 2 used wrongly or a
server that cannot be tested.
`;

/** Runs the command and gives its exit code. */
export async function run(args) {
  const { values, positionals, fault } = read(args);
  if (fault) return misuse(fault);
  if (values.help) return print(usage);
  if (values.list) return print(await list());
  if (positionals.length !== 1) return misuse("Name one target's file.");
  let target;
  try {
    target = readTarget(text(positionals[0]));
  } catch (error) {
    if (error instanceof BadTarget) return misuse(error.message);
    throw error;
  }
  let results;
  try {
    results = await conformance(target, { only: values.only ?? [] });
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (results.results.length === 0) return misuse("There is no case or part of this name.");
  if (values.json !== undefined) writeFileSync(values.json, json(results));
  if (values.junit !== undefined) writeFileSync(values.junit, junit(results));
  print(table(results, { verbose: values.verbose === true }));
  return results.counts.failedMust > 0 ? 1 : 0;
}

function read(args) {
  const options = {
    json: { type: "string" },
    junit: { type: "string" },
    only: { type: "string", multiple: true },
    verbose: { type: "boolean" },
    list: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch {
    return { fault: "There is no such option, or it has no value." };
  }
}

function text(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new BadTarget("The target's file cannot be read.");
  }
}

async function list() {
  const { PARTS } = await import("./cases/index.mjs");
  const all = PARTS.flatMap(({ name, cases }) => cases.map((one) => ({ part: name, ...one })));
  const lines = all.map(
    ({ part, name, section, level, says }) => `${part}: ${name} (${section}, ${level})\n    ${says}`,
  );
  return `${lines.join("\n")}\n${all.length} cases\n`;
}

function misuse(sentence) {
  process.stderr.write(`${sentence}\n\n${usage}`);
  return 2;
}

function print(text) {
  process.stdout.write(text);
  return 0;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await run(process.argv.slice(2));
}
