import { randomBytes } from "node:crypto";
import { newKeySet } from "./signing_key.js";
import { version } from "./version.js";

/** A file to write. `secret`: for nobody else to read. */
export interface ProjectFile {
  name: string;
  text: string;
  secret: boolean;
}

/** The files of a Worker project that serves `edge-sts/worker` as it is. */
export function workerProject(folder: string): ProjectFile[] {
  const name =
    folder
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join("-") ?? "sts";
  const open = {
    "package.json": json({
      name,
      private: true,
      type: "module",
      scripts: {
        start: "wrangler dev",
        resources: "node --env-file=.dev.vars put_resources.js",
        check: "edge-sts check resources.json",
        token: "edge-sts token",
        deploy: "wrangler deploy",
      },
      dependencies: { "edge-sts": `^${version()}` },
      devDependencies: { wrangler: "^4.0.0" },
    }),
    "wrangler.toml": WRANGLER.replace("NAME", name),
    "worker.js": 'export { default, Grant } from "edge-sts/worker";\n',
    "put_resources.js": PUT_RESOURCES,
    ".gitignore": "/node_modules/\n/.wrangler/\n/.dev.vars\n/resources.json\n",
    "README.md": README,
  };
  const secret = { "resources.json": json(exampleResources()), ".dev.vars": devVars() };
  return [
    ...Object.entries(open).map(([name, text]) => ({ name, text, secret: false })),
    ...Object.entries(secret).map(([name, text]) => ({ name, text, secret: true })),
  ];
}

/** The how-to's resources, with a secret of their own for its issuer. */
export function exampleResources(): object[] {
  return [
    {
      resourceType: "Client",
      id: "tokenexchange",
      secret: "test",
      grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange", "refresh_token"],
      allowedIssuers: ["https://issuer.example"],
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
      jwt: { iss: "https://issuer.example", secret: randomBytes(48).toString("base64url") },
    },
    { resourceType: "User", id: "alice" },
  ];
}

/** Secrets of a local service: an administrator's token and a signing key of its own. */
export function devVars(): string {
  return [
    `STS_ADMIN_TOKEN=${randomBytes(32).toString("base64url")}`,
    `STS_SIGNING_KEYS='${JSON.stringify(newKeySet())}'`,
    "",
  ].join("\n");
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const WRANGLER = `name = "NAME"
main = "worker.js"
compatibility_date = "2026-08-22"

# One line of JSON for each decision, in the Worker's logs.
[observability]
enabled = true

# The issuer: the https URL that the service has on the internet, without a slash at its end. Set it before you deploy.
[vars]
STS_ISSUER = "http://localhost:8787"

# The resources. Without an \`id\`, the first deployment creates the namespace.
[[kv_namespaces]]
binding = "CONFIG"

# The grants: one SQLite-backed object for each.
[[durable_objects.bindings]]
name = "GRANTS"
class_name = "Grant"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Grant"]

# Failed client authentications: beyond this many in a minute for one client_id they are answered with 429.
[[ratelimits]]
name = "RATE_LIMIT"
namespace_id = "8693"
simple = { limit = 100, period = 60 }
`;

const PUT_RESOURCES = `// npm run resources: stores resources.json in the service at STS_URL, through the administrator's interface.
import { readFileSync } from "node:fs";

const url = process.env.STS_URL ?? "http://localhost:8787";
const headers = { authorization: \`Bearer \${process.env.STS_ADMIN_TOKEN}\`, "content-type": "application/json" };

for (const resource of JSON.parse(readFileSync("resources.json", "utf8"))) {
  const path = \`\${resource.resourceType}/\${resource.id}\`;
  const response = await fetch(\`\${url}/\${path}\`, { method: "PUT", headers, body: JSON.stringify(resource) });
  const answer = await response.json();
  console.log(path, response.status, ...(answer.issue ?? []).map(({ diagnostics }) => diagnostics));
  if (!response.ok) process.exitCode = 1;
}
`;

const README = `# A security token service

\`edge-sts\` as a Cloudflare Worker. On this machine:

\`\`\`sh
npm install
npm start               # http://localhost:8787
npm run resources       # in a second terminal: stores resources.json
curl -s http://localhost:8787/auth/token -u tokenexchange:test \\
  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\
  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt \\
  -d subject_token=$(npm run -s token)
\`\`\`

\`resources.json\` says who may exchange which tokens; \`npm run check\` names its faults. \`.dev.vars\` holds the secrets of
this machine. Git ignores both.

On Cloudflare:

1. Set \`STS_ISSUER\` in \`wrangler.toml\` to the https URL that the service will have.
2. \`npm run deploy\`
3. Secrets of its own, not those of this machine:

   \`\`\`sh
   npx edge-sts keys | npx wrangler secret put STS_SIGNING_KEYS
   npx wrangler secret put STS_ADMIN_TOKEN   # a long random text; without it there is no administrator's interface
   \`\`\`

4. \`STS_URL=https://… STS_ADMIN_TOKEN=… node put_resources.js\`
`;
