import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { load } from "../engine.js";
import { type Entry, entriesOf } from "../resources.js";
import "../node.js";
import { Failure } from "./failure.js";

/** The resources of one file. */
export interface ResourceFile {
  readonly file: string;
  /** JSON text of an array. */
  readonly text: string;
  /** Whether the file holds a single resource instead of an array. */
  readonly single: boolean;
}

/** What is wrong, and where: `path` is the file and the place in it. */
export interface Finding {
  path: string;
  message: string;
}

/** A file of resources, or every `.json` file of a folder, each with an array of resources or a single one. */
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
    const single = text.trimStart().startsWith("{");
    return { file, text: single ? `[${text}]` : text, single };
  });
}

/** What to store for the resources of these files, or every fault. */
export function compile(files: readonly ResourceFile[]): { entries: Entry[]; faults: Finding[] } {
  const now = Date.now() / 1000;
  const entries = new Map<string, Entry & { file: string }>();
  const faults: Finding[] = [];
  // One finding for each resource: the first, although several of its entries may be there already.
  const doubled = new Map<string, Finding>();
  void load();
  for (const file of files) {
    try {
      for (const entry of entriesOf(file.text, now)) {
        const other = entries.get(entry.key);
        if (other === undefined) entries.set(entry.key, { ...entry, file: file.file });
        else if (!doubled.has(resourceOf(entry)))
          doubled.set(resourceOf(entry), { path: file.file, message: sentence(entry, other.file) });
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      faults.push(...error.message.split("\n").map((line) => finding(file, line)));
    }
  }
  return {
    entries: [...entries.values()].map(({ key, value }) => ({ key, value })),
    faults: [...faults, ...doubled.values()],
  };
}

function sentence(entry: Entry, other: string): string {
  const resource = resourceOf(entry);
  return entry.key === resource
    ? `${resource} is in ${other}, too.`
    : `${resource} has the jwt.iss or the identifier of a resource in ${other}.`;
}

/** The resource that an entry is of, such as `User/alice`. */
function resourceOf({ value }: Entry): string {
  const { resourceType, id } = JSON.parse(value) as { resourceType: string; id: string };
  return `${resourceType}/${id}`;
}

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

/** The text of a file; `Failure` names only the file. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Failure(`${file}: it cannot be read. Name a file that is there.`);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
