import { existsSync } from "node:fs";
import { readArguments, wholeNumber } from "./arguments.js";
import { Failure, Misuse } from "./failure.js";
import type { Description } from "./options.js";
import { readResourceFiles, readText } from "./resource_files.js";
import { type IssuerKey, mintSubjectToken } from "./subject_token.js";
import { print } from "./terminal.js";

export const description = {
  name: "token",
  parameters: ["[--iss URL] [--sub ID] [--secret TEXT | --key FILE] [OPTIONS]"],
  about: "Prints a subject token to try with, as an issuer would sign it. What you leave out comes from the resources.",
  options: {
    iss: { value: "URL", says: "the issuer" },
    sub: { value: "ID", says: "the subject" },
    secret: {
      value: "TEXT",
      says: "the secret shared with the issuer (HS256). Other users of this machine may see it; a --key stays unseen",
    },
    key: { value: "FILE", says: "a file with a private JWK" },
    claim: {
      value: "NAME=VALUE",
      many: true,
      says: "one more claim; may be repeated. A value that is JSON is used as JSON",
    },
    "expires-in": {
      value: "SECONDS",
      says: "how long it is good (default: 3600); a negative number makes a token that has expired",
    },
    resources: { value: "PATH", says: "file or folder of resources (default: resources.json)" },
  },
} as const satisfies Description;

/** edge-sts token */
export async function run(parameters: string[]): Promise<number> {
  const { values: asked } = readArguments(parameters, description);
  const expiresIn = wholeNumber("--expires-in", asked["expires-in"] ?? "3600", -31_536_000, 31_536_000);
  const claims = claimsOf(asked.claim ?? []);
  const given = givenKey(asked.secret, asked.key);
  const resources = resourcesOf(asked.resources);
  const issuer = issuerOf(resources, asked.iss, given !== undefined);
  const iss = asked.iss ?? issuer?.iss;
  const sub = asked.sub ?? resources.find(({ resourceType }) => resourceType === "User")?.id;
  const key = given ?? (issuer?.secret === undefined ? undefined : { secret: issuer.secret });
  if (iss === undefined && given !== undefined) throw nothingFor("--iss", resources);
  if (iss === undefined || key === undefined) throw nothingFor("--key", resources);
  if (sub === undefined) throw nothingFor("--sub", resources);
  return print(`${mintSubjectToken({ iss, sub, key, claims, expiresIn })}\n`);
}

interface Resource {
  resourceType?: string;
  id?: string;
  jwt?: { iss?: string; secret?: string };
}

function resourcesOf(path: string | undefined): Resource[] {
  if (path === undefined && !existsSync(DEFAULT_PATH)) return [];
  return readResourceFiles(path ?? DEFAULT_PATH).flatMap(({ file, text }) => {
    try {
      const resources = JSON.parse(text) as unknown;
      if (Array.isArray(resources)) return resources.filter((one) => typeof one === "object" && one !== null);
    } catch {
      // The parser's message would show what is in the file.
    }
    throw new Failure(`${file} must be a JSON array of resources.`);
  });
}

const DEFAULT_PATH = "resources.json";

/** The issuer of this name, or the first; only one whose secret the resources hold, unless there is a key already. */
function issuerOf(
  resources: Resource[],
  wanted: string | undefined,
  hasKey: boolean,
): { iss: string; secret: string | undefined } | undefined {
  for (const { resourceType, jwt } of resources) {
    if (resourceType !== "TokenIntrospector" || typeof jwt?.iss !== "string") continue;
    const { iss, secret } = jwt;
    if (wanted !== undefined && wanted !== iss) continue;
    if (hasKey || typeof secret === "string") return { iss, secret };
  }
  return undefined;
}

function nothingFor(option: "--iss" | "--sub" | "--key", resources: Resource[]): Failure {
  if (resources.length === 0) {
    const wanted = option === "--key" ? "--iss, and --secret or --key" : option;
    return new Failure(
      `Give ${wanted}. There is no ${DEFAULT_PATH} here to take it from; --resources names another file.`,
    );
  }
  if (option === "--sub") return new Failure("Give --sub. The resources have no User to take it from.");
  if (option === "--iss") return new Failure("Give --iss. The resources have no TokenIntrospector to take it from.");
  return new Failure(
    "The resources have no jwt.secret of this issuer to sign with. Give its private key with --key FILE, or --secret TEXT.",
  );
}

function givenKey(secret: string | undefined, file: string | undefined): IssuerKey | undefined {
  if (secret !== undefined && file !== undefined) throw new Misuse("Give --secret or --key, not both.");
  if (secret !== undefined) return { secret };
  if (file === undefined) return undefined;
  const text = readText(file);
  try {
    const jwk = JSON.parse(text) as { kty?: unknown };
    if (typeof jwk.kty === "string") return { jwk: { ...jwk, kty: jwk.kty } };
  } catch {
    // told below, without a word of the file
  }
  throw new Failure("--key must name a file that holds a private JWK.");
}

function claimsOf(claims: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    claims.map((claim) => {
      const sign = claim.indexOf("=");
      if (sign < 1) throw new Misuse("--claim must be NAME=VALUE.");
      return [claim.slice(0, sign), valueOf(claim.slice(sign + 1))];
    }),
  );
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
