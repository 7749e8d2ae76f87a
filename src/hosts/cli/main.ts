#!/usr/bin/env node
// The command `edge-sts`. Exit codes: 0 done, 1 refused or faults found, 2 used wrongly.
import { nearest } from "../nearest.js";
import { COMMANDS, type Listed } from "./commands.js";
import { Failure, Misuse } from "./failure.js";
import { usageOf } from "./options.js";
import { print, style, tell } from "./terminal.js";
import { version } from "./version.js";

const ALL: Readonly<Record<string, Listed>> = {
  ...COMMANDS,
  completion: {
    says: "prints a script that completes commands and options in a shell",
    load: () => import("./completion.js"),
  },
};

const WIDEST = Math.max(...Object.keys(ALL).map((name) => name.length));
const LINES = Object.entries(ALL).map(([name, { says }]) => `  ${name.padEnd(WIDEST)}  ${says}`);

const USAGE = `edge-sts: a security token service (OAuth 2.0 Token Exchange, RFC 8693)

Usage: edge-sts COMMAND [OPTIONS]

Commands:
${LINES.join("\n")}

edge-sts COMMAND --help describes one command; edge-sts --version prints the version.
Exit codes: 0 done, 1 refused or faults found, 2 used wrongly. explain and import also have 3; see their --help.
`;

async function main([name, ...parameters]: string[]): Promise<number> {
  if (name === "--help" || name === "-h" || name === "help") return print(USAGE);
  if (name === "--version" || name === "-v") return print(`${version()}\n`);
  const known = name !== undefined && Object.hasOwn(ALL, name) ? ALL[name] : undefined;
  if (known === undefined) {
    if (name === undefined) tell(USAGE);
    else tell(`${style("fault", unknown(name))} edge-sts --help names them all.`);
    return 2;
  }
  const command = await known.load();
  if (parameters.includes("--help") || parameters.includes("-h")) {
    return print(command.usage ?? usageOf(command.description));
  }
  try {
    return await command.run(parameters);
  } catch (error) {
    if (error instanceof Misuse) {
      tell(`${style("fault", error.message)}\nedge-sts ${name} --help tells more.`);
      return 2;
    }
    if (error instanceof Failure) {
      tell(style("fault", error.message));
      return 1;
    }
    throw error;
  }
}

function unknown(name: string): string {
  const meant = nearest(name, Object.keys(ALL));
  return meant === undefined ? "There is no such command." : `There is no such command. Did you mean ${meant}?`;
}

process.exitCode = await main(process.argv.slice(2));
