// npm run token: prints a subject token for trying.
//   --iss URL --sub ID           who says it, about whom
//   --secret TEXT | --key FILE   what it is signed with: a shared secret, or a file with a private JWK
//   --claim NAME=VALUE           more claims, also several times; a value that is JSON is taken as JSON
//   --expires-in SECONDS         3600
// What is left out comes from resources.json.
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { introspectorOf, readResources, RESOURCES, userOf } from "./resources.mjs";
import { Failure, task } from "./setup.mjs";
import { mintSubjectToken } from "./subject_token.mjs";

async function token(parameters) {
  const asked = read(parameters);
  const resources = existsSync(RESOURCES) ? readResources() : [];
  const introspector = introspectorOf(resources, asked.iss);
  const iss = asked.iss ?? introspector?.jwt.iss;
  const sub = asked.sub ?? userOf(resources)?.id;
  const key = keyOf(asked, introspector);
  for (const [name, value] of Object.entries({ iss, sub, "secret (or --key)": key })) {
    if (value === undefined)
      throw new Failure(`${RESOURCES} has nothing for --${name}; give it, or run \`npm start\` first.`);
  }
  const expiresIn = Number(asked["expires-in"] ?? 3600);
  if (!Number.isSafeInteger(expiresIn)) throw new Failure("--expires-in must be a whole number of seconds.");
  console.log(await mintSubjectToken({ iss, sub, key, claims: claimsOf(asked.claim ?? []), expiresIn }));
}

function read(parameters) {
  const text = { type: "string" };
  const options = {
    iss: text,
    sub: text,
    secret: text,
    key: text,
    claim: { ...text, multiple: true },
    "expires-in": text,
  };
  try {
    return parseArgs({ args: parameters, options }).values;
  } catch {
    // Node's message repeats what was given, which may be a secret.
    throw new Failure("Options: --iss --sub --secret | --key FILE --claim NAME=VALUE --expires-in SECONDS");
  }
}

function keyOf({ secret, key }, introspector) {
  if (secret !== undefined && key !== undefined) throw new Failure("Give --secret or --key, not both.");
  if (secret !== undefined) return { secret };
  if (key !== undefined) return { jwk: privateKey(key) };
  return introspector && { secret: introspector.jwt.secret };
}

function privateKey(file) {
  try {
    const jwk = JSON.parse(readFileSync(file, "utf8"));
    if (typeof jwk.kty === "string") return jwk;
  } catch {
    // told below, without a word of the file
  }
  throw new Failure("--key must name a file that holds a private JWK.");
}

function claimsOf(claims) {
  return Object.fromEntries(
    claims.map((claim) => {
      const sign = claim.indexOf("=");
      if (sign < 1) throw new Failure("--claim must be NAME=VALUE.");
      return [claim.slice(0, sign), valueOf(claim.slice(sign + 1))];
    }),
  );
}

function valueOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

await task(import.meta, token);
