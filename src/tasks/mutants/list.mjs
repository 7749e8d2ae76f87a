// The mutants as cargo-mutants names them: without those that .cargo/mutants.toml excludes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crateTool } from "../crate_tool.mjs";
import { output } from "../run.mjs";
import { Failure, ROOT } from "../setup.mjs";

const CARGO_MUTANTS = "27.1.0";

export const PARTS = {
  policy: "src/policy/**",
  verification: "src/verification.rs",
  client_auth: "src/client_auth/**",
  token: "src/token/**",
  expression: "src/expression/**",
};

export function cargoMutants() {
  return crateTool("cargo-mutants", CARGO_MUTANTS);
}

/** The `--file` options of cargo-mutants for these parts, or for all parts if none is named. */
export function fileOptions(parts) {
  return (parts.length > 0 ? parts : Object.keys(PARTS)).flatMap((part) => ["--file", PARTS[part]]);
}

/**
 * The mutants of these parts, each with a `number` from 1 on. With `since` only those on lines that differ from that
 * commit; the diff is kept in `folder`.
 */
export async function listed(parts, since, folder) {
  const changed = since === undefined ? [] : await inDiff(since, folder);
  if (changed === undefined) return [];
  const text = await output(await cargoMutants(), ["mutants", "--list", "--json", ...fileOptions(parts), ...changed]);
  if (text === undefined) throw new Failure("cargo-mutants could not list the mutants.");
  return JSON.parse(text || "[]").map((mutant, index) => ({ ...mutant, number: index + 1 }));
}

/** The options that name the diff; `undefined` if nothing has changed. */
async function inDiff(since, folder) {
  const diff = await output("git", ["diff", "--no-ext-diff", "--no-color", since, "--", "src/*.rs"], { cwd: ROOT });
  if (diff === undefined) throw new Failure(`git does not know the commit ${since}.`);
  if (diff === "") return undefined;
  const file = join(folder, "since.diff");
  writeFileSync(file, `${diff}\n`);
  return ["--in-diff", file];
}
