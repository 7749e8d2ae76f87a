// What `edge-sts check` finds in files of resources. `edge-sts serve` says the same when it starts.
import type { AdministrationDone } from "../types/audit_event.js";
import { memoryStore } from "../directory/memory.js";
import type { Change } from "../directory/directory.js";
import { Core } from "../engine.js";
import { serve } from "../fetch_handler.js";
import { memoryGrants } from "../grants/memory.js";
import { toldAsFailure } from "./failure.js";
import { progress } from "./progress.js";
import { compile, doubts, type Finding, located, type Placed, type ResourceFile } from "./resource_files.js";
import { ruleDoubts } from "./rule_doubts.js";
import { newKeySet } from "./signing_key.js";

export interface Examined {
  /** How many resources there are; 0 where a file cannot be read as resources. */
  readonly resources: number;
  /** What puts them into an empty directory. */
  readonly changes: Change[];
  readonly faults: Finding[];
  readonly warnings: Finding[];
}

/** `signingKeys`: the JSON text of the service's key set; another one is made up where it is not known. */
export async function examine(files: readonly ResourceFile[], signingKeys?: string): Promise<Examined> {
  const { changes, faults } = compile(files);
  if (faults.length > 0) return { resources: 0, changes, faults, warnings: [] };
  const resources = files.flatMap(parsed);
  const stored = await store(resources, signingKeys ?? JSON.stringify(newKeySet()));
  const warnings = distinct([...stored.warnings, ...doubts(files), ...ruleDoubts(resources)]);
  return { resources: resources.length, changes, faults: stored.faults, warnings };
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
  const report = progress("checking", resources.length);
  for (const [index, { resource, at }] of resources.entries()) {
    report.at(index);
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
  report.end();
  return { faults, warnings };
}

/** Each warning once: the service finds some of what is found in the files. */
function distinct(warnings: readonly Finding[]): Finding[] {
  return [...new Map(warnings.map((warning) => [`${warning.path}\n${warning.message}`, warning])).values()];
}
