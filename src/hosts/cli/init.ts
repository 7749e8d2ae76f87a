import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { nearest } from "../nearest.js";
import { readArguments } from "./arguments.js";
import { Failure, Misuse } from "./failure.js";
import { askPurpose } from "./init/ask.js";
import { GATEWAYS } from "./init/gateways.js";
import { issuerFault } from "./init/issuer.js";
import type { Purpose } from "./init/purpose.js";
import { RECIPES } from "../recipes/recipes.js";
import type { Description, Values } from "./options.js";
import { ownPackage } from "./own_package.js";
import { style, tell } from "./terminal.js";
import { workerProject } from "./worker_project.js";

export const description = {
  name: "init",
  parameters: ["[FOLDER] [OPTIONS]"],
  about: `Makes a Cloudflare Worker project in an empty folder, by default this one: package.json, wrangler.jsonc, the Worker,
resources.json without a secret in it, a script that stores the resources, random secrets in files that git ignores, and a
README with the next commands. It overwrites nothing: a folder that is not empty is refused.
At a terminal it asks what the project is for. With one of the options, or without a terminal, it asks nothing.`,
  options: {
    recipe: {
      value: "ISSUER",
      words: Object.keys(RECIPES),
      says: `adds the resources for an issuer's tokens: ${Object.keys(RECIPES).join(", ")}`,
    },
    issuer: { value: "URL", says: "with --recipe or --mcp: your issuer, instead of the example's" },
    claim: {
      value: "NAME=VALUE",
      many: true,
      says: "with --recipe: what a claim must be, instead of the example's value; may be repeated",
    },
    gateway: {
      value: "NAME",
      words: Object.keys(GATEWAYS),
      says: `adds a Client for a gateway, and the gateway's configuration: ${Object.keys(GATEWAYS).join(", ")}`,
    },
    mcp: { says: "adds an app that gets identity assertions (ID-JAG) for MCP servers" },
    yes: { says: "asks nothing" },
  },
  files: 1,
} as const satisfies Description;

/** edge-sts init */
export async function run(parameters: string[]): Promise<number> {
  const { values, positionals } = readArguments(parameters, description);
  const given = purposeOf(values);
  const folder = resolve(positionals[0] ?? ".");
  const there = existsSync(folder) ? contents(folder) : [];
  if (there.length > 0) throw new Failure(`${folder} is not empty. Name an empty folder, or a new one.`);
  const isAsked = given === undefined && values.yes !== true && process.stdin.isTTY && process.stderr.isTTY;
  const purpose = given ?? (isAsked ? await askPurpose() : { kind: "try" });
  mkdirSync(folder, { recursive: true });
  const edgeSts = ownPackage(folder);
  for (const { name, text, secret } of workerProject(basename(folder), edgeSts, purpose)) {
    // wx: never over a file that somebody else has made meanwhile
    writeFileSync(join(folder, name), text, { flag: "wx", mode: secret ? 0o600 : 0o644 });
    tell(`${style("good", "made")} ${join(folder, name)}`);
  }
  if (edgeSts.startsWith("file:")) tell(`\npackage.json installs edge-sts from where this one came from: ${edgeSts}`);
  const way = relative(process.cwd(), folder);
  const steps = [...(way === "" ? [] : [`cd ${inShell(way)}`]), "npm install", "npm start"];
  tell(`\nNext:\n${steps.map((step) => `  ${step}\n`).join("")}  npm run resources   (in a second terminal)`);
  tell("README.md in this folder goes on from there.");
  return 0;
}

/** A path as a shell takes it. */
function inShell(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : JSON.stringify(path);
}

/** What the options say; undefined where they say nothing. */
function purposeOf({
  recipe,
  issuer,
  claim,
  gateway,
  mcp,
}: Values<(typeof description)["options"]>): Purpose | undefined {
  if ([recipe, gateway, mcp].filter((one) => one !== undefined).length > 1) {
    throw new Misuse("Give one of --recipe, --gateway and --mcp.");
  }
  if (issuer !== undefined && recipe === undefined && mcp === undefined) {
    throw new Misuse("--issuer belongs to --recipe and --mcp.");
  }
  if (claim !== undefined && recipe === undefined) throw new Misuse("--claim belongs to --recipe.");
  const fault = issuer === undefined ? undefined : issuerFault(issuer);
  if (fault !== undefined) throw new Misuse(`--issuer: ${fault}`);
  if (gateway !== undefined) return { kind: "gateway", name: oneOf("--gateway", gateway, GATEWAYS) };
  if (mcp !== undefined) return { kind: "mcp", issuer };
  if (recipe === undefined) return undefined;
  return { kind: "recipe", name: oneOf("--recipe", recipe, RECIPES), issuer, claims: claimsOf(claim ?? []) };
}

function oneOf(option: string, name: string, known: Readonly<Record<string, unknown>>): string {
  if (Object.hasOwn(known, name)) return name;
  const meant = nearest(name, Object.keys(known));
  throw new Misuse(
    `${option} is one of: ${Object.keys(known).join(", ")}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
  );
}

function claimsOf(claims: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    claims.map((claim) => {
      const sign = claim.indexOf("=");
      if (sign < 1 || sign === claim.length - 1) throw new Misuse("--claim must be NAME=VALUE.");
      return [claim.slice(0, sign), claim.slice(sign + 1)];
    }),
  );
}

function contents(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name !== ".git");
  } catch {
    throw new Failure(`${folder} is not a folder that can be read.`);
  }
}
