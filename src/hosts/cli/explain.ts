import { existsSync } from "node:fs";
import type { KeySet } from "../options.js";
import { nearest } from "../nearest.js";
import { readArguments } from "./arguments.js";
import { withKeysFrom } from "./explain/assumed.js";
import { introspectorOf } from "./explain/resources.js";
import { provideOutgoing } from "./explain/outgoing.js";
import { inJson, inText } from "./explain/report.js";
import { decoded } from "./explain/token_text.js";
import { type Resource, type Situation, TOKEN_TYPES, type TokenType } from "./explain/trial.js";
import { walk } from "./explain/walk.js";
import { Failure, Misuse } from "./failure.js";
import { keySetOf } from "./json_place.js";
import { readKeySet } from "./keys.js";
import type { Description } from "./options.js";
import { privateHostsOf } from "./private_hosts.js";
import { waiting } from "./progress.js";
import { compile, inWords, readResourceFiles, readText } from "./resource_files.js";
import { print, tell } from "./terminal.js";

export const description = {
  name: "explain",
  parameters: ["[FILE|-|TOKEN] [OPTIONS]"],
  about: `Says whether these resources accept a subject token, and if not, why. It makes the checks of an exchange in their
order, and prints for each whether the token passed it, was refused, or could not be checked. For a refusal it prints the
rule that refuses, the smallest change that would allow the token, and the risk of that change. The service's own code
decides, again after each change. The command issues and stores nothing, and sends nothing without --fetch. It reads the
token from a file, or from standard input (with - or no parameter). You can also give the token itself, but then it stays
in the history of your shell.`,
  options: {
    resources: { value: "PATH", says: "the file or folder of resources (default: resources.json)" },
    client: {
      value: "ID",
      says: "the Client that sends the token (default: the only one that may exchange tokens). Its authentication is not checked",
    },
    issuer: {
      value: "URL",
      says: "the URL of the service, which a token may name in aud (default: STS_ISSUER, else http://localhost:8787)",
    },
    type: {
      value: "TYPE",
      words: TOKEN_TYPES,
      says: "the type that the token is sent with: jwt, id_token or access_token (default: jwt for a JWT of another issuer)",
    },
    scope: { value: "NAMES", says: 'the scope to ask for, such as "read write"' },
    target: { value: "NAME", many: true, says: "a target to ask for (audience); may be repeated" },
    keys: { value: "FILE", says: "the issuer's JWK Set, to verify the signature without asking the issuer" },
    fetch: {
      says: "fetches keys from the issuer, as edge-sts serve does and with the same rules (STS_PRIVATE_HOSTS)",
    },
    "signing-keys": {
      value: "FILE",
      says: "the service's own keys, for tokens that it issued itself (default: STS_SIGNING_KEYS)",
    },
    json: { says: 'prints {"verdict", "reason", "answer", "checks": [{"check", "status", ...}], ...} to stdout' },
  },
  more: "Exit codes: 0 accepted, 1 refused, 2 used wrongly, 3 it lacks what it needs to decide.",
  files: 1,
} as const satisfies Description;

/** edge-sts explain */
export async function run(parameters: string[]): Promise<number> {
  const { values: asked, positionals } = readArguments(parameters, description);
  const { env } = process;
  const issuer = asked.issuer ?? (env["STS_ISSUER"] || "http://localhost:8787");
  const given = typeOf(asked.type);
  if (asked.keys !== undefined && asked.fetch === true) throw new Misuse("Give --keys or --fetch, not both.");
  const resources = resourcesOf(asked.resources ?? "resources.json");
  const client = clientOf(resources, asked.client);
  const keys = asked.keys === undefined ? undefined : keySet(asked.keys);
  const token = await tokenOf(positionals[0]);
  const situation: Situation = {
    issuer,
    signingKeys: signingKeysOf(asked["signing-keys"], env["STS_SIGNING_KEYS"]),
    resources,
    client: client.id,
    token,
    type: given ?? usualType(token, issuer),
    scope: asked.scope,
    targets: asked.target ?? [],
    now: Math.floor(Date.now() / 1000),
    privateHosts: privateHostsOf(env["STS_PRIVATE_HOSTS"] ?? ""),
  };
  provideOutgoing({ keys, fetch: asked.fetch === true });
  const begin = keys === undefined ? situation : withKeys(situation);
  const explained = walk(begin, { fetch: asked.fetch === true, keys: keys !== undefined });
  const explanation = await (asked.fetch === true ? waiting("asking the issuer", explained) : explained);
  print(asked.json === true ? inJson(situation, explanation) : inText(situation, explanation, client));
  return { accepted: 0, refused: 1, unknown: 3 }[explanation.verdict];
}

function typeOf(name: string | undefined): TokenType | undefined {
  if (name === undefined) return undefined;
  const found = TOKEN_TYPES.find((type) => name === type || name === `urn:ietf:params:oauth:token-type:${type}`);
  if (found === undefined) throw new Misuse(`--type is one of: ${TOKEN_TYPES.join(", ")}.`);
  return found;
}

function resourcesOf(path: string): Resource[] {
  const files = readResourceFiles(path);
  const { faults } = compile(files);
  if (faults.length > 0) {
    const lines = faults.map((fault) => inWords(files, fault));
    throw new Failure(["edge-sts serve would not start with these resources:", ...lines].join("\n"));
  }
  return files.flatMap(({ text }) => JSON.parse(text) as Resource[]);
}

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

function clientOf(resources: readonly Resource[], id: string | undefined): Resource {
  const clients = resources.filter(({ resourceType }) => resourceType === "Client");
  if (id !== undefined) {
    const found = clients.find((client) => client.id === id);
    if (found !== undefined) return found;
    const near = nearest(
      id,
      clients.map((client) => client.id),
    );
    throw new Failure(`There is no Client with this id.${near === undefined ? "" : ` Did you mean ${near}?`}`);
  }
  const may = ({ grant_types }: Resource) => Array.isArray(grant_types) && grant_types.includes(EXCHANGE);
  const [only, ...others] = clients.length === 1 ? clients : clients.filter(may);
  if (only === undefined)
    throw new Failure("No Client in these resources may exchange tokens. Name one with --client.");
  if (others.length > 0) {
    throw new Misuse(`Name a client with --client: ${[only, ...others].map((client) => client.id).join(", ")}.`);
  }
  return only;
}

function keySet(file: string): string {
  const told = readText(file);
  keySetOf(file, told, `${file}: it must hold the issuer's JWK Set, {"keys": [...]}.`);
  return told;
}

function withKeys(situation: Situation): Situation {
  const iss = decoded(situation.token)?.claims["iss"];
  const own = typeof iss === "string" ? introspectorOf(situation, iss) : undefined;
  const resources = situation.resources.map((one) => (one === own ? withKeysFrom(one) : one));
  return { ...situation, resources };
}

function signingKeysOf(file: string | undefined, variable: string | undefined): KeySet | undefined {
  return file === undefined ? variable || undefined : readKeySet(file);
}

async function tokenOf(given: string | undefined): Promise<string> {
  if (given !== undefined && given !== "-") {
    if (existsSync(given)) return some(readText(given));
    if (!/^(?:bearer )?[\w~+/.=-]{16,}$/i.test(given))
      throw new Failure("There is no such file, and this is not a token.");
    tell("The token is now in the history of your shell. The next time: edge-sts explain -, and paste it there.");
    return given;
  }
  if (process.stdin.isTTY) tell("Paste the token, then Enter and Ctrl-D (on Windows: Ctrl-Z and Enter).");
  return some(await standardInput());
}

// Characters. What is longer is no token, and is refused as one.
const LONGEST = 65_536;

async function standardInput(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > LONGEST) break;
  }
  return text;
}

function some(token: string): string {
  const text = token.trim();
  if (text === "") throw new Misuse("There is no token: name a file, or send it to standard input.");
  return text;
}

/** Which type a token is taken for where nobody says. */
function usualType(token: string, issuer: string): Situation["type"] {
  const read = decoded(token.replace(/^\s*bearer\s+/i, ""));
  const [jwt, , accessToken] = TOKEN_TYPES;
  return read === undefined
    ? /^\s*sts_|^[^.\s]+$/.test(token)
      ? accessToken
      : jwt
    : read.claims["iss"] === issuer
      ? accessToken
      : jwt;
}
