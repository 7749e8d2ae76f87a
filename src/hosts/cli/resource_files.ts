import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { load } from "../engine.js";
import type { Change } from "../directory/directory.js";
import { changesOf, doubtsOf } from "../resources.js";
import "../node.js";
import { Failure } from "./failure.js";
import { lineOf, memberOf } from "./json_line.js";
import { jsonOf } from "./json_place.js";

/** The resources of one file. */
export interface ResourceFile {
  readonly file: string;
  /** JSON text of an array. */
  readonly text: string;
  /** Whether the file holds a single resource instead of an array. */
  readonly single: boolean;
}

/** A resource, and where it stands. */
export interface Placed {
  resource: Record<string, unknown> & { resourceType: string; id: string };
  /** The path of a member of it, such as `secret`, for people. */
  at(member: string): string;
}

/** What is wrong, and where: `path` is the file and the place in it. */
export interface Finding {
  path: string;
  message: string;
}

/**
 * A file of resources, or every `.json` file of a folder. Each holds an array of resources, an object with that array in
 * `resources`, or a single resource.
 */
export function readResourceFiles(path: string): ResourceFile[] {
  const files = isFolder(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith(".json"))
        .sort()
        .map((name) => join(path, name))
    : [path];
  if (files.length === 0) throw new Failure(`${path}: there is no .json file in this folder.`);
  return files.map((file) => {
    const text = readText(file);
    jsonOf(file, text);
    return { file, ...listIn(file, text) };
  });
}

// An array; an object that holds one, where `$schema` can stand beside it for editors; or a single resource.
function listIn(file: string, text: string): Pick<ResourceFile, "text" | "single"> {
  if (!text.trimStart().startsWith("{")) return { text, single: false };
  const { $schema, resources, ...others } = JSON.parse(text) as Record<string, unknown>;
  if (resources === undefined || "resourceType" in others) return { text: `[${text}]`, single: true };
  if (Object.keys(others).length > 0 || !(typeof $schema === "string" || $schema === undefined)) {
    throw new Failure(`${file}: beside resources there may be $schema, a string, and nothing else.`);
  }
  return { text: memberOf(text, "resources"), single: false };
}

/** The changes that put the resources of these files into an empty directory, or every fault. */
export function compile(files: readonly ResourceFile[]): { changes: Change[]; faults: Finding[] } {
  const now = Date.now() / 1000;
  const changes: Change[] = [];
  // Who has a key: the resource, and where it stands.
  const owners = new Map<string, { resource: string; place: string }>();
  const faults: Finding[] = [];
  // One finding for each resource: the first, although several of its entries may be there already.
  const doubled = new Map<string, Finding>();
  void load();
  for (const file of files) {
    try {
      for (const [index, change] of changesOf(file.text, now).entries()) {
        const place = located(file, `[${index}]`);
        const resource = `${change.type}/${change.id}`;
        for (const key of [resource, ...change.unique]) {
          const other = owners.get(key);
          owners.set(key, other ?? { resource, place });
          if (other !== undefined && !doubled.has(resource))
            doubled.set(resource, { path: place, message: sentence(key, resource, other) });
        }
        changes.push(change);
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      faults.push(...error.message.split("\n").map((line) => finding(file, line)));
    }
  }
  return { changes, faults: [...faults, ...doubled.values()] };
}

/** What is doubtful about the resources of these files, which keep the rules. */
export function doubts(files: readonly ResourceFile[]): Finding[] {
  const placed = files.flatMap((file) =>
    (JSON.parse(file.text) as unknown[]).map((resource, index) => ({ resource, file, index })),
  );
  return doubtsOf(JSON.stringify(placed.map(({ resource }) => resource))).map(({ path, message }) => {
    const [, number = "", member = ""] = /^\[([0-9]+)\]\.([^]*)$/.exec(path) ?? [];
    const place = placed[Number(number)];
    return {
      path: place === undefined ? path : located(place.file, `[${place.index}].${member}`),
      message,
    };
  });
}

function sentence(key: string, resource: string, other: { resource: string; place: string }): string {
  return key === resource
    ? `${resource} is in ${other.place}, too.`
    : `${resource} has the same ${MEMBERS[resource.split("/")[0] ?? ""] ?? "member"} as ${other.resource} in ${other.place}.`;
}

// Of which no two resources may have the same.
const MEMBERS: Readonly<Record<string, string>> = {
  Client: "provider",
  TokenIntrospector: "jwt.iss",
  User: "identifier",
};

/** A finding from the core's line `[2].Client.secret: sentence`. */
function finding(file: ResourceFile, line: string): Finding {
  const end = line.search(/: [A-Z]/); // sentences begin with a capital
  const [place, message] = end < 0 ? ["", line] : [line.slice(0, end), line.slice(end + 2)];
  return { path: located(file, place), message };
}

/** Where something is, for people: `resources.json [2].Client.secret`. */
export function located({ file, single }: ResourceFile, place: string): string {
  const inside = single ? place.replace(/^\[0\]\.?/, "") : place.replace(/^resources$/, "");
  return inside === "" ? file : `${file} ${inside}`;
}

/** A finding in words: where, also by its line, and what. */
export function inWords(files: readonly ResourceFile[], finding: Finding): string {
  const line = lineIn(files, finding);
  return `${finding.path}: ${finding.message}${line === undefined ? "" : ` (line ${line})`}`;
}

/** The line on which a finding stands in its file; undefined where it is about the whole of it. */
export function lineIn(files: readonly ResourceFile[], { path }: Finding): number | undefined {
  const file = files.find((one) => path.startsWith(`${one.file} `));
  if (file === undefined) return undefined;
  const place = path.slice(file.file.length + 1);
  return lineOf(file.text, file.single ? `[0].${place}` : place);
}

/** The text of a file; `Failure` names only the file. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Failure(`${file}: it cannot be read. Name a file that exists.`);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
