import { call, load } from "../engine.js";
import { trial } from "../wasm/edge_sts.js";
import { readArguments } from "./arguments.js";
import { Failure, Misuse, toldAsFailure } from "./failure.js";
import { jsonOf } from "./json_place.js";
import type { Description } from "./options.js";
import { compile, inWords, readResourceFiles, readText } from "./resource_files.js";
import { print, style, tell } from "./terminal.js";

export const description = {
  name: "eval",
  parameters: ["--introspector ID --claims FILE [OPTIONS]"],
  about: `Prints what each expression of a TokenIntrospector, and of a Client, gives for these claims: its value as JSON, or how it
failed and at which character. An exchange evaluates them in the same order.`,
  options: {
    resources: { value: "PATH", says: "file or folder of resources (default: resources.json)" },
    introspector: { value: "ID", says: "the TokenIntrospector" },
    client: { value: "ID", says: "the Client, for its condition and scope_rules" },
    claims: { value: "FILE", says: "a file with the claims of the subject token, a JSON object" },
    actor: { value: "FILE", says: "a file with the claims of the actor token" },
    target: { value: "NAME", many: true, says: "a target that is asked for; may be repeated" },
    json: { says: 'prints [{"path", "value" | "failed", "at"}] to stdout' },
  },
} as const satisfies Description;

interface Result {
  path: string;
  value?: unknown;
  failed?: "error" | "steps" | "computed";
  at?: number;
}

/** edge-sts eval */
export async function run(parameters: string[]): Promise<number> {
  const { values: asked } = readArguments(parameters, description);
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
  if (faults.length > 0) throw new Failure(faults.map((fault) => inWords(files, fault)).join("\n"));
  return files.flatMap(({ text }) => JSON.parse(text) as Resource[]);
}

function named(resources: Resource[], type: string, id: string): Resource {
  const found = resources.find((resource) => resource.resourceType === type && resource.id === id);
  if (found === undefined) {
    const ids = resources.filter(({ resourceType }) => resourceType === type).map((one) => one.id);
    const there = ids.length === 0 ? "The resources have none." : `The resources have: ${ids.join(", ")}.`;
    throw new Failure(`There is no ${type} with this id. ${there}`);
  }
  return found;
}

function claimsOf(file: string): Record<string, unknown> {
  const claims = jsonOf(file, readText(file));
  if (typeof claims === "object" && claims !== null && !Array.isArray(claims)) return { ...claims };
  throw new Failure(`${file} must be a JSON object of claims.`);
}
