import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { readArguments } from "./arguments.js";
import { Failure } from "./failure.js";
import type { Description } from "./options.js";
import { ownPackage } from "./own_package.js";
import { workerProject } from "./worker_project.js";
import { style, tell } from "./terminal.js";

export const description = {
  name: "init",
  parameters: ["[FOLDER]"],
  about: `Makes a Cloudflare Worker project in an empty folder, by default this one: package.json, wrangler.jsonc, the Worker,
resources.json without a secret in it, a script that stores the resources, random secrets in files that git ignores, and a
README with the next commands. Nothing is overwritten: a folder that is not empty is refused.`,
  options: {},
  files: 1,
} as const satisfies Description;

/** edge-sts init */
export async function run(parameters: string[]): Promise<number> {
  const { positionals } = readArguments(parameters, description);
  const folder = resolve(positionals[0] ?? ".");
  const there = existsSync(folder) ? contents(folder) : [];
  if (there.length > 0) throw new Failure(`${folder} is not empty. Name an empty folder, or one that is to be made.`);
  mkdirSync(folder, { recursive: true });
  const edgeSts = ownPackage(folder);
  for (const { name, text, secret } of workerProject(basename(folder), edgeSts)) {
    // wx: never over a file that somebody else has made meanwhile
    writeFileSync(join(folder, name), text, { flag: "wx", mode: secret ? 0o600 : 0o644 });
    tell(`${style("good", "made")} ${join(folder, name)}`);
  }
  if (edgeSts.startsWith("file:")) tell(`\npackage.json takes edge-sts from where it was installed from: ${edgeSts}`);
  tell("\nNext: npm install, npm start, and in a second terminal: npm run resources. README.md tells more.");
  return 0;
}

function contents(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name !== ".git");
  } catch {
    throw new Failure(`${folder} is no folder that can be read.`);
  }
}
