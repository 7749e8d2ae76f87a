import { call, load } from "../engine.js";
import { trial } from "../wasm/edge_sts.js";
import { readArguments } from "./arguments.js";
import { Failure, Misuse, toldAsFailure } from "./failure.js";
import { compile, readResourceFiles, readText } from "./resource_files.js";
import { print, style, tell } from "./terminal.js";

export const usage = `Usage: edge-sts eval --introspector ID --claims FILE [OPTIONS]

Prints what each expression of a TokenIntrospector, and of a Client, gives for these claims: its value as JSON, or how it
failed and at which character. An exchange evaluates them in the same order.

  --resources PATH   file or folder of resources; resources.json when left out
  --introspector ID  the TokenIntrospector
  --client ID        the Client, for its condition and scope_rules
  --claims FILE      a file with the claims of the subject token, a JSON object
  --actor FILE       a file with the claims of the actor token
  --target NAME      a target that is asked for, also several times
  --json             prints [{"path", "value" | "failed", "at"}] to stdout
`;

const text = { type: "string" } as const;

const OPTIONS = {
  resources: text,
  introspector: text,
  client: text,
  claims: text,
  actor: text,
  target: { ...text, multiple: true },
  json: { type: "boolean" },
} as const;

interface Result {
  path: string;
  value?: unknown;
  failed?: "error" | "steps" | "computed";
  at?: number;
}

/** edge-sts eval */
export async function run(parameters: string[]): Promise<number> {
  const { values: asked } = readArguments(parameters, OPTIONS);
  if (asked.introspector === undefined) throw new Misuse("Name a TokenIntrospector with --introspector.");
  if (asked.claims === undefined) throw new Misuse("Name a file of claims with --claims.");
  const resources = resourcesOf(asked.resources ?? "resources.json");
  const request = {
    introspector: named(resources, "TokenIntrospector", asked.introspector),
    client: asked.client === undefined ? undefined : named(resources, "Client", asked.client),
    claims: claimsOf(asked.claims),
    actor: asked.actor === undefined ? undefined : claimsOf(asked.actor),
    targets: asked.target ?? [],
  };
  await load();
  const results = await toldAsFailure(() => JSON.parse(call(() => trial(JSON.stringify(request)), true)) as Result[]);
  if (asked.json === true) return print(`${JSON.stringify(results, null, 2)}\n`);
  if (results.length === 0) tell("There are no expressions.");
  return print(results.map((result) => `${result.path}: ${told(result)}\n`).join(""));
}

function told({ value, failed, at }: Result): string {
  if (failed === undefined) return JSON.stringify(value);
  if (failed === "computed")
    return style("fault", "a number with a fraction that was computed, which cannot be issued");
  return style("fault", `${failed === "steps" ? "out of steps" : "error"} at ${at}`);
}

interface Resource {
  resourceType: string;
  id: string;
}

function resourcesOf(path: string): Resource[] {
  const files = readResourceFiles(path);
  const { faults } = compile(files);
  if (faults.length > 0) throw new Failure(faults.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return files.flatMap(({ text }) => JSON.parse(text) as Resource[]);
}

function named(resources: Resource[], type: string, id: string): Resource {
  const found = resources.find((resource) => resource.resourceType === type && resource.id === id);
  if (found === undefined) throw new Failure(`There is no ${type} with this id.`);
  return found;
}

function claimsOf(file: string): Record<string, unknown> {
  try {
    const claims = JSON.parse(readText(file)) as unknown;
    if (typeof claims === "object" && claims !== null && !Array.isArray(claims)) return { ...claims };
  } catch (error) {
    if (error instanceof Failure) throw error;
    // The parser's message would show what is in the file.
  }
  throw new Failure(`${file} must be a JSON object of claims.`);
}
