// npm run types: writes src/hosts/types/*.ts, the TypeScript types of resources, requests, answers, events and reasons. They
// are made of the tables in src/hosts/openapi and src/hosts/schema, and of the codes in the core's sources. What is written
// is part of the repository; a test fails where it is not fresh.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { declarations } from "./types/declarations.mjs";
import { reasonCodes } from "./types/reason_codes.mjs";
import { must, tool } from "./run.mjs";
import { ROOT, task } from "./setup.mjs";

const FOLDER = "src/hosts/types";
const COMPILED = "target/types";

/** The files that `npm run types` writes: names and texts. */
export async function generatedTypes() {
  const reasons = await formatted("reasons.ts", reasonsFile(reasonCodes(ROOT)));
  return { "reasons.ts": reasons, ...(await fromTables()) };
}

async function fromTables() {
  const { resources, jwk, tokens, presentedType, issuedType, auditEvent, party, refusedToken } = await tables();
  const named = { ...resources, ...tokens };
  const files = {
    "resources.ts": () => {
      const own = declarations(named, "src/hosts/openapi/resources.ts");
      own.alone(jwk);
      for (const name of ["Client", "TokenIntrospector", "User"]) {
        // In a list each of them says what it is.
        own.declare({ ...resources[name], required: ["resourceType", "id", ...(resources[name].required ?? [])] });
      }
      own.line("/** A resource of a list of resources. */\nexport type Resource = Client | TokenIntrospector | User;");
      return own.text();
    },
    "tokens.ts": () => {
      const own = declarations(named, "src/hosts/openapi/tokens.ts");
      own.alone(presentedType, issuedType, { ...tokens.Actor });
      own.declare(exchangeParameters(tokens));
      own.declare({ ...tokens.TokenResponse, title: "ExchangeAnswer", description: EXCHANGE_ANSWER });
      own.declare(parametersOf("PresentedToken", TOKEN_PARAMETERS, [tokens.PresentedToken], ["token"]));
      own.declare({ ...tokens.Introspection, title: "IntrospectionAnswer", description: INTROSPECTION_ANSWER });
      return own.text();
    },
    "audit_event.ts": () => {
      const own = declarations(named, "src/hosts/schema/audit_event.ts");
      own.line('import type { FetchFault, Reason } from "./reasons.js";\nimport type { Actor } from "./tokens.js";');
      own.known("FetchFault", "Reason", "Actor");
      own.alone(party, refusedToken);
      own.declare(auditEvent);
      return own.text();
    },
  };
  const made = Object.entries(files).map(async ([name, file]) => [name, await formatted(name, file())]);
  return Object.fromEntries(await Promise.all(made));
}

const EXCHANGE_PARAMETERS =
  "The parameters of a token request: token exchange (RFC 8693 section 2.1), refresh (RFC 6749 section 6), or an identity assertion (RFC 7523). `grant_type` says which; token exchange when it is left out.";
const EXCHANGE_ANSWER = "The answer to a token request (RFC 8693 section 2.2.1).";
const TOKEN_PARAMETERS = "A token to introspect (RFC 7662) or to revoke (RFC 7009), and who asks.";
const INTROSPECTION_ANSWER = "What a token says (RFC 7662 section 2.2). `active` tells the two kinds apart.";

function exchangeParameters({ TokenExchangeRequest, RefreshRequest, AssertionRequest }) {
  return parametersOf(
    "ExchangeParameters",
    EXCHANGE_PARAMETERS,
    [TokenExchangeRequest, RefreshRequest, AssertionRequest],
    [],
  );
}

/** One object of parameters for several requests. Whoever has no value for one may write undefined. */
function parametersOf(title, description, requests, required) {
  const properties = {};
  for (const request of requests) {
    for (const [name, schema] of Object.entries(request.properties)) {
      if (schema === false) continue;
      if (name === "grant_type") {
        const { description } = schema;
        properties[name] = { description, enum: [...(properties[name]?.enum ?? []), schema.const] };
      } else {
        properties[name] ??= schema;
      }
    }
  }
  return { title, description, type: "object", required, properties, additionalProperties: false, undefinable: true };
}

function reasonsFile({ reasons, tokenFaults, fetchFaults }) {
  const list = (name, codes) => `export const ${name} = ${JSON.stringify(codes)} as const;`;
  return `// Made by \`npm run types\` of the codes in src/error.rs and what is beside it. Do not edit it.

/** Reasons that are not about one of the tokens of a request. */
${list("REASONS", reasons)}

/** What can be wrong with a token. */
${list("TOKEN_FAULTS", tokenFaults)}

/** What can go wrong when an issuer is asked for its keys, its metadata, or its word on a token. */
${list("FETCH_FAULTS", fetchFaults)}

/** Tokens of a request, as a reason names them. */
export const TOKENS = ["subject_token", "actor_token", "assertion", "client_assertion"] as const;

/** What was wrong with a token: a stable code. */
export type TokenFault = (typeof TOKEN_FAULTS)[number];

/** Why a request was refused: a stable code, such as \`subject_token.expired\`. */
export type Reason = (typeof REASONS)[number] | \`\${(typeof TOKENS)[number]}.\${TokenFault}\`;

/** Why nothing that can be used came from an issuer: a stable code, in events of \`issuer.fetch\`. */
export type FetchFault = (typeof FETCH_FAULTS)[number];
`;
}

async function formatted(name, text) {
  const prettier = await import("prettier"); // after npm has installed it
  const path = join(FOLDER, name);
  return prettier.format(text, { ...(await prettier.resolveConfig(join(ROOT, path))), filepath: path });
}

/** The tables, compiled by themselves: the rest of the sources needs the types that are made of them. */
async function tables() {
  const sources = ["openapi/resources.ts", "openapi/tokens.ts", "schema/audit_event.ts"];
  const flags = ["--module", "esnext", "--target", "es2022", "--moduleResolution", "bundler", "--skipLibCheck"];
  await must(process.execPath, [
    tool("typescript", "bin", "tsc"),
    "--ignoreConfig",
    ...flags,
    ...["--rootDir", "src/hosts", "--outDir", COMPILED],
    ...sources.map((file) => `src/hosts/${file}`),
  ]);
  const load = (file) => import(pathToFileURL(join(ROOT, COMPILED, file.replace(/ts$/, "js"))));
  return Object.assign({}, ...(await Promise.all(sources.map(load))));
}

async function write() {
  mkdirSync(FOLDER, { recursive: true });
  // The tables of events need the reasons.
  writeFileSync(join(FOLDER, "reasons.ts"), await formatted("reasons.ts", reasonsFile(reasonCodes(ROOT))));
  for (const [name, text] of Object.entries(await fromTables())) writeFileSync(join(FOLDER, name), text);
}

await task(import.meta, write);
