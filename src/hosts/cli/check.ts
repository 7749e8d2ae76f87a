import { readArguments } from "./arguments.js";
import { examine } from "./examine.js";
import { Misuse } from "./failure.js";
import type { Description } from "./options.js";
import { type Finding, inWords, lineIn, readResourceFiles, readText } from "./resource_files.js";
import { print, style, tell } from "./terminal.js";

export const description = {
  name: "check",
  parameters: ["FILE|FOLDER [OPTIONS]"],
  about: `Checks resources: a JSON file with an array of them, with {"$schema", "resources"} or with a single one, or every .json
file of a folder.
Prints each fault with its path. A warning is about something allowed that is dangerous or probably a mistake: a public
issuer without claims, a secret that can be guessed, a placeholder, an issuer without a TokenIntrospector. The exit code is 1
if there is a fault; warnings do not count.`,
  options: {
    keys: {
      value: "FILE",
      says: "the signing keys of the service: also warns of what they cannot do",
    },
    json: { says: 'prints {"ok", "resources", "faults": [{"path", "message", "line"}], "warnings": [...]} to stdout' },
  },
  files: 1,
} as const satisfies Description;

/** edge-sts check */
export async function run(parameters: string[]): Promise<number> {
  const { values, positionals } = readArguments(parameters, description);
  const [path] = positionals;
  if (path === undefined) throw new Misuse("Name a file or folder of resources, such as resources.json.");
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
