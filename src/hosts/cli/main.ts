#!/usr/bin/env node
// The command `edge-sts`. Exit codes: 0 done, 1 refused or faults found, 2 used wrongly.
import { Failure, Misuse } from "./failure.js";
import { print, style, tell } from "./terminal.js";
import { version } from "./version.js";

interface Command {
  readonly usage: string;
  run(parameters: string[]): Promise<number>;
}

// Each is loaded when it is asked for.
const COMMANDS: Record<string, () => Promise<Command>> = {
  serve: () => import("./serve.js"),
  check: () => import("./check.js"),
  explain: () => import("./explain.js"),
  eval: () => import("./eval.js"),
  import: () => import("./import.js"),
  token: () => import("./token.js"),
  keys: () => import("./keys.js"),
  init: () => import("./init.js"),
  conformance: () => import("./conformance.js"),
};

const USAGE = `edge-sts: a security token service (OAuth 2.0 Token Exchange, RFC 8693)

Usage: edge-sts COMMAND [OPTIONS]

Commands:
  serve        serves the HTTP interface with Node
  check        checks a file of resources, and names each fault with its path
  explain      says why a token would be refused, and what would allow it
  eval         prints what expressions give for claims
  import       writes resources from Google's, Vault's, AWS's or Kubernetes' rules
  token        prints a subject token to try with
  keys         prints signing keys: new ones, or a set that is rotated
  init         makes a Cloudflare Worker project in an empty folder
  conformance  tests any token endpoint against RFC 8693

edge-sts COMMAND --help tells more of one; --version prints the version.
Exit codes: 0 done, 1 refused or faults found, 2 used wrongly.
`;

async function main([name, ...parameters]: string[]): Promise<number> {
  if (name === "--help" || name === "-h" || name === "help") return print(USAGE);
  if (name === "--version" || name === "-v") return print(`${version()}\n`);
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    if (name !== undefined) tell(style("fault", "There is no such command."));
    tell(USAGE);
    return 2;
  }
  const command = await load();
  if (parameters.includes("--help") || parameters.includes("-h")) return print(command.usage);
  try {
    return await command.run(parameters);
  } catch (error) {
    if (error instanceof Misuse) {
      tell(`${style("fault", error.message)}\n\n${command.usage}`);
      return 2;
    }
    if (error instanceof Failure) {
      tell(style("fault", error.message));
      return 1;
    }
    throw error;
  }
}

process.exitCode = await main(process.argv.slice(2));
