import { readArguments } from "./arguments.js";
import { examine } from "./examine.js";
import { Misuse } from "./failure.js";
import type { Description } from "./options.js";
import { type Finding, inWords, lineIn, readResourceFiles, readText } from "./resource_files.js";
import { print, style, tell } from "./terminal.js";

export const description = {
  name: "check",
  parameters: ["FILE|FOLDER [OPTIONS]"],
  about: `Checks resources: a JSON file with an array of them (in {"$schema", "resources"}, too), or with a single one, or every
.json file of a folder.
Prints each fault with its path. A warning is what is allowed and dangerous, or probably not meant: a public issuer without
claims, a secret that can be guessed, a placeholder, an issuer that nobody introspects. Exit code 1 if there is a fault;
warnings do not count.`,
  options: {
    keys: {
      value: "FILE",
      says: "the signing keys of the service (edge-sts keys makes them): warns of what they cannot serve",
    },
    json: { says: 'prints {"ok", "resources", "faults": [{"path", "message", "line"}], "warnings": [...]} to stdout' },
  },
  files: 1,
} as const satisfies Description;

/** edge-sts check */
export async function run(parameters: string[]): Promise<number> {
  const { values, positionals } = readArguments(parameters, description);
  const [path] = positionals;
  if (path === undefined) throw new Misuse("Name a file or folder of resources.");
  const files = readResourceFiles(path);
  const { resources, faults, warnings } = await examine(
    files,
    values.keys === undefined ? undefined : readText(values.keys),
  );
  if (values.json === true) {
    const ok = faults.length === 0;
    const placed = (findings: readonly Finding[]) =>
      findings.map((finding) => ({ ...finding, line: lineIn(files, finding) }));
    const report = { ok, resources, faults: placed(faults), warnings: placed(warnings) };
    print(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    for (const finding of faults) tell(`${style("fault", "fault")} ${inWords(files, finding)}`);
    for (const finding of warnings) tell(`${style("warning", "warning")} ${inWords(files, finding)}`);
    tell(summary(resources, faults.length, warnings.length));
  }
  return faults.length === 0 ? 0 : 1;
}

function summary(resources: number, faults: number, warnings: number): string {
  const count = (number: number, name: string): string => `${number} ${name}${number === 1 ? "" : "s"}`;
  if (faults > 0) return style("fault", `${count(faults, "fault")}.`);
  const good = style("good", `${count(resources, "resource")}, no fault`);
  return warnings === 0 ? `${good}.` : `${good}, ${count(warnings, "warning")}.`;
}
