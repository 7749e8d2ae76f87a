// Files of a Worker project that are the same for everybody, but for its name.

/** wrangler.jsonc */
export const wranglerConfiguration = (name: string): string => `{
  "$schema": "node_modules/wrangler/config-schema.json",
  "name": ${JSON.stringify(name)},
  "main": "worker.js",
  // The oldest that the Worker needs: older wranglers run it, too.
  "compatibility_date": "2024-11-11",

  // One line of JSON for each decision, in the Worker's logs.
  "observability": { "enabled": true },

  // The issuer: the https URL that the service has on the internet, without a slash at its end. Set it before you deploy.
  "vars": { "STS_ISSUER": "http://localhost:8787" },

  // The resources as requests read them. Without an "id", the first deployment creates the namespace.
  "kv_namespaces": [{ "binding": "CONFIG" }],

  // The grants: one SQLite-backed object for each. The resources as the administrator wrote them: one object, which
  // publishes them to CONFIG.
  "durable_objects": {
    "bindings": [
      { "name": "GRANTS", "class_name": "Grant" },
      { "name": "DIRECTORY", "class_name": "Directory" },
    ],
  },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Grant", "Directory"] }],

  // Failed client authentications: beyond this many in a minute for one client_id they are answered with 429.
  "ratelimits": [{ "name": "RATE_LIMIT", "namespace_id": "8693", "simple": { "limit": 100, "period": 60 } }],
}
`;

/** worker.js */
export const WORKER = 'export { default, Directory, Grant } from "edge-sts/worker";\n';

/** put_resources.js */
export const PUT_RESOURCES = `// npm run resources: stores resources.json in the service at STS_URL, through the administrator's interface.
import { readFileSync } from "node:fs";

const url = process.env.STS_URL ?? "http://localhost:8787";
const headers = { authorization: \`Bearer \${process.env.STS_ADMIN_TOKEN}\`, "content-type": "application/json" };

for (const resource of JSON.parse(readFileSync("resources.json", "utf8")).resources) {
  const path = \`\${resource.resourceType}/\${resource.id}\`;
  const response = await fetch(\`\${url}/\${path}\`, { method: "PUT", headers, body: JSON.stringify(resource) });
  const answer = await response.json();
  console.log(path, response.status, ...(answer.issue ?? []).map(({ diagnostics }) => diagnostics));
  if (!response.ok) process.exitCode = 1;
}
`;

/** README.md */
export const README = `# A security token service

\`edge-sts\` as a Cloudflare Worker. On this machine:

\`\`\`sh
npm install
npm start               # http://localhost:8787
npm run resources       # in a second terminal: stores resources.json
curl -s http://localhost:8787/auth/token -u "$(cat client.txt)" \\
  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\
  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt \\
  -d subject_token=$(npm run -s token)
\`\`\`

\`resources.json\` says who may exchange which tokens; \`npm run check\` names its faults. It holds no secret, so keep it
under version control: the client's secret stands in it as a digest, the issuer's key as a public key.

Git ignores the secrets:

| File         | What                                                                               |
| ------------ | ---------------------------------------------------------------------------------- |
| \`.dev.vars\`  | the signing key and the administrator's token of the service on this machine       |
| \`client.txt\` | id and secret of the client, as \`curl -u\` takes them                               |
| \`issuer.jwk\` | the private key of the issuer \`https://issuer.example\`, for \`npm run token\` to try |

On Cloudflare:

1. Set \`STS_ISSUER\` in \`wrangler.jsonc\` to the https URL that the service will have.
2. \`npm run deploy\`
3. Secrets of its own, not those of this machine:

   \`\`\`sh
   npx edge-sts keys | npx wrangler secret put STS_SIGNING_KEYS
   npx wrangler secret put STS_ADMIN_TOKEN   # a long random text; without it there is no administrator's interface
   \`\`\`

4. \`STS_URL=https://… STS_ADMIN_TOKEN=… node put_resources.js\`
`;
