import type { Description } from "./options.js";

/** A command, as its file exports it. */
export interface Command {
  readonly description: Description;
  /** Where it writes its usage itself. */
  readonly usage?: string;
  run(parameters: string[]): Promise<number>;
}

/** What a command does, in one line, and its file, which is loaded when it is asked for. */
export interface Listed {
  readonly says: string;
  load(): Promise<Command>;
}

/** The commands, but for `completion`, which needs all of them. */
export const COMMANDS: Readonly<Record<string, Listed>> = {
  serve: { says: "serves the HTTP interface with Node", load: () => import("./serve.js") },
  check: { says: "checks a file of resources and names each fault with its path", load: () => import("./check.js") },
  explain: {
    says: "says why a token would be refused, and what would allow it",
    load: () => import("./explain.js"),
  },
  eval: { says: "prints what the expressions of rules give for some claims", load: () => import("./eval.js") },
  import: {
    says: "writes resources from rules of Google, Vault, AWS or Kubernetes",
    load: () => import("./import.js"),
  },
  token: { says: "prints a subject token to try with", load: () => import("./token.js") },
  keys: { says: "makes signing keys, and rotates them", load: () => import("./keys.js") },
  init: { says: "makes a Cloudflare Worker project in an empty folder", load: () => import("./init.js") },
  conformance: { says: "tests any token endpoint against RFC 8693", load: () => import("./conformance.js") },
};
