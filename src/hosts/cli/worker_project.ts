import { createHash, randomBytes } from "node:crypto";
import { additionFor, type Purpose } from "./init/purpose.js";
import type { Resource } from "../recipes/recipe.js";
import { newKeySet, newSigningKey, type PrivateJwk } from "./signing_key.js";
import { PUT_RESOURCES, README, WORKER, wranglerConfiguration } from "./worker_project_files.js";

/** A file to write. `secret`: for nobody else to read. */
export interface ProjectFile {
  name: string;
  text: string;
  secret: boolean;
}

/**
 * The files of a Worker project that serves `edge-sts/worker` as it is. `edgeSts`: how its package.json asks for it;
 * `purpose`: what it is for.
 */
export function workerProject(folder: string, edgeSts: string, purpose: Purpose = { kind: "try" }): ProjectFile[] {
  const name =
    folder
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join("-") ?? "sts";
  const clientSecret = randomSecret();
  const issuerKey = newSigningKey();
  const addition = additionFor(purpose, { issuer: ISSUER, url: LOCAL });
  const secret = {
    ...addition.secrets,
    ".dev.vars": devVars(),
    "client.txt": `${CLIENT}:${clientSecret}\n`,
    "issuer.jwk": json(issuerKey),
  };
  const open = {
    "package.json": json({
      name,
      private: true,
      type: "module",
      scripts: {
        start: "wrangler dev",
        resources: "node --env-file=.dev.vars put_resources.js",
        check: "edge-sts check resources.json",
        token: `edge-sts token --iss ${ISSUER} --key issuer.jwk`,
        deploy: "wrangler deploy",
      },
      dependencies: { "edge-sts": edgeSts },
      devDependencies: { wrangler: "^4.0.0" },
    }),
    "wrangler.jsonc": wranglerConfiguration(name),
    "worker.js": WORKER,
    "put_resources.js": PUT_RESOURCES,
    // Nothing in it is a secret: it belongs under version control.
    "resources.json": json({
      // Editors complete and check it.
      $schema: "./node_modules/edge-sts/dist/schema.json",
      resources: merged(
        resourcesWith(`__sha256:${sha256(clientSecret)}`, { keys: [publicKey(issuerKey)] }),
        addition.resources,
      ),
    }),
    ".gitignore": ["/node_modules/", "/.wrangler/", ...Object.keys(secret).map((name) => `/${name}`), ""].join("\n"),
    "README.md": README + addition.readme,
  };
  return [
    ...Object.entries(open).map(([name, text]) => ({ name, text, secret: false })),
    ...Object.entries(secret).map(([name, text]) => ({ name, text, secret: true })),
  ];
}

const CLIENT = "tokenexchange";
const ISSUER = "https://issuer.example";
const LOCAL = "http://localhost:8787";

/** The how-to's resources, with secrets of their own. */
export function exampleResources(): object[] {
  return resourcesWith(randomSecret(), { secret: randomSecret() });
}

/** One that is there already gets the members of the other one, too. */
function merged(resources: readonly Resource[], more: readonly Resource[]): Resource[] {
  const isSame = (one: Resource) => (other: Resource) => one.resourceType === other.resourceType && one.id === other.id;
  const kept = resources.map((one) => ({ ...one, ...more.find(isSame(one)) }));
  return [...kept, ...more.filter((one) => !resources.some(isSame(one)))];
}

function resourcesWith(clientSecret: string, issuerKey: object): Resource[] {
  return [
    {
      resourceType: "Client",
      id: CLIENT,
      secret: clientSecret,
      grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange", "refresh_token"],
      allowedIssuers: [ISSUER],
      scope: ["openid", "profile"],
      auth: {
        token_exchange: {
          token_format: "jwt",
          refresh_token: true,
          access_token_expiration: 360,
          refresh_token_expiration: 864000,
        },
      },
    },
    {
      resourceType: "TokenIntrospector",
      id: "external-auth-server",
      type: "jwt",
      jwt: { iss: ISSUER, ...issuerKey },
    },
    { resourceType: "User", id: "alice" },
  ];
}

/** Secrets of a local service: an administrator's token and a signing key of its own. */
export function devVars(): string {
  return [`STS_ADMIN_TOKEN=${randomSecret()}`, `STS_SIGNING_KEYS='${JSON.stringify(newKeySet())}'`, ""].join("\n");
}

// 256 bits. Its characters need no escaping in a form, a URL or a shell.
function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** A key of an EC key pair, as a TokenIntrospector names it. */
function publicKey({ d, use, ...jwk }: PrivateJwk): object {
  return { kid: jwk.kid, kty: jwk.kty, alg: jwk["alg"], format: "jwk", jwk };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
