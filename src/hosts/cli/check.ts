import { serve } from "../http.js";
import { Core } from "../engine.js";
import { memoryGrants } from "../grants/memory.js";
import { memoryStore } from "../directory/memory.js";
import { readArguments } from "./arguments.js";
import { Misuse, toldAsFailure } from "./failure.js";
import { newKeySet } from "./signing_key.js";
import { ruleDoubts } from "./rule_doubts.js";
import {
  compile,
  doubts,
  type Finding,
  located,
  type Placed,
  readResourceFiles,
  readText,
  type ResourceFile,
} from "./resource_files.js";
import { print, style, tell } from "./terminal.js";
import type { AdministrationDone } from "../types/audit_event.js";

export const usage = `Usage: edge-sts check FILE|FOLDER [--keys FILE] [--json]

Checks resources: a JSON file with an array of them (in {"$schema", "resources"}, too), or with a single one, or every .json
file of a folder.
Prints each fault with its path. A warning is what is allowed and dangerous, or probably not meant: a public issuer without
claims, a secret that can be guessed, a placeholder, an issuer that nobody introspects. Exit code 1 if there is a fault; warnings do not count.

  --keys FILE   the signing keys of the service (edge-sts keys makes them): warns of what they cannot serve
  --json        prints {"ok", "resources", "faults": [{"path", "message"}], "warnings": [...]} to stdout
`;

/** edge-sts check */
export async function run(parameters: string[]): Promise<number> {
  const { values, positionals } = readArguments(parameters, { json: { type: "boolean" }, keys: { type: "string" } }, 1);
  const [path] = positionals;
  if (path === undefined) throw new Misuse("Name a file or folder of resources.");
  const signingKeys = values.keys === undefined ? JSON.stringify(newKeySet()) : readText(values.keys);
  const files = readResourceFiles(path);
  const { faults } = compile(files);
  const warnings: Finding[] = [];
  const resources = faults.length > 0 ? [] : files.flatMap(parsed);
  if (faults.length === 0) {
    const stored = await store(resources, signingKeys);
    faults.push(...stored.faults);
    warnings.push(...distinct([...stored.warnings, ...doubts(files), ...ruleDoubts(resources)]));
  }
  if (values.json === true) {
    const ok = faults.length === 0;
    print(`${JSON.stringify({ ok, resources: resources.length, faults, warnings }, null, 2)}\n`);
  } else {
    for (const { path, message } of faults) tell(`${style("fault", "fault")} ${path}: ${message}`);
    for (const { path, message } of warnings) tell(`${style("warning", "warning")} ${path}: ${message}`);
    tell(summary(resources.length, faults.length, warnings.length));
  }
  return faults.length === 0 ? 0 : 1;
}

function parsed(file: ResourceFile): Placed[] {
  return (JSON.parse(file.text) as Placed["resource"][]).map((resource, index) => ({
    resource,
    at: (member) => located(file, `[${index}].${resource.resourceType}${member === "" ? "" : `.${member}`}`),
  }));
}

// Stored by the administrator's interface into a service that is thrown away, which does all that it does for a real
// one: whether a public key is one is known only to the platform that imports it.
async function store(
  resources: readonly Placed[],
  signingKeys: string,
): Promise<{ faults: Finding[]; warnings: Finding[] }> {
  const adminToken = crypto.randomUUID();
  const issuer = "https://sts.invalid";
  const core = await toldAsFailure(
    () => new Core({ issuer, signing_keys: signingKeys, writable: true, replicated: false, admin_token: adminToken }),
  );
  const events: Pick<AdministrationDone, "without_effect" | "findings">[] = [];
  const now = (): number => Date.now() / 1000;
  const deliver = (event: string): void => void events.push(JSON.parse(event) as object);
  const hosts = { directory: memoryStore(), grants: memoryGrants(), now, deliver };
  const faults: Finding[] = [];
  const warnings: Finding[] = [];
  for (const { resource, at } of resources) {
    events.length = 0;
    const request = new Request(`${issuer}/${resource.resourceType}/${resource.id}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      body: JSON.stringify(resource),
    });
    const response = await serve(request, core, hosts);
    const answer = (await response.json()) as { issue?: { expression?: string[]; diagnostics: string }[] };
    // path: `Client.jwks[0]`, or `Client` for the whole of it
    const member = (path: string): string => path.split(".").slice(1).join(".");
    if (response.status >= 400) {
      for (const { expression, diagnostics } of answer.issue ?? []) {
        faults.push({ path: at(member(expression?.[0] ?? "")), message: diagnostics });
      }
    }
    for (const path of events.flatMap((event) => event.without_effect ?? [])) {
      warnings.push({ path: at(member(path)), message: "It is kept and has no effect." });
    }
    for (const { path, message } of events.flatMap((event) => event.findings ?? [])) {
      warnings.push({ path: at(member(path)), message });
    }
  }
  return { faults, warnings };
}

/** Each warning once: the service finds some of what is found in the files. */
function distinct(warnings: readonly Finding[]): Finding[] {
  return [...new Map(warnings.map((warning) => [`${warning.path}\n${warning.message}`, warning])).values()];
}

function summary(resources: number, faults: number, warnings: number): string {
  const count = (number: number, name: string): string => `${number} ${name}${number === 1 ? "" : "s"}`;
  if (faults > 0) return style("fault", `${count(faults, "fault")}.`);
  const good = style("good", `${count(resources, "resource")}, no fault`);
  return warnings === 0 ? `${good}.` : `${good}, ${count(warnings, "warning")}.`;
}
